"""Issues a signed document: its number and code are fixed first, then it is drawn and signed, then entered as done."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from portal.actions.deps import Deps
from portal.actions.facts import clock_of, facts_of, unit_of
from portal.actions.revoking import asked_for_at, take_place
from portal.domain.case import SYSTEM
from portal.domain.errors import CaseMoved
from portal.domain.events import CaseDecided, CaseReopened, DocumentIssued
from portal.domain.issued import STANDARD, DocumentKind, RevokedFor, series_of
from portal.domain.service import Result, ServiceDefinition
from portal.domain.territory import Unit
from portal.i18n import office_date
from portal.ports import Area
from portal.ports_of_documents import PrintedDocument, Sealed, Signed
from portal.presenting.printed import CaseInPrint, EarlierInPrint, Printing, printed
from portal.presenting.sealed import seal_link, sealed
from portal.store import cases, documents, effects, issued_files, journal, numbers
from portal.store.cases import Dossier
from portal.store.documents import Issued
from portal.store.effects import Effect
from portal.store.files import of_case as files_of_case
from portal.store.journal import Line
from portal.store.unit_of_work import Work
from portal.store.vault import Erased

CODE_LENGTH = 16
"""Characters of five bits: eighty random bits."""


def issue(deps: Deps, effect: Effect) -> None:
    """Makes, signs and enters the document an effect asks for; a second run makes the same document again."""
    issued = _reserve(deps, effect)
    with deps.reading() as work:
        dossier = _dossier(work, issued.case_id)
        unsealed = as_printed(work, deps, dossier, issued, _until(work, dossier, effect, issued.document))
    document = with_seal(deps, unsealed, issued.kind)
    signed = deps.press.issue(document)
    key = documents.key_of(issued.case_id, issued.id, hashlib.sha256(signed.pdf).hexdigest())
    deps.files.put(Area.ISSUED, key, dossier.seal.close(signed.pdf, issued.context))
    try:
        entered = _finish(deps, effect, issued, document, signed)
    except CaseMoved:
        deps.files.delete(Area.ISSUED, key)
        raise
    if not entered:
        # Another worker made the same document meanwhile, and nobody was ever given this one.
        deps.files.delete(Area.ISSUED, key)


def _reserve(deps: Deps, effect: Effect) -> Issued:
    with deps.unit_of_work() as work:
        held = documents.by_effect(work.connection, work.vault, effect.id)
        if held is not None:
            return held
        document = effect.name.partition(".")[2]
        dossier = _dossier(work, effect.case_id)
        unit = _office(deps, dossier, _until(work, dossier, effect, document))
        kind = _kind(deps.registry.version(dossier.case.service, dossier.case.digest), document)
        series = series_of(kind, unit.number_code, office_date(work.now).year)
        issued = Issued(
            id=uuid.uuid4().hex,
            number=f"{series}-{numbers.next_number(work.connection, series):06d}",
            case_id=effect.case_id,
            document=document,
            effect_id=effect.id,
            code=numbers.random_characters(CODE_LENGTH),
            sha256=None,
            status=None,
            issued_at=work.now,
            kind=kind,
            unit=unit.id,
        )
        documents.reserve(work.connection, work.vault, issued)
        return issued


def _kind(definition: ServiceDefinition, document: str) -> DocumentKind:
    return DocumentKind(document) if definition.is_standard(document) else definition.outputs[document].kind


def with_seal(deps: Deps, document: PrintedDocument, kind: DocumentKind) -> PrintedDocument:
    """The document with a seal for its QR; raises Unreachable when there is no key to seal with now."""
    seal = deps.sealer.seal(sealed(document, kind, numbers.code_bytes(document.code)))
    return replace(document, seal_link=seal_link(deps.base_url, seal))


def _until(work: Work, dossier: Dossier, effect: Effect, document: str) -> list[Line]:
    """The journal up to the event that asked for a document, which says what was true then, however late it is made."""
    lines = journal.read(work.connection, dossier.case.id, dossier.seal)
    position = asked_for_at(work, effect, document, lines)
    return [line for line in lines if line.position <= position]


def _office(deps: Deps, dossier: Dossier, lines: Sequence[Line]) -> Unit:
    """The office that had a case after these lines; where that one is no more, the one that has it now."""
    territory = deps.registry.territory
    try:
        return territory.unit(unit_of(lines))
    except LookupError:
        return territory.unit(dossier.case.unit)


def as_printed(work: Work, deps: Deps, dossier: Dossier, issued: Issued, lines: Sequence[Line]) -> PrintedDocument:
    """What a document of a case says after these lines of its journal, without its seal."""
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    unit = _office(deps, dossier, lines)
    clock = clock_of(definition, dossier.case.filed_on, lines, deps.registry.calendar_of(unit.id))
    said_on = office_date(lines[-1].at if lines else issued.issued_at)
    facts = facts_of(dossier.answers, {}, said_on, populations=deps.registry.territory.populations)
    in_print = CaseInPrint(
        reference=dossier.case.reference,
        definition=definition,
        unit=unit,
        people=dossier.people,
        answers=dossier.answers,
        statements=dossier.statements,
        brought=tuple(file.document for file in files_of_case(work.connection, dossier.seal, issued.case_id)),
        secret=dossier.secret,
        events=tuple((line.at, line.event) for line in lines),
        clock=clock,
        period=definition.deadline.period(facts),
        earlier=earlier_in_print(work, deps, dossier, lines[-1].at if lines else issued.issued_at),
    )
    printing = Printing(
        number=issued.number,
        code=issued.code,
        issued_at=issued.issued_at,
        base_url=deps.base_url,
        territory=deps.registry.territory,
        demo=deps.demo,
    )
    return printed(in_print, printing, issued.document)


def earlier_in_print(work: Work, deps: Deps, dossier: Dossier, at: datetime) -> tuple[EarlierInPrint, ...]:
    """The cases that one follows, the nearest first, each as it stood at a moment."""
    found: list[EarlierInPrint] = []
    next_id = dossier.case.first_id
    while next_id is not None:
        first = _dossier(work, next_id)
        case, definition = first.case, deps.registry.version(first.case.service, first.case.digest)
        lines = [line for line in journal.read(work.connection, case.id, first.seal) if line.at <= at]
        unit = _office(deps, first, lines)
        clock = clock_of(definition, case.filed_on, lines, deps.registry.calendar_of(unit.id))
        decided = next((line.event for line in reversed(lines) if isinstance(line.event, CaseDecided)), None)
        found.append(
            EarlierInPrint(
                reference=case.reference,
                service=definition.title,
                authority=unit.name,
                filed_on=case.filed_on,
                decided_on=clock.decided_on,
                silent_on=clock.silent_on,
                outcome=Result(decided.outcome) if decided is not None and clock.decided_on is not None else None,
                partly=decided is not None and definition.states[decided.target].partly,
                number=_number_of_decision(work, case.id, definition, lines, at),
            )
        )
        next_id = case.first_id
    return tuple(found)


def said_of(work: Work, deps: Deps, issued: Issued) -> Sealed | None:
    """What the seal of a document says of it, found anew from its case; None where it cannot be found any more."""
    effect = effects.get(work.connection, issued.effect_id)
    if effect is None or issued.case_digest is None:
        return None
    try:
        dossier = _dossier(work, issued.case_id)
    except Erased:
        return None
    document = as_printed(work, deps, dossier, issued, _until(work, dossier, effect, issued.document))
    if hashlib.sha256(document.data).hexdigest() != issued.case_digest:
        # Another release of the portal made it, and would say the same in other words.
        return None
    return sealed(document, issued.kind, numbers.code_bytes(issued.code))


def _number_of_decision(
    work: Work, case_id: str, definition: ServiceDefinition, lines: Sequence[Line], at: datetime
) -> str:
    """The number of the document that told of a case's last decision, as the register had it; nothing where none did."""
    decided = next((line.at for line in reversed(lines) if isinstance(line.event, CaseDecided)), at)
    told = [
        one.number
        for one in documents.of_case(work.connection, work.vault, case_id)
        if not definition.is_standard(one.document)
        and decided <= one.issued_at <= at
        and (one.revoked_at is None or one.revoked_at > at)
    ]
    return told[-1] if told else ""


