"""The law's clock of one case: what its journal makes of it, and how it explains itself."""

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.acts import Act
from portal.domain.clock import (
    LAWS,
    Calendar,
    ClockEvent,
    ClockEventKind,
    ClockState,
    Impossible,
    LegalClock,
    Suspension,
    silence_on,
)
from portal.domain.errors import OtherPeriodOver, PeriodOver, RequestTooLate, SecondRequest, Unlawful
from portal.domain.lawful import check_act, check_period
from portal.domain.service import Period

OFFICE = Calendar(frozenset({date(2026, 3, 20), date(2026, 3, 21)}))
MONDAY = date(2026, 3, 2)


def march(day: int) -> date:
    return date(2026, 3, day)


def clock_after(*events: ClockEvent, days: int = 10, extends: int = 0) -> LegalClock:
    return LegalClock.from_journal(events, law="55-19", days=days, calendar=OFFICE, filed_on=MONDAY, extends=extends)


def event(kind: ClockEventKind, day: int, days: int = 0) -> ClockEvent:
    return ClockEvent(kind, march(day), days)


COMPLETED = event(ClockEventKind.COMPLETED, 2)
ASKED = event(ClockEventKind.SUSPENDED, 5)
ANSWERED = event(ClockEventKind.RESUMED, 10)


def test_an_incomplete_file_has_no_clock_but_the_citizens_own() -> None:
    clock = clock_after()
    assert clock.state(march(30)) is ClockState.NOT_STARTED
    assert (clock.due_on, clock.half_ends_on, clock.suspended_since) == (None, None, None)
    assert clock.deposit_due_on == date(2026, 4, 2)
    assert (clock.used(march(30)), clock.remaining(march(30))) == (0, 10)
    assert not clock.in_first_half(march(3))
    assert clock.due_if_answered(march(3)) is None


def test_a_complete_file_runs_until_its_due_date_and_is_overdue_the_day_after() -> None:
    clock = clock_after(COMPLETED)
    assert clock.due_on == march(13)
    assert clock.half_ends_on == march(7)
    assert clock.deposit_due_on is None
    assert clock.state(march(13)) is ClockState.RUNNING
    assert clock.state(silence_on(march(13))) is ClockState.EXPIRED
    assert [clock.in_first_half(march(day)) for day in (1, 2, 7, 8)] == [False, True, True, False]


def test_a_suspended_clock_stands_still_and_tells_when_it_would_be_due() -> None:
    clock = clock_after(COMPLETED, ASKED)
    assert clock.state(march(30)) is ClockState.SUSPENDED
    assert clock.suspended_since == march(5)
    assert clock.remaining(march(5)) == clock.remaining(march(30)) == 8
    assert clock.due_if_answered(march(10)) == march(19)
    assert clock.due_if_answered(march(11)) == march(23)
    assert clock.due_if_answered(march(1)) == clock.due_if_answered(march(5)) == march(16)


def test_an_answer_sets_the_clock_going_again() -> None:
    clock = clock_after(COMPLETED, ASKED, ANSWERED)
    assert clock.state(march(10)) is ClockState.RUNNING
    assert clock.suspended_since is None
    assert clock.due_on == clock.due_if_answered(march(15)) == march(19)


def test_an_extension_moves_the_due_date_and_not_the_half() -> None:
    clock = clock_after(COMPLETED, event(ClockEventKind.EXTENDED, 6, days=3))
    assert clock.due_on == march(16)
    assert clock.half_ends_on == march(7)
    assert clock.remaining(march(2)) == 13


def test_a_decision_freezes_the_clock_whatever_follows() -> None:
    story = [COMPLETED, event(ClockEventKind.STOPPED, 4), ASKED]
    clock = LegalClock.from_journal(story, law="55-19", days=10, calendar=OFFICE, filed_on=MONDAY, strict=False)
    assert clock.flaw == "after_decision"
    assert clock.state(march(30)) is ClockState.STOPPED
    assert clock.suspended_since is None
    assert clock.used(march(30)) == 2
    assert clock.remaining(march(30)) == 8


def test_a_file_returned_while_suspended_is_decided_and_no_longer_waits() -> None:
    clock = clock_after(COMPLETED, ASKED, event(ClockEventKind.STOPPED, 30))
    assert clock.state(march(31)) is ClockState.STOPPED
    assert clock.suspended_since is None
    assert [step.key for step in clock.explain()] == ["complete", "counted", "suspended", "decided"]


