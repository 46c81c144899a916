"""The size of letters a reader asks for."""

import pytest

from tests.support.browser import Browser
from tests.support.databases import one_database

pytestmark = one_database


def test_bigger_letters_are_kept_from_page_to_page_until_the_usual_ones_are_asked_for(browser: Browser) -> None:
    browser.get("/fr/display?text=large&back=/fr/services")
    assert browser.url == "/fr/services"
    assert '<html lang="fr" dir="ltr" class="large">' in browser.last.text
    browser.get("/ar/")
    assert '<html lang="ar" dir="rtl" class="large">' in browser.last.text
    browser.get("/ar/display?text=normal&back=/ar/")
    assert 'class="large"' not in browser.last.text


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "\\\\elsewhere.example", ""])
def test_changing_the_letters_never_leads_to_another_site(browser: Browser, back: str) -> None:
    browser.get("/fr/display", params={"text": "large", "back": back})
    assert browser.url == "/fr/"


def test_a_size_that_does_not_exist_changes_nothing(browser: Browser) -> None:
    browser.get("/fr/display?text=huge&back=/fr/services")
    assert 'class="large"' not in browser.last.text


def test_changing_the_letters_halfway_through_a_page_loses_nothing(browser: Browser) -> None:
    browser.sign_in()
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    draft = browser.url.split("/")[3]
    browser.post(f"/fr/drafts/{draft}/you", {"name_ar": "", "name_fr": "Half typ", "cnie": "", "switch_to": "large"})
    assert browser.url == f"/fr/drafts/{draft}/you"
    assert 'value="Half typ"' in browser.last.text
    assert 'class="large"' in browser.last.text
