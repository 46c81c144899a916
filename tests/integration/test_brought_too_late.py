"""What is brought is taken in while it is awaited: another tab, a second click or a clerk may be faster."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from portal.domain.errors import TooMany
from portal.http import limiting
from portal.i18n import translate
from portal.ports import Area
from portal.store import cases, files
from portal.store.files import StoredFile
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import RESIDENCE, answer_pages, file_aids, file_complaint, jpeg, start
from tests.support.kiosk import act
from tests.support.portal import TestPortal
from tests.support.remedies import at_desk

SOCIAL = "centre-social-berkane"
TOO_LATE = (
    "The document you have just sent came too late: the file no longer waited for it, and it was not added. The file is "
    "shown below as it now stands."
)
QUESTION = "Quelle est la largeur du fauteuil demandé ?"
Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def aids(browser: Browser) -> str:
    """A request for a wheelchair; its applicant stays signed in in ``browser``."""
    browser.sign_in()
    return file_aids(browser)


@pytest.fixture
def meanwhile(portal: TestPortal, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets something happen once, between the moment when a file has been written and the one when it is entered."""
    store = type(portal.deps.files)
    put = store.put

    def happen(what: Callable[[], object]) -> None:
        left = [what]

        def put_and_happen(self: Any, area: Area, key: str, content: bytes) -> None:
            put(self, area, key, content)
            if left:
                left.pop()()

        monkeypatch.setattr(store, "put", put_and_happen)

    return happen


def the_case(portal: TestPortal, reference: str) -> cases.Dossier:
    with portal.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    assert found is not None
    return found


def held(portal: TestPortal, reference: str) -> list[StoredFile]:
    dossier = the_case(portal, reference)
    with portal.deps.reading() as work:
        return files.of_case(work.connection, dossier.seal, dossier.case.id)


def nothing_is_left_over(portal: TestPortal, folder: Path, reference: str) -> bool:
    """Whether the store keeps the files of the case and no other."""
    kept = {one.name for one in (folder / Area.UPLOADS.value).rglob("*") if one.is_file()}
    return kept == {one.id for one in held(portal, reference)}


