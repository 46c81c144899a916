"""What holds of the clock of any journal, be it one that can be or one that was meddled with, on any calendar."""

import pickle
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.acts import Act
from portal.domain.clock import LAWS, Calendar, ClockEvent, ClockState, Impossible, LegalClock
from portal.domain.errors import Unlawful
from portal.domain.lawful import check_act, check_period
from portal.domain.periods import ONE_DAY
from portal.domain.service import Period
from portal.i18n import office_date

from .clock_stories import (
    EVERY_ACT,
    Kind,
    calendars,
    days_after,
    holidays,
    last_day_of,
    laws,
    soups,
    stories,
    told,
    unhurried,
    with_days_off,
)

Story = tuple[list[ClockEvent], LegalClock]

BY_TIME = {
    **{state: {state} for state in ClockState},
    ClockState.RUNNING: {ClockState.RUNNING, ClockState.EXPIRED},
    ClockState.EXTENDED: {ClockState.EXTENDED, ClockState.EXPIRED},
}
"""What days alone make of each state."""
COUNTING = {ClockState.RUNNING, ClockState.EXTENDED, ClockState.EXPIRED}
BY_EVENT = {
    # Days of waiting may have used up the period: what resumes, or is counted under another, may have run out at once.
    Kind.COMPLETED: {ClockState.RUNNING},
    Kind.SUSPENDED: {ClockState.SUSPENDED},
    Kind.RESUMED: {ClockState.RUNNING, ClockState.EXTENDED},
    Kind.EXTENDED: {ClockState.EXTENDED},
    # Where the other period is so long that the request of its last day is no longer one, the clock may resume.
    Kind.CHANGED: {ClockState.RUNNING, ClockState.EXTENDED, ClockState.EXPIRED},
    Kind.SILENT: {ClockState.EXPIRED},
    Kind.STOPPED: {ClockState.STOPPED},
    Kind.REOPENED: {ClockState.RUNNING},
}
"""What each event makes of the clock on its day, where it was one that can happen."""


