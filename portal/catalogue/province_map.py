"""Reads territory/map.yaml: how far the province reaches, and the few lines its map is drawn with."""

import re

from portal.catalogue.faults import Sentence, Unsound
from portal.catalogue.reading import Reading, Section
from portal.catalogue.yaml_source import parse
from portal.domain.territory import Bounds, Point, ProvinceMap, Shape, ShapeKind

FILE = "map.yaml"
A_SHAPE = Sentence("a shape")
PAIR = re.compile(r"-?[0-9]{1,2}(?:\.[0-9]{1,9})?,-?[0-9]{1,3}(?:\.[0-9]{1,9})?")


def points_of(written: str) -> tuple[Point, ...]:
    """The points of ``34.92,-2.32 35.08,-2.24``, each of them a PAIR."""
    pairs = (pair.split(",") for pair in written.split())
    return tuple(Point(float(lat), float(lon)) for lat, lon in pairs)


def read_map(text: str, reading: Reading) -> ProvinceMap | None:
    """The map, as far as it can be read; what is wrong with it is noted in the reading."""
    try:
        section = Section(FILE, parse(FILE, text), reading, FILE)
    except Unsound as unsound:
        for fault in unsound.faults:
            reading.add(fault.file, fault.line, fault.message)
        return None
    box = section.section("bounds")
    shapes = tuple(_shape(row) for row in section.sections("shapes", A_SHAPE))
    section.close()
    return ProvinceMap(_bounds(box), shapes) if box else None


def _bounds(box: Section) -> Bounds:
    south, west, north, east = (float(box.decimal(side) or 0) for side in ("south", "west", "north", "east"))
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        box.fault(Sentence("'south' must lie below 'north' and 'west' before 'east', all four in degrees"))
    box.close()
    return Bounds(south, west, north, east)


def _shape(section: Section) -> Shape:
    at = _points(section, "at")
    shape = Shape(
        kind=section.choice("kind", ShapeKind),
        points=_points(section, "points"),
        name=section.optional_text("name"),
        at=at[0] if at else None,
    )
    if (shape.name is None) != (shape.at is None):
        section.fault(Sentence("a shape with a 'name' says with 'at' where it is written, and the other way round"))
    section.close()
    return shape


def _points(section: Section, key: str) -> tuple[Point, ...]:
    written = section.string(key, "")
    if all(PAIR.fullmatch(pair) for pair in written.split()):
        return points_of(written)
    said = Sentence("points are written latitude,longitude and parted by spaces: 34.92,-2.32 35.08,-2.24")
    section.fault(said, key)
    return ()
