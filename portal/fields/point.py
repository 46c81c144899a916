"""A point on the map of the province."""

import re
from collections.abc import Mapping
from typing import Any

from portal.domain.service import Field
from portal.domain.territory import Point as Spot
from portal.fields.base import FieldType, Surroundings, Wrong
from portal.fields.cleaning import code
from portal.fields.figures import MARKS

PARTS = ("lat", "lon")
LONGEST = 60
"""Characters of a coordinate that are looked at: what is longer is none, and could keep a pattern busy for minutes."""

DEGREES = re.compile(r"([+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?) ?°?")
# Maps hand both out at once: «34.92000, -2.32000». A bare comma parts them only where neither has one of its own.
TOGETHER = re.compile(r"([^ ;]+?)(?: ?; ?|, | )([^ ;]+)|([^, ]+),([^, ]+\.[^, ]+)")


class Point(FieldType):
    """A latitude and a longitude in degrees, kept as ``34.92000,-2.32000``: about a metre, and what any map understands."""

    latin = True
    needed = "field.point.needed"

    def controls(self, field: Field) -> tuple[str, ...]:
        return tuple(f"{field.id}-{part}" for part in PARTS)

    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> str | None:
        typed = [code(raw.get(control, "")[: LONGEST + 1]).translate(MARKS) for control in self.controls(field)]
        if not any(typed):
            return None
        if any(len(raw.get(control, "")) > LONGEST for control in self.controls(field)):
            raise Wrong("field.point.invalid")
        if typed[0] and not typed[1] and (both := TOGETHER.fullmatch(typed[0])):
            typed = [part for part in both.groups() if part]
        if not typed[0]:
            raise Wrong("field.point.lat_missing")
        if not typed[1]:
            raise Wrong("field.point.lon_missing")
        spot = Spot(_degrees(typed[0], 90), _degrees(typed[1], 180))
        province = around.territory.map
        if province and not province.bounds.contain(spot):
            raise Wrong("field.point.outside")
        return f"{spot.lat:.5f},{spot.lon:.5f}"

    def write(self, field: Field, value: Any) -> dict[str, str]:
        lat, _, lon = str(value or "").partition(",")
        return dict(zip(self.controls(field), (lat, lon), strict=True))

    def show(self, _field: Field, value: Any, _language: str, _around: Surroundings) -> str:
        return str(value or "").replace(",", ", ")

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]{1,2}\.[0-9]{5},-?[0-9]{1,3}\.[0-9]{5}$"}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "34.92000,-2.32000", "35.08500,-2.23900"]


def _degrees(typed: str, most: int) -> float:
    found = DEGREES.fullmatch(typed)
    degrees = float(found[1].replace(",", ".")) if found else most + 1
    if abs(degrees) > most:
        raise Wrong("field.point.invalid")
    # Adding nothing makes a plain zero of a negative one.
    return round(degrees, 5) + 0.0
