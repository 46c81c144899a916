"""A change of the calendar reaches the open cases: their last days move once, by an event, and their applicants are told."""

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from portal.actions.recounting import recount
from portal.actions.timers import sweep
from portal.domain.errors import NotFound
from portal.domain.events import DueDateMoved, SilenceRecorded
from portal.ports import Channel
from portal.store import calendar, cases, journal
from portal.store.calendar import Recount
from portal.store.cases import Dossier
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.days_off import close, confirm, moves, reopen, settle, whole, withdraw
from tests.support.journeys import file_aids, file_residence
from tests.support.kiosk import dossier_of, events_of
from tests.support.portal import TestPortal

TUESDAY = datetime(2026, 3, 17, 10, tzinfo=UTC)
"""Two full days later Eid al-Fitr is expected, on Friday 20 and Saturday 21 March 2026."""

MONDAY_AFTER, FRIDAY = date(2026, 3, 23), date(2026, 3, 20)


@pytest.fixture
def citizen(portal: TestPortal, browser: Browser) -> Browser:
    portal.clock.moment = TUESDAY
    browser.sign_in()
    return browser


def told(portal: TestPortal) -> Sequence[str]:
    portal.outbox[Channel.EMAIL].sent.clear()
    portal.run_effects()
    return [one.body for one in portal.outbox[Channel.EMAIL].sent]


def columns(portal: TestPortal, reference: str) -> tuple[date | None, date]:
    with portal.deps.reading() as work:
        row = work.connection.execute(select(CASES.c.due_on, CASES.c.queue_on).where(CASES.c.reference == reference))
        due_on, queue_on = row.one()
    return due_on, queue_on


