"""What CEL sees of the facts: numbers as doubles, dates as timestamps, lists and groups as lists, null for what is missing.

Samples stand for the answers a condition will meet: those at the edges of what is possible, null among them.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from portal.catalogue.cel_engine import cel
from portal.fields.base import ValueKind

MOST_ENTRIES = 20
LONGEST_TEXT = 10_000
MAX_ENTRY_SAMPLES = 48
DISTRICT = "/"
"""What stands between the code of a commune and a district of it."""

FEW_LETTERS, SOME_LETTERS = "a", "نص طويل شيئًا ما، لا أكثر"
POPULATIONS: Mapping[str, int] = {FEW_LETTERS: 0, SOME_LETTERS: 1_000_000}
"""What the samples of a text have for inhabitants, where they are tried as places; the others are no place at all."""


@dataclass(frozen=True)
class Variable:
    """One name a condition may use, and the values it can take; ``entries`` are what a group repeats."""

    kind: ValueKind
    options: tuple[str, ...] = ()
    entries: Mapping[str, "Variable"] = field(default_factory=dict)

    def samples(self, named: Iterable[str] = ()) -> tuple[Any, ...]:
        """Values at the edges of what is possible, the first one missing.

        ``named`` are the words the condition speaks of: the options, or the fields of a group's entries, that matter.
        """
        match self.kind:
            case ValueKind.NUMBER:
                return (None, 0.0, 1.0, -1.0, 1_000_000.0)
            case ValueKind.DATE | ValueKind.MONTH:
                return (None, moment(date(1950, 1, 1)), moment(date(2026, 2, 28)), moment(date(2040, 12, 31)))
            case ValueKind.TRUTH:
                return (None, True, False)
            case ValueKind.CHOICE:
                return (None, *self._telling(named))
            case ValueKind.LIST:
                telling = self._telling(named) or ("a",)
                return ([], *([word] for word in telling), list(telling))
            case ValueKind.ENTRIES:
                return self._entry_samples(frozenset(named))
            case ValueKind.TEXT:
                return (None, FEW_LETTERS, SOME_LETTERS, "1990-01-01")

    def largest(self) -> Any:
        """The value that is the most work."""
        match self.kind:
            case ValueKind.TEXT:
                return "a" * LONGEST_TEXT
            case ValueKind.LIST:
                return list(self.options) or ["a"] * MOST_ENTRIES
            case ValueKind.ENTRIES:
                entry = {name: variable.largest() for name, variable in self.entries.items()}
                return [entry] * MOST_ENTRIES
            case _:
                return self.samples()[-1]

    def _telling(self, named: Iterable[str]) -> tuple[str, ...]:
        """The options a condition names, with the first and the last of the others."""
        words = frozenset(named)
        others = [option for option in self.options if option not in words]
        return (*(option for option in self.options if option in words), *others[:1], *others[1:][-1:])

    def _entry_samples(self, used: frozenset[str]) -> tuple[Any, ...]:
        empty: dict[str, Any] = {name: variable.samples()[0] for name, variable in self.entries.items()}
        names = [name for name in self.entries if name in used]
        choices = [self.entries[name].samples(used) for name in names]
        if math.prod(map(len, choices)) > MAX_ENTRY_SAMPLES:
            choices = [(samples[0], samples[-1]) for samples in choices]
        combined = itertools.islice(itertools.product(*choices), MAX_ENTRY_SAMPLES)
        entries = [empty | dict(zip(names, values, strict=True)) for values in combined]
        return ([], *([entry] for entry in entries), entries[:MOST_ENTRIES])


def moment(value: Any) -> datetime | None:
    """A day as CEL's timestamp; a month counts as its first day."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            value = date.fromisoformat(f"{value}-01" if len(value) == len("2026-03") else value)
        except ValueError:
            return None
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def seen(variable: Variable, value: Any) -> Any:
    """An answer as CEL sees it; whatever is not of its kind counts as missing, and a missing list is empty."""
    match variable.kind:
        case ValueKind.LIST:
            return [_word(item) for item in value] if isinstance(value, list | tuple) else []
        case ValueKind.ENTRIES:
            return [_entry(variable, item) for item in value or () if isinstance(item, Mapping)]
    if value is None or value == "":
        return None
    match variable.kind:
        case ValueKind.NUMBER:
            try:
                return float(value)
            except (TypeError, ValueError, OverflowError):
                return None
        case ValueKind.DATE | ValueKind.MONTH:
            return moment(value)
        case ValueKind.TRUTH:
            if isinstance(value, bool):
                return value
            return {"yes": True, "true": True, "no": False, "false": False}.get(value) if _is_text(value) else None
        case _:
            return _word(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _entry(variable: Variable, item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: seen(inner, item.get(name)) for name, inner in variable.entries.items()}


def _word(value: Any) -> str:
    """A text; of a file its name, of an address its place."""
    if isinstance(value, Mapping):
        return str(value.get("place") or value.get("name") or "")
    return str(value)


def context_on(today: datetime | None, populations: Mapping[str, int] | None = None) -> cel.Context:
    """A context with the functions a condition may call, and the day it is evaluated on.

    ``populations`` is how many people live in each commune, by its code; none is known of without it.
    """
    context = cel.Context()
    for name, function in FUNCTIONS.items():
        context.add_function(name, function)
    context.add_function("age", partial(_age, today))
    context.add_function("population", partial(_population, populations or {}))
    context.add_variable("today", today)
    return context


def _length(text: str | None) -> float:
    """Characters, where CEL's own size() counts bytes."""
    return float(len(text)) if text else 0.0


def _count(items: Sequence[Any] | None) -> float:
    return float(len(items)) if items else 0.0


def _total(entries: Sequence[Mapping[str, Any]] | None, name: str) -> float:
    """The sum of one number of each entry; an entry without it counts nothing."""
    return float(sum(entry.get(name) or 0.0 for entry in entries or ()))


def _age(today: datetime | None, born: datetime | None) -> float | None:
    """Whole years from a birthday to today."""
    return _years(born, today)


def _population(populations: Mapping[str, int], place: str | None) -> float | None:
    """How many people live in the commune of a place; of a district, in the whole commune it is part of."""
    found = populations.get(place.partition(DISTRICT)[0]) if place else None
    return None if found is None else float(found)


def _months(start: datetime | None, end: datetime | None) -> float | None:
    """Whole months from one day to another, less than none where the second is earlier."""
    if start is None or end is None:
        return None
    if end < start:
        backwards = _months(end, start)
        return None if backwards is None else -backwards
    months = (end.year - start.year) * 12 + end.month - start.month
    return float(months - (1 if end.day < start.day else 0))


def _years(start: datetime | None, end: datetime | None) -> float | None:
    months = _months(start, end)
    return None if months is None else float(math.trunc(months / 12))


def _days(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else float((end.date() - start.date()).days)


def _days_after(day: datetime | None, days: float | None) -> datetime | None:
    """The day so many days later, earlier where there are less than none; nothing outside the calendar."""
    if day is None or days is None or not math.isfinite(days):
        return None
    try:
        return day + timedelta(days=math.trunc(days))
    except OverflowError:
        return None


FUNCTIONS: Mapping[str, Callable[..., float | datetime | None]] = {
    "length": _length,
    "count": _count,
    "total": _total,
    "years_between": _years,
    "months_between": _months,
    "days_between": _days,
    "days_after": _days_after,
}
"""The functions of our own, next to ``age(date)``, which knows what day it is, and ``population(place)``."""
