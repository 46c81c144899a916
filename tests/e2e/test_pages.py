"""What holds on every page of the portal, in both languages: sound HTML, room for the text, scripts kept apart."""

import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from starlette.routing import Match

from portal import web
from portal.http.routes import PageRoute
from tests.e2e.measures import ROOT
from tests.e2e.running import TEMPLATES_SEEN, RunningPortal
from tests.e2e.survey import Survey

pytestmark = pytest.mark.e2e

CHECKER = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

NOT_PAGES = {
    "/{lang}/drafts/{draft_id}/files/{file_id}": "a file to be saved",
    "/{lang}/cases/{reference}/files/{file_id}": "a file to be saved",
    "/{lang}/cases/{reference}/documents/{number}.pdf": "a signed document",
    "/{lang}/counter/cases/{reference}/documents/{number}.pdf": "a signed document",
    "/{lang}/counter/cases/{reference}/actions/{action}/specimen.pdf": "a specimen of a document",
    "/{lang}/counter/cases/{reference}/receipt.pdf": "a signed document",
    "/{lang}/counter/cases/{reference}/slip.pdf": "a signed document",
    "/{lang}/counter/cases/{reference}/files/{file_id}/original": "a file to be saved",
    "/{lang}/counter/cases/{reference}/complete": "the citizen's page of the same name, at the counter",
    "/{lang}/counter/opinions/{reference}/{opinion}/files/{file_id}/original": "a file to be saved",
    "/{lang}/cases/calendar.ics": "a calendar file to be saved",
    "/{lang}/cases/{reference}/calendar.ics": "a calendar file to be saved",
    "/{lang}/counter/calendar.ics": "a calendar file to be saved",
    "/{lang}/indicators.csv": "a table to be saved",
    "/{lang}/cases/{reference}/slip.pdf": "a signed document",
    "/schemas/document-1.json": "for programs",
    "/open/services.jsonld": "for programs",
    "/open/services/{slug}.jsonld": "for programs",
    "/open/services/{slug}/form.schema.json": "for programs",
    "/open/services/{slug}/workflow.bpmn": "for programs",
    "/open/services/{slug}/workflow.svg": "for programs",
    "/transparency": "only leads to the page in the reader's language",
    "/transparency/head.json": "for programs, and to be saved",
    "/transparency/heads.json": "for programs",
    "/transparency/consistency.json": "for programs",
    "/transparency/proof.json": "for programs, and to be saved",
    "/transparency/leaves": "for programs",
    "/{lang}/display": "only leads back",
    "/{lang}/studio/versions/{key}/export.zip": "a folder to be saved",
    "/{lang}/studio/versions/{key}/documents/{document}.pdf": "a document to be saved",
    "/{lang}/verify/offline/worker.js": "a script",
    "/{lang}/verify/offline/app.webmanifest": "for browsers",
    "/.well-known/shubbak-keys.json": "for programs",
    "/v/revocations.cose": "for programs",
    "/V/{code}": "the same page as /v/{code}",
}
"""Addresses that the tour need not open, and why."""


def test_the_tour_comes_to_its_end(survey: Survey) -> None:
    assert not survey.faults["way"], survey.told("way")


def test_every_text_has_room_on_the_smallest_screen_and_at_200_percent(survey: Survey) -> None:
    assert not survey.faults["room"], survey.told("room")


def test_no_page_makes_the_browser_complain(survey: Survey) -> None:
    assert not survey.faults["console"], survey.told("console")


@pytest.mark.parametrize("language", ["ar"], indirect=True)
def test_arabic_pages_set_other_scripts_and_numbers_apart(survey: Survey) -> None:
    assert not survey.faults["scripts"], survey.told("scripts")


def test_every_page_is_sound_html(survey: Survey) -> None:
    command = ["java", "-Xss4m", "-jar", str(CHECKER), "--errors-only", "--format", "json", "--exit-zero-always"]
    pages = sorted(str(path) for path in survey.folder.glob("*.html"))
    assert len(pages) >= len(survey.stops)
    done = subprocess.run([*command, *pages], capture_output=True, timeout=300, check=True)
    messages: list[dict[str, Any]] = orjson.loads(done.stderr)["messages"]
    found = {
        f"{Path(one.get('url', '')).name}:{one.get('lastLine')}: {one['message']} {one.get('extract', '')!r}"
        for one in messages
    }
    assert not found, "\n".join(sorted(found))


def test_the_tour_opens_every_page_of_the_portal(survey: Survey) -> None:
    app = FastAPI()
    web.install(app)
    routes = [route for route in app.routes if isinstance(route, PageRoute) and "GET" in (route.methods or ())]
    opened = set()
    for path in survey.asked:
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "root_path": ""}
        matching = (route.path for route in routes if route.matches(dict(scope))[0] is Match.FULL)
        opened.add(next(matching, ""))
    every = {route.path for route in routes}
    assert every - opened == every & NOT_PAGES.keys() - opened
    assert set(NOT_PAGES) <= every, "an address is excused that is no longer there"


def test_the_tour_draws_every_template(survey: Survey, portal: RunningPortal, province: RunningPortal) -> None:
    drawn = {
        line
        for where in (portal, province)
        for line in (where.folder / TEMPLATES_SEEN).read_text(encoding="utf-8").splitlines()
    }
    templates = ROOT / "templates"
    # What the worker draws, and what others send: documents and messages have tests of their own.
    elsewhere = ("documents/", "mail/")
    every = {path.relative_to(templates).as_posix() for path in templates.rglob("*.html")}
    every = {name for name in every if not name.startswith(elsewhere)}
    missed = {f"{survey.language} {name}" for name in every} - drawn
    assert not missed, "\n".join(sorted(missed))
