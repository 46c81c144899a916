"""The law's clock in the columns of a case: what is due next, and what queues, sweeps and figures find it by.

The journal is the record. Every column here is derived from it, the calendar of the case's office, and the workflow.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.actions import entering
from portal.actions.facts import clock_of
from portal.actions.registry import Registry
from portal.domain.acts import Act
from portal.domain.alarms import NOTHING_ELSE, Alarm, Told, alarms, pending
from portal.domain.case import Case
from portal.domain.clock import LegalClock, moves
from portal.domain.events import CaseReopened, DueDateMoved, Event, FileCompleted
from portal.domain.opening import due_at
from portal.domain.remedies import remedies, remind_until
from portal.domain.service import ActionRule, Role, ServiceDefinition, StateKind
from portal.i18n import office_date
from portal.store import calendar
from portal.store.cases import FAR
from portal.store.journal import Line
from portal.store.unit_of_work import Work

OF_THE_ANSWER = ("due_on", "half_ends_on", "queue_on")
"""The columns of the administration's last day: of a case that is closed they stand as they did at the decision."""

OF_THE_APPLICANT = "citizen_due_on"
"""The column of the applicant's own last day, as she was told of it: only the clock or the calendar moves it."""

BY_CALENDAR = (*OF_THE_ANSWER, OF_THE_APPLICANT, "remedy_until")
"""The columns that a change of the calendar can move though nothing has happened to the case."""


def columns(
    registry: Registry, definition: ServiceDefinition, unit: str, filed_on: date, state: str, lines: Sequence[Line]
) -> dict[str, Any]:
    """What a case's row keeps of its clock and of its state; ``lines`` are the whole journal, with what is being entered."""
    days_off = registry.calendar_of(unit)
    clock = clock_of(definition, filed_on, lines, days_off)
    waiting, found = clock.suspension, definition.states[state]
    alarm = next_alarm(registry, definition, unit, clock, state, lines)
    timer_on = entering.next_on(definition, state, lines, days_off)
    days = [day for day in (alarm.on if alarm else None, timer_on) if day is not None]
    return {
        "complete_on": clock.complete_on,
        "due_on": clock.due_on,
        "half_ends_on": clock.half_ends_on,
        "queue_on": queue_date(clock),
        "timer_on": min(days, default=None),
        "sitting": found.committee is not None and found.kind is not StateKind.DECIDED,
        "flaw": clock.flaw,
        "suspended_on": waiting.sent if waiting is not None else None,
        "suspended_for": waiting.act.value if waiting is not None else "",
        "silent_on": clock.silent_on,
        "decided_on": clock.decided_on,
        "days_used": clock.took,
        "citizen_due_on": clock.citizen_due_on,
        "remedy_until": None if clock.flaw else _remedy_until(registry, definition, unit, clock, state, lines),
    }


def columns_beside(work: Work, kept: Mapping[str, Any], case: Case, events: Sequence[Event]) -> dict[str, Any]:
    """Of ``columns``, what is written beside ``events`` that leave the case with its office.

    Between a change of the calendar and the recount that follows it, a last day stays as it was told: it is the recount
    that tells of its move. What moves the clock tells the new one by itself. The applicant's own last day stays even
    after a recount that could not read the case: no file is returned before the day that its row says she was told.
    """
    if any(map(moves, events)):
        return dict(kept)
    left: tuple[str, ...] = (OF_THE_APPLICANT,) if case.open else (*OF_THE_ANSWER, OF_THE_APPLICANT)
    if calendar.any_open(work.connection):
        left = BY_CALENDAR
    return {name: value for name, value in kept.items() if name not in left}


def promised_at(
    registry: Registry, definition: ServiceDefinition, unit: str, clock: LegalClock, lines: Sequence[Line]
) -> datetime | None:
    """When the office answers in practice, counted in its opening hours since the file was complete; in its own time.

    None where the service promises no such thing, or something has held or lengthened the period since.
    """
    began = next((line.at for line in reversed(lines) if isinstance(line.event, FileCompleted | CaseReopened)), None)
    if not definition.deadline.hours or began is None or clock.decided_on is not None:
        return None
    if clock.suspensions or clock.extended:
        return None
    return due_at(began, definition.deadline.hours, registry.opening_of(unit))


def queue_date(clock: LegalClock) -> date:
    """Where a case stands in its queue: its due date, the citizen's own while depositing, last while it waits for her."""
    return clock.due_on or clock.deposit_due_on or FAR


def next_alarm(
    registry: Registry,
    definition: ServiceDefinition,
    unit: str,
    clock: LegalClock,
    state: str,
    lines: Sequence[Line],
) -> Alarm | None:
    """What the law next brings about in a case."""
    return next(iter(coming(registry, definition, unit, clock, state, lines)), None)


def coming(
    registry: Registry,
    definition: ServiceDefinition,
    unit: str,
    clock: LegalClock,
    state: str,
    lines: Sequence[Line],
    told: Told = NOTHING_ELSE,
) -> list[Alarm]:
    """All that the law will bring about in a case as it stands, the next first, none before what was ``told`` of it."""
    if clock.flaw:
        # Nothing is done by time to a case whose journal contradicts itself.
        return []
    territory = registry.territory
    found = alarms(
        clock,
        territory.warnings_of(territory.unit(unit)),
        returns=rule_of(definition, state, Act.RETURN) is not None,
        remedy_until=_remedy_until(registry, definition, unit, clock, state, lines),
    )
    moved = [(line.event, office_date(line.at)) for line in lines if isinstance(line.event, DueDateMoved)]
    return pending(found, [line.event for line in lines], moved, told)


def _remedy_until(
    registry: Registry,
    definition: ServiceDefinition,
    unit: str,
    clock: LegalClock,
    state: str,
    lines: Sequence[Line],
) -> date | None:
    """The last day of the applicant's remedy; None where there is none, or she has turned to somebody."""
    office, others = registry.territory.unit(unit), registry.following()
    ended = definition.states[state]
    after = remedies(definition, clock, ended.outcome, office.kind, others, partly=ended.partly)
    return remind_until(after, [line.event for line in lines])


def rule_of(definition: ServiceDefinition, state: str, act: Act) -> ActionRule | None:
    """The action by which the system does an act of law from a state."""
    return next(
        (rule for rule in definition.actions if rule.act is act and state in rule.sources and Role.SYSTEM in rule.by),
        None,
    )
