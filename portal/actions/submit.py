"""Hands a case in, once: the case, its journal and its effects come into being together or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.actions.apply import Journey, Owner, find_own
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain.case import NOBODY, Actor, Case, People, Person
from portal.domain.clock import LegalClock
from portal.domain.errors import NotFound, PortalError
from portal.domain.events import CaseSubmitted, Event, FileCompleted
from portal.domain.service import Document, IdentityLevel, ServiceDefinition
from portal.domain.territory import Territory
from portal.i18n import office_date
from portal.store import cases, drafts, effects, files, numbers
from portal.store.cases import FAR, NewCase
from portal.store.drafts import Draft
from portal.store.files import StoredFile
from portal.store.journal import Line
from portal.store.unit_of_work import Work

SECRET_LENGTH = 10
RECEIPT = ("issue.receipt", "notify")


class NotReady(PortalError):
    """Something is still to be answered; ``step`` says where."""

    status, key = 409, "apply.not_ready"

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


@dataclass(frozen=True)
class Submitted:
    """The case a draft became; ``again`` when it had been handed in before."""

    reference: str
    case_id: str
    again: bool = False


def submit(work: Work, deps: Deps, draft_id: str, owners: tuple[Owner, ...], actor: Actor, language: str) -> Submitted:
    """Turns a draft into a case, whose id is the draft's own: the second of two submissions finds the first's case."""
    before = _submitted_before(work, draft_id, owners)
    if before is not None:
        return before
    try:
        draft = find_own(work, draft_id, owners, lock=True)
    except NotFound:
        # Another request may have handed it in between the two look-ups.
        before = _submitted_before(work, draft_id, owners)
        if before is None:
            raise
        return before
    journey = Journey(deps, draft)
    step = journey.unanswered()
    if step is not None:
        raise NotReady(step)
    attached = files.of_case(work.connection, draft.seal, draft.id)
    new, events = _new_case(work, deps, journey, attached, actor, language)
    length = cases.add(work.connection, work.vault, new, events, actor)
    effects.request(work.connection, work.jobs, draft.id, length, RECEIPT, work.now)
    drafts.remove(work.connection, draft.id)
    return Submitted(new.case.reference, draft.id)


def _submitted_before(work: Work, draft_id: str, owners: tuple[Owner, ...]) -> Submitted | None:
    dossier = cases.get(work.connection, work.vault, draft_id)
    if dossier is None:
        return None
    mine = {owner.id for owner in owners}
    if not mine & {dossier.case.citizen_id, dossier.case.filed_by}:
        raise NotFound()
    return Submitted(dossier.case.reference, draft_id, again=True)


def _new_case(
    work: Work, deps: Deps, journey: Journey, attached: list[StoredFile], actor: Actor, language: str
) -> tuple[NewCase, list[Event]]:
    definition, draft = journey.definition, journey.draft
    answers = _relevant_answers(journey)
    people = people_of(definition, draft, answers)
    unit = unit_of(definition, deps.registry.territory, people.applicant, answers)
    missing = [document.id for document in journey.missing(attached)]
    filed_on = office_date(work.now)
    at_counter = draft.owner_kind == "staff"
    events: list[Event] = [CaseSubmitted(definition.slug, unit, at_counter, missing)]
    depositing = bool(missing) and definition.depositing is not None
    if not depositing:
        events.append(FileCompleted())
    state = definition.states[definition.depositing if depositing else definition.initial]  # type: ignore[index]
    clock = _first_clock(deps, definition, filed_on, events, work)
    case = Case(
        id=draft.id,
        reference=numbers.new_reference("BRK", filed_on),
        service=definition.slug,
        digest=definition.digest,
        state=state.id,
        kind=state.kind,
        unit=unit,
        filed_at=work.now,
        filed_on=filed_on,
        citizen_id=None if at_counter else actor.id,
        filed_by=draft.owner if at_counter else None,
        complete_on=clock.complete_on,
        due_on=clock.due_on,
        half_ends_on=clock.half_ends_on,
        missing=tuple(missing) if depositing else (),
    )
    new = NewCase(
        case=case,
        people=people,
        answers=answers,
        secret=numbers.random_characters(SECRET_LENGTH),
        language=language,
        key_wrapped=draft.key_wrapped,
        seal=draft.seal,
        statements=tuple(sorted(set(draft.content.statements) & _ids(journey.asked_documents()))),
        queue_on=queue_date(clock),
    )
    return new, events


def _first_clock(
    deps: Deps, definition: ServiceDefinition, filed_on: date, events: list[Event], work: Work
) -> LegalClock:
    lines = [Line(position, work.now, "", "", "", event) for position, event in enumerate(events, 1)]
    return clock_of(definition, filed_on, lines, deps.registry.calendar)


def queue_date(clock: LegalClock) -> date:
    """Where a case stands in its queue: its due date, the citizen's own while depositing, last while it waits for her."""
    return clock.due_on or clock.deposit_due_on or FAR


def _ids(documents: list[Document]) -> set[str]:
    return {document.id for document in documents}


def _relevant_answers(journey: Journey) -> dict[str, object]:
    """The answers to questions that apply: what was answered to a hidden one is dropped."""
    facts = journey.facts()
    answers = journey.draft.content.answers
    return {field.id: answers.get(field.id) for page in journey.pages() for field in page.fields if field.when(facts)}


def people_of(definition: ServiceDefinition, draft: Draft, answers: Mapping[str, object]) -> People:
    """The three people, as the form says; what it does not ask stays as the identity or the clerk gave it.

    Where a service asks for no identity, whoever is signed in stays as anonymous as anybody else.
    """
    content = draft.content
    anonymous = definition.identity is IdentityLevel.NONE and draft.owner_kind != "staff"
    filer, known = (NOBODY, NOBODY) if anonymous else (content.filer, content.applicant)
    applicant = _person(definition.applicant, answers, known)
    # The beneficiary is the applicant herself unless the form names somebody else.
    named = _person(definition.beneficiary, answers, NOBODY)
    return People(filer, applicant, named if named.name("ar") else applicant)


def _person(mapping: Mapping[str, str], answers: Mapping[str, object], known: Person) -> Person:
    """A person, each attribute that the form asks for as it was answered: one left empty is given up."""
    asked = {attribute: str(answers[field] or "") for attribute, field in mapping.items() if field in answers}
    return Person.from_data({**known.data(), **asked})


def unit_of(
    definition: ServiceDefinition, territory: Territory, applicant: Person, answers: Mapping[str, object]
) -> str:
    """The unit that decides: of the service's kind, where the applicant lives or where the answer says."""
    by = definition.authority.by
    place = applicant.place if by == "residence" else str(answers.get(by.removeprefix("answers.")) or "")
    return territory.unit_for(definition.authority.kinds, place).id
