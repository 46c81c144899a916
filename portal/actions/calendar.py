"""The calendar of the offices, kept by administrators: feasts are confirmed, closures entered, and open cases recounted.

Whatever changes a working day asks, in the same transaction, for the recount of the cases that it can touch (see
``recounting``). A change that leaves every working day as it was asks for none. No change makes a working day of one
that has come: what was to be done by then would be late before anybody could know it. Each change adds a line to the
trail that says who made it.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from portal.actions.deps import Deps
from portal.actions.recounting import window
from portal.actions.registry import read_changes
from portal.catalogue.calendar import Office
from portal.catalogue.days_off import Feast
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.days_off import (
    CasesTouched,
    ClosureOver,
    ClosureUnitUnknown,
    ClosureUnnamed,
    FeastPast,
    check_closure,
    check_feast,
    check_kept,
)
from portal.domain.errors import NotFound
from portal.domain.periods import ONE_DAY
from portal.fields.cleaning import line
from portal.i18n import office_date
from portal.store import calendar, recounting
from portal.store.calendar import Change, ConfirmedFeast, EnteredClosure, Touched
from portal.store.unit_of_work import Work

LONGEST_NAME = 120
WHOLE = "calendar"
"""The cause of a recount that somebody asked for herself: it goes through every open case."""

ANY_NUMBER = 10**9
"""More cases than any province has: whoever agrees to so many has no need to be asked."""


class What(StrEnum):
    """The kinds of changes, as the trail names them."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    SHORTENED = "shortened"
    REMOVED = "removed"


@dataclass(frozen=True)
class Done:
    """What came of a change: the recount that it asked for, None where no working day changed.

    ``kept`` are days of a feast that stay off because they have passed, or are today.
    """

    recount: str | None
    kept: tuple[date, ...] = ()


def confirm_feast(
    work: Work,
    deps: Deps,
    actor: Actor,
    feast: Feast,
    year: int,
    days: Iterable[date],
    *,
    sure: bool = False,
    agreed: int = 0,
) -> Done:
    """Puts the days of a feast in place of its estimate; days of it that have passed stay off.

    Raises NotAllowed, DaysOffWrong – days more than two weeks from the estimate are taken only from one who is ``sure`` –
    or CasesTouched where more cases than ``agreed`` can be touched.
    """
    before = _held(work, deps, actor)
    years = (before.first_year, before.last_year)
    found = check_feast(year, days, before.estimated(feast, year), years, sure=sure)
    held = calendar.find_confirmed(work.connection, feast, year)
    calendar.confirm(work.connection, ConfirmedFeast(feast, year, found, actor.id, work.now))
    kept = _opened(before, _now(work, before), until=office_date(work.now))
    if kept:
        found = tuple(sorted({*found, *kept}))
        check_kept(found, before.estimated(feast, year))
        calendar.confirm(work.connection, ConfirmedFeast(feast, year, found, actor.id, work.now))
    _note(work, actor, What.CONFIRMED, _feast(feast, year, held.days if held else None), _feast(feast, year, found))
    return Done(_ask(work, deps, before, actor, _cause_of(feast, year), agreed), kept)


def withdraw_feast(work: Work, deps: Deps, actor: Actor, feast: Feast, year: int, *, agreed: int = 0) -> Done:
    """Takes a confirmation back: the days are again as the file has them, or estimated.

    Raises NotFound, FeastPast where a day that has come would be worked, or CasesTouched.
    """
    before = _held(work, deps, actor)
    held = calendar.find_confirmed(work.connection, feast, year)
    if held is None:
        raise NotFound()
    calendar.withdraw(work.connection, feast, year)
    past = _opened(before, _now(work, before), until=office_date(work.now))
    if past:
        raise FeastPast(day=past[0].isoformat())
    _note(work, actor, What.WITHDRAWN, _feast(feast, year, held.days), {})
    return Done(_ask(work, deps, before, actor, _cause_of(feast, year), agreed))


def enter_closure(
    work: Work,
    deps: Deps,
    actor: Actor,
    first: date,
    last: date,
    name_ar: str,
    name_fr: str,
    unit: str = "",
    *,
    agreed: int = 0,
) -> Done:
    """Closes an office, or all of them, on some days; entering the same again changes nothing.

    Raises DaysOffWrong, or CasesTouched where more cases than ``agreed`` can be touched.
    """
    before = _held(work, deps, actor)
    closures = calendar.closures(work.connection)
    if any((one.unit, one.first_on, one.last_on) == (unit, first, last) for one in closures):
        return Done(None)
    _check_closure(work, before, closures, first, last, unit)
    names = line(name_ar)[:LONGEST_NAME], line(name_fr)[:LONGEST_NAME]
    if not all(names):
        raise ClosureUnnamed()
    if unit and all(one.id != unit for one in deps.registry.territory.units):
        raise ClosureUnitUnknown()
    entered = EnteredClosure(uuid.uuid4().hex, unit, first, last, *names, actor.id, work.now)
    calendar.enter_closure(work.connection, entered)
    _note(work, actor, What.CLOSED, {}, _closure(entered))
    return Done(_ask(work, deps, before, actor, f"closure:{first}:{last}", agreed, unit))


