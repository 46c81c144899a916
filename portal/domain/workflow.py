"""Moves a case: a pure function from a case, an action and its actor to what happened and what must follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain import policies
from portal.domain.acts import Act
from portal.domain.case import Actor, Case
from portal.domain.clock import LegalClock
from portal.domain.consulting import Standing
from portal.domain.errors import (
    ActionNotPossible,
    AlreadyDecided,
    DocumentsNeeded,
    JournalContradicts,
    ReopeningTooLate,
    UnitNeeded,
)
from portal.domain.events import (
    CaseDecided,
    CaseMoved,
    CaseReopened,
    CaseSubmitted,
    CaseTransferred,
    DocumentsReplaced,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
)
from portal.domain.lawful import DAYS, DOCUMENTS, check_lawful, legal_act
from portal.domain.lawful import REASONS as REASONS
from portal.domain.periods import Calendar
from portal.domain.service import ActionRule, Facts, Result, ServiceDefinition, State, StateKind, UnitKind
from portal.domain.timers import last_day
from portal.domain.voting import tally, votes_since_entry

UNIT = "unit"
"""The id of the answer to where a case is transferred, which no workflow needs to write: the actor chooses a unit."""
EVERY_DAY = Calendar(frozenset(), frozenset())


@dataclass(frozen=True)
class Outcome:
    """What an action brings about: the case's new state, its events in order, and the effects to carry out.

    ``unit`` is the one that the case goes to, None where it stays. What the state entered asks for in its turn
    (opinions, timers, a committee's votes) is in ``state``, for the caller to see to.
    """

    state: State
    events: tuple[Event, ...]
    effects: tuple[str, ...]
    unit: str | None = None

    @property
    def reopens(self) -> bool:
        """Whether a decision is taken up again: the case is open once more, without an outcome."""
        return isinstance(self.events[0], CaseReopened)


def case_facts(
    definition: ServiceDefinition,
    state: str,
    events: Sequence[Event],
    *,
    documents_complete: bool,
    obtained: bool,
    unit_kind: UnitKind | None,
) -> dict[str, Any]:
    """What the workflow's conditions see of a case as ``case``, by its whole journal.

    ``obtained`` is whether what the office fetches by hand from another administration came, where it is needed.
    """
    committee = definition.states[state].committee
    return {
        "state": state,
        "documents_complete": documents_complete,
        "obtained": obtained,
        "opinions": Standing.of(events).joined,
        "committee": None if committee is None else tally(committee, votes_since_entry(events)),
        "unit_kind": None if unit_kind is None else unit_kind.value,
        "reopened": any(isinstance(event, CaseReopened) for event in events),
        "repeats": next((event.repeats or None for event in events if isinstance(event, CaseSubmitted)), None),
    }


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

    ``facts["today"]`` is the date at the office, ``facts["case"]["unit_kind"]`` the kind of unit the case is at. The
    system (timers, joined opinions) acts by the same rules as people. What the actor says (``inputs``) was read by the
    types of the questions asked; of a transfer it holds ``unit``, which the caller knows to be of a kind the rule names.

    Raises NotAllowed, AlreadyDecided, ActionNotPossible, UnitNeeded, DocumentsNeeded, ReopeningTooLate,
    JournalContradicts and, with their article, the Unlawful family (see ``lawful``).
    """
    given = dict(inputs or {})
    rule = definition.rule(action, case.state)
    if not case.open and (rule is None or rule.within is None):
        raise AlreadyDecided()
    if rule is None:
        raise ActionNotPossible(action=action)
    policies.check_can_act(actor, case, rule, _unit_kind(facts))
    if clock is not None and clock.flaw:
        raise JournalContradicts()
    if not case.open:
        _check_in_time(definition, case, rule, facts["today"], clock)
    if not rule.when(facts):
        raise ActionNotPossible(action=action)
    source, target = definition.states[case.state], definition.states[rule.target]
    check_lawful(definition, case, rule, given, clock, facts["today"])
    unit = _unit_chosen(case, rule, given)
    act = legal_act(definition, case.state, rule)
    event = _event_of_act(act, rule, source, target, given) or _event(case, rule, source, target, given, unit, clock)
    if isinstance(event, FileCompleted):
        event = completed(definition, facts, rule.action)
    return Outcome(target, (event,), rule.effects, unit)


def completed(definition: ServiceDefinition, facts: Facts, action: str = "") -> FileCompleted:
    """That a file is complete, with its period where the answers give another than the service's own."""
    period = definition.deadline.period(facts)
    own = (period.law, period.days) == (definition.deadline.law, definition.deadline.days)
    return FileCompleted(action) if own else FileCompleted(action, law=period.law, days=period.days)


def possible_actions(
    definition: ServiceDefinition, case: Case, actor: Actor, facts: Facts, clock: LegalClock | None = None
) -> tuple[ActionRule, ...]:
    """The actions this actor could do now, in the order of the workflow; for drawing buttons.

    On a closed case these are its reopenings, within their term.
    """
    unit_kind = _unit_kind(facts)
    return tuple(
        rule
        for rule in definition.actions
        if case.state in rule.sources
        and (case.open or _in_time(definition, case, rule, facts["today"], clock))
        and policies.can_act(actor, case, rule, unit_kind)
        and rule.when(facts)
    )


def reopening_ends(
    definition: ServiceDefinition, case: Case, rule: ActionRule, clock: LegalClock | None = None
) -> date | None:
    """The last day on which this rule can take a closed case up again; None where it cannot at all.

    Day 0 is the day of the decision at the office, which the ``clock`` knows best, or the later one on which something
    that was filed against it was granted.
    """
    if rule.within is None or case.closed_at is None:
        return None
    closed_on, calendar = case.closed_at.date(), EVERY_DAY
    if clock is not None:
        closed_on, calendar = clock.decided_on or closed_on, clock.calendar
    closed_on = max(closed_on, case.upheld_on or closed_on)
    return last_day(rule.within, closed_on, calendar, definition.deadline.law)


def _unit_kind(facts: Facts) -> str | None:
    kind: str | None = (facts.get("case") or {}).get("unit_kind")
    return kind


def _in_time(
    definition: ServiceDefinition, case: Case, rule: ActionRule, today: date, clock: LegalClock | None
) -> bool:
    until = reopening_ends(definition, case, rule, clock)
    return until is not None and today <= until


def _check_in_time(
    definition: ServiceDefinition, case: Case, rule: ActionRule, today: date, clock: LegalClock | None
) -> None:
    until = reopening_ends(definition, case, rule, clock)
    if until is None or today > until:
        raise ReopeningTooLate(until=until.isoformat() if until else "")


def _unit_chosen(case: Case, rule: ActionRule, inputs: dict[str, Any]) -> str | None:
    """Where a transfer goes, taken out of what the actor said; None for any other action."""
    if not rule.transfers:
        return None
    unit = str(inputs.pop(UNIT, None) or "").strip()
    if not unit or unit == case.unit:
        raise UnitNeeded()
    return unit


def _event_of_act(
    act: Act | None, rule: ActionRule, source: State, target: State, inputs: dict[str, Any]
) -> Event | None:
    """What an act of law is called in the journal; None for any other action."""
    names = rule.action, source.id, target.id
    match act:
        case Act.REPLACEMENT:
            return ReplacementRequested(*names, _documents_chosen(inputs), inputs)
        case Act.ORIGINALS:
            return OriginalsRequested(*names, _documents_chosen(inputs), inputs)
        case Act.EXTENSION:
            return PeriodExtended(*names, int(inputs.pop(DAYS)), inputs)
        case _:
            return None


def _documents_chosen(inputs: dict[str, Any]) -> list[str]:
    """The documents that an act is about, taken out of what the actor said."""
    chosen = inputs.pop(DOCUMENTS, None) or []
    if not chosen:
        raise DocumentsNeeded()
    return list(chosen)


def _event(
    case: Case,
    rule: ActionRule,
    source: State,
    target: State,
    inputs: dict[str, Any],
    unit: str | None,
    clock: LegalClock | None,
) -> Event:
    if unit is not None:
        return CaseTransferred(rule.action, source.id, target.id, case.unit, unit, inputs)
    match source.kind, target.kind:
        case StateKind.DECIDED, _:
            return CaseReopened(rule.action, source.id, target.id, inputs)
        case _, StateKind.DECIDED:
            return CaseDecided(rule.action, source.id, target.id, (target.outcome or Result.GRANTED).value, inputs)
        case StateKind.DEPOSITING, StateKind.RUNNING:
            return FileCompleted(rule.action)
        case StateKind.RUNNING, StateKind.SUSPENDED:
            return InformationRequested(rule.action, source.id, target.id, inputs)
        case StateKind.SUSPENDED, StateKind.RUNNING:
            return _resumed(case, rule, source, target, inputs, clock)
        case StateKind.RUNNING, StateKind.RUNNING if rule.period is not None:
            return PeriodChanged(rule.action, source.id, target.id, rule.period.law, rule.period.days, inputs)
        case _:
            return CaseMoved(rule.action, source.id, target.id, inputs)


def _resumed(
    case: Case, rule: ActionRule, source: State, target: State, inputs: dict[str, Any], clock: LegalClock | None
) -> Event:
    """What ends a pause, by what had begun it."""
    names = rule.action, source.id, target.id
    waiting = clock.suspensions[-1].act if clock is not None and clock.suspensions else Act.INFORMATION
    if waiting is Act.REPLACEMENT:
        return DocumentsReplaced(*names, list(case.missing))
    if waiting is Act.ORIGINALS:
        return OriginalsSeen(*names, inputs)
    return InformationProvided(*names, inputs)
