"""The questions before sign-in: a clear answer, a way on, and nothing of it kept anywhere."""

import re

from sqlalchemy import func, select

from portal.store.tables import DRAFTS, SESSIONS
from tests.support.browser import Browser
from tests.support.forms_service import ELSEWHERE, SLUG, forms_portal
from tests.support.portal import TestPortal, made_by

PATH = f"/fr/services/{SLUG}/eligibility"

pytestmark = made_by(forms_portal)


def ask(browser: Browser, lives_here: str, people: str, **more: str) -> None:
    browser.get(PATH)
    browser.post(PATH, {"lives_here": lives_here, "people": people, **more})


def test_the_service_page_asks_first_and_still_lets_her_start(browser: Browser) -> None:
    browser.get(f"/fr/services/{SLUG}")
    assert f'href="{PATH}"' in browser.last.text
    assert f'href="/fr/services/{SLUG}/apply"' in browser.last.text
    browser.get(f"/fr/services/{SLUG}/apply")
    assert f'href="{PATH}"' in browser.last.text


def test_whoever_may_is_led_to_the_start(browser: Browser) -> None:
    ask(browser, "yes", "4")
    assert browser.last.status_code == 200
    assert "Vous pouvez demander l'aide" in browser.text
    assert f'class="button action" href="/fr/services/{SLUG}/apply"' in browser.last.text


def test_whoever_may_not_is_told_why_and_may_ask_all_the_same(browser: Browser) -> None:
    ask(browser, "yes", "1")
    assert "Cette aide est pour les familles" in browser.text
    assert "Vous vivez seul." in browser.text
    assert 'class="button action"' not in browser.last.text
    assert f'href="/fr/services/{SLUG}/apply"' in browser.last.text
    assert 'href="/fr/counters"' in browser.last.text


def test_whoever_is_sent_on_finds_the_other_service_and_the_other_site(browser: Browser) -> None:
    ask(browser, "no", "4")
    assert f'href="/fr/services/{ELSEWHERE}"' in browser.last.text
    assert 'href="https://www.example.ma"' in browser.last.text


def test_a_missing_answer_is_asked_for_and_the_other_one_kept(browser: Browser) -> None:
    ask(browser, "", "4")
    assert browser.last.status_code == 422
    summary = browser.last.text.partition('id="errors"')[2].partition("</div>")[0]
    # The line names the question: read alone, "choose an answer" would not say to what.
    label = re.search(r'href="#lives_here">(.*?)</a>', summary)
    assert label is not None
    assert label.group(1).partition("?")[0].strip() in browser.last.text.partition("</ul>")[2]
    assert "?" in label.group(1)
    assert 'value="4"' in browser.last.text


def test_an_answer_can_be_changed_and_said_in_the_other_language(browser: Browser) -> None:
    ask(browser, "yes", "1")
    browser.post(PATH, {"lives_here": "yes", "people": "1", "change": "yes"})
    assert 'value="1"' in browser.last.text
    browser.post(PATH, {"lives_here": "yes", "people": "7", "switch_to": "ar"})
    assert browser.url == f"/ar/services/{SLUG}/eligibility"
    assert 'value="7"' in browser.last.text
    assert browser.last.status_code == 200


def test_the_answer_itself_is_said_in_the_other_language_too(browser: Browser) -> None:
    ask(browser, "yes", "1")
    browser.post(PATH, {"lives_here": "yes", "people": "1", "answered": "yes", "switch_to": "ar"})
    assert browser.url == f"/ar/services/{SLUG}/eligibility"
    assert "هذا الدعم للأسر" in browser.text


def test_nothing_is_kept(portal: TestPortal, browser: Browser) -> None:
    ask(browser, "yes", "7")
    assert "?" not in browser.url
    assert "__Host-session" not in browser.client.cookies
    with portal.deps.reading() as work:
        for table in (DRAFTS, SESSIONS):
            assert work.connection.execute(select(func.count()).select_from(table)).scalar() == 0


def test_a_service_that_asks_nothing_first_has_no_such_page(browser: Browser) -> None:
    assert browser.get(f"/fr/services/{ELSEWHERE}/eligibility").status_code == 404
    assert browser.get("/fr/services/nothing/eligibility").status_code == 404
