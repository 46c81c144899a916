"""One portal for all journeys, started once; one browser; and people to sit in front of it."""

import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.e2e.person import Somebody
from tests.e2e.pictures import Album
from tests.e2e.places import Places
from tests.e2e.province import add_everybody, employees, running_province
from tests.e2e.running import PATIENCE, RunningPortal, running_portal
from tests.e2e.survey import EVERY_LOOK, ONE_LOOK, Survey
from tests.e2e.tour import CHAPTERS

# A loaded machine may be slow; what does not happen at all fails all the same.
expect.set_options(timeout=PATIENCE * 1000)

# The first has no window to draw, which spares a fifth of its time.
CHROMIUMS = (
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
)
# Nothing but the portal may be asked for anything, the browser's makers included.
ALONE = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--metrics-recording-only",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal on SQLite, shared by the journeys."""
    folder = tmp_path_factory.mktemp("portal")
    with running_portal(folder, f"sqlite:///{folder}/portal.db", fill=add_everybody) as made:
        yield made
    assert "Traceback" not in made.logs(), made.logs()[-5000:]


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The portal of a busy province, where nobody signs anything."""
    with running_province(tmp_path_factory.mktemp("province")) as made:
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next((one for one in CHROMIUMS if Path(one).exists()), None)
    assert program, f"no browser was found: one of {', '.join(CHROMIUMS)} is needed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ALONE))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def album() -> Album:
    return Album()


class ByLanguage(LoadScopeScheduling):  # type: ignore[misc]  # It comes without types.
    """What is read in one language runs in one process: so each takes one of the two tours, which are long, and once.

    The groups that pytest-xdist offers for this do nothing under pytest 9.2 (its issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        read = re.search(r"\[(?:[^\]]*-)?(ar|fr)(?:-[^\]]*)?\]$", nodeid)
        return read[1] if read is not None else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByLanguage:
    return ByLanguage(config, log)


@pytest.fixture(params=["ar", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def somebody(
    portal: RunningPortal, chromium: Browser, language: str, album: Album
) -> Iterator[Callable[..., Somebody]]:
    """Gives each caller a person with a browser of her own."""
    made: list[Somebody] = []

    def come(*, scripts: bool = True, at: RunningPortal = portal) -> Somebody:
        made.append(Somebody(chromium, at, language, album, scripts=scripts))
        return made[-1]

    yield come
    for one in made:
        one.close()
        assert not one.wrong, "\n".join(one.wrong)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photograph of a sheet of paper, as a telephone takes it."""
    return photograph(tmp_path / "photo.jpg")


def photograph(path: Path) -> Path:
    picture = Image.new("RGB", (900, 1200), "#d9d4c7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((70, 60, 830, 1140), fill="white", outline="#999999")
    for line in range(18):
        draw.line((130, 220 + 48 * line, 770 - 90 * (line % 3), 220 + 48 * line), fill="#555555", width=6)
    picture.save(path, "JPEG", quality=80)
    return path


@pytest.fixture(scope="session")
def survey_of(
    portal: RunningPortal, province: RunningPortal, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Survey]:
    """Takes the tour in a language, once; with PORTAL_FULL every page is looked at in every way."""
    every = os.environ.get("PORTAL_FULL") == "1"

    @cache
    def take(language: str) -> Survey:
        folder = tmp_path_factory.mktemp(f"tour-{language}")
        places = Places(portal, province, employees(), photograph(folder / "photo.jpg"))
        survey = Survey(language, EVERY_LOOK if every else ONE_LOOK[language], folder)
        with survey.tourists(chromium) as party:
            for chapter in CHAPTERS:
                survey.take(chapter(party, places))
        return survey

    return take


@pytest.fixture
def survey(survey_of: Callable[[str], Survey], language: str) -> Survey:
    """What was found on the tour in this language."""
    return survey_of(language)
