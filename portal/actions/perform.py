"""Acts on a case: any workflow action, taking it, giving it back, and bringing what its file still lacks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.actions.deps import Deps
from portal.actions.facts import clock_of, facts_of_case
from portal.actions.submit import queue_date
from portal.catalogue.conditions import PreparedFacts
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.clock import LegalClock
from portal.domain.errors import ActionNotPossible, AlreadyDecided, CaseMoved, NotFound
from portal.domain.events import CaseReleased, CaseTaken, DocumentsAdded, Event, FileCompleted
from portal.domain.service import ActionRule, Result, ServiceDefinition, Source, StateKind
from portal.domain.workflow import Outcome, advance, possible_actions
from portal.i18n import office_date
from portal.store import cases, effects, files, journal
from portal.store.cases import Dossier
from portal.store.journal import Line
from portal.store.unit_of_work import Work


@dataclass(frozen=True)
class OpenCase:
    """A case with all that is needed to judge what may be done to it now."""

    dossier: Dossier
    definition: ServiceDefinition
    lines: list[Line]
    clock: LegalClock
    facts: PreparedFacts

    def actions_for(self, actor: Actor) -> tuple[ActionRule, ...]:
        return possible_actions(self.definition, self.dossier.case, actor, self.facts)

    def rule_for(self, actor: Actor, action: str) -> ActionRule:
        """The rule of an action this actor could do now; raises NotFound."""
        rule = next((rule for rule in self.actions_for(actor) if rule.action == action), None)
        if rule is None:
            raise NotFound()
        return rule


def open_case(work: Work, deps: Deps, reference: str, actor: Actor, *, lock: bool = False) -> OpenCase:
    """The case, for somebody who may see it; to anybody else it does not exist."""
    dossier = cases.find(work.connection, work.vault, reference, lock=lock)
    if dossier is None:
        raise NotFound()
    policies.check_can_see(actor, dossier.case)
    return _opened(work, deps, dossier)


def _opened(work: Work, deps: Deps, dossier: Dossier) -> OpenCase:
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    lines = journal.read(work.connection, dossier.case.id, dossier.seal)
    clock = clock_of(definition, dossier.case.filed_on, lines, deps.registry.calendar)
    return OpenCase(dossier, definition, lines, clock, facts_of_case(dossier, office_date(work.now)))


def perform(
    work: Work,
    deps: Deps,
    actor: Actor,
    reference: str,
    action: str,
    inputs: Mapping[str, Any],
    *,
    version: int | None = None,
) -> Outcome:
    """Carries an action out: the case's new state, its events and its effects, in the caller's transaction.

    ``version`` is the case's as the actor saw it: if somebody has changed it since, raises AlreadyDecided or CaseMoved.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    case = opened.dossier.case
    if not case.open:
        raise AlreadyDecided()
    if version is not None and version != case.version:
        raise CaseMoved()
    outcome = advance(opened.definition, case, action, actor, opened.facts, work.now, inputs=inputs, clock=opened.clock)
    if case.missing and outcome.state.kind is StateKind.RUNNING:
        # Only ``complete`` starts the period, and only once it has seen the documents.
        raise ActionNotPossible(action=action)
    _apply(work, deps, opened, outcome, actor)
    return outcome


def _apply(
    work: Work, deps: Deps, opened: OpenCase, outcome: Outcome, actor: Actor, more: Mapping[str, Any] | None = None
) -> None:
    dossier = opened.dossier
    changes = {
        "state": outcome.state.id,
        "state_kind": outcome.state.kind.value,
        **_clock_changes(deps, opened, outcome.events, work),
        **(more or {}),
    }
    if outcome.state.kind is not StateKind.DEPOSITING:
        changes["missing"] = []
    if outcome.state.kind is StateKind.DECIDED:
        changes |= {"outcome": (outcome.state.outcome or Result.GRANTED).value, "closed_at": work.now}
    length = cases.record(work.connection, dossier, outcome.events, actor, work.now, changes)
    effects.request(work.connection, work.jobs, dossier.case.id, length, _effects(outcome), work.now)


def _effects(outcome: Outcome) -> tuple[str, ...]:
    """What the workflow asks for, and a new receipt for a file that has just become complete (law 55-19, art. 10)."""
    completed = any(isinstance(event, FileCompleted) for event in outcome.events)
    return ("issue.receipt", *outcome.effects) if completed else outcome.effects


def _clock_changes(deps: Deps, opened: OpenCase, events: Iterable[Event], work: Work) -> dict[str, Any]:
    new = [Line(0, work.now, "", "", "", event) for event in events]
    case = opened.dossier.case
    clock = clock_of(opened.definition, case.filed_on, [*opened.lines, *new], deps.registry.calendar)
    return {
        "complete_on": clock.complete_on,
        "due_on": clock.due_on,
        "half_ends_on": clock.half_ends_on,
        "queue_on": queue_date(clock),
    }


def take(work: Work, deps: Deps, actor: Actor, reference: str) -> None:
    """Takes a case on; of two agents one gets it, and the other is told."""
    opened = open_case(work, deps, reference, actor, lock=True)
    policies.check_can_take(actor, opened.dossier.case)
    if opened.dossier.case.taken_by == actor.id:
        return
    changes = {"taken_by": actor.id, "taken_name": actor.name}
    cases.record(work.connection, opened.dossier, [CaseTaken()], actor, work.now, changes)


def release(work: Work, deps: Deps, actor: Actor, reference: str) -> None:
    """Gives a case back to the unit's queue."""
    opened = open_case(work, deps, reference, actor, lock=True)
    policies.check_can_release(actor, opened.dossier.case)
    changes = {"taken_by": None, "taken_name": ""}
    cases.record(work.connection, opened.dossier, [CaseReleased()], actor, work.now, changes)


def complete(work: Work, deps: Deps, actor: Actor, reference: str, statements: Iterable[str]) -> Outcome | None:
    """Looks at what an incomplete file still lacks once documents were added; completes it when nothing does.

    None while something is still missing: what came is then on record, and the list is shorter.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    dossier, case = opened.dossier, opened.dossier.case
    if case.kind is not StateKind.DEPOSITING:
        raise CaseMoved()
    rule = completing_rule(opened, actor)
    sworn = {*dossier.statements, *(one for one in statements if _may_be_sworn(opened.definition, one))}
    brought = {file.document for file in files.of_case(work.connection, dossier.seal, case.id)}
    missing = [document for document in case.missing if document not in brought | sworn]
    if not missing:
        outcome = advance(opened.definition, case, rule.action, actor, opened.facts, work.now, clock=opened.clock)
        _apply(work, deps, opened, outcome, actor, {"statements": sorted(sworn)})
        return outcome
    added = sorted(set(case.missing) - set(missing))
    if added:
        changes = {"missing": missing, "statements": sorted(sworn)}
        cases.record(work.connection, dossier, [DocumentsAdded(added, missing)], actor, work.now, changes)
    return None


def completing_rule(opened: OpenCase, actor: Actor) -> ActionRule:
    """The action by which this actor completes an incomplete file; raises NotFound."""
    for rule in opened.actions_for(actor):
        if opened.definition.states[rule.target].kind is StateKind.RUNNING:
            return rule
    raise NotFound()


def _may_be_sworn(definition: ServiceDefinition, document_id: str) -> bool:
    document = definition.document(document_id)
    return document is not None and document.source is Source.CITIZEN and document.alternative is not None