def test_a_confirmed_feast_moves_the_last_day_once_and_the_citizen_is_told(
    portal: TestPortal, citizen: Browser
) -> None:
    reference = file_residence(citizen)
    assert columns(portal, reference) == (MONDAY_AFTER, MONDAY_AFTER)
    told(portal)
    before = dossier_of(portal, reference).case.version
    assert confirm(portal, 21, 22) is not None
    done = settle(portal)
    assert (done.checked, done.moved, done.cause) == (1, 1, "feast:eid_al_fitr:2026")
    assert moves(portal, reference) == [DueDateMoved("2026-03-23", "2026-03-20", "feast:eid_al_fitr:2026")]
    assert columns(portal, reference) == (FRIDAY, FRIDAY)
    assert [("20 mars 2026" in body, reference in body) for body in told(portal)] == [(True, True)]
    assert "vendredi 20 mars 2026" in citizen.get(f"/fr/cases/{reference}").text
    # Nobody who is filling a form in is told that the file has changed under her hands.
    assert dossier_of(portal, reference).case.version == before
    with portal.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_looking_again_moves_nothing_twice(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    confirm(portal, 21, 22)
    assert settle(portal).moved == 1
    assert recount(portal.deps) is None
    whole(portal)
    done = settle(portal)
    assert (done.checked, done.moved) == (1, 0)
    assert len(moves(portal, reference)) == 1
    # The same days once more change no working day.
    assert confirm(portal, 21, 22) is None


def test_a_recount_waits_until_every_process_counts_by_the_new_calendar(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    confirm(portal, 21, 22)
    assert recount(portal.deps) is None
    portal.clock.forward(seconds=11)
    assert recount(portal.deps) is not None
    assert len(moves(portal, reference)) == 1


def test_a_confirmation_taken_back_moves_the_last_day_back(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    confirm(portal, 21, 22)
    settle(portal)
    assert withdraw(portal) is not None
    settle(portal)
    assert [(one.before, one.after) for one in moves(portal, reference)] == [
        ("2026-03-23", "2026-03-20"),
        ("2026-03-20", "2026-03-23"),
    ]
    with pytest.raises(NotFound):
        withdraw(portal)


def test_the_citizens_own_last_day_moves_too(portal: TestPortal, citizen: Browser) -> None:
    portal.clock.moment = datetime(2026, 2, 17, 10, tzinfo=UTC)
    citizen.sign_in()
    reference = file_residence(citizen, with_document=False)
    # Thirty full days after 17 February comes Friday 20 March.
    assert dossier_of(portal, reference).case.due_on is None
    told(portal)
    confirm(portal, 21, 22)
    assert settle(portal).moved == 1
    assert moves(portal, reference) == [DueDateMoved("2026-03-23", "2026-03-20", "feast:eid_al_fitr:2026", "file")]
    assert columns(portal, reference) == (None, FRIDAY)
    bodies = told(portal)
    assert len(bodies) == 1
    assert "20 mars 2026" in bodies[0]


def test_the_closure_of_one_office_moves_its_own_cases_only(portal: TestPortal, citizen: Browser) -> None:
    here = file_residence(citizen)
    unit = dossier_of(portal, here).case.unit
    assert unit == "annexe-ahfir"
    assert close(portal, MONDAY_AFTER, date(2026, 3, 24), "annexe-saidia") is not None
    settle(portal)
    assert moves(portal, here) == []
    assert close(portal, MONDAY_AFTER, date(2026, 3, 24), unit) is not None
    done = settle(portal)
    assert (done.checked, done.moved) == (1, 1)
    assert moves(portal, here) == [DueDateMoved("2026-03-23", "2026-03-25", "closure:2026-03-23:2026-03-24")]
    registry = portal.deps.registry
    assert registry.calendar_of(unit).is_off(MONDAY_AFTER)
    assert registry.calendar_of("annexe-berkane-1") is registry.calendar
    assert not registry.calendar.is_off(MONDAY_AFTER)
    reopen(portal, unit)
    settle(portal)
    assert moves(portal, here)[-1] == DueDateMoved("2026-03-25", "2026-03-23", "opening:2026-03-23:2026-03-24")


def test_a_closure_of_one_office_beside_a_feast_that_moves_is_seen(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    close(portal, MONDAY_AFTER, date(2026, 3, 24), "annexe-ahfir")
    settle(portal)
    assert columns(portal, reference)[0] == date(2026, 3, 25)
    # All other offices work again on Monday, this one on Wednesday: until then its days can move.
    confirm(portal, 21, 22)
    assert settle(portal).moved == 1
    assert moves(portal, reference)[-1] == DueDateMoved("2026-03-25", "2026-03-20", "feast:eid_al_fitr:2026")


def test_a_sweep_between_the_change_and_its_recount_keeps_nobody_from_being_told(
    portal: TestPortal, citizen: Browser
) -> None:
    reference = file_residence(citizen)
    portal.clock.moment = datetime(2026, 3, 19, 9, tzinfo=UTC)
    sweep(portal.deps)
    portal.clock.forward(days=1)
    assert dossier_of(portal, reference).timer_on == FRIDAY
    close(portal, MONDAY_AFTER, date(2026, 3, 24))
    # The warning three days before the last day is now due later: the sweep only brings its date up to that.
    portal.deps.registry.forget()
    sweep(portal.deps)
    assert dossier_of(portal, reference).timer_on == date(2026, 3, 22)
    assert columns(portal, reference)[0] == MONDAY_AFTER
    assert settle(portal).moved == 1
    assert columns(portal, reference)[0] == date(2026, 3, 25)


def test_a_closure_of_all_offices_is_off_for_everybody(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    close(portal, MONDAY_AFTER, MONDAY_AFTER)
    assert settle(portal).moved == 1
    assert columns(portal, reference)[0] == date(2026, 3, 24)
    assert any(day.on == MONDAY_AFTER for day in portal.deps.registry.in_force.days_off)
    # A Sunday is off as it is.
    assert close(portal, date(2026, 3, 29), date(2026, 3, 29)) is None


def test_a_case_whose_silence_is_recorded_never_moves(portal: TestPortal, citizen: Browser) -> None:
    silent = file_residence(citizen)
    portal.clock.moment = datetime(2026, 3, 24, 9, tzinfo=UTC)
    sweep(portal.deps)
    assert any(isinstance(event, SilenceRecorded) for event in events_of(portal, silent))
    assert close(portal, MONDAY_AFTER, date(2026, 3, 25)) is not None
    assert (settle(portal).checked, len(moves(portal, silent))) == (0, 0)
    whole(portal)
    done = settle(portal)
    assert (done.checked, done.moved) == (1, 0)
    assert moves(portal, silent) == []
    assert columns(portal, silent) == (MONDAY_AFTER, MONDAY_AFTER)


def test_a_case_far_from_the_changed_days_is_not_even_read(portal: TestPortal, citizen: Browser) -> None:
    portal.clock.moment = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    citizen.sign_in()
    early, long = file_residence(citizen), file_aids(citizen)
    confirm(portal, 21, 22)
    done = settle(portal)
    assert (done.checked, done.moved) == (0, 0)
    assert moves(portal, early) == moves(portal, long) == []


def test_two_workers_at_once_move_each_case_once(portal: TestPortal, citizen: Browser) -> None:
    references = [file_residence(citizen) for _ in range(5)]
    asked = confirm(portal, 21, 22)
    assert asked is not None
    portal.clock.forward(seconds=15)
    done: list[Recount | None] = []
    workers = [threading.Thread(target=lambda: done.append(recount(portal.deps))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with portal.deps.reading() as work:
        found = calendar.find_recount(work.connection, asked)
    assert found is not None
    assert (found.checked, found.moved, found.done_at is not None) == (5, 5, True)
    assert len([one for one in done if one is not None]) == 1
    assert all(len(moves(portal, one)) == 1 for one in references)


def test_another_worker_goes_on_where_one_died(portal: TestPortal, citizen: Browser) -> None:
    references = sorted((dossier_of(portal, one).case.id, one) for one in [file_residence(citizen) for _ in range(3)])
    confirm(portal, 21, 22)
    portal.clock.forward(seconds=15)
    now = portal.clock.now()
    with portal.deps.unit_of_work() as work:
        taken = calendar.claim(work.connection, now, now)
        assert taken is not None
        assert calendar.note_progress(work.connection, taken, references[0][0], 1, 0, now)
    # While it gives signs of life, nobody takes its work away.
    assert recount(portal.deps) is None
    portal.clock.forward(minutes=6)
    done = recount(portal.deps)
    assert done is not None
    assert (done.checked, done.moved) == (3, 2)
    assert [len(moves(portal, one)) for _, one in references] == [0, 1, 1]


def test_where_the_database_fails_the_recount_is_taken_up_again_at_once(
    portal: TestPortal, citizen: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [file_residence(citizen) for _ in range(3)]
    asked = confirm(portal, 21, 22)
    portal.clock.forward(seconds=15)
    found, calls = cases.get, iter(range(100))

    def failing(*given: Any, **how: Any) -> Dossier | None:
        if next(calls) == 3:
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return found(*given, **how)

    monkeypatch.setattr("portal.actions.recounting.cases.get", failing)
    assert recount(portal.deps) is None
    assert sum(len(moves(portal, one)) for one in references) == 1
    done = recount(portal.deps, asked or "")
    assert done is not None
    assert (done.checked, done.moved, done.failed) == (3, 3, 0)
    assert [len(moves(portal, one)) for one in references] == [1, 1, 1]


def test_a_case_that_cannot_be_read_holds_up_no_other(portal: TestPortal, citizen: Browser) -> None:
    broken, other = file_residence(citizen), file_residence(citizen)
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == broken).values(digest="gone"))
    confirm(portal, 21, 22)
    done = settle(portal)
    assert (done.checked, done.moved, done.failed) == (2, 1, 1)
    assert len(moves(portal, other)) == 1


def test_a_process_sees_a_change_within_two_seconds(portal: TestPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = portal.deps.registry
    assert registry.calendar.is_off(FRIDAY)
    held = registry.in_force
    confirm(portal, 22, 23)
    monkeypatch.setattr("portal.actions.registry.FRESH_FOR", 0.0)
    assert not registry.calendar.is_off(FRIDAY)
    assert registry.calendar.is_off(MONDAY_AFTER)
    assert registry.in_force.services is held.services
    assert registry.in_force is registry.in_force
