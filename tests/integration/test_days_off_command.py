"""`portal clock feasts | confirm | withdraw | close | reopen`: the calendar of the offices, kept at a terminal."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner, Result

from portal.cli.commands import app
from portal.store import calendar
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal

pytestmark = one_database

Run = Callable[..., Result]
FITR = ("confirm", "eid_al_fitr", "2026-03-21", "2026-03-22")


@pytest.fixture
def run(portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `portal clock` over a portal where one file is due on the Monday after Eid al-Fitr, on Tuesday 17 March 2026."""
    portal.clock.moment = datetime(2026, 3, 17, 10, tzinfo=UTC)
    browser.sign_in()
    file_residence(browser)
    monkeypatch.setattr("portal.cli.days_off.open_portal", lambda: (None, portal.deps))
    return lambda *words: CliRunner().invoke(app, ["clock", *words])


def test_a_change_says_how_many_cases_it_can_touch_and_waits_for_a_yes(portal: TestPortal, run: Run) -> None:
    asked = run(*FITR)
    assert asked.exit_code == 1
    assert asked.stderr.splitlines() == [
        "open cases that can get another last day: 1",
        "portal: nothing was changed: add --yes if you want it",
    ]
    portal.deps.registry.forget()
    assert portal.deps.registry.calendar.is_off(date(2026, 3, 20))
    done = run(*FITR, "--yes", "--as", "Fatima Benali")
    assert (done.exit_code, done.stderr) == (0, "open cases that can get another last day: 1\n")
    assert "within a few minutes" in done.stdout
    portal.deps.registry.forget()
    assert not portal.deps.registry.calendar.is_off(date(2026, 3, 20))
    # Where nobody is touched, nobody is asked.
    assert run("close", "2026-07-01", "2026-07-02", "--ar", "أشغال", "--fr", "Travaux").exit_code == 0


def test_the_trail_says_who_did_what(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.cli.days_off.getpass.getuser", lambda: "amal")
    run(*FITR, "--yes", "--as", "  Fatima   Benali ")
    run("withdraw", "eid_al_fitr", "2026", "--yes")
    run("close", "2026-07-01", "2026-07-02", "--ar", "أشغال", "--fr", "Travaux", "--unit", "annexe-ahfir")
    lines = [line.split("\t")[1:] for line in run("feasts", "--trail").stdout.splitlines()]
    assert sorted(lines) == [
        ["Fatima Benali (amal)", "confirmed", "eid_al_fitr 2026: - -> 2026-03-21,2026-03-22"],
        ["amal", "closed", "annexe-ahfir: - -> 2026-07-01..2026-07-02"],
        ["amal", "withdrawn", "eid_al_fitr 2026: 2026-03-21,2026-03-22 -> -"],
    ]
    told = json.loads(run("feasts", "--trail", "--json").stdout)
    assert {(one["who"], one["name"]) for one in told} == {("operator", "Fatima Benali (amal)"), ("operator", "amal")}
    assert all(set(one) == {"at", "who", "name", "what", "before", "after"} for one in told)


def test_what_has_come_stays_off(portal: TestPortal, run: Run) -> None:
    run("close", "2026-03-16", "2026-03-19", "--ar", "عاصفة", "--fr", "Tempête", "--yes")
    with portal.deps.reading() as work:
        (closure,) = calendar.closures(work.connection)
    ended = run("reopen", closure.id, "--yes")
    assert ended.exit_code == 0, ended.stderr
    with portal.deps.reading() as work:
        assert [one.last_on for one in calendar.closures(work.connection)] == [date(2026, 3, 17)]
    again = run("reopen", closure.id)
    assert (again.exit_code, again.stderr) == (1, "portal: it has ended, or ends today: its days stay off\n")
    old = run("close", "2026-03-02", "2026-03-02", "--ar", "عاصفة", "--fr", "Tempête")
    assert "none can begin before 2026-03-10" in old.stderr
    portal.clock.moment = datetime(2026, 3, 20, 10, tzinfo=UTC)
    assert run(*FITR, "--yes").stdout.startswith("these days have come and stay off: 2026-03-20\n")
    portal.clock.moment = datetime(2026, 3, 26, 10, tzinfo=UTC)
    run("confirm", "eid_al_fitr", "2026-03-23", "2026-03-24", "--yes")
    late = run("withdraw", "eid_al_fitr", "2026")
    assert late.stderr == "portal: 2026-03-23 would be worked after the fact: a day that has come stays off\n"
