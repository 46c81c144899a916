"""Places boxes joined by arrows in layers, so that no two boxes touch and no arrow runs through a box.

The method is Sugiyama's: arrows that lead back are turned around, each box gets a layer, an arrow over several layers
a place in each, boxes are ordered to cross little, and then drawn as straight below one another as the order allows.
Graphs of workflows are small, with boxes of many sizes: that is what the libraries we looked at do not place.
"""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

GAP = 18.0
"""Between two boxes of a layer."""
LANE = 10.0
"""The room an arrow takes where it passes a layer."""
BETWEEN = 46.0
"""Between two layers, for arrows to change sides."""
SWEEPS = 12


@dataclass(frozen=True)
class Box:
    """A rectangle: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: "Box") -> bool:
        """Whether the two share any surface."""
        apart = self.x + self.width <= other.x or other.x + other.width <= self.x
        return not (apart or self.y + self.height <= other.y or other.y + other.height <= self.y)


@dataclass(frozen=True)
class Layout:
    """Where everything is: boxes by name, the corners of each arrow in the order of the arrows, and the size of all."""

    boxes: Mapping[str, Box]
    arrows: Sequence[Sequence[Point]]
    width: float
    height: float


@dataclass
class _Place:
    """A box in a layer, or the place where an arrow passes it."""

    name: str
    across: float
    along: float
    layer: int
    at: float = 0.0
    before: list["_Place"] = field(default_factory=list)
    after: list["_Place"] = field(default_factory=list)
    lane: bool = False


def lay_out(
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    *,
    starts: Sequence[str],
    back: Collection[int] = (),
    widest: float = 1200.0,
    rightwards: bool = False,
) -> Layout:
    """The layout of boxes of these sizes, layer below layer, or beside layer; no layer wider than it must.

    ``starts`` are the boxes from which reading begins, ``back`` the numbers of arrows known to lead back. An arrow from
    a box to itself is not placed.
    """
    turned = {name: (size[1], size[0]) if rightwards else size for name, size in sizes.items()}
    forward = leading_on(list(sizes), arrows, starts, back)
    downwards = [pair if ahead else pair[::-1] for pair, ahead in zip(arrows, forward, strict=True)]
    layers = _layers(list(sizes), downwards)
    _narrow(layers, turned, downwards, widest)
    places = {name: _Place(name, *turned[name], layers[name]) for name in sizes}
    chains = [_chain(places, pair) for pair in downwards]
    rows = _ordered(places, chains)
    _spread(rows)
    return _drawn(rows, places, chains, forward, rightwards)


def leading_on(
    names: Sequence[str], arrows: Sequence[tuple[str, str]], starts: Sequence[str], back: Collection[int] = ()
) -> list[bool]:
    """Which arrows lead on, walking from the starts; the others lead back to where the walk came through."""
    after: dict[str, list[int]] = {name: [] for name in names}
    for number, (source, target) in enumerate(arrows):
        after[target if number in back else source].append(number)
    ahead = [number not in back for number in range(len(arrows))]
    done: set[str] = set()
    for start in [*starts, *names]:
        if start in done:
            continue
        open_, walk = {start}, [(start, iter(after[start]))]
        while walk:
            name, left = walk[-1]
            arrow = next(left, None)
            if arrow is None:
                walk.pop()
                open_.discard(name)
                done.add(name)
                continue
            target = arrows[arrow][0 if arrow in back else 1]
            if target in open_:
                ahead[arrow] = not ahead[arrow]
            elif target not in done:
                open_.add(target)
                walk.append((target, iter(after[target])))
    return ahead


def _layers(names: Sequence[str], arrows: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Each box one layer below the lowest of those that lead to it."""
    pairs = [(source, target) for source, target in arrows if source != target]
    layers = dict.fromkeys(names, 0)
    for _ in names:
        still = True
        for source, target in pairs:
            if layers[target] <= layers[source]:
                layers[target] = layers[source] + 1
                still = False
        if still:
            break
    return layers


def _narrow(
    layers: dict[str, int],
    sizes: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    widest: float,
) -> None:
    """Splits layers that would be too wide: the second half of their boxes moves to a layer of its own below."""
    layer = 0
    while layer <= max(layers.values(), default=0):
        members = [name for name in layers if layers[name] == layer]
        passing = sum(layers[source] < layer < layers[target] for source, target in arrows)
        room = widest - passing * 2 * LANE
        width = sum(sizes[name][0] + GAP for name in members)
        if width > room and len(members) > 1:
            kept = max(1, min(len(members) - 1, int(len(members) * room / width)))
            moving = set(members[kept:])
            for name in layers:
                if layers[name] > layer or name in moving:
                    layers[name] += 1
        layer += 1


def _chain(places: Mapping[str, _Place], arrow: tuple[str, str]) -> list[_Place]:
    """The places an arrow goes through from layer to layer, made where it passes one."""
    source, target = places[arrow[0]], places[arrow[1]]
    if source is target:
        return [source]
    passed = [_Place("", LANE, 0.0, layer, lane=True) for layer in range(source.layer + 1, target.layer)]
    chain = [source, *passed, target]
    for before, after in itertools.pairwise(chain):
        before.after.append(after)
        after.before.append(before)
    return chain


