"""The secret of a receipt opens what a receipt is for; a journal holds against whoever may write to the database."""

import hashlib
from collections.abc import Callable

from sqlalchemy import update

from portal.domain.case import SYSTEM
from portal.domain.events import CaseTaken
from portal.i18n import translate
from portal.ports import Area
from portal.store import cases, documents, journal
from portal.store.tables import CASES, DOCUMENTS, JOURNAL
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal


def dossier_of(portal: TestPortal, reference: str) -> cases.Dossier:
    with portal.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    assert found is not None
    return found


def breaks(portal: TestPortal) -> list[str]:
    with portal.deps.reading() as work:
        return [one.problem for one in journal.audit(work.connection, work.vault)]


def test_whoever_holds_the_receipt_sees_how_a_citizens_case_stands_and_no_more(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    holder = another_browser()
    holder.get("/fr/track")
    holder.post("/fr/track", {"reference": reference, "secret": dossier_of(portal, reference).secret})
    assert holder.url == f"/fr/cases/{reference}"
    assert reference in holder.text
    for hidden in ("FB123456", "Marche verte", "/files/", "/documents/R-"):
        assert hidden not in holder.text
        assert hidden in browser.get(f"/fr/cases/{reference}").text
    for path in ("/receipt.pdf", "/submitted", "/actions/withdraw", "/complete"):
        assert holder.get(f"/fr/cases/{reference}{path}").status_code == 404
    assert translate("fr", "Close this file") in holder.get("/fr/services").text


@one_database
def test_an_issued_document_lies_sealed_on_the_disk(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    dossier = dossier_of(portal, reference)
    with portal.deps.reading() as work:
        issued = documents.of_case(work.connection, work.vault, dossier.case.id)[0]
    kept = portal.deps.files.get(Area.ISSUED, issued.key)
    assert b"%PDF" not in kept
    assert dossier.secret.encode() not in kept
    assert hashlib.sha256(browser.get(f"/fr/cases/{reference}/receipt.pdf").content).hexdigest() == issued.sha256


def test_a_state_changed_without_the_cases_key_is_found(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    assert breaks(portal) == []
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(state="granted"))
    assert len(breaks(portal)) == 1


def test_a_chain_made_anew_without_the_cases_key_is_found(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    dossier = dossier_of(portal, file_residence(browser))
    now = portal.clock.now()
    with portal.deps.store.engine.begin() as connection:
        # Anybody can compute the hashes of one line more: only the proof is out of reach.
        rows, head = journal.lines_for(
            dossier.case.id, dossier.seal, dossier.journal_length, dossier.journal_head, [CaseTaken()], SYSTEM, now
        )
        connection.execute(JOURNAL.insert(), rows)
        moved = {"journal_length": dossier.journal_length + 1, "journal_head": head}
        connection.execute(update(CASES).where(CASES.c.id == dossier.case.id).values(moved))
    assert len(breaks(portal)) == 1


def test_a_numbered_document_that_was_removed_leaves_a_gap(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_residence(browser)
    portal.run_effects()
    with portal.deps.store.engine.begin() as connection:
        connection.execute(DOCUMENTS.delete())
    assert len(breaks(portal)) == 1
