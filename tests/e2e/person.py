"""Somebody in front of a browser: clicks what she reads, and notices whatever is wrong with a page."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, ViewportSize, expect

from portal.i18n import direction, translate
from tests.e2e.pictures import KEY_PAGES, SCHEMES, Album, picture_name
from tests.e2e.running import PASSWORD, PATIENCE, Employee, RunningPortal, wait_until

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
# The browser itself notes each page that answers with an error status; a form with a mistake in it answers 422.
ANSWERED_422 = "the server responded with a status of 422"
INSIDE_THE_BROWSER = ("data", "blob", "about", "chrome-extension", "chrome")

FETCH = """async (url) => {
    const answer = await fetch(url);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return [answer.status, answer.headers.get("content-type"), btoa(text)];
}"""


class Somebody:
    """One person with one browser, reading one language."""

    def __init__(
        self, browser: Browser, portal: RunningPortal, language: str, album: Album, *, scripts: bool = True
    ) -> None:
        self.portal, self.language, self.album, self.scripts = portal, language, album, scripts
        self.wrong: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport=DESK, locale={"ar": "ar-MA", "fr": "fr-MA"}[language], java_script_enabled=scripts
        )
        self.context.set_default_timeout(PATIENCE * 1000)
        self.context.on("request", self._watch_request)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._watch_console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))

    def close(self) -> None:
        self.context.close()

    def _watch_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INSIDE_THE_BROWSER and parts.hostname != "127.0.0.1":
            self.wrong.append(f"a request left this machine: {request.url}")

    def _watch_console(self, message: ConsoleMessage) -> None:
        # Whatever the content policy stopped is told here as well.
        if message.type in ("error", "warning") and ANSWERED_422 not in message.text:
            self.wrong.append(f"console: {message.text} ({message.location})")

    # What she reads and does.

    def say(self, message: str, **params: str) -> str:
        """What an interface text is in her language."""
        return translate(self.language, message, params)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What the page says, without the marks that only order its letters."""
        return re.sub(r"[\u2066-\u2069\u200e\u200f]", "", self.page.locator("body").inner_text())

    def go(self, path: str) -> None:
        """Opens an address, as from a bookmark or a printed paper."""
        self.page.goto(path if path.startswith("http") else self.portal.url + path)
        self.look()

    def press(self, message: str, inside: str = "body") -> None:
        """Presses a button or follows a link by its words, and looks at the page it leads to."""
        said, place = self.say(message), self.page.locator(inside)
        # Some words are followed by others for those who hear the page; exactly these go first.
        words = r"\s+".join(re.escape(word) for word in said.split())
        begun = re.compile(rf"^\s*{words}(?!\w)")
        exactly = place.get_by_role("button", name=said, exact=True).or_(
            place.get_by_role("link", name=said, exact=True)
        )
        beginning = place.get_by_role("button", name=begun).or_(place.get_by_role("link", name=begun))
        self.follow((exactly if exactly.count() else beginning).first)

    def follow(self, target: Locator) -> None:
        """Clicks what leads to another page, and looks at it."""
        with self.page.expect_navigation():
            target.click()
        self.look()

    def fill(self, **values: str) -> None:
        """Types into controls by their names."""
        for name, value in values.items():
            control = self.page.locator(f"[name={name}]")
            if control.first.evaluate("(one) => one.type") == "radio":
                self.choose(name, value)
            elif control.evaluate("(one) => one.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def fill_date(self, name: str, day: str, month: str, year: str) -> None:
        for part, value in (("day", day), ("month", month), ("year", year)):
            self.page.locator(f"[name={name}-{part}]").fill(value)

    def choose(self, name: str, value: str = "yes") -> None:
        """Clicks the sentence beside a box or a round button."""
        self.page.locator(f'label.choice:has(input[name="{name}"][value="{value}"])').click()

    def attach(self, name: str, path: Path) -> None:
        self.page.locator(f"input[type=file][name={name}]").set_input_files(path)

    def switch_language(self) -> None:
        """Changes to the other language wherever she is."""
        self.language = {"ar": "fr", "fr": "ar"}[self.language]
        self.follow(self.page.locator(f".languages [lang={self.language}]"))

    def sign_in_as(self, person: str) -> None:
        """Chooses who she is at the identity provider, whose page this is."""
        expect(self.page.locator(f"button[value={person}]")).to_be_visible()
        self.follow(self.page.locator(f"button[value={person}]"))

    def sign_in_at_counter(self, employee: Employee, password: str = PASSWORD) -> None:
        self.go(f"/{self.language}/counter")
        assert self.path.endswith("/counter/sign-in")
        self.fill(login=employee.login, password=password)
        self.press("Sign in", "main")
        # Each is led to where her work begins: a queue, what was escalated, the calendar.
        assert self.path.startswith(f"/{self.language}/counter"), self.text
        assert not self.path.endswith("/sign-in"), self.text

    def download(self, target: Locator) -> bytes:
        """What a link gives, fetched as her browser would."""
        href = target.get_attribute("href")
        assert href, "the link leads nowhere"
        status, media_type, content = self.page.evaluate(FETCH, href)
        assert (status, media_type) == (200, "application/pdf"), (status, media_type)
        return base64.b64decode(content)

    def reload_until(self, condition: Callable[[], bool], what: str) -> None:
        """Loads the page again until it shows what is awaited."""

        def shown() -> bool:
            if condition():
                return True
            self.page.reload()
            return condition()

        wait_until(shown, what)
        self.look()

    # What she notices.

    def look(self) -> None:
        """Whatever is wrong with the page in front of her, on a wide screen and on a telephone."""
        if not self.page.url.startswith(self.portal.url):
            return
        html = self.page.locator("html")
        expect(html).to_have_attribute("lang", self.language)
        expect(html).to_have_attribute("dir", direction(self.language))
        for size in (PHONE, DESK):
            wide = self._widest(size)
            if wide:
                self.wrong.append(f"{self.path} overflows at {size['width']} px: {wide}")
        assert not self.wrong, "\n".join(self.wrong)

    def _widest(self, size: ViewportSize) -> str:
        """By how much the page is wider than the screen, and what sticks out; nothing if it fits."""
        self.page.set_viewport_size(size)
        return str(
            self.page.evaluate(
                """() => {
                const excess = document.documentElement.scrollWidth - window.innerWidth;
                if (excess <= 0) return "";
                const out = [...document.querySelectorAll("body *")].filter((one) => {
                    const box = one.getBoundingClientRect();
                    return box.width && (box.right > window.innerWidth + 1 || box.left < -1);
                });
                return excess + " px: " + out.slice(0, 5).map((one) => one.outerHTML.slice(0, 80)).join(" | ");
            }"""
            )
        )

    def picture(self, name: str) -> None:
        """Puts the page into the album, as a telephone and as a wide screen show it; a key page in light and in dark."""
        if not self.album.wanted:
            return
        for scheme in SCHEMES if name in KEY_PAGES else SCHEMES[:1]:
            self.page.emulate_media(color_scheme=scheme)
            for size in (PHONE, DESK) if name in KEY_PAGES else (PHONE,):
                self.page.set_viewport_size(size)
                self.page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, 0))")
                # What was said a moment ago stands over the page for some seconds only.
                self.page.evaluate("document.getElementById('status')?.replaceChildren()")
                shot = self.page.screenshot(full_page=True, animations="disabled")
                self.album.keep(picture_name(name, self.language, size["width"], scheme), shot)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(DESK)
