"""What time does to a case by the law: whom it reminds and warns, what it returns, which silence it records, and when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.acts import Act
from portal.domain.alarms import REMINDERS, WARNINGS, Alarm, Kind, Point, Warn, alarms, pending
from portal.domain.clock import Calendar, ClockEvent, LegalClock, Suspension
from portal.domain.events import ApplicantReminded, CaseReopened, DeadlineNear, Event, SilenceRecorded
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
