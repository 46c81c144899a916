"""The calendar of the offices, kept by administrators: feasts are confirmed, closures entered, and open cases recounted.

Whatever changes a working day asks, in the same transaction, for the recount of the open cases that it can touch
(see ``recounting``). A change that leaves every working day as it was asks for none.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from portal.actions.deps import Deps
from portal.actions.registry import read_changes
from portal.catalogue.calendar import Office
from portal.catalogue.days_off import Feast
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.days_off import ClosureUnitUnknown, ClosureUnnamed, check_closure, check_feast
from portal.domain.errors import NotFound
from portal.fields.cleaning import line
from portal.store import calendar
from portal.store.calendar import ConfirmedFeast, EnteredClosure, Touched
from portal.store.unit_of_work import Work

LONGEST_NAME = 120
WHOLE = "calendar"
"""The cause of a recount that somebody asked for herself: it goes through every open case."""


def confirm_feast(
    work: Work, deps: Deps, actor: Actor, feast: Feast, year: int, days: Iterable[date], *, sure: bool = False
) -> str | None:
    """Puts the days of a feast in place of its estimate; the id of the recount, None where no working day changed.

    Raises NotAllowed, or DaysOffWrong: days more than two weeks from the estimate are taken only from one who is ``sure``.
    """
    before = _held(work, deps, actor)
    years = (before.first_year, before.last_year)
    found = check_feast(year, days, before.estimated(feast, year), years, sure=sure)
    calendar.confirm(work.connection, ConfirmedFeast(feast, year, found, actor.id, work.now))
    return _ask(work, before, actor, _cause_of(feast, year))


def withdraw_feast(work: Work, deps: Deps, actor: Actor, feast: Feast, year: int) -> str | None:
    """Takes a confirmation back: the days are again as the file has them, or estimated. Raises NotFound."""
    before = _held(work, deps, actor)
    if calendar.find_confirmed(work.connection, feast, year) is None:
        raise NotFound()
    calendar.withdraw(work.connection, feast, year)
    return _ask(work, before, actor, _cause_of(feast, year))


def enter_closure(
    work: Work, deps: Deps, actor: Actor, first: date, last: date, name_ar: str, name_fr: str, unit: str = ""
) -> str | None:
    """Closes an office, or all of them, on some days; entering the same again changes nothing. Raises DaysOffWrong."""
    before = _held(work, deps, actor)
    check_closure(first, last)
    names = line(name_ar)[:LONGEST_NAME], line(name_fr)[:LONGEST_NAME]
    if not all(names):
        raise ClosureUnnamed()
    if unit and all(one.id != unit for one in deps.registry.territory.units):
        raise ClosureUnitUnknown()
    same = (unit, first, last)
    if any((one.unit, one.first_on, one.last_on) == same for one in calendar.closures(work.connection, first)):
        return None
    entered = EnteredClosure(uuid.uuid4().hex, unit, first, last, *names, actor.id, work.now)
    calendar.enter_closure(work.connection, entered)
    return _ask(work, before, actor, f"closure:{first}:{last}", unit)


def remove_closure(work: Work, deps: Deps, actor: Actor, closure_id: str) -> str | None:
    """Opens an office again that was to be closed. Raises NotFound."""
    before = _held(work, deps, actor)
    closure = calendar.find_closure(work.connection, closure_id)
    if closure is None:
        raise NotFound()
    calendar.remove_closure(work.connection, closure_id)
    return _ask(work, before, actor, f"opening:{closure.first_on}:{closure.last_on}", closure.unit)


def ask_whole_recount(work: Work, actor: Actor) -> str:
    """Has every open case looked at, as after another calendar.yaml was published; the id of the recount."""
    policies.check_can_keep_calendar(actor)
    return _entered(work, actor, WHOLE, Touched())


def _held(work: Work, deps: Deps, actor: Actor) -> Office:
    """The calendar as it stands in this transaction; whoever else wants to change it waits until it ends."""
    policies.check_can_keep_calendar(actor)
    calendar.hold(work.connection, work.now)
    return replace(deps.registry.in_force.office, since=read_changes(work.connection))


def _ask(work: Work, before: Office, actor: Actor, cause: str, unit: str = "") -> str | None:
    """Asks for a recount of what a change touches: the days that are now off and were not, or the other way round."""
    after = replace(before, since=read_changes(work.connection))
    was, now = before.calendar_of(unit), after.calendar_of(unit)
    changed = sorted(day for day in was.holidays ^ now.holidays if was.is_off(day) != now.is_off(day))
    if not changed:
        return None
    closed = tuple(day for day in changed if now.is_off(day))
    opened = tuple(day for day in changed if not now.is_off(day))
    return _entered(work, actor, cause, Touched(unit, closed, opened))


def _entered(work: Work, actor: Actor, cause: str, touched: Touched) -> str:
    recount_id = uuid.uuid4().hex
    calendar.ask_recount(work.connection, recount_id, cause, touched, actor.id, work.now)
    return recount_id


def _cause_of(feast: Feast, year: int) -> str:
    return f"feast:{feast.value}:{year}"
