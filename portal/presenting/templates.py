"""Templates, compiled once per language with their texts folded in: rendering looks nothing up."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup

from portal import i18n

ROOT = Path(__file__).resolve().parent.parent.parent / "templates"


class FoldedTranslations(InternationalizationExtension):
    """``{% trans %}`` resolved while compiling: what is left of a text without variables is a constant."""

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,
    ) -> nodes.Output:
        if plural_expr is not None:
            return super()._make_node(
                singular, plural, context, variables, plural_expr, vars_referenced, num_called_num
            )
        # Without variables Jinja leaves doubled percent signs as they were written.
        message = singular if vars_referenced else singular.replace("%%", "%")
        said = self.environment.translate(message)  # type: ignore[attr-defined]
        constant = nodes.MarkSafeIfAutoescape(nodes.Const(said))
        if not variables:
            return nodes.Output([constant])
        pairs = [nodes.Pair(nodes.Const(name), value) for name, value in variables.items()]
        return nodes.Output([nodes.Mod(constant, nodes.Dict(pairs))])


@lru_cache
def environment(language: str, static: Callable[[str], str], root: Path = ROOT) -> Environment:
    """The templates of one language."""
    built = Environment(
        loader=FileSystemLoader(root),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        extensions=[FoldedTranslations],
    )
    translations = i18n.translations(language)
    built.translate = translations.gettext  # type: ignore[attr-defined]
    built.policies["ext.i18n.trimmed"] = True
    built.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    others = [other for other in i18n.languages() if other != language]
    built.globals.update(
        lang=language,
        dir=i18n.direction(language),
        static=static,
        other_lang=others[0] if others else language,
        languages=[(code, i18n.own_name(code)) for code in i18n.languages()],
    )
    built.filters["latin"] = latin
    return built


def latin(value: object) -> Markup:
    """A code, number or reference, isolated and set left to right wherever it stands."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(value)


def render(language: str, static: Callable[[str], str], template: str, context: Mapping[str, Any]) -> str:
    """A template in a language."""
    return environment(language, static).get_template(template).render(context)
