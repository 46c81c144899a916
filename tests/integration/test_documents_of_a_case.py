"""The documents that every service issues, as cases really lead to them: when, who may open them, and which stand."""

import json
import re
from collections.abc import Callable
from html import unescape

import jsonschema_rs
import pytest

from portal.domain.issued import DocumentKind
from portal.i18n import translate
from portal.ports_of_documents import PrintedDocument
from portal.store import cases, documents
from portal.store.documents import Issued
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_at_counter, file_complaint, file_residence, jpeg
from tests.support.kiosk import act, dossier_of
from tests.support.portal import BASE_URL, TestPortal
from tests.support.remedies import at_desk, file_establishment, refuse_establishment, turn_to

ANNEXE = "annexe-ahfir"
WHY = "La page qui porte votre nom est illisible."
Staff = Callable[..., Browser]


def issued(portal: TestPortal, reference: str) -> dict[str, Issued]:
    """The documents of a case by their names; of several of a name the last."""
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
        assert dossier is not None
        return {one.document: one for one in documents.of_case(work.connection, work.vault, dossier.case.id)}


def drawn(portal: TestPortal, kind: DocumentKind) -> PrintedDocument:
    """The last document of a kind that was drawn."""
    return next(one for one in reversed(portal.renderer.seen) if one.kind == kind)


def test_a_file_completed_later_has_a_receipt_of_each_kind(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser, with_document=False)
    portal.run_effects()
    assert list(issued(portal, reference)) == ["receipt"]
    browser.get(f"/fr/cases/{reference}/complete")
    browser.post(f"/fr/cases/{reference}/complete", files={"lease": ("bail.jpg", jpeg(), "image/jpeg")})
    portal.run_effects()
    found = issued(portal, reference)
    assert [(name, one.kind) for name, one in found.items()] == [
        ("receipt", DocumentKind.RECEIPT),
        ("completion", DocumentKind.COMPLETION),
    ]
    assert found["completion"].number.startswith("C-AAH-2026-")
    completion = drawn(portal, DocumentKind.COMPLETION)
    assert completion.period is not None
    assert completion.secret is None
    assert completion.signatory is not None
    assert completion.emblem
    page = browser.get(f"/fr/cases/{reference}")
    # The receipts stand among the documents, not where a decision would.
    assert translate("fr", "Your signed document") not in page.text
    number = found["completion"].number
    assert f"/fr/cases/{reference}/documents/{number}.pdf" in page.text
    assert browser.get(f"/fr/cases/{reference}/documents/{number}.pdf").status_code == 200
    # The deposit receipt with the secret is still what «the receipt» is.
    secret = drawn(portal, DocumentKind.RECEIPT).secret
    assert secret is not None
    assert secret.encode() in browser.get(f"/fr/cases/{reference}/receipt.pdf").content


def test_a_file_complete_at_once_has_one_receipt(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    # She has an account: no slip is needed.
    assert list(issued(portal, reference)) == ["receipt"]
    assert browser.get(f"/fr/cases/{reference}/slip.pdf").status_code == 404


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("ask_more_info", {"question": "Quel étage ?"}),
        ("ask_replacement", {"documents": "lease", "reasons": WHY}),
        ("ask_originals", {"documents": "lease", "reasons": WHY}),
    ],
)
def test_whatever_is_asked_of_the_applicant_is_put_on_paper(
    portal: TestPortal, browser: Browser, staff: Staff, action: str, said: dict[str, str]
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    agent = staff("agent", ANNEXE, "agent")
    act(agent, reference, action, **said)
    portal.run_effects()
    found = issued(portal, reference)["request"]
    assert (found.kind, found.number[:6]) == (DocumentKind.REQUEST, "I-AAH-")
    paper = drawn(portal, DocumentKind.REQUEST)
    assert list(paper.statements.values()) == [said.get("question", WHY)]
    assert bool(paper.lists) == ("documents" in said)
    assert "suspendu" in "".join(one["fr"] for one in paper.paragraphs)
    assert paper.secret is None
    # Both read it: the applicant among her documents, the office in the file.
    assert browser.get(f"/fr/cases/{reference}/documents/{found.number}.pdf").status_code == 200
    assert agent.get(f"/fr/counter/cases/{reference}/documents/{found.number}.pdf").status_code == 200
    assert "Demande de pièces ou d’informations" in browser.get(f"/fr/cases/{reference}").text


def test_without_an_account_a_slip_comes_with_the_receipt(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]
) -> None:
    reference, secret = file_complaint(browser)
    assert browser.get(f"/fr/cases/{reference}/slip.pdf").status_code == 503
    assert translate("fr", "Your tracking slip is being prepared") in browser.text
    portal.run_effects()
    slip = drawn(portal, DocumentKind.SLIP)
    assert (slip.secret, slip.reference) == (secret, reference)
    assert issued(portal, reference)["slip"].number.startswith("T-")
    shown = browser.get(f"/fr/cases/{reference}/receipt-ready")
    assert f'href="/fr/cases/{reference}/slip.pdf"' in shown.text
    assert "data-hx-get" not in shown.text
    assert secret.encode() in browser.get(f"/fr/cases/{reference}/slip.pdf").content
    # What the slip says works: with both, anybody's telephone opens the file.
    elsewhere = another_browser()
    assert secret.encode() not in elsewhere.get(f"/fr/cases/{reference}/slip.pdf").content
    elsewhere.get("/fr/track")
    elsewhere.post("/fr/track", {"reference": reference, "secret": secret})
    assert secret.encode() in elsewhere.get(f"/fr/cases/{reference}/slip.pdf").content


