"""Hands a case in, once: the case, its journal and its effects come into being together or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.actions import clockwork, entering
from portal.actions.answer_files import drop_unnamed
from portal.actions.apply import Owner, find_own
from portal.actions.carrying import Standing, standing_of
from portal.actions.deps import Deps
from portal.actions.facts import facts_of
from portal.actions.journey import CONSENT, Journey
from portal.domain.case import NOBODY, Actor, Case, People, Person
from portal.domain.errors import NotFound, PortalError
from portal.domain.events import CaseSubmitted, Event
from portal.domain.issued import RECEIPT, SLIP
from portal.domain.service import IdentityLevel, ServiceDefinition
from portal.domain.territory import Territory
from portal.domain.workflow import completed
from portal.i18n import office_date
from portal.store import cases, drafts, effects, files, following, numbers
from portal.store.cases import NewCase
from portal.store.drafts import Draft
from portal.store.files import StoredFile
from portal.store.journal import Line
from portal.store.unit_of_work import Work
from portal.store.vault import Seal

SECRET_LENGTH = 10


class NotReady(PortalError):
    """Something is still to be answered; ``step`` says where."""

    status, key = 409, "apply.not_ready"

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


class Outdated(PortalError):
    """The service has changed, or is no longer offered, since the draft was last looked at: she is told first."""

    status, key = 409, "apply.outdated"


@dataclass(frozen=True)
class Submitted:
    """The case a draft became; ``again`` when it had been handed in before.

    ``dropped`` are files of questions that no longer apply: their content is to be deleted once this is committed.
    """

    reference: str
    case_id: str
    again: bool = False
    dropped: tuple[StoredFile, ...] = ()


def submit(work: Work, deps: Deps, draft_id: str, owners: tuple[Owner, ...], actor: Actor, language: str) -> Submitted:
    """Turns a draft into a case, whose id is the draft's own: the second of two submissions finds the first's case.

    Raises NotReady, or Outdated where the version it was made under is no longer the one in force.
    """
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
    if standing_of(deps, draft) is not Standing.CURRENT or draft.content.carried_from:
        raise Outdated()
    journey = Journey(deps, draft)
    step = journey.unanswered()
    if step is not None:
        raise NotReady(step)
    brought = files.of_case(work.connection, draft.seal, draft.id)
    dropped = drop_unnamed(work, brought, journey.answers)
    attached = [one for one in brought if one not in dropped]
    new, events = new_case(work, deps, _brought_together(deps, journey, attached, actor, language))
    enter(work, deps, new, events, actor)
    drafts.remove(work.connection, draft.id)
    return Submitted(new.case.reference, draft.id, dropped=tuple(dropped))


def _submitted_before(work: Work, draft_id: str, owners: tuple[Owner, ...]) -> Submitted | None:
    dossier = cases.get(work.connection, work.vault, draft_id)
    if dossier is None:
        return None
    mine = {owner.id for owner in owners}
    if not mine & {dossier.case.citizen_id, dossier.case.filed_by}:
        raise NotFound()
    return Submitted(dossier.case.reference, draft_id, again=True)


@dataclass(frozen=True)
class HandedIn:
    """What a case is made of, whichever way it came: the files under its id are sealed with the same key.

    ``first`` is the case that it follows, ``received_on`` the day on which its decision is declared to have been received,
    ``missing`` the documents that it lacks, ``identity`` what conditions see of whoever asks.
    """

    id: str
    key_wrapped: bytes
    seal: Seal
    definition: ServiceDefinition
    people: People
    answers: Mapping[str, object]
    unit: str
    language: str
    citizen_id: str | None = None
    filed_by: str | None = None
    missing: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    fee: Mapping[str, object] = field(default_factory=dict)
    identity: Mapping[str, object] = field(default_factory=dict)
    first: Case | None = None
    received_on: date | None = None


def _brought_together(
    deps: Deps, journey: Journey, attached: list[StoredFile], actor: Actor, language: str
) -> HandedIn:
    """What a draft has become."""
    definition, draft = journey.definition, journey.draft
    answers = relevant_answers(journey)
    people = people_of(definition, draft, answers)
    at_counter = draft.owner_kind == "staff"
    return HandedIn(
        id=draft.id,
        key_wrapped=draft.key_wrapped,
        seal=draft.seal,
        definition=definition,
        people=people,
        answers=answers,
        unit=unit_of(definition, deps.registry.territory, people.applicant, answers),
        language=language,
        citizen_id=None if at_counter else actor.id,
        filed_by=draft.owner if at_counter else None,
        missing=tuple(document.id for document in journey.missing(attached)),
        statements=_statements(journey),
        fee=journey.fee_due().data(),
        identity=draft.content.identity,
    )


def new_case(work: Work, deps: Deps, handed: HandedIn) -> tuple[NewCase, list[Event]]:
    """A case as it stands once it is handed in, and what has happened to it by then."""
    definition, people, unit = handed.definition, handed.people, handed.unit
    filed_on, missing = office_date(work.now), list(handed.missing)
    first, repeats = handed.first.reference if handed.first else "", _repeated(work, handed)
    at_counter, fee = handed.filed_by is not None, dict(handed.fee)
    received_on = handed.received_on.isoformat() if handed.received_on is not None else ""
    events: list[Event] = [CaseSubmitted(definition.slug, unit, at_counter, missing, fee, first, repeats, received_on)]
    depositing = bool(missing) and definition.depositing is not None
    if not depositing:
        populations = deps.registry.territory.populations
        facts = facts_of(handed.answers, handed.identity, filed_on, populations=populations)
        events.append(completed(definition, facts))
    state = definition.states[definition.depositing if depositing else definition.initial]  # type: ignore[index]
    territory, calendar = deps.registry.territory, deps.registry.calendar_of(unit)
    events += entering.asked_at_submission(
        definition, state.id, people, handed.answers, unit, territory, calendar, filed_on
    )
    lines = [Line(position, work.now, "", "", "", event) for position, event in enumerate(events, 1)]
    kept = clockwork.columns(deps.registry, definition, unit, filed_on, state.id, lines)
    case = Case(
        id=handed.id,
        reference=numbers.new_reference("BRK", filed_on),
        service=definition.slug,
        digest=definition.digest,
        state=state.id,
        kind=state.kind,
        unit=unit,
        filed_at=work.now,
        filed_on=filed_on,
        citizen_id=handed.citizen_id,
        filed_by=handed.filed_by,
        complete_on=kept["complete_on"],
        due_on=kept["due_on"],
        half_ends_on=kept["half_ends_on"],
        missing=tuple(missing) if depositing else (),
        first_id=handed.first.id if handed.first else None,
        repeats=repeats or None,
    )
    new = NewCase(
        case=case,
        people=people,
        answers=handed.answers,
        secret=numbers.random_characters(SECRET_LENGTH),
        language=handed.language,
        key_wrapped=handed.key_wrapped,
        seal=handed.seal,
        statements=handed.statements,
        queue_on=kept["queue_on"],
        timer_on=kept["timer_on"],
        citizen_due_on=kept["citizen_due_on"],
        sitting=kept["sitting"],
        proved=_proved(handed),
    )
    return new, events


def enter(work: Work, deps: Deps, new: NewCase, events: list[Event], actor: Actor) -> None:
    """Stores a new case with its journal, and asks for its receipt, and for a slip where no account leads back to it."""
    length = cases.add(work.connection, work.vault, new, events, actor)
    entering.list_opinions(work.connection, new.case.id, events, work.now)
    effects.request(work.connection, work.jobs, new.case.id, length, _wanted(deps, new.case), work.now)


def _wanted(deps: Deps, case: Case) -> tuple[str, ...]:
    receipt, slip = f"issue.{RECEIPT}", f"issue.{SLIP}"
    definition = deps.registry.version(case.service, case.digest)
    slips = () if case.has_account or not definition.is_standard(SLIP) else (slip,)
    return (receipt, *slips, "notify")


def _proved(handed: HandedIn) -> bool:
    """Whether the applicant is who she says: she signed in as herself, surely enough, or stood before a clerk.

    A number that was only typed is anybody's to type.
    """
    if handed.filed_by is not None:
        return True
    level = IdentityLevel(str(handed.identity.get("level") or IdentityLevel.NONE.value))
    people = handed.people
    return level.rank >= IdentityLevel.SUBSTANTIAL.rank and people.filer.cnie == people.applicant.cnie


def _repeated(work: Work, handed: HandedIn) -> str:
    """The reference of the refusal that a request repeats (law 55-19, art. 15), empty where there is none that stands."""
    cnie = handed.people.applicant.cnie
    if handed.definition.follows is not None or not cnie or not _proved(handed):
        return ""
    hashes = work.vault.lookups("cnie", cnie)
    return following.refusal_standing(work.connection, hashes, handed.definition.slug, handed.unit) or ""


def _statements(journey: Journey) -> tuple[str, ...]:
    """What she swore and agreed to, of the documents that these answers ask for."""
    sworn = {one.id for one in journey.asked_documents()}
    agreed = {f"{CONSENT}{one.id}" for one in journey.obtained_documents()}
    return tuple(sorted(set(journey.draft.content.statements) & (sworn | agreed)))


def relevant_answers(journey: Journey) -> dict[str, object]:
    """The answers to questions that apply, and what is computed: what was answered to a hidden one is dropped."""
    facts = journey.facts()
    return {
        field.id: journey.answers.get(field.id)
        for page in journey.pages()
        for field in page.fields
        if field.type != "info" and field.when(facts)
    }


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
    asked = {attribute: _said(attribute, answers[field]) for attribute, field in mapping.items() if field in answers}
    address = answers.get(mapping.get("address", ""))
    if isinstance(address, Mapping) and "place" not in mapping:
        asked["place"] = _said("place", address)
    return Person.from_data({**known.data(), **asked})


def _said(attribute: str, value: object) -> str:
    """An attribute of a person as an answer has it; of an address with its place each gets its part."""
    if isinstance(value, Mapping):
        return str(value.get("place" if attribute == "place" else "text") or "")
    return str(value or "")


def unit_of(
    definition: ServiceDefinition, territory: Territory, applicant: Person, answers: Mapping[str, object]
) -> str:
    """The unit that decides: of the service's kind, where the applicant lives or where the answer says."""
    by = definition.authority.by
    place = applicant.place if by == "residence" else _said("place", answers.get(by.removeprefix("answers.")))
    return territory.unit_for(definition.authority.kinds, place).id