def test_a_request_sent_too_late_leaves_the_case_overdue() -> None:
    clock = clock_after(COMPLETED, event(ClockEventKind.SUSPENDED, 16))
    assert clock.state(march(20)) is ClockState.EXPIRED
    assert clock.suspended_since is None
    assert [step.key for step in clock.explain()] == ["complete", "counted", "half", "due"]


@pytest.mark.parametrize(
    "impossible",
    [
        [ASKED],
        [COMPLETED, COMPLETED],
        [COMPLETED, ANSWERED],
        [COMPLETED, ASKED, ANSWERED, ANSWERED],
        [COMPLETED, ASKED, ASKED],
        [COMPLETED, event(ClockEventKind.STOPPED, 4), ASKED],
        [COMPLETED, event(ClockEventKind.STOPPED, 4), event(ClockEventKind.STOPPED, 5)],
        [COMPLETED, event(ClockEventKind.EXTENDED, 4, days=0)],
        [event(ClockEventKind.EXTENDED, 4, days=3)],
        [event(ClockEventKind.REOPENED, 4)],
        [COMPLETED, ASKED, event(ClockEventKind.RESUMED, 4)],
        [COMPLETED, ClockEvent(ClockEventKind.CHANGED, march(4), -1, "31-13-urgent")],
        [COMPLETED, ClockEvent(ClockEventKind.CHANGED, march(4), 4, "no-law")],
        [event(ClockEventKind.SILENT, 14)],
        [COMPLETED, event(ClockEventKind.SILENT, 3)],
        [COMPLETED, event(ClockEventKind.SILENT, 14), event(ClockEventKind.SILENT, 15)],
        [COMPLETED, ASKED, event(ClockEventKind.SILENT, 14)],
        [COMPLETED, ASKED, ANSWERED, event(ClockEventKind.SILENT, 11)],
    ],
)
def test_a_journal_that_cannot_be_is_refused(impossible: list[ClockEvent]) -> None:
    with pytest.raises(Impossible):
        clock_after(*impossible)


def test_the_clock_explains_every_step_with_its_article() -> None:
    clock = clock_after(COMPLETED, ASKED, event(ClockEventKind.RESUMED, 11))
    assert [(step.key, dict(step.params), step.article) for step in clock.explain()] == [
        ("complete", {"on": "2026-03-02", "days": "10"}, "55-19/16"),
        ("counted", {"start": "2026-03-03", "end": "2026-03-04", "days": "2"}, "55-19/31"),
        ("suspended", {"on": "2026-03-05"}, "55-19/14"),
        ("resumed", {"on": "2026-03-11", "left": "8"}, "55-19/14"),
        ("counted", {"start": "2026-03-12", "end": "2026-03-19", "days": "8"}, "55-19/31"),
        ("rolled", {"start": "2026-03-20", "end": "2026-03-23"}, "55-19/31"),
        ("due", {"on": "2026-03-23"}, "55-19/31"),
    ]


def test_what_was_decided_is_explained_by_the_days_it_used_and_its_last_day() -> None:
    clock = clock_after(COMPLETED, ASKED, event(ClockEventKind.RESUMED, 11), event(ClockEventKind.STOPPED, 13))
    assert [(step.key, dict(step.params)) for step in clock.explain()] == [
        ("complete", {"on": "2026-03-02", "days": "10"}),
        ("counted", {"start": "2026-03-03", "end": "2026-03-04", "days": "2"}),
        ("suspended", {"on": "2026-03-05"}),
        ("resumed", {"on": "2026-03-11", "left": "8"}),
        ("counted", {"start": "2026-03-12", "end": "2026-03-13", "days": "2"}),
        ("rolled", {"start": "2026-03-20", "end": "2026-03-23"}),
        ("due", {"on": "2026-03-23"}),
        ("decided", {"on": "2026-03-13", "days": "4"}),
    ]
    at_once = clock_after(COMPLETED, event(ClockEventKind.STOPPED, 2))
    assert [step.key for step in at_once.explain()] == ["complete", "due", "decided"]


def test_a_last_day_that_stands_since_a_silence_is_not_said_to_have_been_moved() -> None:
    told = LegalClock("55-19", 10, OFFICE, MONDAY, complete_on=MONDAY, silent_on=date(2026, 3, 25))
    assert [step.key for step in told.explain()] == ["complete", "counted", "half", "due", "silent"]


