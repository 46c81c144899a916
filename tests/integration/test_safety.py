"""What protects the people whose files these are: headers, sessions, sealed data, quiet logs, and suspicion of uploads."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.http.cookies import SESSION
from portal.http.edge import DISCARD_LIMIT, FORM_LIMIT, VERIFY_LIMIT
from portal.store.sessions import hash_token
from portal.store.tables import SESSIONS
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import (
    AIDS_FOR_A_CHILD,
    PASSWORD,
    add_staff,
    answer_pages,
    file_complaint,
    file_residence,
    hand_in,
    start,
)
from tests.support.portal import AMINA, BASE_URL, TestPortal

pytestmark = one_database
Another = Callable[[], Browser]
FORM_TYPE = b"application/x-www-form-urlencoded"


def cookie_lines(answer: Any) -> list[str]:
    return [line for one in (*answer.history, answer) for line in one.headers.get_list("set-cookie")]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 303),
        ("/fr/", 200),
        ("/ar/services", 200),
        ("/fr/cases", 303),
        ("/fr/nowhere", 404),
        ("/nowhere", 404),
        ("/xx/services", 404),
        ("/static/nothing.css", 404),
        ("/livez", 200),
        ("/api/v1/cases", 401),
        ("/api/v1/nowhere", 404),
        ("/v/0000000000000000", 200),
    ],
)
def test_every_answer_carries_the_security_headers(browser: Browser, path: str, status: int) -> None:
    answer = browser.client.get(path, follow_redirects=False)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    # Where one is may be told to our own map, and to no page that would stand inside ours.
    assert answer.headers["permissions-policy"] == "camera=(), geolocation=(self), microphone=()"
    # What a QR opens has what the seal says in its address; its forms must still be known as ours, by the host.
    assert answer.headers["referrer-policy"] == ("strict-origin" if path.startswith("/v/") else "same-origin")
    assert "max-age=" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/fr/nowhere", "/nowhere", "/fr/services/none", "/xx/services"])
def test_an_address_that_does_not_exist_is_a_page_in_the_readers_language(browser: Browser, path: str) -> None:
    answer = browser.get(path, headers={"accept-language": "fr"})
    assert answer.status_code == 404
    assert '<html lang="fr"' in answer.text
    assert browser.get("/ar/nowhere").text.count('dir="rtl"') > 0


def test_a_method_that_does_not_exist_is_a_page_too(browser: Browser) -> None:
    answer = browser.client.post("/fr/services")
    assert answer.status_code == 405
    assert '<html lang="fr"' in answer.text


def test_a_fault_of_ours_is_a_page_and_its_message_is_logged_nowhere(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("FB123456 was here")

    monkeypatch.setattr(type(portal.deps.registry), "services", fail)
    with structlog.testing.capture_logs() as lines:
        answer = browser.get("/fr/services")
    assert answer.status_code == 500
    assert '<html lang="fr"' in answer.text
    assert "FB123456" not in answer.text + str(lines)
    assert any(line["event"] == "unexpected" and line["error"] == "RuntimeError" for line in lines)


def test_no_page_has_a_script_or_a_style_in_it(browser: Browser) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    for path in ("/fr/", "/fr/services", "/ar/track", f"/fr/cases/{reference}", "/fr/verify", "/fr/cases"):
        text = browser.get(path).text
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|javascript:", text), path


def test_cookies_are_for_this_host_and_no_script(browser: Browser) -> None:
    browser.sign_in()
    lines = cookie_lines(browser.last)
    assert any(line.startswith(f"{SESSION}=") for line in lines)
    for line in lines:
        assert line.startswith("__Host-")
        for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert attribute.lower() in line.lower()
        assert "domain" not in line.lower()


def test_a_session_changes_its_token_at_sign_in_and_dies_at_sign_out(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    file_complaint(browser)
    before = browser.client.cookies[SESSION]
    browser.sign_in()
    after = browser.client.cookies[SESSION]
    assert before != after
    thief = another_browser()
    for token, status in ((before, 303), (after, 200)):
        thief.client.cookies.clear()
        thief.client.cookies.set(SESSION, token, domain="testserver.local", path="/")
        assert thief.client.get("/fr/cases", follow_redirects=False).status_code == status
    browser.get("/fr/cases")
    browser.post("/fr/sign-out")
    assert SESSION not in browser.client.cookies
    assert thief.client.get("/fr/cases", follow_redirects=False).status_code == 303
    with portal.deps.reading() as work:
        assert work.connection.execute(select(SESSIONS.c.id)).all() == []


def test_a_clerks_session_changes_and_dies_too(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    browser.sign_in()
    before = browser.client.cookies[SESSION]
    browser.staff_sign_in("agent", PASSWORD)
    assert browser.client.cookies[SESSION] != before
    assert browser.get("/fr/cases").url.path == "/fr/sign-in"
    browser.get("/fr/counter")
    browser.post("/fr/counter/sign-out")
    assert browser.get("/fr/counter").url.path == "/fr/counter/sign-in"


def test_the_database_knows_tokens_by_their_hash_only(portal: TestPortal, browser: Browser, database_url: str) -> None:
    browser.sign_in()
    token = browser.client.cookies[SESSION]
    with portal.deps.reading() as work:
        stored = work.connection.execute(select(SESSIONS.c.id)).scalars().all()
    assert hash_token(token) in stored
    assert token.encode() not in everything_in(database_url)


def test_a_session_ends_by_itself(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    portal.clock.forward(hours=13)
    assert browser.get("/fr/cases").url.path == "/fr/sign-in"


def everything_in(url: str) -> bytes:
    """Every byte of a SQLite database, its write-ahead log included."""
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_what_the_law_protects_is_neither_in_the_database_nor_in_the_logs(
    portal: TestPortal, browser: Browser, another_browser: Another, database_url: str, tmp_path: Path
) -> None:
    # Not the numbers that the services give as examples.
    portal.identity.who = replace(AMINA, cnie="AB770011", phone="+212698765401")
    you = {**AIDS_FOR_A_CHILD["you"], "cnie": "AB770011"}
    contact = {**AIDS_FOR_A_CHILD["contact"], "phone": "0698765401", "email": "amina.elalaoui@example.ma"}
    child = {**AIDS_FOR_A_CHILD["beneficiary"], "beneficiary_name_fr": "Tasnim Elouardi"}
    answers = {**AIDS_FOR_A_CHILD, "you": you, "contact": contact, "beneficiary": child}
    add_staff(portal, "agent", "centre-social-berkane", "agent")
    with structlog.testing.capture_logs() as lines:
        browser.sign_in()
        start(browser, "aides-techniques")
        reference = hand_in(browser, answer_pages(browser, answers), ("prescription", "disability_certificate"))
        start(browser, "aides-techniques")
        answer_pages(browser, answers)
        _, secret = file_complaint(another_browser())
        agent = another_browser()
        agent.staff_sign_in("agent", PASSWORD)
        agent.get(f"/fr/counter/cases/{reference}")
        agent.get(f"/fr/counter/cases/{reference}/actions/refuse")
        agent.post(f"/fr/counter/cases/{reference}/actions/refuse", {"reasons": "Le fauteuil demandé est trop large."})
        portal.run_effects()
        browser.get(f"/fr/cases/{reference}")
        browser.get("/fr/nowhere/AB770011")
    stored, logged = everything_in(database_url), str(lines)
    assert reference.encode() in stored, "what is stored in the clear must be found, or this test looks at nothing"
    assert len(lines) > 40
    for protected in (
        "AB770011",
        "98765401",
        "amina.elalaoui",
        "Largeur du siège",
        "Tasnim",
        "1988-03-12",
        "Marche verte",
        "trop large",
        secret,
    ):
        assert protected.encode() not in stored, protected
        assert protected not in logged, protected
    for unlogged in (reference, "Amina", "أمينة", PASSWORD):
        assert unlogged not in logged
    assert PASSWORD.encode() not in stored


def test_an_error_of_the_database_quotes_no_values(portal: TestPortal) -> None:
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    with pytest.raises(IntegrityError) as fault:
        add_staff(portal, "agent", "annexe-ahfir", "agent")
    assert "Benali" not in str(fault.value)


class Endless:
    """A body that is made as it is read, and counts how much of it was."""

    def __init__(self, prefix: bytes, total: int) -> None:
        self.pulled, self._prefix, self._total = 0, prefix, total

    async def receive(self) -> dict[str, Any]:
        chunk = self._prefix or b"x" * 65_536
        self._prefix = b""
        self.pulled += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": self.pulled < self._total}


def push(portal: TestPortal, path: str, kind: bytes, body: Endless, *more: tuple[bytes, bytes]) -> int:
    """Sends a body without its length straight to the application; the status of the answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", kind), (b"origin", BASE_URL.encode()), *more]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 443),
    }

    async def ask() -> None:
        await portal.app(scope, body.receive, send)

    asyncio.run(ask())
    return int(sent[0]["status"])


