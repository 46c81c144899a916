"""A citizen files, comes back, and follows her case; without scripts, in both languages, on both databases."""

from collections.abc import Callable

import pytest

from portal.i18n import translate
from tests.support.browser import Browser
from tests.support.journeys import RESIDENCE, answer_pages, file_residence, jpeg
from tests.support.portal import TestPortal


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_citizen_files_and_gets_her_reference_and_receipt(
    portal: TestPortal, browser: Browser, language: str
) -> None:
    browser.sign_in(language)
    reference = file_residence(browser, language)
    assert reference.startswith("BRK-26-")
    assert reference in browser.text
    assert browser.get(f"/{language}/cases/{reference}/receipt.pdf").status_code == 503
    assert portal.run_effects() == 2
    answer = browser.get(f"/{language}/cases/{reference}/receipt.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert reference.encode() in answer.content
    assert portal.outbox["email"].sent[0].to == "amina@example.ma"  # type: ignore[index]
    browser.get(f"/{language}/cases/{reference}")
    assert browser.last.status_code == 200
    browser.get(f"/{language}/cases")
    assert reference in browser.text


def test_her_identity_fills_in_what_it_knows(browser: Browser) -> None:
    browser.sign_in()
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    assert 'value="Amina El Alaoui"' in browser.last.text
    assert 'value="FB123456"' in browser.last.text


def test_a_wrong_answer_keeps_what_was_typed_and_says_what_to_do(browser: Browser) -> None:
    browser.sign_in()
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    draft = browser.url.split("/")[3]
    browser.post(f"/fr/drafts/{draft}/you", {"name_ar": "Amina", "name_fr": "Amina El Alaoui", "cnie": "12"})
    assert browser.last.status_code == 422
    assert 'href="#name_ar"' in browser.last.text
    assert 'href="#cnie"' in browser.last.text
    assert 'value="Amina"' in browser.last.text
    # Coming back later, the page still shows what was typed and what is wrong with it.
    browser.get(f"/fr/drafts/{draft}/you")
    assert 'value="12"' in browser.last.text
    assert 'href="#cnie"' in browser.last.text


def test_changing_the_language_halfway_through_a_page_loses_nothing(browser: Browser) -> None:
    browser.sign_in()
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    draft = browser.url.split("/")[3]
    browser.post(f"/fr/drafts/{draft}/you", {"name_ar": "", "name_fr": "Half typ", "cnie": "", "switch_to": "ar"})
    assert browser.url == f"/ar/drafts/{draft}/you"
    assert 'value="Half typ"' in browser.last.text
    assert 'href="#name_ar"' not in browser.last.text


def test_submitting_twice_makes_one_case(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    draft = answer_pages(browser, RESIDENCE)
    browser.get(f"/fr/drafts/{draft}/documents")
    browser.post(f"/fr/drafts/{draft}/documents", files={"lease": ("bail.jpg", jpeg(), "image/jpeg")})
    browser.get(f"/fr/drafts/{draft}/check")
    check_page = browser.last
    browser.post(f"/fr/drafts/{draft}/submit")
    first = browser.url
    browser.last = check_page
    browser.post(f"/fr/drafts/{draft}/submit")
    assert browser.url == first
    browser.get("/fr/cases")
    assert browser.text.count(first.split("/")[3]) >= 1
    assert portal.run_effects() == 2


def test_an_incomplete_file_is_taken_in_and_completed_later(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser, with_document=False)
    portal.run_effects()
    assert portal.renderer.seen[-1].status is not None
    assert "ملف في طور الإيداع" in portal.renderer.seen[-1].status["ar"]
    browser.get(f"/fr/cases/{reference}/complete")
    nothing = browser.post(f"/fr/cases/{reference}/complete", {})
    assert nothing.status_code == 422
    assert translate("fr", "Choose the file of this document, then send it") in nothing.text
    browser.post(f"/fr/cases/{reference}/complete", files={"lease": ("bail.jpg", jpeg(), "image/jpeg")})
    assert browser.url == f"/fr/cases/{reference}"
    portal.run_effects()
    assert "ملف مودع" in portal.renderer.seen[-1].status["ar"]
    assert portal.renderer.seen[-1].title["fr"] == "Récépissé de dossier complet"
    page = browser.get(f"/fr/cases/{reference}").text
    assert page.count(">Récépissé de dépôt</a>") == page.count(">Récépissé de dossier complet</a>") == 1


def test_nobody_else_learns_that_a_case_exists(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]
) -> None:
    from tests.support.portal import YOUSSEF

    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    portal.identity.who = YOUSSEF
    other = another_browser()
    other.sign_in()
    for path in ("", "/receipt.pdf", "/submitted", "/complete", "/actions/withdraw"):
        assert other.get(f"/fr/cases/{reference}{path}").status_code == 404
    assert other.get("/fr/cases/BRK-26-0000-0000-0").status_code == 404
