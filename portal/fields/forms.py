"""Reads a whole page of questions: what was answered, what is wrong, and everything as it was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.service import Facts, Field
from portal.fields import FIELD_TYPES, GROUPS
from portal.fields.base import FieldType, Surroundings, Wrong
from portal.fields.computed import Computed
from portal.fields.file import File
from portal.fields.group import Group, entries_on_page, entry_fields, least_entries, most_entries

MOST_CHARACTERS = 5_000

Visible = Callable[[Field, Mapping[str, Any]], bool]
"""Whether a question is asked, given the answers to those before it on the page."""

Held = Mapping[str, Sequence[Mapping[str, str]]]
"""The files taken in for questions of type file: ``{"id", "name"}`` each, by the question's control."""


@dataclass(frozen=True)
class PageReading:
    """What reading a page gave.

    ``answers`` has every question of the page: None where it is empty, hidden or wrong. ``errors`` are by question,
    those of an entry of a group by its control (``children-2-birth_date``), in their order on the page; ``typed`` has
    every control, exactly as it was filled in.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Wrong] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


def read_page(
    fields: Sequence[Field],
    raw: Mapping[str, str],
    around: Surroundings,
    visible: Visible,
    facts: Facts | None = None,
    *,
    held: Held | None = None,
) -> PageReading:
    """Reads the questions in order, so that whether one is asked can depend on those before it; never raises Wrong.

    By ``facts``, the answers of earlier pages, the rules of a question are settled and computed values worked out;
    without them, whatever a rule leaves open does not limit. Files are never read from controls, which anybody can
    write: the answer of a question of type file is what ``held`` has for it. Values of one control sent several times
    are expected joined by ``\\n``, as ``http.forms`` does.
    """
    reading = PageReading()
    reader = _Reader(raw, around, visible, facts or {}, held or {}, reading)
    for question in fields:
        reading.typed.update(_typed(question, raw))
        reader.read(question, question, reading.answers)
    return reading


def _typed(question: Field, raw: Mapping[str, str]) -> dict[str, str]:
    if question.type == "group":
        return GROUPS.typed(question, raw)
    return {control: raw.get(control, "") for control in FIELD_TYPES[question.type].controls(question)}


@dataclass(frozen=True)
class _Reader:
    """One reading of a page."""

    raw: Mapping[str, str]
    around: Surroundings
    visible: Visible
    facts: Facts
    held: Held
    reading: PageReading

    def read(self, question: Field, here: Field, into: dict[str, Any]) -> None:
        """Puts the answer to a question among others; ``here`` is the same question under the id it has on the page."""
        kind = FIELD_TYPES[question.type]
        if question.type == "info":
            return
        into[question.id] = None
        if not self.visible(question, self.reading.answers):
            return
        here = here.settled(self.facts)
        try:
            into[question.id] = self.value(kind, here)
        except Wrong as wrong:
            self.reading.errors[here.id] = wrong

    def value(self, kind: FieldType, here: Field) -> Any:
        """The answer to a question that is asked; raises Wrong."""
        if isinstance(kind, Group):
            return self.entries(here)
        if isinstance(kind, Computed):
            return kind.value_of(here, self.facts)
        value = kind.held(here, self.held.get(here.id, ())) if isinstance(kind, File) else self.parsed(kind, here)
        if value is None and here.required:
            raise Wrong(kind.needed)
        return value

    def parsed(self, kind: FieldType, here: Field) -> Any:
        given = _typed(here, self.raw)
        longest = kind.longest(here)
        # Refused unread, so that nobody can make us work on megabytes. Browsers end each line with two characters.
        if any(len(typed) > max(MOST_CHARACTERS, 2 * longest) for typed in given.values()):
            raise Wrong("field.too_long", max=str(longest))
        return kind.read(here, given, self.around)

    def entries(self, group: Field) -> list[dict[str, Any]]:
        """The entries of a group. An empty one is dropped, but for those that there must be, which are asked for."""
        least, most = least_entries(group), most_entries(group)
        count, before = entries_on_page(group, self.raw), len(self.reading.errors)
        filled = [number for number in range(1, count + 1) if not self.is_empty(group, number)]
        kept = sorted({*filled, *range(1, least + 1)})
        entries = [self.entry(group, number) for number in kept]
        wanted = max(least, group.limits.least or 0) if filled else least
        if len(filled) < wanted and len(self.reading.errors) == before:
            raise Wrong("field.group.too_few", min=str(wanted))
        if len(filled) > most:
            raise Wrong("field.group.too_many", max=str(most))
        return entries

    def entry(self, group: Field, number: int) -> dict[str, Any]:
        entry: dict[str, Any] = {}
        for question, here in zip(group.fields, entry_fields(group, number), strict=True):
            self.read(question, here, entry)
        return entry

    def is_empty(self, group: Field, number: int) -> bool:
        files = any(self.held.get(one.id) for one in entry_fields(group, number))
        return not files and GROUPS.is_empty(group, number, self.raw)
