"""A condition of a service as its readers can follow it: the questions by their words, the signs of CEL by plain ones."""

import re
from collections.abc import Iterable, Mapping

from portal.domain.service import Field, ServiceDefinition
from portal.i18n import N_, translate

TOKEN = re.compile(
    r"'[^']*'|\"[^\"]*\"|answers\.[a-z_0-9]+(?:\.[a-z_0-9]+)*|[a-z_][a-z_0-9.]*|&&|\|\||[=!<>]=|[<>!]|.", re.S
)
WORDS: Mapping[str, str] = {
    "&&": N_("and"),
    "||": N_("or"),
    "!": N_("not"),
    "in": N_("is one of"),
    "true": N_("yes"),
    "false": N_("no"),
    "null": N_("nothing"),
    "today": N_("today"),
}
SIGNS: Mapping[str, str] = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}


def fields_of(definition: ServiceDefinition) -> dict[str, Field]:
    """Every question of a service that a condition may name, by its id."""
    first = definition.eligibility.fields if definition.eligibility is not None else ()
    asked = [*first, *(field for page in definition.pages for field in page.fields)]
    return {field.id: field for field in [*asked, *_inner(asked)]}


def _inner(fields: Iterable[Field]) -> list[Field]:
    return [one for field in fields for inner in field.fields for one in (inner, *_inner([inner]))]


def condition_words(expression: str, fields: Mapping[str, Field], language: str) -> str:
    """The condition in words; what has none, such as a function's name, stands as it is written."""
    said, last = [], None
    for token in TOKEN.findall(expression):
        if token.startswith("answers."):
            last = fields.get(token.split(".")[1])
            said.append(f"«{last.label[language]}»" if last is not None else token)
        elif token[0] in "'\"":
            said.append(_option(token[1:-1], last, language))
        elif token in WORDS:
            said.append(translate(language, WORDS[token]))
        else:
            said.append(SIGNS.get(token, token))
    return "".join(said).strip()


def _option(value: str, field: Field | None, language: str) -> str:
    """The words of an answer that can be chosen."""
    options = field.options if field is not None else ()
    return next((f"«{one.label[language]}»" for one in options if one.value == value), value)