def test_an_explanation_says_when_the_clock_waits_for_an_answer() -> None:
    steps = clock_after(COMPLETED, ASKED).explain()
    assert [step.key for step in steps] == ["complete", "counted", "suspended", "open_suspension"]
    assert dict(steps[-1].params) == {"on": "2026-03-05", "left": "8"}


def test_an_incomplete_file_is_explained_by_the_citizens_own_deadline() -> None:
    (step,) = clock_after().explain()
    assert (step.key, dict(step.params)) == ("incomplete", {"start": "2026-03-02", "end": "2026-04-02"})


def test_another_law_does_not_borrow_the_articles_of_55_19() -> None:
    clock = LegalClock("31-13", 20, OFFICE, MONDAY, complete_on=MONDAY)
    assert {step.article for step in clock.explain()} == {"31-13"}


@pytest.mark.parametrize("law", ["2-17-265", "31-13", "petition"])
def test_only_law_55_19_limits_requests_for_information(law: str) -> None:
    asked = Suspension(MONDAY, MONDAY)
    late = LegalClock(law, 20, OFFICE, MONDAY, complete_on=MONDAY, suspensions=(asked,))
    check_act(Act.INFORMATION, late, date(2026, 3, 20))
    assert "half" not in {step.key for step in late.explain()}
    assert {step.article for step in late.explain() if step.key in ("suspended", "resumed")} == {""}


@pytest.mark.parametrize("law", ["55-19", "55-19-investment"])
def test_law_55_19_lets_information_be_asked_for_once_in_the_first_half(law: str) -> None:
    fresh = LegalClock(law, 20, OFFICE, MONDAY, complete_on=MONDAY)
    check_act(Act.INFORMATION, fresh, date(2026, 3, 12))
    with pytest.raises(RequestTooLate):
        check_act(Act.INFORMATION, fresh, date(2026, 3, 13))
    with pytest.raises(SecondRequest):
        check_act(Act.INFORMATION, replace(fresh, suspensions=(Suspension(MONDAY, MONDAY),)), date(2026, 3, 4))


def test_the_flaw_of_a_journal_outlasts_a_reopening() -> None:
    story = [ASKED, event(ClockEventKind.STOPPED, 6), event(ClockEventKind.REOPENED, 9)]
    clock = LegalClock.from_journal(story, law="55-19", days=10, calendar=OFFICE, filed_on=MONDAY, strict=False)
    assert (clock.flaw, clock.complete_on) == ("suspended_unstarted", march(9))


def test_a_period_that_an_answer_gave_holds_again_after_a_reopening_and_an_urgent_one_does_not() -> None:
    story = [
        ClockEvent(ClockEventKind.COMPLETED, march(2), 30, "55-19-investment"),
        ClockEvent(ClockEventKind.CHANGED, march(3), 3, "31-13-urgent"),
        event(ClockEventKind.STOPPED, 4),
    ]
    assert (clock_after(*story).law, clock_after(*story).days) == ("31-13-urgent", 3)
    again = clock_after(*story, event(ClockEventKind.REOPENED, 5))
    assert (again.law, again.days) == ("55-19-investment", 30)


def test_what_follows_a_silence_moves_its_last_day_no_more() -> None:
    silent = event(ClockEventKind.SILENT, 14)
    clock = clock_after(COMPLETED, silent, event(ClockEventKind.SUSPENDED, 16), event(ClockEventKind.RESUMED, 17))
    assert (clock.due_on, clock.silent_on) == (march(13), march(14))
    late = clock_after(COMPLETED, silent, event(ClockEventKind.EXTENDED, 16, days=5))
    assert (late.due_on, late.state(march(16)), late.remaining(march(16))) == (march(13), ClockState.EXPIRED, 0)


def test_a_period_that_ran_out_stays_used_up_although_a_feast_is_confirmed_within_it() -> None:
    # By the calendar of that time the sixth working day was the 10th; with the feast of the 5th it would be the 11th.
    feast = Calendar(frozenset({march(5)}))
    clock = LegalClock("31-13", 6, feast, MONDAY, MONDAY, silent_on=march(12))
    assert (clock.due_on, clock.used(march(12)), clock.remaining(march(12))) == (march(11), 6, 0)
    early = LegalClock("31-13", 6, feast, MONDAY, MONDAY, silent_on=march(11))
    assert (early.due_on, early.state(march(11)), early.remaining(march(11))) == (march(10), ClockState.EXPIRED, 0)
    assert "rolled" not in {step.key for step in early.explain()}


