"""The yearly indicators that law 55-19 asks of every administration (art. 28), counted over the files received in a year.

A file that follows another, as an appeal does, is no request received: it is counted apart. What is before the Ombudsman,
who belongs to no administration, is not counted at all.

Figures of parts add up to those of the whole, percentiles too: days are kept as how often each number of them occurred.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

APPEAL_LAWS = frozenset({"55-19-appeal", "55-19-governor", "31-13-complaint"})
"""Under which laws a case that follows another is an appeal against it, or against the silence on it."""


@dataclass(frozen=True)
class Figures:
    """What became of the files that were received in a year.

    Every file is in one of ``decided``, ``returned``, ``withdrawn`` and ``open``; every decided one was decided in time
    (``in_time``), late, or ``untimed``: while no period was running. ``late`` are those decided after their last day,
    those open past it, and those on which the administration's silence was recorded (``silent``), whatever became of
    them. ``appealed`` are those that an appeal followed. ``days`` is how many decided files took so many counted days.
    """

    received: int = 0
    complete: int = 0
    decided: int = 0
    in_time: int = 0
    late: int = 0
    silent: int = 0
    refused: int = 0
    appealed: int = 0
    returned: int = 0
    withdrawn: int = 0
    open: int = 0
    untimed: int = 0
    days: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "Figures") -> "Figures":
        days = dict(self.days)
        for used, count in other.days.items():
            days[used] = days.get(used, 0) + count
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in COUNTS}, days=days)

    @property
    def median(self) -> int | None:
        """The counted days within which at least half of the decided files were decided."""
        return self.percentile(50)

    @property
    def p90(self) -> int | None:
        """The counted days within which at least nine in ten decided files were decided."""
        return self.percentile(90)

    def percentile(self, share: int) -> int | None:
        """By nearest rank: the smallest number of days that at least ``share`` % of the files took no more than."""
        total = sum(self.days.values())
        if not total:
            return None
        # Rounded up in whole numbers: a product of fractions could miss its own rank.
        rank, seen = max(1, -(-total * share // 100)), 0
        for used in sorted(self.days):
            seen += self.days[used]
            if seen >= rank:
                return used
        raise AssertionError("no rank lies beyond the last file")

    @property
    def judged(self) -> int:
        """Of how many files it is known whether they came in time: one that is never answered is late."""
        return self.in_time + self.late

    @property
    def share_in_time(self) -> float | None:
        """Of the files decided in time and the late ones together, the share decided in time; from 0 to 1."""
        return self.in_time / self.judged if self.judged else None

    def data(self) -> dict[str, Any]:
        """As JSON holds it: zeros are left out."""
        counts = {name: count for name in COUNTS if (count := getattr(self, name))}
        return {**counts, "days": {str(used): self.days[used] for used in sorted(self.days)}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        counts = {name: int(data.get(name, 0)) for name in COUNTS}
        return cls(**counts, days={int(used): int(count) for used, count in data.get("days", {}).items()})


COUNTS = tuple(one.name for one in fields(Figures) if one.name != "days")
"""The figures that simply add up."""


def total(parts: Iterable[Figures]) -> Figures:
    """All of them together."""
    whole = Figures()
    for part in parts:
        whole = whole + part
    return whole


def bounds_of(year: int) -> tuple[date, date]:
    """The first day of a year and the first one after it."""
    return date(year, 1, 1), date(year + 1, 1, 1)
