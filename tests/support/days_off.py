"""The calendar as tests change it: by an administrator who agrees to whatever she touches."""

from datetime import date

from portal.actions.calendar import (
    ANY_NUMBER,
    ask_whole_recount,
    confirm_feast,
    enter_closure,
    remove_closure,
    withdraw_feast,
)
from portal.actions.recounting import recount
from portal.catalogue.days_off import Feast
from portal.domain.case import Actor
from portal.domain.events import DueDateMoved
from portal.domain.service import Role
from portal.store import calendar
from portal.store.calendar import Recount
from tests.support.kiosk import events_of
from tests.support.portal import TestPortal

ADMIN = Actor("admin", frozenset({Role.ADMIN}))
FITR = Feast.EID_AL_FITR


def confirm(portal: TestPortal, *days: int, month: int = 3, year: int = 2026, sure: bool = False) -> str | None:
    with portal.deps.unit_of_work() as work:
        found = [date(year, month, day) for day in days]
        return confirm_feast(work, portal.deps, ADMIN, FITR, year, found, sure=sure, agreed=ANY_NUMBER).recount


def close(portal: TestPortal, first: date, last: date, unit: str = "") -> str | None:
    with portal.deps.unit_of_work() as work:
        names = ("إغلاق", "Fermeture")
        return enter_closure(work, portal.deps, ADMIN, first, last, *names, unit, agreed=ANY_NUMBER).recount


def withdraw(portal: TestPortal) -> str | None:
    with portal.deps.unit_of_work() as work:
        return withdraw_feast(work, portal.deps, ADMIN, FITR, 2026, agreed=ANY_NUMBER).recount


def reopen(portal: TestPortal, unit: str = "") -> str | None:
    """Takes the only closure of an office back."""
    with portal.deps.unit_of_work() as work:
        closure = next(one for one in calendar.closures(work.connection) if one.unit == unit)
        return remove_closure(work, portal.deps, ADMIN, closure.id, agreed=ANY_NUMBER).recount


def whole(portal: TestPortal) -> str:
    with portal.deps.unit_of_work() as work:
        return ask_whole_recount(work, ADMIN)


def settle(portal: TestPortal) -> Recount:
    """What the worker does once the change has been seen by every process."""
    portal.clock.forward(seconds=15)
    done = recount(portal.deps)
    assert done is not None
    return done


def moves(portal: TestPortal, reference: str) -> list[DueDateMoved]:
    return [event for event in events_of(portal, reference) if isinstance(event, DueDateMoved)]
