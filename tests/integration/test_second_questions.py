"""An office asks a second time: the new answer has files and words of its own, and an old form answers nothing."""

import re
from typing import Any

import pytest

from portal.actions import perform
from portal.domain.case import Actor
from portal.domain.events import InformationProvided
from portal.domain.flow import Role
from portal.i18n import translate
from portal.store import files
from portal.store.files import StoredFile
from portal.web import casework
from portal.web.citizen_actions import ASKED_ANOTHER, ASKED_ANOTHER_FILE
from tests.integration.test_brought_too_late import TOO_LATE
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import jpeg
from tests.support.kiosk import act, dossier_of, events_of
from tests.support.portal import TestPortal
from tests.support.remedies import at_desk, file_information, ground_of

COMMUNE = "commune-berkane"
COLOURS = ("red", "green", "blue", "yellow", "black")
FIRST, SECOND = "Quelle année voulez-vous consulter ?", "De quel chapitre du budget s'agit-il ?"
REPLY = "Le budget de cette année."


@pytest.fixture
def information(portal: TestPortal, browser: Browser) -> str:
    """A request for the budget of the commune, being searched for, of whoever stays signed in in ``browser``."""
    browser.sign_in()
    reference = file_information(browser)
    act(agent(portal), reference, "search")
    return reference


def agent(portal: TestPortal) -> Browser:
    return at_desk(portal, "agent.commune", COMMUNE, "agent")


def ask(portal: TestPortal, reference: str, question: str) -> None:
    act(agent(portal), reference, "ask_more_info", question=question)


def address(reference: str, language: str = "fr") -> str:
    return f"/{language}/cases/{reference}/actions/answer"


def photo(colour: str) -> dict[str, Any]:
    return {"answer": (f"{colour}.jpg", jpeg(colour), "image/jpeg")}


def line_shown(browser: Browser) -> dict[str, str]:
    """The question that the form of the page shown last says it answers, as a browser would send it."""
    found = re.search(r'name="request-line" value="(\d+)"', browser.last.text)
    assert found is not None, browser.text
    return {"request-line": found[1]}


def send_photo(browser: Browser, reference: str, colour: str) -> int:
    """Sends one file alone, not yet with its answer."""
    browser.get(address(reference))
    sent = {**line_shown(browser), "reply": "", "upload": "answer"}
    status: int = browser.post(address(reference), sent, files=photo(colour)).status_code
    return status


def answer(browser: Browser, reference: str, reply: str = REPLY) -> None:
    browser.get(address(reference))
    browser.post(address(reference), {**line_shown(browser), "reply": reply})
    assert (browser.last.status_code, browser.url) == (200, f"/fr/cases/{reference}")


def shown_as_received(browser: Browser) -> list[str]:
    return re.findall(r'name="remove" value="(\w+)"', browser.last.text)


def words(browser: Browser) -> str:
    """What the page says, without what sets words of another script apart."""
    return re.sub(r"</?bdi[^>]*>", "", browser.text)


def brought(portal: TestPortal, reference: str) -> list[StoredFile]:
    dossier = dossier_of(portal, reference)
    with portal.deps.reading() as work:
        held = files.of_case(work.connection, dossier.seal, dossier.case.id)
    return [one for one in held if one.document == "answer"]


def replies(portal: TestPortal, reference: str) -> list[str]:
    given = [one for one in events_of(portal, reference) if isinstance(one, InformationProvided)]
    return [one.inputs["reply"] for one in given]


def answered_with_photos(portal: TestPortal, browser: Browser, reference: str, *colours: str) -> None:
    """The first question, answered with photographs; two days pass."""
    ask(portal, reference, FIRST)
    for colour in colours:
        assert send_photo(browser, reference, colour) == 200
    answer(browser, reference)
    portal.clock.forward(days=2)
    browser.sign_in()


@one_database
def test_a_second_answer_has_room_for_files_of_its_own(portal: TestPortal, browser: Browser, information: str) -> None:
    answered_with_photos(portal, browser, information, *COLOURS)
    ask(portal, information, SECOND)
    for number, colour in enumerate(("white", *COLOURS[:4]), start=1):
        assert send_photo(browser, information, colour) == 200
        assert len(shown_as_received(browser)) == number
    # Five of this answer are as many as of the first.
    assert send_photo(browser, information, "black") == 422
    answer(browser, information, "Le chapitre des travaux.")
    assert len(brought(portal, information)) == 10


@one_database
def test_the_same_photo_sent_again_is_part_of_the_new_answer(
    portal: TestPortal, browser: Browser, information: str
) -> None:
    answered_with_photos(portal, browser, information, "red")
    [first] = brought(portal, information)
    ask(portal, information, SECOND)
    assert send_photo(browser, information, "red") == 200
    [again] = shown_as_received(browser)
    assert again != first.id
    # Within one answer it still counts once, and it can be taken back; what was given with the first answer stays.
    assert send_photo(browser, information, "red") == 200
    assert shown_as_received(browser) == [again]
    browser.post(address(information), {**line_shown(browser), "remove": again})
    assert shown_as_received(browser) == []
    assert [one.id for one in brought(portal, information)] == [first.id]


