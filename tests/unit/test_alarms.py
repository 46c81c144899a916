"""What time does to a case by the law: whom it reminds and warns, what it returns, which silence it records, and when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.acts import Act
from portal.domain.alarms import REMINDERS, WARNINGS, Alarm, Kind, Point, Told, Warn, alarms, pending
from portal.domain.clock import Calendar, ClockEvent, LegalClock, Suspension
from portal.domain.events import (
    ApplicantReminded,
    CaseMoved,
    CaseReopened,
    CaseTransferred,
    DeadlineNear,
    DueDateMoved,
    Event,
    PeriodExtended,
    ReplacementRequested,
    SilenceRecorded,
)
from portal.domain.flow import Role
from portal.domain.periods import ONE_DAY

from .clock_stories import days_of_the_year, stories, told, unhurried

OFFICE = Calendar(frozenset({date(2026, 3, 20), date(2026, 3, 21)}))
MONDAY = date(2026, 3, 2)


def march(day: int) -> date:
    return date(2026, 3, day)


def clock(**known: Any) -> LegalClock:
    """Twelve days from Monday 2 March 2026: half on the 8th, a quarter left on the 11th, due on the 16th."""
    values: dict[str, Any] = {"law": "55-19", "days": 12, "complete_on": MONDAY, **known}
    return LegalClock(calendar=OFFICE, filed_on=MONDAY, **values)


def days(found: Iterable[Alarm], kind: Kind) -> list[tuple[str, date]]:
    return [(alarm.name, alarm.on) for alarm in found if alarm.kind is kind]


def event_of(alarm: Alarm) -> Event:
    """What the journal says once an alarm has gone off."""
    on, due_on = alarm.on.isoformat(), alarm.due_on.isoformat()
    match alarm.kind:
        case Kind.REMIND:
            return ApplicantReminded(alarm.name, on, due_on)
        case Kind.SILENCE:
            return SilenceRecorded(on, due_on, "appeal")
    return DeadlineNear(alarm.name, on, due_on)


def test_those_who_decide_are_warned_at_half_at_a_quarter_before_the_last_day_and_after_it() -> None:
    assert days(alarms(clock()), Kind.WARN) == [
        ("half", march(8)),
        ("quarter", march(11)),
        ("before-3", march(13)),
        ("after-1", march(17)),
        ("after-8", march(24)),
    ]
    assert days(alarms(clock()), Kind.SILENCE) == [("", march(17))]


def test_an_office_that_warns_nobody_still_falls_silent() -> None:
    assert [alarm.kind for alarm in alarms(clock(), ())] == [Kind.SILENCE]


def test_a_point_that_was_over_before_the_period_began_warns_nobody() -> None:
    early = Warn(Point.BEFORE, (Role.AGENT,), 20)
    assert days(alarms(clock(), [early]), Kind.WARN) == []
    assert days(alarms(clock(days=1)), Kind.WARN) == [
        ("quarter", march(3)),
        ("after-1", march(5)),
        ("after-8", march(12)),
    ]


def test_the_applicant_is_reminded_of_her_thirty_days_and_her_file_is_returned_after_them() -> None:
    found = alarms(clock(complete_on=None), returns=True)
    assert days(found, Kind.REMIND) == [
        ("deposit", march(23)),
        ("deposit", march(30)),
        ("deposit", date(2026, 4, 1)),
    ]
    assert days(found, Kind.RETURN) == [("return", date(2026, 4, 3))]
    assert days(alarms(clock(complete_on=None)), Kind.RETURN) == []


def test_she_is_reminded_of_a_document_to_replace_but_of_no_other_answer() -> None:
    def waiting(act: Act) -> LegalClock:
        return clock(suspensions=(Suspension(march(4), None, act),))

    assert [name for name, _ in days(alarms(waiting(Act.REPLACEMENT), returns=True), Kind.REMIND)] == [
        "replacement"
    ] * 3
    assert days(alarms(waiting(Act.REPLACEMENT), returns=True), Kind.RETURN) == [("return", date(2026, 4, 7))]
    for act in (Act.INFORMATION, Act.ORIGINALS):
        assert alarms(waiting(act), returns=True) == []


def test_of_a_remedy_she_is_reminded_on_no_day_before_it_began() -> None:
    decided = clock(decided_on=march(4))
    assert days(alarms(decided, remedy_until=march(10)), Kind.REMIND) == [("remedy", march(7)), ("remedy", march(9))]
    assert [alarm.kind for alarm in alarms(decided, remedy_until=march(5))] == []


def test_of_alarms_on_one_day_reminders_come_first_and_the_silence_last() -> None:
    found = alarms(clock(silent_on=march(17)), remedy_until=march(27))
    assert [alarm.kind for alarm in found if alarm.on == march(17)] == [Kind.WARN, Kind.SILENCE]
    found = alarms(clock(), remedy_until=march(27))
    assert [alarm.kind for alarm in found if alarm.on == march(17)] == [Kind.REMIND, Kind.WARN, Kind.SILENCE]


def test_a_silence_is_recorded_once_and_again_only_for_the_period_of_a_reopening() -> None:
    found = alarms(clock(), ())
    silent = SilenceRecorded("2026-03-17", "2026-03-16", "appeal")
    assert pending(found, []) == found
    assert pending(found, [silent]) == []
    assert pending(found, [silent, CaseReopened("reopen", "refused", "lodged")]) == found


def test_a_last_day_that_moved_is_reminded_of_again() -> None:
    found = alarms(clock(complete_on=None))
    moved = LegalClock("55-19", 12, Calendar(frozenset({date(2026, 4, 2)})), MONDAY)
    gone_off = [event_of(alarm) for alarm in found]
    assert pending(found, gone_off) == []
    assert [alarm.on for alarm in pending(alarms(moved), gone_off)] == [march(24), march(31), date(2026, 4, 2)]


def test_of_a_last_day_brought_forward_only_what_is_still_to_come_is_said() -> None:
    """She was reminded ten days before 2 April; on 25 March her last day becomes 31 March."""
    found = alarms(clock(complete_on=None))
    early = [replace(one, on=one.on - 2 * ONE_DAY, due_on=one.due_on - 2 * ONE_DAY) for one in found]
    moved = DueDateMoved("2026-04-02", "2026-03-31", "closure", "file")
    events = [event_of(found[0]), moved]
    assert [one.on for one in pending(early, events, [(moved, march(25))])] == [march(28), march(30)]
    # Told of the move on the 29th, she needs no reminder of the 28th either.
    assert [one.on for one in pending(early, events, [(moved, march(29))])] == [march(30)]
    # Put off again she is reminded as before.
    back = DueDateMoved("2026-03-31", "2026-04-02", "closure", "file")
    moves = [(moved, march(25)), (back, march(26))]
    assert [one.on for one in pending(found, [*events, back], moves)] == [march(30), date(2026, 4, 1)]


def test_who_was_warned_of_a_last_day_is_not_warned_again_because_it_comes_earlier() -> None:
    found = alarms(clock())
    early = [replace(one, on=one.on - ONE_DAY, due_on=one.due_on - ONE_DAY) for one in found]
    moved = DueDateMoved("2026-03-16", "2026-03-15", "closure")
    warned = [event_of(one) for one in found if one.name in ("half", "quarter")]
    left = pending(early, [*warned, moved], [(moved, march(12))])
    # What nobody was warned of is said, late as it is: no message of the move reaches them.
    assert [one.name for one in left] == ["before-3", "after-1", "", "after-8"]


def test_a_file_is_not_returned_before_the_day_that_its_applicant_was_told() -> None:
    early = alarms(clock(complete_on=None), returns=True)
    moved = DueDateMoved("2026-04-09", "2026-04-02", "closure", "file")
    again = DueDateMoved("2026-04-02", "2026-04-07", "closure", "file")
    for events in (
        [moved],
        [moved, again],
        [moved, again, DueDateMoved("2026-04-07", "2026-04-02", "closure", "file")],
    ):
        assert days(pending(early, events), Kind.RETURN) == [("return", date(2026, 4, 10))]
    # What was told of something else that was awaited of her is over.
    asked = ReplacementRequested("ask", "lodged", "waiting", ["lease"])
    assert days(pending(early, [moved, asked]), Kind.RETURN) == [("return", date(2026, 4, 3))]
    assert days(pending(early, [replace(moved, of="answer")]), Kind.RETURN) == [("return", date(2026, 4, 3))]


def test_the_day_that_she_was_told_goes_with_her_file_to_another_office() -> None:
    early = alarms(clock(complete_on=None), returns=True)
    moved = DueDateMoved("2026-04-09", "2026-04-02", "closure", "file")
    passed = CaseTransferred("transfer", "lodged", "lodged", "annexe-ahfir", "annexe-saidia")
    onward = CaseMoved("forward", "lodged", "incomplete")
    assert days(pending(early, [moved, passed, onward]), Kind.RETURN) == [("return", date(2026, 4, 10))]
    # Nor does a longer period change what is awaited of her.
    longer = PeriodExtended("extend", "lodged", "lodged", 10)
    assert days(pending(early, [moved, longer]), Kind.RETURN) == [("return", date(2026, 4, 10))]


def test_what_was_told_holds_although_the_journal_does_not_know_of_a_move() -> None:
    early = alarms(clock(complete_on=None), returns=True)
    for day, on in ((date(2026, 4, 9), 10), (date(2026, 4, 1), 3)):
        assert days(pending(early, [], told=Told(file=day)), Kind.RETURN) == [("return", date(2026, 4, on))]
    found = alarms(clock())
    (silence,) = (one for one in pending(found, [], told=Told(answer=march(18))) if one.kind is Kind.SILENCE)
    assert (silence.on, silence.due_on) == (march(19), march(18))
    # A day that was told and comes earlier brings nothing forward.
    assert pending(found, [], told=Told(answer=march(12))) == found


@unhurried
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 45), st.booleans())
def test_whatever_a_last_day_becomes_nothing_is_said_twice_and_no_file_returned_early(
    before: int, after: int, gone: int, recorded: bool
) -> None:
    """Her last day moves from one day to another while ``gone`` days of the first have gone by, each with its sweep."""

    def hers(last: int) -> list[Alarm]:
        due_on = MONDAY + last * ONE_DAY
        found = [Alarm(Kind.REMIND, due_on - one * ONE_DAY, due_on, "deposit") for one in REMINDERS if one < last]
        return [*found, Alarm(Kind.RETURN, due_on + ONE_DAY, due_on, "return")]

    day = MONDAY + min(gone, before) * ONE_DAY
    moved = DueDateMoved(
        (MONDAY + before * ONE_DAY).isoformat(), (MONDAY + after * ONE_DAY).isoformat(), "closure", "file"
    )
    said = [one for one in hers(before) if one.kind is Kind.REMIND and one.on <= day] if recorded else []
    left = pending(hers(after), [*map(event_of, said), moved], [(moved, day)])
    (returned,) = (one for one in left if one.kind is Kind.RETURN)
    assert returned.on == MONDAY + (max(before, after) + 1) * ONE_DAY
    reminded = [one for one in left if one.kind is Kind.REMIND]
    if after < before:
        assert all(one.on > day for one in reminded)
    assert [one.on for one in left] == sorted(one.on for one in left)
    points = {(one.due_on - one.on).days for one in reminded}
    assert after >= before or points.isdisjoint((one.due_on - one.on).days for one in said)


@unhurried
@given(stories(), st.booleans(), st.none() | days_of_the_year)
def test_every_alarm_of_any_journal_keeps_its_day(
    story: tuple[list[ClockEvent], LegalClock], returns: bool, remedy_until: date | None
) -> None:
    events, frame = story
    clock = told(events, frame)
    found = alarms(clock, returns=returns, remedy_until=remedy_until)
    assert [alarm.on for alarm in found] == sorted(alarm.on for alarm in found)
    assert len({(alarm.kind, alarm.name, alarm.on) for alarm in found}) == len(found)
    for alarm in found:
        _check(alarm, clock, remedy_until)
    kinds = [alarm.kind for alarm in found]
    assert kinds.count(Kind.SILENCE) == (clock.decided_on is None and clock.due_on is not None)
    assert kinds.count(Kind.RETURN) == (returns and clock.citizen_due_on is not None)
    assert pending(found, []) == found or clock.silent_on is not None
    recorded = [event_of(alarm) for alarm in found]
    assert pending(found, recorded) == []
    assert pending(found, recorded * 2) == []


def _check(alarm: Alarm, clock: LegalClock, remedy_until: date | None) -> None:
    match alarm.kind:
        case Kind.SILENCE:
            assert alarm.due_on == clock.due_on
            assert alarm.on == alarm.due_on + ONE_DAY
        case Kind.RETURN:
            assert alarm.due_on == clock.citizen_due_on
            assert alarm.on == alarm.due_on + ONE_DAY
        case Kind.WARN:
            assert alarm.due_on == clock.due_on
            assert clock.complete_on is not None
            assert alarm.on > clock.complete_on
            assert alarm.roles in {warn.roles for warn in WARNINGS}
        case Kind.REMIND:
            assert alarm.due_on == (remedy_until if alarm.name == "remedy" else clock.citizen_due_on)
            assert alarm.due_on - alarm.on in {timedelta(days=before) for before in REMINDERS}
            since = clock.filed_on if alarm.name == "deposit" else clock.suspended_since
            if alarm.name == "remedy":
                since = clock.decided_on or clock.silent_on or clock.filed_on
            assert since is not None
            assert alarm.on > since