def _finish(deps: Deps, effect: Effect, issued: Issued, printed: PrintedDocument, signed: Signed) -> bool:
    """Enters the document; False where another run has entered another file of it."""
    sha256 = hashlib.sha256(signed.pdf).hexdigest()
    with deps.unit_of_work() as work:
        dossier = _dossier(work, effect.case_id, lock=True)
        current = effects.get(work.connection, effect.id, lock=True)
        if current is None or current.done_at is not None:
            return issued_files.owner_of(work.connection, work.vault, sha256) is not None
        if printed.secret and printed.secret != dossier.secret:
            # The case was given another secret meanwhile: this paper would open nothing, and is tried anew.
            raise CaseMoved()
        entered = documents.finish(
            work.connection,
            work.vault,
            issued,
            sha256,
            signed.level,
            work.now,
            expires_on=printed.expires_on,
            case_digest=hashlib.sha256(printed.data).hexdigest() if printed.data else None,
        )
        lines = journal.read(work.connection, dossier.case.id, dossier.seal)
        take_place(work, effect, issued, lines)
        if issued.kind not in STANDARD and _reopened_since(lines, effect.position):
            # The decision was taken up again before its document was made: it never stands.
            documents.revoke(work.connection, issued, "reopening", work.now, RevokedFor.REOPENED)
        replaces = documents.replaced_by(work.connection, issued.id)
        events = [DocumentIssued(issued.document, issued.number, entered, replaces)]
        cases.record(work.connection, dossier, events, SYSTEM, work.now)
        effects.done(work.connection, effect.id, work.now, {"number": issued.number})
        return True


def _reopened_since(lines: Sequence[Line], position: int) -> bool:
    return any(line.position > position and isinstance(line.event, CaseReopened) for line in lines)


def _dossier(work: Work, case_id: str, *, lock: bool = False) -> Dossier:
    dossier = cases.get(work.connection, work.vault, case_id, lock=lock)
    assert dossier is not None  # noqa: S101  An effect belongs to a case, and cases are never removed.
    return dossier
