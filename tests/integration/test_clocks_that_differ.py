"""Clocks of machines that differ: nothing is dated before what came first, and nothing runs out by a clock that jumped."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from portal.actions.timers import FORWARD, sweep, trust_clock
from portal.domain.case import SYSTEM
from portal.domain.events import CaseTaken, MessageSent, OpinionGiven, SilenceRecorded, TimerFired
from portal.store import cases
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD
from tests.support.kiosk import ASKED, OFFICE, act, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import BASE_URL, TestPortal, made_by

JUST_AFTER, JUST_BEFORE = "2026-03-04T00:00:20+00:00", "2026-03-03T23:59:50+00:00"
"""Around midnight at the office, which keeps Greenwich's time in Ramadan: two machines half a minute apart."""

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def reference(browser: Browser) -> str:
    browser.sign_in()
    return file_kiosk(browser)


def at(portal: TestPortal, moment: str) -> None:
    portal.clock.moment = datetime.fromisoformat(moment)


def flawless(portal: TestPortal, reference: str) -> bool:
    with portal.deps.reading() as work:
        flaws = {row.reference: row.flaw for row in work.connection.execute(select(CASES.c.reference, CASES.c.flaw))}
    return bool(flaws[reference] == "")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Les machines du portail"), ("ar", "أجهزة البوابة")], ids=["fr", "ar"]
)
def test_an_act_dated_before_the_latest_one_is_put_off_and_freezes_nothing(
    portal: TestPortal, reference: str, language: str, words: str
) -> None:
    at(portal, JUST_BEFORE)
    agent, chief = at_work(portal, "agent", OFFICE, "agent"), at_work(portal, "chief", OFFICE, "chief")
    page = f"/{language}/counter/cases/{reference}"
    at(portal, JUST_AFTER)
    agent.get(f"/fr/counter/cases/{reference}")
    agent.post(f"/fr/counter/cases/{reference}/take")
    known = events_of(portal, reference)
    assert isinstance(known[-1], CaseTaken)
    at(portal, JUST_BEFORE)
    # The worker of the machine that is behind adds a line of its own, of the day before: the last is not the latest.
    with portal.deps.unit_of_work() as work:
        dossier = cases.find(work.connection, work.vault, reference, lock=True)
        assert dossier is not None
        cases.record(work.connection, dossier, [MessageSent("email")], SYSTEM, work.now, {})
    known = events_of(portal, reference)
    chief.get(f"{page}/actions/refuse_at_once")
    said = {"ground": "place", "reasons": "Le domaine public est saturé."}
    with capture_logs() as logged:
        chief.post(f"{page}/actions/refuse_at_once", said)
    assert chief.last.status_code == 503
    assert chief.last.headers["retry-after"]
    assert words in chief.text
    (told,) = [one for one in logged if one["event"] == "machines do not agree on the date"]
    assert (told["log_level"], told["now"], told["latest"]) == ("error", JUST_BEFORE, JUST_AFTER)
    assert events_of(portal, reference) == known
    # In a moment, from the same form, it goes through.
    at(portal, "2026-03-04T00:00:30+00:00")
    chief.get(f"{page}/actions/refuse_at_once")
    chief.post(f"{page}/actions/refuse_at_once", said)
    assert dossier_of(portal, reference).case.state == "refused"
    assert flawless(portal, reference)


def test_an_opinion_dated_before_the_latest_act_is_put_off(portal: TestPortal, reference: str) -> None:
    at(portal, JUST_BEFORE)
    agent, commune = at_work(portal, "agent", OFFICE, "agent"), at_work(portal, "roads", ASKED, "agent")
    at(portal, JUST_AFTER)
    act(agent, reference, "consult")
    at(portal, JUST_BEFORE)
    address = f"/fr/counter/opinions/{reference}/roads"
    commune.get(address)
    commune.post(address, {"favourable": "yes"})
    assert commune.last.status_code == 503
    assert not [one for one in events_of(portal, reference) if isinstance(one, OpinionGiven)]