def _ordered(places: Mapping[str, _Place], chains: Sequence[Sequence[_Place]]) -> list[list[_Place]]:
    """The layers, each in an order in which few arrows cross."""
    rows: list[list[_Place]] = [[] for _ in range(max((one.layer for one in places.values()), default=0) + 1)]
    for place in [*places.values(), *(one for chain in chains for one in chain if one.lane)]:
        rows[place.layer].append(place)
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            _sort(row, rows, down=down)
        if (crossings := _crossings(rows)) < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _sort(row: list[_Place], rows: Sequence[Sequence[_Place]], *, down: bool) -> None:
    """Orders a layer by the middle of what each of its places is joined to; one joined to nothing stays."""
    if not row:
        return
    other = row[0].layer + (-1 if down else 1)
    if not 0 <= other < len(rows):
        return
    index = {id(place): number for number, place in enumerate(rows[other])}
    own = {id(place): number for number, place in enumerate(row)}

    def middle(place: _Place) -> float:
        joined = [index[id(one)] for one in (place.before if down else place.after)]
        return sum(joined) / len(joined) if joined else own[id(place)]

    row.sort(key=lambda place: (middle(place), own[id(place)]))


def _crossings(rows: Sequence[Sequence[_Place]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(rows):
        index = {id(place): number for number, place in enumerate(lower)}
        ends = [sorted(index[id(one)] for one in place.after) for place in upper]
        flat = [end for group in ends for end in group]
        total += sum(1 for first in range(len(flat)) for end in flat[first + 1 :] if end < flat[first])
    return total


def _spread(rows: Sequence[Sequence[_Place]]) -> None:
    """Gives every place its position across: as near to what it is joined to as the order and the sizes allow."""
    for row in rows:
        _settle(row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wanted = []
            for place in row:
                joined = (place.before if down else place.after) or (place.after if down else place.before)
                wanted.append(sum(one.at for one in joined) / len(joined) if joined else place.at)
            _settle(row, wanted)


def _settle(row: Sequence[_Place], wanted: Sequence[float]) -> None:
    """The positions nearest to those wanted (least squares) at which the places stand apart in their order."""
    offsets = [0.0]
    for left, right in itertools.pairwise(row):
        apart = LANE if left.lane or right.lane else GAP
        offsets.append(offsets[-1] + (left.across + right.across) / 2 + apart)
    # Where neighbours would overlap they move as one block, whose mean is the best position for all of them.
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, many = blocks.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    for place, mean, offset in zip(row, means, offsets, strict=False):
        place.at = mean + offset


def _drawn(
    rows: Sequence[Sequence[_Place]],
    places: Mapping[str, _Place],
    chains: Sequence[Sequence[_Place]],
    forward: Sequence[bool],
    rightwards: bool,
) -> Layout:
    left = min((place.at - place.across / 2 for row in rows for place in row), default=0.0)
    tops, bottom = [], 0.0
    for row in rows:
        tops.append(bottom)
        bottom += max((place.along for place in row), default=0.0) + BETWEEN
    heights = [max((place.along for place in row), default=0.0) for row in rows]
    boxes = {
        name: Box(
            place.at - place.across / 2 - left,
            tops[place.layer] + (heights[place.layer] - place.along) / 2,
            place.across,
            place.along,
        )
        for name, place in places.items()
    }
    ports = _ports(chains)
    arrows = [
        _corners(chain, boxes, ports[number], left, tops, heights)[:: 1 if forward[number] else -1]
        for number, chain in enumerate(chains)
    ]
    width = max((place.at + place.across / 2 - left for row in rows for place in row), default=0.0)
    height = max(0.0, bottom - BETWEEN)
    if rightwards:
        boxes = {name: Box(box.y, box.x, box.height, box.width) for name, box in boxes.items()}
        return Layout(boxes, [[(y, x) for x, y in arrow] for arrow in arrows], height, width)
    return Layout(boxes, arrows, width, height)


def _ports(chains: Sequence[Sequence[_Place]]) -> list[tuple[float, float]]:
    """How far from the middle of its two boxes each arrow begins and ends, so that several do not lie on one another."""
    leaving: dict[int, list[tuple[float, int, int]]] = {}
    for number, chain in enumerate(chains):
        if len(chain) > 1:
            leaving.setdefault(id(chain[0]), []).append((chain[1].at, number, 0))
            leaving.setdefault(-id(chain[-1]), []).append((chain[-2].at, number, 1))
    found = [[0.0, 0.0] for _ in chains]
    for ends in leaving.values():
        for rank, (_, number, end) in enumerate(sorted(ends)):
            place = chains[number][0 if end == 0 else -1]
            step = min(22.0, (place.across - 12) / (len(ends) + 1))
            found[number][end] = (rank - (len(ends) - 1) / 2) * step
    return [(first, last) for first, last in found]


def _corners(
    chain: Sequence[_Place],
    boxes: Mapping[str, Box],
    ports: tuple[float, float],
    left: float,
    tops: Sequence[float],
    heights: Sequence[float],
) -> list[Point]:
    """The corners of an arrow from upper to lower box: straight through layers, across only between them."""
    if len(chain) < 2:
        return []
    corners: list[Point] = []
    for number, place in enumerate(chain):
        x = place.at - left
        top, bottom = tops[place.layer], tops[place.layer] + heights[place.layer]
        if number == 0:
            x += ports[0]
            corners += [(x, boxes[place.name].y + boxes[place.name].height), (x, bottom)]
        elif number == len(chain) - 1:
            x += ports[1]
            corners += [(x, top), (x, boxes[place.name].y)]
        else:
            corners += [(x, top), (x, bottom)]
    return [one for number, one in enumerate(corners) if number == 0 or one != corners[number - 1]]
