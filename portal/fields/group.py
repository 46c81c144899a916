"""The same questions several times: the children of a household, the members of a cooperative."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal import i18n
from portal.domain.service import Field
from portal.fields.base import FieldType, Surroundings, ValueKind
from portal.fields.cleaning import code, line
from portal.fields.schema import object_schema

MOST = 20
"""Entries that a group has at the very most."""


class Group(FieldType):
    """Entries, each a mapping of the ids of the group's questions to their answers, None where one is left open.

    The controls of an entry are those of its questions, their ids put behind ``{group}-{n}-``, n from 1; how many
    entries stand on the page is in ``{group}-count``. A group may hold another: its id is then ``{group}-{n}-{inner}``.
    """

    kind = ValueKind.ENTRIES
    needed = "field.group.too_few"

    def __init__(self, types: Mapping[str, FieldType]) -> None:
        self._types = types

    def controls(self, field: Field) -> tuple[str, ...]:
        return (count_control(field),)

    def typed(self, field: Field, raw: Mapping[str, str]) -> dict[str, str]:
        """Every control of the entries on the page, and how many these are."""
        count = entries_on_page(field, raw)
        typed = {count_control(field): str(count)}
        for number in range(1, count + 1):
            typed.update(self.entry_typed(field, number, raw))
        return typed

    def entry_typed(self, field: Field, number: int, raw: Mapping[str, str]) -> dict[str, str]:
        """Every control of one entry."""
        typed: dict[str, str] = {}
        for one in entry_fields(field, number):
            kind = self._types[one.type]
            if isinstance(kind, Group):
                typed.update(kind.typed(one, raw))
            else:
                typed.update({control: raw.get(control, "") for control in kind.controls(one)})
        return typed

    def is_empty(self, field: Field, number: int, raw: Mapping[str, str]) -> bool:
        """Whether nothing is filled in in an entry, whatever number of inner entries there is room for."""
        for one in entry_fields(field, number):
            kind = self._types[one.type]
            if isinstance(kind, Group):
                if any(not kind.is_empty(one, inner, raw) for inner in range(1, entries_on_page(one, raw) + 1)):
                    return False
            elif any(line(raw.get(control, "")) for control in kind.controls(one)):
                return False
        return True

    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> list[dict[str, Any]] | None:
        """The entries as they can be read, without the empty ones; raises the first Wrong. Pages are read by ``forms``."""
        if not code(raw.get(count_control(field), "")):
            return None
        return [
            {
                one.id: self._types[one.type].read(inner, raw, around)
                for one, inner in zip(field.fields, entry_fields(field, number), strict=True)
                if one.type != "info"
            }
            for number in range(1, entries_on_page(field, raw) + 1)
            if not self.is_empty(field, number, raw)
        ]

    def write(self, field: Field, value: Any) -> dict[str, str]:
        if value is None:
            return {count_control(field): ""}
        written = {count_control(field): str(len(value))}
        for number, entry in enumerate(value, start=1):
            for one, inner in zip(field.fields, entry_fields(field, number), strict=True):
                written.update(self._types[one.type].write(inner, entry.get(one.id)))
        return written

    def show(self, field: Field, value: Any, language: str, around: Surroundings) -> str:
        """The entries in words, one to a line; ``presenting.check`` gives each of them rows of its own."""
        return "\n".join(
            f"{heading(field, number, language)}{i18n.comma(language)}"
            + i18n.comma(language).join(shown for shown in self._shown(field, entry, language, around) if shown)
            for number, entry in enumerate(value or (), start=1)
        )

    def _shown(self, field: Field, entry: Mapping[str, Any], language: str, around: Surroundings) -> list[str]:
        return [self._types[one.type].show(one, entry.get(one.id), language, around) for one in field.fields]

    def schema(self, field: Field) -> dict[str, Any]:
        entry = object_schema([(one, True) for one in field.fields], self._types)
        return {"type": "array", "items": entry, "minItems": least_entries(field), "maxItems": most_entries(field)}

    def sample(self, field: Field) -> list[Any]:
        samples = {one.id: self._types[one.type].sample(one) for one in field.fields if one.type != "info"}
        first = {name: values[1] if len(values) > 1 else None for name, values in samples.items()}
        last = {name: values[-1] for name, values in samples.items()}
        return [
            None,
            *([[]] if least_entries(field) == 0 else []),
            [first] * max(least_entries(field), 1),
            [first, last],
        ]


def count_control(field: Field) -> str:
    """The control that says how many entries stand on the page."""
    return f"{field.id}-count"


def least_entries(field: Field) -> int:
    """How many entries there must be: at least one of a group that is required."""
    return max(field.limits.least or 1, 1) if field.required else 0


def most_entries(field: Field) -> int:
    """How many entries there can be."""
    return min(MOST if field.limits.most is None else field.limits.most, MOST)


def entries_on_page(field: Field, raw: Mapping[str, str]) -> int:
    """How many entries stand on the page: those that must, where nothing says so yet."""
    typed = code(raw.get(count_control(field), "")[:10])
    counted = int(typed) if typed.isascii() and typed.isdigit() else 0
    return min(max(counted, least_entries(field)), MOST)


def entry_fields(field: Field, number: int) -> tuple[Field, ...]:
    """The group's questions as those of one entry, which is what their ids then say."""
    return tuple(replace(one, id=f"{field.id}-{number}-{one.id}") for one in field.fields)


def heading(field: Field, number: int, language: str) -> str:
    """What stands over an entry: «Child 2»."""
    return f"{(field.entry or field.label)[language]} {i18n.number(number, language)}"
