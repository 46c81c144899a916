"""What may be changed of the calendar: nothing that has come, nothing unseen, and never without a line that says who did it."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.actions.calendar import ANY_NUMBER, confirm_feast, enter_closure
from portal.domain.case import Actor
from portal.domain.days_off import (
    CasesTouched,
    ClosureBeyondCalendar,
    ClosureOver,
    ClosureReversed,
    ClosureTooEarly,
    ClosureTooLong,
    ClosureUnitUnknown,
    ClosureUnnamed,
    FeastBeyondCalendar,
    FeastDaysApart,
    FeastFarFromEstimate,
    FeastNotInYear,
    FeastPast,
    FeastTooLong,
)
from portal.domain.errors import NotAllowed
from portal.domain.service import Role
from portal.store import calendar
from tests.support.browser import Browser
from tests.support.days_off import ADMIN, FITR, close, confirm, moves, reopen, settle, withdraw
from tests.support.journeys import file_residence
from tests.support.kiosk import dossier_of
from tests.support.portal import TestPortal

TUESDAY = datetime(2026, 3, 17, 10, tzinfo=UTC)
"""Two full days later Eid al-Fitr is expected, on Friday 20 and Saturday 21 March 2026."""

MONDAY_AFTER, FRIDAY = date(2026, 3, 23), date(2026, 3, 20)


@pytest.fixture
def citizen(portal: TestPortal, browser: Browser) -> Browser:
    portal.clock.moment = TUESDAY
    browser.sign_in()
    return browser


def test_what_cannot_be_is_refused(portal: TestPortal) -> None:
    with pytest.raises(FeastNotInYear), portal.deps.unit_of_work() as work:
        confirm_feast(work, portal.deps, ADMIN, FITR, 2026, [date(2027, 3, 20)])
    with pytest.raises(FeastBeyondCalendar):
        confirm(portal, 20, year=2050)
    with pytest.raises(FeastDaysApart):
        confirm(portal, 20, 25)
    with pytest.raises(FeastFarFromEstimate) as far:
        confirm(portal, 20, month=4)
    assert far.value.params == {"expected": "2026-03-21"}
    assert confirm(portal, 20, month=4, sure=True) is not None
    with pytest.raises(ClosureReversed):
        close(portal, MONDAY_AFTER, FRIDAY)
    with pytest.raises(ClosureTooLong):
        close(portal, FRIDAY, date(2026, 5, 19))
    with pytest.raises(ClosureUnitUnknown):
        close(portal, FRIDAY, FRIDAY, "annexe-nowhere")
    with pytest.raises(ClosureUnnamed), portal.deps.unit_of_work() as work:
        enter_closure(work, portal.deps, ADMIN, FRIDAY, FRIDAY, "إغلاق", " ")
    agent = Actor("agent", frozenset({Role.AGENT, Role.CHIEF, Role.PUBLISHER}))
    with pytest.raises(NotAllowed), portal.deps.unit_of_work() as work:
        confirm_feast(work, portal.deps, agent, FITR, 2026, [FRIDAY])


def test_a_day_that_has_come_stays_off_when_a_feast_is_confirmed(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    portal.clock.moment = datetime(2026, 3, 20, 9, tzinfo=UTC)
    with portal.deps.unit_of_work() as work:
        days = [date(2026, 3, 21), date(2026, 3, 22)]
        done = confirm_feast(work, portal.deps, ADMIN, FITR, 2026, days, agreed=ANY_NUMBER)
    # Nobody can be late by noon for what was off until she looked.
    assert (done.recount, done.kept) == (None, (FRIDAY,))
    portal.deps.registry.forget()
    assert portal.deps.registry.calendar.is_off(FRIDAY)
    assert dossier_of(portal, reference).case.due_on == MONDAY_AFTER
    portal.clock.moment = datetime(2026, 3, 25, 9, tzinfo=UTC)
    # On the 25th the days of the confirmation have passed as well, and none of them is given back.
    confirm(portal, 23, 24)
    portal.deps.registry.forget()
    assert all(portal.deps.registry.calendar.is_off(date(2026, 3, day)) for day in range(20, 25))
    with pytest.raises(FeastPast) as past:
        withdraw(portal)
    assert past.value.params == {"day": "2026-03-23"}


def test_a_closure_that_has_begun_ends_today_and_one_that_is_over_stays(portal: TestPortal, citizen: Browser) -> None:
    reference = file_residence(citizen)
    close(portal, date(2026, 3, 18), date(2026, 3, 24), "annexe-ahfir")
    settle(portal)
    assert dossier_of(portal, reference).case.due_on == date(2026, 3, 25)
    portal.clock.moment = datetime(2026, 3, 19, 9, tzinfo=UTC)
    assert reopen(portal, "annexe-ahfir") is not None
    settle(portal)
    assert [(one.before, one.after) for one in moves(portal, reference)][-1] == ("2026-03-25", "2026-03-23")
    calendar_of = portal.deps.registry.calendar_of("annexe-ahfir")
    assert [calendar_of.is_off(date(2026, 3, day)) for day in (17, 18, 19, 23)] == [False, True, True, False]
    with pytest.raises(ClosureOver):
        reopen(portal, "annexe-ahfir")


def test_closures_are_neither_old_nor_far_away_and_those_that_adjoin_are_one(portal: TestPortal) -> None:
    portal.clock.moment = TUESDAY
    with pytest.raises(ClosureTooEarly):
        close(portal, date(2026, 3, 9), date(2026, 3, 9))
    with pytest.raises(ClosureBeyondCalendar):
        close(portal, date(9999, 3, 9), date(9999, 3, 9))
    close(portal, date(2026, 4, 1), date(2026, 5, 8))
    close(portal, date(2026, 7, 1), date(2026, 7, 8), "annexe-saidia")
    # From Monday on, with only a weekend between: thirty-eight days and forty are too long for one.
    for unit in ("", "annexe-ahfir"):
        with pytest.raises(ClosureTooLong):
            close(portal, date(2026, 5, 11), date(2026, 6, 10), unit)
    close(portal, date(2026, 5, 13), date(2026, 6, 10), "annexe-ahfir")
    with pytest.raises(ClosureTooLong):
        close(portal, date(2026, 5, 11), date(2026, 6, 30))


def test_a_change_says_first_how_many_cases_it_can_touch(portal: TestPortal, citizen: Browser) -> None:
    references = [file_residence(citizen) for _ in range(2)]
    with pytest.raises(CasesTouched) as touched, portal.deps.unit_of_work() as work:
        confirm_feast(work, portal.deps, ADMIN, FITR, 2026, [date(2026, 3, 21), date(2026, 3, 22)])
    assert touched.value.count == len(references)
    with portal.deps.reading() as work:
        # It is not made.
        assert calendar.confirmed(work.connection) == []
        assert calendar.latest_changes(work.connection) == []
    with portal.deps.unit_of_work() as work:
        days = [date(2026, 3, 21), date(2026, 3, 22)]
        assert confirm_feast(work, portal.deps, ADMIN, FITR, 2026, days, agreed=2).recount is not None


def test_every_change_of_the_calendar_is_written_down_and_stays(portal: TestPortal, engine_kind: str) -> None:
    portal.clock.moment = TUESDAY
    confirm(portal, 21, 22)
    confirm(portal, 20, 21)
    withdraw(portal)
    close(portal, TUESDAY.date(), MONDAY_AFTER, "annexe-ahfir")
    close(portal, TUESDAY.date(), MONDAY_AFTER, "annexe-ahfir")
    reopen(portal, "annexe-ahfir")
    close(portal, MONDAY_AFTER, MONDAY_AFTER)
    reopen(portal)
    with portal.deps.reading() as work:
        changes = calendar.latest_changes(work.connection)
    assert {one.who for one in changes} == {"admin"}
    assert sorted(one.what for one in changes) == sorted(
        ["confirmed", "confirmed", "withdrawn", "closed", "shortened", "closed", "removed"]
    )
    again = next(one for one in changes if one.what == "confirmed" and one.before)
    assert (again.before["days"], again.after["days"]) == (["2026-03-21", "2026-03-22"], ["2026-03-20", "2026-03-21"])
    shortened = next(one for one in changes if one.what == "shortened")
    assert (shortened.before["last"], shortened.after["last"]) == ("2026-03-23", "2026-03-17")
    replaced = (
        "INSERT OR REPLACE INTO calendar_changes (id, at, who, name, what, before, after) "
        "SELECT id, at, 'nobody', name, what, before, after FROM calendar_changes"
    )
    emptied = replaced if engine_kind == "sqlite" else "TRUNCATE calendar_changes"
    for change in ("UPDATE calendar_changes SET who = 'nobody'", "DELETE FROM calendar_changes", emptied):
        with pytest.raises(DBAPIError, match="stays written"), portal.deps.unit_of_work() as work:
            work.connection.execute(text(change))


def test_a_feast_confirmed_anew_each_day_does_not_hold_time_still(portal: TestPortal) -> None:
    def move_on(number: int) -> None:
        portal.clock.moment = datetime(2026, 3, 20, 9, tzinfo=UTC) + timedelta(days=number)
        with portal.deps.unit_of_work() as work:
            on = portal.clock.moment.date()
            confirm_feast(work, portal.deps, ADMIN, FITR, 2026, [on], sure=True, agreed=ANY_NUMBER)
        portal.deps.registry.forget()

    for number in range(4):
        move_on(number)
    confirmed = 4
    with suppress(FeastTooLong):
        for number in range(4, 12):
            move_on(number)
            confirmed += 1
    assert confirmed < 12
    assert len(portal.deps.registry.in_force.office.days_of(FITR, 2026)) <= 7