@unhurried
@given(stories())
def test_the_due_date_of_any_journal_is_a_working_day_and_not_a_suspended_one(story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    if clock.due_on is None:
        return
    assert not clock.calendar.is_off(clock.due_on)
    assert clock.complete_on is not None
    assert clock.due_on > clock.complete_on
    assert all(not span.sent <= clock.due_on <= (span.answered or clock.due_on) for span in clock.suspensions)


@unhurried
@given(stories(), holidays)
def test_a_further_day_off_never_brings_the_due_date_of_a_journal_forward(story: Story, off: frozenset[date]) -> None:
    events, frame = story
    # Silences and what followed them were recorded by the calendar of their time, which this is not.
    before = told(events, frame, strict=False)
    after = told(events, replace(frame, calendar=with_days_off(frame.calendar, off)), strict=False)
    for name in ("due_on", "citizen_due_on", "deposit_due_on"):
        earlier, later = getattr(before, name), getattr(after, name)
        if name == "due_on":
            assert later is None or (earlier is not None and later >= earlier)
        elif earlier is not None and later is not None:
            assert later >= earlier
    assert before.flaw == after.flaw == ""


@unhurried
@given(stories(), calendars)
def test_once_silent_the_last_day_stands_whatever_the_calendar_becomes(story: Story, calendar: Calendar) -> None:
    events, frame = story
    clock, other = told(events, frame), told(events, replace(frame, calendar=calendar))
    if clock.silent_on is not None:
        assert clock.due_on == other.due_on == clock.silent_on - ONE_DAY
        assert other.remaining(clock.silent_on) == 0 or clock.decided_on is not None


@unhurried
@given(stories())
def test_on_every_day_what_is_used_and_what_is_left_make_the_whole(story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    for day, tomorrow in pairwise(days_after(events, frame)):
        assert clock.used(day) + clock.remaining(day) == clock.total
        assert clock.used(day) >= 0
        assert clock.remaining(day) >= 0
        assert clock.used(day) <= clock.used(tomorrow) <= clock.used(day) + 1
        assert clock.state(day) is not ClockState.EXPIRED or clock.remaining(day) == 0


@unhurried
@given(stories())
def test_days_alone_do_to_a_clock_only_what_the_law_has_them_do(story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    for day, tomorrow in pairwise(days_after(events, frame)):
        assert clock.state(tomorrow) in BY_TIME[clock.state(day)]
        assert (clock.state(day) is ClockState.EXPIRED) == (
            clock.decided_on is None and clock.due_on is not None and day > clock.due_on
        )


@unhurried
@given(stories())
def test_each_event_does_to_a_clock_what_its_kind_says(story: Story) -> None:
    events, frame = story
    for number, event in enumerate(events, 1):
        day = last_day_of(events[:number], frame)
        assert told(events[:number], frame).state(day) in BY_EVENT[event.kind], event


@unhurried
@given(st.data(), stories())
def test_an_event_that_is_replayed_changes_nothing(data: st.DataObject, story: Story) -> None:
    events, frame = story
    once = told(events, frame)
    assert told([one for one in events for _ in range(2)], frame) == once
    assert told([*events, *events], frame) == once
    if events:
        again = data.draw(st.integers(0, len(events) - 1))
        assert told([*events[: again + 1], events[again], *events[again + 1 :]], frame) == once


@unhurried
@given(st.data(), stories())
def test_the_same_journal_makes_the_same_clock(data: st.DataObject, story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    today = last_day_of(events, frame)
    reading = clock.reading(today)
    assert told(iter(list(events)), frame).reading(today) == reading  # type: ignore[arg-type]
    kept = pickle.loads(pickle.dumps(clock))  # noqa: S301  It was made a moment ago.
    assert (kept, kept.reading(today)) == (clock, reading)
    values = {field.name: getattr(clock, field.name) for field in fields(clock)}
    shuffled = tuple(data.draw(st.permutations(clock.suspensions)))
    if len({(span.sent, span.answered) for span in shuffled}) == len(shuffled):
        assert LegalClock(**{**values, "suspensions": shuffled}).reading(today) == reading


@unhurried
@given(stories())
def test_a_reading_says_what_the_clock_says(story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    for day in days_after(events, frame, 20):
        reading = clock.reading(day)
        assert (reading.state, reading.used, reading.left) == (clock.state(day), clock.used(day), clock.remaining(day))
        assert reading.used + reading.left == reading.total == clock.days + clock.extension
        assert (reading.due_on, reading.half_ends_on) == (clock.due_on, clock.half_ends_on)
        assert (reading.citizen_due_on, reading.suspended_since) == (clock.citizen_due_on, clock.suspended_since)
        assert (reading.silent_on, reading.decided_on) == (clock.silent_on, clock.decided_on)
        assert (reading.suspended_since is None) == (reading.suspended_for is None)
        assert (reading.state is ClockState.SUSPENDED) == (reading.suspended_since is not None)
        assert (
            reading.allowed == clock.allowances(day) == tuple(clock.allowance(one.act, day) for one in reading.allowed)
        )
        assert reading.steps == clock.explain()


@unhurried
@given(soups())
def test_a_journal_that_was_meddled_with_is_named_and_never_raises(soup: Story) -> None:
    events, frame = soup
    lenient = told(events, frame, strict=False)
    for day in days_after(events, frame, 3):
        lenient.reading(day)
        lenient.due_if_answered(day)
    _ = lenient.quarter_on
    if not lenient.flaw:
        assert told(events, frame) == lenient
        return
    with pytest.raises(Impossible) as impossible:
        told(events, frame)
    assert impossible.value.key == lenient.flaw


@unhurried
@given(soups(), st.integers(1, 40))
def test_a_flaw_outlasts_whatever_comes_after_it(soup: Story, later: int) -> None:
    events, frame = soup
    flaw = told(events, frame, strict=False).flaw
    day = last_day_of(events, frame) + timedelta(days=later)
    more = [*events, ClockEvent(Kind.STOPPED, day, number=20), ClockEvent(Kind.REOPENED, day, number=21)]
    assert not flaw or told(more, frame, strict=False).flaw == flaw


@unhurried
@given(stories())
def test_what_is_allowed_is_exactly_what_is_not_refused(story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    for day in days_after(events, frame, 30):
        for act in EVERY_ACT:
            allowance = clock.allowance(act, day)
            assert allowance.open == (allowance.why == "")
            assert allowance.until is None or (allowance.open and day <= allowance.until)
            if allowance.open:
                check_act(act, clock, day)
            else:
                with pytest.raises(Unlawful) as refused:
                    check_act(act, clock, day)
                assert refused.value.article


@unhurried
@given(stories())
def test_what_is_open_until_a_day_is_closed_the_day_after(story: Story) -> None:
    events, frame = story
    clock = told(events, frame)
    for allowance in clock.allowances(last_day_of(events, frame)):
        if allowance.until is not None:
            assert clock.allowance(allowance.act, allowance.until).open
            assert not clock.allowance(allowance.act, allowance.until + ONE_DAY).open


@unhurried
@given(st.data(), stories())
def test_another_period_is_taken_where_it_leaves_a_day_to_answer_and_not_otherwise(
    data: st.DataObject, story: Story
) -> None:
    events, frame = story
    clock, day = told(events, frame), last_day_of(events, frame) + timedelta(days=data.draw(st.integers(0, 20)))
    if clock.state(day) not in (ClockState.RUNNING, ClockState.EXTENDED, ClockState.EXPIRED):
        return
    law = LAWS[data.draw(laws)]
    period = Period(law.key, data.draw(st.integers(0, min(law.ceiling or 60, 25))))
    changed = ClockEvent(
        Kind.CHANGED, day, period.days, law.key, number=max((one.number for one in events), default=0) + 1
    )
    after = told([*events, changed], frame)
    foreseen = clock.changed(law.key, period.days)
    assert (after.due_on, after.total, after.explain()) == (foreseen.due_on, foreseen.total, foreseen.explain())
    # An extension holds as far as the other law knows of one, and is not given again.
    most = clock.extension if law.extends is None else law.extends
    assert after.extension == min(clock.extension, most)
    assert after.extended == clock.extended
    if after.extended and after.longest_extension and after.state(day) is not ClockState.EXPIRED:
        assert after.allowance(Act.EXTENSION, day).why in ("extended_once", "suspended")
    keys = [step.key for step in after.explain()]
    assert ("extended" in keys) == (after.extension > 0)
    assert ("lapsed" in keys) == (after.extended and not after.extension)
    over = ClockState.EXPIRED in (clock.state(day), after.state(day))
    if over:
        with pytest.raises(Unlawful) as refused:
            check_period(period, clock, day)
        assert refused.value.article == law.article
    else:
        check_period(period, clock, day)


HOURS = st.integers(0, 450 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
AROUND_A_CHANGE = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from([datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 3, 22, tzinfo=UTC)]),
    st.integers(-180, 240),
)
"""The nights of 2026 in which the office's hour changes, before Ramadan and after it."""


@unhurried
@given(st.lists(AROUND_A_CHANGE | HOURS, min_size=2, max_size=8), st.integers(1, 20))
def test_moments_in_their_order_make_a_journal_that_can_be_whatever_the_hour_does(
    moments: list[datetime], days: int
) -> None:
    ordered = sorted(moments)
    kinds = [Kind.COMPLETED, *[Kind.SUSPENDED, Kind.RESUMED] * 4]
    events = [ClockEvent(kind, office_date(at)) for kind, at in zip(kinds, ordered, strict=False)]
    calendar = Calendar(frozenset())
    clock = LegalClock.from_journal(events, law="55-19", days=days, calendar=calendar, filed_on=office_date(ordered[0]))
    # An hour more or less makes no day: the same days without their hours make the same clock.
    assert clock.complete_on == office_date(ordered[0])
    assert [span.sent for span in clock.suspensions] == [office_date(at) for at in ordered[1::2]]
    assert clock.flaw == ""
    assert clock.due_on is None or not calendar.is_off(clock.due_on)
