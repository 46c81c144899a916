"""What the law's clock brings about in a story by itself: a file is returned, a silence is noted, and sometimes grants."""

from collections.abc import Iterable, Sequence
from datetime import date

from portal.domain.acts import Act
from portal.domain.alarms import Alarm, Kind, alarms, pending
from portal.domain.clock import Calendar, LegalClock, clock_event
from portal.domain.events import Event, SilenceRecorded
from portal.domain.flow import ActionRule, Role
from portal.domain.service import ServiceDefinition, Silence

TOLD = (Kind.RETURN, Kind.SILENCE)
"""What moves a case or is said of it; that people are reminded and warned is no part of a story."""


def clock_of(
    definition: ServiceDefinition, filed_on: date, events: Iterable[tuple[Event, date]], calendar: Calendar
) -> LegalClock:
    """The clock of a case, by what happened on which day."""
    deadline = definition.deadline
    return LegalClock.from_journal(
        [found for event, on in events if (found := clock_event(event, on)) is not None],
        law=deadline.law,
        days=deadline.days,
        calendar=calendar,
        filed_on=filed_on,
        extends=deadline.extension.days if deadline.extension is not None else 0,
    )


def next_alarm(definition: ServiceDefinition, state: str, clock: LegalClock, events: Sequence[Event]) -> Alarm | None:
    """What the law brings about next in a case as it stands."""
    returns = rule_of(definition, state, Act.RETURN) is not None
    found = [alarm for alarm in alarms(clock, (), returns=returns) if alarm.kind in TOLD]
    return next(iter(pending(found, events)), None)


def rule_of(definition: ServiceDefinition, state: str, act: Act) -> ActionRule | None:
    """The action by which time does an act of law from a state."""
    return next(
        (rule for rule in definition.actions if rule.act is act and state in rule.sources and Role.SYSTEM in rule.by),
        None,
    )


def silence(definition: ServiceDefinition, alarm: Alarm) -> SilenceRecorded:
    """That nobody answered in time, dated as the law says, and what that means."""
    return SilenceRecorded(alarm.on.isoformat(), alarm.due_on.isoformat(), definition.deadline.silence.value)


def granting_rule(definition: ServiceDefinition, state: str) -> ActionRule | None:
    """The action by which a silence grants a request, where it does."""
    approves = definition.deadline.silence is Silence.APPROVAL
    return rule_of(definition, state, Act.SILENCE) if approves else None
