"""The law's clock against a simulation that walks day by day, whatever the dates."""

from datetime import date, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.clock import (
    LAWS,
    Calendar,
    ClockEvent,
    ClockEventKind,
    ClockState,
    LegalClock,
    Suspension,
    Unit,
    counted,
    deposit_deadline,
    due_date,
    first_half_ends,
    in_first_half,
    remaining,
)
from portal.domain.service import Count, Term
from portal.domain.timers import last_day

from .clock_stories import (
    ALWAYS_OPEN,
    calendars,
    days_of_the_year,
    holidays,
    runs_of_days,
    suspensions_after,
    unhurried,
    with_days_off,
)

periods = st.integers(0, 20)
laws = st.sampled_from(["55-19", "31-13"])


def is_suspended(day: date, spans: list[Suspension]) -> bool:
    return any(span.sent <= day and (span.answered is None or day <= span.answered) for span in spans)


def walk(complete_on: date, days: int, calendar: Calendar, law: str, spans: list[Suspension]) -> date | None:
    """The due date by walking day by day; None where an open suspension begins before one is found."""
    seen = 0
    ever = next((span.sent for span in spans if span.answered is None), None)
    for day in (complete_on + timedelta(days=offset) for offset in count(1)):
        if ever is not None and day >= ever:
            return None
        if is_suspended(day, spans):
            continue
        if seen < days:
            seen += LAWS[law].unit is Unit.CALENDAR or not calendar.is_off(day)
        elif not calendar.is_off(day):
            return day
    return None


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws)
def test_the_due_date_is_the_one_found_by_walking(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str
) -> None:
    spans = data.draw(suspensions_after(complete_on))
    due = due_date(complete_on, days, calendar, law=law, suspensions=spans)
    assert due == walk(complete_on, days, calendar, law, spans)
    assert due is None or not calendar.is_off(due)
    assert due_date(complete_on, days, calendar, law=law, suspensions=data.draw(st.permutations(spans))) == due


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws, st.integers(0, 60))
def test_the_days_counted_are_those_found_by_walking(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str, later: int
) -> None:
    spans = data.draw(suspensions_after(complete_on))
    until = complete_on + timedelta(days=later)
    naive = sum(
        not is_suspended(day, spans) and (law == "55-19" or not calendar.is_off(day))
        for day in (complete_on + timedelta(days=offset) for offset in range(1, later + 1))
    )
    assert counted(complete_on, until, calendar, law, spans) == naive
    assert remaining(complete_on, days, calendar, today=until, law=law, suspensions=spans) == max(0, days - naive)


@unhurried
@given(days_of_the_year, st.integers(0, 60), calendars)
def test_without_suspension_the_due_date_is_completion_plus_the_period_plus_one_rolled(
    complete_on: date, days: int, calendar: Calendar
) -> None:
    unrolled = complete_on + timedelta(days=days + 1)
    rolled = next(day for day in (unrolled + timedelta(days=n) for n in count()) if not calendar.is_off(day))
    assert due_date(complete_on, days, calendar) == rolled


@unhurried
@given(days_of_the_year, st.integers(1, 30), st.integers(1, 30), st.integers(0, 20))
def test_a_suspension_within_the_period_delays_its_end_by_exactly_the_days_it_covers(
    complete_on: date, days: int, after: int, length: int
) -> None:
    sent = complete_on + timedelta(days=min(after, days))
    answered = sent + timedelta(days=length)
    plain = due_date(complete_on, days, ALWAYS_OPEN)
    delayed = due_date(complete_on, days, ALWAYS_OPEN, suspensions=[Suspension(sent, answered)])
    assert plain is not None
    assert delayed == plain + timedelta(days=length + 1)


@unhurried
@given(days_of_the_year, periods, calendars, laws, st.integers(0, 10))
def test_a_file_completed_later_is_never_due_earlier(
    complete_on: date, days: int, calendar: Calendar, law: str, later: int
) -> None:
    first = due_date(complete_on, days, calendar, law=law)
    second = due_date(complete_on + timedelta(days=later), days, calendar, law=law)
    assert first is not None
    assert second is not None
    assert complete_on < first <= second


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws, st.integers(0, 10))
def test_the_first_half_holds_half_the_days_whatever_the_extension(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str, extension: int
) -> None:
    spans = tuple(data.draw(suspensions_after(complete_on, may_be_open=False)))
    clock = LegalClock(law, days, calendar, complete_on, complete_on, spans, extension)
    assert clock.half_ends_on is not None
    assert clock.due_on is not None
    assert clock.half_ends_on < clock.due_on
    assert clock.half_ends_on == first_half_ends(complete_on, days, calendar, law=law, suspensions=spans)
    assert counted(complete_on, clock.half_ends_on, calendar, law, spans) == days // 2
    assert days == 0 or in_first_half(complete_on, complete_on, days, calendar, law=law, suspensions=spans)


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws, st.integers(0, 5), st.integers(0, 90))
def test_what_is_used_and_what_remains_make_the_whole_period(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str, extension: int, later: int
) -> None:
    spans = tuple(data.draw(suspensions_after(complete_on)))
    clock = LegalClock(law, days, calendar, complete_on, complete_on, spans, extension)
    today = complete_on + timedelta(days=later)
    assert clock.used(today) >= 0
    assert clock.used(today) + clock.remaining(today) == days + extension
    assert clock.state(today) is not ClockState.EXPIRED or clock.remaining(today) == 0


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws)
def test_an_explanation_counts_every_day_and_ends_at_the_due_date(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str
) -> None:
    spans = tuple(data.draw(suspensions_after(complete_on)))
    clock = LegalClock(law, days, calendar, complete_on, complete_on, spans)
    steps = clock.explain()
    left = sum(int(step.params["left"]) for step in steps if step.key == "open_suspension")
    assert sum(int(step.params["days"]) for step in steps if step.key == "counted") + left == days
    if clock.due_on is None:
        assert steps[-1].key == ("answer_due" if clock.answer_due_on else "open_suspension")
        assert clock.suspended_since == spans[-1].sent
    else:
        assert steps[-1].params == {"on": clock.due_on.isoformat()}


