"""The kingdom's days off, and the feasts and the month that follow the moon: estimated until somebody confirms them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from typing import cast

import holidays
from hijridate import Gregorian, Hijri
from holidays.holiday_base import HolidayBase

from portal.domain.service import Text

ESTIMATED = re.compile(r"\s*\([^)]*\)")
RAMADAN = 9
"""Its place among the months."""
LATEST_HIJRI_YEAR = 1500


class Feast(StrEnum):
    """The days off that follow the moon: their dates are estimated until they are confirmed."""

    EID_AL_FITR = "eid_al_fitr"
    EID_AL_ADHA = "eid_al_adha"
    ISLAMIC_NEW_YEAR = "islamic_new_year"
    PROPHETS_BIRTHDAY = "prophets_birthday"


FeastOf = tuple[Feast, int]
"""A feast and the year in which it falls."""

# The English names that the `holidays` package gives to the feasts.
FEASTS: Mapping[str, Feast] = {
    "Eid al-Fitr": Feast.EID_AL_FITR,
    "Eid al-Adha": Feast.EID_AL_ADHA,
    "Islamic New Year": Feast.ISLAMIC_NEW_YEAR,
    "Prophet's Birthday": Feast.PROPHETS_BIRTHDAY,
}


@dataclass(frozen=True)
class DayOff:
    """One day on which the offices are closed; an estimated one follows the moon and may still move."""

    on: date
    name: Text
    estimated: bool = False
    feast: Feast | None = None


@cache
def _morocco() -> type[HolidayBase]:
    """Morocco's days off as the package has them, without the days of all other countries.

    To ask the package for one country loads them all, which are 8 MB of every process of the portal.
    """
    file = Path(holidays.__file__).parent / "countries" / "morocco.py"
    name = "holidays.countries.morocco"
    loader = SourceFileLoader(name, str(file))
    module = module_from_spec(ModuleSpec(name, loader, origin=str(file)))
    loader.exec_module(module)
    return cast(type[HolidayBase], module.Morocco)


@lru_cache(maxsize=8)
def by_law(first: int, last: int) -> tuple[DayOff, ...]:
    """The days off by law over some years, in their order; those of a feast as they are estimated."""
    years = range(first, last + 1)
    morocco = _morocco()
    english = morocco(years=years, language="en_US")
    spoken = {code: morocco(years=years, language=code) for code in ("ar", "fr")}
    days: list[DayOff] = []
    for on in sorted(english):
        # Two feasts may fall on one day; their names are then joined in the same order in every language.
        for index, title in enumerate(english.get_list(on)):
            name = Text({code: ESTIMATED.sub("", spoken[code].get_list(on)[index]) for code in spoken})
            days.append(DayOff(on, name, "estimated" in title, FEASTS.get(ESTIMATED.sub("", title))))
    return tuple(days)


@lru_cache(maxsize=8)
def ramadans(first: int, last: int) -> tuple[date, ...]:
    """The estimated first day of each Ramadan over some years, as far as the tables go; there may be two in one year."""
    found = []
    for year in range(_hijri_year(first), _hijri_year(last) + 2):
        try:
            begins = Hijri(year, RAMADAN, 1).to_gregorian()
        except OverflowError:
            break
        found.append(date(begins.year, begins.month, begins.day))
    return tuple(on for on in found if first <= on.year <= last)


def _hijri_year(year: int) -> int:
    """The year of the Hijra in which a year of ours begins; the latest that the tables know, beyond them."""
    try:
        return int(Gregorian(year, 1, 1).to_hijri().year)
    except OverflowError:
        return LATEST_HIJRI_YEAR


def name_of(feast: Feast, days: Iterable[DayOff]) -> Text:
    """What a feast is called."""
    return next(day.name for day in days if day.feast is feast)
