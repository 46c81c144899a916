"""Which published figures are withheld, so that none points at a person: small ones, and those they could be worked out from.

Figures are published of every unit and service, of every unit, of every service and of the province. A figure that fewer
than ``LEAST`` files stand behind is withheld. Subtracting what is shown from a sum would give it back: where a sum is
shown, at least two of its parts are withheld or none, and together they stand for ``LEAST`` files or more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.figures import Figures

LEAST = 5
"""Behind how many files nobody can be made out any more."""

ALL = ""
"""In the place of a unit or a service: all of them together."""

Scope = tuple[str, str]
"""A unit and a service, or ``ALL`` in the place of either."""


class Withheld(StrEnum):
    """What of a scope's figures is not shown: nothing, how decisions came out, or all but that there are some."""

    NOTHING = ""
    OUTCOMES = "outcomes"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Published:
    """The figures of a scope, and what of them is withheld."""

    figures: Figures
    withheld: Withheld = Withheld.NOTHING


def published(cells: Mapping[Scope, Figures]) -> dict[Scope, Published]:
    """The figures of every unit and service with all their sums; that of the province is always among them."""
    whole: dict[Scope, Figures] = {(ALL, ALL): Figures()}
    for (unit, service), figures in cells.items():
        for scope in ((unit, service), (unit, ALL), (ALL, service), (ALL, ALL)):
            whole[scope] = whole.get(scope, Figures()) + figures
    # Nobody is made out by a file's having been received, only by what became of it and of few others.
    hidden = withheld({scope: one.received for scope, one in whole.items()})
    outcomes = withheld({scope: one.decided for scope, one in whole.items()}) | hidden
    return {
        scope: Published(
            figures,
            Withheld.EVERYTHING if scope in hidden else Withheld.OUTCOMES if scope in outcomes else Withheld.NOTHING,
        )
        for scope, figures in whole.items()
    }


def withheld(counts: Mapping[Scope, int]) -> frozenset[Scope]:
    """The scopes whose figures are withheld, by how many files stand behind each; sums are among them."""
    hidden = {scope for scope, count in counts.items() if 0 < count < LEAST}
    sums = list(_sums(counts))
    changed = bool(hidden)
    while changed:
        changed = False
        for whole, parts in sums:
            while (more := _to_hide(whole, parts, counts, hidden)) is not None:
                hidden.add(more)
                changed = True
    return frozenset(hidden)


def _sums(counts: Mapping[Scope, int]) -> Iterator[tuple[Scope, list[Scope]]]:
    """Every sum with its parts: those that nobody stands behind tell nothing and hide nothing."""
    some = sorted(scope for scope, count in counts.items() if count)
    units = [scope for scope in some if scope[0] != ALL and scope[1] == ALL]
    services = [scope for scope in some if scope[0] == ALL and scope[1] != ALL]
    cells = [scope for scope in some if ALL not in scope]
    for whole in units:
        yield whole, [one for one in cells if one[0] == whole[0]]
    for whole in services:
        yield whole, [one for one in cells if one[1] == whole[1]]
    yield (ALL, ALL), units
    yield (ALL, ALL), services


def _to_hide(whole: Scope, parts: Iterable[Scope], counts: Mapping[Scope, int], hidden: set[Scope]) -> Scope | None:
    """What else must be withheld so that nothing withheld of a sum can be worked out; None when nothing need be."""
    unknown = [one for one in parts if one in hidden]
    if whole in hidden:
        # The sum itself is what must not be worked out: one unknown part is enough.
        safe = bool(unknown) or not counts[whole]
    else:
        safe = not unknown or (len(unknown) > 1 and sum(counts[one] for one in unknown) >= LEAST)
    if safe:
        return None
    shown = [one for one in parts if one not in hidden]
    if shown:
        return min(shown, key=lambda one: (counts[one], one))
    return whole if whole not in hidden else None
