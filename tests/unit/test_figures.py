"""The yearly figures: parts add up to the whole, percentiles are of real files, and nobody is made out by a small one."""

from itertools import chain
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.figures import APPEAL_LAWS, COUNTS, Figures, total
from portal.domain.periods import LAWS
from portal.domain.withholding import ALL, LEAST, Scope, Withheld, published, withheld

unhurried = settings(deadline=None)

days_of_files = st.lists(st.integers(0, 80), max_size=60)


def of_days(days: list[int]) -> Figures:
    return Figures(decided=len(days), days={day: days.count(day) for day in set(days)})


figures = st.builds(
    Figures,
    **dict.fromkeys(COUNTS, st.integers(0, 1000)),
    days=st.dictionaries(st.integers(0, 80), st.integers(1, 50)),
)


@unhurried
@given(figures, figures, figures)
def test_parts_add_up_in_any_order(one: Figures, other: Figures, third: Figures) -> None:
    assert (one + other) + third == one + (other + third)
    assert one + other == other + one
    assert one + Figures() == one
    assert total([one, other, third]) == one + other + third


@unhurried
@given(st.lists(days_of_files, max_size=5))
def test_percentiles_of_what_is_merged_are_those_of_all_files_together(parts: list[list[int]]) -> None:
    together = sorted(chain.from_iterable(parts))
    merged = total(of_days(part) for part in parts)
    if not together:
        assert (merged.median, merged.p90) == (None, None)
        return
    for share, found in ((50, merged.median), (90, merged.p90)):
        assert found == together[ceil(len(together) * share / 100) - 1]
        assert sum(day <= found for day in together) * 100 >= share * len(together)


@pytest.mark.parametrize(
    ("days", "median", "p90"),
    [([7], 7, 7), ([1, 9], 1, 9), ([1, 2, 3], 2, 3), (list(range(1, 11)), 5, 9), ([0, 0, 0, 0, 40], 0, 40)],
)
def test_percentiles_are_by_nearest_rank(days: list[int], median: int, p90: int) -> None:
    assert (of_days(days).median, of_days(days).p90) == (median, p90)


@unhurried
@given(figures)
def test_figures_survive_being_kept(one: Figures) -> None:
    assert Figures.from_data(one.data()) == one


def test_the_share_in_time_counts_open_files_that_are_late() -> None:
    assert Figures(in_time=3, late=1).share_in_time == 0.75
    assert Figures(decided=4, untimed=4).share_in_time is None


def test_appeals_are_counted_under_laws_that_the_clock_knows() -> None:
    assert LAWS.keys() >= APPEAL_LAWS


units, services = st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["r", "s", "t"])
counted_cells = st.dictionaries(st.tuples(units, services), st.integers(1, 30), max_size=12)


def with_sums(cells: dict[Scope, int]) -> dict[Scope, int]:
    counts: dict[Scope, int] = {(ALL, ALL): 0}
    for (unit, service), count in cells.items():
        for scope in ((unit, service), (unit, ALL), (ALL, service), (ALL, ALL)):
            counts[scope] = counts.get(scope, 0) + count
    return counts


def sums_of(cells: dict[Scope, int]) -> list[tuple[Scope, list[Scope]]]:
    """Every sum with its parts."""
    units_there, services_there = {unit for unit, _ in cells}, {service for _, service in cells}
    found = [((unit, ALL), [one for one in cells if one[0] == unit]) for unit in units_there]
    found += [((ALL, service), [one for one in cells if one[1] == service]) for service in services_there]
    found.append(((ALL, ALL), [(unit, ALL) for unit in units_there]))
    found.append(((ALL, ALL), [(ALL, service) for service in services_there]))
    return found


@unhurried
@given(counted_cells)
def test_nothing_withheld_can_be_worked_out_from_a_sum(cells: dict[Scope, int]) -> None:
    counts = with_sums(cells)
    hidden = withheld(counts)
    assert {scope for scope, count in counts.items() if 0 < count < LEAST} <= hidden
    for whole, parts in sums_of(cells):
        unknown = [one for one in parts if one in hidden]
        if whole in hidden:
            assert unknown or not parts, "the parts give the sum away"
        elif unknown:
            assert len(unknown) > 1, "the rest gives the one part away"
            assert sum(counts[one] for one in unknown) >= LEAST, "what is left points at a few"


def test_without_small_figures_nothing_is_withheld() -> None:
    assert withheld(with_sums({("a", "r"): 5, ("a", "s"): 9, ("b", "r"): 70})) == frozenset()


def test_a_small_service_takes_the_next_smallest_with_it() -> None:
    cells = {("a", "r"): Figures(received=40, decided=40), ("a", "s"): Figures(received=9, decided=9)}
    cells |= {("a", "t"): Figures(received=3, decided=1), ("b", "s"): Figures(received=30, decided=30)}
    cells |= {("b", "t"): Figures(received=20, decided=20), ("b", "r"): Figures(received=50, decided=50)}
    found = published(cells)
    assert found["a", "t"].withheld is Withheld.EVERYTHING
    assert found["a", "s"].withheld is Withheld.EVERYTHING  # Else: what its unit received, less what is shown.
    assert found["b", "t"].withheld is Withheld.EVERYTHING  # Else: what its service received, less what is shown.
    assert found["a", "r"].withheld is Withheld.NOTHING
    assert found[ALL, ALL].withheld is Withheld.NOTHING
    assert found[ALL, ALL].figures.received == 152


def test_where_few_were_decided_only_how_they_came_out_is_withheld() -> None:
    cells = {("a", "r"): Figures(received=40, decided=2, silent=30), ("b", "r"): Figures(received=60, decided=3)}
    found = published(cells)
    assert found["a", "r"].withheld is Withheld.OUTCOMES
    assert found["b", "r"].withheld is Withheld.OUTCOMES
    assert found[ALL, "r"].withheld is Withheld.NOTHING
    # An office that decides nothing has no outcomes to hide, and its silence is not hidden either.
    assert published({("a", "r"): Figures(received=40, silent=40)})["a", "r"].withheld is Withheld.NOTHING


def test_the_province_has_figures_even_where_nothing_was_received() -> None:
    assert published({}) == {(ALL, ALL): published({})[ALL, ALL]}
