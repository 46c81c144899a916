"""Reads the opening hours in calendar.yaml: those of all offices, of some of them, and those of Ramadan."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Section
from portal.domain.opening import Week


class Weekday(StrEnum):
    """The days of the week, Monday first as in Python's calendar."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        return list(Weekday).index(self)


class SeasonName(StrEnum):
    """The times of the year with hours of their own."""

    RAMADAN = "ramadan"


@dataclass(frozen=True)
class OpeningHours:
    """When offices are open on some days of the week (0 is Monday), in the province's own time.

    Those of all offices name no ``units``; those of a ``season`` hold in it alone.
    """

    days: tuple[int, ...]
    opens: time
    closes: time
    units: tuple[str, ...] = ()
    season: SeasonName | None = None


def read_hours(section: Section) -> OpeningHours:
    """One entry under ``hours``."""
    days = tuple(day.number for day in section.choices("days", Weekday))
    season = section.choice("season", SeasonName) if section.has("season") else None
    units = section.words("units", required=False)
    hours = OpeningHours(days, read_time(section, "opens"), read_time(section, "closes"), units, season)
    if hours.opens >= hours.closes:
        section.fault(Sentence("'closes' must come after 'opens'"), "closes")
    section.close()
    return hours


def read_time(section: Section, key: str) -> time:
    word = section.string(key)
    try:
        return time.fromisoformat(word)
    except ValueError:
        section.fault(Sentence("'%(word)s' is not a time such as 08:30", word=word), key)
        return time.min


def prove_hours(
    calendar: Section, rows: Sequence[OpeningHours], weekend: Collection[int], units: Collection[str] | None
) -> None:
    """Reports hours of offices that there are not, that overlap, or that leave offices without any working day."""
    for unit in dict.fromkeys(unit for row in rows for unit in row.units):
        if units is not None and unit not in units:
            calendar.fault(Sentence("there is no unit '%(unit)s' in the territory", unit=unit), "hours")
    for unit in ("", *dict.fromkeys(unit for row in rows for unit in row.units)):
        for season in (None, *SeasonName):
            own = [row for row in rows if row.season is season and (unit in row.units if unit else not row.units)]
            week = week_of(own)
            if any(first[1] > later[0] for spans in week for first, later in pairwise(spans)):
                calendar.fault(Sentence("the hours of one day overlap: write each time once"), "hours")
            if season is None and (own or not unit) and not _opens(week, weekend):
                calendar.fault(Sentence("an office needs hours on a working day, in Ramadan and outside it"), "hours")


def _opens(week: Week, weekend: Collection[int]) -> bool:
    return any(spans for number, spans in enumerate(week) if number not in weekend)


def chosen(rows: Iterable[OpeningHours], unit: str, season: SeasonName | None) -> tuple[OpeningHours, ...]:
    """The hours that hold for an office, all of the first kind there is any of; empty for no office in particular.

    In a season its hours go first, the office's own before those of all: they are set for the whole country, so an
    office that keeps its usual ones through Ramadan says so.
    """
    every = tuple(rows)
    for wanted in dict.fromkeys((season, None)):
        for own in (True, False) if unit else (False,):
            found = [row for row in every if row.season is wanted and (unit in row.units if own else not row.units)]
            if found:
                return tuple(found)
    return ()


def week_of(rows: Iterable[OpeningHours]) -> Week:
    """The spans of each day of the week, in order."""
    every = tuple(rows)
    return tuple(
        tuple(sorted((row.opens, row.closes) for row in every if number in row.days)) for number in range(len(Weekday))
    )
