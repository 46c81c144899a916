"""Time moves files and warns people: once, whoever looks and however often."""

import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from portal.actions.timers import sweep
from portal.domain.events import InformationProvided, TimerFired
from portal.ports import Channel
from portal.store import journal
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, jpeg
from tests.support.kiosk import OFFICE, WORKFLOW, act, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def reference(browser: Browser) -> str:
    browser.sign_in()
    return file_kiosk(browser)


def fired(portal: TestPortal, reference: str) -> list[TimerFired]:
    return [event for event in events_of(portal, reference) if isinstance(event, TimerFired)]


def test_a_timer_warns_the_chief_until_she_acts(portal: TestPortal, reference: str) -> None:
    agent, chief = at_work(portal, "agent", OFFICE, "agent"), at_work(portal, "chief", OFFICE, "chief")
    portal.clock.forward(days=9)
    assert sweep(portal.deps) == 0
    assert not re.search(r'class="tag warn">[^<]+</span>', agent.get("/fr/counter").text)
    portal.clock.forward(days=1)
    agent.staff_sign_in("agent", PASSWORD)
    chief.staff_sign_in("chief", PASSWORD)
    assert sweep(portal.deps) == 1
    assert dossier_of(portal, reference).alert == "chief"
    assert re.search(r'<span>Déposé</span> <span class="tag warn">[^<]+</span>', agent.get("/fr/counter").text)
    assert 'class="notice warn"' in agent.get(f"/fr/counter/cases/{reference}").text
    # An agent's act leaves the notice to the chief; the chief's own takes it away.
    agent.post(f"/fr/counter/cases/{reference}/take")
    assert dossier_of(portal, reference).alert == "chief"
    chief.get(f"/fr/counter/cases/{reference}")
    chief.post(f"/fr/counter/cases/{reference}/take")
    assert dossier_of(portal, reference).alert == ""


def test_a_second_sweep_does_nothing(portal: TestPortal, reference: str) -> None:
    portal.clock.forward(days=40)
    assert sweep(portal.deps) == 2  # The timer, and the law's own warning of the half that is over.
    assert sweep(portal.deps) == 0
    portal.clock.forward(days=40)
    sweep(portal.deps)
    assert sweep(portal.deps) == 0
    assert [(one.timer, one.warned) for one in fired(portal, reference)] == [("nudge", ["chief"])]


def test_a_warning_makes_nobodys_form_stale(portal: TestPortal, reference: str) -> None:
    before = dossier_of(portal, reference).case.version
    portal.clock.forward(days=11)
    sweep(portal.deps)
    assert dossier_of(portal, reference).case.version == before


def test_sweeps_beside_each_other_fire_once(portal: TestPortal, browser: Browser, reference: str) -> None:
    others = [file_kiosk(browser) for _ in range(4)]
    portal.clock.forward(days=11)
    workers = [threading.Thread(target=sweep, args=(portal.deps,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for one in (reference, *others):
        assert len(fired(portal, one)) == 1
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_the_system_acts_when_nobody_answers_and_the_citizen_is_told(
    portal: TestPortal, browser: Browser, reference: str
) -> None:
    agent = at_work(portal, "agent", OFFICE, "agent")
    act(agent, reference, "ask", question="Quelle surface ?")
    portal.run_effects()
    portal.clock.forward(days=29)
    assert sweep(portal.deps) == 0
    portal.clock.forward(days=1)
    assert sweep(portal.deps) == 1
    found = dossier_of(portal, reference)
    assert found.case.state == "returned"
    assert found.timer_on is None
    portal.outbox[Channel.EMAIL].sent.clear()
    portal.run_effects()
    assert len(portal.outbox[Channel.EMAIL].sent) == 1
    browser.sign_in()
    assert "Dossier retourné" in browser.get(f"/fr/cases/{reference}").text
    assert sweep(portal.deps) == 0


def test_answering_in_time_stops_the_timer(portal: TestPortal, browser: Browser, reference: str) -> None:
    act(at_work(portal, "agent", OFFICE, "agent"), reference, "ask", question="Quelle surface ?")
    portal.clock.forward(minutes=5)
    browser.get(f"/fr/cases/{reference}/actions/answer")
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Six mètres carrés"})
    portal.clock.forward(days=8)
    assert sweep(portal.deps) == 0
    portal.clock.forward(days=30)
    assert sweep(portal.deps) == 2  # The warning of the state it is in again, and the law's of half the period.
    assert dossier_of(portal, reference).case.state == "lodged"


def test_a_reminder_reaches_the_applicant_unless_she_has_answered(
    portal: TestPortal, browser: Browser, reference: str
) -> None:
    agent = at_work(portal, "agent", OFFICE, "agent")
    act(agent, reference, "ask", question="Quelle surface ?")
    portal.run_effects()
    sent = portal.outbox[Channel.EMAIL].sent
    sent.clear()
    act(agent, reference, "remind")
    portal.run_effects()
    assert len(sent) == 1
    assert reference in sent[0].body
    assert sent[0].subject.startswith(("A reminder", "Rappel"))
    act(agent, reference, "remind")
    browser.get(f"/fr/cases/{reference}/actions/answer")
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Six mètres carrés"})
    sent.clear()
    portal.run_effects()
    assert [one.subject for one in sent if one.subject.startswith(("A reminder", "Rappel"))] == []


def test_a_timer_whose_action_is_refused_warns_the_chief_instead(database_url: str, tmp_path: Path) -> None:
    never = WORKFLOW.replace('when: "case.state != null"', 'when: "case.reopened == true"')
    portal = kiosk_portal(database_url, tmp_path / "other", workflow=never)
    applicant = Browser(portal)
    applicant.sign_in()
    reference = file_kiosk(applicant)
    agent = at_work(portal, "agent", OFFICE, "agent")
    act(agent, reference, "ask", question="Quelle surface ?")
    portal.clock.forward(days=31)
    assert sweep(portal.deps) == 1
    assert sweep(portal.deps) == 0
    found = dossier_of(portal, reference)
    assert (found.case.state, found.alert) == ("waiting", "chief")
    assert [(one.timer, one.action) for one in fired(portal, reference)] == [("silence", "")]
    portal.close()


def test_one_case_that_cannot_be_read_holds_up_no_other(portal: TestPortal, browser: Browser, reference: str) -> None:
    other = file_kiosk(browser)
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(digest="gone"))
    portal.clock.forward(days=11)
    assert sweep(portal.deps) == 1
    assert len(fired(portal, other)) == 1


def test_a_file_that_an_action_asks_for_is_kept_with_the_answer(
    portal: TestPortal, browser: Browser, reference: str
) -> None:
    agent = at_work(portal, "agent", OFFICE, "agent")
    act(agent, reference, "ask", question="Quel plan ?")
    address = f"/fr/cases/{reference}/actions/answer"
    browser.get(address)
    plan = {"plan": ("plan.jpg", jpeg(), "image/jpeg")}
    browser.post(address, {"reply": ""}, files=plan)
    assert browser.last.status_code == 422
    assert "plan.jpg" in browser.text
    browser.post(address, {"reply": "Le voici"}, files={"plan": ("mauvais.exe", b"MZ", "image/jpeg")})
    assert browser.last.status_code == 422
    browser.post(address, {"reply": "Le voici"})
    given = [event for event in events_of(portal, reference) if isinstance(event, InformationProvided)]
    assert [one["name"] for one in given[0].inputs["plan"]] == ["plan.jpg"]
    page = agent.get(f"/fr/counter/cases/{reference}").text
    assert "Un plan du kiosque" in page
    assert "plan.jpg" in page