def _check_closure(
    work: Work, before: Office, closures: Iterable[EnteredClosure], first: date, last: date, unit: str
) -> None:
    """Checks a closure for the office that it closes; one of all offices for each that has closures of its own."""
    years = (before.first_year, before.last_year)
    held = list(closures)
    for closed in {unit} if unit else {"", *(one.unit for one in held)}:
        others = [(one.first_on, one.last_on) for one in held if one.unit in ("", closed)]
        own, today = before.calendar_of(closed), office_date(work.now)
        check_closure(first, last, today=today, years=years, calendar=own, others=others)


def remove_closure(work: Work, deps: Deps, actor: Actor, closure_id: str, *, agreed: int = 0) -> Done:
    """Opens an office again that was to be closed; where the closure has begun, from tomorrow on.

    Raises NotFound, ClosureOver where it has ended or ends today, or CasesTouched.
    """
    before, today = _held(work, deps, actor), office_date(work.now)
    closure = calendar.find_closure(work.connection, closure_id)
    if closure is None:
        raise NotFound()
    if closure.last_on <= today:
        raise ClosureOver()
    opened = max(closure.first_on, today + ONE_DAY)
    if closure.first_on <= today:
        calendar.end_closure(work.connection, closure_id, today)
        _note(work, actor, What.SHORTENED, _closure(closure), _closure(replace(closure, last_on=today)))
    else:
        calendar.remove_closure(work.connection, closure_id)
        _note(work, actor, What.REMOVED, _closure(closure), {})
    return Done(_ask(work, deps, before, actor, f"opening:{opened}:{closure.last_on}", agreed, closure.unit))


def ask_whole_recount(work: Work, actor: Actor) -> str:
    """Has every open case looked at, as after another calendar.yaml was published; the id of the recount."""
    policies.check_can_keep_calendar(actor)
    return _entered(work, actor, WHOLE, Touched())


def _held(work: Work, deps: Deps, actor: Actor) -> Office:
    """The calendar as it stands in this transaction; whoever else wants to change it waits until it ends."""
    policies.check_can_keep_calendar(actor)
    calendar.hold(work.connection, work.now)
    return _now(work, deps.registry.in_force.office)


def _now(work: Work, office: Office) -> Office:
    """The calendar with what this transaction has changed of it."""
    return replace(office, since=read_changes(work.connection))


def _opened(before: Office, after: Office, *, until: date) -> tuple[date, ...]:
    """The days off that a change makes working days, as far as they have come ``until`` a day."""
    was, now = before.calendar, after.calendar
    gone = was.holidays - now.holidays
    return tuple(sorted(day for day in gone if day <= until and not now.is_off(day)))


def _ask(work: Work, deps: Deps, before: Office, actor: Actor, cause: str, agreed: int, unit: str = "") -> str | None:
    """Asks for a recount of what a change touches: the days that are now off and were not, or the other way round."""
    after = _now(work, before)
    was, now = before.calendar_of(unit), after.calendar_of(unit)
    changed = sorted(day for day in was.holidays ^ now.holidays if was.is_off(day) != now.is_off(day))
    if not changed:
        return None
    closed = tuple(day for day in changed if now.is_off(day))
    opened = tuple(day for day in changed if not now.is_off(day))
    touched = Touched(unit, closed, opened)
    if agreed < ANY_NUMBER:
        count = len(recounting.touched(work.connection, window(work, deps, touched, after), ""))
        if count > agreed:
            raise CasesTouched(count)
    return _entered(work, actor, cause, touched)


def _entered(work: Work, actor: Actor, cause: str, touched: Touched) -> str:
    recount_id = uuid.uuid4().hex
    calendar.ask_recount(work.connection, recount_id, cause, touched, actor.id, work.now)
    return recount_id


def _note(work: Work, actor: Actor, what: What, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Adds a line to the trail of the calendar."""
    change = Change(uuid.uuid4().hex, work.now, actor.id, actor.name, what.value, before, after)
    calendar.note_change(work.connection, change)


def _feast(feast: Feast, year: int, days: Iterable[date] | None) -> dict[str, Any]:
    """A feast as the trail keeps it; nothing where it was not confirmed."""
    if days is None:
        return {}
    return {"feast": feast.value, "year": year, "days": [day.isoformat() for day in days]}


def _closure(closure: EnteredClosure) -> dict[str, Any]:
    """A closure as the trail keeps it."""
    return {
        "id": closure.id,
        "unit": closure.unit,
        "first": closure.first_on.isoformat(),
        "last": closure.last_on.isoformat(),
        "name": {"ar": closure.name_ar, "fr": closure.name_fr},
    }


def _cause_of(feast: Feast, year: int) -> str:
    return f"feast:{feast.value}:{year}"
