"""What a visit costs on a cheap telephone: bytes as they travel, and the time until there is something to read.

Run with ``-s`` to see the figures.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.person import PHONE, Somebody
from tests.e2e.running import RunningPortal
from tests.e2e.ways import answer_as_tenant, find_service

pytestmark = pytest.mark.e2e

KB = 1000
HOME, QUESTION, SHEET, SCRIPTS, WITH_A_MAP = 90 * KB, 25 * KB, 12 * KB, 20 * KB, 90 * KB
SECONDS_TO_TEXT = 2.5
# Nothing is cached, and the processor is shared with whatever else this machine does: the best of some first visits.
ATTEMPTS = 4
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
FINGERPRINTED = re.compile(r"/static/[\w/.-]+\.[0-9a-f]{10}\.\w+$")
# What was painted is noted a moment after it is on the screen, which may be later than the page's load.
FIRST_TEXT = """() => new Promise((done) => new PerformanceObserver((list) => {
    for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime / 1000);
}).observe({type: "paint", buffered: true}))"""


@dataclass
class Piece:
    """One request of a page and what came back over the wire, headers included; nothing from the cache."""

    url: str
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    weight: int = 0
    cached: bool = False

    @property
    def size(self) -> int:
        """The file itself, compressed: nearly all of its headers go once for all files over HTTP/2, as proxies speak it."""
        return int(self.headers.get("content-length", 0))

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.rsplit("/", 1)[-1]


class Scales:
    """Weighs what a tab asks for, from one look at it to the next: a whole page, or what was put into it."""

    def __init__(self, page: Page) -> None:
        self.pieces: list[Piece] = []
        self._taken = 0
        self._page = page
        self._by_request: dict[str, Piece] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.requestServedFromCache", lambda event: self._mark(event["requestId"]))
        session.on("Network.loadingFinished", self._weighed)
        session.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("data:"):
            return
        before = event.get("redirectResponse")
        if before is not None:
            # The browser goes on under the same number: what it was answered first counts too.
            self._by_request[event["requestId"]].weight = int(before["encodedDataLength"])
        piece = self._by_request[event["requestId"]] = Piece(url)
        self.pieces.append(piece)

    def _answered(self, event: dict[str, Any]) -> None:
        piece = self._by_request.get(event["requestId"])
        if piece is not None:
            piece.kind, response = event["type"], event["response"]
            piece.headers = {name.lower(): value for name, value in response["headers"].items()}
            piece.cached = piece.cached or response.get("fromDiskCache", False)

    def _mark(self, request: str) -> None:
        if request in self._by_request:
            self._by_request[request].cached = True

    def _weighed(self, event: dict[str, Any]) -> None:
        piece = self._by_request.get(event["requestId"])
        if piece is not None and not piece.cached:
            piece.weight = int(event["encodedDataLength"])

    def take(self) -> list[Piece]:
        """What came since this was asked last."""
        self._page.wait_for_load_state("networkidle")
        new, self._taken = self.pieces[self._taken :], len(self.pieces)
        return new

    def scripts(self) -> int:
        """What the files of the page's scripts weigh, also those that the browser had already."""
        names = set(self._page.evaluate("() => [...document.scripts].map((one) => one.src)"))
        sizes = {piece.url: piece.size for piece in self.pieces if piece.size}
        return sum(sizes[name] for name in names)


def weight(pieces: list[Piece]) -> int:
    return sum(piece.weight for piece in pieces)


def size(pieces: list[Piece], kind: str) -> int:
    return sum(piece.size for piece in pieces if piece.kind == kind)


def told(pieces: list[Piece]) -> str:
    return "\n".join(f"{piece.weight:8} {piece.kind:12} {piece.name or piece.url}" for piece in pieces)


@contextmanager
def new_telephone(chromium: Browser, language: str) -> Iterator[tuple[BrowserContext, Page]]:
    """A telephone that never saw the portal."""
    context = chromium.new_context(viewport=PHONE, device_scale_factor=2, locale=f"{language}-MA")
    yield context, context.new_page()
    context.close()


