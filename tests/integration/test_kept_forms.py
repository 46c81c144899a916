"""A form sent after its session has ended is not handled, but kept: for the same person, for a day, and nobody else."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.actions.tidy import tidy
from portal.http.cookies import SESSION
from portal.i18n import translate
from portal.store import kept, sessions
from portal.store.tables import KEPT_FORMS, SESSIONS
from tests.support.browser import Browser
from tests.support.journeys import PASSWORD, RESIDENCE, add_staff, answer_pages, file_complaint, file_residence, start
from tests.support.portal import AMINA, YOUSSEF, TestPortal

Another = Callable[[], Browser]
HALF = {"name_ar": "أمينة", "name_fr": "Amina, half ty", "cnie": ""}


def kept_rows(portal: TestPortal) -> int:
    with portal.deps.reading() as work:
        return int(work.connection.execute(select(func.count()).select_from(KEPT_FORMS)).scalar_one())


def at_a_question(browser: Browser) -> str:
    """Signs in and opens the first page of a form; its address."""
    browser.sign_in()
    start(browser, "certificat-residence")
    return browser.url


def sent_too_late(portal: TestPortal, browser: Browser) -> str:
    """Half a page, sent an hour after the last request; the page's address."""
    page = at_a_question(browser)
    portal.clock.forward(hours=1)
    browser.post(page, HALF)
    return page


def test_she_finds_what_she_had_typed_when_she_has_signed_in_again(portal: TestPortal, browser: Browser) -> None:
    page = sent_too_late(portal, browser)
    assert browser.url == f"/fr/sign-in?next={page}&kept=1"
    assert translate("fr", "Your session has ended") in browser.text
    browser.post("/fr/sign-in", {"next": page, "level": "low"})
    assert browser.url == page
    assert 'value="Amina, half ty"' in browser.text
    assert 'class="notice good"' in browser.text
    # It stays until it is sent, and is gone then.
    browser.get(page)
    assert 'value="Amina, half ty"' in browser.text
    browser.post(page, RESIDENCE["you"])
    assert browser.url.endswith("/home")
    assert kept_rows(portal) == 0
    assert "half ty" not in browser.get(page).text


def test_it_was_only_kept_not_saved(portal: TestPortal, browser: Browser, another_browser: Another) -> None:
    page = sent_too_late(portal, browser)
    elsewhere = another_browser()
    elsewhere.sign_in()
    draft = page.split("/")[3]
    assert "half ty" not in elsewhere.get(f"/fr/drafts/{draft}/check").text
    with portal.deps.reading() as work:
        (sealed,) = work.connection.execute(select(KEPT_FORMS.c.typed_sealed)).one()
    assert b"half" not in sealed


def test_another_person_at_that_browser_never_sees_it(portal: TestPortal, browser: Browser) -> None:
    page = sent_too_late(portal, browser)
    portal.identity.who = YOUSSEF
    browser.post("/fr/sign-in", {"next": page, "level": "low"})
    assert browser.last.status_code == 404
    assert "half ty" not in browser.text
    portal.identity.who = AMINA
    browser.get("/fr/track")
    browser.post("/fr/sign-out")
    browser.sign_in()
    assert 'value="Amina, half ty"' in browser.get(page).text


