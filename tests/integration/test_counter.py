"""The counter: a unit decides the cases of its own, and a clerk files for whoever comes."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.actions.perform import perform
from portal.domain.case import Actor
from portal.domain.errors import AlreadyDecided, CaseMoved, ReasonsMissing
from portal.domain.service import Role
from portal.i18n import translate
from portal.ports import Channel
from portal.presenting.deadlines import distance
from portal.store import cases
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import (
    PASSWORD,
    add_staff,
    file_residence,
)
from tests.support.portal import TestPortal

UNIT = "annexe-ahfir"
QUESTION = {"question": "Merci d'indiquer le numéro de votre appartement."}
REASONS = {"ground": "not_established", "reasons": "Le bail présenté ne porte pas votre nom."}


@pytest.fixture
def reference(browser: Browser) -> str:
    """A case of the unit, filed by a citizen who stays signed in in ``browser``."""
    browser.sign_in()
    return file_residence(browser)


def decide(browser: Browser, reference: str, action: str, **said: str) -> None:
    """Opens an action's form as somebody at the counter, and sends it."""
    browser.get(f"/fr/counter/cases/{reference}/actions/{action}")
    assert browser.last.status_code == 200, browser.text
    send(browser, f"/fr/counter/cases/{reference}/actions/{action}", **said)


def send(browser: Browser, path: str, **said: str) -> None:
    """Sends the form shown last, the version it carries included."""
    version = re.search(r'name="version" value="(\d+)"', browser.last.text)
    browser.post(path, {**({"version": version[1]} if version else {}), **said})


@one_database
def test_a_wrong_password_is_told_as_an_unknown_login_is(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "agent", UNIT, "agent")
    told = []
    for login, password in (("agent", "not the password"), ("nobody", PASSWORD)):
        browser.staff_sign_in(login, password)
        assert browser.last.status_code == 422
        assert 'href="#login"' in browser.last.text
        told.append(re.sub(r'value="[^"]*"', "", browser.last.text))
    assert told[0] == told[1]
    assert browser.get("/fr/counter").url.path.endswith("/sign-in")


@one_database
def test_after_five_wrong_passwords_even_the_right_one_waits(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "agent", UNIT, "agent")
    for _ in range(5):
        browser.staff_sign_in("agent", "not the password")
        assert browser.last.status_code == 422
    browser.staff_sign_in("AGENT ", PASSWORD)
    assert browser.last.status_code == 429
    assert translate("fr", "Too many attempts") in browser.text


def test_a_right_password_forgives_the_wrong_ones_before_it(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "agent", UNIT, "agent")
    for _ in range(2):
        for _ in range(4):
            browser.staff_sign_in("agent", "not the password")
        browser.staff_sign_in("agent", PASSWORD)
        assert browser.url == "/fr/counter"


def test_the_queue_shows_the_oldest_deadline_first_and_what_waits_last(
    portal: TestPortal, browser: Browser, staff: Callable[..., Browser]
) -> None:
    agent = staff()
    browser.sign_in()
    incomplete = file_residence(browser, with_document=False)
    waiting = file_residence(browser)
    decide(agent, waiting, "ask_more_info", **QUESTION)
    first = file_residence(browser)
    portal.clock.forward(days=1)
    browser.sign_in()
    second = file_residence(browser)
    agent.staff_sign_in("agent", PASSWORD)
    shown = [agent.text.index(one) for one in (first, second, incomplete, waiting)]
    assert shown == sorted(shown)


def test_the_days_left_are_words(portal: TestPortal, staff: Callable[..., Browser], reference: str) -> None:
    agent = staff()
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
        assert dossier is not None
    assert dossier.case.due_on is not None
    start = portal.clock.moment
    left = (dossier.case.due_on - start.date()).days
    for passed in (0, left, left + 5):
        portal.clock.moment = start + timedelta(days=passed)
        agent.staff_sign_in("agent", PASSWORD)
        assert distance(left - passed, "fr") in agent.text
        assert ("due late" in agent.last.text) is (passed > left)


def test_another_units_case_does_not_exist(staff: Callable[..., Browser], reference: str) -> None:
    stranger = staff("stranger", "annexe-saidia", "chief")
    assert reference not in stranger.get("/fr/counter").text
    for path in ("", "/actions/approve", "/receipt.pdf", "/filed", "/files/x", "/documents/R-AAH-2026-000001.pdf"):
        assert stranger.get(f"/fr/counter/cases/{reference}{path}").status_code == 404
    stranger.get("/fr/counter")
    for path in ("/take", "/release", "/actions/approve"):
        stranger.get("/fr/counter/services")
        assert stranger.post(f"/fr/counter/cases/{reference}{path}").status_code in (403, 404)


