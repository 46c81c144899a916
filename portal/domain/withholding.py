"""Which published figures are withheld, so that none points at a person: small ones, and those they could be worked out from.

Figures are published of every unit and service, of every unit, of every service and of the province. A figure that fewer
than ``LEAST`` files stand behind is withheld. Anybody can subtract what is shown from the sums, so more is withheld, until
*each withheld scope could, by all that is shown, have LEAST files or more, and more than it has*.

Why that is enough. Files flow in a circle: the province's among its units, each unit's among its services, each service's
back together. Every scope is an arc of this circle, and every sum says that as much flows into a node as out of it. What
the withheld scopes can be, while the shown ones stand, is then a question of flows alone:

- The most that a withheld scope can be is the least of all sums that contain it and can be worked out (the greatest flow
  around it is the smallest cut). So no sum of withheld scopes below LEAST can be worked out, and no withheld scope.
- A scope that can be more than it is lies on a circle of withheld ones: none can be worked out by linear equations.
- Withheld scopes are known not to be empty, for empty ones are not among those shown as withheld: each keeps one file.

Withholding more never makes a scope that is safe unsafe, and where all is withheld all is safe: so the search ends.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush

from portal.domain.figures import Figures, total

LEAST = 5
"""Behind how many files nobody can be made out any more."""

ALL = ""
"""In the place of a unit or a service: all of them together."""

FOLLOWING = "*"
"""In the place of a unit: the files of the whole province that follow another one, as an appeal does."""

Scope = tuple[str, str]
"""A unit and a service, or ``ALL`` in the place of either."""


class Withheld(StrEnum):
    """What of a scope's figures is not shown: nothing, what came in time, what was decided, both, or all of them."""

    NOTHING = ""
    TIMES = "times"
    DECISIONS = "decisions"
    OUTCOMES = "outcomes"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Published:
    """The figures of a scope, and what of them is withheld."""

    figures: Figures
    withheld: Withheld = Withheld.NOTHING


def published(cells: Mapping[Scope, Figures]) -> dict[Scope, Published]:
    """The figures of every unit and service with all their sums; that of the province is always among them."""
    whole: dict[Scope, Figures] = {(ALL, ALL): total(cells.values())}
    for (unit, service), figures in cells.items():
        for scope in ((unit, service), (unit, ALL), (ALL, service)):
            whole[scope] = whole.get(scope, Figures()) + figures
    files = withheld({scope: one.received for scope, one in whole.items()})
    times = withheld({scope: one.judged for scope, one in whole.items()}, files)
    decisions = withheld({scope: one.decided for scope, one in whole.items()}, files)
    return {
        scope: Published(one, _withheld(scope in files, scope in times, scope in decisions))
        for scope, one in whole.items()
    }


def published_apart(services: Mapping[str, Figures]) -> dict[Scope, Published]:
    """The figures of what follows other files, each service by itself: no sum of them is shown."""
    return {
        (FOLLOWING, service): Published(one, _withheld(*map(_is_small, (one.received, one.judged, one.decided))))
        for service, one in services.items()
    }


def _withheld(files: bool, times: bool, decisions: bool) -> Withheld:
    if files:
        return Withheld.EVERYTHING
    if times:
        return Withheld.OUTCOMES if decisions else Withheld.TIMES
    return Withheld.DECISIONS if decisions else Withheld.NOTHING


def _is_small(count: int) -> bool:
    return 0 < count < LEAST


def withheld(counts: Mapping[Scope, int], also: Collection[Scope] = ()) -> frozenset[Scope]:
    """The scopes that are withheld, by how many files stand behind each: small ones, ``also``, and what they ask for.

    Sums are among the scopes; those that nobody stands behind have nothing to withhold.
    """
    search = _Search({scope: count for scope, count in counts.items() if count})
    waiting = deque(sorted(scope for scope, count in search.counts.items() if _is_small(count) or scope in also))
    for scope in waiting:
        search.hide(scope)
    while waiting:
        scope = waiting.popleft()
        while (side := search.side_that_tells(scope)) is not None:
            more = search.around(scope, side)
            for one in more:
                search.hide(one)
            waiting.extend(more)
    return frozenset(search.hidden)


_Node = tuple[bool, str]
"""Where files flow through: a service (True) or a unit (False), ``ALL`` among them."""