def test_the_slip_is_handed_over_by_whoever_hands_over_the_receipt(portal: TestPortal, staff: Staff) -> None:
    clerk = staff("clerk", "annexe-saidia", "clerk")
    reference = file_at_counter(clerk)
    hand_over = (
        "The person has no account: hand over the tracking slip too. It says in three steps how to follow the file."
    )
    assert translate("fr", hand_over) in unescape(clerk.text)
    base = f"/fr/counter/cases/{reference}"
    assert clerk.get(f"{base}/slip.pdf").status_code == 503
    portal.run_effects()
    assert f'href="{base}/slip.pdf"' in clerk.get(f"{base}/filed").text
    assert clerk.get(f"{base}/slip.pdf").headers["content-type"] == "application/pdf"
    found = issued(portal, reference)
    assert clerk.get(f"{base}/documents/{found['slip'].number}.pdf").status_code == 200
    stranger = staff("stranger", "annexe-berkane-1", "clerk")
    for path in ("slip.pdf", f"documents/{found['slip'].number}.pdf"):
        assert stranger.get(f"{base}/{path}").status_code == 404


def test_neither_paper_with_the_secret_is_shown_to_who_may_not_hand_it_over(
    portal: TestPortal, browser: Browser
) -> None:
    first, _ = file_complaint(browser)
    portal.run_effects()
    chief = at_desk(portal, "chief", dossier_of(portal, first).case.unit, "chief", "agent")
    act(chief, first, "refuse", ground="not_found", reasons=WHY)
    portal.run_effects()
    held = issued(portal, first)
    base = f"/fr/counter/cases/{first}"
    for name in ("receipt", "slip", "refusal"):
        assert chief.get(f"{base}/documents/{held[name].number}.pdf").status_code == 200, name
    following = turn_to(browser, first, "mediateur")
    portal.run_effects()
    # Whoever decides on what follows reads the first case, and could open it as the applicant with what they bear.
    other = at_desk(portal, "other", dossier_of(portal, following).case.unit, "agent")
    assert other.get(f"{base}/documents/{held['refusal'].number}.pdf").status_code == 200
    for name in ("receipt", "slip"):
        assert other.get(f"{base}/documents/{held[name].number}.pdf").status_code == 404, name
        assert f"{held[name].number}.pdf" not in other.get(base).text


def test_the_receipt_of_an_appeal_names_the_decision(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    first = file_establishment(browser)
    portal.run_effects()
    refuse_establishment(portal, first)
    appeal = turn_to(browser, first, "recours-administratif")
    portal.run_effects()
    receipt = drawn(portal, DocumentKind.RECEIPT)
    assert (receipt.reference, receipt.title["fr"]) == (appeal, "Récépissé de recours administratif")
    rows = {row.label["fr"]: row.value["fr"] for row in receipt.rows}
    assert rows["Fait suite au dossier"] == first
    assert re.search(r"La demande a été refusée le \d", rows["Décision ou silence contesté"])


def test_taking_a_decision_up_again_revokes_the_decision_alone(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    browser.sign_in()
    reference = file_residence(browser, with_document=False)
    browser.get(f"/fr/cases/{reference}/complete")
    browser.post(f"/fr/cases/{reference}/complete", files={"lease": ("bail.jpg", jpeg(), "image/jpeg")})
    chief = staff("chief", ANNEXE, "chief", "agent")
    act(chief, reference, "ask_more_info", question="Quel étage ?")
    portal.run_effects()
    browser.get(f"/fr/cases/{reference}/actions/answer")
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Au deuxième étage."})
    act(chief, reference, "refuse", ground="not_established", reasons=WHY)
    portal.run_effects()
    act(chief, reference, "reconsider", reasons="Un autre bail a été produit.")
    portal.run_effects()
    standing = {name: one.revoked_at is None for name, one in issued(portal, reference).items()}
    assert standing == {"receipt": True, "completion": True, "request": True, "refusal": False}


@one_database
def test_the_schema_is_served_and_every_issued_document_keeps_to_it(portal: TestPortal, browser: Browser) -> None:
    served = browser.get("/schemas/document-1.json")
    assert served.headers["content-type"].startswith("application/schema+json")
    schema = json.loads(served.content)
    assert schema["$id"] == f"{BASE_URL}/schemas/document-1.json"
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    file_complaint(browser)
    portal.run_effects()
    assert portal.renderer.seen
    for document in portal.renderer.seen:
        data = json.loads(document.data)
        validator.validate(data)
        assert data["$schema"] == document.schema == schema["$id"]
    mark = served.headers["etag"]
    assert browser.get("/schemas/document-1.json", headers={"if-none-match": mark}).status_code == 304
