"""A mother asks for a wheelchair for her child; the aid granted is handed to Jisr, which reports back."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from portal.actions.effects import give_up, retry, run_effect
from portal.ports import Rejected, Unreachable
from portal.store import cases, effects
from portal.store.effects import Effect
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import (
    AIDS_FOR_A_CHILD,
    PASSWORD,
    add_staff,
    answer_pages,
    file_aids,
    file_complaint,
    hand_in,
    start,
)
from tests.support.portal import TestPortal

Another = Callable[[], Browser]
APPOINTMENT = "Un rendez-vous est fixé au centre social"


@pytest.fixture
def reference(browser: Browser) -> str:
    """A case filed by a mother for her child; she stays signed in in ``browser``."""
    browser.sign_in()
    return file_aids(browser)


@pytest.fixture
def granted(portal: TestPortal, another_browser: Another, reference: str) -> str:
    """The same case, granted by the social centre; nothing of what follows has run yet."""
    add_staff(portal, "agent", "centre-social-berkane", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    url = f"/fr/counter/cases/{reference}/actions/approve"
    agent.get(url)
    agent.post(url)
    assert agent.last.status_code == 200, agent.text
    return reference


def push_effect(portal: TestPortal) -> Effect:
    with portal.deps.reading() as work:
        found = [one for one, _ in effects.unfinished(work.connection) if one.name == "dispatch.jisr"]
    return found[0]


def callback(portal: TestPortal, reference: str, message_id: str = "m1", *, secret: str = "", **changes: str) -> Any:
    """Jisr calls back about a case."""
    body = {
        "type": "case.follow_up",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {"reference": reference, "remote_reference": "JISR-1", "status": "appointment", **changes},
    }
    text = json.dumps(body)
    now = datetime.now(UTC)
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret or portal.deps.platforms["jisr"].callback_secret).sign(
            message_id, now, text
        ),
        "content-type": "application/json",
    }
    return Browser(portal).client.post("/api/v1/callbacks/jisr", content=text, headers=headers)


def test_filer_applicant_and_beneficiary_are_told_apart(portal: TestPortal, reference: str) -> None:
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
    assert dossier is not None
    people = dossier.people
    assert (people.filer.name_fr, people.applicant.name_fr) == ("Amina El Alaoui", "Amina El Alaoui")
    assert people.beneficiary.name_fr == "Salim El Alaoui"
    assert (people.beneficiary.birth_date, people.beneficiary.cnie) == ("2017-10-03", "")
    assert dossier.case.unit == "centre-social-berkane"


@one_database
def test_whoever_asks_for_herself_is_her_own_beneficiary_whatever_she_had_typed(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    start(browser, "aides-techniques")
    draft = answer_pages(browser, AIDS_FOR_A_CHILD)
    browser.get(f"/fr/drafts/{draft}/relation")
    browser.post(f"/fr/drafts/{draft}/relation", {"relation": "self"})
    reference = hand_in(browser, draft, ("prescription", "disability_certificate"))
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
    assert dossier is not None
    assert dossier.people.beneficiary == dossier.people.applicant
    assert not dossier.answers.get("beneficiary_name_fr")


def test_granting_pushes_the_case_to_jisr_once(portal: TestPortal, granted: str) -> None:
    effect = push_effect(portal)
    portal.run_effects()
    run_effect(portal.deps, effect.id, effect.name)
    assert list(portal.jisr.received) == [effect.id]
    payload: Any = portal.jisr.received[effect.id]
    assert payload["reference"] == granted
    assert payload["beneficiary"]["name"]["fr"] == "Salim El Alaoui"
    assert payload["applicant"]["name"]["fr"] == "Amina El Alaoui"
    assert payload["request"] == {
        "for": "child",
        "disability": "motor",
        "aid_type": "wheelchair",
        "details": "Largeur du siège 34 cm",
    }


def test_a_push_whose_answer_was_lost_is_repeated_under_the_same_key_and_entered_once(
    portal: TestPortal, browser: Browser, granted: str
) -> None:
    effect = push_effect(portal)
    # The platform has it, but the worker died before it could say so.
    portal.jisr.push({"reference": granted}, effect.id)
    portal.run_effects()
    portal.run_effects()
    assert list(portal.jisr.received) == [effect.id]
    assert browser.get(f"/fr/cases/{granted}").text.count("JISR-1") <= 1


def test_nothing_is_pushed_of_a_case_that_is_not_granted(portal: TestPortal, reference: str) -> None:
    portal.run_effects()
    assert portal.jisr.received == {}


def test_a_platform_that_fails_harms_nothing_and_is_seen_when_given_up(
    portal: TestPortal, browser: Browser, granted: str
) -> None:
    effect = push_effect(portal)
    portal.jisr.failing = Unreachable("no answer")
    with pytest.raises(Unreachable):
        run_effect(portal.deps, effect.id, effect.name)
    assert "Demande acceptée" in browser.get(f"/fr/cases/{granted}").text
    give_up(portal.deps, effect.id, effect.name, "Unreachable: no answer")
    with portal.deps.reading() as work:
        listed = effects.unfinished(work.connection, given_up=True)
    assert [(one.name, one.error, reference) for one, reference in listed] == [
        ("dispatch.jisr", "Unreachable: no answer", granted)
    ]
    portal.jisr.failing = None
    assert retry(portal.deps, effect.id)
    portal.run_effects()
    assert list(portal.jisr.received) == [effect.id]
    assert not retry(portal.deps, effect.id)


@one_database
def test_a_case_the_platform_refuses_is_not_sent_again_and_again(portal: TestPortal, granted: str) -> None:
    portal.jisr.failing = Rejected("unknown aid")
    effect = push_effect(portal)
    with pytest.raises(Rejected):
        run_effect(portal.deps, effect.id, effect.name)
    assert portal.jisr.received == {}


def test_a_follow_up_appears_in_the_citizens_timeline_once_however_often_it_is_sent(
    portal: TestPortal, browser: Browser, granted: str
) -> None:
    portal.run_effects()
    assert APPOINTMENT not in browser.get(f"/fr/cases/{granted}").text
    for _ in range(3):
        assert callback(portal, granted).status_code == 204
    assert browser.get(f"/fr/cases/{granted}").text.count(APPOINTMENT) == 1
    assert "تم تحديد موعد بالمركز الاجتماعي" in browser.get(f"/ar/cases/{granted}").text


def test_a_follow_up_that_is_not_signed_by_the_platform_changes_nothing(
    portal: TestPortal, browser: Browser, granted: str
) -> None:
    forged: list[httpx2.Response] = [callback(portal, granted, secret="whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCE=")]
    forged.append(Browser(portal).client.post("/api/v1/callbacks/jisr", json={"data": {"reference": granted}}))
    assert [one.status_code for one in forged] == [401, 401]
    assert APPOINTMENT not in browser.get(f"/fr/cases/{granted}").text


@one_database
def test_a_platform_reports_on_its_own_services_only(portal: TestPortal, browser: Browser) -> None:
    reference, _ = file_complaint(browser)
    assert callback(portal, reference).status_code == 404
    assert APPOINTMENT not in browser.get(f"/fr/cases/{reference}").text