def test_an_agents_reasons_are_kept_for_that_agent_alone(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    for login in ("agent", "colleague"):
        add_staff(portal, login, "annexe-ahfir", "agent")
    agent, colleague = another_browser(), another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    page = f"/fr/counter/cases/{reference}/actions/refuse"
    agent.get(page)
    portal.clock.forward(hours=2)
    agent.post(page, {"reasons": "Bail sans signature", "password": "never this"})
    assert agent.url == f"/fr/counter/sign-in?next={page}&kept=1"
    colleague.staff_sign_in("colleague", PASSWORD)
    assert "sans signature" not in colleague.get(page).text
    agent.post("/fr/counter/sign-in", {"login": "agent", "password": PASSWORD, "next": page})
    assert agent.url == page
    assert "Bail sans signature" in agent.text
    assert "never this" not in agent.text
    assert "never this" not in str(_typed(portal, page.removeprefix("/fr")))


def _typed(portal: TestPortal, path: str) -> dict[str, str]:
    with portal.deps.reading() as work:
        (owner,) = work.connection.execute(select(KEPT_FORMS.c.owner)).one()
        return kept.find(work.connection, work.vault, owner, path, work.now)


def test_a_sworn_statement_ticked_too_late_is_kept(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    start(browser, "certificat-residence")
    draft = answer_pages(browser, RESIDENCE)
    page = f"/fr/drafts/{draft}/documents"
    browser.get(page)
    portal.clock.forward(hours=1)
    browser.post(page, {"lease-statement": "yes"})
    browser.post("/fr/sign-in", {"next": page, "level": "low"})
    assert 'name="lease-statement" value="yes" checked' in browser.text
    assert 'class="notice good"' in browser.text


def test_a_form_of_before_is_kept_also_when_she_has_signed_in_elsewhere_meanwhile(
    portal: TestPortal, browser: Browser
) -> None:
    page = at_a_question(browser)
    old = browser.last
    portal.clock.forward(hours=1)
    browser.sign_in()
    browser.last = old
    browser.post(page, HALF)
    assert browser.url == page
    assert 'value="Amina, half ty"' in browser.text
    assert 'class="notice good"' in browser.text


def test_only_her_own_earlier_session_proves_it(portal: TestPortal, browser: Browser, another_browser: Another) -> None:
    page = at_a_question(browser)
    hers = browser.last
    portal.clock.forward(hours=1)
    portal.identity.who = YOUSSEF
    other = another_browser()
    other.sign_in()
    other.last = hers
    other.post(page, HALF)
    assert other.last.status_code == 403
    assert kept_rows(portal) == 0


@pytest.mark.parametrize(
    ("csrf", "headers"),
    [
        ("A" * 48, {}),
        ("", {}),
        (None, {"origin": "https://evil.example"}),
        (None, {"sec-fetch-site": "cross-site"}),
    ],
)
def test_without_a_proof_nothing_is_kept(
    portal: TestPortal, browser: Browser, csrf: str | None, headers: dict[str, str]
) -> None:
    page = at_a_question(browser)
    portal.clock.forward(hours=1)
    browser.post(page, HALF if csrf is None else {**HALF, "csrf": csrf}, headers=headers)
    assert browser.last.status_code == 403
    assert kept_rows(portal) == 0


def test_a_cookie_nobody_was_given_keeps_nothing(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    portal.clock.forward(hours=1)
    browser.client.cookies.set(SESSION, "forged", domain="testserver.local", path="/")
    browser.post(page, HALF)
    assert browser.last.status_code == 403
    assert kept_rows(portal) == 0


def test_after_signing_out_nothing_is_kept(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    token, shown = browser.client.cookies[SESSION], browser.last
    browser.post("/fr/sign-out")
    browser.client.cookies.set(SESSION, token, domain="testserver.local", path="/")
    browser.last = shown
    browser.post(page, HALF)
    assert browser.last.status_code == 403
    assert kept_rows(portal) == 0


def test_the_proof_of_an_ended_session_does_nothing_else(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    start(browser, "certificat-residence")
    draft = answer_pages(browser, RESIDENCE)
    browser.get(f"/fr/drafts/{draft}/check")
    portal.clock.forward(hours=1)
    check = browser.last
    for path in (f"/fr/drafts/{draft}/submit", "/fr/services/certificat-residence/apply", "/fr/sign-out"):
        browser.last = check
        browser.post(path)
        assert browser.last.status_code == 403, path
    assert kept_rows(portal) == 0


def test_a_day_later_the_session_is_forgotten_and_so_is_what_was_kept(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    portal.clock.forward(hours=25)
    browser.post(page, HALF)
    assert browser.last.status_code == 403
    assert kept_rows(portal) == 0
    browser.sign_in()
    browser.get(page)
    portal.clock.forward(hours=1)
    browser.post(page, HALF)
    assert kept_rows(portal) == 1
    portal.clock.forward(hours=24)
    browser.post("/fr/sign-in", {"next": page, "level": "low"})
    assert "half ty" not in browser.get(page).text
    tidy(portal.deps)
    assert kept_rows(portal) == 0


def test_tidying_leaves_ended_sessions_a_day(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    portal.clock.forward(hours=20)
    tidy(portal.deps)
    browser.post(page, HALF)
    assert kept_rows(portal) == 1
    portal.clock.forward(hours=30)
    tidy(portal.deps)
    with portal.deps.reading() as work:
        assert work.connection.execute(select(SESSIONS.c.kind)).all() == []


def test_of_many_forms_the_newest_are_kept(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    shown = browser.last
    portal.clock.forward(hours=1)
    for number in range(kept.AT_MOST + 3):
        browser.last = shown
        browser.post(f"/fr/drafts/{number}/you", HALF, follow_redirects=False)
        portal.clock.forward(seconds=1)
    browser.last = shown
    browser.post(page, HALF)
    assert kept_rows(portal) == kept.AT_MOST
    browser.post("/fr/sign-in", {"next": page, "level": "low"})
    assert 'value="Amina, half ty"' in browser.text


def test_a_visitor_whose_visit_ended_is_told_that_nothing_is_kept(portal: TestPortal, browser: Browser) -> None:
    start(browser, "reclamation")
    page = browser.url
    portal.clock.forward(hours=25)
    browser.post(page, {"kind": "lighting", "description": "half a desc"})
    assert browser.last.status_code == 403
    assert translate("fr", "Your visit has ended") in browser.text
    assert kept_rows(portal) == 0


def test_a_script_is_sent_to_sign_in_with_the_whole_page(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    portal.clock.forward(hours=1)
    browser.post(page, HALF, headers={"hx-request": "true"})
    assert browser.last.status_code == 204
    assert browser.last.headers["hx-redirect"] == f"/fr/sign-in?next={page}&kept=1"
    # A piece that a page asks for by itself leads back to that page, not to the piece.
    headers = {"hx-request": "true", "hx-current-url": f"https://testserver{page}"}
    piece = browser.client.get("/fr/drafts/0/files/0", headers=headers)
    assert piece.headers["hx-redirect"] == f"/fr/sign-in?next={page}"
    broken = browser.client.get("/fr/drafts/0/files/0", headers={**headers, "hx-current-url": "http://[x"})
    assert broken.headers["hx-redirect"] == "/fr/sign-in?next=/fr/drafts/0/files/0"


def test_a_session_that_is_used_lasts_and_one_that_is_not_ends(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    for _ in range(4):
        portal.clock.forward(minutes=20)
        assert browser.get("/fr/cases").url.path == "/fr/cases"
    # What a page asks for by itself is no use.
    portal.clock.forward(minutes=20)
    assert browser.get("/fr/cases", headers={"hx-request": "true"}).url.path == "/fr/cases"
    portal.clock.forward(minutes=20)
    assert browser.get("/fr/cases").url.path == "/fr/sign-in"


def test_it_ends_after_its_longest_however_much_it_is_used(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    browser.staff_sign_in("agent", PASSWORD)
    for _ in range(11):
        portal.clock.forward(minutes=50)
        assert browser.get("/fr/counter").url.path == "/fr/counter"
    portal.clock.forward(minutes=49)
    answer = browser.get("/fr/session")
    assert 'data-left="60"' in answer.text
    assert "data-prolong" not in answer.text
    portal.clock.forward(minutes=2)
    assert browser.get("/fr/counter").url.path == "/fr/counter/sign-in"
    assert sessions.LIFETIME["staff"].total_seconds() == 36_000


def test_a_session_is_prolonged_on_request_and_asking_is_no_request(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    portal.clock.forward(minutes=28)
    assert 'data-left="120"' in browser.get("/fr/session", headers={"hx-request": "true"}).text
    assert 'data-left="120"' in browser.get("/fr/session", headers={"hx-request": "true"}).text
    browser.post("/fr/session/prolong", headers={"hx-request": "true"})
    assert 'data-left="1800"' in browser.text
    portal.clock.forward(minutes=29)
    assert browser.get("/fr/cases").url.path == "/fr/cases"
    portal.clock.forward(minutes=31)
    browser.post("/fr/session/prolong", headers={"hx-request": "true"})
    assert browser.last.status_code == 403
    assert 'data-left="0"' in browser.get("/fr/session").text


def test_reading_pages_seldom_writes(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    ends = []
    for _ in range(3):
        portal.clock.forward(seconds=25)
        browser.get("/fr/cases")
        with portal.deps.reading() as work:
            ends.append(work.connection.execute(select(SESSIONS.c.expires_at)).scalar_one())
    assert ends[0] == ends[1] < ends[2]


def test_a_visitors_session_is_neither_warned_of_nor_prolonged(browser: Browser) -> None:
    file_complaint(browser)
    assert "data-session-left" not in browser.text
    assert 'data-left="0"' in browser.get("/fr/session").text
    browser.sign_in()
    assert 'data-session-left="1800"' in browser.get("/fr/cases").text


def test_more_than_people_type_is_not_kept(portal: TestPortal, browser: Browser) -> None:
    page = at_a_question(browser)
    portal.clock.forward(hours=1)
    browser.post(page, {f"field{number}": "x" * 5000 for number in range(20)})
    assert browser.last.status_code == 413
    assert kept_rows(portal) == 0
