"""Files that have to be looked at wait in a line of their own: no page waits for them, and whoever has no room is told so."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from limits import parse

from portal.actions.verdict import Checked, Verdict, Verified
from portal.app import LOOKING_ROOM, make_app
from portal.domain.errors import Busy
from portal.http import limiting, routes
from portal.http.threads import Line
from portal.ports_of_documents import Checker, Integrity, Looked
from tests.integration.test_safety import FORM_TYPE, MULTIPART, Endless, push
from tests.support.browser import CSRF, Browser
from tests.support.interface import Interface, check_problem, reach
from tests.support.portal import BASE_URL, SECRET, TestPortal

UPLOADS = 24
HOSTILE = b"%PDF-1.7\nwhat takes long\n%%EOF\n"
ORIGIN = {"origin": BASE_URL, "sec-fetch-site": "same-origin"}
PDF = {"content-type": "application/pdf"}


class Slow(Checker):
    """Looks at a file until it is told to end, as one does that is made to take long."""

    def __init__(self) -> None:
        self.over, self.looking, self.most = threading.Event(), 0, 0

    def look(self, content: bytes, known: int = 0) -> Looked:
        self.looking += 1
        self.most = max(self.most, self.looking)
        assert self.over.wait(30)
        self.looking -= 1
        return Looked(Integrity.NOT_A_PDF)


@pytest.fixture
def slow(portal: TestPortal) -> Iterator[Slow]:
    checker = Slow()
    portal.app = make_app(replace(portal.deps, checker=checker), secret=SECRET)
    yield checker
    checker.over.set()


Send = Callable[[httpx2.AsyncClient], Any]


async def crowd(portal: TestPortal, slow: Slow, send: Send, meanwhile: Send) -> tuple[list[Any], list[Any], Any]:
    """Sends many files at once: the answers of those without room, of the others, and what was asked for between."""
    transport = httpx2.ASGITransport(app=portal.app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        waiting = {asyncio.ensure_future(send(client)) for _ in range(UPLOADS)}
        refused: list[Any] = []
        while len(refused) < UPLOADS - LOOKING_ROOM:
            done, waiting = await asyncio.wait(waiting, timeout=15, return_when=asyncio.FIRST_COMPLETED)
            assert done, "nobody is told anything"
            refused += [one.result() for one in done]
        between = await asyncio.wait_for(meanwhile(client), timeout=15)
        slow.over.set()
        return refused, list(await asyncio.gather(*waiting)), between


def test_pages_and_codes_are_answered_while_files_are_looked_at(portal: TestPortal, slow: Slow) -> None:
    browser = Browser(portal)
    found = CSRF.search(browser.get("/fr/verify").text)
    assert found is not None
    form, cookies = {"csrf": found[1]}, "; ".join(f"{one}={value}" for one, value in browser.client.cookies.items())
    headers = {**ORIGIN, "cookie": cookies}

    async def send(client: httpx2.AsyncClient) -> Any:
        return await client.post("/fr/verify", headers=headers, data=form, files={"document": ("a.pdf", HOSTILE)})

    async def meanwhile(client: httpx2.AsyncClient) -> Any:
        code = await client.post("/fr/verify", headers=headers, data={**form, "code": "7K3F9Q2XAB12CD34"})
        return [code, *[await client.get("/fr/services") for _ in range(10)]]

    refused, looked_at, pages = asyncio.run(crowd(portal, slow, send, meanwhile))
    assert {(one.status_code, one.headers["retry-after"]) for one in refused} == {(503, "5")}
    assert [one.status_code for one in looked_at] == [200] * LOOKING_ROOM
    assert [one.status_code for one in pages] == [200] * 11
    assert slow.most <= 2


def test_so_they_are_while_partners_send_files(portal: TestPortal, slow: Slow) -> None:
    with reach(portal) as interface:
        headers = interface.bearer()

        async def send(client: httpx2.AsyncClient) -> Any:
            return await client.post("/api/v1/verify", headers={**headers, **PDF}, content=HOSTILE)

        async def meanwhile(client: httpx2.AsyncClient) -> Any:
            code = await client.post("/api/v1/verify", headers=headers, json={"code": "7K3F9Q2XAB12CD34"})
            return [code, await client.get("/api/v1/services", headers=headers), await client.get("/fr/services")]

        refused, looked_at, answers = asyncio.run(crowd(portal, slow, send, meanwhile))
    for one in refused:
        check_problem(one, 503, "busy")
        assert one.headers["retry-after"] == "5"
    assert [one.status_code for one in looked_at] == [200] * LOOKING_ROOM
    assert [one.status_code for one in answers] == [200] * 3
    assert slow.most <= 2


def test_what_nobody_waits_for_any_more_takes_up_room_until_it_is_done() -> None:
    async def try_it() -> None:
        line, over = Line(1, 2, "test"), threading.Event()
        left = [asyncio.ensure_future(line.run(over.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        left[0].cancel()
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await line.run(over.wait)
        over.set()
        assert await left[1]
        assert await line.run(over.wait)

    asyncio.run(try_it())


@pytest.fixture
def interface(portal: TestPortal) -> Iterator[Interface]:
    with reach(portal) as reached:
        yield reached


def test_files_that_have_to_be_looked_at_are_fewer_than_those_of_the_register(
    interface: Interface, portal: TestPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "LOOK_ADDRESS", parse("1 per hour"))
    monkeypatch.setattr(limiting, "LOOK_PARTNER", parse("1 per hour"))
    browser, headers = Browser(portal), interface.bearer()
    browser.get("/fr/verify")
    for status in (200, 429):
        assert browser.post("/fr/verify", files={"document": ("a.pdf", HOSTILE)}).status_code == status
        browser.get("/fr/verify")
        assert (
            interface.client.post("/api/v1/verify", headers={**headers, **PDF}, content=HOSTILE).status_code == status
        )
    assert browser.post("/fr/verify", {"code": "7K3F9Q2XAB12CD34"}).status_code == 200
    known = Verified(Verdict.REFUSED, Checked.FILE)
    monkeypatch.setattr("portal.web.verifying.verify_by_register", lambda *_: known)
    monkeypatch.setattr("portal.api.verify.verify_by_register", lambda *_: known)
    assert browser.post("/fr/verify", files={"document": ("a.pdf", HOSTILE)}).status_code == 200
    assert interface.client.post("/api/v1/verify", headers={**headers, **PDF}, content=HOSTILE).status_code == 200


FORM = b"multipart/form-data; boundary=b"


def test_what_another_site_sends_to_be_checked_is_not_read(portal: TestPortal) -> None:
    body = Endless(MULTIPART, 10**12)
    assert push(portal, "/fr/verify", FORM, body, (b"sec-fetch-site", b"cross-site")) == 403
    assert body.pulled == 0


def test_what_is_sent_too_often_to_be_checked_is_not_taken_apart(
    portal: TestPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "VERIFY_ADDRESS", parse("1 per hour"))
    # Counted, then read, and found to be without proof.
    assert push(portal, "/fr/verify", FORM_TYPE, Endless(b"code=x", 1)) == 403

    async def not_read(request: Any) -> Any:
        raise AssertionError(request)

    monkeypatch.setattr(routes, "read_form", not_read)
    body = Endless(MULTIPART, 1_000_000)
    assert push(portal, "/fr/verify", FORM, body) == 429
    # Browsers show an answer only once they have sent everything.
    assert body.pulled >= 1_000_000


def test_a_form_of_ours_still_needs_its_proof(portal: TestPortal) -> None:
    browser = Browser(portal)
    browser.get("/fr/verify")
    proof = re.search(r'name="csrf" value="([^"]+)"', browser.last.text)
    assert proof is not None
    assert browser.post("/fr/verify", {"csrf": "x" + proof[1], "code": "7K3F9Q2XAB12CD34"}).status_code == 403
