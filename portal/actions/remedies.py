"""What follows a case: turning to whoever hears an appeal, or owes the act that a silence has granted, straight from it."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.actions import following, uploads
from portal.actions.deps import Deps
from portal.actions.perform import OpenCase, open_case
from portal.actions.submit import HandedIn, Submitted, enter, new_case
from portal.actions.uploads import BadFile, Upload
from portal.domain import policies
from portal.domain.case import SYSTEM, Actor
from portal.domain.errors import CaseMoved, Invalid, NotAllowed, NotFound, RemedyTooLate
from portal.domain.events import CaseDecided, CaseReopened, RemedyDecided, RemedyFiled, SilenceRecorded
from portal.domain.remedies import UNDECIDED, Remedy, remedies
from portal.domain.service import FIRST, Document, Occasion, Result, Role, ServiceDefinition, Source, UnitKind
from portal.domain.territory import Unit
from portal.i18n import office_date
from portal.ports import Area
from portal.store import cases, files
from portal.store.files import StoredFile
from portal.store.unit_of_work import Work
from portal.store.vault import Seal

LAW = "55-19/21"
"""The rule that sets a time for what follows, where its service names no article."""


def remedies_of(deps: Deps, opened: OpenCase) -> list[Remedy]:
    """What can follow a case as it stands, the Ombudsman, who comes after the others, last; also what is over."""
    registry, case = deps.registry, opened.dossier.case
    kind = registry.territory.unit(case.unit).kind
    following = registry.following()
    found = remedies(opened.definition, opened.clock, case.outcome, kind, following, partly=opened.state.partly)
    return sorted(found, key=lambda one: UnitKind.OMBUDSMAN in one.service.authority.kinds)


def remedy_of(deps: Deps, opened: OpenCase, slug: str) -> Remedy:
    """What can follow a case under one service; raises NotFound where it cannot."""
    found = next((one for one in remedies_of(deps, opened) if one.service.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


def filed_already(opened: OpenCase, remedy: Remedy) -> str | None:
    """The reference under which it was filed for the same occasion and not taken back; None where it was not."""
    references: list[str] = []
    for event in opened.events:
        match event:
            case CaseReopened():
                references.clear()
            case CaseDecided() if remedy.occasion is not Occasion.SILENCE:
                references.clear()
            case SilenceRecorded() if remedy.occasion is Occasion.SILENCE:
                references.clear()
            case RemedyFiled(service=service) if service == remedy.service.slug:
                references.append(event.reference)
            case RemedyDecided(outcome=outcome) if outcome in UNDECIDED and event.reference in references:
                references.remove(event.reference)
    return references[-1] if references else None


def unit_of_remedy(deps: Deps, definition: ServiceDefinition, opened: OpenCase) -> Unit:
    """Which office decides on it: the one that has the first case where it is of the kind, else the one of its place."""
    territory = deps.registry.territory
    unit = territory.unit(opened.dossier.case.unit)
    return territory.unit_after(definition.authority.kinds, unit, opened.place)


def asked_documents(definition: ServiceDefinition) -> list[Document]:
    """What may be brought with it: the file of the first case is attached as it is."""
    return [one for one in definition.documents if one.source is Source.CITIZEN]


@dataclass(frozen=True)
class Bundle:
    """The documents that come with it, sealed under the key of the case that it will become."""

    id: str
    key_wrapped: bytes
    seal: Seal
    files: tuple[StoredFile, ...] = ()


def id_for(opened: OpenCase, slug: str, form: str) -> str:
    """The id of the case that a form makes: the same form, sent again whenever it may be, names the same case.

    It is made of the first case's own id, so that nobody can aim it at another case.
    """
    return hashlib.sha256(f"{opened.dossier.case.id} {slug} {form}".encode()).hexdigest()[:32]


def bundle(
    deps: Deps, brought: Sequence[tuple[Document, Upload]], case_id: str = ""
) -> tuple[Bundle, dict[str, BadFile]]:
    """Takes in what comes with it, before there is a case; what is wrong with any, by document.

    ``case_id`` is the one that it will have (see ``id_for``). Where anything is wrong nothing is kept. Not to be called
    inside a transaction: files are large.
    """
    case_id = case_id or uuid.uuid4().hex
    key_wrapped, seal = deps.store.vault.new_key(case_id)
    wrong: dict[str, BadFile] = {}
    for document, upload in brought:
        try:
            uploads.recognise(upload, document)
        except BadFile as bad:
            wrong[document.id] = bad
    for document in {one.id: one for one, _ in brought}.values():
        if sum(one.id == document.id for one, _ in brought) > uploads.MAX_FILES_PER_DOCUMENT:
            wrong[document.id] = BadFile("file.too_many", count=str(uploads.MAX_FILES_PER_DOCUMENT))
    if wrong:
        return Bundle(case_id, key_wrapped, seal), wrong
    now = deps.clock.now()
    held = [uploads.store_content(deps, seal, case_id, document, upload, now) for document, upload in brought]
    return Bundle(case_id, key_wrapped, seal, tuple(held)), {}


def drop(deps: Deps, bundled: Bundle) -> None:
    """Deletes what was taken in for a case that did not come into being."""
    for file in bundled.files:
        deps.files.delete(Area.UPLOADS, file.key)


def file(
    work: Work,
    deps: Deps,
    actor: Actor,
    reference: str,
    slug: str,
    answers: Mapping[str, Any],
    bundled: Bundle,
    language: str,
    received_on: date | None = None,
) -> Submitted:
    """Files what follows a case, as a case of its own; the second of two clicks is led to what the first one made.

    Its people are the first's, its answers its own. ``received_on`` is when she declares to have received the decision:
    it counts once the last day from the decision itself is over, and is kept then. Raises NotFound where nothing of the
    kind is open or the first case is not the actor's to act for, and RemedyTooLate, with its article and its last day,
    where the time for it is over.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    policies.check_can_file_after(actor, opened.dossier.case)
    remedy = remedy_of(deps, opened, slug)
    before = filed_already(opened, remedy)
    if before is not None:
        dossier = cases.find(work.connection, work.vault, before)
        if dossier is None:
            raise NotFound()
        return Submitted(before, dossier.case.id, again=True)
    sent = cases.get(work.connection, work.vault, bundled.id)
    if sent is not None:
        # This very form was sent before; what came of it may have been taken back since.
        return Submitted(sent.case.reference, sent.case.id, again=True)
    today = office_date(work.now)
    if remedy.open(today):
        received_on = None
    else:
        check_received(remedy, received_on, today)
    handed = _handed_in(deps, actor, opened, remedy.service, answers, bundled, language)
    new, events = new_case(work, deps, replace(handed, received_on=received_on))
    enter(work, deps, new, events, actor)
    for one in bundled.files:
        files.add(work.connection, bundled.seal, one)
    filed = RemedyFiled(slug, new.case.reference)
    dossier = opened.dossier
    alert = dossier.alert
    if dossier.case.outcome is Result.GRANTED and following.delivers(remedy.service):
        # The act that silence granted is now asked of its office in a case of its own.
        alert = following.without_act(work, deps, dossier)
    following.note(work, deps, dossier, opened.definition, opened.lines, filed, actor, alert)
    return Submitted(new.case.reference, new.case.id)


