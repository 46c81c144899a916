"""What another administration holds is fetched by the office, with her consent alone, and shown to her."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.actions.obtain import obtain
from portal.actions.perform import opened_case
from portal.actions.uploads import Upload
from portal.domain.case import Actor
from portal.domain.errors import ConsentMissing, NotFound
from portal.domain.events import DocumentObtained
from portal.domain.service import Role
from portal.i18n import translate
from tests.support.browser import Browser
from tests.support.journeys import jpeg
from tests.support.kiosk import OFFICE, OTHER, WORKFLOW, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal)


def record(browser: Browser, reference: str, document: str = "tax_record", content: bytes | None = None) -> int:
    browser.get(f"/fr/counter/cases/{reference}/obtained")
    sent = {document: ("fiche.jpg", jpeg() if content is None else content, "image/jpeg")}
    browser.post(f"/fr/counter/cases/{reference}/obtained", files=sent)
    return int(browser.last.status_code)


def obtained(portal: TestPortal, reference: str) -> list[str]:
    return [event.document for event in events_of(portal, reference) if isinstance(event, DocumentObtained)]


def test_an_agent_records_what_was_obtained_and_she_sees_it(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    agent = at_work(portal, "agent", OFFICE, "agent")
    page = agent.get(f"/fr/counter/cases/{reference}").text
    assert "Attestation fiscale" in page
    assert "La Trésorerie générale" in page
    assert record(agent, reference) == 200
    assert obtained(portal, reference) == ["tax_record"]
    assert "fiche.jpg" in agent.get(f"/fr/counter/cases/{reference}").text
    page = browser.get(f"/fr/cases/{reference}").text
    assert "Attestation fiscale" in page
    # How the period is counted is offered once.
    assert page.count(translate("fr", "How this deadline is counted")) == 1
    link = page.split("/files/")[1].partition('"')[0]
    assert browser.get(f"/fr/cases/{reference}/files/{link}").content == jpeg()
    # Nothing is left to record, and nothing offers to; the same copy once more changes nothing.
    assert f"/fr/counter/cases/{reference}/obtained" not in agent.get(f"/fr/counter/cases/{reference}").text
    agent.get(f"/fr/counter/cases/{reference}/obtained")
    assert agent.url == f"/fr/counter/cases/{reference}"
    record(agent, reference)
    assert obtained(portal, reference) == ["tax_record"]


def test_without_her_consent_nothing_is_fetched(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser, consent=False)
    agent = at_work(portal, "agent", OFFICE, "agent")
    page = agent.get(f"/fr/counter/cases/{reference}").text
    assert "Attestation fiscale" in page
    assert f"/fr/counter/cases/{reference}/obtained" not in page
    assert agent.get(f"/fr/counter/cases/{reference}/obtained").status_code == 404
    agent.get("/fr/counter")
    agent.post(f"/fr/counter/cases/{reference}/obtained", files={"tax_record": ("a.jpg", jpeg(), "image/jpeg")})
    assert agent.last.status_code == 409
    member = Actor("agent", frozenset({Role.AGENT}), OFFICE, "Fatima Benali")
    with pytest.raises(ConsentMissing):
        obtain(portal.deps, member, reference, "tax_record", Upload("a.jpg", jpeg()))
    assert obtained(portal, reference) == []
    assert dossier_of(portal, reference).case.state == "depositing"


def test_only_what_the_file_waits_for_is_taken(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    agent = at_work(portal, "agent", OFFICE, "agent")
    assert record(agent, reference, "lease") == 404
    assert record(agent, reference, content=b"no picture") == 422
    assert obtained(portal, reference) == []


def test_nobody_else_records_anything(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    for login, unit, role in (("far", OTHER, "agent"), ("clerk", OFFICE, "clerk"), ("member", OFFICE, "committee")):
        stranger = at_work(portal, login, unit, role)
        stranger.get("/fr/counter")
        assert stranger.client.get(f"/fr/counter/cases/{reference}/obtained").status_code in (403, 404), login
        stranger.post(f"/fr/counter/cases/{reference}/obtained", files={"tax_record": ("a.jpg", jpeg(), "image/jpeg")})
        assert stranger.last.status_code in (403, 404), login
    member = Actor("far", frozenset({Role.AGENT}), OTHER, "Fatima Benali")
    with pytest.raises(NotFound):
        obtain(portal.deps, member, reference, "tax_record", Upload("a.jpg", jpeg()))
    assert obtained(portal, reference) == []


GRANT_NOW = """\
  - action: grant_now
    from: lodged
    to: granted
    by: [chief]
    label: {ar: قبول فوري, fr: Accorder sans commission}
    effects: [issue.permit, notify]
"""


@pytest.fixture
def granting(database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    made = kiosk_portal(database_url, tmp_path, workflow=WORKFLOW + GRANT_NOW)
    yield made
    made.close()


def test_a_grant_says_what_is_still_to_be_obtained(granting: TestPortal) -> None:
    portal, browser = granting, Browser(granting)
    browser.sign_in()
    reference = file_kiosk(browser)
    case = dossier_of(portal, reference)
    chief = at_work(portal, "chief", OFFICE, "chief")
    warned = "Attestation fiscale"
    with portal.deps.reading() as work:
        opened = opened_case(work, portal.deps, case)
        assert [one.id for one in opened.to_obtain] == ["tax_record"]
        assert opened.facts["case"]["obtained"] is False
    chief.get(f"/ar/counter/cases/{reference}/actions/grant_now")
    assert "شهادة ضريبية" in chief.text
    assert warned in chief.get(f"/fr/counter/cases/{reference}/actions/grant_now").text
    assert 'href="#obtain"' in chief.get(f"/fr/counter/cases/{reference}").text
    # It forbids nothing by itself, and it is gone once the document came.
    assert record(at_work(portal, "agent", OFFICE, "agent"), reference) == 200
    assert warned not in chief.get(f"/fr/counter/cases/{reference}/actions/grant_now").text
    assert 'href="#obtain"' not in chief.get(f"/fr/counter/cases/{reference}").text
    with portal.deps.reading() as work:
        assert opened_case(work, portal.deps, dossier_of(portal, reference)).facts["case"]["obtained"] is True
