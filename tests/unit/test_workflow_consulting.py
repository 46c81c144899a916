"""Opinions: what is asked of whom and until when, who may give one, and when they are joined."""

from datetime import date

import pytest

from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.clock import Calendar
from portal.domain.consulting import Request, Standing, give, is_joined, requested
from portal.domain.errors import NotFound, OpinionAlreadyGiven, OpinionNotAsked, OpinionsClosed
from portal.domain.events import CaseDecided, CaseMoved, Event, OpinionsJoined
from portal.domain.flow import Consultation, Role

from .small_service import FILES, FLOW, WITHOUT_A_STORY, changed, load
from .test_workflow import case_in

MARKET = load(FILES)
OFFICE = Calendar(frozenset())
MONDAY = date(2026, 3, 2)
ASKED = requested(MARKET, "consultation", {"province": "province-berkane"}, MONDAY, OFFICE)
FOUND = MARKET.states["consultation"].consultation
assert FOUND is not None
CONSULTATION: Consultation = FOUND


def standing(*events: Event) -> Standing:
    return Standing.of([CaseMoved("consult", "lodged", "consultation"), ASKED, *events])


def test_entering_a_consultation_asks_each_until_the_last_day_of_its_term() -> None:
    assert ASKED.opinions == [
        {"id": "province", "unit": "province-berkane", "due_on": "2026-03-12"},
        {"id": "health", "partner": "min-sante", "due_on": "2026-03-12"},
    ]
    assert (ASKED.state, ASKED.round) == ("consultation", 1)


def test_a_legal_term_ends_on_its_franc_day() -> None:
    legal = load(
        {
            **FILES,
            "workflow.yaml": changed(FLOW, ("within: {days: 10, count: calendar}", "within: {days: 10, count: legal}")),
        }
    )
    asked = requested(legal, "consultation", {"province": "province-berkane"}, MONDAY, OFFICE)
    # Ten days count in full after the day of asking; the eleventh, a Friday, is due.
    assert asked.opinions[0]["due_on"] == "2026-03-13"


def test_where_no_unit_of_a_kind_covers_the_place_its_opinion_is_not_asked() -> None:
    asked = requested(MARKET, "consultation", {}, MONDAY, OFFICE)
    assert [one["id"] for one in asked.opinions] == ["health"]
    only = Standing.of([asked])
    given = only.after(give(only, "health", "min-sante", {"clean": True}, MONDAY))
    assert is_joined(CONSULTATION, given, MONDAY) == "complete"


def test_a_state_that_asks_nothing_has_no_round() -> None:
    with pytest.raises(ValueError, match="asks for no opinion"):
        requested(MARKET, "lodged", {}, MONDAY, OFFICE)


def test_opinions_are_joined_once_all_are_there() -> None:
    now = standing()
    assert (now.round, now.active, [one.opinion for one in now.awaited]) == (1, True, ["province", "health"])
    assert is_joined(CONSULTATION, now, MONDAY) is None
    now = now.after(give(now, "province", "province-berkane", {"advice": "Favorable."}, MONDAY))
    assert is_joined(CONSULTATION, now, MONDAY) is None
    now = now.after(give(now, "health", "min-sante", {"clean": True}, MONDAY))
    assert is_joined(CONSULTATION, now, MONDAY) == "complete"
    assert now.after(OpinionsJoined(1)).joined == "complete"


def test_a_number_of_opinions_is_enough_where_the_workflow_says_so() -> None:
    one = (
        load({**WITHOUT_A_STORY, "workflow.yaml": changed(FLOW, ("needed: all", "needed: 1"))})
        .states["consultation"]
        .consultation
    )
    now = standing()
    now = now.after(give(now, "health", "min-sante", {"clean": False}, MONDAY))
    assert one is not None
    assert is_joined(one, now, MONDAY) == "complete"


def test_the_day_after_its_term_the_round_is_joined_without_the_missing() -> None:
    now = standing()
    assert now.joins_on == date(2026, 3, 13)
    assert now.late(date(2026, 3, 12)) == ()
    assert is_joined(CONSULTATION, now, date(2026, 3, 12)) is None
    assert is_joined(CONSULTATION, now, date(2026, 3, 13)) == "late"
    assert [one.opinion for one in now.late(date(2026, 3, 13))] == ["province", "health"]
    joined = now.after(OpinionsJoined(1, late=True))
    assert (joined.joined, joined.active, joined.awaited, joined.joins_on) == ("late", False, (), None)


