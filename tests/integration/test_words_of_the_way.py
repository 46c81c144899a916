"""What the pages of filing promise: only what the service at hand can keep."""

from collections.abc import Callable

from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, file_complaint, start
from tests.support.portal import TestPortal


@one_database
def test_time_to_bring_documents_is_promised_only_where_some_may_be_missing(
    portal: TestPortal, browser: Browser
) -> None:
    assert "30 jours" not in browser.get("/fr/services/reclamation/apply").text
    assert "30 jours" in browser.get("/fr/services/certificat-residence/apply").text
    start(browser, "reclamation")
    draft = browser.url.split("/")[3]
    assert "30 jours" not in browser.get(f"/fr/drafts/{draft}/documents").text


@one_database
def test_documents_that_an_answer_will_ask_for_are_counted_from_the_start(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    start(browser, "certificat-residence")
    assert "Étape 1 sur 6" in browser.text


@one_database
def test_a_question_left_empty_is_named_in_the_summary(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    start(browser, "certificat-residence")
    draft = browser.url.split("/")[3]
    browser.get(f"/fr/drafts/{draft}/home")
    browser.post(browser.url, {"place": "", "address": ""})
    assert '<a href="#address">Adresse\u00a0: indiquez votre réponse</a>' in browser.last.text


@one_database
def test_the_counter_reads_titles_that_speak_of_the_citizen(
    portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]
) -> None:
    reference, _ = file_complaint(browser)
    add_staff(portal, "agent", "commune-saidia", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    assert "<h2>Lieu</h2>" in agent.get(f"/fr/counter/cases/{reference}").text
    assert "<h2>Où se trouve-t-il\u00a0?</h2>" in browser.get(f"/fr/cases/{reference}").text
