"""When the timers of a state fire, by the calendar and by the law's way of counting."""

from datetime import date

import pytest

from portal.domain.flow import Count, Role, State, StateKind, Term, Timer
from portal.domain.periods import Calendar
from portal.domain.text import text
from portal.domain.timers import due_on, last_day, pending

OFFICE = Calendar(frozenset({date(2026, 3, 13)}))
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("days", "count", "law", "last", "fires"),
    [
        (10, Count.CALENDAR, "55-19", date(2026, 3, 12), date(2026, 3, 12)),
        (1, Count.CALENDAR, "31-13", date(2026, 3, 3), date(2026, 3, 3)),
        # Days 1 to 10 count in full: the 13th is a holiday and the 14th a Saturday, so Monday the 16th is the last day.
        (10, Count.LEGAL, "55-19", date(2026, 3, 16), date(2026, 3, 17)),
        (3, Count.LEGAL, "55-19", date(2026, 3, 6), date(2026, 3, 7)),
        # Working days, where the law counts those.
        (3, Count.LEGAL, "31-13", date(2026, 3, 6), date(2026, 3, 7)),
        (5, Count.LEGAL, "31-13", date(2026, 3, 10), date(2026, 3, 11)),
        # The ceiling of a law binds decisions only.
        (90, Count.LEGAL, "55-19", date(2026, 6, 1), date(2026, 6, 2)),
    ],
)
def test_a_term_ends_and_a_timer_fires(days: int, count: Count, law: str, last: date, fires: date) -> None:
    assert last_day(Term(days, count), MONDAY, OFFICE, law) == last
    assert due_on(Term(days, count), MONDAY, OFFICE, law) == fires


def waiting(*timers: Timer) -> State:
    return State("lodged", StateKind.RUNNING, text("مودع", "Déposé"), timers=timers)


def timer(name: str, days: int, action: str | None = None) -> Timer:
    return Timer(name, Term(days, Count.CALENDAR), action, (Role.CHIEF,))


def test_timers_fire_in_the_order_of_their_days_each_once() -> None:
    state = waiting(timer("late", 20, "close"), timer("nudge", 5), timer("again", 10))
    fired: set[str] = set()
    order = []
    while (found := pending(state, MONDAY, fired, OFFICE, "55-19")) is not None:
        order.append((found[0], found[1].id))
        fired.add(found[1].id)
    assert order == [(date(2026, 3, 7), "nudge"), (date(2026, 3, 12), "again"), (date(2026, 3, 22), "late")]


def test_on_one_day_people_are_warned_before_the_case_is_moved() -> None:
    found = pending(waiting(timer("close", 5, "close"), timer("nudge", 5)), MONDAY, (), OFFICE, "55-19")
    assert found is not None
    assert found[1].id == "nudge"


def test_a_state_without_timers_waits_for_nothing() -> None:
    assert pending(waiting(), MONDAY, (), OFFICE, "55-19") is None
