"""A committee votes on a file; the chief decides as it said, once the quorum has voted."""

import re
from pathlib import Path

import pytest

from portal.domain.events import VoteCast
from portal.store import journal
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.kiosk import OFFICE, OTHER, WORKFLOW, act, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

AT_ONCE = WORKFLOW.replace(
    "  - {action: opinions_in,",
    "  - {action: sit, from: lodged, to: sitting, by: [agent], label: {ar: عرض على اللجنة, fr: Soumettre à la commission}}\n"
    "  - {action: opinions_in,",
)

pytestmark = made_by(kiosk_portal, workflow=AT_ONCE)


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    """A file before the committee, and one that is not."""
    browser.sign_in()
    file_kiosk(browser)
    filed = file_kiosk(browser)
    act(at_work(portal, "agent", OFFICE, "agent"), filed, "sit")
    return filed


def vote(browser: Browser, reference: str, choice: str, note: str = "") -> int:
    browser.get(f"/fr/counter/cases/{reference}")
    browser.post(f"/fr/counter/cases/{reference}/vote", {"vote": choice, "note": note})
    return int(browser.last.status_code)


def votes(portal: TestPortal, reference: str) -> list[tuple[str, str]]:
    return [(event.choice, event.note) for event in events_of(portal, reference) if isinstance(event, VoteCast)]


def test_a_member_sees_what_the_committee_sits_on_and_nothing_else(portal: TestPortal, reference: str) -> None:
    member = at_work(portal, "member", OFFICE, "committee")
    queue = member.get("/fr/counter").text
    assert queue.count("/fr/counter/cases/") == 1
    assert reference in queue
    page = member.get(f"/fr/counter/cases/{reference}").text
    assert "Commission des kiosques" in page
    assert 'name="vote"' in page
    assert "/take" not in page
    for other in ("/fr/counter?state=running", "/fr/counter?held=nobody", "/fr/counter?q=Amina"):
        assert member.get(other).text.count("/fr/counter/cases/") == 1
    assert member.get("/fr/counter/services").status_code == 403
    assert member.get("/fr/counter/opinions").status_code == 403


def test_a_member_never_gets_the_receipt_with_its_secret(portal: TestPortal, reference: str) -> None:
    portal.run_effects()
    agent, member = at_work(portal, "second", OFFICE, "agent"), at_work(portal, "member", OFFICE, "committee")
    address = f"/fr/counter/cases/{reference}"
    document = re.search(rf"{address}/documents/[\w-]+\.pdf", agent.get(address).text)
    assert document is not None
    assert agent.get(document[0]).headers["content-type"] == "application/pdf"
    assert "/documents/" not in member.get(address).text
    for path in (document[0], f"{address}/receipt.pdf", f"{address}/receipt-ready", f"{address}/filed"):
        assert member.get(path).status_code in (403, 404), path


def test_a_vote_can_be_changed_until_the_chief_closes(portal: TestPortal, reference: str) -> None:
    member = at_work(portal, "member", OFFICE, "committee")
    assert vote(member, reference, "against", "Trop étroit") == 200
    assert vote(member, reference, "against", "Trop étroit") == 200
    assert vote(member, reference, "for") == 200
    assert votes(portal, reference) == [("against", "Trop étroit"), ("for", "")]
    second, chief = at_work(portal, "second", OFFICE, "committee"), at_work(portal, "chief", OFFICE, "chief")
    vote(second, reference, "for")
    act(chief, reference, "grant")
    assert dossier_of(portal, reference).case.outcome == "granted"
    member.get("/fr/counter")
    member.post(f"/fr/counter/cases/{reference}/vote", {"vote": "against"})
    assert member.last.status_code == 404
    assert member.get(f"/fr/counter/cases/{reference}").status_code == 404
    assert len(votes(portal, reference)) == 3


def test_the_chief_decides_only_once_the_quorum_has_voted(portal: TestPortal, reference: str) -> None:
    first, second = at_work(portal, "first", OFFICE, "committee"), at_work(portal, "second", OFFICE, "committee")
    chief = at_work(portal, "chief", OFFICE, "chief")
    address = f"/fr/counter/cases/{reference}"
    assert "/actions/grant" not in chief.get(address).text
    vote(first, reference, "for")
    shown = chief.get(address).text
    assert "/actions/grant" not in shown
    assert 'name="vote"' not in shown
    chief.get(f"{address}/actions/grant")
    assert chief.last.status_code == 404
    chief.get("/fr/counter")
    chief.post(f"{address}/actions/grant")
    assert dossier_of(portal, reference).case.open
    vote(second, reference, "abstain")
    shown = chief.get(address).text
    assert "/actions/grant" in shown
    assert "/actions/refuse" not in shown
    vote(first, reference, "against")
    shown = chief.get(address).text
    assert "/actions/refuse" in shown
    assert "/actions/grant" not in shown
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_nobody_else_votes(portal: TestPortal, reference: str, browser: Browser) -> None:
    for login, unit, role in (("chief", OFFICE, "chief"), ("clerk", OFFICE, "clerk"), ("far", OTHER, "committee")):
        stranger = at_work(portal, login, unit, role)
        stranger.get("/fr/counter")
        stranger.post(f"/fr/counter/cases/{reference}/vote", {"vote": "for"})
        assert stranger.last.status_code in (403, 404), login
    assert votes(portal, reference) == []


def test_a_vote_that_says_nothing_is_told_so(portal: TestPortal, reference: str) -> None:
    member = at_work(portal, "member", OFFICE, "committee")
    assert vote(member, reference, "") == 200
    assert 'aria-invalid="true"' in member.last.text or 'class="error"' in member.last.text
    assert vote(member, reference, "perhaps") == 200
    assert votes(portal, reference) == []


def test_the_citizen_is_not_told_who_voted_how(portal: TestPortal, reference: str, browser: Browser) -> None:
    vote(at_work(portal, "member", OFFICE, "committee"), reference, "against", "Un avis intérieur")
    page = browser.get(f"/fr/cases/{reference}").text
    assert "Devant la commission" in page
    assert "Un avis intérieur" not in page
    assert "Un avis intérieur" in at_work(portal, "chief", OFFICE, "chief").get(f"/fr/counter/cases/{reference}").text


@one_database
def test_a_member_gets_an_account_from_the_operator(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(database_url, tmp_path)
    password = "a password for a member"
    named = ("--unit", "annexe-ahfir", "--role", "committee", "--name-ar", "أمل", "--name-fr", "Amal")
    made = call_portal(settings, "staff", "add", "amal", *named, "--password", password)
    assert made.returncode == 0, made.stderr
    refused = call_portal(
        settings,
        "staff",
        "add",
        "eve",
        "--unit",
        "annexe-ahfir",
        "--role",
        "applicant",
        *named[4:],
        "--password",
        password,
    )
    assert refused.returncode == 1
    assert "committee" in refused.stderr
