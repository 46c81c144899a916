"""What time brings about happens once and in its order, whatever the clocks of machines do and however many workers look."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from portal import worker
from portal.actions.timers import FORWARD, NAME, STEPS, sweep, trust_clock
from portal.domain.events import ApplicantReminded, CaseDecided, DeadlineNear, Event, SilenceRecorded, TimerFired
from portal.ports import Channel
from portal.store import effects, journal, sweeps
from portal.store.journal import Line
from tests.support.browser import Browser
from tests.support.commands import ROOT, settings_for
from tests.support.databases import one_database
from tests.support.kiosk import dossier_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

DUE, SILENT = "2026-05-04", "2026-05-05"
"""The last day of a file complete on 2 March, and the day on which the silence sets in."""

BY_TIME = (TimerFired, DeadlineNear, SilenceRecorded, ApplicantReminded, CaseDecided)

pytestmark = made_by(kiosk_portal)


@pytest.fixture
def reference(browser: Browser) -> str:
    browser.sign_in()
    return file_kiosk(browser)


def lines_of(portal: TestPortal, reference: str) -> list[Line]:
    dossier = dossier_of(portal, reference)
    with portal.deps.reading() as work:
        return journal.read(work.connection, dossier.case.id, dossier.seal)


def brought_about(portal: TestPortal, reference: str) -> list[Event]:
    """What time has done to a file."""
    return [line.event for line in lines_of(portal, reference) if isinstance(line.event, BY_TIME)]


def days_of(events: list[Event]) -> list[tuple[str, str]]:
    """What happened and on which day by the law, in the order in which it was entered."""
    found = []
    for event in events:
        match event:
            case DeadlineNear() | ApplicantReminded() | SilenceRecorded():
                found.append((type(event).__name__, event.on))
            case _:
                found.append((type(event).__name__, ""))
    return found


def go_to(portal: TestPortal, day: str, hour: str = "09:15:00") -> None:
    portal.clock.moment = datetime.fromisoformat(f"{day}T{hour}+00:00")


def check_done_once(portal: TestPortal, references: list[str]) -> None:
    """No event of time twice in any file, and every journal whole."""
    for one in references:
        seen = Counter(repr(event) for event in brought_about(portal, one))
        assert set(seen.values()) == {1}, (one, seen)
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


@contextmanager
def at_work(portal: TestPortal, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker as `portal worker` makes it, that looks for what is due many times a second."""
    monkeypatch.setattr(worker, "QUARTER_OF_AN_HOUR", 0.02)
    runner = worker.make_runner(portal.deps, portal.deps.store.engine, delays=(0.1,), concurrency=1, polling=0.1)
    runner.start()
    try:
        yield
    finally:
        runner.stop(drain=5)


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


# Clocks that jump


