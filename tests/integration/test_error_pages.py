"""What is shown when something cannot be done: in the reader's language, with what to do next and the counter as the way out."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest
import structlog

from portal.domain.errors import CaseMoved, TooMany
from portal.http import fallback, limiting
from portal.i18n import translate
from portal.ports import Overloaded, Unreachable
from portal.presenting.errors import STEPS
from portal.store.engine import make_engine
from portal.store.unit_of_work import Store
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, file_complaint, file_residence
from tests.support.portal import BASE_URL, TestPortal

pytestmark = one_database
BOTH = pytest.mark.parametrize("language", ["ar", "fr"])


def check_page(answer: Any, status: int, language: str, key: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert f'<html lang="{language}"' in answer.text
    assert f'<bdi class="num" dir="ltr">{status}</bdi>' in answer.text
    assert f'href="/{language}/counters"' in answer.text.split("<main")[1].split("</main>")[0]
    for step in STEPS[key] if key else ():
        assert translate(language, step) in answer.text.replace("&#39;", "'")


@BOTH
def test_403_tells_how_to_send_the_form_again(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/track")
    answer = browser.client.post(f"/{language}/track", data={"csrf": "x"}, headers={"origin": BASE_URL})
    check_page(answer, 403, language, "error.bad_proof")


@BOTH
@pytest.mark.parametrize("path", ["nowhere", "services/none", "life/none", "cases/none/nothing"])
def test_404_has_a_search_box(browser: Browser, language: str, path: str) -> None:
    browser.get(f"/{language}/{path}")
    check_page(browser.last, 404, language, "error.not_found")
    assert f'action="/{language}/services"' in browser.text.split("<main")[1]


@BOTH
@pytest.mark.parametrize("path", ["/xx/services", "/en/", "/nowhere", "/xx"])
def test_an_unknown_language_is_a_404_in_the_language_of_the_browser(
    browser: Browser, language: str, path: str
) -> None:
    check_page(browser.get(path, headers={"accept-language": language}), 404, language, "error.not_found")
    assert f'action="/{language}/services"' in browser.text.split("<main")[1]


@BOTH
def test_409_leads_back_to_the_file(
    portal: TestPortal, browser: Browser, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(_slug: str) -> None:
        raise CaseMoved()

    # Where the file can be shown it explains this itself; here nothing can be.
    monkeypatch.setattr(portal.deps.registry, "service", moved)
    browser.sign_in()
    check_page(browser.get(f"/{language}/services/reclamation"), 409, language, "case.moved")
    assert f'class="button primary" href="/{language}/cases"' in browser.text


@BOTH
def test_413_tells_how_to_send_less(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/track")
    browser.post(f"/{language}/track", {"reference": "x" * 300_000})
    check_page(browser.last, 413, language, "error.too_large")


@BOTH
def test_429_says_from_what_time_to_try_again(browser: Browser, language: str) -> None:
    reference, _ = file_complaint(browser)
    for _ in range(12):
        browser.get(f"/{language}/track")
        browser.post(f"/{language}/track", {"reference": reference, "secret": "0000000000"})
    check_page(browser.last, 429, language, "error.too_many")
    seconds = int(browser.last.headers["retry-after"])
    assert 600 < seconds <= 900
    said = re.search(r"(\d{1,2})(?::|\sh\s)(\d\d)", browser.text.split("<h1>")[1])
    assert said is not None
    told = int(said[1]) * 60 + int(said[2])
    local = time.time() // 60 % 1440
    # The offices' clock is one hour ahead of universal time, or level with it.
    assert min((told - local) % 1440, (told - local - 60) % 1440) <= 16


def test_the_wait_ends_when_it_is_said_to_end(portal: TestPortal) -> None:
    for _ in range(10):
        portal.deps.limits.count(limiting.TRACK_CASE, "track", "somebody")
    with pytest.raises(TooMany) as raised:
        portal.deps.limits.count(limiting.TRACK_CASE, "track", "somebody")
    assert 880 <= int(raised.value.params["seconds"]) <= 900


@BOTH
def test_500_needs_no_database(portal: TestPortal, browser: Browser, language: str) -> None:
    browser.sign_in()
    portal.deps.store.engine.dispose()
    broken = make_engine("sqlite:////nowhere/at/all.db")
    dead = Store(broken, portal.deps.store.vault, portal.deps.store.jobs, portal.deps.clock)
    portal.app.app.state.deps = replace(portal.deps, store=dead)  # type: ignore[attr-defined]
    check_page(browser.get(f"/{language}/services?q=a"), 500, language, "error.unexpected")
    assert f'href="/{language}/services?q=a"' in browser.text
    broken.dispose()


def test_a_fault_in_the_page_for_errors_itself_is_told_in_both_languages(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(portal.deps.registry, "service", fail)
    monkeypatch.setattr(fallback, "show_error", fail)
    client = browser.client
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = client.get("/fr/services/reclamation")
    assert answer.status_code == 500
    assert '<section lang="ar" dir="rtl">' in answer.text
    assert '<section lang="fr" dir="ltr">' in answer.text
    assert "broken" not in answer.text


@BOTH
def test_503_says_when_to_come_back(portal: TestPortal, browser: Browser, language: str) -> None:
    portal.identity.failing = Unreachable()
    browser.get(f"/{language}/sign-in")
    browser.post(f"/{language}/sign-in", {"next": "", "level": "substantial"})
    check_page(browser.last, 503, language, "error.unavailable")
    assert browser.last.headers["retry-after"] == "60"


def test_an_outage_is_logged_as_an_error_with_its_cause(portal: TestPortal, browser: Browser) -> None:
    """The reader is asked to try again; the operator is told that trying again may not help."""
    portal.identity.failing = Unreachable("the identity provider does not answer: ConnectError")
    browser.get("/fr/sign-in")
    with structlog.testing.capture_logs() as logged:
        browser.post("/fr/sign-in", {"next": "", "level": "substantial"})
    assert [one["cause"] for one in logged if one["log_level"] == "error"] == [
        "Unreachable: the identity provider does not answer: ConnectError"
    ]
    assert [one["status"] for one in logged if one["log_level"] == "warning"] == [503]


def test_that_there_was_too_much_to_do_is_no_outage(portal: TestPortal, browser: Browser) -> None:
    portal.identity.failing = Overloaded("the machine had no time")
    browser.get("/fr/sign-in")
    with structlog.testing.capture_logs() as logged:
        browser.post("/fr/sign-in", {"next": "", "level": "substantial"})
    assert browser.last.status_code == 503
    assert [one for one in logged if one["log_level"] == "error"] == []


def test_what_is_on_its_way_is_no_error(browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    with structlog.testing.capture_logs() as logged:
        assert browser.get(f"/fr/cases/{reference}/receipt.pdf").status_code == 503
    assert [one for one in logged if one["log_level"] == "error"] == []


def test_a_clerk_is_led_back_to_the_queue(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "clerk", "annexe-ahfir", "clerk")
    browser.staff_sign_in("clerk", PASSWORD)
    browser.get("/fr/counter/nowhere")
    assert browser.last.status_code == 404
    assert 'class="button primary" href="/fr/counter"' in browser.text
