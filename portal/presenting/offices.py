"""The offices of the province in a language: where they are, when they are open, how to call them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Protocol

from babel.dates import get_day_names

from portal.domain.service import UnitKind
from portal.domain.territory import Territory, Unit
from portal.i18n import N_, OFFICE_ZONE, comma, locale, time_in_words, translate


@dataclass(frozen=True)
class Office:
    """One office: its address and telephone, empty where they are not known yet, and the hours that are its own."""

    name: str
    address: str
    phone: str
    hours: tuple["Opened", ...] = ()


@dataclass(frozen=True)
class Place:
    """A commune, or the whole province, and the offices there; ``anchor`` names it on the page of the counters."""

    name: str
    anchor: str
    offices: tuple[Office, ...]


@dataclass(frozen=True)
class PlaceLink:
    """A commune as a link to its offices."""

    title: str
    url: str


class Hours(Protocol):
    """When the offices are open on some days of the week; 0 is Monday."""

    @property
    def days(self) -> tuple[int, ...]: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


Opened = tuple[str, str, str]
"""The days in words, then from when to when."""

OwnHours = tuple[tuple[str, tuple[Hours, ...]], ...]
"""The hours of the offices that have their own, each after the id of its unit."""


@lru_cache(maxsize=16)
def places(territory: Territory, language: str, own: OwnHours = ()) -> tuple[Place, ...]:
    """The offices by the place they serve, those of the whole province first."""
    hours = dict(own)
    everywhere = [unit for unit in territory.units if len(unit.communes) > 1]
    found = [Place(territory.province[language], "province", _offices(everywhere, language, hours))]
    found.extend(
        Place(
            commune.name[language],
            anchor_of(commune.code),
            _offices([unit for unit in territory.units if unit.communes == (commune.code,)], language, hours),
        )
        for commune in territory.communes
    )
    return tuple(place for place in found if place.offices)


def commune_links(territory: Territory, language: str) -> list[PlaceLink]:
    """Each commune, leading to its offices."""
    return [
        PlaceLink(place.name, f"/{language}/counters#{place.anchor}")
        for place in places(territory, language)
        if place.anchor != "province"
    ]


def phone_of_province(territory: Territory) -> str:
    """The number to call whatever the place, or nothing."""
    return next((unit.phone for unit in territory.units if unit.kind is UnitKind.PROVINCE and unit.phone), "")


def anchor_of(code: str) -> str:
    """The name of a commune's place on the page of the counters."""
    return "commune-" + code.replace(".", "")


def opening_words(hours: Sequence[Hours], language: str) -> list[Opened]:
    """The opening hours: the days in words, then the two times."""
    return [(_days(one.days, language), _said(one.opens, language), _said(one.closes, language)) for one in hours]


def _days(days: Sequence[int], language: str) -> str:
    names = get_day_names("wide", locale=locale(language))
    said = [str(names[day]) for day in sorted(days)]
    if len(said) > 2 and max(days) - min(days) == len(said) - 1:
        return translate(language, N_("From %(first)s to %(last)s"), {"first": said[0], "last": said[-1]})
    return comma(language).join(said)


def _said(at: time, language: str) -> str:
    return time_in_words(datetime.combine(date(2026, 1, 1), at, OFFICE_ZONE), language)


def _offices(units: Sequence[Unit], language: str, own: Mapping[str, Sequence[Hours]]) -> tuple[Office, ...]:
    return tuple(
        Office(
            unit.name[language],
            unit.address[language] if unit.address else "",
            unit.phone,
            tuple(opening_words(own.get(unit.id, ()), language)),
        )
        for unit in units
    )
