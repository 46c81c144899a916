"""Reads calendar.yaml: the days the offices are closed, and the hours they are open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

import holidays

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Reading, Section
from portal.catalogue.yaml_source import parse
from portal.domain.clock import Calendar
from portal.domain.service import Text

FILE = "calendar.yaml"
OPENING_HOURS, A_DAY_OFF = Sentence("opening hours"), Sentence("a day off")
A_FEAST = Sentence("a confirmed feast")
ESTIMATED = re.compile(r"\s*\([^)]*\)")


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


class Feast(StrEnum):
    """The days off that follow the moon: their dates are estimated until they are confirmed."""

    EID_AL_FITR = "eid_al_fitr"
    EID_AL_ADHA = "eid_al_adha"
    ISLAMIC_NEW_YEAR = "islamic_new_year"
    PROPHETS_BIRTHDAY = "prophets_birthday"


# The English names that the `holidays` package gives to the feasts.
FEASTS: Mapping[str, Feast] = {
    "Eid al-Fitr": Feast.EID_AL_FITR,
    "Eid al-Adha": Feast.EID_AL_ADHA,
    "Islamic New Year": Feast.ISLAMIC_NEW_YEAR,
    "Prophet's Birthday": Feast.PROPHETS_BIRTHDAY,
}


@dataclass(frozen=True)
class OpeningHours:
    """When the offices are open on some days of the week (0 is Monday), in the province's own time."""

    days: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True)
class DayOff:
    """One day on which the offices are closed; an estimated one follows the moon and may still move."""

    on: date
    name: Text
    estimated: bool = False


@dataclass(frozen=True)
class Office:
    """What calendar.yaml says: the calendar the law's clock counts with, and what people are shown of it."""

    calendar: Calendar
    hours: tuple[OpeningHours, ...]
    days_off: tuple[DayOff, ...]


def load_calendar(text: str) -> Calendar:
    """The calendar of the province's offices; raises Unsound."""
    return load_office(text).calendar


def load_office(text: str) -> Office:
    """Opening hours and days off, over the years that calendar.yaml names; raises Unsound."""
    reading = Reading()
    section = Section(FILE, parse(FILE, text), reading, FILE)
    first, last = section.integer("from_year", least=2000, most=2100), section.integer("to_year", least=2000, most=2100)
    if first > last:
        section.fault(Sentence("'to_year' comes before 'from_year'"), "to_year")
    weekend = frozenset(day.number for day in section.choices("weekend", Weekday))
    if len(weekend) > 6:
        section.fault(Sentence("an office that never opens decides nothing"), "weekend")
    hours = tuple(_hours(row) for row in section.sections("hours", OPENING_HOURS))
    confirmed = _confirmed(section)
    closed = [_day_off(row) for row in section.sections("closed", A_DAY_OFF, required=False)]
    opened = {_date(section, word, "open") for word in section.words("open", required=False)}
    section.close()
    reading.stop_if_any()
    days = {day.on: day for day in [*_national(first, last, confirmed), *closed] if day.on not in opened}
    days_off = tuple(days[on] for on in sorted(days))
    return Office(Calendar(frozenset(days), weekend), hours, days_off)


def _national(first: int, last: int, confirmed: Mapping[tuple[Feast, int], tuple[date, ...]]) -> list[DayOff]:
    """The kingdom's days off by law, and the feasts: where a feast's dates are confirmed, the estimate is dropped."""
    years = range(first, last + 1)
    english = holidays.country_holidays("MA", years=years, language="en_US")
    spoken = {code: holidays.country_holidays("MA", years=years, language=code) for code in ("ar", "fr")}
    days: list[DayOff] = []
    names: dict[Feast, Text] = {}
    for on in sorted(english):
        # Two feasts may fall on one day; their names are then joined in the same order in every language.
        for index, title in enumerate(english.get_list(on)):
            name = Text({code: ESTIMATED.sub("", spoken[code].get_list(on)[index]) for code in spoken})
            feast = FEASTS.get(ESTIMATED.sub("", title))
            if feast is not None:
                names[feast] = name
                if (feast, on.year) in confirmed:
                    continue
            days.append(DayOff(on, name, "estimated" in title))
    return days + [
        DayOff(on, names[feast]) for (feast, _), dates in confirmed.items() for on in dates if feast in names
    ]


def _confirmed(calendar: Section) -> dict[tuple[Feast, int], tuple[date, ...]]:
    found: dict[tuple[Feast, int], tuple[date, ...]] = {}
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


def _hours(section: Section) -> OpeningHours:
    days = tuple(day.number for day in section.choices("days", Weekday))
    hours = OpeningHours(days, _time(section, "opens"), _time(section, "closes"))
    if hours.opens >= hours.closes:
        section.fault(Sentence("'closes' must come after 'opens'"), "closes")
    section.close()
    return hours


def _date(section: Section, word: str, key: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        section.fault(Sentence("'%(word)s' is not a date such as 2026-03-21", word=word), key)
        return date.min


def _time(section: Section, key: str) -> time:
    word = section.string(key)
    try:
        return time.fromisoformat(word)
    except ValueError:
        section.fault(Sentence("'%(word)s' is not a time such as 08:30", word=word), key)
        return time.min
