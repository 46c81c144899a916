"""What an action makes of a case: transfers, reopenings, unit kinds, the system, and the speed of all of it."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.domain.case import SYSTEM, Actor, Case
from portal.domain.clock import Calendar, ClockEvent, ClockEventKind, LegalClock
from portal.domain.entries import since_entry
from portal.domain.errors import (
    ActionNotPossible,
    AlreadyDecided,
    NotAllowed,
    ReasonsMissing,
    ReopeningTooLate,
    TakenBySomeone,
    UnitNeeded,
)
from portal.domain.events import (
    CaseDecided,
    CaseMoved,
    CaseReopened,
    CaseTransferred,
    FileCompleted,
    OpinionsJoined,
    OpinionsRequested,
    VoteCast,
)
from portal.domain.policies import check_can_act
from portal.domain.service import Role, StateKind, UnitKind
from portal.domain.workflow import advance, case_facts, possible_actions, reopening_ends

from .small_service import FILES, load

MARKET = load(FILES)
NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
TODAY = date(2026, 3, 10)
OFFICE = Calendar(frozenset())
CHIEF = Actor("chief", frozenset({Role.CHIEF}), "commune-madagh")
AGENT = Actor("agent", frozenset({Role.AGENT}), "commune-madagh")
MEMBER = Actor("member", frozenset({Role.COMMITTEE}), "commune-madagh")


def case_in(state: str, **more: Any) -> Case:
    found = MARKET.states[state]
    closed = {"closed_at": NOW} if found.kind is StateKind.DECIDED else {}
    values: dict[str, Any] = {
        "id": "c",
        "reference": "BRK-26-0001",
        "service": MARKET.slug,
        "digest": MARKET.digest,
        "state": state,
        "kind": found.kind,
        "unit": "commune-madagh",
        "filed_at": NOW,
        "filed_on": TODAY,
        **closed,
        **more,
    }
    return Case(**values)


def facts(state: str, today: date = TODAY, **case: Any) -> PreparedFacts:
    usual = {"state": state, "documents_complete": True, "unit_kind": "commune"}
    return prepare({"answers": {}, "identity": {}, "case": {**usual, **case}, "today": today})


def decided_on(day: date) -> LegalClock:
    events = [ClockEvent(ClockEventKind.COMPLETED, day), ClockEvent(ClockEventKind.STOPPED, day)]
    return LegalClock.from_journal(events, law="55-19", days=60, calendar=OFFICE, filed_on=day)


def test_a_transfer_names_the_unit_and_keeps_the_state_and_what_was_said() -> None:
    inputs = {"unit": "province-berkane", "note": "Compétence de la province."}
    outcome = advance(MARKET, case_in("lodged"), "transfer", CHIEF, facts("lodged"), NOW, inputs=inputs)
    assert outcome.unit == "province-berkane"
    assert outcome.state.id == "lodged"
    assert outcome.events == (
        CaseTransferred(
            "transfer", "lodged", "lodged", "commune-madagh", "province-berkane", {"note": "Compétence de la province."}
        ),
    )


@pytest.mark.parametrize("unit", ["", "  ", "commune-madagh"])
def test_a_transfer_goes_to_another_unit(unit: str) -> None:
    with pytest.raises(UnitNeeded):
        advance(MARKET, case_in("lodged"), "transfer", CHIEF, facts("lodged"), NOW, inputs={"unit": unit})


def test_an_action_that_is_no_transfer_keeps_the_case_where_it_is() -> None:
    outcome = advance(MARKET, case_in("lodged"), "consult", AGENT, facts("lodged"), NOW, inputs={"unit": "elsewhere"})
    assert outcome.unit is None
    assert outcome.events == (CaseMoved("consult", "lodged", "consultation", {"unit": "elsewhere"}),)


def test_an_action_at_one_kind_of_unit_is_not_possible_at_another() -> None:
    with pytest.raises(NotAllowed):
        advance(MARKET, case_in("lodged"), "skip", CHIEF, facts("lodged"), NOW)
    there = facts("lodged", unit_kind=UnitKind.PROVINCE.value)
    assert advance(MARKET, case_in("lodged"), "skip", CHIEF, there, NOW).state.id == "sitting"
    assert "skip" not in [rule.action for rule in possible_actions(MARKET, case_in("lodged"), CHIEF, facts("lodged"))]
    assert "skip" in [rule.action for rule in possible_actions(MARKET, case_in("lodged"), CHIEF, there)]


def test_a_refusal_is_reopened_within_its_term_up_to_its_last_day() -> None:
    clock, case = decided_on(date(2026, 3, 10)), case_in("refused")
    last = facts("refused", date(2026, 4, 9))
    outcome = advance(MARKET, case, "reopen", CHIEF, last, NOW, inputs={"reasons": "Éléments nouveaux."}, clock=clock)
    assert outcome.reopens
    assert outcome.events == (CaseReopened("reopen", "refused", "lodged", {"reasons": "Éléments nouveaux."}),)
    assert [rule.action for rule in possible_actions(MARKET, case, CHIEF, last, clock)] == ["reopen"]


def test_after_its_term_a_decision_stands_and_the_error_says_since_when() -> None:
    clock, case, late = decided_on(date(2026, 3, 10)), case_in("refused"), facts("refused", date(2026, 4, 10))
    with pytest.raises(ReopeningTooLate) as raised:
        advance(MARKET, case, "reopen", CHIEF, late, NOW, inputs={"reasons": "x"}, clock=clock)
    assert raised.value.params == {"until": "2026-04-09"}
    assert possible_actions(MARKET, case, CHIEF, late, clock) == ()


def test_without_a_clock_the_term_counts_from_the_day_the_case_was_closed() -> None:
    (rule,) = [rule for rule in MARKET.actions if rule.action == "reopen"]
    assert reopening_ends(MARKET, case_in("refused"), rule) == date(2026, 4, 9)
    assert reopening_ends(MARKET, case_in("lodged"), rule) is None
    # What was granted against it since begins the days anew; what was granted before it was decided, does not.
    for upheld_on, until in ((date(2026, 4, 20), date(2026, 5, 20)), (date(2026, 1, 2), date(2026, 4, 9))):
        assert reopening_ends(MARKET, replace(case_in("refused"), upheld_on=upheld_on), rule) == until


@pytest.mark.parametrize("state", ["granted", "withdrawn"])
def test_a_decision_that_nothing_reopens_stays_closed(state: str) -> None:
    with pytest.raises(AlreadyDecided):
        advance(MARKET, case_in(state), "reopen", CHIEF, facts(state), NOW, inputs={"reasons": "x"})
    with pytest.raises(AlreadyDecided):
        advance(MARKET, case_in("refused"), "grant", CHIEF, facts("refused"), NOW)


def test_only_the_roles_of_a_reopening_reopen() -> None:
    with pytest.raises(NotAllowed):
        advance(MARKET, case_in("refused"), "reopen", AGENT, facts("refused"), NOW, inputs={"reasons": "x"})
    stranger = replace(CHIEF, unit="commune-berkane")
    with pytest.raises(NotAllowed):
        advance(MARKET, case_in("refused"), "reopen", stranger, facts("refused"), NOW, inputs={"reasons": "x"})


def test_the_system_does_what_is_granted_to_it_and_nothing_else() -> None:
    outcome = advance(MARKET, case_in("consultation"), "opinions_in", SYSTEM, facts("consultation"), NOW)
    assert outcome.state.id == "sitting"
    returned = advance(MARKET, case_in("depositing"), "return_file", SYSTEM, facts("depositing"), NOW)
    assert returned.events == (CaseDecided("return_file", "depositing", "returned", "returned", {}),)
    with pytest.raises(NotAllowed):
        advance(MARKET, case_in("lodged"), "consult", SYSTEM, facts("lodged"), NOW)
    with pytest.raises(NotAllowed):
        advance(MARKET, case_in("consultation"), "opinions_in", CHIEF, facts("consultation"), NOW)


def test_a_chief_closes_as_the_committee_said() -> None:
    case, accepted = case_in("sitting"), facts("sitting", committee="accepted")
    assert advance(MARKET, case, "grant", CHIEF, accepted, NOW).state.id == "granted"
    with pytest.raises(ActionNotPossible):
        advance(MARKET, case, "refuse", CHIEF, accepted, NOW, inputs={"reasons": "x"})
    with pytest.raises(ActionNotPossible):
        advance(MARKET, case, "grant", CHIEF, facts("sitting", committee=None), NOW)
    with pytest.raises(NotAllowed):
        advance(MARKET, case, "grant", MEMBER, accepted, NOW)
    with pytest.raises(ReasonsMissing):
        advance(MARKET, case, "refuse", CHIEF, facts("sitting", committee="rejected"), NOW)


def test_a_colleague_s_case_is_left_alone() -> None:
    with pytest.raises(TakenBySomeone):
        advance(MARKET, case_in("lodged", taken_by="other"), "consult", AGENT, facts("lodged"), NOW)


def test_what_a_colleague_closed_may_be_taken_up_again_by_another() -> None:
    (rule,) = [one for one in MARKET.actions if one.action == "reopen"]
    anybody = replace(rule, by=(Role.AGENT,))
    check_can_act(AGENT, case_in("refused", taken_by="other"), anybody, "commune")
    with pytest.raises(TakenBySomeone):
        check_can_act(AGENT, case_in("lodged", taken_by="other"), anybody, "commune")


def test_what_conditions_see_of_a_case_follows_from_its_journal() -> None:
    journal = [
        FileCompleted(),
        CaseMoved("consult", "lodged", "consultation"),
        OpinionsRequested("consultation", [{"id": "province", "unit": "province-berkane", "due_on": None}], 1),
        OpinionsJoined(1, late=True),
        CaseMoved("opinions_in", "consultation", "sitting"),
        *(VoteCast(f"m{number}", "for") for number in range(3)),
    ]
    seen = case_facts(MARKET, "sitting", journal, documents_complete=True, obtained=False, unit_kind=UnitKind.COMMUNE)
    assert seen == {
        "state": "sitting",
        "documents_complete": True,
        "obtained": False,
        "opinions": "late",
        "committee": "accepted",
        "unit_kind": "commune",
        "reopened": False,
        "repeats": None,
    }
    again = [
        *journal,
        CaseDecided("refuse", "sitting", "refused", "refused"),
        CaseReopened("reopen", "refused", "lodged"),
    ]
    seen = case_facts(MARKET, "lodged", again, documents_complete=True, obtained=False, unit_kind=UnitKind.COMMUNE)
    assert (seen["committee"], seen["reopened"]) == (None, True)


def test_a_transfer_within_a_state_enters_it_anew() -> None:
    vote, moved = VoteCast("m1", "for"), CaseTransferred("transfer", "sitting", "sitting", "here", "there")
    assert since_entry([FileCompleted(), vote]) == (vote,)
    assert since_entry([FileCompleted(), vote, moved]) == ()


def test_a_reopening_starts_a_new_period_on_its_day() -> None:
    events = [
        ClockEvent(ClockEventKind.COMPLETED, date(2026, 3, 2)),
        ClockEvent(ClockEventKind.SUSPENDED, date(2026, 3, 4)),
        ClockEvent(ClockEventKind.RESUMED, date(2026, 3, 6)),
        ClockEvent(ClockEventKind.STOPPED, date(2026, 3, 10)),
        ClockEvent(ClockEventKind.REOPENED, date(2026, 3, 20)),
    ]
    clock = LegalClock.from_journal(events, law="55-19", days=60, calendar=OFFICE, filed_on=date(2026, 3, 2))
    afresh = LegalClock.from_journal(
        [ClockEvent(ClockEventKind.COMPLETED, date(2026, 3, 20))],
        law="55-19",
        days=60,
        calendar=OFFICE,
        filed_on=date(2026, 3, 20),
    )
    assert (clock.complete_on, clock.due_on, clock.half_ends_on) == (
        afresh.complete_on,
        afresh.due_on,
        afresh.half_ends_on,
    )
    assert clock.suspensions == ()
    assert clock.explain()[0].key == "reopened"
    assert [step.key for step in clock.explain()[1:]] == [step.key for step in afresh.explain()[1:]]


def test_only_a_decision_is_reopened_on_the_clock() -> None:
    events = [ClockEvent(ClockEventKind.COMPLETED, TODAY), ClockEvent(ClockEventKind.REOPENED, TODAY)]
    with pytest.raises(ValueError, match="only a decided case can be reopened"):
        LegalClock.from_journal(events, law="55-19", days=60, calendar=OFFICE, filed_on=TODAY)


def test_one_core_makes_twenty_thousand_transitions_a_second() -> None:
    case, seen, clock = case_in("sitting"), facts("sitting", committee="accepted"), decided_on(TODAY)
    rates = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(2_000):
            advance(MARKET, case, "grant", CHIEF, seen, NOW, clock=clock)
        rates.append(2_000 / (time.process_time() - start))
    assert max(rates) > 20_000
