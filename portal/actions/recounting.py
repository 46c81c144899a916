"""Recounts: after the calendar has changed, the open cases that it touches get their new last days, and are told.

A recount begins some seconds after it was asked for, when every process has seen the new calendar: whatever else is
done to a case meanwhile is done by it. One worker at a time goes through a recount, in batches, holding no transaction;
where it stops, another goes on. Each case is judged anew in a transaction of its own, so that none is moved twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import structlog

from portal.actions import clockwork
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain.case import SYSTEM
from portal.domain.clock import LegalClock
from portal.domain.events import DueDateMoved, Event
from portal.domain.periods import LAWS, ONE_DAY, Calendar, Unit
from portal.domain.service import Count, ServiceDefinition
from portal.i18n import office_date
from portal.store import calendar, cases, effects, journal, publications, recounting
from portal.store.calendar import Recount, Touched
from portal.store.cases import FAR, Dossier
from portal.store.recounting import Kept, Window
from portal.store.unit_of_work import Work

log = structlog.get_logger("portal.recount")

BATCH = 200
SETTLED = timedelta(seconds=10)
"""After so long every process counts by the new calendar, and whatever it began by the old one has ended."""

FOLLOWED = ("due_on", "half_ends_on", "queue_on")


@dataclass(frozen=True)
class Moved:
    """What a new calendar makes of a case: the columns that change, and the event where a last day moved."""

    changes: dict[str, Any]
    event: DueDateMoved | None

    def __bool__(self) -> bool:
        return bool(self.changes) or self.event is not None


def recount(deps: Deps, recount_id: str = "") -> Recount | None:
    """Makes the oldest open recount, or this one, to its end; None where there is none that this worker may take up."""
    deps.registry.forget()
    with deps.unit_of_work() as work:
        taken = calendar.claim(work.connection, work.now, work.now - SETTLED, recount_id)
    if taken is None:
        return None
    for batch in _batches(deps, taken):
        for case_id in batch:
            _look_at(deps, taken, case_id)
        with deps.unit_of_work() as work:
            if not calendar.note_progress(work.connection, taken, batch[-1], len(batch), work.now):
                # We were silent for so long that another worker took it to be ours no more.
                return None
        taken = replace(taken, place=batch[-1])
    with deps.unit_of_work() as work:
        if not calendar.finish(work.connection, taken, work.now):
            return None
        return calendar.find_recount(work.connection, taken.id)


def _batches(deps: Deps, taken: Recount) -> Iterator[list[str]]:
    """The ids of the cases to look at, from where the recount stands."""
    if not taken.touched.days:
        place = taken.place
        while True:
            with deps.reading() as work:
                batch = recounting.every_open(work.connection, place, BATCH)
            if batch:
                yield batch
                place = batch[-1]
            if len(batch) < BATCH:
                return
    with deps.reading() as work:
        window = _window(work, deps, taken.touched)
        found = recounting.touched(work.connection, window, taken.place)
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


def _window(work: Work, deps: Deps, touched: Touched) -> Window:
    first, last = touched.days[0], touched.days[-1]
    working, timed = dict[str, set[str]](), set[str]()
    for one in publications.versions(work.connection):
        definition = deps.registry.version(one.slug, one.digest)
        if counts_working_days(definition):
            working.setdefault(one.slug, set()).add(one.digest)
        if any(timer.term.count is Count.LEGAL for state in definition.states.values() for timer in state.timers):
            timed.add(one.digest)
    after = deps.registry.calendar_of(touched.unit).next_working(last + ONE_DAY)
    return Window(first, last, after, touched.unit, working, timed)


def counts_working_days(definition: ServiceDefinition) -> bool:
    """Whether a period that a case of the service can be counted under has working days only."""
    deadline = definition.deadline
    laws = {deadline.law, *(one.period.law for one in deadline.instead)}
    laws.update(action.period.law for action in definition.actions if action.period is not None)
    return any(LAWS[law].unit is Unit.WORKING for law in laws if law in LAWS)


def _look_at(deps: Deps, taken: Recount, case_id: str) -> None:
    try:
        with deps.reading() as work:
            if not _judged(work, deps, taken, cases.get(work.connection, work.vault, case_id))[0]:
                return
        with deps.unit_of_work() as work:
            _move(work, deps, taken, case_id)
    except Exception as error:
        # One case that cannot be read must not hold up all others. Its words may quote anybody's data.
        log.error("a case could not be recounted", case=case_id, error=type(error).__name__)


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
    """What the calendar as it now is makes of a case; nothing of one that has ended, or whose silence is recorded."""
    nothing = Moved({}, None)
    if dossier is None or not dossier.case.open or dossier.case.silent_on is not None:
        return nothing, dossier
    case, registry = dossier.case, deps.registry
    definition = registry.version(case.service, case.digest)
    lines = journal.read(work.connection, case.id, dossier.seal)
    clock = clock_of(definition, case.filed_on, lines, registry.calendar_of(case.unit))
    if clock.silent_on is not None:
        return nothing, dossier
    kept = recounting.kept_of(work.connection, case.id)
    now = clockwork.columns(registry, definition, case.unit, case.filed_on, case.state, lines)
    changes = {name: now[name] for name in FOLLOWED if now[name] != getattr(kept, name)}
    # What is due by today the sweep sees to, which may have put it off until it can be done.
    timer_on = now["timer_on"]
    put_off = kept.timer_on is not None and timer_on is not None and timer_on <= office_date(work.now)
    if timer_on != kept.timer_on and (changes or not put_off):
        changes["timer_on"] = timer_on
    told = next((line.event for line in reversed(lines) if isinstance(line.event, DueDateMoved)), None)
    return Moved(changes, _event(clock, kept, taken, told)), dossier


def _event(clock: LegalClock, kept: Kept, taken: Recount, told: DueDateMoved | None) -> DueDateMoved | None:
    """The move of the last day to decide or, where she is awaited, of the citizen's own; None where neither moved."""
    before, after = kept.due_on, clock.due_on
    if before == after and after is None:
        after = clock.citizen_due_on
        if clock.complete_on is None:
            before = None if kept.queue_on == FAR else kept.queue_on
        else:
            before = replace(clock, calendar=_as_it_was(clock.calendar, taken.touched)).citizen_due_on
            if told is not None and after is not None and told.after == after.isoformat():
                before = after
    if before == after:
        return None
    return DueDateMoved(_iso(before), _iso(after), taken.cause)


def _as_it_was(now: Calendar, touched: Touched) -> Calendar:
    """The calendar before the change: what a case keeps of itself does not say by when its applicant had to answer."""
    return Calendar((now.holidays | set(touched.opened)) - set(touched.closed), now.weekend)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
