"""Recounts: after the calendar has changed, the cases that it touches get their new last days, and are told.

A recount begins some seconds after it was asked for, when every process has seen the new calendar: whatever else is
done to a case meanwhile is done by it, and leaves what has moved for the recount to tell. One worker at a time goes
through a recount, in batches, holding no transaction; where it stops, another goes on. Each case is judged anew in a
transaction of its own, so that none is moved twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from portal.actions import clockwork
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.catalogue.calendar import Office
from portal.domain.case import SYSTEM
from portal.domain.errors import CaseMoved
from portal.domain.events import DueDateMoved, Event
from portal.domain.periods import LAWS, ONE_DAY, Unit
from portal.domain.service import Count, ServiceDefinition
from portal.i18n import office_date
from portal.store import calendar, cases, effects, journal, publications, recounting
from portal.store.calendar import Recount, Touched
from portal.store.cases import Dossier
from portal.store.journal import Line
from portal.store.recounting import Kept, Window
from portal.store.unit_of_work import Work

log = structlog.get_logger("portal.recount")

BATCH = 200
SETTLED = timedelta(seconds=10)
"""After so long every process counts by the new calendar, and whatever it began by the old one has ended."""

PASSING = (OperationalError, InterfaceError, NoConnection, CaseMoved)
"""What is wrong with the database or with the moment, not with a case: the same case is looked at again later."""

FOLLOWED = clockwork.BY_CALENDAR
OF_SETTLED = ("remedy_until", "citizen_due_on")
"""What can still move of a case that has ended, or whose silence is recorded."""


@dataclass(frozen=True)
class Moved:
    """What a new calendar makes of a case: the columns that change, and the event where a last day moved."""

    changes: dict[str, Any]
    event: DueDateMoved | None

    def __bool__(self) -> bool:
        return bool(self.changes) or self.event is not None


def recount(deps: Deps, recount_id: str = "") -> Recount | None:
    """Makes the oldest open recount, or this one, to its end; None where there is none that this worker may take up.

    Where the database fails on the way the recount is let go, to be taken up again from the last batch that was done.
    """
    deps.registry.forget()
    with deps.unit_of_work() as work:
        taken = calendar.claim(work.connection, work.now, work.now - SETTLED, recount_id)
    if taken is None:
        return None
    try:
        return _make(deps, taken)
    except PASSING as error:
        log.warning("a recount was interrupted", recount=taken.id, error=type(error).__name__)
        _let_go(deps, taken)
        return None


def _make(deps: Deps, taken: Recount) -> Recount | None:
    for batch in _batches(deps, taken):
        failed = sum(not _look_at(deps, taken, case_id) for case_id in batch)
        with deps.unit_of_work() as work:
            if not calendar.note_progress(work.connection, taken, batch[-1], len(batch), failed, work.now):
                # We were silent for so long that another worker took it to be ours no more.
                return None
        taken = replace(taken, place=batch[-1])
    with deps.unit_of_work() as work:
        if not calendar.finish(work.connection, taken, work.now):
            return None
        return calendar.find_recount(work.connection, taken.id)


def _let_go(deps: Deps, taken: Recount) -> None:
    try:
        with deps.unit_of_work() as work:
            calendar.let_go(work.connection, taken)
    except PASSING:
        # The database does not even take that: some minutes without a sign of life say it as well.
        pass


def _batches(deps: Deps, taken: Recount) -> Iterator[Sequence[str]]:
    """The ids of the cases to look at, from where the recount stands."""
    if not taken.touched.days:
        yield from _whole(deps, taken.place)
        return
    with deps.reading() as work:
        seen = window(work, deps, taken.touched, deps.registry.in_force.office)
        found = recounting.touched(work.connection, seen, taken.place)
    yield from _parted(found)


def _whole(deps: Deps, place: str) -> Iterator[Sequence[str]]:
    """Every open case, and every other one with which time is not done, in the order of their ids."""
    with deps.reading() as work:
        settled = recounting.every_settled(work.connection, office_date(work.now))
    while True:
        with deps.reading() as work:
            found = recounting.every_open(work.connection, place, BATCH)
        last = len(found) < BATCH
        among = [one for one in settled if place < one and (last or one <= found[-1])]
        yield from _parted(sorted({*found, *among}))
        if last:
            return
        place = found[-1]


def _parted(found: Sequence[str]) -> Iterator[Sequence[str]]:
    return (found[start : start + BATCH] for start in range(0, len(found), BATCH))


def window(work: Work, deps: Deps, touched: Touched, office: Office) -> Window:
    """Which cases a change can touch, by the calendar as it is after it."""
    first, last = touched.days[0], touched.days[-1]
    working, timed = dict[str, set[str]](), set[str]()
    for one in publications.versions(work.connection):
        definition = deps.registry.version(one.slug, one.digest)
        if counts_working_days(definition):
            working.setdefault(one.slug, set()).add(one.digest)
        if any(timer.term.count is Count.LEGAL for state in definition.states.values() for timer in state.timers):
            timed.add(one.digest)
    # An office may be closed for days of its own beside those that changed.
    units = {touched.unit} if touched.unit else {"", *(one.unit for one in office.since.closures)}
    after = max(office.calendar_of(unit).next_working(last + ONE_DAY) for unit in units)
    return Window(first, last, after, touched.unit, working, timed)


def counts_working_days(definition: ServiceDefinition) -> bool:
    """Whether a period that a case of the service can be counted under has working days only."""
    deadline = definition.deadline
    laws = {deadline.law, *(one.period.law for one in deadline.instead)}
    laws.update(action.period.law for action in definition.actions if action.period is not None)
    return any(LAWS[law].unit is Unit.WORKING for law in laws if law in LAWS)


def _look_at(deps: Deps, taken: Recount, case_id: str) -> bool:
    """Looks at a case and moves it where its days have moved; False where it could not be read."""
    try:
        with deps.reading() as work:
            if not _judged(work, deps, taken, cases.get(work.connection, work.vault, case_id))[0]:
                return True
        with deps.unit_of_work() as work:
            _move(work, deps, taken, case_id)
    except PASSING:
        raise
    except Exception as error:
        # One case that cannot be read must not hold up all others. Its words may quote anybody's data.
        log.error("a case could not be recounted", case=case_id, error=type(error).__name__)
        return False
    return True


def _move(work: Work, deps: Deps, taken: Recount, case_id: str) -> None:
    moved, dossier = _judged(work, deps, taken, cases.get(work.connection, work.vault, case_id, lock=True))
    if dossier is None or not moved:
        return
    events: list[Event] = [moved.event] if moved.event is not None else []
    length = cases.record(work.connection, dossier, events, SYSTEM, work.now, moved.changes)
    if moved.event is not None:
        effects.request(work.connection, work.jobs, case_id, length, ("notify",), work.now)
        calendar.count_moved(work.connection, taken.id)


def _judged(work: Work, deps: Deps, taken: Recount, dossier: Dossier | None) -> tuple[Moved, Dossier | None]:
    """What the calendar as it now is makes of a case; of one that has ended, or whose silence is recorded, its remedy."""
    if dossier is None:
        return Moved({}, None), None
    case, registry = dossier.case, deps.registry
    definition = registry.version(case.service, case.digest)
    lines = journal.read(work.connection, case.id, dossier.seal)
    clock = clock_of(definition, case.filed_on, lines, registry.calendar_of(case.unit))
    kept = recounting.kept_of(work.connection, case.id)
    now = clockwork.columns(registry, definition, case.unit, case.filed_on, case.state, lines)
    settled = not case.open or clock.silent_on is not None
    followed = OF_SETTLED if settled else FOLLOWED
    changes = {name: now[name] for name in followed if now[name] != getattr(kept, name)}
    event = _event(kept, changes, taken.cause)
    if event is not None:
        # She is told of the move: what she need not be reminded of beside it follows from its line.
        lines = [*lines, Line(0, work.now, "", "", "", event)]
        now = clockwork.columns(registry, definition, case.unit, case.filed_on, case.state, lines)
    # What is due by today the sweep sees to, which may have put it off until it can be done.
    timer_on = now["timer_on"]
    put_off = kept.timer_on is not None and timer_on is not None and timer_on <= office_date(work.now)
    if timer_on != kept.timer_on and (changes or not put_off):
        changes["timer_on"] = timer_on
    return Moved(changes, event), dossier


def _event(kept: Kept, changes: Mapping[str, Any], cause: str) -> DueDateMoved | None:
    """The move of the last day to decide, else of the applicant's own or of her remedy; None where none of them moved.

    A column that was empty is filled in: what it would have said is not known, so nothing can be told to have moved.
    """
    if "due_on" in changes:
        return DueDateMoved(_iso(kept.due_on), _iso(changes["due_on"]), cause)
    for name, of in (("citizen_due_on", "file"), ("remedy_until", "remedy")):
        before, after = getattr(kept, name), changes.get(name)
        if before is not None and after is not None:
            return DueDateMoved(before.isoformat(), after.isoformat(), cause, of)
    return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
