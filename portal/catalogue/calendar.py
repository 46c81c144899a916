"""The days on which offices are closed and the hours they are open: calendar.yaml, and what was confirmed since."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from portal.catalogue.days_off import DayOff, Feast, FeastOf, by_law, name_of, ramadans
from portal.catalogue.faults import Sentence
from portal.catalogue.hours import OpeningHours, SeasonName, Weekday, chosen, prove_hours, read_hours, week_of
from portal.catalogue.reading import Reading, Section
from portal.catalogue.yaml_source import parse
from portal.domain.clock import Calendar
from portal.domain.opening import Opening, Season
from portal.domain.service import Text

__all__ = ["Changes", "Closure", "DayOff", "Feast", "Office", "OpeningHours", "load_calendar", "load_office"]

FILE = "calendar.yaml"
OPENING_HOURS, A_DAY_OFF = Sentence("opening hours"), Sentence("a day off")
A_FEAST = Sentence("a confirmed feast")
LONGEST_MONTH = timedelta(days=30)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Closure:
    """Days, both ends included, on which one office is closed, or all of them where ``unit`` is empty."""

    unit: str
    first: date
    last: date
    name: Text

    @property
    def days(self) -> Iterable[DayOff]:
        return (DayOff(self.first + n * ONE_DAY, self.name) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class Changes:
    """What administrators have confirmed and entered, beside the file."""

    confirmed: Mapping[FeastOf, tuple[date, ...]] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True)
class Office:
    """The days off and the hours of the province's offices over the years that calendar.yaml names.

    The days of a feast are those that an administrator confirmed, else those that the file confirms, else estimated.
    ``opened`` are days that would be off but are worked; a closure that somebody enters closes these too.
    """

    first_year: int
    last_year: int
    weekend: frozenset[int]
    hours: tuple[OpeningHours, ...]
    by_law: tuple[DayOff, ...]
    in_file: Mapping[FeastOf, tuple[date, ...]]
    closed: tuple[DayOff, ...]
    opened: frozenset[date]
    since: Changes = field(default_factory=Changes)

    @cached_property
    def confirmed(self) -> Mapping[FeastOf, tuple[date, ...]]:
        """The days of the feasts that are confirmed."""
        return {**self.in_file, **self.since.confirmed}

    def estimated(self, feast: Feast, year: int) -> tuple[date, ...]:
        """The days on which a feast would fall if nobody confirmed it; none in a year beyond the calendar's."""
        return tuple(day.on for day in self.by_law if day.feast is feast and day.on.year == year)

    def days_of(self, feast: Feast, year: int) -> tuple[date, ...]:
        """The days of a feast as they stand."""
        return self.confirmed.get((feast, year)) or self.estimated(feast, year)

    def name_of(self, feast: Feast) -> Text:
        return name_of(feast, self.by_law)

    @cached_property
    def days_off(self) -> tuple[DayOff, ...]:
        """The days on which all offices are closed, in their order, with their names."""
        lawful = [day for day in self.by_law if day.feast is None or (day.feast, day.on.year) not in self.confirmed]
        confirmed = [
            DayOff(on, self.name_of(feast), feast=feast) for (feast, _), dates in self.confirmed.items() for on in dates
        ]
        named = {day.on: day for day in [*lawful, *confirmed, *self.closed] if day.on not in self.opened}
        named |= {day.on: day for one in self.since.closures if not one.unit for day in one.days}
        return tuple(named[on] for on in sorted(named))

    @cached_property
    def calendar(self) -> Calendar:
        """By which the law's clock counts at an office without closures of its own."""
        return Calendar(frozenset(day.on for day in self.days_off), self.weekend)

    def calendar_of(self, unit: str) -> Calendar:
        """By which the law's clock counts at an office; the same object wherever it has no closures of its own."""
        return self._own.get(unit, self.calendar)

    @cached_property
    def _own(self) -> Mapping[str, Calendar]:
        closed: dict[str, set[date]] = {}
        for one in self.since.closures:
            if one.unit:
                closed.setdefault(one.unit, set()).update(day.on for day in one.days)
        return {unit: Calendar(self.calendar.holidays | days, self.weekend) for unit, days in closed.items()}

    @cached_property
    def ramadans(self) -> tuple[tuple[date, date], ...]:
        """The first and last day of each Ramadan: it ends the day before Eid al-Fitr, and has 30 days at most."""
        feasts = sorted(
            on for year in range(self.first_year, self.last_year + 1) for on in self.days_of(Feast.EID_AL_FITR, year)
        )
        found = []
        for begins in ramadans(self.first_year, self.last_year):
            # A month seen a day or two early may already have begun when the tables have it begin.
            near = (on for on in feasts if LONGEST_MONTH / 2 < on - begins < LONGEST_MONTH * 2)
            eid = next(near, begins + LONGEST_MONTH)
            found.append((max(begins, eid - LONGEST_MONTH), eid - ONE_DAY))
        return tuple(found)

    def hours_on(self, day: date, unit: str = "") -> tuple[OpeningHours, ...]:
        """The hours that hold on a day: an office's own, or without a ``unit`` those of all."""
        fasting = any(first <= day <= last for first, last in self.ramadans)
        return chosen(self.hours, unit, SeasonName.RAMADAN if fasting else None)

    def opening_of(self, unit: str) -> Opening:
        """When an office is open, for counting hours."""
        opening = self._openings.get(unit)
        if opening is None:
            opening = self._openings[unit] = self._opening(unit)
        return opening

    @cached_property
    def _openings(self) -> dict[str, Opening]:
        """Those asked for before: every page of a case asks, and proving the hours of a week takes longer than counting."""
        return {}

    def _opening(self, unit: str) -> Opening:
        fasting = week_of(chosen(self.hours, unit, SeasonName.RAMADAN))
        seasons = tuple(Season(first, last, fasting) for first, last in self.ramadans)
        return Opening(self.calendar_of(unit), week_of(chosen(self.hours, unit, None)), seasons)

    @cached_property
    def units_with_hours(self) -> frozenset[str]:
        """The offices that have hours of their own."""
        return frozenset(unit for row in self.hours for unit in row.units)


