"""Issues a signed document: its number and code are fixed first, then it is drawn and signed, then entered as done."""

import hashlib
import uuid
from datetime import datetime

from portal.actions.deps import Deps
from portal.actions.facts import clock_of, facts_of
from portal.domain.case import SYSTEM
from portal.domain.events import CaseDecided, CaseReopened, DocumentIssued
from portal.domain.service import Result
from portal.i18n import office_date
from portal.ports import Area, PrintedDocument
from portal.presenting.printed import CaseInPrint, EarlierInPrint, Printing, decision, receipt
from portal.store import cases, documents, effects, journal, numbers
from portal.store.cases import Dossier
from portal.store.documents import Issued
from portal.store.effects import Effect
from portal.store.files import of_case as files_of_case
from portal.store.unit_of_work import Work

CODE_LENGTH = 16
"""Characters of five bits: eighty random bits."""

RECEIPT = "receipt"


def issue(deps: Deps, effect: Effect) -> None:
    """Makes, signs and enters the document an effect asks for; a second run makes the same document again."""
    issued = _reserve(deps, effect)
    with deps.reading() as work:
        dossier = _dossier(work, issued.case_id)
        printed = _printed(work, deps, dossier, issued, effect.position)
    signed = deps.signer.sign(deps.renderer.render(printed))
    deps.files.put(Area.ISSUED, issued.key, dossier.seal.close(signed, issued.context))
    _finish(deps, effect, issued, signed)


def _reserve(deps: Deps, effect: Effect) -> Issued:
    with deps.unit_of_work() as work:
        held = documents.by_effect(work.connection, work.vault, effect.id)
        if held is not None:
            return held
        document = effect.name.partition(".")[2]
        letter = "R" if document == RECEIPT else "D"
        year = office_date(work.now).year
        number = numbers.next_number(work.connection, f"{letter}-{year}")
        issued = Issued(
            id=uuid.uuid4().hex,
            number=f"{letter}-{year}-{number:06d}",
            case_id=effect.case_id,
            document=document,
            effect_id=effect.id,
            code=numbers.random_characters(CODE_LENGTH),
            sha256=None,
            status=None,
            issued_at=work.now,
        )
        documents.reserve(work.connection, work.vault, issued)
        return issued


def _printed(work: Work, deps: Deps, dossier: Dossier, issued: Issued, position: int) -> PrintedDocument:
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    # The document says what was true at the event that asked for it, however late it is made.
    lines = [line for line in journal.read(work.connection, issued.case_id, dossier.seal) if line.position <= position]
    clock = clock_of(definition, dossier.case.filed_on, lines, deps.registry.calendar_of(dossier.case.unit))
    said_on = office_date(lines[-1].at if lines else issued.issued_at)
    facts = facts_of(dossier.answers, {}, said_on, populations=deps.registry.territory.populations)
    in_print = CaseInPrint(
        reference=dossier.case.reference,
        definition=definition,
        unit=deps.registry.territory.unit(dossier.case.unit),
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
    return receipt(in_print, printing) if issued.document == RECEIPT else decision(in_print, printing, issued.document)


def earlier_in_print(work: Work, deps: Deps, dossier: Dossier, at: datetime) -> tuple[EarlierInPrint, ...]:
    """The cases that one follows, the nearest first, each as it stood at a moment."""
    found: list[EarlierInPrint] = []
    next_id = dossier.case.first_id
    while next_id is not None:
        first = _dossier(work, next_id)
        case, definition = first.case, deps.registry.version(first.case.service, first.case.digest)
        lines = [line for line in journal.read(work.connection, case.id, first.seal) if line.at <= at]
        clock = clock_of(definition, case.filed_on, lines, deps.registry.calendar_of(case.unit))
        decided = next((line.event for line in reversed(lines) if isinstance(line.event, CaseDecided)), None)
        found.append(
            EarlierInPrint(
                reference=case.reference,
                service=definition.title,
                authority=deps.registry.territory.unit(case.unit).name,
                filed_on=case.filed_on,
                decided_on=clock.decided_on,
                silent_on=clock.silent_on,
                outcome=Result(decided.outcome) if decided is not None and clock.decided_on is not None else None,
                partly=decided is not None and definition.states[decided.target].partly,
            )
        )
        next_id = case.first_id
    return tuple(found)


def _finish(deps: Deps, effect: Effect, issued: Issued, signed: bytes) -> None:
    with deps.unit_of_work() as work:
        dossier = _dossier(work, effect.case_id, lock=True)
        current = effects.get(work.connection, effect.id, lock=True)
        if current is None or current.done_at is not None:
            return
        documents.finish(work.connection, issued, hashlib.sha256(signed).hexdigest())
        if issued.document != RECEIPT and _reopened_since(work, dossier, effect.position):
            # The decision was taken up again before its document was made: it never stands.
            documents.revoke(work.connection, issued, "reopening", work.now)
        events = [DocumentIssued(issued.document, issued.number)]
        cases.record(work.connection, dossier, events, SYSTEM, work.now)
        effects.done(work.connection, effect.id, work.now, {"number": issued.number})


def _reopened_since(work: Work, dossier: Dossier, position: int) -> bool:
    lines = journal.read(work.connection, dossier.case.id, dossier.seal)
    return any(line.position > position and isinstance(line.event, CaseReopened) for line in lines)


def _dossier(work: Work, case_id: str, *, lock: bool = False) -> Dossier:
    dossier = cases.get(work.connection, work.vault, case_id, lock=lock)
    assert dossier is not None  # noqa: S101  An effect belongs to a case, and cases are never removed.
    return dossier
