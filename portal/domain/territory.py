"""The province's places and the units that serve them: every place has exactly one unit of each kind that covers it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from portal.domain.alarms import WARNINGS, Warn
from portal.domain.service import Role, Text, UnitKind

SEPARATOR = "/"


@dataclass(frozen=True)
class Point:
    """A point of the earth, in degrees north and east."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Bounds:
    """The box of parallels and meridians around the province."""

    south: float
    west: float
    north: float
    east: float

    def contain(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


class ShapeKind(StrEnum):
    """What a line of the map is."""

    PROVINCE = "province"
    SEA = "sea"
    RIVER = "river"
    BORDER = "border"
    LABEL = "label"


@dataclass(frozen=True)
class Shape:
    """A line or an area of the map; its ``name`` is written at ``at``."""

    kind: ShapeKind
    points: tuple[Point, ...]
    name: Text | None = None
    at: Point | None = None


@dataclass(frozen=True)
class ProvinceMap:
    """What is drawn of the province, and how far it reaches: a point outside ``bounds`` is not of it."""

    bounds: Bounds
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Commune:
    """A commune, under its code of the High Commission for Planning (HCP)."""

    code: str
    name: Text
    urban: bool
    population: int
    seat: Point | None = None


@dataclass(frozen=True)
class District:
    """A part of a commune that several units share out among themselves."""

    id: str
    name: Text


UNIT = "{unit}"
"""What stands for a unit's name in what the province says for all of them."""


@dataclass(frozen=True)
class Letterhead:
    """What the documents of a unit carry: its ``emblem`` as SVG, who signs for it, and what its stamp says."""

    emblem: str = ""
    signatory: Text | None = None
    stamp: Text | None = None


@dataclass(frozen=True)
class Unit:
    """An office: it serves whole ``communes``, or within its only commune the ``districts`` named.

    ``warnings`` are whom it warns of its last days, where it does not as the province does. ``code`` stands in the
    numbers of the documents that it issues; ``letterhead`` is its own part of what they carry.
    """

    id: str
    kind: UnitKind
    name: Text
    communes: tuple[str, ...]
    districts: tuple[str, ...] = ()
    address: Text | None = None
    phone: str = ""
    warnings: tuple[Warn, ...] | None = None
    code: str = ""
    letterhead: Letterhead = Letterhead()

    @property
    def number_code(self) -> str:
        """What its documents are numbered under: its code, else its id."""
        return self.code or self.id.upper()

    @property
    def independent(self) -> bool:
        """Whether it is an institution of its own: nobody of the province oversees what it does."""
        return self.kind is UnitKind.OMBUDSMAN


@dataclass(frozen=True)
class Place:
    """One choice of the list of places; ``value`` is what an answer holds."""

    value: str
    name: Text
    commune: Commune
    district: District | None = None


@dataclass(frozen=True, eq=False)
class Territory:
    """A province, equal to itself alone. A divided commune is a place only through its districts: ``02.113.01.09/hay-salam``."""

    province: Text
    communes: tuple[Commune, ...]
    units: tuple[Unit, ...]
    districts: Mapping[str, tuple[District, ...]] = field(default_factory=dict)
    map: ProvinceMap | None = None
    warnings: tuple[Warn, ...] = WARNINGS
    letterhead: Letterhead = Letterhead()

    @cached_property
    def root(self) -> Unit | None:
        """The province's own unit, which speaks for all of them; none where the territory has none."""
        return next((unit for unit in self.units if unit.kind is UnitKind.PROVINCE), None)

    def emblem_of(self, unit: Unit) -> str:
        """The emblem on a unit's documents: its own, else the province's, which no independent institution bears."""
        return unit.letterhead.emblem or ("" if unit.independent else self.letterhead.emblem)

    def signatory_of(self, unit: Unit) -> Text | None:
        """In which quality somebody signs for a unit."""
        return unit.letterhead.signatory or self._for(unit, self.letterhead.signatory)

    def stamp_of(self, unit: Unit) -> Text | None:
        """What a unit's stamp says."""
        return unit.letterhead.stamp or self._for(unit, self.letterhead.stamp)

    def _for(self, unit: Unit, said: Text | None) -> Text | None:
        """What the province says for all of its units, with the name of this one."""
        if said is None or unit.independent:
            return None
        return Text({language: said[language].replace(UNIT, unit.name[language]) for language in said})

    def warnings_of(self, unit: Unit) -> tuple[Warn, ...]:
        """Whom a unit warns of its last days, and when; what the Ombudsman does is not the secretary-general's to see."""
        found = self.warnings if unit.warnings is None else unit.warnings
        if not unit.independent:
            return found
        own = (
            replace(one, roles=tuple(role for role in one.roles if role is not Role.SECRETARY_GENERAL)) for one in found
        )
        return tuple(one for one in own if one.roles)

    @cached_property
    def offices(self) -> tuple[Unit, ...]:
        """The units of the province itself, without those that are independent of it."""
        return tuple(unit for unit in self.units if not unit.independent)

    @cached_property
    def populations(self) -> Mapping[str, int]:
        """How many people live in each commune, by its code."""
        return {commune.code: commune.population for commune in self.communes}

    def places(self) -> tuple[Place, ...]:
        """Every place, in the order of the communes, districts following each other."""
        return self._places

    def is_place(self, value: str) -> bool:
        return value in self._by_value

    def place(self, value: str) -> Place:
        """The place of that value; raises LookupError."""
        return self._by_value[value]

    def place_name(self, value: str) -> Text:
        """How a place is written; raises LookupError."""
        return self._by_value[value].name

    def unit(self, unit_id: str) -> Unit:
        """The unit of that id; raises LookupError."""
        return self._units[unit_id]

    def unit_for(self, kinds: Iterable[UnitKind], place: str) -> Unit:
        """The unit of one of the kinds that covers a place; raises LookupError."""
        for kind in kinds:
            if (found := self._covering.get((kind, place))) is not None:
                return found
        raise LookupError(f"no unit of these kinds covers {place!r}")

    def place_at(self, unit: Unit, place: str) -> str:
        """The place itself where the unit covers it; else one that it covers, for the unit is where the case now is."""
        known = self._by_value.get(place)
        if known is not None and _covers(unit, known):
            return place
        return next((one.value for one in self.places_of(unit)), place)

    def unit_after(self, kinds: Collection[UnitKind], unit: Unit, place: str) -> Unit:
        """Which unit decides on what follows a case of ``unit``; raises LookupError.

        It is the unit itself where it is of one of the kinds, else the one that covers the place.
        """
        return unit if unit.kind in kinds else self.unit_for(kinds, self.place_at(unit, place))

    def places_of(self, unit: Unit) -> tuple[Place, ...]:
        """The places that a unit covers."""
        return tuple(place for place in self._places if _covers(unit, place))

    def covering(self, kinds: Iterable[UnitKind], place: Place) -> tuple[Unit, ...]:
        """Every unit of these kinds that covers a place: in a sound territory, one at most."""
        wanted = frozenset(kinds)
        return tuple(unit for unit in self.units if unit.kind in wanted and _covers(unit, place))

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        return tuple(place for commune in self.communes for place in self._places_in(commune))

    def _places_in(self, commune: Commune) -> Iterable[Place]:
        districts = self.districts.get(commune.code, ())
        if not districts:
            yield Place(commune.code, commune.name, commune)
        for district in districts:
            name = Text(
                {language: f"{commune.name[language]} – {district.name[language]}" for language in commune.name}
            )
            yield Place(f"{commune.code}{SEPARATOR}{district.id}", name, commune, district)

    @cached_property
    def _by_value(self) -> Mapping[str, Place]:
        return {place.value: place for place in self._places}

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _covering(self) -> Mapping[tuple[UnitKind, str], Unit]:
        return {(unit.kind, place.value): unit for unit in self.units for place in self.places_of(unit)}


def _covers(unit: Unit, place: Place) -> bool:
    if place.commune.code not in unit.communes:
        return False
    return not unit.districts or (place.district is not None and place.district.id in unit.districts)
