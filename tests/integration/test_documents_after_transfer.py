"""What a document says of its office is what was so at the event that asked for it, wherever the file went since."""

from dataclasses import replace

import pytest

from portal.actions.issue import earlier_in_print
from portal.domain.issued import DocumentKind
from portal.domain.periods import Calendar
from portal.domain.service import Text
from portal.ports_of_documents import PrintedDocument
from portal.presenting.printed.common import ADMINISTRATION
from portal.store import documents
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.days_off import close, settle
from tests.support.kiosk import OFFICE, OTHER, act, at_work, dossier_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = [one_database, made_by(kiosk_portal)]


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    """A file handed in at Ahfir."""
    browser.sign_in()
    return file_kiosk(browser)


def pass_on(portal: TestPortal, reference: str) -> None:
    """The chief of Ahfir passes the file on to Saidia, which is closed on the last day of its period."""
    due = dossier_of(portal, reference).case.due_on
    assert due is not None
    close(portal, due, due, OTHER)
    settle(portal)
    chief = at_work(portal, "chief", OFFICE, "chief")
    act(chief, reference, "transfer", unit=OTHER, reason="Le terrain est à Saidia")


def revoke(portal: TestPortal, reference: str, document: str, **said: str) -> None:
    """The chief of Saidia, where the file now is, declares that a document does not stand, and it is made anew."""
    there = at_work(portal, f"there.{document}", OTHER, "chief")
    found = next(
        one.number for one in register(portal, reference) if one.document == document and one.revoked_at is None
    )
    there.get(f"/fr/counter/cases/{reference}/documents/{found}/revoke")
    there.post(
        f"/fr/counter/cases/{reference}/documents/{found}/revoke", {"why": "error", "reasons": "Coquille.", **said}
    )
    portal.run_effects()


def register(portal: TestPortal, reference: str) -> list[documents.Issued]:
    with portal.deps.reading() as work:
        return documents.of_case(work.connection, work.vault, dossier_of(portal, reference).case.id)


def drawn(portal: TestPortal, kind: str) -> list[PrintedDocument]:
    return [one for one in portal.renderer.seen if one.kind == kind]


def said_of_the_office(document: PrintedDocument) -> dict[str, object]:
    """Everything on a paper that could depend on the office."""
    of_its_own = {"number", "code", "verify_url", "issued_at", "seal_link", "data", "secret"}
    return {name: value for name, value in vars(document).items() if name not in of_its_own}


def administration(document: PrintedDocument) -> Text:
    return next(row.value for row in document.rows if row.label == ADMINISTRATION)


def named(portal: TestPortal, unit: str) -> Text:
    return portal.deps.registry.territory.unit(unit).name


def test_a_receipt_made_after_the_file_went_elsewhere_is_of_where_it_was_handed_in(
    portal: TestPortal, reference: str
) -> None:
    pass_on(portal, reference)
    portal.run_effects()
    (late,) = drawn(portal, DocumentKind.RECEIPT)
    (issued,) = [one for one in register(portal, reference) if one.document == "receipt"]
    assert (issued.unit, issued.number) == (OFFICE, "R-AAH-2026-000001")
    assert late.number == issued.number
    assert late.authority == administration(late) == named(portal, OFFICE)
    territory, unit = portal.deps.registry.territory, portal.deps.registry.territory.unit(OFFICE)
    assert (late.signatory, late.stamp) == (territory.signatory_of(unit), territory.stamp_of(unit))


def test_a_receipt_made_anew_elsewhere_says_all_that_the_first_one_said(portal: TestPortal, reference: str) -> None:
    portal.run_effects()
    pass_on(portal, reference)
    portal.clock.forward(days=1)
    revoke(portal, reference, "receipt")
    first, anew = drawn(portal, DocumentKind.RECEIPT)
    assert said_of_the_office(anew) == said_of_the_office(first)
    assert [one.number for one in (first, anew)] == ["R-AAH-2026-000001", "R-AAH-2026-000002"]


def test_what_the_other_office_decides_is_its_own_document(portal: TestPortal, reference: str) -> None:
    pass_on(portal, reference)
    there = at_work(portal, "there", OTHER, "chief")
    act(there, reference, "refuse_at_once", ground="place", reasons="La place est trop petite.")
    portal.run_effects()
    (refusal,) = drawn(portal, DocumentKind.DECISION)
    assert (refusal.number, refusal.authority) == ("D-ASA-2026-000001", named(portal, OTHER))


def test_an_office_that_is_no_more_leaves_its_documents_to_the_one_that_has_the_file(
    portal: TestPortal, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_on(portal, reference)
    territory = portal.deps.registry.territory
    monkeypatch.delitem(territory._units, OFFICE)
    portal.run_effects()
    (late,) = drawn(portal, DocumentKind.RECEIPT)
    assert (late.number, late.authority) == ("R-ASA-2026-000001", named(portal, OTHER))


def test_of_the_case_that_is_followed_a_document_names_the_office_of_then(
    portal: TestPortal, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.clock.forward(minutes=1)
    before = portal.clock.now()
    portal.clock.forward(minutes=1)
    pass_on(portal, reference)
    counted_by: list[str] = []
    known = portal.deps.registry.calendar_of

    def calendar_of(unit: str) -> Calendar:
        counted_by.append(unit)
        return known(unit)

    monkeypatch.setattr(portal.deps.registry, "calendar_of", calendar_of)
    first = dossier_of(portal, reference)
    follows = replace(first, case=replace(first.case, first_id=first.case.id))
    with portal.deps.reading() as work:
        found = [earlier_in_print(work, portal.deps, follows, at) for at in (before, portal.clock.now())]
    assert [earlier.authority for (earlier,) in found] == [named(portal, OFFICE), named(portal, OTHER)]
    assert counted_by == [OFFICE, OTHER]
