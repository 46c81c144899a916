"""A job may run twice at once: what is handed out is the one file that was entered, and no other is left behind."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.actions.effects import run_effect
from portal.ports import Area
from portal.ports_of_documents import Level, Press, PrintedDocument, Signed
from portal.store import cases, documents, effects, issued_files
from portal.store.documents import Issued
from portal.store.effects import Effect
from portal.store.tables import DOCUMENTS
from tests.support.browser import Browser
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal


class Slow(Press):
    """A press during whose work something happens; what it makes ends with ``mark``, as each signature is another."""

    def __init__(self, press: Press, meanwhile: Callable[[], None], mark: bytes = b"") -> None:
        self._press, self._meanwhile, self._mark = press, meanwhile, mark
        self.made: list[str] = []

    def issue(self, document: PrintedDocument) -> Signed:
        signed = self._press.issue(document)
        self._meanwhile()
        own = replace(signed, pdf=signed.pdf + self._mark)
        self.made.append(hashlib.sha256(own.pdf).hexdigest())
        return own

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return self._press.raised(pdf, to)


def waiting(portal: TestPortal, name: str) -> Effect:
    with portal.deps.reading() as work:
        return next(one for one, _ in effects.unfinished(work.connection) if one.name == name)


def only_one(portal: TestPortal) -> tuple[Issued, cases.Dossier]:
    with portal.deps.reading() as work:
        (row,) = work.connection.execute(DOCUMENTS.select()).all()
        issued = documents.get(work.connection, work.vault, row.id)
        dossier = cases.get(work.connection, work.vault, row.case_id)
    assert issued is not None
    assert dossier is not None
    return issued, dossier


def test_of_two_workers_that_make_the_same_document_the_first_counts(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    effect = waiting(portal, "issue.receipt")
    slow = Slow(portal.deps.press, lambda: run_effect(portal.deps, effect.id, effect.name), b"%slow")
    run_effect(replace(portal.deps, press=slow), effect.id, effect.name)
    issued, _ = only_one(portal)
    handed_out = browser.get(f"/fr/cases/{reference}/receipt.pdf").content
    assert hashlib.sha256(handed_out).hexdigest() == issued.sha256
    with portal.deps.reading() as work:
        assert len(issued_files.of_owner(work.connection, work.vault, issued.id)) == 1
    (not_handed_out,) = slow.made
    with pytest.raises(FileNotFoundError):
        portal.deps.files.get(Area.ISSUED, documents.key_of(issued.case_id, issued.id, not_handed_out))


def test_the_same_file_made_twice_stays(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    effect = waiting(portal, "issue.receipt")
    # The portal of the tests signs alike each time.
    slow = Slow(portal.deps.press, lambda: run_effect(portal.deps, effect.id, effect.name))
    run_effect(replace(portal.deps, press=slow), effect.id, effect.name)
    assert browser.get(f"/fr/cases/{reference}/receipt.pdf").status_code == 200


def test_a_document_of_the_first_releases_is_found_under_its_old_name(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    issued, _ = only_one(portal)
    stored = portal.deps.files.get(Area.ISSUED, issued.key)
    portal.deps.files.delete(Area.ISSUED, issued.key)
    portal.deps.files.put(Area.ISSUED, issued.key.rpartition("-")[0], stored)
    handed_out = browser.get(f"/fr/cases/{reference}/receipt.pdf")
    assert handed_out.status_code == 200
    assert hashlib.sha256(handed_out.content).hexdigest() == issued.sha256
