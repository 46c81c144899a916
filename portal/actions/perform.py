"""Acts on a case: any workflow action, taking it, giving it back, and bringing what its file still lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from portal.actions import clockwork, entering
from portal.actions.dating import check_dated
from portal.actions.deps import Deps
from portal.actions.facts import clock_of, facts_of_case, place_of, still_to_obtain
from portal.actions.following import ALERTS as ALERTS
from portal.actions.following import is_overturned, tell_first, upheld_on
from portal.actions.reading import with_readers
from portal.catalogue.conditions import PreparedFacts
from portal.domain import policies, voting
from portal.domain.acts import Act
from portal.domain.case import Actor
from portal.domain.clock import LegalClock
from portal.domain.consulting import Standing
from portal.domain.entries import enters
from portal.domain.errors import (
    ActionNotPossible,
    AlreadyDecided,
    CaseMoved,
    DocumentsNeeded,
    JournalContradicts,
    NotFound,
    UnitNeeded,
)
from portal.domain.events import (
    CaseReleased,
    CaseTaken,
    DocumentsAdded,
    Event,
    ReplacementRequested,
)
from portal.domain.issued import STANDARD, RevokedFor, issued_on
from portal.domain.lawful import DOCUMENTS, legal_act
from portal.domain.service import ActionRule, Document, Result, ServiceDefinition, Source, State, StateKind
from portal.domain.territory import Territory, Unit
from portal.domain.workflow import UNIT, Outcome, advance, possible_actions
from portal.i18n import office_date
from portal.store import cases, documents, effects, files, journal
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

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The whole journal, without who and when."""
        return tuple(line.event for line in self.lines)

    @cached_property
    def standing(self) -> Standing:
        """How its latest consultation stands."""
        return Standing.of(self.events)

    @cached_property
    def ballot(self) -> voting.Ballot:
        """The votes of the committee that sits on it."""
        return voting.count(voting.votes_since_entry(self.events))

    @property
    def state(self) -> State:
        return self.definition.states[self.dossier.case.state]

    @property
    def place(self) -> str:
        """Where it belongs on the map."""
        return place_of(self.definition, self.dossier.people, self.dossier.answers)

    @property
    def to_obtain(self) -> list[Document]:
        """The documents that the office fetches by hand, which the case needs and which have not come."""
        return still_to_obtain(self.dossier, self.definition, self.events, self.facts)

    def check_sound(self) -> None:
        """Raises JournalContradicts: nothing is built on a journal that cannot be, until an operator has looked."""
        if self.clock.flaw:
            raise JournalContradicts()

    def actions_for(self, actor: Actor) -> tuple[ActionRule, ...]:
        return possible_actions(self.definition, self.dossier.case, actor, self.facts, self.clock)

    def rule_for(self, actor: Actor, action: str) -> ActionRule:
        """The rule of an action this actor could do now; raises NotFound."""
        rule = next((rule for rule in self.actions_for(actor) if rule.action == action), None)
        if rule is None:
            raise NotFound()
        return rule


def open_case(
    work: Work, deps: Deps, reference: str, actor: Actor, *, lock: bool = False, asked: bool = False
) -> OpenCase:
    """The case, for somebody who may see it; to anybody else it does not exist.

    Those who are only asked for an opinion see it where ``asked`` says that this is what they came for: the rest of
    the case, its receipt with the secret among it, is not theirs. ``lock`` is for those who come to change it.
    """
    dossier = cases.find(work.connection, work.vault, reference, lock=lock)
    if dossier is None:
        raise NotFound()
    if not asked:
        dossier = replace(dossier, case=with_readers(work, deps, actor, dossier.case))
        policies.check_can_see(actor, dossier.case)
    opened = opened_case(work, deps, dossier)
    policies.check_can_see(actor, opened.dossier.case)
    if lock:
        opened.check_sound()
        check_dated(dossier.case.id, opened.lines, work.now)
    return opened


def opened_case(work: Work, deps: Deps, dossier: Dossier) -> OpenCase:
    """A case that was read, with its journal and what follows from it."""
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    return _after(work, deps, dossier, definition, journal.read(work.connection, dossier.case.id, dossier.seal))


def foreseen(work: Work, deps: Deps, opened: OpenCase, events: Sequence[Event]) -> OpenCase:
    """The case as it will be once these events are entered, for judging what may follow them at once."""
    lines = [*opened.lines, *(Line(0, work.now, "", "", "", event) for event in events)]
    return _after(work, deps, opened.dossier, opened.definition, lines)


