"""Between a change of the calendar and its recount, time does nothing to a case before the day that was told is over."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from portal.actions.publish import publish_all, read_publications
from portal.actions.timers import sweep
from portal.domain.events import CaseDecided, DeadlineNear, DueDateMoved, SilenceRecorded
from portal.store.tables import CASES
from tests.support.browser import Browser
from tests.support.days_off import confirm, moves, settle
from tests.support.journeys import file_residence
from tests.support.kiosk import dossier_of, events_of
from tests.support.portal import SERVICES, TestPortal
from tests.support.remedies import pass_days

MONDAY = date(2026, 3, 23)
"""The last day as it was told: Eid al-Fitr is expected on Friday 20 and Saturday 21 March 2026."""

MOVED = DueDateMoved("2026-03-23", "2026-03-20", "feast:eid_al_fitr:2026", "file")


def march(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def sweep_all(portal: TestPortal) -> None:
    while sweep(portal.deps):
        pass


def confirm_on_thursday_night(portal: TestPortal) -> None:
    """The feast is announced for Saturday and Sunday, so that Friday is worked, as soon as every reminder has been seen to."""
    portal.clock.moment = march(19)
    sweep_all(portal)
    portal.clock.moment = march(19, 22)
    confirm(portal, 21, 22)
    # Whoever sweeps next counts by the new calendar.
    portal.deps.registry.forget()


def incomplete(portal: TestPortal, browser: Browser) -> str:
    """A file that is to be completed by Monday 23 March, and that was swept every day until Thursday."""
    portal.clock.moment = datetime(2026, 2, 17, 10, tzinfo=UTC)
    browser.sign_in()
    reference = file_residence(browser, with_document=False)
    while portal.clock.moment < march(18):
        pass_days(portal, 1)
    return reference


def citizen_due_on(portal: TestPortal, reference: str) -> date | None:
    with portal.deps.reading() as work:
        found = select(CASES.c.citizen_due_on).where(CASES.c.reference == reference)
        day: date | None = work.connection.execute(found).scalar()
    return day


def is_returned(portal: TestPortal, reference: str) -> bool:
    return any(isinstance(event, CaseDecided) for event in events_of(portal, reference))


def silences(portal: TestPortal, reference: str) -> list[tuple[str, str]]:
    return [(one.on, one.due_on) for one in events_of(portal, reference) if isinstance(one, SilenceRecorded)]


def test_no_file_is_returned_by_a_sweep_that_comes_before_the_recount(portal: TestPortal, browser: Browser) -> None:
    reference = incomplete(portal, browser)
    confirm_on_thursday_night(portal)
    # The worker was down until Saturday, and at its restart the sweep comes first.
    portal.clock.moment = march(21)
    sweep_all(portal)
    assert not is_returned(portal, reference)
    assert settle(portal).moved == 1
    assert moves(portal, reference) == [MOVED]
    for day, returned in ((22, False), (23, False), (24, True)):
        portal.clock.moment = march(day)
        sweep_all(portal)
        assert is_returned(portal, reference) == returned


def test_who_was_never_told_because_a_recount_failed_keeps_her_day(portal: TestPortal, browser: Browser) -> None:
    reference = incomplete(portal, browser)
    digest = dossier_of(portal, reference).case.digest

    def now_of(digest: str) -> None:
        with portal.deps.unit_of_work() as work:
            work.connection.execute(update(CASES).where(CASES.c.reference == reference).values(digest=digest))

    confirm_on_thursday_night(portal)
    now_of("gone")
    assert settle(portal).failed == 1
    now_of(digest)
    for day, returned in ((20, False), (21, False), (22, False), (23, False), (24, True)):
        portal.clock.moment = march(day)
        sweep_all(portal)
        assert is_returned(portal, reference) == returned
        assert returned or citizen_due_on(portal, reference) == MONDAY


def test_no_silence_sets_in_before_the_last_day_that_queue_and_page_show(portal: TestPortal, browser: Browser) -> None:
    portal.clock.moment = march(17, 10)
    browser.sign_in()
    told, waiting = file_residence(browser), file_residence(browser)
    assert dossier_of(portal, told).case.due_on == MONDAY
    confirm_on_thursday_night(portal)
    portal.clock.moment = march(21)
    sweep_all(portal)
    assert silences(portal, told) == silences(portal, waiting) == []
    assert settle(portal).moved == 2
    assert [(one.before, one.after) for one in moves(portal, told)] == [("2026-03-23", "2026-03-20")]
    sweep_all(portal)
    assert silences(portal, told) == [("2026-03-21", "2026-03-20")]


def test_where_no_recount_comes_the_silence_is_that_of_the_day_that_was_told(
    portal: TestPortal, browser: Browser
) -> None:
    portal.clock.moment = march(17, 10)
    browser.sign_in()
    reference = file_residence(browser)
    confirm_on_thursday_night(portal)
    for day in (21, 22, 23):
        portal.clock.moment = march(day)
        sweep_all(portal)
        assert silences(portal, reference) == []
    portal.clock.moment = march(25)
    sweep_all(portal)
    assert silences(portal, reference) == [("2026-03-24", "2026-03-23")]
    assert dossier_of(portal, reference).case.due_on == MONDAY
    assert settle(portal).moved == 0


def test_a_warning_that_an_office_adds_reaches_a_file_that_is_silent_and_open(
    portal: TestPortal, browser: Browser, tmp_path: Path
) -> None:
    portal.clock.moment = march(2, 10)
    browser.sign_in()
    reference = file_residence(browser)
    portal.clock.moment = datetime(2026, 4, 20, 8, tzinfo=UTC)
    sweep_all(portal)
    found = dossier_of(portal, reference)
    # Its silence is recorded, all its warnings have fired, and her remedy is over: time is done with it.
    assert (found.case.open, found.case.silent_on is not None, found.timer_on) == (True, True, None)
    assert found.case.due_on is not None
    services = tmp_path / "edited"
    shutil.copytree(SERVICES, services)
    units, last = services / "territory" / "units.yaml", "  - {at: after, days: 8, warn: [secretary_general]}\n"
    text = units.read_text("utf-8")
    assert text.count(last) == 1
    units.write_text(text.replace(last, f"{last}  - {{at: after, days: 60, warn: [secretary_general]}}\n"), "utf-8")
    with portal.deps.store.engine.begin() as connection:
        publish_all(connection, read_publications(services), portal.clock.now())
    assert settle(portal).checked == 1
    on = found.case.due_on + timedelta(days=60)
    assert dossier_of(portal, reference).timer_on == on
    portal.clock.moment = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)
    sweep_all(portal)
    warned = [one.warning for one in events_of(portal, reference) if isinstance(one, DeadlineNear)]
    assert warned[-1] == "after-60"
