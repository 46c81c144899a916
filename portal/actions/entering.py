"""What entering a state brings with it, in one place: opinions are asked, timers begin, a committee sits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from portal.actions.facts import place_of
from portal.domain import timers
from portal.domain.case import People
from portal.domain.consulting import Standing, requested
from portal.domain.entries import enters, since_entry
from portal.domain.events import CaseSubmitted, Event, OpinionsRequested, TimerFired
from portal.domain.periods import Calendar
from portal.domain.service import ServiceDefinition, Timer, UnitKind
from portal.domain.territory import Territory
from portal.i18n import office_date
from portal.store import opinions
from portal.store.journal import Line


def opinions_asked(
    definition: ServiceDefinition,
    state: str,
    place: str,
    unit: str,
    territory: Territory,
    calendar: Calendar,
    today: date,
    standing: Standing,
) -> list[OpinionsRequested]:
    """What entering a state asks of others: one event, or none.

    A unit is asked that covers the case's place. Where the territory has none any more, that opinion is left out, and
    where nobody at all would be asked, the case's own unit is: a case must not wait for nothing.
    """
    consultation = definition.states[state].consultation
    if consultation is None:
        return []
    units = {}
    for one in consultation.opinions:
        if one.unit is not None and (found := _unit(territory, one.unit, place)):
            units[one.id] = found
    if not units and not any(one.partner for one in consultation.opinions):
        units = {one.id: unit for one in consultation.opinions}
    return [requested(definition, state, units, today, calendar, standing)]


def _unit(territory: Territory, kind: UnitKind, place: str) -> str:
    try:
        return territory.unit_for((kind,), place).id
    except LookupError:
        return ""


def asked_at_submission(
    definition: ServiceDefinition,
    state: str,
    people: People,
    answers: Mapping[str, Any],
    unit: str,
    territory: Territory,
    calendar: Calendar,
    today: date,
) -> list[OpinionsRequested]:
    """What handing a file in asks of others."""
    place = place_of(definition, people, answers)
    return opinions_asked(definition, state, place, unit, territory, calendar, today, Standing())


def next_on(definition: ServiceDefinition, state: str, lines: Sequence[Line], calendar: Calendar) -> date | None:
    """The next day on which a timer of the state fires or the term of its opinions has passed."""
    found, events = definition.states[state], [line.event for line in lines]
    timer = next_timer(definition, state, lines, calendar)
    joins = Standing.of(events).joins_on if found.consultation is not None else None
    return min((day for day in (timer[0] if timer else None, joins) if day is not None), default=None)


def next_timer(
    definition: ServiceDefinition, state: str, lines: Sequence[Line], calendar: Calendar
) -> tuple[date, Timer] | None:
    """The timer of the state that fires next, and when."""
    found = definition.states[state]
    entered = next((line for line in reversed(lines) if enters(line.event)), None)
    if not found.timers or entered is None:
        return None
    fired = {event.timer for event in since_entry(line.event for line in lines) if isinstance(event, TimerFired)}
    return timers.pending(found, office_date(entered.at), fired, calendar, definition.deadline.law)


def list_opinions(connection: Connection, case_id: str, events: Sequence[Event], now: datetime) -> None:
    """Keeps the list of what is awaited in step with what is being entered in the journal."""
    awaited = True
    for event in events:
        # What is handed in has asked for nothing yet, and what has ended need not end again.
        if isinstance(event, CaseSubmitted):
            awaited = False
        if awaited and enters(event):
            opinions.end(connection, case_id, now)
            awaited = False
        if isinstance(event, OpinionsRequested):
            asked = [
                opinions.Asked(one["id"], one.get("unit"), one.get("partner"), _day(one)) for one in event.opinions
            ]
            opinions.ask(connection, case_id, event.round, asked, now)
            awaited = True


def _day(one: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(one["due_on"]) if one.get("due_on") else None
