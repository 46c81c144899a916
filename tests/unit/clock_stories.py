"""Random calendars and journals for the properties of the law's clock: stories that can be, and soups of events that cannot."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

from hypothesis import settings
from hypothesis import strategies as st

from portal.domain.acts import REQUESTS, Act
from portal.domain.clock import (
    LAWS,
    Calendar,
    ClockEvent,
    ClockEventKind,
    ClockState,
    LegalClock,
    Suspension,
    silence_on,
)

# A busy machine is slow now and then, which says nothing about the clock.
unhurried = settings(deadline=None)

START = date(2026, 1, 1)
HORIZON = 500
ALWAYS_OPEN = Calendar(frozenset(), frozenset())
Kind = ClockEventKind

days_of_the_year = st.integers(0, 400).map(lambda offset: START + timedelta(days=offset))
periods = st.integers(0, 20)
laws = st.sampled_from(sorted(LAWS))
weekends = st.frozensets(st.integers(0, 6), max_size=5)


@st.composite
def runs_of_days(draw: st.DrawFn) -> Iterable[date]:
    """A feast, or an office closed for a while."""
    first = START + timedelta(days=draw(st.integers(0, HORIZON)))
    return [first + timedelta(days=offset) for offset in range(draw(st.integers(1, 12)))]


holidays = st.lists(runs_of_days(), max_size=12).map(lambda runs: frozenset(day for run in runs for day in run))
calendars = st.builds(Calendar, holidays, weekends)


def with_days_off(calendar: Calendar, days: Iterable[date]) -> Calendar:
    """The same calendar with more days off."""
    return replace(calendar, holidays=calendar.holidays | frozenset(days))


@st.composite
def suspensions_after(draw: st.DrawFn, complete_on: date, *, may_be_open: bool = True) -> list[Suspension]:
    """Up to three suspensions in order, which may touch, the last of which may be open."""
    spans, day = [], complete_on
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=3)):
        sent = day + timedelta(days=gap)
        day = sent + timedelta(days=length)
        spans.append(Suspension(sent, day, draw(st.sampled_from(REQUESTS))))
    if spans and may_be_open and draw(st.booleans()):
        spans[-1] = replace(spans[-1], answered=None)
    return spans


def told(events: Sequence[ClockEvent], frame: LegalClock, *, strict: bool = True) -> LegalClock:
    """The clock of a case with such a service and calendar as ``frame``, after some events."""
    return LegalClock.from_journal(
        events,
        law=frame.law,
        days=frame.days,
        calendar=frame.calendar,
        filed_on=frame.filed_on,
        extends=frame.extends,
        strict=strict,
    )


@st.composite
def frames(draw: st.DrawFn) -> LegalClock:
    """The clock of a case that was only handed in."""
    law = LAWS[draw(laws)]
    days = draw(st.integers(0, min(law.ceiling or 60, 25)))
    return LegalClock(law.key, days, draw(calendars), draw(days_of_the_year), extends=draw(st.integers(0, 10)))


@st.composite
def changes(draw: st.DrawFn, kind: Kind, on: date, number: int) -> ClockEvent:
    """Some event of a kind: of an extension its days, of another period that period, of a request its act."""
    match kind:
        case Kind.EXTENDED:
            return ClockEvent(kind, on, draw(st.integers(1, 12)), number=number)
        case Kind.CHANGED:
            law = LAWS[draw(laws)]
            return ClockEvent(kind, on, draw(st.integers(0, min(law.ceiling or 60, 25))), law.key, number=number)
    return ClockEvent(kind, on, act=draw(st.sampled_from(REQUESTS)), number=number)


POSSIBLE = {
    ClockState.NOT_STARTED: (*[Kind.COMPLETED] * 4, Kind.STOPPED),
    ClockState.RUNNING: (*[Kind.SUSPENDED] * 5, Kind.EXTENDED, Kind.CHANGED, Kind.STOPPED),
    ClockState.EXTENDED: (*[Kind.SUSPENDED] * 3, Kind.CHANGED, Kind.STOPPED),
    ClockState.SUSPENDED: (*[Kind.RESUMED] * 5, Kind.STOPPED),
    ClockState.EXPIRED: (Kind.SILENT, Kind.STOPPED),
    ClockState.STOPPED: (Kind.REOPENED,),
}
"""What can happen next to a clock in each state, the more often the likelier: requests above all, and their answers."""


@st.composite
def stories(draw: st.DrawFn, *, longest: int = 12) -> tuple[list[ClockEvent], LegalClock]:
    """A journal that can be, and what its case began as. Lines of other events lie between those that move the clock."""
    frame, events, number = draw(frames()), [], 0
    clock, day = frame, frame.filed_on
    for _ in range(draw(st.sampled_from([*range(longest + 1), *range(longest // 2, longest + 1)]))):
        day += timedelta(days=draw(st.integers(0, 9)))
        state = clock.state(day)
        number += draw(st.integers(1, 3))
        kind = draw(st.sampled_from([one for one in POSSIBLE[state] if one is not Kind.SILENT or not clock.silent_on]))
        on = silence_on(clock.due_on) if kind is Kind.SILENT and clock.due_on else day
        events.append(draw(changes(kind, on, number)))
        clock = told(events, frame)
    return events, frame


@st.composite
def soups(draw: st.DrawFn) -> tuple[list[ClockEvent], LegalClock]:
    """Events in any order, on any day, with any number, of periods that no law knows: a journal that was meddled with."""
    events = st.builds(
        ClockEvent,
        st.sampled_from(list(Kind)),
        st.integers(-3, 60).map(lambda offset: START + timedelta(days=offset)),
        st.integers(-2, 80),
        st.sampled_from(["", "", "55-19", "31-13", "31-13-urgent", "no-law"]),
        st.sampled_from(REQUESTS),
        st.integers(0, 9),
    )
    frame = draw(frames())
    return draw(st.lists(events, max_size=10)), replace(frame, filed_on=START)


def last_day_of(events: Sequence[ClockEvent], frame: LegalClock) -> date:
    """The day of the last event, before which nobody asks where the clock stands."""
    return reduce(max, (event.on for event in events), frame.filed_on)


def days_after(events: Sequence[ClockEvent], frame: LegalClock, count: int = 45) -> list[date]:
    """The days from the last event on."""
    first = last_day_of(events, frame)
    return [first + timedelta(days=offset) for offset in range(count)]


EVERY_ACT = tuple(Act)
