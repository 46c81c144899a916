"""What a person has in front of her stays good while the portal works behind it."""

import re
from collections.abc import Callable

from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, RESIDENCE, add_staff, answer_pages, file_residence, jpeg, start
from tests.support.portal import TestPortal

QUESTION = {"question": "Quel est le numéro de votre appartement ?"}


def test_a_receipt_signed_meanwhile_does_not_make_an_agents_form_stale(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]
) -> None:
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    browser.sign_in()
    reference = file_residence(browser)
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    form = f"/fr/counter/cases/{reference}/actions/ask_more_info"
    agent.get(form)
    version = re.search(r'name="version" value="(\d+)"', agent.last.text)
    assert version
    assert portal.run_effects() > 0
    agent.post(form, {**QUESTION, "version": version.group(1)})
    assert agent.last.status_code == 200, agent.text
    assert agent.url == f"/fr/counter/cases/{reference}"


def test_correcting_an_answer_leads_back_to_the_check_at_once(portal: TestPortal, browser: Browser) -> None:
    draft = checked_draft(browser)
    browser.get(f"/fr/drafts/{draft}/home")
    browser.post(f"/fr/drafts/{draft}/home", {**RESIDENCE["home"], "address": "14, rue de la Marche verte"})
    assert browser.url == f"/fr/drafts/{draft}/check"
    assert "14, rue de la Marche verte" in browser.text


def test_an_answer_that_asks_for_another_document_leads_to_the_documents(portal: TestPortal, browser: Browser) -> None:
    draft = checked_draft(browser)
    browser.get(f"/fr/drafts/{draft}/housing")
    browser.post(f"/fr/drafts/{draft}/housing", {"housing": "owner"})
    assert browser.url == f"/fr/drafts/{draft}/documents"


def checked_draft(browser: Browser) -> str:
    """A draft with every step done, standing at its check; its id."""
    browser.sign_in()
    start(browser, "certificat-residence")
    draft = answer_pages(browser, RESIDENCE)
    browser.get(f"/fr/drafts/{draft}/documents")
    browser.post(f"/fr/drafts/{draft}/documents", files={"lease": ("bail.jpg", jpeg(), "image/jpeg")})
    assert browser.url == f"/fr/drafts/{draft}/check"
    return draft
