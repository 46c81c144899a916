"""Everything that is measured on a tour of the portal: taken once at every page, judged by several tests."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Response, ViewportSize
from playwright.sync_api import Error as PlaywrightError

from tests.e2e import measures
from tests.e2e.person import DESK, PHONE, Somebody
from tests.e2e.pictures import Album
from tests.e2e.running import RunningPortal

Scheme = Literal["light", "dark"]
# An error page is looked at on purpose, and the browser notes each.
NOTED = re.compile(r"the server responded with a status of [45]\d\d")


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    scheme: Scheme
    size: ViewportSize

    def __str__(self) -> str:
        return f"{self.scheme}, {self.size['width']} px"


EVERY_LOOK = tuple(Look(scheme, size) for scheme in ("light", "dark") for size in (DESK, PHONE))
ONE_LOOK = {"ar": (Look("light", PHONE),), "fr": (Look("dark", DESK),)}
"""Every page once: what is missed in one language shows in the other, for both share their colours and templates."""


class Tourist(Somebody):
    """Somebody who looks at pages, and notes what is wrong with them instead of stopping."""

    def __init__(self, browser: Browser, portal: RunningPortal, language: str, survey: "Survey") -> None:
        super().__init__(browser, portal, language, Album())
        self.survey = survey
        self.served: Response | None = None
        self.swapped = False
        self.page.emulate_media(reduced_motion="reduce")
        self.page.on("response", self._watch_response)

    def _watch_response(self, response: Response) -> None:
        if not response.url.startswith(self.portal.url):
            return
        self.survey.asked.add(response.url.removeprefix(self.portal.url).partition("?")[0])
        if response.request.is_navigation_request():
            self.served, self.swapped = response, False
        elif response.request.resource_type in ("fetch", "xhr"):
            self.swapped = True

    def look(self) -> None:
        self.wrong = [one for one in self.wrong if not NOTED.search(one)]

    def html(self) -> list[str]:
        """The page as it was served, and as it stands if pieces of it were exchanged since."""
        sources = [self.page.content()] if self.swapped else []
        if self.served is not None and self.served.ok | (self.served.status >= 400):
            sources.append(self.served.text())
        return sources


@dataclass
class Survey:
    """What was found on a tour in one language, by what was looked for and by page."""

    language: str
    looks: tuple[Look, ...]
    folder: Path
    asked: set[str] = field(default_factory=set)
    stops: list[str] = field(default_factory=list)
    faults: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))

    @contextmanager
    def tourists(self, browser: Browser) -> Iterator["Party"]:
        """People to go on the tour, who leave at its end."""
        party = Party(browser, self)
        try:
            yield party
        finally:
            party.leave()

    def take(self, chapter: Iterator[tuple[str, Tourist]]) -> None:
        """Measures every page of a chapter; one that cannot be gone through to its end does not hide the others."""
        try:
            for name, person in chapter:
                self.stop(name, person)
        except (AssertionError, PlaywrightError) as error:
            last = self.stops[-1] if self.stops else "the start"
            self._note("way", f"after {last}", [str(error)[:1500]])

    def stop(self, name: str, person: Tourist) -> None:
        """Measures the page that somebody has come to."""
        assert name not in self.stops, f"the tour has two pages named {name}"
        self.stops.append(name)
        page = person.page
        for look in self.looks:
            page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
            page.set_viewport_size(look.size)
            self._note("axe", f"{name} ({look})", measures.axe_violations(page, specimens=name.startswith("design-")))
        for size in (measures.SMALLEST, measures.ZOOMED):
            self._note("room", name, measures.tight_text(page, size))
        page.set_viewport_size(DESK)
        if self.language == "ar":
            self._note("scripts", name, measures.mixed_scripts(page))
        for number, html in enumerate(person.html()):
            path = self.folder / f"{name}.{number}.html"
            path.write_text(html, encoding="utf-8")
        person.look()
        self._note("console", name, person.wrong)
        person.wrong = []

    def _note(self, kind: str, name: str, found: list[str]) -> None:
        if found:
            self.faults[kind].setdefault(name, []).extend(found)

    def told(self, kind: str) -> str:
        """The faults of one kind, as a test prints them."""
        return "\n".join(f"{name}\n    " + "\n    ".join(found) for name, found in self.faults[kind].items())


class Party:
    """Those on a tour."""

    def __init__(self, browser: Browser, survey: Survey) -> None:
        self._browser, self._survey = browser, survey
        self._members: list[Tourist] = []

    @property
    def language(self) -> str:
        return self._survey.language

    @property
    def looks_everywhere(self) -> bool:
        return self._survey.looks == EVERY_LOOK

    def member(self, portal: RunningPortal) -> Tourist:
        """Somebody with a browser of her own."""
        self._members.append(Tourist(self._browser, portal, self._survey.language, self._survey))
        return self._members[-1]

    def leave(self) -> None:
        for one in self._members:
            one.close()