def has(portal: TestPortal, reference: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() in {one.sha256 for one in held(portal, reference)}


def asked_to_replace(portal: TestPortal, reference: str, *documents: str) -> None:
    agent = at_desk(portal, "agent.social", SOCIAL, "agent")
    chosen = {"documents": "\n".join(documents), "reasons": "Cette page est illisible, merci de la reprendre."}
    act(agent, reference, "ask_replacement", **chosen)


def send(browser: Browser, reference: str, document: str, content: bytes, language: str = "fr") -> None:
    """Sends the form of the page shown last, however old it is."""
    photo = {document: ("photo.jpg", content, "image/jpeg")}
    browser.post(f"/{language}/cases/{reference}/complete", files=photo)


def bring(browser: Browser, reference: str, document: str, content: bytes) -> None:
    browser.get(f"/fr/cases/{reference}/complete")
    send(browser, reference, document, content)


@pytest.mark.parametrize("language", ["fr", "ar"])
@one_database
def test_what_another_tab_brings_once_the_period_runs_again_is_not_added(
    portal: TestPortal, browser: Browser, aids: str, tmp_path: Path, language: str
) -> None:
    asked_to_replace(portal, aids, "prescription")
    first, second = browser, Browser(portal)
    second.sign_in(language)
    second.get(f"/{language}/cases/{aids}/complete")
    bring(first, aids, "prescription", jpeg("red"))
    running = the_case(portal, aids)
    assert running.case.state == "lodged"
    send(second, aids, "prescription", jpeg("blue"), language)
    assert second.last.status_code == 409
    assert translate(language, TOO_LATE) in second.text
    assert not has(portal, aids, jpeg("blue"))
    assert the_case(portal, aids).case == running.case
    assert nothing_is_left_over(portal, tmp_path, aids)


@one_database
def test_of_two_documents_the_one_still_awaited_is_taken_in(portal: TestPortal, browser: Browser, aids: str) -> None:
    asked_to_replace(portal, aids, "prescription", "disability_certificate")
    tab = Browser(portal)
    tab.sign_in()
    tab.get(f"/fr/cases/{aids}/complete")
    bring(browser, aids, "prescription", jpeg("red"))
    assert the_case(portal, aids).case.missing == ("disability_certificate",)
    both = {
        "prescription": ("one.jpg", jpeg("blue"), "image/jpeg"),
        "disability_certificate": ("two.jpg", jpeg("green"), "image/jpeg"),
    }
    tab.post(f"/fr/cases/{aids}/complete", files=both)
    assert (tab.last.status_code, translate("fr", TOO_LATE) in tab.text) == (409, True)
    assert (has(portal, aids, jpeg("blue")), has(portal, aids, jpeg("green"))) == (False, True)
    assert the_case(portal, aids).case.missing == ()


def test_a_file_on_its_way_while_the_file_is_completed_elsewhere_is_dropped(
    portal: TestPortal, browser: Browser, aids: str, tmp_path: Path, meanwhile: Meanwhile
) -> None:
    asked_to_replace(portal, aids, "prescription")
    browser.get(f"/fr/cases/{aids}/complete")
    clerk = at_desk(portal, "clerk.social", SOCIAL, "clerk")

    def at_the_counter() -> None:
        base = f"/fr/counter/cases/{aids}/complete"
        clerk.get(base)
        clerk.post(base, files={"prescription": ("scan.jpg", jpeg("green"), "image/jpeg")})

    meanwhile(at_the_counter)
    send(browser, aids, "prescription", jpeg("blue"))
    assert (browser.last.status_code, translate("fr", TOO_LATE) in browser.text) == (409, True)
    assert (has(portal, aids, jpeg("blue")), has(portal, aids, jpeg("green"))) == (False, True)
    assert the_case(portal, aids).case.state == "lodged"
    assert nothing_is_left_over(portal, tmp_path, aids)


@one_database
def test_a_clerk_who_comes_second_is_told_so_too(
    portal: TestPortal, browser: Browser, aids: str, tmp_path: Path, meanwhile: Meanwhile
) -> None:
    asked_to_replace(portal, aids, "prescription")
    browser.get(f"/fr/cases/{aids}/complete")
    clerk = at_desk(portal, "clerk.social", SOCIAL, "clerk")
    base = f"/fr/counter/cases/{aids}/complete"
    clerk.get(base)
    meanwhile(lambda: send(browser, aids, "prescription", jpeg("blue")))
    clerk.post(base, files={"prescription": ("scan.jpg", jpeg("green"), "image/jpeg")})
    assert (clerk.last.status_code, translate("fr", TOO_LATE) in clerk.text) == (409, True)
    assert (has(portal, aids, jpeg("blue")), has(portal, aids, jpeg("green"))) == (True, False)
    assert nothing_is_left_over(portal, tmp_path, aids)


def test_a_double_click_brings_a_document_once(portal: TestPortal, browser: Browser, aids: str, tmp_path: Path) -> None:
    asked_to_replace(portal, aids, "prescription")
    tabs = [browser, Browser(portal)]
    tabs[1].sign_in()
    for tab in tabs:
        tab.get(f"/fr/cases/{aids}/complete")
    together = threading.Barrier(2)

    def click(tab: Browser) -> None:
        together.wait()
        send(tab, aids, "prescription", jpeg("red"))

    threads = [threading.Thread(target=click, args=(tab,)) for tab in tabs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [(tab.last.status_code, tab.url) for tab in tabs] == [(200, f"/fr/cases/{aids}")] * 2
    assert [one.document for one in held(portal, aids) if one.stands].count("prescription") == 1
    assert the_case(portal, aids).case.state == "lodged"
    assert nothing_is_left_over(portal, tmp_path, aids)
    # Somebody who sends the old form once more with the very same photograph has lost nothing, and is told nothing.
    send(browser, aids, "prescription", jpeg("red"))
    assert (browser.last.status_code, browser.url) == (200, f"/fr/cases/{aids}")


def asked(portal: TestPortal, reference: str) -> None:
    act(at_desk(portal, "agent.social", SOCIAL, "agent"), reference, "ask_more_info", question=QUESTION)


def answer(browser: Browser, reference: str, content: bytes, **more: str) -> None:
    sent = {"answer": ("photo.jpg", content, "image/jpeg")}
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "La largeur est de 42 cm.", **more}, files=sent)


