"""What an operator's tools read of the sweep: how far it is, what it did, and what waits for it."""

import re
from datetime import datetime

import pytest
import structlog
from starlette.testclient import TestClient

from portal.actions.timers import sweep
from portal.store import sweeps
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.kiosk import file_kiosk, kiosk_portal
from tests.support.portal import BASE_URL, TestPortal, made_by

pytestmark = made_by(kiosk_portal)


def figures(portal: TestPortal) -> dict[str, float]:
    response = TestClient(portal.app, base_url=BASE_URL).get("/metrics")
    assert response.status_code == 200
    lines = [line for line in response.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def steps(portal: TestPortal) -> dict[str, float]:
    found = figures(portal)
    start = 'portal_sweep_steps_total{kind="'
    return {name.removeprefix(start)[:-2]: value for name, value in found.items() if name.startswith(start) and value}


def test_the_figures_say_how_far_the_sweep_is_and_what_waits_for_it(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    for consent in (True, True, False):
        file_kiosk(browser, consent=consent)
    new = figures(portal)
    assert "portal_sweep_last_timestamp_seconds" not in new
    assert (new["portal_cases_behind"], new["portal_recounts_open"]) == (0, 0)
    portal.clock.moment = datetime.fromisoformat("2026-03-12T10:00:00+00:00")
    # What is due today is not late yet.
    assert figures(portal)["portal_cases_behind"] == 0
    portal.clock.forward(days=1)
    assert figures(portal)["portal_cases_behind"] == 2
    sweep(portal.deps)
    swept = figures(portal)
    assert swept["portal_sweep_last_timestamp_seconds"] == portal.clock.moment.timestamp()
    assert swept["portal_cases_behind"] == 0
    assert steps(portal) == {"timer": 2}
    portal.clock.moment = datetime.fromisoformat("2026-05-08T10:00:00+00:00")
    sweep(portal.deps)
    assert steps(portal) == {"timer": 2, "warn": 2, "silence": 2, "remind": 1, "return": 1}


def test_more_than_can_be_counted_quickly_is_not_counted(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "CAP", 1)
    browser.sign_in()
    for _ in range(3):
        file_kiosk(browser)
    portal.clock.forward(days=30)
    assert figures(portal)["portal_cases_behind"] == 2


@one_database
def test_without_the_database_how_requests_end_is_still_told(portal: TestPortal) -> None:
    figures(portal)
    with portal.deps.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE sweeps RENAME TO gone")
    found = figures(portal)
    assert "portal_cases_behind" not in found
    assert [name for name in found if name.startswith("portal_requests_total")]


def test_methods_that_anybody_invents_are_one_series_and_one_word_in_the_log(portal: TestPortal) -> None:
    client = TestClient(portal.app, base_url=BASE_URL)
    invented = ["BREW", "PROPFIND", "TRACE", "A" * 5000, *(f"X{number}" for number in range(20))]
    client.get("/fr/verify")
    before = methods(portal)
    with structlog.testing.capture_logs() as lines:
        for method in invented:
            client.request(method, "/fr/verify")
            client.request(method, "/livez")
    assert methods(portal) - before <= {"OTHER"}
    assert methods(portal) <= {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"}
    counted = [value for name, value in figures(portal).items() if 'method="OTHER",route="/{lang}/verify"' in name]
    assert sum(counted) >= len(invented)
    told = [line["method"] for line in lines if line["event"] == "request"]
    assert told == ["OTHER"] * len(invented)


def methods(portal: TestPortal) -> set[str]:
    named = (re.search(r'portal_requests_(?:total|created){method="([^"]*)"', name) for name in figures(portal))
    return {found[1] for found in named if found}