def test_an_explanation_never_rolls_backwards() -> None:
    # By the calendar of that time the 20th was worked; now it is the Eid, and the silence stands.
    clock = LegalClock.from_journal(
        [ClockEvent(ClockEventKind.COMPLETED, march(9)), event(ClockEventKind.SILENT, 21)],
        law="55-19",
        days=10,
        calendar=OFFICE,
        filed_on=MONDAY,
    )
    assert [step.key for step in clock.explain()] == ["complete", "counted", "half", "due", "silent"]


def test_an_extension_is_no_longer_than_the_law_of_the_period_lets_it_be() -> None:
    assert LegalClock("31-13", 20, OFFICE, MONDAY, MONDAY, extends=30).longest_extension == 20
    assert LegalClock("55-19", 20, OFFICE, MONDAY, MONDAY, extends=30).longest_extension == 30
    assert LegalClock("31-13-urgent", 3, OFFICE, MONDAY, MONDAY, extends=30).longest_extension == 0


def test_urgency_that_comes_after_an_extension_drops_it_and_says_so() -> None:
    extended = event(ClockEventKind.EXTENDED, 3, days=5)
    urgent = ClockEvent(ClockEventKind.CHANGED, march(4), 3, "31-13-urgent")
    clock = clock_after(COMPLETED, extended, urgent)
    assert (clock.days, clock.extension, clock.total) == (3, 0, 3)
    assert clock.due_on == march(6)
    assert [step.key for step in clock.explain()] == ["complete", "lapsed", "counted", "due"]
    # Back under a law that knows of extensions it is not given a second time, unless the file is taken up again.
    back = ClockEvent(ClockEventKind.CHANGED, march(5), 20, "31-13")
    again = clock_after(COMPLETED, extended, urgent, back, extends=10)
    assert again.allowance(Act.EXTENSION, march(5)).why == "extended_once"
    reopened = clock_after(
        COMPLETED, extended, urgent, event(ClockEventKind.STOPPED, 5), event(ClockEventKind.REOPENED, 6), extends=10
    )
    assert reopened.allowance(Act.EXTENSION, march(6)).open


def test_a_longer_extension_than_the_other_law_allows_is_cut_to_what_it_allows() -> None:
    extended = event(ClockEventKind.EXTENDED, 3, days=25)
    clock = clock_after(COMPLETED, extended, ClockEvent(ClockEventKind.CHANGED, march(4), 10, "31-13"))
    assert (clock.extension, clock.total) == (20, 30)


@pytest.mark.parametrize(
    ("today", "law", "days", "refused"),
    [
        # Complete on Monday 2 March, urgent: 3 to 5 March count, Friday 6 March is the last day.
        (6, "31-13-urgent", 3, None),
        (9, "31-13-urgent", 3, OtherPeriodOver),
        (9, "31-13", 20, None),
        # The file's own period ended on 13 March: no other brings it back.
        (16, "petition", 92, PeriodOver),
    ],
)
def test_a_period_whose_own_last_day_has_passed_is_refused_with_its_article(
    today: int, law: str, days: int, refused: type[Unlawful] | None
) -> None:
    clock = clock_after(COMPLETED)
    if refused is None:
        check_period(Period(law, days), clock, march(today))
        return
    with pytest.raises(refused) as error:
        check_period(Period(law, days), clock, march(today))
    assert error.value.article == LAWS[law].article
    if refused is OtherPeriodOver:
        assert error.value.params["until"] == "2026-03-06"


def test_a_case_goes_on_under_its_own_period_when_the_law_is_tightened(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = ClockEvent(ClockEventKind.CHANGED, march(3), 20, "31-13")
    stories = ((COMPLETED,), (ClockEvent(ClockEventKind.COMPLETED, march(2), 10, "55-19"),), (COMPLETED, changed))
    before = [clock_after(*events) for events in stories]
    for law in ("55-19", "31-13"):
        monkeypatch.setitem(LAWS, law, replace(LAWS[law], ceiling=5))
    after = [clock_after(*events) for events in stories]
    assert after == before
    assert [one.reading(march(4)) for one in after] == [one.reading(march(4)) for one in before]
    assert not any(one.flaw for one in after)
