"""What follows a case, against time: the day she received a decision, the same form sent again, what falls or stands since."""

from datetime import date, timedelta

import pytest

from portal.actions import remedies
from portal.actions.notify import channel_for
from portal.actions.perform import open_case, perform
from portal.actions.timers import sweep
from portal.domain.case import SYSTEM, Actor
from portal.domain.errors import RefusalOverturned
from portal.domain.events import CaseSubmitted, RemedyFiled
from portal.domain.service import Result, Role
from portal.i18n import office_date, plain_date
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_aids
from tests.support.kiosk import act, dossier_of, events_of
from tests.support.portal import TestPortal
from tests.support.remedies import (
    COMMUNE,
    PROVINCE,
    REFERENCE,
    again,
    at_desk,
    day_of,
    file_establishment,
    file_information,
    ground_of,
    pass_days,
    refuse_establishment,
    send,
    turn_to,
)

DAYS_TO_SILENCE = 66
"""Sixty days that count, the last day rolled over a week-end, and the day after it."""


@pytest.fixture
def refused(portal: TestPortal, browser: Browser) -> str:
    """A request that Berkane has refused; its applicant is signed in in ``browser``."""
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    portal.run_effects()
    return reference


def filed_after(portal: TestPortal, reference: str) -> list[RemedyFiled]:
    return [event for event in events_of(portal, reference) if isinstance(event, RemedyFiled)]


