"""What somebody said while acting on a case, as a sentence of its timeline quotes it."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.domain.service import GROUP, Field
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings
from portal.i18n import N_, translate
from portal.presenting.isolation import quoted_on_page

IN_WORDS = frozenset(
    {
        "yes_no",
        "choice",
        "choices",
        "select",
        "date",
        "month",
        "integer",
        "decimal",
        "money",
        "place",
        "commune",
        "address",
    }
)
"""The types of question whose answers are kept otherwise than people write them."""


def said(field: Field | None, value: Any, language: str, around: Surroundings | None) -> str:
    """An answer in words; nothing for one that was not given, or that has no words of its own."""
    if value is None or (field is not None and field.type == GROUP):
        return ""
    if field is not None and around is not None and field.type in IN_WORDS:
        return FIELD_TYPES[field.type].show(field, value, language, around)
    if isinstance(value, bool | list | dict):
        return ""
    if field is not None and value in field.labels:
        return field.labels[value][language]
    return quoted_on_page(str(value).strip())


def all_said(
    asked: Iterable[Field], inputs: Mapping[str, Any], language: str, around: Surroundings | None
) -> list[str]:
    """All that somebody said, in the order it was asked, each answer under its question.

    Words alone need no question over them, for they are an answer by themselves; a mere "no" or a day does.
    """
    known = {field.id: field for field in asked}
    order = [*known, *(name for name in inputs if name not in known)]
    found = [(known.get(name), said(known.get(name), inputs.get(name), language, around)) for name in order]
    found = [(field, words) for field, words in found if words]
    if len(found) == 1 and (found[0][0] is None or found[0][0].type not in IN_WORDS):
        return [found[0][1]]
    return [
        translate(language, N_("%(label)s: %(value)s"), {"label": field.label[language], "value": words})
        if field
        else words
        for field, words in found
    ]
