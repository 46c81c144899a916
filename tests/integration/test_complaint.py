"""Anybody complains about a lamp, a heap of waste or a hole, without an account, and follows what becomes of it."""

from collections.abc import Callable

import pytest

from portal.domain.case import Person
from portal.i18n import translate
from portal.presenting.wrongs import MESSAGES
from portal.store import cases
from tests.support.browser import CSRF, Browser
from tests.support.databases import one_database
from tests.support.journeys import COMPLAINT, PASSWORD, add_staff, answer_pages, file_complaint, hand_in, start
from tests.support.portal import YOUSSEF, TestPortal

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
Another = Callable[[], Browser]


def track(browser: Browser, reference: str, secret: str, language: str = "fr") -> None:
    browser.get(f"/{language}/track")
    browser.post(f"/{language}/track", {"reference": reference, "secret": secret})


def test_a_complaint_goes_to_the_commune_of_the_place(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    reference, _ = file_complaint(browser)
    assert "Commune de Saidia" in browser.text
    queues = {}
    for unit in ("commune-saidia", "commune-ahfir", "annexe-saidia"):
        add_staff(portal, unit, unit, "agent")
        agent = another_browser()
        agent.staff_sign_in(unit, PASSWORD)
        queues[unit] = reference in agent.text
    assert queues == {"commune-saidia": True, "commune-ahfir": False, "annexe-saidia": False}


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_it_is_followed_from_any_browser_with_its_reference_and_secret_however_typed(
    portal: TestPortal, browser: Browser, another_browser: Another, language: str
) -> None:
    reference, secret = file_complaint(browser, language)
    portal.run_effects()
    elsewhere = another_browser()
    assert elsewhere.get(f"/{language}/cases/{reference}").url.path == f"/{language}/sign-in"
    typed = reference.lower().translate(ARABIC_INDIC).replace("-", " ")
    track(elsewhere, f"  {typed} ", f" {secret[:5].lower()} {secret[5:].translate(ARABIC_INDIC)} ", language)
    assert elsewhere.last.status_code == 200
    assert elsewhere.url == f"/{language}/cases/{reference}"
    receipt = elsewhere.get(f"/{language}/cases/{reference}/receipt.pdf")
    assert secret.encode() in receipt.content


def test_the_receipt_needs_no_account_and_nobody_is_written_to(portal: TestPortal, browser: Browser) -> None:
    reference, _ = file_complaint(browser)
    assert portal.run_effects() == 3
    assert browser.get(f"/fr/cases/{reference}/receipt.pdf").status_code == 200
    assert all(not box.sent for box in portal.outbox.values())


@one_database
def test_a_wrong_secret_opens_nothing_and_keeps_what_was_typed(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    reference, secret = file_complaint(browser)
    elsewhere = another_browser()
    for wrong in ("", "0000000000", secret[:-1], secret + "0"):
        track(elsewhere, reference, wrong)
        assert elsewhere.last.status_code == 422
        assert 'href="#secret"' in elsewhere.last.text
        assert f'value="{reference}"' in elsewhere.last.text
        elsewhere.get(f"/fr/cases/{reference}")
        assert elsewhere.url.startswith("/fr/sign-in")


@one_database
def test_a_reference_nobody_has_is_told_as_a_wrong_secret_is(browser: Browser, another_browser: Another) -> None:
    reference, secret = file_complaint(browser)
    elsewhere, told = another_browser(), []
    for typed, code in ((reference, "0000000000"), ("BRK-26-0000-0000-0", secret)):
        track(elsewhere, typed, code)
        assert elsewhere.last.status_code == 422
        # The proof in a form looks different every time.
        told.append(CSRF.sub("", elsewhere.text).replace(typed, "").replace(code, ""))
    track(elsewhere, "not a reference", secret)
    assert 'href="#reference"' in elsewhere.last.text
    assert told[0] == told[1]


def test_guessing_a_secret_ends_after_ten_tries(browser: Browser, another_browser: Another) -> None:
    reference, secret = file_complaint(browser)
    guesser = another_browser()
    for number in range(10):
        track(guesser, reference, f"{number:010}")
        assert guesser.last.status_code == 422
    track(guesser, reference, secret)
    assert guesser.last.status_code == 429
    assert translate("fr", "Too many attempts") in guesser.text


@one_database
def test_another_browser_sees_neither_the_draft_nor_the_case(browser: Browser, another_browser: Another) -> None:
    reference, _ = file_complaint(browser)
    browser.get("/fr/services/reclamation/apply")
    browser.post("/fr/services/reclamation/apply")
    draft = browser.url.split("/")[3]
    stranger = another_browser()
    file_complaint(stranger)
    for path in (f"/fr/cases/{reference}", f"/fr/cases/{reference}/receipt.pdf", f"/fr/drafts/{draft}/problem"):
        assert browser.get(path).status_code in (200, 503)
        assert stranger.get(path).status_code == 404


@one_database
def test_a_case_followed_before_signing_in_is_not_handed_to_the_next_person(
    portal: TestPortal, browser: Browser
) -> None:
    reference, _ = file_complaint(browser)
    assert browser.get(f"/fr/cases/{reference}").status_code == 200
    browser.sign_in()
    assert browser.get(f"/fr/cases/{reference}").status_code == 404


@one_database
def test_a_draft_begun_without_an_account_goes_along_with_one_person_only(portal: TestPortal, browser: Browser) -> None:
    draft = start(browser, "reclamation")
    browser.sign_in()
    assert browser.get(f"/fr/drafts/{draft}/problem").status_code == 200
    portal.identity.who = YOUSSEF
    browser.sign_in()
    assert browser.get(f"/fr/drafts/{draft}/problem").status_code == 404


@pytest.mark.parametrize(("language", "typed"), [("ar", ("٣٥٫٠٨٥", "-٢٫٢٤")), ("fr", ("35,085", "-2,24"))])
def test_a_point_on_the_map_reaches_the_commune(
    portal: TestPortal, browser: Browser, another_browser: Another, language: str, typed: tuple[str, str]
) -> None:
    draft = start(browser, "reclamation", language)
    point = {"point-lat": typed[0], "point-lon": typed[1]}
    answer_pages(browser, {**COMPLAINT, "where": {**COMPLAINT["where"], **point}}, language)
    assert "35.08500, -2.24000" in browser.get(f"/{language}/drafts/{draft}/check").text
    again = browser.get(f"/{language}/drafts/{draft}/where").text
    assert 'value="35.08500"' in again
    assert 'class="pin"' in again
    reference = hand_in(browser, draft, language=language)
    add_staff(portal, "agent", "commune-saidia", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD, language)
    assert "35.08500, -2.24000" in agent.get(f"/{language}/counter/cases/{reference}").text


def test_a_point_outside_the_province_is_refused_and_kept_as_typed(browser: Browser) -> None:
    draft = start(browser, "reclamation")
    answer_pages(browser, {"problem": COMPLAINT["problem"]})
    browser.get(f"/fr/drafts/{draft}/where")
    wrong = {"point-lat": "48.85", "point-lon": "2.35"}
    browser.post(f"/fr/drafts/{draft}/where", {**COMPLAINT["where"], **wrong})
    assert browser.last.status_code == 422
    assert 'href="#point"' in browser.last.text
    assert translate("fr", MESSAGES["field.point.outside"]) in browser.text
    assert 'value="48.85"' in browser.last.text
    assert 'class="pin away"' in browser.last.text
    browser.post(f"/fr/drafts/{draft}/where", {**COMPLAINT["where"], "point-lat": "", "point-lon": ""})
    assert browser.url == f"/fr/drafts/{draft}/contact"


def test_whoever_is_signed_in_stays_anonymous_where_no_identity_is_asked(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference, _ = file_complaint(browser)
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
    assert dossier is not None
    assert dossier.people.applicant == dossier.people.filer == Person()


def test_an_answer_reaches_whoever_holds_the_receipt(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    reference, _ = file_complaint(browser)
    add_staff(portal, "agent", "commune-saidia", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    url = f"/fr/counter/cases/{reference}/actions/reply"
    agent.get(url)
    agent.post(url, {"reply": "Le lampadaire a été réparé ce matin."})
    assert agent.last.status_code == 200
    portal.run_effects()
    browser.get(f"/fr/cases/{reference}")
    assert "Le lampadaire a été réparé ce matin." in browser.text
