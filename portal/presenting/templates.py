"""Templates, compiled once per language with their texts folded in: rendering looks nothing up."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal import i18n
from portal.fields.phone import spaced
from portal.presenting.folding import FoldedTranslations, FoldingEnvironment, KeptTemplate

ROOT = Path(__file__).resolve().parent.parent.parent / "templates"


@lru_cache
def environment(language: str, static: Callable[[str], str], root: Path = ROOT) -> Environment:
    """The templates of one language."""
    built = FoldingEnvironment(
        loader=FileSystemLoader(root),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        extensions=[FoldedTranslations],
    )
    built.template_class = KeptTemplate
    translations = i18n.translations(language)
    built.translate = translations.gettext
    built.policies["ext.i18n.trimmed"] = True
    built.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    others = [other for other in i18n.languages() if other != language]
    built.constants = {
        "lang": language,
        "dir": i18n.direction(language),
        "other_lang": others[0] if others else language,
    }
    built.globals.update(
        **built.constants,
        static=static,
        languages=[(code, i18n.own_name(code)) for code in i18n.languages()],
    )
    built.filters["latin"] = latin
    built.filters["phone"] = spaced
    return built


def latin(value: object) -> Markup:
    """A code, number or reference, isolated and set left to right wherever it stands."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(value)


def render(language: str, static: Callable[[str], str], template: str, context: Mapping[str, Any]) -> str:
    """A template in a language."""
    return environment(language, static).get_template(template).render(context)