def open_home(page: Page, portal: RunningPortal, language: str) -> list[Piece]:
    scales = Scales(page)
    page.goto(f"{portal.url}/{language}/", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    pieces = scales.pieces
    print(f"\nhome, {language}: {weight(pieces) / KB:.1f} kB\n{told(pieces)}")
    return pieces


def test_a_first_visit_to_the_home_page_is_light(portal: RunningPortal, chromium: Browser, language: str) -> None:
    with new_telephone(chromium, language) as (_, page):
        pieces = open_home(page, portal, language)

    assert weight(pieces) <= HOME, told(pieces)
    assert 0 < size(pieces, "Stylesheet") <= SHEET, told(pieces)
    assert 0 < size(pieces, "Script") <= SCRIPTS, told(pieces)
    assert [piece.url for piece in pieces if not piece.url.startswith(f"{portal.url}/")] == []


def test_a_page_loads_the_letters_of_its_own_language_only(
    portal: RunningPortal, chromium: Browser, language: str
) -> None:
    with new_telephone(chromium, language) as (_, page):
        fonts = {piece.name.split(".")[0] for piece in open_home(page, portal, language) if piece.kind == "Font"}

    script = {"ar": "arabic", "fr": "latin"}[language]
    own_name = {"ar": set[str](), "fr": {"guichet-own-name"}}[language]
    assert fonts == {f"guichet-{script}-400", f"guichet-{script}-600"} | own_name


def test_static_files_are_kept_for_a_year_and_come_compressed(
    portal: RunningPortal, chromium: Browser, language: str
) -> None:
    with new_telephone(chromium, language) as (_, page):
        pieces = open_home(page, portal, language)

    still = [piece for piece in pieces if "/static/" in piece.url]
    assert {piece.kind for piece in still} >= {"Stylesheet", "Script", "Font", "Image"}
    for piece in still:
        assert FINGERPRINTED.search(piece.url), piece.url
        assert piece.headers["cache-control"] == "public, max-age=31536000, immutable", piece.url
        if piece.kind != "Font":
            assert piece.headers["content-encoding"] == "br", piece.url
    [html] = [piece for piece in pieces if piece.kind == "Document"]
    assert html.headers["content-encoding"] == "br"


def test_every_question_of_a_form_is_light(somebody: Callable[..., Somebody]) -> None:
    person = somebody()
    scales, look, weighed = Scales(person.page), person.look, list[str]()

    def weigh() -> None:
        look()
        pieces = scales.take()
        if "/drafts/" not in person.path:
            return
        name, scripts = person.path.rsplit("/", 1)[-1], scales.scripts()
        weighed.append(name)
        print(f"{person.language} {name}: {weight(pieces) / KB:.1f} kB, its scripts {scripts / KB:.1f} kB")
        with_a_map = person.page.locator("[data-point]").count() > 0
        assert 0 < weight(pieces) <= (WITH_A_MAP if with_a_map else QUESTION), told(pieces)
        assert with_a_map or 0 < scripts <= SCRIPTS, told(scales.pieces)

    person.look = weigh  # type: ignore[method-assign]
    answer_as_tenant(person, "amine")
    assert len(weighed) >= 4, weighed
    # A complaint asks where, on a map.
    find_service(person, {"ar": "إنارة", "fr": "eclairage"}[person.language], "reclamation")
    person.press("Start", "main")
    person.press("Start", "main")
    person.choose("kind", "lighting")
    person.fill(description={"ar": "المصباح قرب المدرسة معطل.", "fr": "Le lampadaire est en panne."}[person.language])
    person.press("Continue", "main")
    assert person.page.locator("[data-point]").count() == 1, person.path


def test_on_a_slow_telephone_the_home_page_can_soon_be_read(
    portal: RunningPortal, chromium: Browser, language: str
) -> None:
    seconds = []
    for _ in range(ATTEMPTS):
        with new_telephone(chromium, language) as (context, page):
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", SLOW)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            page.goto(f"{portal.url}/{language}/", wait_until="load")
            seconds.append(float(page.evaluate(FIRST_TEXT)))
            if seconds[-1] <= SECONDS_TO_TEXT:
                break
    print(f"\nhome, {language}, first text after {', '.join(f'{one:.2f} s' for one in seconds)}")
    assert min(seconds) <= SECONDS_TO_TEXT
