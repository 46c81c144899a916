"""The yearly figures: parts add up to the whole, and percentiles are of real files."""

from itertools import chain
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.figures import APPEAL_LAWS, COUNTS, Figures, total
from portal.domain.periods import LAWS

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