@unhurried
@given(st.data(), days_of_the_year, st.integers(1, 20), calendars, laws)
def test_a_clock_read_from_its_journal_is_the_clock_of_its_facts(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str
) -> None:
    spans = tuple(data.draw(suspensions_after(complete_on)))
    events = [ClockEvent(ClockEventKind.COMPLETED, complete_on)]
    for span in spans:
        events.append(ClockEvent(ClockEventKind.SUSPENDED, span.sent, act=span.act))
        if span.answered is not None:
            events.append(ClockEvent(ClockEventKind.RESUMED, span.answered))
    read = LegalClock.from_journal(events, law=law, days=days, calendar=calendar, filed_on=complete_on)
    assert read == LegalClock(law, days, calendar, complete_on, complete_on, spans)


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws, st.integers(0, 5), holidays)
def test_a_further_day_off_never_brings_a_due_date_forward(
    data: st.DataObject,
    complete_on: date,
    days: int,
    calendar: Calendar,
    law: str,
    extension: int,
    off: frozenset[date],
) -> None:
    spans = data.draw(suspensions_after(complete_on))
    before = due_date(complete_on, days, calendar, law=law, suspensions=spans, extension=extension)
    after = due_date(complete_on, days, with_days_off(calendar, off), law=law, suspensions=spans, extension=extension)
    assert never_before(after, before)


@unhurried
@given(days_of_the_year, calendars, runs_of_days(), st.integers(0, 30), laws)
def test_a_further_day_off_never_brings_a_last_day_of_the_citizen_forward(
    day: date, calendar: Calendar, off: list[date], days: int, law: str
) -> None:
    more = with_days_off(calendar, off)
    assert deposit_deadline(day, more) >= deposit_deadline(day, calendar)
    remedy = Term(days, Count.LEGAL)
    assert last_day(remedy, day, more, law) >= last_day(remedy, day, calendar, law)
    assert not calendar.is_off(deposit_deadline(day, calendar))
    assert not more.is_off(last_day(remedy, day, more, law))


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws, st.integers(0, 5))
def test_a_suspension_never_shortens_a_period(
    data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str, extension: int
) -> None:
    spans = data.draw(suspensions_after(complete_on))
    due = due_date(complete_on, days, calendar, law=law, suspensions=spans, extension=extension)
    for left_out in spans:
        fewer = [span for span in spans if span is not left_out]
        without = due_date(complete_on, days, calendar, law=law, suspensions=fewer, extension=extension)
        assert never_before(due, without)
        shorter = [*fewer, Suspension(left_out.sent, left_out.sent)]
        answered_at_once = due_date(complete_on, days, calendar, law=law, suspensions=shorter, extension=extension)
        assert never_before(due, answered_at_once)
        assert never_before(answered_at_once, without)


@unhurried
@given(st.data(), days_of_the_year, periods, calendars, laws)
def test_the_two_halves_meet(data: st.DataObject, complete_on: date, days: int, calendar: Calendar, law: str) -> None:
    spans = tuple(data.draw(suspensions_after(complete_on, may_be_open=False)))
    clock = LegalClock(law, days, calendar, complete_on, complete_on, spans)
    assert clock.due_on is not None
    halves: dict[bool, int] = {True: 0, False: 0}
    assert clock.in_first_half(complete_on)
    assert not clock.in_first_half(complete_on - timedelta(days=1))
    for offset in range(1, (clock.due_on - complete_on).days + 1):
        day = complete_on + timedelta(days=offset)
        yesterday = day - timedelta(days=1)
        # Once the second half has begun, nothing leads back into the first.
        assert clock.in_first_half(yesterday) or not clock.in_first_half(day)
        halves[clock.in_first_half(day)] += clock.used(day) - clock.used(yesterday)
    assert halves == {True: days // 2, False: days - days // 2}


@given(days_of_the_year, calendars, st.integers(0, 120))
def test_working_days_are_those_found_by_looking_at_each(start: date, calendar: Calendar, number: int) -> None:
    days = (start + timedelta(days=offset) for offset in count(1))
    found = start
    for _ in range(number):
        found = next(day for day in days if not calendar.is_off(day))
    assert calendar.working_day(number, start) == found
    assert calendar.worked_between(start, found + timedelta(days=1)) == number
    assert calendar.worked_between(found, start) == 0


def never_before(later: date | None, earlier: date | None) -> bool:
    """Whether a due date is not earlier than another; none yet is later than any."""
    return later is None or (earlier is not None and later >= earlier)