@one_database
def test_after_a_refusal_is_taken_up_again_an_answer_has_room_as_well(
    portal: TestPortal, browser: Browser, information: str
) -> None:
    answered_with_photos(portal, browser, information, *COLOURS)
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    ground = ground_of(chief, information, "refuse")
    act(chief, information, "refuse", ground=ground, reasons="Le budget n'est pas encore voté.")
    portal.clock.forward(days=1)
    chief = at_desk(portal, "chief.commune", COMMUNE, "chief")
    act(chief, information, "reconsider", reasons="La plainte dit que le budget est voté.")
    portal.clock.forward(days=1)
    ask(portal, information, SECOND)
    browser.sign_in()
    assert send_photo(browser, information, "red") == 200
    assert len(shown_as_received(browser)) == 1


@one_database
def test_a_photo_of_an_earlier_answer_that_comes_too_late_with_another_is_said_to(
    portal: TestPortal, browser: Browser, information: str
) -> None:
    answered_with_photos(portal, browser, information, "red")
    ask(portal, information, SECOND)
    browser.get(address(information))
    old = line_shown(browser)
    answer(browser, information)
    browser.post(address(information), {**old, "reply": REPLY}, files=photo("red"))
    assert browser.last.status_code == 409
    assert translate("fr", TOO_LATE) in browser.text
    assert len(brought(portal, information)) == 1


@pytest.mark.parametrize("language", ["fr", "ar"])
@one_database
def test_an_old_form_is_no_answer_to_a_question_asked_since(
    portal: TestPortal, browser: Browser, information: str, language: str
) -> None:
    ask(portal, information, FIRST)
    old = Browser(portal)
    old.sign_in(language)
    old.get(address(information, language))
    seen = line_shown(old)
    answer(browser, information)
    portal.clock.forward(minutes=10)
    ask(portal, information, SECOND)
    stale = {**seen, "reply": "En double, l'année 2026."}
    old.post(address(information, language), stale, files=photo("red"))
    assert old.last.status_code == 409
    for said in (SECOND, stale["reply"], translate(language, ASKED_ANOTHER), translate(language, ASKED_ANOTHER_FILE)):
        assert said in words(old), said
    assert FIRST not in old.text
    assert dossier_of(portal, information).case.state == "more_info"
    assert (replies(portal, information), brought(portal, information)) == ([REPLY], [])
    # The page that is shown now answers the new question.
    old.post(address(information, language), {**line_shown(old), "reply": "Le chapitre des travaux."})
    assert replies(portal, information) == [REPLY, "Le chapitre des travaux."]


@one_database
def test_an_old_form_kept_by_the_switch_of_languages_says_that_the_question_is_another(
    portal: TestPortal, browser: Browser, information: str
) -> None:
    ask(portal, information, FIRST)
    browser.get(address(information))
    old = {**line_shown(browser), "reply": "En double, l'année 2026."}
    other = Browser(portal)
    other.sign_in()
    answer(other, information)
    ask(portal, information, SECOND)
    browser.post(address(information), {**old, "switch_to": "ar"})
    for said in (SECOND, old["reply"], translate("ar", ASKED_ANOTHER)):
        assert said in words(browser), said
    assert line_shown(browser)["request-line"] != old["request-line"]


@one_database
def test_a_form_is_not_old_because_an_agent_has_taken_the_file_on(
    portal: TestPortal, browser: Browser, information: str
) -> None:
    ask(portal, information, FIRST)
    browser.get(address(information))
    seen, version = line_shown(browser), dossier_of(portal, information).case.version
    with portal.deps.unit_of_work() as work:
        taker = Actor("somebody", frozenset({Role.AGENT}), COMMUNE)
        perform.take(work, portal.deps, taker, information)
    assert dossier_of(portal, information).case.version > version
    browser.post(address(information), {**seen, "reply": REPLY})
    assert (browser.last.status_code, replies(portal, information)) == (200, [REPLY])


def test_a_question_asked_while_an_answer_is_on_its_way_is_not_answered_by_it(
    portal: TestPortal, browser: Browser, information: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(portal, information, FIRST)
    browser.get(address(information))
    seen = line_shown(browser)
    other = Browser(portal)
    other.sign_in()
    left, read = [True], casework.read_inputs

    def read_and_be_late(*told: Any) -> Any:
        if left:
            left.pop()
            answer(other, information)
            ask(portal, information, SECOND)
        return read(*told)

    monkeypatch.setattr(casework, "read_inputs", read_and_be_late)
    browser.post(address(information), {**seen, "reply": "En double."})
    assert (browser.last.status_code, SECOND in browser.text, "En double." in browser.text) == (409, True, True)
    assert replies(portal, information) == [REPLY]
