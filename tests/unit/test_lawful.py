"""What the law ties an action to: each act that it forbids is refused with its own error and article."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.domain.acts import Act
from portal.domain.case import Case
from portal.domain.clock import Calendar, LegalClock, Suspension
from portal.domain.errors import (
    ExtensionTooLong,
    NotListedForExtension,
    NotRepeated,
    NotRunning,
    NotYetReturned,
    OriginalsAgain,
    PeriodOver,
    ReasonsMissing,
    RefusalOverturned,
    RequestTooLate,
    SecondExtension,
    SecondRequest,
    SilenceIsApproval,
    Unlawful,
)
from portal.domain.lawful import check_act, check_lawful, forbids, granted_by_silence, legal_act
from portal.domain.service import ActionRule, Result, Role, Silence, StateKind, Text

from .small_service import FILES, load

MARKET = load(FILES)
OFFICE = Calendar(frozenset())
MONDAY = date(2026, 3, 2)
LODGED = next(state.id for state in MARKET.states.values() if state.kind is StateKind.RUNNING)
WAITING = next((state.id for state in MARKET.states.values() if state.kind is StateKind.SUSPENDED), "")
REFUSED = next(state.id for state in MARKET.states.values() if state.outcome is Result.REFUSED)
GRANTED = next(state.id for state in MARKET.states.values() if state.outcome is Result.GRANTED)
CASE = Case(
    id="c",
    reference="BRK-26-0001",
    service=MARKET.slug,
    digest=MARKET.digest,
    state=LODGED,
    kind=StateKind.RUNNING,
    unit="commune-madagh",
    filed_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    filed_on=MONDAY,
)
REASONED = {"reasons": "Le plan est illisible.", "documents": ["plan"], "days": 3}


def march(day: int) -> date:
    return date(2026, 3, day)


def clock(**known: Any) -> LegalClock:
    """Ten days from Monday 2 March 2026: the first half ends on the 7th, Friday the 13th is due."""
    values: dict[str, Any] = {"law": "55-19", "days": 10, "complete_on": MONDAY, "extends": 5, **known}
    return LegalClock(calendar=OFFICE, filed_on=MONDAY, **values)


def rule(act: Act | None, target: str = LODGED) -> ActionRule:
    return ActionRule("do", (LODGED,), target, (Role.AGENT,), Text({"fr": "Faire", "ar": "فعل"}), act=act)


def answered(act: Act) -> tuple[Suspension, ...]:
    return (Suspension(march(3), march(3), act),)


@pytest.mark.parametrize(
    ("act", "known", "day", "error", "article"),
    [
        (Act.INFORMATION, {"suspensions": answered(Act.INFORMATION)}, 4, SecondRequest, "55-19/14"),
        (Act.INFORMATION, {}, 8, RequestTooLate, "55-19/14"),
        (Act.INFORMATION, {"complete_on": None}, 3, NotRunning, "55-19/14"),
        (Act.INFORMATION, {"decided_on": march(4)}, 5, NotRunning, "55-19/14"),
        (Act.INFORMATION, {"suspensions": (Suspension(march(3), None),)}, 4, NotRunning, "55-19/14"),
        (Act.REPLACEMENT, {}, 8, RequestTooLate, "55-19/10"),
        (Act.REPLACEMENT, {"complete_on": None}, 3, NotRunning, "55-19/10"),
        (Act.ORIGINALS, {"suspensions": answered(Act.ORIGINALS)}, 4, OriginalsAgain, "55-19/7"),
        (Act.ORIGINALS, {}, 8, RequestTooLate, "55-19/7"),
        (Act.EXTENSION, {"extends": 0}, 3, NotListedForExtension, "55-19/17"),
        (Act.EXTENSION, {"extension": 2}, 3, SecondExtension, "55-19/17"),
        (Act.EXTENSION, {}, 14, PeriodOver, "55-19/17"),
        (Act.EXTENSION, {"suspensions": (Suspension(march(3), None),)}, 4, NotRunning, "55-19/17"),
        (Act.RETURN, {"complete_on": None}, 31, NotYetReturned, "55-19/10"),
        (Act.RETURN, {}, 31, NotYetReturned, "55-19/10"),
        # A law that has no article of its own for an act is named itself, never one of another law.
        (Act.EXTENSION, {"law": "31-13-urgent", "days": 3}, 3, NotListedForExtension, "31-13"),
        (Act.EXTENSION, {"law": "31-13", "extension": 4}, 3, SecondExtension, "31-13"),
        (Act.INFORMATION, {"law": "2-17-265", "complete_on": None}, 3, NotRunning, "2-17-265"),
        (Act.RETURN, {"law": "petition", "complete_on": None}, 3, NotYetReturned, "113-14"),
    ],
)
def test_each_act_that_the_clock_forbids_is_refused_with_its_article(
    act: Act, known: dict[str, Any], day: int, error: type[Unlawful], article: str
) -> None:
    with pytest.raises(error) as refused:
        check_act(act, clock(**known), march(day))
    assert (type(refused.value), refused.value.article) == (error, article)


def test_what_was_open_until_a_day_is_refused_the_day_after_and_says_until_when() -> None:
    check_act(Act.REPLACEMENT, clock(), march(7))
    with pytest.raises(RequestTooLate) as refused:
        check_act(Act.REPLACEMENT, clock(), march(8))
    assert refused.value.params["until"] == "2026-03-07"


def test_a_file_is_returned_the_day_after_the_citizens_last_one_and_no_earlier() -> None:
    filed, replacing = clock(complete_on=None), clock(suspensions=(Suspension(march(3), None, Act.REPLACEMENT),))
    for waiting, last in ((filed, date(2026, 4, 2)), (replacing, date(2026, 4, 3))):
        with pytest.raises(NotYetReturned) as refused:
            check_act(Act.RETURN, waiting, last)
        assert refused.value.params["until"] == last.isoformat()
        check_act(Act.RETURN, waiting, date(2026, 4, 4))


def test_documents_can_be_replaced_and_doubted_where_further_information_was_asked_for() -> None:
    asked = clock(suspensions=answered(Act.INFORMATION))
    for act in (Act.REPLACEMENT, Act.ORIGINALS):
        check_act(act, asked, march(5))
    check_act(Act.REPLACEMENT, clock(suspensions=answered(Act.REPLACEMENT)), march(5))


def test_an_extension_may_be_decided_on_the_last_day_but_not_after_it() -> None:
    check_act(Act.EXTENSION, clock(), march(13))
    with pytest.raises(PeriodOver):
        check_act(Act.EXTENSION, clock(), march(14))


@pytest.mark.parametrize("days", [None, "", 0, -1, 6, "many"])
def test_an_extension_is_no_longer_than_the_service_is_listed_for(days: Any) -> None:
    inputs = {**REASONED, "days": days}
    with pytest.raises(ExtensionTooLong) as refused:
        check_lawful(MARKET, CASE, rule(Act.EXTENSION), inputs, clock(), march(3))
    assert (refused.value.article, refused.value.params["most"]) == ("55-19/17", "5")


@pytest.mark.parametrize(
    ("act", "article"),
    [(Act.REPLACEMENT, "55-19/10"), (Act.ORIGINALS, "55-19/7"), (Act.EXTENSION, "55-19/17")],
)
@pytest.mark.parametrize("reasons", [None, "", "  "])
def test_an_act_that_the_law_wants_reasoned_needs_its_reasons(act: Act, article: str, reasons: str | None) -> None:
    with pytest.raises(ReasonsMissing) as refused:
        check_lawful(MARKET, CASE, rule(act), {**REASONED, "reasons": reasons}, clock(), march(3))
    assert refused.value.article == article
    check_lawful(MARKET, CASE, rule(act), REASONED, clock(), march(3))


def test_a_refusal_carries_its_reasons_and_an_approval_needs_none() -> None:
    with pytest.raises(ReasonsMissing) as refused:
        check_lawful(MARKET, CASE, rule(None, REFUSED), {}, clock(), march(3))
    assert refused.value.article == "55-19/18"
    check_lawful(MARKET, CASE, rule(None, REFUSED), REASONED, clock(), march(3))
    check_lawful(MARKET, CASE, rule(None, GRANTED), {}, clock(), march(3))


def test_only_what_was_refused_before_goes_unanswered_and_needs_no_reasons() -> None:
    with pytest.raises(NotRepeated) as refused:
        check_lawful(MARKET, CASE, rule(Act.REPETITION, REFUSED), {}, clock(), march(3))
    assert refused.value.article == "55-19/15"
    check_lawful(MARKET, replace(CASE, repeats="BRK-25-0001"), rule(Act.REPETITION, REFUSED), {}, clock(), march(3))
    fallen = replace(CASE, repeats="BRK-25-0001", overturned=True)
    with pytest.raises(RefusalOverturned) as overturned:
        check_lawful(MARKET, fallen, rule(Act.REPETITION, REFUSED), {}, clock(), march(3))
    assert overturned.value.article == "55-19/15"


def test_what_silence_granted_can_no_longer_be_refused() -> None:
    approval = replace(MARKET, deadline=replace(MARKET.deadline, silence=Silence.APPROVAL))
    appeal = replace(MARKET, deadline=replace(MARKET.deadline, silence=Silence.APPEAL))
    check_lawful(approval, CASE, rule(None, REFUSED), REASONED, clock(), march(13))
    for late in (clock(), clock(silent_on=march(14))):
        with pytest.raises(SilenceIsApproval) as refused:
            check_lawful(approval, CASE, rule(None, REFUSED), REASONED, late, march(14))
        assert refused.value.article == "55-19/19"
        check_lawful(appeal, CASE, rule(None, REFUSED), REASONED, late, march(14))
        check_lawful(approval, CASE, rule(None, GRANTED), REASONED, late, march(14))
    assert not granted_by_silence(approval, None, march(14))


def test_a_button_is_drawn_by_what_the_law_says_whatever_the_actor_might_say() -> None:
    assert forbids(MARKET, CASE, rule(Act.EXTENSION), clock(), march(3)) is None
    assert forbids(MARKET, CASE, rule(None, REFUSED), clock(), march(3)) is None
    assert isinstance(forbids(MARKET, CASE, rule(Act.ORIGINALS), clock(), march(8)), RequestTooLate)


def test_a_pause_without_a_name_asks_for_further_information() -> None:
    pause = rule(None, WAITING)
    assert legal_act(MARKET, LODGED, pause) is Act.INFORMATION
    assert legal_act(MARKET, LODGED, rule(None, REFUSED)) is None
    assert legal_act(MARKET, LODGED, rule(Act.ORIGINALS, WAITING)) is Act.ORIGINALS
    with pytest.raises(RequestTooLate):
        check_lawful(MARKET, CASE, pause, {}, clock(), march(8))


def test_without_a_clock_the_law_ties_nothing_to_days() -> None:
    for act in Act:
        check_act(act, None, MONDAY)