def _ends(scope: Scope) -> tuple[_Node, _Node]:
    """From where to where the files of a scope flow: from units to services, and by the sums back again."""
    unit, service = (False, scope[0]), (True, scope[1])
    return (unit, service) if (scope[0] == ALL) == (scope[1] == ALL) else (service, unit)


class _Search:
    """The scopes as arcs, and which of them are withheld so far."""

    def __init__(self, counts: Mapping[Scope, int]) -> None:
        self.counts = counts
        self.hidden: set[Scope] = set()
        self._at: dict[_Node, list[Scope]] = defaultdict(list)
        self._hidden_at: dict[_Node, list[Scope]] = defaultdict(list)
        for scope in sorted(counts):
            for node in _ends(scope):
                self._at[node].append(scope)
        # Sums are worth more to their readers than their parts: they are withheld last.
        self._dear = sum(counts.values()) + 1

    def hide(self, scope: Scope) -> None:
        self.hidden.add(scope)
        for node in _ends(scope):
            self._hidden_at[node].append(scope)

    def side_that_tells(self, scope: Scope) -> frozenset[_Node] | None:
        """None where a withheld scope could be LEAST or more, and more than it is; else the nodes whose sums tell.

        One file after the other is added to it and led back through other withheld scopes, as far as these allow.
        """
        count = self.counts[scope]
        change: Counter[Scope] = Counter()
        for _ in range(max(LEAST, count + 1) - count):
            way, reached = self._way_back(scope, change)
            if way is None:
                return reached
            for one, more in way:
                change[one] += more
        return None

    def _way_back(
        self, scope: Scope, change: Counter[Scope]
    ) -> tuple[list[tuple[Scope, int]] | None, frozenset[_Node]]:
        """The shortest way from the end of a scope to its beginning, or None; and the nodes that were reached."""
        goal, start = _ends(scope)
        came: dict[_Node, tuple[_Node, Scope, int] | None] = {start: None}
        waiting = deque([start])
        while waiting and goal not in came:
            node = waiting.popleft()
            for one in self._hidden_at[node]:
                if one == scope:
                    continue
                tail, head = _ends(one)
                other, more = (head, 1) if node == tail else (tail, -1)
                if other in came or (more < 0 and self.counts[one] + change[one] <= 1):
                    continue
                came[other] = (node, one, more)
                waiting.append(other)
        if goal not in came:
            return None, frozenset(came)
        way, step = [], came[goal]
        while step is not None:
            way.append(step[1:])
            step = came[step[0]]
        return way, frozenset(came)

    def around(self, scope: Scope, side: frozenset[_Node]) -> list[Scope]:
        """What to withhold too: the shown scopes of the cheapest way around those whose sum tells."""
        goal, start = _ends(scope)
        best: dict[_Node, int] = {start: 0}
        came: dict[_Node, tuple[_Node, Scope]] = {}
        waiting: list[tuple[int, _Node]] = [(0, start)]
        while waiting:
            cost, node = heappop(waiting)
            if node == goal:
                return self._shown_on_way(start, goal, came)
            if cost > best[node]:
                continue
            for one, other in self._around(node, side):
                dearer = cost + self._cost(one)
                if dearer < best.get(other, dearer + 1):
                    best[other], came[other] = dearer, (node, one)
                    heappush(waiting, (dearer, other))
        # All withheld scopes lead into this side; as many files leave it, so that some shown scope does.
        leaving = (one for one in self.counts if one not in self.hidden and _crosses(one, side))
        return [min(leaving, key=lambda one: (self._cost(one), one))]

    def _around(self, node: _Node, side: frozenset[_Node]) -> Iterator[tuple[Scope, _Node]]:
        for one in self._at[node]:
            if not (one in self.hidden and _crosses(one, side)):
                tail, head = _ends(one)
                yield one, head if node == tail else tail

    def _cost(self, scope: Scope) -> int:
        return 0 if scope in self.hidden else self.counts[scope] + self._dear * scope.count(ALL)

    def _shown_on_way(self, start: _Node, goal: _Node, came: Mapping[_Node, tuple[_Node, Scope]]) -> list[Scope]:
        found, node = [], goal
        while node != start:
            node, one = came[node]
            if one not in self.hidden:
                found.append(one)
        return found


def _crosses(scope: Scope, side: frozenset[_Node]) -> bool:
    tail, head = _ends(scope)
    return (tail in side) != (head in side)
