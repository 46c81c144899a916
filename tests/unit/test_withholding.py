"""What is withheld of the yearly figures cannot be worked out: shown by solving exactly what is published."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.domain.figures import Figures
from portal.domain.withholding import (
    ALL,
    FOLLOWING,
    LEAST,
    Published,
    Scope,
    Withheld,
    published,
    published_apart,
    withheld,
)

unhurried = settings(deadline=None)

units, services = st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["r", "s", "t", "u"])
a_count = st.one_of(st.integers(1, 6), st.integers(1, 30))
tables = st.dictionaries(st.tuples(units, services), a_count, max_size=14)
small_tables = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["r", "s", "t"])), a_count, max_size=7
)

BRIDGE = {
    # Two blocks of withheld cells that one withheld cell joins: each sum has two unknown parts, and yet that one is known.
    **dict.fromkeys([("a", "r"), ("a", "s"), ("b", "r"), ("b", "s")], 4),
    **dict.fromkeys([("c", "t"), ("c", "u"), ("d", "t"), ("d", "u")], 4),
    ("b", "t"): 4,
}


def with_sums(cells: Mapping[Scope, int]) -> dict[Scope, int]:
    counts: dict[Scope, int] = {(ALL, ALL): 0}
    for (unit, service), count in cells.items():
        for scope in ((unit, service), (unit, ALL), (ALL, service), (ALL, ALL)):
            counts[scope] = counts.get(scope, 0) + count
    return counts


def part_of(cell: Scope, scope: Scope) -> bool:
    return all(whole in (ALL, part) for part, whole in zip(cell, scope, strict=True))


class Known:
    """All that follows by linear equations from what is published of a table: each scope shown is a sum of its cells."""

    def __init__(self, counts: Mapping[Scope, int], hidden: Collection[Scope]) -> None:
        self.cells = [one for one in counts if ALL not in one]
        self.rows: list[tuple[int, list[Fraction]]] = []
        for scope in counts:
            if scope not in hidden:
                self._add(self.as_row([scope]))

    def as_row(self, scopes: Sequence[Scope]) -> list[Fraction]:
        """The sum of scopes as how often each cell is in it."""
        return [Fraction(sum(part_of(cell, scope) for scope in scopes)) for cell in self.cells]

    def _add(self, row: list[Fraction]) -> None:
        left = self._left(row)
        pivot = next((place for place, value in enumerate(left) if value), None)
        if pivot is not None:
            self.rows.append((pivot, [value / left[pivot] for value in left]))

    def _left(self, row: list[Fraction]) -> list[Fraction]:
        for pivot, known in self.rows:
            if row[pivot]:
                row = [value - row[pivot] * part for value, part in zip(row, known, strict=True)]
        return row

    def tells(self, *scopes: Scope) -> bool:
        """Whether the sum of scopes is in the row space of what is published."""
        return not any(self._left(self.as_row(scopes)))


def assert_nothing_can_be_worked_out(counts: Mapping[Scope, int], hidden: frozenset[Scope]) -> None:
    known = Known(counts, hidden)
    unknown = [scope for scope in counts if scope in hidden and counts[scope]]
    for scope in unknown:
        assert not known.tells(scope), f"{scope} can be worked out"
    # A sum below LEAST has fewer than LEAST parts, for none of them is empty.
    for many in range(2, LEAST):
        for parts in combinations([one for one in unknown if counts[one] < LEAST], many):
            if sum(counts[one] for one in parts) < LEAST:
                assert not known.tells(*parts), f"the sum of {parts} can be worked out"


@settings(deadline=None, max_examples=150)
@given(tables)
@example(BRIDGE)
def test_no_withheld_figure_and_no_small_sum_follows_from_what_is_published(cells: dict[Scope, int]) -> None:
    counts = with_sums(cells)
    hidden = withheld(counts)
    assert {scope for scope, count in counts.items() if 0 < count < LEAST} <= hidden
    assert_nothing_can_be_worked_out(counts, hidden)


def test_the_linear_test_sees_what_hiding_two_of_each_sum_gives_away() -> None:
    counts = with_sums(BRIDGE)
    naive = {scope for scope in counts if ALL not in scope}
    for line in ("a", "b", "c", "d"):
        assert sum(scope[0] == line for scope in naive) >= 2
    assert Known(counts, naive).tells(("b", "t"))
    assert not Known(counts, withheld(counts)).tells(("b", "t"))


def moves(counts: Mapping[Scope, int], hidden: frozenset[Scope]) -> list[dict[Scope, int]]:
    """By what a table can differ from another of which the same is published, by one file in each cell at most.

    The tables that agree with what is published are joined by such steps, for the equations are those of flows.
    """
    cells = [one for one in counts if ALL not in one and one in hidden]
    shown = [one for one in counts if one not in hidden]
    sums = [[place for place, cell in enumerate(cells) if part_of(cell, scope)] for scope in shown]
    found = []
    for step in product((-1, 0, 1), repeat=len(cells)):
        if any(step) and not any(sum(step[place] for place in places) for places in sums):
            change = dict(zip(cells, step, strict=True))
            found.append({one: sum(more for cell, more in change.items() if part_of(cell, one)) for one in counts})
    return found


@settings(deadline=None, max_examples=60)
@given(small_tables)
@example({("a", "r"): 1, ("a", "s"): 4, ("b", "r"): 1, ("b", "s"): 9})
@example({("a", "r"): 1, ("a", "s"): 9, ("b", "r"): 9, ("b", "s"): 1})
def test_a_withheld_figure_could_be_larger_than_it_is_and_not_small(cells: dict[Scope, int]) -> None:
    counts = with_sums(cells)
    hidden = withheld(counts)
    steps = moves(counts, hidden)
    for scope in hidden:
        table = dict(counts)
        while table[scope] < max(LEAST, counts[scope] + 1):
            step = next(
                (one for one in steps if one[scope] > 0 and all(table[part] + one[part] > 0 for part in hidden)), None
            )
            assert step is not None, f"{scope} cannot be more than {table[scope]}"
            table = {one: count + step[one] for one, count in table.items()}


@unhurried
@given(tables, st.sets(st.tuples(units, services)))
def test_what_is_to_be_withheld_besides_is_not_given_away_either(cells: dict[Scope, int], also: set[Scope]) -> None:
    counts = with_sums(cells)
    hidden = withheld(counts, also)
    assert {one for one in also if counts.get(one)} <= hidden
    assert_nothing_can_be_worked_out(counts, hidden)


figures = st.builds(
    lambda received, decided, late, silent: Figures(
        received=received + decided + late + silent, decided=decided, in_time=decided, late=late + silent, silent=silent
    ),
    st.integers(1, 9),
    st.integers(0, 9),
    st.integers(0, 6),
    st.integers(0, 6),
)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.tuples(units, services), figures, max_size=10))
def test_each_kind_of_figures_is_withheld_by_how_many_files_stand_behind_it(cells: dict[Scope, Figures]) -> None:
    found = published(cells)
    everything, both = (Withheld.EVERYTHING,), (Withheld.EVERYTHING, Withheld.OUTCOMES)
    kinds = {
        "received": everything,
        "judged": (*both, Withheld.TIMES),
        "decided": (*both, Withheld.DECISIONS),
    }
    for base, levels in kinds.items():
        counts = {scope: getattr(one.figures, base) for scope, one in found.items()}
        hidden = frozenset(scope for scope, one in found.items() if one.withheld in levels)
        assert {scope for scope, count in counts.items() if 0 < count < LEAST} <= hidden
        assert_nothing_can_be_worked_out(counts, hidden)


def test_without_small_figures_nothing_is_withheld() -> None:
    assert withheld(with_sums({("a", "r"): 5, ("a", "s"): 9, ("b", "r"): 70})) == frozenset()


def test_a_small_service_takes_the_smallest_others_around_it_with_it() -> None:
    cells = {("a", "r"): 40, ("a", "s"): 9, ("a", "t"): 3, ("b", "r"): 50, ("b", "s"): 30, ("b", "t"): 20}
    found = published({scope: Figures(received=count, decided=count) for scope, count in cells.items()})
    hidden = {scope for scope, one in found.items() if one.withheld is Withheld.EVERYTHING}
    # By the sum of its unit, that of its service, and those of both others, each of these would give it away.
    assert hidden == {("a", "t"), ("a", "s"), ("b", "t"), ("b", "s")}
    assert found["a", "r"].withheld is Withheld.NOTHING
    assert found[ALL, ALL].figures.received == 152


def test_where_few_were_decided_only_how_they_came_out_is_withheld() -> None:
    cells = {("a", "r"): Figures(received=40, decided=2, late=30), ("b", "r"): Figures(received=60, decided=4, late=40)}
    found = published(cells)
    assert found["a", "r"].withheld is Withheld.DECISIONS
    assert found["b", "r"].withheld is Withheld.DECISIONS
    assert found[ALL, "r"].withheld is Withheld.NOTHING
    few_judged = {scope: Figures(received=40, decided=20, late=3) for scope in (("a", "r"), ("b", "r"))}
    assert published(few_judged)["a", "r"].withheld is Withheld.TIMES


def test_an_office_that_never_answers_has_its_silence_shown() -> None:
    found = published({("a", "r"): Figures(received=40, silent=40, late=40)})["a", "r"]
    assert (found.withheld, found.figures.share_in_time) == (Withheld.NOTHING, 0)
    found = published({("a", "r"): Figures(received=40, decided=2, in_time=2, silent=38, late=38)})["a", "r"]
    assert (found.withheld, found.figures.share_in_time) == (Withheld.DECISIONS, 0.05)


def test_the_province_has_figures_even_where_nothing_was_received() -> None:
    assert published({}) == {(ALL, ALL): Published(Figures())}


def test_what_follows_other_files_is_withheld_service_by_service() -> None:
    found = published_apart({"appeal": Figures(received=9, decided=4, late=9), "claim": Figures(received=4)})
    assert found == {
        (FOLLOWING, "appeal"): Published(Figures(received=9, decided=4, late=9), Withheld.DECISIONS),
        (FOLLOWING, "claim"): Published(Figures(received=4), Withheld.EVERYTHING),
    }


@pytest.mark.parametrize("most", [6, 40])
def test_a_whole_province_is_withheld_in_a_moment(most: int) -> None:
    """Thirty offices with as many services, most cells small: what a real province may look like."""
    cells = {
        (f"u{unit}", f"s{service}"): 1 + (unit * unit * 7 + service * 13 + unit * service) % most
        for unit, service in product(range(30), range(30))
    }
    counts = with_sums(cells)
    hidden = withheld(counts)
    assert (ALL, ALL) not in hidden
    assert not [scope for scope in hidden if ALL in scope]