def test_an_opinion_that_comes_late_is_taken_while_the_round_runs() -> None:
    assert give(standing(), "health", "min-sante", {"clean": True}, date(2026, 4, 1)).opinion == "health"


def test_who_was_not_asked_cannot_give_an_opinion() -> None:
    with pytest.raises(OpinionNotAsked):
        give(standing(), "police", "province-berkane", {}, MONDAY)
    with pytest.raises(OpinionNotAsked):
        give(standing(), "province", "commune-madagh", {}, MONDAY)
    with pytest.raises(OpinionNotAsked):
        give(Standing(), "province", "province-berkane", {}, MONDAY)


def test_an_opinion_is_given_once() -> None:
    now = standing()
    now = now.after(give(now, "province", "province-berkane", {"advice": "Favorable."}, MONDAY))
    with pytest.raises(OpinionAlreadyGiven):
        give(now, "province", "province-berkane", {"advice": "Défavorable."}, MONDAY)


@pytest.mark.parametrize(
    "after", [OpinionsJoined(1), CaseDecided("withdraw", "consultation", "withdrawn", "withdrawn")]
)
def test_nothing_is_given_once_the_case_has_gone_on(after: Event) -> None:
    with pytest.raises(OpinionsClosed):
        give(standing(after), "province", "province-berkane", {}, MONDAY)


def test_a_second_round_starts_empty() -> None:
    first = standing()
    first = first.after(give(first, "health", "min-sante", {"clean": True}, MONDAY))
    back = first.after(CaseMoved("back", "consultation", "lodged"))
    assert (back.joined, back.active) == (None, False)
    again = requested(MARKET, "consultation", {"province": "province-berkane"}, MONDAY, OFFICE, back)
    second = back.after(again)
    assert (second.round, dict(second.given), len(second.awaited)) == (2, {}, 2)


def test_an_asked_unit_or_partner_sees_the_case_while_it_is_asked() -> None:
    case = case_in("consultation", asked_units=standing().units, asked_partners=standing().partners)
    adviser = Actor("a", frozenset({Role.AGENT}), "province-berkane")
    partner = Actor("min-sante", frozenset({Role.PARTNER}))
    policies.check_can_see(adviser, case)
    policies.check_can_see(partner, case)
    for stranger in (
        Actor("a", frozenset({Role.AGENT}), "commune-berkane"),
        Actor("a", frozenset({Role.CLERK}), "province-berkane"),
        Actor("jisr", frozenset({Role.PARTNER})),
        # A partner does not see a case for having the name of a unit that is asked, nor a unit that of a partner.
        Actor("province-berkane", frozenset({Role.PARTNER})),
        Actor("a", frozenset({Role.AGENT}), "min-sante"),
    ):
        with pytest.raises(NotFound):
            policies.check_can_see(stranger, case)
    joined = standing(OpinionsJoined(1))
    after = case_in("sitting", asked_units=joined.units, asked_partners=joined.partners)
    assert not policies.can_see(adviser, after)
    assert not policies.can_see(partner, after)


def test_agents_and_chiefs_speak_for_their_unit_and_a_partner_for_itself() -> None:
    of_unit, of_partner = Request("province", unit="province-berkane"), Request("health", partner="min-sante")
    for role in (Role.AGENT, Role.CHIEF):
        policies.check_can_give_opinion(Actor("a", frozenset({role}), "province-berkane"), of_unit)
    policies.check_can_give_opinion(Actor("min-sante", frozenset({Role.PARTNER})), of_partner)
    for actor, request in (
        (Actor("a", frozenset({Role.CLERK}), "province-berkane"), of_unit),
        (Actor("a", frozenset({Role.AGENT}), "commune-berkane"), of_unit),
        (Actor("province-berkane", frozenset({Role.PARTNER})), of_unit),
        (Actor("jisr", frozenset({Role.PARTNER})), of_partner),
        (Actor("min-sante", frozenset({Role.AGENT}), "min-sante"), of_partner),
        (Actor("a", frozenset({Role.AGENT}), "province-berkane"), None),
    ):
        assert not policies.can_give_opinion(actor, request)