def test_a_document_sent_with_a_second_answer_is_not_added(
    portal: TestPortal, browser: Browser, aids: str, tmp_path: Path, meanwhile: Meanwhile
) -> None:
    asked(portal, aids)
    other = Browser(portal)
    other.sign_in()
    for tab in (browser, other):
        tab.get(f"/fr/cases/{aids}/actions/answer")
    meanwhile(lambda: answer(other, aids, jpeg("red")))
    answer(browser, aids, jpeg("blue"))
    assert (browser.last.status_code, translate("fr", TOO_LATE) in browser.text) == (409, True)
    assert (has(portal, aids, jpeg("red")), has(portal, aids, jpeg("blue"))) == (True, False)
    # The same later: the form is old when it is sent.
    answer(browser, aids, jpeg("green"))
    assert (browser.last.status_code, has(portal, aids, jpeg("green"))) == (409, False)
    answer(browser, aids, jpeg("red"))
    assert (browser.last.status_code, browser.url) == (200, f"/fr/cases/{aids}")
    assert nothing_is_left_over(portal, tmp_path, aids)


@one_database
def test_what_was_given_with_an_answer_is_not_taken_back_after_it(
    portal: TestPortal, browser: Browser, aids: str, tmp_path: Path
) -> None:
    asked(portal, aids)
    address = f"/fr/cases/{aids}/actions/answer"
    browser.get(address)
    answer(browser, aids, jpeg("red"), upload="answer")
    [sent] = [one for one in held(portal, aids) if one.document == "answer"]
    assert sent.name in browser.text
    other = Browser(portal)
    other.sign_in()
    other.get(address)
    browser.post(address, {"reply": "La largeur est de 42 cm."})
    assert the_case(portal, aids).case.state == "lodged"
    other.post(address, {"remove": sent.id})
    assert sent.id in {one.id for one in held(portal, aids)}
    assert nothing_is_left_over(portal, tmp_path, aids)


@one_database
def test_a_document_that_comes_while_its_request_is_handed_in_is_not_slipped_into_the_file(
    portal: TestPortal, browser: Browser, tmp_path: Path, meanwhile: Meanwhile
) -> None:
    browser.sign_in()
    start(browser, "certificat-residence")
    draft = answer_pages(browser, RESIDENCE)
    documents = f"/fr/drafts/{draft}/documents"
    browser.get(documents)
    browser.post(documents, files={"lease": ("lease.jpg", jpeg(), "image/jpeg")})
    other = Browser(portal)
    other.sign_in()
    other.get(documents)
    browser.get(f"/fr/drafts/{draft}/check")
    meanwhile(lambda: browser.post(f"/fr/drafts/{draft}/submit"))
    other.post(documents, files={"lease": ("other.jpg", jpeg("blue"), "image/jpeg")})
    reference = browser.url.split("/")[3]
    late = translate("fr", "This document came too late")
    assert (other.last.status_code, late in other.text) == (409, True)
    # In another tab the form still stands: what is sent from it now comes too late as well.
    other.get("/fr/services")
    other.post(documents, files={"lease": ("third.jpg", jpeg("green"), "image/jpeg")})
    assert (other.last.status_code, late in other.text) == (409, True)
    assert [one.name for one in held(portal, reference)] == ["lease.jpg"]
    assert nothing_is_left_over(portal, tmp_path, reference)


@one_database
def test_whoever_has_no_account_sends_files_to_a_case_only_so_often(portal: TestPortal, browser: Browser) -> None:
    reference, _ = file_complaint(browser)
    send(browser, reference, "photo", jpeg("red"))
    assert browser.last.status_code == 409
    for _ in range(limiting.UPLOAD_ADDRESS.amount):
        with suppress(TooMany):
            portal.deps.limits.count(limiting.UPLOAD_ADDRESS, "upload", "testclient")
    browser.get(f"/fr/cases/{reference}")
    for path in ("complete", "actions/withdraw"):
        browser.post(f"/fr/cases/{reference}/{path}", files={"photo": ("photo.jpg", jpeg("red"), "image/jpeg")})
        assert browser.last.status_code == 429, path
    assert the_case(portal, reference).case.open