MULTIPART = b'--b\r\ncontent-disposition: form-data; name="lease"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'


@pytest.mark.parametrize(
    ("path", "kind", "prefix", "limit", "status"),
    [
        ("/fr/track", FORM_TYPE, b"reference=", FORM_LIMIT, 413),
        ("/fr/verify", b"multipart/form-data; boundary=b", MULTIPART, VERIFY_LIMIT, 303),
    ],
)
def test_a_body_without_end_is_cut_off_while_it_streams(
    portal: TestPortal, path: str, kind: bytes, prefix: bytes, limit: int, status: int
) -> None:
    """A form of files is shown again with what is wrong; of any other there is nothing left to show."""
    body = Endless(prefix, 10**12)
    assert push(portal, path, kind, body) == status
    assert limit < body.pulled <= DISCARD_LIMIT + 2 * 65_536


def test_a_body_that_says_it_is_too_large_is_not_taken_in(portal: TestPortal) -> None:
    body = Endless(b"reference=", 10**12)
    assert push(portal, "/fr/track", FORM_TYPE, body, (b"content-length", b"999999999999")) == 413
    assert body.pulled == 0


def test_a_body_that_lies_about_its_length_is_cut_off_too(portal: TestPortal) -> None:
    body = Endless(b"reference=", 10**12)
    assert push(portal, "/fr/track", FORM_TYPE, body, (b"content-length", b"10")) == 413
    assert body.pulled <= DISCARD_LIMIT + 2 * 65_536


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
    ],
)
def test_signing_in_leads_nowhere_else(portal: TestPortal, browser: Browser, target: str) -> None:
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    browser.get("/fr/counter/sign-in", params={"next": target})
    assert "evil" not in browser.last.text.split("<main")[1].split("</main>")[0]
    browser.post("/fr/counter/sign-in", {"login": "agent", "password": PASSWORD, "next": target})
    assert browser.url == "/fr/counter"
    browser.get("/fr/sign-in", params={"next": target})
    browser.post("/fr/sign-in", {"next": target, "level": "low"})
    assert browser.url == "/fr/cases"


