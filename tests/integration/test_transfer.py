"""A file goes to another office at once and whole: out of one queue, into the other, told to its applicant."""

import re

import pytest

from portal.domain.events import CaseTransferred
from portal.ports import Channel
from portal.store import journal
from tests.support.browser import Browser
from tests.support.kiosk import OFFICE, OTHER, act, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    browser.sign_in()
    return file_kiosk(browser)


def test_a_transfer_moves_the_file_to_the_other_offices_queue(
    portal: TestPortal, reference: str, browser: Browser
) -> None:
    chief, there = at_work(portal, "chief", OFFICE, "chief"), at_work(portal, "there", OTHER, "agent")
    chief.get(f"/fr/counter/cases/{reference}")
    chief.post(f"/fr/counter/cases/{reference}/take")
    due = dossier_of(portal, reference).case.due_on
    portal.run_effects()
    portal.outbox[Channel.EMAIL].sent.clear()
    act(chief, reference, "transfer", unit=OTHER, reason="Le terrain est à Saidia")
    assert chief.url == f"/fr/counter?passed={OTHER}"
    assert "Annexe administrative de Saidia" in chief.text
    assert reference not in chief.get("/fr/counter").text
    assert chief.get(f"/fr/counter/cases/{reference}").status_code == 404
    assert reference in there.get("/fr/counter").text
    shown = there.get(f"/fr/counter/cases/{reference}").text
    assert "Le terrain est à Saidia" in shown
    found = dossier_of(portal, reference)
    assert (found.case.unit, found.case.taken_by, found.taken_name, found.case.due_on) == (OTHER, None, "", due)
    assert [
        (one.from_unit, one.to_unit) for one in events_of(portal, reference) if isinstance(one, CaseTransferred)
    ] == [(OFFICE, OTHER)]
    portal.run_effects()
    assert [one.subject.partition(" –")[0] for one in portal.outbox[Channel.EMAIL].sent] in (
        ["Votre dossier a été transmis à un autre service"],
        ["Your file has been passed on to another office"],
    )
    page = browser.get(f"/fr/cases/{reference}").text
    assert "Annexe administrative de Saidia" in page
    # It was the first office's act.
    assert re.search(r"<p>Annexe administrative d(&#39;|')Ahfir\.</p>", page)
    assert "Le terrain est à Saidia" not in page
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_the_offices_offered_are_those_of_the_right_kind_the_nearest_first(portal: TestPortal, reference: str) -> None:
    chief = at_work(portal, "chief", OFFICE, "chief")
    page = chief.get(f"/fr/counter/cases/{reference}/actions/transfer").text
    offered = re.findall(r'value="((?:annexe|caidat|commune|province)[-\w]*)"', page)
    assert OTHER in offered
    assert OFFICE not in offered
    assert not any(one.startswith(("commune", "province")) for one in offered)
    # Once it is elsewhere, the office that covers its place comes first.
    act(chief, reference, "transfer", unit=OTHER, reason="Essai")
    page = at_work(portal, "there", OTHER, "chief").get(f"/fr/counter/cases/{reference}/actions/transfer").text
    assert re.findall(r'value="((?:annexe|caidat)[-\w]*)"', page)[0] == OFFICE


@pytest.mark.parametrize("unit", ["", "commune-ahfir", OFFICE, "nowhere", "../annexe-saidia"])
def test_no_other_destination_is_taken(portal: TestPortal, reference: str, unit: str) -> None:
    chief = at_work(portal, "chief", OFFICE, "chief")
    chief.get(f"/fr/counter/cases/{reference}/actions/transfer")
    chief.post(f"/fr/counter/cases/{reference}/actions/transfer", {"unit": unit, "reason": "Parce que"})
    assert chief.last.status_code == 422
    assert "Parce que" in chief.text
    assert dossier_of(portal, reference).case.unit == OFFICE


def test_only_the_chief_of_its_office_transfers_a_file(portal: TestPortal, reference: str) -> None:
    for login, unit, role in (("agent", OFFICE, "agent"), ("far", OTHER, "chief")):
        stranger = at_work(portal, login, unit, role)
        stranger.get("/fr/counter")
        stranger.post(f"/fr/counter/cases/{reference}/actions/transfer", {"unit": OTHER, "reason": "Parce que"})
        assert stranger.last.status_code in (403, 404), login
    assert dossier_of(portal, reference).case.unit == OFFICE