def load_calendar(text: str) -> Calendar:
    """The calendar of the province's offices; raises Unsound."""
    return load_office(text).calendar


def load_office(text: str, units: Collection[str] | None = None) -> Office:
    """What calendar.yaml says; raises Unsound. Where ``units`` are given, its hours name no others."""
    reading = Reading()
    section = Section(FILE, parse(FILE, text), reading, FILE)
    first, last = section.integer("from_year", least=2000, most=2100), section.integer("to_year", least=2000, most=2100)
    if first > last:
        section.fault(Sentence("'to_year' comes before 'from_year'"), "to_year")
    weekend = frozenset(day.number for day in section.choices("weekend", Weekday))
    if len(weekend) > 6:
        section.fault(Sentence("an office that never opens decides nothing"), "weekend")
    hours = tuple(read_hours(row) for row in section.sections("hours", OPENING_HOURS))
    confirmed = _confirmed(section)
    closed = tuple(_day_off(row) for row in section.sections("closed", A_DAY_OFF, required=False))
    opened = frozenset(_date(section, word, "open") for word in section.words("open", required=False))
    section.close()
    # What could not be read would only be reported once more.
    if not reading.faults:
        prove_hours(section, hours, weekend, units)
    reading.stop_if_any()
    return Office(first, last, weekend, hours, by_law(first, last), confirmed, closed, opened)


def _confirmed(calendar: Section) -> dict[FeastOf, tuple[date, ...]]:
    found: dict[FeastOf, tuple[date, ...]] = {}
    for section in calendar.sections("confirmed", A_FEAST, required=False):
        feast, year = section.choice("feast", Feast), section.integer("year", least=2000, most=2100)
        dates = tuple(_date(section, word, "days") for word in section.words("days"))
        if any(on.year != year for on in dates):
            section.fault(Sentence("these days are not all in %(year)s", year=year), "days")
        found[feast, year] = dates
        section.close()
    return found


def _day_off(section: Section) -> DayOff:
    day = DayOff(_date(section, section.string("date"), "date"), section.text("name"))
    section.close()
    return day


def _date(section: Section, word: str, key: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        section.fault(Sentence("'%(word)s' is not a date such as 2026-03-21", word=word), key)
        return date.min