def _after(work: Work, deps: Deps, dossier: Dossier, definition: ServiceDefinition, lines: list[Line]) -> OpenCase:
    events = [line.event for line in lines]
    standing = Standing.of(events)
    case = replace(
        dossier.case,
        asked_units=standing.units,
        asked_partners=standing.partners,
        overturned=is_overturned(work, dossier.case),
        upheld_on=upheld_on(lines),
    )
    kind = deps.registry.territory.unit(case.unit).kind
    return OpenCase(
        dossier=replace(dossier, case=case),
        definition=definition,
        lines=lines,
        clock=clock_of(definition, case.filed_on, lines, deps.registry.calendar_of(case.unit)),
        facts=facts_of_case(
            dossier, definition, events, kind, office_date(work.now), deps.registry.territory.populations
        ),
    )


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
    rule = opened.definition.rule(action, case.state)
    if not case.open and (rule is None or rule.within is None):
        raise AlreadyDecided()
    if version is not None and version != case.version:
        raise CaseMoved()
    if rule is not None and rule.transfers:
        check_destination(deps.registry.territory, rule, str(inputs.get(UNIT) or ""))
    if rule is not None and is_about_documents(opened, rule):
        check_documents(brought_to(work, opened), inputs.get(DOCUMENTS) or ())
    outcome = judged(work, opened, action, actor, inputs)
    apply(work, deps, opened, outcome, actor)
    return outcome


def judged(work: Work, opened: OpenCase, action: str, actor: Actor, inputs: Mapping[str, Any] | None = None) -> Outcome:
    """What an action would bring about, or the error that says why it cannot be."""
    case = opened.dossier.case
    outcome = advance(opened.definition, case, action, actor, opened.facts, work.now, inputs=inputs, clock=opened.clock)
    if case.missing and outcome.state.kind is StateKind.RUNNING:
        # Only ``complete`` starts the period, and only once it has seen the documents.
        raise ActionNotPossible(action=action)
    return outcome


def destinations(territory: Territory, rule: ActionRule, opened: OpenCase) -> list[Unit]:
    """The units a case may be transferred to, those that cover its place first."""
    others = [one for one in territory.units if one.kind in rule.transfers and one.id != opened.dossier.case.unit]
    near: set[str] = set()
    if territory.is_place(opened.place):
        near = {one.id for one in territory.covering(rule.transfers, territory.place(opened.place))}
    return sorted(others, key=lambda one: one.id not in near)


def check_destination(territory: Territory, rule: ActionRule, unit: str) -> None:
    """Raises UnitNeeded for what is no unit of a kind that the transfer allows."""
    if not any(one.id == unit and one.kind in rule.transfers for one in territory.units):
        raise UnitNeeded()


def is_about_documents(opened: OpenCase, rule: ActionRule) -> bool:
    """Whether an action is an act that finds fault with documents that were brought."""
    act = legal_act(opened.definition, opened.dossier.case.state, rule)
    return act in (Act.REPLACEMENT, Act.ORIGINALS)


def brought_to(work: Work, opened: OpenCase) -> frozenset[str]:
    """The documents of the sheet that were really brought in a case, and that nobody has set aside."""
    held = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
    known = {one.id for one in opened.definition.documents if one.source is Source.CITIZEN}
    return frozenset(file.document for file in held if file.stands) & known


def check_documents(brought: frozenset[str], chosen: Iterable[str]) -> None:
    """Raises DocumentsNeeded where nothing is chosen, or something that was never brought."""
    wanted = frozenset(chosen)
    if not wanted or not wanted <= brought:
        raise DocumentsNeeded()


def apply(
    work: Work,
    deps: Deps,
    opened: OpenCase,
    outcome: Outcome,
    actor: Actor,
    *,
    before: Sequence[Event] = (),
    more: Mapping[str, Any] | None = None,
) -> None:
    """Enters an outcome: the case's new state with all that it brings, its events and its effects.

    ``before`` goes ahead of the move in the journal, ``more`` are further columns of the case.
    """
    dossier, case = opened.dossier, opened.dossier.case
    asked = entering.opinions_asked(
        opened.definition,
        outcome.state.id,
        opened.place,
        outcome.unit or case.unit,
        deps.registry.territory,
        deps.registry.calendar_of(outcome.unit or case.unit),
        office_date(work.now),
        opened.standing,
    )
    # A period that is only lengthened or changed leaves the case where it is: what was asked there still is.
    asked = asked if any(map(enters, outcome.events)) else []
    events = [*before, *outcome.events, *asked]
    changes = {
        "state": outcome.state.id,
        "state_kind": outcome.state.kind.value,
        "alert": "",
        **_what_follows(work, deps, opened, outcome, events),
        **(more or {}),
    }
    length = cases.record(work.connection, dossier, events, actor, work.now, changes)
    entering.list_opinions(work.connection, case.id, events, work.now)
    if outcome.reopens:
        _withdraw_decision(work, case.id)
    if asked_anew := _asked_anew(outcome):
        files.set_aside(work.connection, case.id, asked_anew, work.now)
    effects.request(work.connection, work.jobs, case.id, length, _effects(outcome), work.now)
    if outcome.state.kind is StateKind.DECIDED and case.first_id is not None:
        tell_first(work, deps, case, outcome.state.outcome or Result.GRANTED)


