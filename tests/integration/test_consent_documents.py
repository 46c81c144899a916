"""Documents that another administration holds: obtained with her consent, brought if she prefers, never asked twice."""

import pytest

from tests.support.browser import Browser
from tests.support.forms_service import begin, fill, forms_portal, hand_in
from tests.support.journeys import jpeg
from tests.support.kiosk import dossier_of
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(forms_portal)


@pytest.fixture
def draft(browser: Browser) -> str:
    browser.sign_in()
    draft = begin(browser)
    fill(browser, draft, plan=jpeg())
    browser.get(f"/fr/drafts/{draft}/documents")
    return draft


def test_the_holder_is_named_and_the_box_is_hers_to_tick(browser: Browser, draft: str) -> None:
    assert "La Trésorerie générale" in browser.text
    assert 'name="tax_record-consent" value="yes">' in browser.last.text
    assert 'name="tax_record" accept' in browser.last.text


def test_with_her_consent_nothing_is_missing(portal: TestPortal, browser: Browser, draft: str) -> None:
    reference = hand_in(browser, draft)
    dossier = dossier_of(portal, reference)
    assert dossier.statements == ("consent:tax_record",)
    assert dossier.case.missing == ()
    assert dossier.case.state == "lodged"


def test_her_consent_is_shown_before_she_hands_in_and_can_be_withdrawn(browser: Browser, draft: str) -> None:
    browser.post(f"/fr/drafts/{draft}/documents", {"tax_record-consent": "yes"})
    assert "La Trésorerie générale" in browser.text
    browser.get(f"/fr/drafts/{draft}/documents")
    assert 'name="tax_record-consent" value="yes" checked>' in browser.last.text
    browser.post(f"/fr/drafts/{draft}/documents", {})
    browser.get(f"/fr/drafts/{draft}/documents")
    assert 'name="tax_record-consent" value="yes">' in browser.last.text


def test_who_brings_it_need_not_agree(portal: TestPortal, browser: Browser, draft: str) -> None:
    sent = {"tax_record": ("impots.jpg", jpeg(), "image/jpeg")}
    browser.post(f"/fr/drafts/{draft}/documents", {"upload": "tax_record"}, files=sent)
    reference = hand_in(browser, draft, consent=False)
    dossier = dossier_of(portal, reference)
    assert dossier.statements == ()
    assert dossier.case.missing == ()


def test_without_either_the_file_is_incomplete(portal: TestPortal, browser: Browser, draft: str) -> None:
    reference = hand_in(browser, draft, consent=False)
    assert dossier_of(portal, reference).case.missing == ("tax_record",)
    assert dossier_of(portal, reference).case.state == "depositing"


def test_consent_to_something_else_is_not_recorded(portal: TestPortal, browser: Browser, draft: str) -> None:
    browser.post(f"/fr/drafts/{draft}/documents", {"tax_record-consent": "yes", "secret-consent": "yes"})
    browser.post(f"/fr/drafts/{draft}/submit")
    reference = browser.url.split("/")[3]
    assert dossier_of(portal, reference).statements == ("consent:tax_record",)