def test_a_silence_has_its_own_day_and_nobody_declares_another(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    portal.clock.forward(days=40)
    amina = again(portal)
    page = amina.get(f"/fr/cases/{reference}").text
    assert "/remedies/recours-administratif" not in page
    assert "article 21" in amina.text
    address = f"/fr/cases/{reference}/remedies/recours-administratif"
    assert amina.get(address).status_code == 409
    amina.get(f"/fr/cases/{reference}")
    send(amina, address, **day_of(office_date(portal.clock.now())))
    assert (amina.last.status_code, "article 21" in amina.text) == (409, True)
    assert filed_after(portal, reference) == []


def test_within_the_printed_day_nobody_is_asked_when_she_received_it(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    assert "received-on" not in amina.get(f"/fr/cases/{refused}/remedies/recours-administratif").text
    appeal = turn_to(amina, refused, "recours-administratif", **day_of(office_date(portal.clock.now())))
    assert [event.received_on for event in events_of(portal, appeal) if isinstance(event, CaseSubmitted)] == [""]


def test_after_the_printed_day_she_declares_when_the_decision_reached_her(portal: TestPortal, refused: str) -> None:
    decided_on = office_date(portal.clock.now())
    portal.clock.forward(days=40)
    today, amina = office_date(portal.clock.now()), again(portal)
    address = f"/fr/cases/{refused}/remedies/recours-administratif"
    assert f'href="{address}"' in amina.get(f"/fr/cases/{refused}").text
    for impossible in (decided_on - timedelta(days=1), today + timedelta(days=1)):
        amina.get(address)
        send(amina, address, **day_of(impossible))
        assert amina.last.status_code == 422, amina.text
    # Counted from the very day of the decision it is over all the same: by the same rule, and with its own last day.
    amina.get(address)
    send(amina, address, grounds="Mes raisons.", **day_of(decided_on + timedelta(days=3)))
    assert (amina.last.status_code, "article 21" in amina.text, "Mes raisons." in amina.text) == (409, True, True)
    assert filed_after(portal, refused) == []

    received_on = decided_on + timedelta(days=20)
    appeal = turn_to(amina, refused, "recours-administratif", **day_of(received_on))
    submitted = [event for event in events_of(portal, appeal) if isinstance(event, CaseSubmitted)]
    assert [event.received_on for event in submitted] == [received_on.isoformat()]
    words = plain_date(received_on, "fr")
    amina.get(f"/fr/cases/{appeal}")
    assert words in amina.text
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    chief.get(f"/fr/counter/cases/{appeal}")
    assert "declares to have received" in chief.text or "déclare avoir reçu" in chief.text
    assert words in chief.text
    portal.run_effects()
    receipt = next(one for one in portal.renderer.seen if one.kind == "receipt" and one.reference == appeal)
    assert any(words in row.value["fr"] for row in receipt.rows)
    act(chief, appeal, "dismiss", ground="out_of_time", reasons="La décision a été remise en main propre.")


def test_the_same_form_never_files_twice_whatever_became_of_the_first(portal: TestPortal, refused: str) -> None:
    amina = again(portal)
    address = f"/fr/cases/{refused}/remedies/recours-administratif"
    amina.get(address)
    sent = send(amina, address, grounds="Mes raisons.")
    appeal = REFERENCE.search(amina.url)[0]  # type: ignore[index]
    amina.get(f"/fr/cases/{appeal}/actions/withdraw")
    amina.post(f"/fr/cases/{appeal}/actions/withdraw")
    assert dossier_of(portal, appeal).case.outcome is Result.WITHDRAWN
    amina.post(address, sent)
    assert amina.url == f"/fr/cases/{appeal}"
    assert len(filed_after(portal, refused)) == 1
    # Shown anew, the form is another one.
    assert turn_to(amina, refused, "recours-administratif") != appeal


def test_what_was_taken_back_leaves_the_reminders_of_its_last_day(portal: TestPortal, refused: str) -> None:
    timer_on = dossier_of(portal, refused).timer_on
    amina = again(portal)
    appeal = turn_to(amina, refused, "recours-administratif")
    assert dossier_of(portal, refused).timer_on is None
    amina.get(f"/fr/cases/{appeal}/actions/withdraw")
    amina.post(f"/fr/cases/{appeal}/actions/withdraw")
    assert dossier_of(portal, refused).timer_on == timer_on is not None


def test_information_given_in_part_is_complained_of(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_information(browser)
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    act(agent, reference, "search")
    ground = ground_of(agent, reference, "reply_in_part")
    act(agent, reference, "reply_in_part", ground=ground, reply="Le budget est joint.", reasons="Le reste est secret.")
    portal.run_effects()
    amina = again(portal)
    page = amina.get(f"/fr/cases/{reference}").text
    assert "/remedies/plainte-information" in page
    assert "/remedies/mediateur" in page
    complaint = turn_to(amina, reference, "plainte-information", grounds="Je veux aussi le reste.")
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    act(chief, complaint, "reply", reply="Voici le reste des pièces demandées.")
    portal.run_effects()
    printed = next(one for one in portal.renderer.seen if one.reference == complaint and one.kind == "decision")
    assert any("acceptée en partie" in paragraph["fr"] for paragraph in printed.paragraphs)
    assert dossier_of(portal, reference).alert == "chief"


def test_an_appeal_granted_after_a_silence_alerts_the_chief_of_the_first_case(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    pass_days(portal, DAYS_TO_SILENCE)
    before = dossier_of(portal, reference).alert.split(",")
    appeal = turn_to(again(portal), reference, "recours-administratif")
    # Somebody has looked at the file meanwhile.
    first = dossier_of(portal, reference)
    take_unit = at_desk(portal, "chief.social", first.case.unit, "chief")
    take_unit.get(f"/fr/counter/cases/{reference}")
    take_unit.post(f"/fr/counter/cases/{reference}/take")
    assert "chief" in before
    assert "chief" not in dossier_of(portal, reference).alert
    governor = at_desk(portal, "chief.province", PROVINCE, "chief")
    act(governor, appeal, "uphold", reply="Le centre est invité à répondre cette semaine.")
    assert "chief" in dossier_of(portal, reference).alert.split(",")


def test_a_decision_can_be_taken_up_again_after_a_complaint_that_was_granted_late(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_information(browser)
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    act(agent, reference, "search")
    ground = ground_of(agent, reference, "reply_in_part")
    act(agent, reference, "reply_in_part", ground=ground, reply="Le budget est joint.", reasons="Le reste est secret.")
    portal.clock.forward(days=24)
    complaint = turn_to(again(portal), reference, "plainte-information")
    portal.clock.forward(days=9)
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    # Thirty days after the decision nothing can be done any more; a complaint granted since begins them anew.
    assert f"/cases/{reference}/actions/reconsider" not in chief.get(f"/fr/counter/cases/{reference}").text
    act(chief, complaint, "reply", reply="Le reste vous est communiqué.")
    assert f"/cases/{reference}/actions/reconsider" in chief.get(f"/fr/counter/cases/{reference}").text
    act(chief, reference, "reconsider", reasons="La plainte a été accueillie.")
    assert dossier_of(portal, reference).case.state == "searching"


def test_a_refusal_that_fell_since_the_request_was_filed_is_no_ground_to_refer_to_it(
    portal: TestPortal, refused: str
) -> None:
    second = file_establishment(again(portal))
    assert dossier_of(portal, second).case.repeats == refused
    appeal = turn_to(again(portal), refused, "recours-administratif")
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    act(chief, appeal, "uphold", reply="La commune reprend l'étude du dossier.")
    agent = at_desk(portal, "agent.commune", COMMUNE, "agent")
    address = f"/fr/counter/cases/{second}/actions/refer_to_refusal"
    assert f'href="{address}"' not in agent.get(f"/fr/counter/cases/{second}").text
    actor = Actor("x", frozenset({Role.AGENT}), unit=COMMUNE)
    with portal.deps.unit_of_work() as work, pytest.raises(RefusalOverturned):
        perform(work, portal.deps, actor, second, "refer_to_refusal", {})
    assert dossier_of(portal, second).case.open


@one_database
def test_whoever_learns_of_a_silence_after_an_outage_is_named_no_day_that_is_past(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    portal.run_effects()
    reached = channel_for(dossier_of(portal, reference).people.applicant)
    assert reached is not None
    outbox = portal.outbox[reached[0]].sent
    before = len(outbox)
    # Nothing ran for four months: the silence is recorded when the last day to appeal against it has long passed.
    portal.clock.forward(days=DAYS_TO_SILENCE + 60)
    while sweep(portal.deps):
        pass
    portal.run_effects()
    told = [message.body for message in outbox[before:]]
    until = remedy_until(portal, reference)
    assert until < office_date(portal.clock.now())
    assert told
    assert not any(plain_date(until, "fr") in body for body in told)
    assert any("Ombudsman" in body or "Médiateur" in body for body in told), told


def remedy_until(portal: TestPortal, reference: str) -> date:
    with portal.deps.reading() as work:
        opened = open_case(work, portal.deps, reference, SYSTEM)
    until = remedies.remedy_of(portal.deps, opened, "recours-administratif").until
    assert until is not None
    return until
