"""Reads a whole page of questions: what was answered, what is wrong, and everything as it was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.service import Field
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings, Wrong

MOST_CHARACTERS = 5_000

Visible = Callable[[Field, Mapping[str, Any]], bool]
"""Whether a question is asked, given the answers to those before it on the page."""


@dataclass(frozen=True)
class PageReading:
    """What reading a page gave.

    ``answers`` has every question of the page: None where it is empty, hidden or wrong. ``errors`` are by question,
    in their order on the page; ``typed`` has every control, exactly as it was filled in.
    """

    answers: dict[str, Any]
    errors: dict[str, Wrong]
    typed: dict[str, str]


def read_page(fields: Sequence[Field], raw: Mapping[str, str], around: Surroundings, visible: Visible) -> PageReading:
    """Reads the questions in order, so that whether one is asked can depend on those before it; never raises Wrong."""
    reading = PageReading({}, {}, {})
    for field in fields:
        given = {control: raw.get(control, "") for control in FIELD_TYPES[field.type].controls(field)}
        reading.typed.update(given)
        reading.answers[field.id] = None
        if not visible(field, reading.answers):
            continue
        try:
            reading.answers[field.id] = _read(field, given, around)
        except Wrong as wrong:
            reading.errors[field.id] = wrong
    return reading


def _read(field: Field, given: Mapping[str, str], around: Surroundings) -> Any:
    kind = FIELD_TYPES[field.type]
    longest = kind.longest(field)
    # Refused unread, so that nobody can make us work on megabytes. Browsers end each line with two characters.
    if any(len(typed) > max(MOST_CHARACTERS, 2 * longest) for typed in given.values()):
        raise Wrong("field.too_long", max=str(longest))
    value = kind.read(field, given, around)
    if value is None and field.required:
        raise Wrong(kind.needed)
    return value
