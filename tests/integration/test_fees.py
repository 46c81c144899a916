"""What a request costs: said as a rule before it is begun, worked out from the answers, and kept with the case."""

import pytest

from portal.domain.events import CaseSubmitted
from tests.support.browser import Browser
from tests.support.forms_service import SLUG, begin, fill, forms_portal, hand_in, plain
from tests.support.journeys import jpeg
from tests.support.kiosk import at_work, dossier_of, events_of
from tests.support.portal import TestPortal, made_by

pytestmark = made_by(forms_portal)


@pytest.mark.parametrize("path", ["", "/apply", "/leaflet"])
def test_the_rule_is_said_before_anybody_starts(browser: Browser, path: str) -> None:
    browser.get(f"/fr/services/{SLUG}{path}")
    assert "copie" in browser.text
    assert "vous êtes étudiant" in browser.text
    assert "À régler au retrait." in browser.text


def test_the_check_page_says_what_these_answers_cost_and_the_case_keeps_it(portal: TestPortal, amina: Browser) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    amina.get(f"/fr/drafts/{draft}/check")
    assert "6 " in plain(amina.text)
    assert "2 dirhams par copie" in plain(amina.text)
    reference = hand_in(amina, draft)
    submitted = next(one for one in events_of(portal, reference) if isinstance(one, CaseSubmitted))
    assert submitted.fee == {"amount": "6", "quantity": 3, "waived": False, "currency": "MAD"}
    agent = at_work(portal, "agent", dossier_of(portal, reference).case.unit, "agent")
    for page in (amina.get(f"/fr/cases/{reference}"), agent.get(f"/fr/counter/cases/{reference}")):
        assert "2 dirhams par copie" in plain(page.text)


def test_whoever_is_waived_pays_nothing_and_is_told_why(portal: TestPortal, amina: Browser) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg(), home={"housing": "owner", "student": "yes"})
    amina.get(f"/fr/drafts/{draft}/check")
    assert "vous êtes étudiant" in amina.text
    reference = hand_in(amina, draft)
    submitted = next(one for one in events_of(portal, reference) if isinstance(one, CaseSubmitted))
    assert submitted.fee["amount"] == "0"
    assert submitted.fee["waived"] is True


def test_a_corrected_answer_changes_what_is_due(amina: Browser) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    amina.get(f"/fr/drafts/{draft}/total")
    amina.post(f"/fr/drafts/{draft}/total", {"copies": "5"})
    amina.get(f"/fr/drafts/{draft}/check")
    assert "10 dirhams" in plain(amina.text)


def test_the_receipt_says_what_is_due(portal: TestPortal, amina: Browser) -> None:
    draft = begin(amina)
    fill(amina, draft, plan=jpeg())
    hand_in(amina, draft)
    portal.run_effects()
    printed = portal.renderer.seen[-1]
    assert any("2 dirhams par copie" in plain(row.value["fr"]) for row in printed.rows)
