"""The sandbox's pages in Arabic and French. Whatever they show is escaped."""

from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.sandbox.texts import TEXTS

HERE = Path(__file__).parent
STYLE = (HERE / "templates" / "sandbox.css").read_text("utf-8")

_environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, language: str, **content: object) -> str:
    """A whole page of HTML in one of the two languages."""
    direction = "rtl" if language == "ar" else "ltr"
    return _environment.get_template(template).render(
        content, language=language, direction=direction, say=partial(_say, language)
    )


def _say(language: str, key: str) -> str:
    return TEXTS[key][language]
