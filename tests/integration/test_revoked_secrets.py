"""A paper that bears its case's secret is revoked: the secret changes with it, for the paper may lie in wrong hands."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from portal.actions import revoking
from portal.actions.audit import audit
from portal.actions.effects import run_effect
from portal.domain.case import SYSTEM
from portal.domain.errors import CaseMoved
from portal.domain.events import DocumentRevoked
from portal.domain.issued import BEARING_SECRET, RevokedFor
from portal.i18n import translate
from portal.ports_of_documents import PrintedDocument, Signed
from portal.store import documents, effects, sessions
from portal.store.documents import Issued
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.kiosk import OFFICE, SERVICE, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal, service=SERVICE.replace("identity: low", "identity: none"))


@pytest.fixture
def reference(portal: TestPortal, browser: Browser) -> str:
    """A file of somebody without an account, with its receipt and its slip."""
    filed = file_kiosk(browser)
    portal.run_effects()
    return filed


def bearing(portal: TestPortal, reference: str) -> dict[str, list[Issued]]:
    """The papers of a file that bear its secret, oldest first."""
    with portal.deps.reading() as work:
        held = documents.of_case(work.connection, work.vault, dossier_of(portal, reference).case.id)
    return {kind: [one for one in held if one.kind == kind] for kind in sorted(BEARING_SECRET)}


def follow(browser: Browser, reference: str, secret: str) -> int:
    """What comes of opening a file with a secret."""
    browser.get("/fr/track")
    browser.post("/fr/track", {"reference": reference, "secret": secret})
    return int(browser.last.status_code)


def sees(browser: Browser, reference: str) -> bool:
    return bool(browser.get(f"/fr/cases/{reference}").status_code == 200)


def revoke(portal: TestPortal, reference: str, issued: Issued, why: RevokedFor = RevokedFor.WRONG_PERSON) -> None:
    with portal.deps.unit_of_work() as work:
        revoking.revoke(work, portal.deps, SYSTEM, reference, issued.number, why, "Remis à un autre.")


@pytest.mark.parametrize(("paper", "why"), [("receipt", "wrong_person"), ("slip", "fraud"), ("receipt", "error")])
def test_the_old_secret_opens_nothing_any_more_and_both_papers_come_with_a_new_one(
    portal: TestPortal, browser: Browser, reference: str, paper: str, why: str
) -> None:
    other = file_kiosk(Browser(portal))
    old, kept = dossier_of(portal, reference).secret, dossier_of(portal, other).secret
    stranger, citizen = Browser(portal), Browser(portal)
    citizen.sign_in()
    for one in (stranger, citizen):
        assert follow(one, other, kept) == follow(one, reference, old) == 200
    assert all(sees(one, reference) for one in (browser, stranger, citizen))
    before = {kind: held[0] for kind, held in bearing(portal, reference).items()}
    assert set(before) == BEARING_SECRET
    chief = at_work(portal, "chief", OFFICE, "chief")
    form = f"/fr/counter/cases/{reference}/documents/{before[paper].number}/revoke"
    told = "It bears the secret code of the file. Whatever the reason, the code changes at once"
    assert any(said in chief.get(form).text for said in (told, "code secret du dossier"))
    assert "c’est au bureau de le prévenir" in chief.text, "she left no address that a message could go to"
    assert 'name="again"' not in chief.text
    chief.post(form, {"why": why, "reasons": "Remis à un autre."})
    # From that moment on, though nothing was printed yet.
    assert not any(sees(one, reference) for one in (browser, stranger, citizen))
    assert follow(Browser(portal), reference, old) == 422
    assert sees(stranger, other)
    assert citizen.get("/fr/me").url.path == "/fr/me", "nobody is signed out for it"
    portal.run_effects()
    new = dossier_of(portal, reference).secret
    assert new != old
    after = bearing(portal, reference)
    for kind, (first, second) in after.items():
        assert (first.revoked_at is None, second.revoked_at is None) == (False, True)
        by_fraud = kind == paper and why == "fraud"
        assert first.replaced_by == (None if by_fraud else second.id)
        assert first.revoked_for == (RevokedFor(why) if kind == paper else RevokedFor.REPLACED)
    printed = {one.number: one.secret for one in portal.renderer.seen if one.secret and one.reference == reference}
    assert {printed[held[1].number] for held in after.values()} == {new}
    holder = Browser(portal)
    assert follow(holder, reference, new) == 200
    assert sees(holder, reference)
    for kind, url in (("receipt", "receipt"), ("slip", "slip")):
        handed = chief.get(f"/fr/counter/cases/{reference}/{url}.pdf")
        assert after[kind][1].number.encode() in handed.content
    assert list(audit(portal.deps)) == []


def test_of_each_paper_the_journal_says_why_and_the_applicant_is_told_of_the_chiefs(
    portal: TestPortal, reference: str
) -> None:
    before = {kind: held[0] for kind, held in bearing(portal, reference).items()}
    revoke(portal, reference, before["receipt"])
    told = [one for one in events_of(portal, reference) if isinstance(one, DocumentRevoked)]
    assert told == [
        DocumentRevoked("slip", before["slip"].number, "replaced", "", again=True),
        DocumentRevoked("receipt", before["receipt"].number, "wrong_person", "Remis à un autre.", again=True),
    ]
    chief = at_work(portal, "chief", OFFICE, "chief")
    page = chief.get(f"/fr/counter/cases/{reference}").text
    assert page.count(translate("fr", "Another is issued in its place.")) == 1
    assert page.count(translate("fr", "Another was issued in its place")) == 1


def test_with_an_account_only_the_receipt_comes_anew(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    portal.run_effects()
    old = dossier_of(portal, reference).secret
    revoke(portal, reference, bearing(portal, reference)["receipt"][0])
    portal.run_effects()
    assert {kind: len(held) for kind, held in bearing(portal, reference).items()} == {"receipt": 2, "slip": 0}
    assert dossier_of(portal, reference).secret != old
    assert sees(browser, reference)


@dataclass
class Interrupted:
    """A press during whose work something happens."""

    portal: TestPortal
    then: object = None

    def issue(self, document: PrintedDocument) -> Signed:
        signed = self.portal.deps.press.issue(document)
        if callable(self.then):
            happens, self.then = self.then, None
            happens()
        return signed


def test_a_paper_that_was_being_made_is_made_anew_with_the_new_secret(
    portal: TestPortal, browser: Browser, tmp_path: Path
) -> None:
    reference = file_kiosk(browser)
    with portal.deps.reading() as work:
        waiting = {one.name: one for one, _ in effects.unfinished(work.connection)}
    run_effect(portal.deps, waiting["issue.slip"].id, "issue.slip")
    slip = bearing(portal, reference)["slip"][0]
    receipt, press = waiting["issue.receipt"], Interrupted(portal, lambda: revoke(portal, reference, slip))
    deps = replace(portal.deps, press=press)  # type: ignore[arg-type]
    with pytest.raises(CaseMoved):
        run_effect(deps, receipt.id, receipt.name)
    assert bearing(portal, reference)["receipt"] == []
    portal.run_effects()
    # It was still to come, so it comes once; and nothing lies in the store that nobody was given.
    (made,) = bearing(portal, reference)["receipt"]
    assert made.revoked_at is None
    assert portal.renderer.seen[-1].secret == dossier_of(portal, reference).secret
    assert len([one for one in (tmp_path / "files" / "issued").rglob("*") if one.is_file()]) == 3


@one_database
def test_whoever_types_the_old_secret_at_that_very_moment_is_shut_out_too(
    portal: TestPortal, browser: Browser, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, receipt = dossier_of(portal, reference).secret, bearing(portal, reference)["receipt"][0]
    replaced, compare = False, sessions.same_secret

    def same_secret(kept: str, typed: str) -> bool:
        nonlocal replaced
        found = compare(kept, typed)
        if not replaced:
            replaced = True
            revoke(portal, reference, receipt)
        return found

    stranger = Browser(portal)
    stranger.get("/fr/track")
    monkeypatch.setattr(sessions, "same_secret", same_secret)
    stranger.post("/fr/track", {"reference": reference, "secret": old})
    assert stranger.last.status_code == 422
    assert not sees(stranger, reference)
