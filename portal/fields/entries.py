"""Adds an entry to a group, or takes one away, on a page that is being filled in: nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.service import Facts, Field
from portal.fields import GROUPS
from portal.fields.group import (
    MOST,
    count_control,
    entries_on_page,
    entry_fields,
    least_entries,
    most_entries,
)


@dataclass(frozen=True)
class Changed:
    """What is typed on the page afterwards, and the element that the reader is led to (``children-3``)."""

    typed: dict[str, str]
    anchor: str


def add_entry(
    fields: Sequence[Field], typed: Mapping[str, str], button: str, facts: Facts | None = None
) -> Changed | None:
    """What pressing ``add=<button>`` makes of a page; None where that is none of its groups. A full one stays as it is."""
    group = _group(fields, button, facts)
    if group is None:
        return None
    count = entries_on_page(group, typed)
    if count >= most_entries(group):
        return Changed(dict(typed), group.id)
    grown = {**typed, count_control(group): str(count + 1)}
    return Changed({**grown, **GROUPS.entry_typed(group, count + 1, grown)}, f"{group.id}-{count + 1}")


def remove_entry(
    fields: Sequence[Field], typed: Mapping[str, str], button: str, facts: Facts | None = None
) -> Changed | None:
    """What pressing ``remove=<button>`` makes of a page: later entries move up. None where that is none of its entries.

    Of entries that there must be, the last becomes empty instead.
    """
    name, _, last = button.rpartition("-")
    group = _group(fields, name, facts)
    if group is None or not (last.isascii() and last.isdigit() and len(last) <= len(str(MOST))):
        return None
    removed, count = int(last), entries_on_page(group, typed)
    if not 1 <= removed <= count:
        return None
    prefix = f"{group.id}-"
    numbered = {f"{prefix}{number}-" for number in range(1, count + 1)}
    moved = {control: value for control, value in typed.items() if not any(control.startswith(one) for one in numbered)}
    remaining = [number for number in range(1, count + 1) if number != removed]
    for place, number in enumerate(remaining, start=1):
        before = f"{prefix}{number}-"
        for control, value in typed.items():
            if control.startswith(before):
                moved[f"{prefix}{place}-{control.removeprefix(before)}"] = value
    left = max(count - 1, least_entries(group))
    moved[count_control(group)] = str(left)
    for number in range(count, left + 1):
        moved.update(GROUPS.entry_typed(group, number, moved))
    return Changed(moved, f"{prefix}{min(removed, left)}" if left else group.id)


def _group(fields: Sequence[Field], name: str, facts: Facts | None) -> Field | None:
    """The group of that id, or the one inside an entry of another."""
    for field in fields:
        if field.type != "group":
            continue
        if field.id == name:
            return field.settled(facts or {})
        if name.startswith(f"{field.id}-"):
            number = name.removeprefix(f"{field.id}-").partition("-")[0]
            if number.isascii() and number.isdigit() and len(number) <= len(str(MOST)) and 1 <= int(number) <= MOST:
                return _group(entry_fields(field, int(number)), name, facts)
    return None
