"""The chart of what falls due: every day has its column, in the reader's direction, and the table says the same."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.domain.acts import Act
from portal.domain.periods import Calendar
from portal.presenting.workload import AXIS, DAYS, HELD_FOR, WIDTH, chart, why_held
from portal.store.deadlines import Due

TODAY = date(2026, 11, 23)  # A Monday.
FEAST = TODAY + timedelta(days=9)
OFFICE_CALENDAR = Calendar(frozenset({FEAST}))


def test_each_of_thirty_days_has_its_column_and_its_line() -> None:
    drawn = chart({TODAY + timedelta(days=3): Due(4, 2)}, TODAY, OFFICE_CALENDAR, "fr")
    assert len(drawn.columns) == len(drawn.lines) == DAYS
    assert [offset for offset, one in enumerate(drawn.columns) if one.answers[1]] == [3]
    assert (drawn.lines[3].answers, drawn.lines[3].documents) == ("4", "2")
    assert drawn.lines[4].answers == ""


def test_days_off_are_those_of_the_offices_calendar() -> None:
    drawn = chart({}, TODAY, OFFICE_CALENDAR, "fr")
    off = {TODAY + timedelta(days=offset) for offset, one in enumerate(drawn.columns) if one.off}
    assert off == {TODAY + timedelta(days=n) for n in range(DAYS) if OFFICE_CALENDAR.is_off(TODAY + timedelta(days=n))}
    assert FEAST in off
    assert [one.off for one in drawn.columns] == [one.off for one in drawn.lines]


def test_time_runs_the_way_the_words_do() -> None:
    for language, rising in (("fr", True), ("ar", False)):
        drawn = chart({}, TODAY, OFFICE_CALENDAR, language)
        places = [one.x for one in drawn.columns]
        assert (places == sorted(places)) is rising
        assert min(places) >= (AXIS if rising else 0)
        assert max(one.x + one.width for one in drawn.columns) <= (WIDTH if rising else WIDTH - AXIS) + 0.5
        assert len(set(places)) == DAYS


@pytest.mark.parametrize("most", [0, 1, 3, 17, 999, 30_000])
def test_the_highest_column_stays_in_the_drawing(most: int) -> None:
    drawn = chart({TODAY: Due(most, most)}, TODAY, OFFICE_CALENDAR, "ar")
    (top, tall), (ground, first) = drawn.columns[0].documents, drawn.columns[0].answers
    assert top >= 0
    assert top + tall == pytest.approx(ground, abs=0.2)
    assert ground + first == pytest.approx(drawn.ground, abs=0.2)
    assert all(0 < mark.y < drawn.ground for mark in drawn.grid)


def test_dates_under_the_chart_leave_each_other_room() -> None:
    for start in range(7):
        drawn = chart({}, TODAY + timedelta(days=start), OFFICE_CALENDAR, "fr")
        places = [mark.x for mark in drawn.dates]
        assert all(later - earlier > 40 for earlier, later in pairwise(places))
        assert places[-1] < WIDTH - 20


def test_why_a_clock_stands_still_is_said_with_its_article() -> None:
    for act in HELD_FOR:
        assert "55-19" in why_held(act.value, "fr")
    assert "article 14" in why_held(Act.INFORMATION.value, "fr")
    assert why_held("", "fr")
