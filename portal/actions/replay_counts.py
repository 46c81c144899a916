"""What is kept of a replay: its counts in steps of five, so that one count alone tells nobody's own answers.

Whoever designs a service may not read its files, yet writes the conditions that a replay tries on them: one that fits
a single person would tell, by a count of one or none, what she answered. Therefore, before anything is stored:

- every count is kept as the lower end of a step of five, the totals too: 0 stands for none to four, 5 for five to
  nine. None is not told apart from one: that would be the answer itself;
- a state or a step is named only where at least five cases are, in an order that follows from what is shown;
- a total less the parts shown beside it leaves every part open: where the named places of a kind would together pin
  one of them down to a single number, that kind's places are left out (``_pinned`` works that out).

What remains: now and then the number of late cases, or that places were left out, pins a count down after all; and many
replays of versions made for it can be compared. They are limited by the hour, and each one stands in the history of the
service, with who asked for it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

STEP = 5
"""Counts are told in steps of so many."""

SAME, OTHERWISE, OPEN, STUCK = "same", "otherwise", "open", "stuck"
KINDS = (SAME, OTHERWISE, OPEN, STUCK)

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Ending:
    """How one case ended under the other version: the same way, otherwise, not at all, or stuck in ``state``."""

    kind: str
    late: bool = False
    was_late: bool = False
    before: str = ""
    after: str = ""
    state: str = ""
    step: str = ""


def coarse(count: int) -> int:
    """The lower end of the step a count lies in."""
    return count - count % STEP


def counts(endings: list[Ending], closed: int) -> dict[str, Any]:
    """The counts that may be kept: of endings, of missed terms, and of where cases changed their course."""
    kinds = Counter(one.kind for one in endings)
    places: dict[str, Counter[tuple[str, ...]]] = {
        OTHERWISE: Counter((one.before, one.after) for one in endings if one.kind == OTHERWISE),
        STUCK: Counter((one.state, one.step) for one in endings if one.kind == STUCK),
        OPEN: Counter((one.state,) for one in endings if one.kind == OPEN),
    }
    while _pinned(len(endings), kinds, places):
        # The kind with the fewest named places goes first: it is the one that says the least.
        del places[min(places, key=lambda kind: (len(_named(places[kind])), kind))]
    return {
        "total": coarse(closed),
        "replayed": coarse(len(endings)),
        "kinds": {kind: coarse(kinds[kind]) for kind in KINDS},
        "late": coarse(sum(one.late for one in endings)),
        "was_late": coarse(sum(one.was_late for one in endings)),
        "changed": _told(places.get(OTHERWISE, Counter())),
        "stuck": _told(places.get(STUCK, Counter())),
        "open": _told(places.get(OPEN, Counter())),
    }


def _named(cells: Mapping[T, int]) -> dict[T, int]:
    return {place: coarse(count) for place, count in cells.items() if count >= STEP}


def _told(cells: Mapping[tuple[str, ...], int]) -> list[list[Any]]:
    """The places with enough cases; of equal ones by name, since an order by the true counts would tell them."""
    return [[*place, low] for place, low in sorted(_named(cells).items(), key=lambda one: (-one[1], one[0]))]


Range = tuple[int, int]


def _pinned(replayed: int, kinds: Mapping[str, int], places: Mapping[str, Mapping[tuple[str, ...], int]]) -> bool:
    """Whether somebody who adds up and takes away what is shown would arrive at one exact number.

    It is assumed that she knows in which unnamed places cases are, which she can only guess.
    """
    cells = {kind: [_step(count) for count in held.values()] for kind, held in places.items() if _named(held)}
    parts = [_step(kinds.get(kind, 0)) for kind in KINDS]
    # Up from the places to the total, and down again: of a tree of sums that finds all there is to find.
    parts = [_within(part, _sum(cells.get(kind, [part]))) for kind, part in zip(KINDS, parts, strict=True)]
    total = _within(_step(replayed), _sum(parts))
    parts = _shares(total, parts)
    found = [total, *parts]
    for kind, part in zip(KINDS, parts, strict=True):
        found += _shares(part, cells.get(kind, []))
    # Without places no total pins a kind down: four kinds of four at most are together never a multiple of five.
    return bool(cells) and any(low >= high for low, high in found)


def _step(count: int) -> Range:
    return coarse(count), coarse(count) + STEP - 1


def _sum(parts: Iterable[Range]) -> Range:
    held = list(parts)
    return sum(low for low, _ in held), sum(high for _, high in held)


def _within(one: Range, other: Range) -> Range:
    return max(one[0], other[0]), min(one[1], other[1])


def _shares(total: Range, parts: list[Range]) -> list[Range]:
    """What each part may be, given what all of them are together."""
    low, high = _sum(parts)
    return [_within(one, (total[0] - high + one[1], total[1] - low + one[0])) for one in parts]
