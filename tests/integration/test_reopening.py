"""A refusal is taken up again within its term: a new period starts, the refusal no longer stands, and she is told."""

import re
from datetime import date

import pytest

from portal.actions.verdict import Verdict
from portal.actions.verify import verify_file
from portal.ports import Channel
from portal.store import documents, journal
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD
from tests.support.kiosk import OFFICE, act, at_work, dossier_of, file_kiosk, file_refused, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def chief(portal: TestPortal) -> Browser:
    return at_work(portal, "chief", OFFICE, "chief")


@pytest.fixture
def reference(portal: TestPortal, browser: Browser, chief: Browser) -> str:
    """A file that was refused."""
    return file_refused(portal, browser, chief)


def test_a_refusal_is_taken_up_again(portal: TestPortal, reference: str, chief: Browser, browser: Browser) -> None:
    refused = re.search(rf"/fr/cases/{reference}/documents/D-[-\w]+\.pdf", browser.get(f"/fr/cases/{reference}").text)
    assert refused is not None
    pdf = browser.get(refused[0]).content
    assert verify_file(portal.deps, pdf).verdict is Verdict.VALID
    portal.outbox[Channel.EMAIL].sent.clear()
    portal.clock.forward(days=20)
    chief.staff_sign_in("chief", PASSWORD)
    assert "Réexaminer le refus" in chief.get(f"/fr/counter/cases/{reference}").text
    act(chief, reference, "reopen", reasons="Un plan nouveau a été produit.")
    found = dossier_of(portal, reference)
    assert (found.case.state, found.case.outcome, found.case.closed_at, found.case.taken_by) == (
        "lodged",
        None,
        None,
        None,
    )
    assert found.case.complete_on == date(2026, 3, 22)
    assert found.case.due_on is not None
    assert found.case.due_on > date(2026, 5, 20)
    assert reference in chief.get("/fr/counter").text
    portal.run_effects()
    sent = portal.outbox[Channel.EMAIL].sent
    assert len(sent) == 1
    assert reference in sent[0].body
    # The refusal no longer stands.
    assert verify_file(portal.deps, pdf).verdict is Verdict.REVOKED
    browser.sign_in()
    page = browser.get(f"/fr/cases/{reference}").text
    assert "Un plan nouveau a été produit." in page
    assert refused[0] not in page
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_a_refusal_whose_document_was_not_yet_made_never_stands(
    portal: TestPortal, browser: Browser, chief: Browser
) -> None:
    browser.sign_in()
    filed = file_kiosk(browser)
    portal.run_effects()
    act(chief, filed, "refuse_at_once", ground="place", reasons="La place est trop petite.")
    act(chief, filed, "reopen", reasons="Une erreur")
    portal.run_effects()
    with portal.deps.reading() as work:
        made = documents.of_case(work.connection, work.vault, dossier_of(portal, filed).case.id)
    assert {one.document: one.revoked_at is not None for one in made} == {"receipt": False, "refusal": True}
    assert "/documents/D-" not in browser.get(f"/fr/cases/{filed}").text


def test_it_ends_again_with_another_decision(portal: TestPortal, reference: str, chief: Browser) -> None:
    act(chief, reference, "reopen", reasons="Une erreur")
    act(chief, reference, "refuse_at_once", ground="place", reasons="Toujours trop petite.")
    portal.run_effects()
    found = dossier_of(portal, reference)
    assert (found.case.outcome, found.case.open) == ("refused", False)
    assert "Toujours trop petite." in chief.get(f"/fr/counter/cases/{reference}").text


def test_the_last_day_is_the_last(portal: TestPortal, reference: str, chief: Browser) -> None:
    portal.clock.forward(days=30)
    chief.staff_sign_in("chief", PASSWORD)
    assert "Réexaminer le refus" in chief.get(f"/fr/counter/cases/{reference}").text
    chief.get(f"/fr/counter/cases/{reference}/actions/reopen")
    portal.clock.forward(days=1)
    chief.staff_sign_in("chief", PASSWORD)
    assert "Réexaminer le refus" not in chief.get(f"/fr/counter/cases/{reference}").text
    chief.post(f"/fr/counter/cases/{reference}/actions/reopen", {"reasons": "Trop tard"})
    assert chief.last.status_code == 409
    assert not dossier_of(portal, reference).case.open


def test_nobody_else_takes_it_up(portal: TestPortal, reference: str, browser: Browser) -> None:
    agent = at_work(portal, "agent", OFFICE, "agent")
    assert "Réexaminer le refus" not in agent.get(f"/fr/counter/cases/{reference}").text
    agent.post(f"/fr/counter/cases/{reference}/actions/reopen", {"reasons": "Parce que"})
    assert agent.last.status_code == 403
    browser.get(f"/fr/cases/{reference}")
    browser.post(f"/fr/cases/{reference}/actions/reopen", {"reasons": "Parce que"})
    assert not dossier_of(portal, reference).case.open