def test_what_one_agent_has_taken_another_is_told_of_and_a_chief_takes_over(
    portal: TestPortal, staff: Callable[..., Browser], reference: str
) -> None:
    first, second, chief = staff("first"), staff("second"), staff("boss", UNIT, "chief")
    url = f"/fr/counter/cases/{reference}"
    for each in (first, second, chief):
        each.get(url)
    assert first.post(f"{url}/take").status_code == 200
    assert reference in first.get("/fr/counter?held=mine").text
    assert second.post(f"{url}/take").status_code == 409
    assert translate("fr", "A colleague is working on this file") in second.text
    assert chief.post(f"{url}/take").status_code == 200
    first.get(url)
    assert first.post(f"{url}/release").status_code == 409
    chief.get(url)
    assert chief.post(f"{url}/release").status_code == 200
    assert second.get(url).status_code == 200
    assert second.post(f"{url}/take").status_code == 200


def test_asking_for_information_stops_the_clock_until_the_citizen_answers(
    portal: TestPortal, browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    agent = staff()
    decide(agent, reference, "ask_more_info", **QUESTION)
    assert translate("fr", "Waiting for an answer") in agent.text
    portal.run_effects()
    assert len(portal.outbox[Channel.EMAIL].sent) == 2
    browser.get(f"/fr/cases/{reference}")
    assert QUESTION["question"] in browser.text
    portal.clock.forward(days=9)
    browser.sign_in()
    browser.get(f"/fr/cases/{reference}/actions/answer")
    assert QUESTION["question"] in browser.text
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Appartement 4."})
    assert browser.url == f"/fr/cases/{reference}"
    agent.staff_sign_in("agent", PASSWORD)
    agent.get(f"/fr/counter/cases/{reference}")
    assert "Appartement 4." in agent.text
    # Nine days have passed, none of which counted.
    assert "due late" not in agent.last.text
    assert translate("fr", "Waiting for an answer") not in agent.text


def test_an_answer_sent_twice_leads_to_the_case_both_times(
    browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    decide(staff(), reference, "ask_more_info", **QUESTION)
    browser.get(f"/fr/cases/{reference}/actions/answer")
    form = browser.last
    for _ in range(2):
        browser.last = form
        browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Appartement 4."})
        assert browser.last.status_code == 200
        assert browser.url == f"/fr/cases/{reference}"
    assert browser.text.count("Appartement 4.") == 1


def test_a_second_request_is_refused_with_its_article(
    browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    agent = staff()
    url = f"/fr/counter/cases/{reference}"
    decide(agent, reference, "ask_more_info", **QUESTION)
    browser.get(f"/fr/cases/{reference}/actions/answer")
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Appartement 4."})
    agent.get(url)
    assert f'href="{url}/actions/ask_more_info"' not in agent.last.text
    assert "article 14" in agent.text
    agent.get(f"{url}/actions/approve")
    send(agent, f"{url}/actions/ask_more_info", **QUESTION)
    assert agent.last.status_code == 409
    assert "article 14" in agent.text


@one_database
def test_a_request_in_the_second_half_is_refused_with_its_article(
    portal: TestPortal, staff: Callable[..., Browser], reference: str
) -> None:
    portal.clock.forward(days=2)
    agent = staff()
    url = f"/fr/counter/cases/{reference}"
    agent.get(f"{url}/actions/approve")
    send(agent, f"{url}/actions/ask_more_info", **QUESTION)
    assert agent.last.status_code == 409
    assert "article 14" in agent.text
    assert QUESTION["question"] not in agent.get(url).text


def test_an_approval_gives_the_citizen_her_certificate(
    portal: TestPortal, browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    agent = staff()
    decide(agent, reference, "approve")
    assert agent.last.status_code == 200
    portal.run_effects()
    assert "Demande acceptée" in browser.get(f"/fr/cases/{reference}").text
    found = re.search(rf"/fr/cases/{reference}/documents/A-\w+-2026-\d+\.pdf", browser.last.text)
    assert found is not None
    certificate = browser.get(found[0])
    assert certificate.headers["content-type"] == "application/pdf"
    assert b"Amina El Alaoui" in certificate.content
    assert reference in portal.outbox[Channel.EMAIL].sent[-1].body
    assert reference not in agent.get("/fr/counter").text


@one_database
def test_a_refusal_without_reasons_is_an_error_of_its_field(
    browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    agent = staff()
    decide(agent, reference, "refuse", reasons="   ")
    assert agent.last.status_code == 422
    assert 'href="#reasons"' in agent.last.text
    assert "Demande refusée" not in browser.get(f"/fr/cases/{reference}").text


@one_database
def test_no_way_in_refuses_without_reasons(portal: TestPortal, reference: str) -> None:
    agent = Actor("a", frozenset({Role.AGENT}), UNIT)
    for inputs in ({}, {"reasons": ""}, {"reasons": " \n"}, {"reasons": None}):
        with pytest.raises(ReasonsMissing) as refused, portal.deps.unit_of_work() as work:
            perform(work, portal.deps, agent, reference, "refuse", inputs)
        assert refused.value.article == "55-19/18"


def test_a_refusal_tells_the_citizen_its_reasons_and_her_appeals(
    portal: TestPortal, browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    decide(staff(), reference, "refuse", **REASONS)
    portal.run_effects()
    browser.get(f"/fr/cases/{reference}")
    assert "Demande refusée" in browser.text
    assert REASONS["reasons"] in browser.text
    assert "article 21" in browser.text


def test_of_two_agents_deciding_at_once_one_wins_and_the_other_is_told(
    portal: TestPortal, browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    agents = [staff("first"), staff("second")]
    url = f"/fr/counter/cases/{reference}/actions"
    agents[0].get(f"{url}/approve")
    agents[1].get(f"{url}/refuse")
    start = threading.Barrier(2)

    def press(agent: Browser, action: str, said: dict[str, str]) -> int:
        start.wait()
        send(agent, f"{url}/{action}", **said)
        return int(agent.last.status_code)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, agents, ("approve", "refuse"), ({}, REASONS)))
    assert sorted(answers) == [200, 409]
    loser = agents[answers.index(409)]
    assert translate("fr", "A decision was taken in the meantime. It is shown below.") in loser.text
    portal.run_effects()
    decisions = [one for one in portal.renderer.seen if "Certificat" in one.title["fr"] or "refus" in one.title["fr"]]
    assert len(decisions) == 1


def test_two_decisions_in_two_threads_make_one(portal: TestPortal, reference: str) -> None:
    start = threading.Barrier(4)

    def decide_at_once(number: int) -> str:
        start.wait()
        try:
            with portal.deps.unit_of_work() as work:
                perform(work, portal.deps, Actor(f"a{number}", frozenset({Role.AGENT}), UNIT), reference, "approve", {})
        except (AlreadyDecided, CaseMoved) as told:
            return type(told).__name__
        return "decided"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(decide_at_once, range(4)))
    assert outcomes.count("decided") == 1


def test_a_decision_sent_twice_is_taken_once_and_told(
    portal: TestPortal, staff: Callable[..., Browser], reference: str
) -> None:
    agent = staff()
    url = f"/fr/counter/cases/{reference}/actions/approve"
    agent.get(url)
    form = agent.last
    send(agent, url)
    assert agent.last.status_code == 200
    agent.last = form
    send(agent, url)
    assert agent.last.status_code == 409
    assert "Demande acceptée" in agent.text
    portal.run_effects()
    assert [one.to for one in portal.outbox[Channel.EMAIL].sent] == ["amina@example.ma"] * 2


def test_a_decision_on_a_page_that_has_aged_is_not_taken(
    browser: Browser, staff: Callable[..., Browser], reference: str
) -> None:
    agent = staff()
    url = f"/fr/counter/cases/{reference}/actions/approve"
    agent.get(url)
    form = agent.last
    agent.get(f"/fr/counter/cases/{reference}")
    agent.post(f"/fr/counter/cases/{reference}/take")
    agent.last = form
    send(agent, url)
    assert agent.last.status_code == 409
    assert "Demande acceptée" not in browser.get(f"/fr/cases/{reference}").text


@one_database
def test_a_clerk_may_not_decide(browser: Browser, staff: Callable[..., Browser], reference: str) -> None:
    clerk = staff("clerk", UNIT, "clerk")
    url = f"/fr/counter/cases/{reference}"
    assert "/actions/approve" not in clerk.get(url).text
    assert clerk.get(f"{url}/actions/approve").status_code == 404
    clerk.get("/fr/counter/services")
    assert clerk.post(f"{url}/actions/approve").status_code == 403
    assert "Demande acceptée" not in browser.get(f"/fr/cases/{reference}").text