def can_put_away(actor: Actor, opened: OpenCase) -> bool:
    """Whether somebody may put away what a closed case calls for: the chief of its unit, where it alerts anybody."""
    return bool(opened.dossier.alert) and _leads(actor, opened)


def _leads(actor: Actor, opened: OpenCase) -> bool:
    case = opened.dossier.case
    return actor.has(Role.CHIEF) and policies.in_unit(actor, case) and not case.open


def put_away(work: Work, deps: Deps, actor: Actor, reference: str, seen: str) -> None:
    """Ends the alert of a closed case, which no action of its own would end; a second click changes nothing.

    ``seen`` is how long the journal was that she read. Raises CaseMoved where it has grown since, so that nobody puts
    away what she has not read.
    """
    opened = open_case(work, deps, reference, actor, lock=True)
    if not _leads(actor, opened):
        raise NotAllowed()
    if not opened.dossier.alert:
        return
    if seen != str(len(opened.lines)):
        raise CaseMoved()
    # It is no step of the case: its story stays as it is, and no form of a colleague grows stale.
    cases.record(work.connection, opened.dossier, [], SYSTEM, work.now, {"alert": ""})


def check_received(remedy: Remedy, received_on: date | None, today: date) -> None:
    """Raises RemedyTooLate unless the decision, received on a day, can still be turned against.

    Raises Invalid for a day on which nobody can have received it.
    """
    if received_on is None or not remedy.counts_from_receipt:
        raise too_late(remedy)
    if not remedy.since <= received_on <= today:
        raise Invalid()
    until = remedy.until_if(received_on)
    if until is not None and today > until:
        raise RemedyTooLate(remedy.article or LAW, until=until.isoformat())


def too_late(remedy: Remedy) -> RemedyTooLate:
    """That the time to file something is over, by which rule, and until when it could be."""
    return RemedyTooLate(remedy.article or LAW, until=remedy.until.isoformat() if remedy.until else "")


def _handed_in(
    deps: Deps,
    actor: Actor,
    opened: OpenCase,
    definition: ServiceDefinition,
    answers: Mapping[str, Any],
    bundled: Bundle,
    language: str,
) -> HandedIn:
    first, territory = opened.dossier.case, deps.registry.territory
    herself = policies.is_applicant(actor, first)
    place = territory.place_at(territory.unit(first.unit), opened.place)
    return HandedIn(
        id=bundled.id,
        key_wrapped=bundled.key_wrapped,
        seal=bundled.seal,
        definition=definition,
        people=opened.dossier.people,
        answers={**answers, FIRST: place},
        unit=unit_of_remedy(deps, definition, opened).id,
        language=language,
        # Whosever the first case is: one of nobody's account does not become that of whoever held its receipt.
        citizen_id=first.citizen_id,
        filed_by=None if herself else actor.id,
        first=first,
    )