def test_a_worker_whose_clock_is_set_back_waits_says_so_and_goes_on_by_itself(
    portal: TestPortal, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(portal, "2026-05-08", "10:00:00")
    with portal.deps.unit_of_work() as work:
        sweeps.reached(work.connection, NAME, work.now, FORWARD)
    # Since it was there last, a file has become due, and two minutes were taken back from the machine's clock.
    portal.clock.forward(minutes=-2)
    with at_work(portal, monkeypatch), capture_logs() as logged:
        wait_until(lambda: len([one for one in logged if one["event"] == "the clock was set back: waiting"]) > 2)
        assert brought_about(portal, reference) == []
        portal.clock.forward(seconds=70)
        wait_until(lambda: dossier_of(portal, reference).case.silent_on)
        assert _latest(portal) == datetime.fromisoformat("2026-05-08T10:00:00+00:00")
        portal.clock.forward(minutes=5)
        wait_until(lambda: _latest(portal) == portal.clock.moment)
    assert {one["log_level"] for one in logged if one["event"].startswith("the clock")} == {"warning"}
    check_done_once(portal, [reference])


def _latest(portal: TestPortal) -> datetime | None:
    with portal.deps.reading() as work:
        return sweeps.last(work.connection, NAME)


def test_a_clock_a_few_seconds_behind_another_machines_is_no_jump(portal: TestPortal, reference: str) -> None:
    go_to(portal, SILENT)
    assert sweep(portal.deps) > 0
    for seconds, waits in ((59, False), (61, True)):
        go_to(portal, SILENT)
        portal.clock.forward(seconds=-seconds)
        with capture_logs() as logged:
            assert sweep(portal.deps) == 0
        assert bool([one for one in logged if one["log_level"] == "warning"]) is waits


def test_nothing_expires_twice_when_a_clock_jumps_a_day_ahead_and_back(portal: TestPortal, reference: str) -> None:
    go_to(portal, DUE)
    sweep(portal.deps)
    before = len(lines_of(portal, reference))
    portal.clock.forward(days=1)
    assert sweep(portal.deps) > 0
    ahead = brought_about(portal, reference)
    assert [event.on for event in ahead if isinstance(event, SilenceRecorded)] == [SILENT]
    portal.clock.forward(days=-1)
    assert sweep(portal.deps) == 0
    # The day comes again, and the one after it.
    for _ in range(3):
        portal.clock.forward(days=1)
        sweep(portal.deps)
    assert [event for event in brought_about(portal, reference) if isinstance(event, SilenceRecorded)] == [
        event for event in ahead if isinstance(event, SilenceRecorded)
    ]
    assert len(lines_of(portal, reference)) > before
    check_done_once(portal, [reference])


def test_a_clock_that_jumps_ahead_amid_a_sweep_is_noticed_when_it_is_back(
    portal: TestPortal, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.actions.timers.BATCH", 1)
    go_to(portal, SILENT)
    honest = portal.clock.now
    asked = count()

    def jumping() -> datetime:
        """From its tenth answer on it is a week ahead."""
        return honest() + (timedelta(days=7) if next(asked) > 10 else timedelta())

    monkeypatch.setattr(portal.clock, "now", jumping)
    sweep(portal.deps)
    sweep(portal.deps)
    monkeypatch.setattr(portal.clock, "now", honest)
    with capture_logs() as logged:
        assert sweep(portal.deps) == 0
    assert [one["event"] for one in logged] == ["the clock was set back: waiting"]


def test_whoever_has_looked_at_the_clocks_lets_sweeps_go_on(
    portal: TestPortal, browser: Browser, reference: str
) -> None:
    go_to(portal, "2030-01-02")
    sweep(portal.deps)
    go_to(portal, "2026-03-02")
    browser.sign_in()
    late = file_kiosk(browser)
    go_to(portal, "2026-03-20")
    assert sweep(portal.deps) == 0
    trust_clock(portal.deps)
    assert sweep(portal.deps) > 0
    assert days_of(brought_about(portal, late)) == [("TimerFired", "")]


# Several workers


def test_workers_beside_each_other_do_nothing_twice(portal: TestPortal, browser: Browser, reference: str) -> None:
    references = [reference, *(file_kiosk(browser) for _ in range(3)), file_kiosk(browser, consent=False)]
    go_to(portal, "2026-05-08")
    steps: list[int] = []
    workers = [threading.Thread(target=lambda: steps.append(sweep(portal.deps))) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    # What one of them was still at when another passed is done by now.
    assert sweep(portal.deps) == 0
    check_done_once(portal, references)
    with portal.deps.reading() as work:
        counted = sweeps.counts(work.connection, STEPS)
    assert counted == {**dict.fromkeys(STEPS, 0), "timer": 4, "warn": 4, "silence": 4, "remind": 1, "return": 1}
    assert sum(counted.values()) == sum(steps)


def test_workers_in_processes_of_their_own_do_nothing_twice(
    portal: TestPortal, browser: Browser, reference: str, database_url: str, tmp_path: Path
) -> None:
    references = [reference, *(file_kiosk(browser) for _ in range(5))]
    go_to(portal, "2026-05-08")
    command = [sys.executable, "-m", "tests.support.sweeper", portal.clock.moment.isoformat()]
    settings = settings_for(database_url, tmp_path)
    workers = [
        subprocess.Popen(command, env=settings, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in workers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = [""] * len(workers)
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120)[0] for one in workers]
    assert [one.returncode for one in workers] == [0, 0]
    assert sum(map(int, said)) == 3 * len(references)
    assert sweep(portal.deps) == 0
    check_done_once(portal, references)


# Outages


def test_after_an_outage_each_file_catches_up_in_order_and_events_have_the_laws_day(
    portal: TestPortal, reference: str
) -> None:
    go_to(portal, "2026-04-30")
    sweep(portal.deps)
    known = len(brought_about(portal, reference))
    # Nobody looked from 1 to 8 May.
    go_to(portal, "2026-05-08")
    assert sweep(portal.deps) == 2
    missed = brought_about(portal, reference)[known:]
    assert days_of(missed) == [("DeadlineNear", "2026-05-01"), ("DeadlineNear", SILENT), ("SilenceRecorded", SILENT)]
    silent = next(line for line in lines_of(portal, reference) if isinstance(line.event, SilenceRecorded))
    assert silent.at == portal.clock.moment
    assert isinstance(silent.event, SilenceRecorded)
    assert (silent.event.due_on, silent.event.meaning) == (DUE, "appeal")
    case = dossier_of(portal, reference).case
    assert (case.silent_on, case.open) == (date(2026, 5, 5), True)


def test_what_came_after_a_silence_is_entered_after_it(portal: TestPortal, reference: str) -> None:
    go_to(portal, "2026-05-13")
    sweep(portal.deps)
    assert [found for found in days_of(brought_about(portal, reference)) if found[1] >= "2026-05-01"] == [
        ("DeadlineNear", "2026-05-01"),
        ("DeadlineNear", SILENT),
        ("SilenceRecorded", SILENT),
        ("DeadlineNear", "2026-05-12"),
    ]
    assert dossier_of(portal, reference).case.escalated


def test_the_file_that_has_waited_longest_is_seen_to_first(
    portal: TestPortal, browser: Browser, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(portal, "2026-03-03")
    browser.sign_in()
    younger = file_kiosk(browser)
    go_to(portal, "2026-05-08")
    asked, moment = count(), portal.clock.moment
    monkeypatch.setattr(portal.clock, "now", lambda: moment + timedelta(milliseconds=next(asked)))
    sweep(portal.deps)
    ends = [max(line.at for line in lines_of(portal, one)) for one in (reference, younger)]
    begins = min(line.at for line in lines_of(portal, younger) if isinstance(line.event, BY_TIME))
    assert ends[0] < begins < ends[1]


def test_a_reminder_missed_three_times_is_sent_once(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser, consent=False)
    portal.run_effects()
    sent = portal.outbox[Channel.EMAIL].sent
    sent.clear()
    go_to(portal, "2026-04-01")
    assert sweep(portal.deps) == 1
    events = brought_about(portal, reference)
    assert days_of(events) == [("ApplicantReminded", f"2026-0{day}") for day in ("3-23", "3-30", "4-01")]
    assert {event.due_on for event in events if isinstance(event, ApplicantReminded)} == {"2026-04-02"}
    portal.run_effects()
    assert len(sent) == 1
    assert reference in sent[0].body


def test_nobody_is_reminded_of_a_day_that_an_outage_let_pass(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser, consent=False)
    portal.run_effects()
    sent = portal.outbox[Channel.EMAIL].sent
    sent.clear()
    go_to(portal, "2026-04-06")
    assert sweep(portal.deps) == 2
    assert [name for name, _ in days_of(brought_about(portal, reference))] == ["ApplicantReminded"] * 3 + [
        "CaseDecided"
    ]
    assert dossier_of(portal, reference).case.state == "returned"
    with portal.deps.reading() as work:
        asked = {effect.name for effect, _ in effects.unfinished(work.connection, given_up=False)}
    assert asked == {"issue.sent_back", "notify"}
    portal.run_effects()
    # She is told that the file was returned, and not first that a day which is over is near.
    assert len(sent) == 1


@one_database
def test_a_file_is_not_returned_on_its_last_day(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser, consent=False)
    go_to(portal, "2026-04-02")
    sweep(portal.deps)
    assert dossier_of(portal, reference).case.open
    go_to(portal, "2026-04-03")
    assert sweep(portal.deps) == 1
    assert not dossier_of(portal, reference).case.open