def _what_follows(
    work: Work, deps: Deps, opened: OpenCase, outcome: Outcome, events: Sequence[Event]
) -> dict[str, Any]:
    """The columns that a move changes besides the state itself."""
    lines = [*opened.lines, *(Line(0, work.now, "", "", "", event) for event in events)]
    case, state = opened.dossier.case, outcome.state.id
    unit = outcome.unit or case.unit
    kept = clockwork.columns(deps.registry, opened.definition, unit, case.filed_on, state, lines)
    changes = kept if unit != case.unit else clockwork.columns_beside(work, kept, case, events)
    # What the secretary-general was told of stays in her sight until it is decided, or is no longer late.
    late = kept["due_on"] is not None and kept["due_on"] < office_date(work.now)
    changes["escalated"] = case.escalated and late and outcome.state.kind is not StateKind.DECIDED
    if outcome.state.kind is not StateKind.DEPOSITING:
        changes["missing"] = _asked_anew(outcome)
    if outcome.state.kind is StateKind.DECIDED:
        changes |= {"outcome": (outcome.state.outcome or Result.GRANTED).value, "closed_at": work.now}
    if outcome.reopens:
        changes |= {"outcome": None, "closed_at": None}
    if outcome.unit is not None:
        changes["unit"] = outcome.unit
    if outcome.reopens or outcome.unit is not None:
        # Nobody has taken it on yet, where it now is or in its new period.
        changes |= {"taken_by": None, "taken_name": ""}
    return changes


def _asked_anew(outcome: Outcome) -> list[str]:
    """The documents that a move asks the applicant to replace."""
    return [one for event in outcome.events if isinstance(event, ReplacementRequested) for one in event.documents]


def _effects(outcome: Outcome) -> tuple[str, ...]:
    """What the workflow asks for, and what the law does: a receipt for a file that has just become complete
    (law 55-19, art. 10), on paper what the applicant is asked for, and word to her of a decision that is taken up again.
    """
    wanted = (*(f"issue.{document}" for document in issued_on(outcome.events)), *outcome.effects)
    if outcome.reopens and "notify" not in wanted:
        wanted = (*wanted, "notify")
    return wanted


def _withdraw_decision(work: Work, case_id: str) -> None:
    """What was issued by the decision that is taken up again no longer stands; the receipts of the file do."""
    for issued in documents.of_case(work.connection, work.vault, case_id):
        if issued.kind not in STANDARD:
            documents.revoke(work.connection, issued, "reopening", work.now, RevokedFor.REOPENED)


def still_alerted(dossier: Dossier, actor: Actor) -> str:
    """The roles that a case still alerts once somebody has acted on it."""
    return ALERTS.join(role for role in dossier.alert.split(ALERTS) if role and role not in actor.roles)


def take(work: Work, deps: Deps, actor: Actor, reference: str) -> None:
    """Takes a case on; of two agents one gets it, and the other is told."""
    opened = open_case(work, deps, reference, actor, lock=True)
    policies.check_can_take(actor, opened.dossier.case)
    if opened.dossier.case.taken_by == actor.id:
        return
    changes = {"taken_by": actor.id, "taken_name": actor.name, "alert": still_alerted(opened.dossier, actor)}
    cases.record(work.connection, opened.dossier, [CaseTaken()], actor, work.now, changes)


def release(work: Work, deps: Deps, actor: Actor, reference: str) -> None:
    """Gives a case back to the unit's queue."""
    opened = open_case(work, deps, reference, actor, lock=True)
    policies.check_can_release(actor, opened.dossier.case)
    changes = {"taken_by": None, "taken_name": ""}
    cases.record(work.connection, opened.dossier, [CaseReleased()], actor, work.now, changes)


def complete(work: Work, deps: Deps, actor: Actor, reference: str, statements: Iterable[str]) -> Outcome | None:
    """Looks at what a file still lacks once documents were added; completes it, or has its period run again, when
    nothing does.

    None while something is still missing: what came is then on record, and the list is shorter.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    dossier, case = opened.dossier, opened.dossier.case
    if not case.missing:
        raise CaseMoved()
    rule = completing_rule(opened, actor)
    # What was sworn once of a document that is asked for anew does not stand any more either.
    sworn = {one for one in dossier.statements if one not in case.missing}
    sworn |= {one for one in statements if one in case.missing and _may_be_sworn(opened.definition, one)}
    brought = {file.document for file in files.of_case(work.connection, dossier.seal, case.id) if file.stands}
    missing = [document for document in case.missing if document not in brought | sworn]
    if not missing:
        outcome = advance(opened.definition, case, rule.action, actor, opened.facts, work.now, clock=opened.clock)
        apply(work, deps, opened, outcome, actor, more={"statements": sorted(sworn)})
        return outcome
    added = sorted(set(case.missing) - set(missing))
    if added:
        changes = {"missing": missing, "statements": sorted(sworn)}
        cases.record(work.connection, dossier, [DocumentsAdded(added, missing)], actor, work.now, changes)
    return None


def completing_rule(opened: OpenCase, actor: Actor) -> ActionRule:
    """The action by which this actor completes a file, or replaces its documents; raises NotFound."""
    for rule in opened.actions_for(actor):
        if opened.definition.states[rule.target].kind is StateKind.RUNNING:
            return rule
    raise NotFound()


def _may_be_sworn(definition: ServiceDefinition, document_id: str) -> bool:
    document = definition.document(document_id)
    return document is not None and document.source is Source.CITIZEN and document.alternative is not None
