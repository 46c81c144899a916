"""Moves a case: a pure function from a case, an action and its actor to what happened and what must follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain import policies
from portal.domain.case import Actor, Case
from portal.domain.clock import LegalClock
from portal.domain.errors import (
    ActionNotPossible,
    AlreadyDecided,
    ReasonsMissing,
    RequestTooLate,
    SecondRequest,
)
from portal.domain.events import CaseDecided, CaseMoved, Event, FileCompleted, InformationProvided, InformationRequested
from portal.domain.service import ActionRule, Facts, Result, ServiceDefinition, State, StateKind

REASONS = "reasons"
"""The id of the answer that carries the reasons of a refusal."""


@dataclass(frozen=True)
class Outcome:
    """What an action brings about: the case's new state, its events in order, and the effects to carry out."""

    state: State
    events: tuple[Event, ...]
    effects: tuple[str, ...]


def advance(
    definition: ServiceDefinition,
    case: Case,
    action: str,
    actor: Actor,
    facts: Facts,
    now: datetime,
    *,
    inputs: Mapping[str, Any] | None = None,
    clock: LegalClock | None = None,
) -> Outcome:
    """The outcome of an action on a case, or the error that says why it cannot be.

    ``facts["today"]`` is the date at the office. Raises NotAllowed, AlreadyDecided, ActionNotPossible and, with their
    article, the Unlawful family (law 55-19, art. 14 and 18).
    """
    given = dict(inputs or {})
    if not case.open:
        raise AlreadyDecided()
    rule = definition.rule(action, case.state)
    if rule is None:
        raise ActionNotPossible(action=action)
    policies.check_can_act(actor, case, rule)
    if not rule.when(facts):
        raise ActionNotPossible(action=action)
    source, target = definition.states[case.state], definition.states[rule.target]
    _check_lawful(case, source, target, given, clock, facts["today"])
    return Outcome(target, (_event(rule, source, target, given),), rule.effects)


def possible_actions(definition: ServiceDefinition, case: Case, actor: Actor, facts: Facts) -> tuple[ActionRule, ...]:
    """The actions this actor could do now, in the order of the workflow; for drawing buttons."""
    if not case.open:
        return ()
    return tuple(
        rule
        for rule in definition.actions
        if case.state in rule.sources and policies.can_act(actor, case, rule) and rule.when(facts)
    )


def asks_for_information(definition: ServiceDefinition, case: Case, rule: ActionRule) -> bool:
    """Whether this action would suspend the clock to ask the applicant something."""
    return (
        definition.states[case.state].kind is StateKind.RUNNING
        and definition.states[rule.target].kind is StateKind.SUSPENDED
    )


def check_may_suspend(clock: LegalClock | None, today: date) -> None:
    """Raises SecondRequest or RequestTooLate when the law forbids asking (law 55-19, art. 14: no other law does)."""
    if clock is None or not clock.asks_once:
        return
    if clock.suspensions:
        raise SecondRequest("55-19/14")
    if clock.half_ends_on is not None and today > clock.half_ends_on:
        raise RequestTooLate("55-19/14", until=clock.half_ends_on.isoformat())


def _check_lawful(
    case: Case, source: State, target: State, inputs: Mapping[str, Any], clock: LegalClock | None, today: date
) -> None:
    if source.kind is StateKind.RUNNING and target.kind is StateKind.SUSPENDED:
        check_may_suspend(clock, today)
    if target.outcome is Result.REFUSED and not str(inputs.get(REASONS) or "").strip():
        raise ReasonsMissing("55-19/18")


def _event(rule: ActionRule, source: State, target: State, inputs: dict[str, Any]) -> Event:
    match source.kind, target.kind:
        case _, StateKind.DECIDED:
            return CaseDecided(rule.action, source.id, target.id, (target.outcome or Result.GRANTED).value, inputs)
        case StateKind.DEPOSITING, StateKind.RUNNING:
            return FileCompleted(rule.action)
        case StateKind.RUNNING, StateKind.SUSPENDED:
            return InformationRequested(rule.action, source.id, target.id, inputs)
        case StateKind.SUSPENDED, StateKind.RUNNING:
            return InformationProvided(rule.action, source.id, target.id, inputs)
        case _:
            return CaseMoved(rule.action, source.id, target.id, inputs)
