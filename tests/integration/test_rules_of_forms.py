"""Rules over several answers, limits that depend on others, values that follow from them, and what hides a question."""

import pytest

from tests.support.browser import Browser
from tests.support.forms_service import OWNER, PERIOD, TENANT, begin, fill, forms_portal, plain
from tests.support.journeys import jpeg
from tests.support.portal import made_by

pytestmark = made_by(forms_portal)


@pytest.fixture
def draft(browser: Browser) -> str:
    browser.sign_in()
    draft = begin(browser)
    fill(browser, draft, plan=jpeg(), until="money")
    browser.get(f"/fr/drafts/{draft}/period")
    return draft


def test_a_rule_over_several_answers_is_said_beside_its_question(browser: Browser, draft: str) -> None:
    browser.post(f"/fr/drafts/{draft}/period", {**PERIOD, "ends-month": "3"})
    assert browser.last.status_code == 422
    assert "La fin doit suivre le début" in browser.text
    assert 'href="#ends"' in browser.last.text
    assert 'value="1000"' in browser.last.text
    browser.post(f"/fr/drafts/{draft}/period", PERIOD)
    assert browser.url == f"/fr/drafts/{draft}/plan"


def test_a_limit_follows_from_an_earlier_answer(browser: Browser, draft: str) -> None:
    browser.post(f"/fr/drafts/{draft}/period", {**PERIOD, "asked": "8001"})
    assert browser.last.status_code == 422
    assert "8 000" in plain(browser.text)
    browser.post(f"/fr/drafts/{draft}/period", {**PERIOD, "asked": "8000"})
    assert browser.url == f"/fr/drafts/{draft}/plan"


def test_whether_an_answer_is_needed_follows_from_another(browser: Browser, draft: str) -> None:
    browser.get(f"/fr/drafts/{draft}/money")
    browser.post(f"/fr/drafts/{draft}/money", {"income": "6000"})
    browser.get(f"/fr/drafts/{draft}/period")
    browser.post(f"/fr/drafts/{draft}/period", PERIOD)
    assert 'href="#reason"' in browser.last.text
    browser.post(f"/fr/drafts/{draft}/period", {**PERIOD, "reason": "Un imprévu"})
    assert browser.url == f"/fr/drafts/{draft}/plan"


def test_an_answer_that_breaks_a_later_limit_is_corrected_before_handing_in(browser: Browser, draft: str) -> None:
    fill(browser, draft, plan=jpeg())
    browser.get(f"/fr/drafts/{draft}/money")
    browser.post(f"/fr/drafts/{draft}/money", {"income": "100"})
    browser.get(f"/fr/drafts/{draft}/check")
    assert browser.url == f"/fr/drafts/{draft}/period"


def test_what_is_computed_is_shown_on_its_page_and_on_the_check_page(browser: Browser, draft: str) -> None:
    fill(browser, draft, plan=jpeg(), until="plan")
    browser.get(f"/fr/drafts/{draft}/total")
    assert "Ce qui reste" in browser.text
    assert "4 000" in plain(browser.text)
    assert "Voici le calcul." in browser.text
    assert 'name="left"' not in browser.last.text
    browser.post(f"/fr/drafts/{draft}/total", {"copies": "0", "left": "9"})
    assert browser.last.status_code == 422
    assert "4 000" in plain(browser.text)
    browser.post(f"/fr/drafts/{draft}/total", {"copies": "1"})
    browser.get(f"/fr/drafts/{draft}/check")
    assert "4 000" in plain(browser.text)


def test_an_answer_that_is_hidden_for_a_while_is_not_typed_again(browser: Browser) -> None:
    browser.sign_in()
    draft = begin(browser)
    fill(browser, draft, plan=jpeg(), home=TENANT, money={"income": "4000", "rent": "1500"})
    for page, answers in (("home", OWNER), ("money", {"income": "4000"})):
        browser.get(f"/fr/drafts/{draft}/{page}")
        browser.post(f"/fr/drafts/{draft}/{page}", answers)
    assert "1 500" not in plain(browser.get(f"/fr/drafts/{draft}/check").text)
    browser.get(f"/fr/drafts/{draft}/home")
    browser.post(f"/fr/drafts/{draft}/home", TENANT)
    assert 'value="1500"' in browser.get(f"/fr/drafts/{draft}/money").text
