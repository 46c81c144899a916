"""A chief revokes a document that was wrongly issued: everybody who asks is told, and another may stand in its place."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from portal.actions.audit import audit
from portal.actions.verdict import Verdict
from portal.actions.verify import verify_code
from portal.domain.events import DocumentRevoked
from portal.domain.issued import RevokedFor
from portal.i18n import translate
from portal.ports import Channel
from portal.presenting.revoked import NOT_AFTER_FRAUD
from portal.store import documents, journal
from portal.store.documents import Issued
from portal.store.tables import DOCUMENTS
from portal.store.tables_of_proofs import LOG_PENDING
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD
from tests.support.kiosk import OFFICE, act, at_work, dossier_of, events_of, file_kiosk, file_refused, kiosk_portal
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def chief(portal: TestPortal) -> Browser:
    return at_work(portal, "chief", OFFICE, "chief")


@pytest.fixture
def reference(portal: TestPortal, browser: Browser, chief: Browser) -> str:
    """A file that was refused."""
    return file_refused(portal, browser, chief)


def held(portal: TestPortal, reference: str) -> list[Issued]:
    with portal.deps.reading() as work:
        return documents.of_case(work.connection, work.vault, dossier_of(portal, reference).case.id)


def refusal(portal: TestPortal, reference: str) -> Issued:
    (found,) = [one for one in held(portal, reference) if one.document == "refusal" and one.revoked_at is None]
    return found


def plain(page: str) -> str:
    """The words of a page, without its tags and the marks that isolate."""
    return re.sub(r"[\u2066-\u2069]", "", unescape(re.sub(r"<[^>]+>", "", page)))


def form_of(reference: str, issued: Issued) -> str:
    return f"/fr/counter/cases/{reference}/documents/{issued.number}/revoke"


def test_the_chief_revokes_a_decision_and_everybody_is_told(
    portal: TestPortal, reference: str, chief: Browser, browser: Browser
) -> None:
    issued = refusal(portal, reference)
    portal.outbox[Channel.EMAIL].sent.clear()
    assert form_of(reference, issued) in chief.get(f"/fr/counter/cases/{reference}").text
    chief.get(form_of(reference, issued))
    assert "Le demandeur en est averti aussi." in chief.text
    chief.post(
        form_of(reference, issued), {"why": "error", "reasons": "La mauvaise parcelle est citée.", "again": "no"}
    )
    portal.run_effects()
    (now,) = [one for one in held(portal, reference) if one.id == issued.id]
    assert (now.revoked_for, now.replaced_by) == (RevokedFor.ERROR, None)
    assert now.revoked_at is not None
    (mail,) = portal.outbox[Channel.EMAIL].sent
    assert translate("fr", "A document of your file no longer stands") in mail.subject
    assert "parcelle" not in mail.body
    page = browser.get(f"/fr/cases/{reference}").text
    assert "La mauvaise parcelle est citée." in page
    assert f"{issued.number}.pdf" not in page
    told = translate("fr", "The document you were given on this file no longer stands: %(papers)s.")
    shown = unescape(page)
    assert told.partition("%")[0] in shown
    # Which one, and what she can do about it.
    assert f" {issued.number}." in plain(shown)
    assert "tribunal administratif" in shown
    # What anybody is told names nobody and quotes nothing.
    public = browser.get(f"/v/{issued.code}").text
    assert translate("fr", "This document is no longer valid") in public
    assert "parcelle" not in public
    assert "erreur" not in public
    with portal.deps.reading() as work:
        waiting = work.connection.execute(LOG_PENDING.select().where(LOG_PENDING.c.kind == "revocation")).all()
        assert [(row.subject, row.detail) for row in waiting] == [(issued.id, {"for": "error"})]
        assert list(journal.audit(work.connection, work.vault)) == []


def test_another_takes_its_place_and_says_which_it_replaces(
    portal: TestPortal, reference: str, chief: Browser, browser: Browser
) -> None:
    first = refusal(portal, reference)
    portal.clock.forward(minutes=5)
    chief.get(form_of(reference, first))
    chief.post(form_of(reference, first), {"why": "error", "reasons": "Faute de frappe", "again": "yes"})
    portal.run_effects()
    second = refusal(portal, reference)
    assert second.number != first.number
    stands = unescape(browser.get(f"/fr/cases/{reference}").text)
    gone = translate("fr", "The document you were given on this file no longer stands: %(papers)s.")
    assert gone.partition("%")[0] not in stands
    (old,) = [one for one in held(portal, reference) if one.id == first.id]
    assert old.replaced_by == second.id
    # Whoever reads of the new one is told which it replaces: the applicant, the office, and whoever checks it.
    for language in ("ar", "fr"):
        told = translate(language, "Issued in place of %(numbers)s", {"numbers": first.number})
        for reader, address in ((browser, f"/{language}/cases/"), (chief, f"/{language}/counter/cases/")):
            page = plain(reader.get(f"{address}{reference}").text)
            assert page.count(told) >= 2, "beside the document, and in the timeline"
    # The applicant, who may hold the old paper, is told at the top which she must not use any more, and which she may.
    for language in ("ar", "fr"):
        shown = plain(browser.get(f"/{language}/cases/{reference}").text)
        gone = translate(language, "No longer stands, do not use it any more: %(numbers)s.", {"numbers": first.number})
        new = translate(
            language, "In its place you have %(number)s, which you can open on this page.", {"number": second.number}
        )
        assert gone in shown
        assert new in shown
        assert shown.index(gone) < shown.index(second.number) < shown.rindex(first.number)
    # Her own words, which end without a stop, do not run into the sentence after them.
    assert "Faute de frappe. Un autre document est délivré" in plain(browser.get(f"/fr/cases/{reference}").text)
    checked = unescape(browser.get(f"/v/{second.code}?lang=fr").text)
    assert translate("fr", "Issued in place of") in checked
    assert first.number in checked
    # And once more: the chain goes on, and what is said stays what was decided.
    portal.clock.forward(minutes=5)
    chief.get(form_of(reference, second))
    chief.post(form_of(reference, second), {"why": "wrong_person", "reasons": "Encore.", "again": "yes"})
    portal.run_effects()
    third = refusal(portal, reference)
    (middle,) = [one for one in held(portal, reference) if one.id == second.id]
    assert middle.replaced_by == third.id
    said = [one for one in portal.renderer.seen if one.number in (first.number, third.number)]
    assert said[0].paragraphs == said[1].paragraphs
    assert len(said) == 2
    told = translate("fr", "A document of your file was replaced")
    assert sum(told in one.subject for one in portal.outbox[Channel.EMAIL].sent) == 2


def test_a_receipt_is_always_issued_anew_yet_nothing_takes_the_place_of_what_was_got_by_fraud(
    portal: TestPortal, reference: str, chief: Browser
) -> None:
    def receipts() -> list[Issued]:
        return [one for one in held(portal, reference) if one.document == "receipt"]

    (first,) = receipts()
    chief.get(form_of(reference, first))
    assert 'name="again"' not in chief.text
    chief.post(form_of(reference, first), {"why": "error", "reasons": "Le nom est mal écrit."})
    portal.run_effects()
    old, new = receipts()
    assert (old.replaced_by, new.revoked_at) == (new.id, None)
    printed = [one for one in portal.renderer.seen if one.number in (old.number, new.number)]
    assert printed[0].status == printed[1].status
    chief.get(form_of(reference, new))
    chief.post(form_of(reference, new), {"why": "fraud", "reasons": "Faux nom."})
    portal.run_effects()
    assert [one.revoked_at is None for one in receipts()] == [False, False, True]
    assert [one.replaced_by for one in receipts()] == [new.id, None, None]
    found = verify_code(portal.deps, new.code)
    assert (found.verdict, found.known and found.known.revoked_for) == (Verdict.REVOKED, RevokedFor.FRAUD)
    # The first led to the second, which is void now.
    assert verify_code(portal.deps, old.code).verdict is Verdict.REVOKED


def test_a_decision_taken_anew_replaces_the_one_that_was_taken_up_again(
    portal: TestPortal, reference: str, chief: Browser
) -> None:
    first = refusal(portal, reference)
    portal.clock.forward(days=20)
    chief.staff_sign_in("chief", PASSWORD)
    act(chief, reference, "reopen", reasons="Un plan nouveau a été produit.")
    act(chief, reference, "refuse_at_once", ground="place", reasons="La place reste trop petite.")
    portal.run_effects()
    (old,) = [one for one in held(portal, reference) if one.id == first.id]
    assert (old.revoked_for, old.replaced_by) == (RevokedFor.REOPENED, refusal(portal, reference).id)
    assert list(audit(portal.deps)) == []
    with portal.deps.store.engine.begin() as connection:
        taken_back = {"revoked_at": None, "revoked_for": None, "revoked_by": None}
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == first.id).values(taken_back))
    problem = f"the journal of {reference} says that it was revoked"
    assert problem in [one.problem for one in audit(portal.deps) if one.reference == first.number]


@pytest.mark.parametrize("revoked", [False, True])
def test_a_decision_after_one_that_was_revoked_gives_its_own_reasons_and_its_own_days(
    portal: TestPortal, reference: str, chief: Browser, revoked: bool
) -> None:
    first = refusal(portal, reference)
    if revoked:
        chief.get(form_of(reference, first))
        chief.post(form_of(reference, first), {"why": "error", "reasons": "Faute de frappe.", "again": "no"})
        portal.run_effects()
    portal.clock.forward(days=20)
    chief.staff_sign_in("chief", PASSWORD)
    act(chief, reference, "reopen", reasons="Un plan nouveau a été produit.")
    act(chief, reference, "refuse_at_once", ground="place", reasons="La rue est barrée.")
    portal.run_effects()
    second = refusal(portal, reference)
    (old,) = [one for one in held(portal, reference) if one.id == first.id]
    assert old.replaced_by == second.id
    before, after = (
        [one for one in portal.renderer.seen if one.number == number] for number in (first.number, second.number)
    )
    assert ["La rue est barrée." in str(one.statements) for one in (*before, *after)] == [False, True]
    assert before[0].paragraphs != after[0].paragraphs, "the days to appeal run anew"


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_chief_is_told_before_that_the_same_answers_make_the_same_document(
    portal: TestPortal, reference: str, chief: Browser, language: str
) -> None:
    def asked(number: str) -> str:
        return unescape(chief.get(f"/{language}/counter/cases/{reference}/documents/{number}/revoke").text)

    def says(page: str, words: str) -> bool:
        return translate(language, words) in page

    same = (
        "It is made from the same answers and says what was decided then: whatever is wrong there would be wrong in it "
        "again. First correct it where it stands:"
    )
    shut = (
        "What the office decided or wrote in its decision: the file cannot be opened again, so that another would repeat "
        "it. The applicant files a new request."
    )
    reopening = f"/counter/cases/{reference}/actions/reopen"
    page = asked(refusal(portal, reference).number)
    assert says(page, same)
    assert reopening in page
    assert not says(page, shut)
    (receipt,) = [one for one in held(portal, reference) if one.document == "receipt"]
    of_receipt = asked(receipt.number)
    assert says(of_receipt, same)
    assert reopening not in of_receipt, "a receipt tells of no decision"
    portal.clock.forward(days=400)
    chief.staff_sign_in("chief", PASSWORD)
    late = asked(refusal(portal, reference).number)
    assert reopening not in late
    assert says(late, shut)


@pytest.mark.parametrize("role", ["agent", "clerk"])
def test_nobody_but_the_chief_of_the_office_revokes(portal: TestPortal, reference: str, role: str) -> None:
    issued = refusal(portal, reference)
    other = at_work(portal, "other", OFFICE, role)
    assert "/revoke" not in other.get(f"/fr/counter/cases/{reference}").text
    said = {"why": "error", "reasons": "x", "again": "no"}
    assert other.get(form_of(reference, issued)).status_code == 403
    assert other.post(form_of(reference, issued), said).status_code == 403
    elsewhere = at_work(portal, "elsewhere", "province-berkane", "chief")
    assert elsewhere.post(form_of(reference, issued), said).status_code == 404
    assert refusal(portal, reference).id == issued.id


def test_a_reason_must_be_said_and_nothing_typed_is_lost(portal: TestPortal, reference: str, chief: Browser) -> None:
    issued = refusal(portal, reference)
    chief.get(form_of(reference, issued))
    chief.post(form_of(reference, issued), {"why": "", "reasons": "Presque tout dit.", "again": "no"})
    assert chief.last.status_code == 422
    assert "Presque tout dit." in chief.text
    assert refusal(portal, reference).id == issued.id


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_nothing_is_issued_in_place_of_what_was_obtained_by_fraud(
    portal: TestPortal, reference: str, chief: Browser, language: str
) -> None:
    issued = refusal(portal, reference)
    form = form_of(reference, issued).replace("/fr/", f"/{language}/")
    chief.get(form)
    said = {"why": "fraud", "reasons": "Un bail falsifié.", "again": "yes"}
    assert chief.post(form, said).status_code == 422
    assert unescape(translate(language, NOT_AFTER_FRAUD)) in unescape(chief.text)
    assert "Un bail falsifié." in chief.text
    assert refusal(portal, reference).id == issued.id
    assert chief.post(form, {**said, "again": "no"}).status_code == 303 or chief.last.status_code == 200
    portal.run_effects()
    assert [one.replaced_by for one in held(portal, reference) if one.document == "refusal"] == [None]


def test_a_document_of_another_case_or_one_that_is_revoked_already_is_not_found(
    portal: TestPortal, reference: str, chief: Browser, browser: Browser
) -> None:
    issued = refusal(portal, reference)
    other = file_kiosk(browser)
    said = {"why": "error", "reasons": "Non.", "again": "no"}
    assert chief.post(form_of(other, issued), said).status_code == 404
    chief.get(form_of(reference, issued))
    chief.post(form_of(reference, issued), said)
    assert chief.get(form_of(reference, issued)).status_code == 404
    told = [one for one in events_of(portal, reference) if isinstance(one, DocumentRevoked)]
    assert [(one.number, one.again) for one in told] == [(issued.number, False)]
    shown = " ".join(plain(chief.get(f"/fr/counter/cases/{reference}").text).split())
    assert re.search(rf"Ne vaut plus : [^,]+, {issued.number}", shown)


def test_a_reason_sent_after_the_session_ended_is_found_again(
    portal: TestPortal, reference: str, chief: Browser
) -> None:
    issued = refusal(portal, reference)
    form = form_of(reference, issued)
    chief.get(form)
    portal.clock.forward(hours=2)
    chief.post(form, {"why": "error", "reasons": "La mauvaise parcelle est citée.", "again": "no"})
    assert chief.url == f"/fr/counter/sign-in?next={form}&kept=1"
    assert refusal(portal, reference) == issued
    chief.post("/fr/counter/sign-in", {"login": "chief", "password": PASSWORD, "next": form})
    assert chief.url == form
    assert "La mauvaise parcelle est citée." in unescape(chief.text)
    assert re.search(r'name="why" value="error"[^>]* checked', chief.text)
    assert plain(translate("fr", "What you had typed was kept")) in plain(chief.text)
    chief.post(form, {"why": "error", "reasons": "La mauvaise parcelle est citée.", "again": "no"})
    (now,) = [one for one in held(portal, reference) if one.id == issued.id]
    assert now.revoked_for is RevokedFor.ERROR
