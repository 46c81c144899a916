"""Templates, compiled once per language with their texts folded in: rendering looks nothing up."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portal import i18n
from portal.fields.phone import spaced
from portal.presenting.folding import FoldedTranslations, FoldingEnvironment, KeptTemplate
from portal.presenting.glossary import glossary
from portal.presenting.isolation import apart, whole, written

ROOT = Path(__file__).resolve().parent.parent.parent / "templates"


def environment(language: str, static: Callable[[str], str], root: Path = ROOT) -> Environment:
    """The templates of one language."""
    return _environment(language, static, root, i18n.offered())


@lru_cache
def _environment(language: str, static: Callable[[str], str], root: Path, offer: i18n.Offer) -> Environment:
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
    translations = offer.translations(language)
    built.translate = translations.gettext
    built.policies["ext.i18n.trimmed"] = True
    built.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    others = [other for other in offer.languages if other != language]
    stand_in = offer.stand_in(language) if language in offer.started else None
    built.constants = {
        "lang": language,
        "dir": i18n.direction(language),
        "other_lang": others[0] if others else language,
    }
    built.globals.update(
        **built.constants,
        static=static,
        languages=[(code, i18n.own_name(code)) for code in offer.languages],
        # What a language that is only started is completed with: its code and its way, for what says so.
        completed_in=(stand_in, i18n.direction(stand_in)) if stand_in else None,
        glossary=glossary(language),
    )
    built.filters["apart"] = apart if i18n.direction(language) == "rtl" else escape
    built.filters["latin"] = latin
    built.filters["lines"] = lines
    built.filters["phone"] = spaced
    built.filters["written"] = written
    built.filters["whole"] = whole
    return built


def lines(pattern: Markup, rows: Sequence[tuple[str, ...]]) -> Markup:
    """A pattern filled in with each row, its ``%s`` in turn. What recurs is escaped once: a loop over the hundred lines of
    a queue, which escapes each value for itself, costs as much as the rest of the page.
    """
    escaped: dict[str, str] = {}
    for row in rows:
        for value in row:
            if value not in escaped:
                escaped[value] = str(escape(value))
    plain = str(pattern)
    return Markup("".join([plain % tuple([escaped[value] for value in row]) for row in rows]))  # noqa: S704  Escaped above.


def latin(value: object) -> Markup:
    """A code, number or reference, isolated and set left to right wherever it stands."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(value)


def render(language: str, static: Callable[[str], str], template: str, context: Mapping[str, Any]) -> str:
    """A template in a language."""
    return environment(language, static).get_template(template).render(context)
