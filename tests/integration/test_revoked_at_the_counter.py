"""The page of a case at the counter tells which document stands no longer; its chief can still see what was handed out."""

import re

import pytest

from portal.domain.issued import RevokedFor
from portal.i18n import office_date, plain_date, translate
from portal.store import documents
from portal.store.documents import Issued
from tests.support.browser import Browser
from tests.support.kiosk import OFFICE, at_work, dossier_of, file_refused, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def chief(portal: TestPortal) -> Browser:
    return at_work(portal, "chief", OFFICE, "chief")


@pytest.fixture
def reference(portal: TestPortal, browser: Browser, chief: Browser) -> str:
    """A file that was refused, and whose refusal was then revoked and issued anew."""
    filed = file_refused(portal, browser, chief)
    (first,) = refusals(portal, filed)
    address = f"/fr/counter/cases/{filed}/documents/{first.number}/revoke"
    chief.get(address)
    portal.clock.forward(minutes=5)
    chief.post(address, {"why": RevokedFor.ERROR.value, "reasons": "Faute de frappe.", "again": "yes"})
    portal.run_effects()
    return filed


def refusals(portal: TestPortal, reference: str) -> list[Issued]:
    with portal.deps.reading() as work:
        held = documents.of_case(work.connection, work.vault, dossier_of(portal, reference).case.id)
    return [one for one in held if one.document == "refusal"]


def test_list_and_timeline_say_since_when_and_what_stands_instead(
    portal: TestPortal, reference: str, chief: Browser
) -> None:
    old, new = refusals(portal, reference)
    assert old.revoked_at is not None
    day = plain_date(office_date(old.revoked_at), "fr")
    told = translate("fr", "Revoked on %(date)s, replaced by %(number)s", {"date": day, "number": new.number})
    page = chief.get(f"/fr/counter/cases/{reference}").text
    listed, happened = (re.sub("<[^>]+>", "", part) for part in page.split('class="timeline"'))
    assert told in listed
    assert f"{old.number}. {told}." in happened


def test_the_chief_alone_opens_what_stands_no_longer(
    portal: TestPortal, reference: str, chief: Browser, browser: Browser
) -> None:
    old, _ = refusals(portal, reference)
    address = f"/fr/counter/cases/{reference}/documents/{old.number}.pdf"
    assert address in chief.get(f"/fr/counter/cases/{reference}").text
    answer = chief.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert f"{old.number}-revoque.pdf" in answer.headers["content-disposition"]
    agent = at_work(portal, "agent", OFFICE, "agent")
    page = agent.get(f"/fr/counter/cases/{reference}").text
    assert old.number in page
    assert address not in page
    assert agent.get(address).status_code == 404
    assert browser.get(f"/fr/cases/{reference}/documents/{old.number}.pdf").status_code == 404
