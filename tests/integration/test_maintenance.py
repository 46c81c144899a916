"""The operator's switch: while its file lies in the data directory, every page and interface says that the portal is closed."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.app import make_app
from portal.http import maintenance
from portal.http.maintenance import FILE, PATIENCE
from portal.i18n import OFFICE_ZONE, time_in_words
from tests.support.databases import one_database
from tests.support.portal import BASE_URL, SECRET, TestPortal

pytestmark = one_database


@pytest.fixture
def client(portal: TestPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(maintenance, "LOOK_EVERY", 0.0)
    app = make_app(portal.deps, secret=SECRET, data_dir=tmp_path)
    with TestClient(app, base_url=BASE_URL, follow_redirects=False) as found:
        yield found


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    file = tmp_path / FILE
    file.touch()
    return file


@pytest.mark.parametrize("path", ["/", "/fr/", "/ar/services", "/ar/counter", "/v/0000", "/xx/nowhere", "/fr/cases"])
def test_every_page_says_that_the_portal_is_closed(client: TestClient, closed: Path, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == str(PATIENCE)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"]
    assert "<h1>" in answer.text


def test_a_form_sent_meanwhile_is_told_too(client: TestClient, closed: Path) -> None:
    assert client.post("/fr/track", data={"reference": "x"}).status_code == 503


def test_the_page_is_in_the_readers_language_or_in_both(client: TestClient, closed: Path) -> None:
    arabic, french = '<section lang="ar" dir="rtl">', '<section lang="fr" dir="ltr">'
    for path, cookie, sections in (
        ("/fr/services", "", (False, True)),
        ("/ar/services", "fr", (True, False)),
        ("/v/000", "fr", (False, True)),
        ("/", "", (True, True)),
    ):
        text = client.get(path, headers={"cookie": f"language={cookie}"}).text
        assert (arabic in text, french in text) == sections, path
        assert text.count("<h1>") == 1


def test_what_the_page_is_drawn_with_and_the_process_itself_still_answer(client: TestClient, closed: Path) -> None:
    style = client.get("/fr/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert client.get(style).status_code == 200
    assert client.get("/livez").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "maintenance\n")


@pytest.mark.parametrize("path", ["/api/v1/cases", "/oauth/token", "/api/v1/openapi.json"])
def test_the_interface_answers_with_a_problem(client: TestClient, closed: Path, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problems/maintenance")
    assert answer.headers["retry-after"] == str(PATIENCE)


def test_the_hour_is_told_and_the_switch_opens_the_portal_again(client: TestClient, closed: Path) -> None:
    until = datetime.now(OFFICE_ZONE).replace(second=0, microsecond=0) + timedelta(minutes=90)
    closed.write_text(f"{until:%H:%M}\n", encoding="utf-8")
    os.utime(closed, (time.time(), time.time() + 0.01))
    answer = client.get("/fr/")
    assert time_in_words(until, "fr") in answer.text
    assert 5300 < int(answer.headers["retry-after"]) <= 5400
    closed.unlink()
    assert client.get("/fr/").status_code == 200
    assert client.get("/readyz").status_code == 200