def test_time_leaves_a_file_whose_journal_is_of_a_later_day_to_the_next_sweep(
    portal: TestPortal, reference: str
) -> None:
    agent = at_work(portal, "agent", OFFICE, "agent")
    at(portal, "2026-03-13T00:00:20+00:00")
    agent.staff_sign_in("agent", PASSWORD)
    agent.get(f"/fr/counter/cases/{reference}")
    agent.post(f"/fr/counter/cases/{reference}/take")
    known = events_of(portal, reference)
    # The timer has been due since the 12th; on the worker's machine it still is the 12th.
    at(portal, "2026-03-12T23:59:50+00:00")
    with capture_logs() as logged:
        assert sweep(portal.deps) == 0
    assert [one["event"] for one in logged] == ["machines do not agree on the date"]
    assert events_of(portal, reference) == known
    at(portal, "2026-03-13T00:00:30+00:00")
    assert sweep(portal.deps) == 1
    assert isinstance(events_of(portal, reference)[-1], TimerFired)
    assert flawless(portal, reference)


def waiting(portal: TestPortal) -> dict[str, float]:
    """Which clock has time wait, by the figures."""
    text = TestClient(portal.app, base_url=BASE_URL).get("/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("portal_sweep_waits{")]
    return {line.split('"')[1]: float(line.rsplit(" ", 1)[1]) for line in lines}


def test_a_clock_set_far_ahead_has_time_wait_for_an_operator(portal: TestPortal, reference: str) -> None:
    sweep(portal.deps)
    known, latest = events_of(portal, reference), portal.clock.moment
    portal.clock.moment = latest + FORWARD
    portal.clock.forward(seconds=1)
    for _ in range(2):
        with capture_logs() as logged:
            assert sweep(portal.deps) == 0
        (told,) = logged
        assert (told["log_level"], told["event"]) == ("error", "the clock was set ahead: waiting for an operator")
        assert (told["now"], told["latest"]) == (portal.clock.moment.isoformat(), latest.isoformat())
    assert events_of(portal, reference) == known
    assert waiting(portal) == {"behind": 0, "ahead": 1}
    trust_clock(portal.deps)
    assert sweep(portal.deps) > 0
    assert waiting(portal) == {"behind": 0, "ahead": 0}
    portal.clock.forward(minutes=-2)
    assert waiting(portal) == {"behind": 1, "ahead": 0}


@one_database
def test_a_season_without_a_sweep_is_no_jump(portal: TestPortal, reference: str) -> None:
    sweep(portal.deps)
    portal.clock.moment += FORWARD
    assert sweep(portal.deps) > 0


def test_nothing_expires_twice_when_a_clock_jumps_ahead_back_and_ahead(portal: TestPortal, reference: str) -> None:
    sweep(portal.deps)
    honest = portal.clock.moment
    for ahead in (80, 0, 80, 400, 0, 400):
        portal.clock.moment = honest
        portal.clock.forward(days=ahead)
        sweep(portal.deps)
    events = events_of(portal, reference)
    assert len([one for one in events if isinstance(one, SilenceRecorded)]) == 1
    assert len({repr(one) for one in events}) == len(events)
    assert flawless(portal, reference)


@one_database
def test_the_command_says_that_time_waits_and_for_whom(
    portal: TestPortal, reference: str, database_url: str, tmp_path: Path
) -> None:
    at(portal, "2026-03-03T10:00:00+00:00")
    sweep(portal.deps)
    # The command goes by the real clock, months later.
    settings = settings_for(database_url, tmp_path)
    waits = call_portal(settings, "clock", "sweep")
    assert waits.returncode == 1
    assert "2026-03-03 10:00" in waits.stderr
    assert "--trust-clock" in waits.stderr
    assert call_portal(settings, "clock", "sweep", "--trust-clock").returncode == 0
    shown = json.loads(call_portal(settings, "clock", reference, "--json").stdout)
    assert shown["silent_on"]