def test_switching_the_language_on_the_form_of_an_action_loses_nothing(
    portal: TestPortal, browser: Browser, another_browser: Another
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    url = f"/counter/cases/{reference}/actions/ask_more_info"
    agent.get(f"/fr{url}")
    agent.post(f"/fr{url}", {"question": "Une question à moitié", "switch_to": "ar"})
    assert agent.url == f"/ar{url}"
    assert "Une question à moitié" in agent.text
    agent.post(f"/ar{url}", {"question": "Une question tout entière"})
    browser.get(f"/fr/cases/{reference}/actions/answer")
    browser.post(f"/fr/cases/{reference}/actions/answer", {"reply": "Une réponse", "switch_to": "ar"})
    assert browser.url == f"/ar/cases/{reference}/actions/answer"
    assert "Une réponse" in browser.text
    # Shown once more, the page is empty again: what was carried over was carried once.
    assert "Une réponse" not in browser.get(f"/ar/cases/{reference}/actions/answer").text


def test_switching_the_language_keeps_what_a_clerk_typed_of_a_person(
    portal: TestPortal, browser: Browser, database_url: str
) -> None:
    add_staff(portal, "clerk", "annexe-ahfir", "clerk")
    browser.staff_sign_in("clerk", PASSWORD)
    browser.get("/fr/counter/file/certificat-residence")
    browser.post("/fr/counter/file/certificat-residence", {"cnie": "FB998877", "switch_to": "ar"})
    assert browser.url == "/ar/counter/file/certificat-residence"
    assert 'value="FB998877"' in browser.last.text
    assert b"FB998877" not in everything_in(database_url)


@pytest.mark.parametrize("language", ["en", "FR", "..", "static2", "%2e"])
def test_a_language_we_do_not_speak_is_not_found(browser: Browser, language: str) -> None:
    assert browser.client.get(f"/{language}/services").status_code == 404


@pytest.fixture
def code(portal: TestPortal, browser: Browser) -> str:
    """The code under the QR of a signed receipt."""
    browser.sign_in()
    file_residence(browser)
    portal.run_effects()
    return re.sub(r"\W", "", portal.renderer.seen[-1].code)


def test_the_code_of_a_document_is_understood_however_it_is_typed(browser: Browser, code: str) -> None:
    shown = [
        browser.get(path)
        for path in (f"/v/{code}", f"/V/{code}", f"/v/{code.lower()}", f"/v/{code[:4]}-{code[4:8]}%20{code[8:]}")
    ]
    assert all(answer.status_code == 200 for answer in shown)
    assert all(re.search(r"R-\w+-2026-\d{6}", answer.text) for answer in shown)
    other = ("0" if code[0] != "0" else "1") + code[1:]
    assert not re.search(r"R-\w+-2026-\d{6}", browser.get(f"/v/{other}").text)


def test_a_verdict_says_nothing_of_the_person(browser: Browser, code: str, another_browser: Another) -> None:
    text = another_browser().get(f"/v/{code}").text
    assert "Amina" not in text
    assert "FB123456" not in text
