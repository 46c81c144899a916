"""The map of the province as a page draws it: our own few lines, projected flat, with names in the reader's language."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, radians

from portal.domain.territory import Commune, Point, ProvinceMap, ShapeKind, Territory

WIDTH = 340
"""Units of the drawing from west to east: about one for each pixel of a small phone."""

LETTER, LINE, GAP, DOT = 6.0, 12.0, 6.0, 3.0
"""How wide a letter is, how high a line of names, how far a name stands from its place, and how large that is."""


@dataclass(frozen=True)
class Seat:
    """The seat of a commune; the middle of its name stands at ``label``, nowhere where it would cover something."""

    x: float
    y: float
    name: str
    label: tuple[float, float] | None


@dataclass(frozen=True)
class Drawing:
    """What ``components/fields/point.html`` draws: SVG units from the top left, and how they give degrees.

    Longitude is ``west + x / across``, latitude ``north - y / down``.
    """

    width: int
    height: int
    west: float
    north: float
    across: float
    down: float
    areas: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, float, float, str], ...]
    seats: tuple[Seat, ...]
    pin: tuple[float, float] | None = None

    def place(self, point: Point) -> tuple[float, float]:
        """Where a point stands in the drawing."""
        return round((point.lon - self.west) * self.across, 1), round((self.north - point.lat) * self.down, 1)

    def with_pin(self, answer: str | None) -> "Drawing":
        """The same with a pin where an answer of type point lies."""
        if not answer:
            return self
        lat, lon = answer.split(",")
        return replace(self, pin=self.place(Point(float(lat), float(lon))))


@lru_cache(maxsize=16)
def drawing_of(territory: Territory, language: str) -> Drawing | None:
    """The map in a language; None where the province has drawn none."""
    if territory.map is None:
        return None
    empty = _frame(territory.map)
    areas = tuple(
        (shape.kind.value, _path(empty, shape.points, closed=shape.kind in (ShapeKind.PROVINCE, ShapeKind.SEA)))
        for shape in territory.map.shapes
        if shape.points
    )
    names = tuple(
        (shape.kind.value, *empty.place(shape.at), shape.name[language])
        for shape in territory.map.shapes
        if shape.name and shape.at
    )
    return replace(empty, areas=areas, names=names, seats=_seats(empty, territory.communes, names, language))


def _frame(province: ProvinceMap) -> Drawing:
    bounds = province.bounds
    across = WIDTH / (bounds.east - bounds.west)
    # A degree of longitude is shorter the farther from the equator.
    down = across / cos(radians((bounds.north + bounds.south) / 2))
    height = round((bounds.north - bounds.south) * down)
    return Drawing(WIDTH, height, bounds.west, bounds.north, round(across, 4), round(down, 4), (), (), ())


def _path(frame: Drawing, points: tuple[Point, ...], *, closed: bool) -> str:
    places = " ".join(f"{x:g},{y:g}" for x, y in map(frame.place, points))
    return f"M{places}{'Z' if closed else ''}"


def _seats(
    frame: Drawing, communes: tuple[Commune, ...], names: tuple[tuple[str, float, float, str], ...], language: str
) -> tuple[Seat, ...]:
    """Every seat; the names of the largest places first, around them, as long as none covers anything."""
    largest = sorted(communes, key=lambda one: -one.population)
    places = [(commune.name[language], *frame.place(commune.seat)) for commune in largest if commune.seat]
    taken = [_box(x, y, name) for _, x, y, name in names]
    taken += [(x - DOT, y - DOT, x + DOT, y + DOT) for _, x, y in places]
    seats = []
    for name, x, y in places:
        aside = GAP + len(name) * LETTER / 2
        tried = ((x, y - GAP), (x + aside, y + DOT), (x - aside, y + DOT), (x, y + GAP + LINE))
        label = next((spot for spot in tried if not any(_overlap(_box(*spot, name), other) for other in taken)), None)
        if label:
            taken.append(_box(*label, name))
        seats.append(Seat(x, y, name, (round(label[0], 1), round(label[1], 1)) if label else None))
    return tuple(seats)


def _box(x: float, y: float, name: str) -> tuple[float, float, float, float]:
    half = len(name) * LETTER / 2
    return x - half, y - LINE, x + half, y


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
