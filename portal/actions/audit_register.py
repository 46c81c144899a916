"""Holds the register of documents against the journals, where nobody can write without the keys of the cases."""

from collections.abc import Iterator, Sequence

from portal.actions.deps import Deps
from portal.domain.events import CaseReopened, DocumentIssued, DocumentRevoked, NumberAbandoned
from portal.domain.issued import STANDARD, RevokedFor
from portal.store import cases, journal, register_audit
from portal.store.journal import Break, Known, Line
from portal.store.register_audit import Registered
from portal.store.unit_of_work import Work
from portal.store.vault import Vault


def audit_case(deps: Deps, known: Known, lines: Sequence[Line], held: Sequence[Registered]) -> Iterator[Break]:
    """Where the register contradicts the journal of a case, ``lines`` and ``held`` being what was read of both."""
    if not any(True for _ in _contradictions(deps.store.vault, known, lines, held)):
        return
    # What was issued between reading the one and the other only looks like it: so both are read anew, and held still.
    with deps.unit_of_work() as work:
        dossier = cases.get(work.connection, work.vault, known.id, lock=True)
        if dossier is None:
            return
        lines = journal.read(work.connection, known.id, dossier.seal)
        held = register_audit.of_cases(work.connection, [known.id]).get(known.id, [])
    yield from _contradictions(deps.store.vault, known, lines, held)


def audit_codes(vault: Vault, held: Sequence[Registered]) -> Iterator[Break]:
    """Documents that nobody could find by their codes any more."""
    for one in held:
        if flaw := register_audit.code_flaw(vault, one.id, one.code_sealed, one.code_hash):
            yield Break(one.number, 0, flaw, "")


def audit_registers(work: Work) -> Iterator[Break]:
    """Where the registers contradict themselves, their files, or the numbers that were given."""
    yield from journal.audit_numbers(work.connection)
    yield from register_audit.flaws(work.connection)
    yield from register_audit.unproved_files(work.connection, work.vault)
    for row in register_audit.report_codes(work.connection):
        if flaw := register_audit.code_flaw(work.vault, row.id, row.code_sealed, row.code_hash):
            yield Break(row.number, 0, flaw, "")


def _contradictions(vault: Vault, known: Known, lines: Sequence[Line], held: Sequence[Registered]) -> Iterator[Break]:
    registered = {one.number: one for one in held}
    issued: dict[str, DocumentIssued] = {}
    abandoned: set[str] = set()
    for line in lines:
        match line.event:
            case DocumentIssued() as event:
                issued[event.number] = event
                yield from _issued(vault, known, line.position, event, registered.get(event.number))
            case NumberAbandoned(number=number):
                abandoned.add(number)
                if number not in registered or registered[number].abandoned_at is None:
                    problem = f"the register does not say that the number {number} was abandoned"
                    yield Break(known.reference, line.position, problem)
    for one in held:
        if one.sha256 is not None and one.number not in issued:
            yield Break(one.number, 0, f"the journal of {known.reference} does not say that it was issued", "")
        if one.abandoned_at is not None and one.number not in abandoned:
            yield Break(one.number, 0, f"the journal of {known.reference} does not say that it was abandoned", "")
    yield from _replaced(known, held, issued)
    yield from _revoked(known, lines, held, issued)


def _issued(
    vault: Vault, known: Known, position: int, event: DocumentIssued, found: Registered | None
) -> Iterator[Break]:
    if found is None:
        problem = f"the register has no document {event.number} of this case"
        yield Break(known.reference, position, problem)
    elif found.sha256 is None:
        yield Break(known.reference, position, f"the register has no file of the document {event.number}")
    elif found.document != event.document or (event.entered and not found.was_entered_as(event.entered, vault)):
        # What was issued before journals told it is known by its number and its name alone.
        yield Break(found.number, 0, "its line of the register is not as it was entered", "")


def _replaced(known: Known, held: Sequence[Registered], issued: dict[str, DocumentIssued]) -> Iterator[Break]:
    """Documents in whose place another stands than the journal says, or none, or one that it does not speak of."""
    told = {number: event.number for event in issued.values() for number in event.replaces}
    numbers = {one.id: one.number for one in held}
    for one in held:
        stands = numbers.get(one.replaced_by, one.replaced_by) if one.replaced_by is not None else None
        if told.get(one.number) == stands:
            continue
        by = issued.get(stands) if stands is not None else None
        if one.number in told or by is None or by.entered:
            problem = f"in its place stands another document than the journal of {known.reference} says, or none"
            yield Break(one.number, 0, problem, "")


def _revoked(
    known: Known, lines: Sequence[Line], held: Sequence[Registered], issued: dict[str, DocumentIssued]
) -> Iterator[Break]:
    """Documents that the register says were revoked, and the journal does not, or the other way round."""
    told = {line.event.number: line.event.why for line in lines if isinstance(line.event, DocumentRevoked)}
    reopened = max((line.position for line in lines if isinstance(line.event, CaseReopened)), default=0)
    for one in held:
        why = told.get(one.number)
        if why is None and one.kind not in STANDARD and one.asked_for_at < reopened:
            # Whoever takes a decision up again ends all that was issued by it.
            why = RevokedFor.REOPENED.value
        if one.sha256 is None or one.revoked_for == why:
            continue
        if why is not None and one.revoked_at is None:
            yield Break(one.number, 0, f"the journal of {known.reference} says that it was revoked", "")
        elif why is not None:
            yield Break(one.number, 0, f"the journal of {known.reference} says another reason for its revocation", "")
        elif one.number in issued and issued[one.number].entered:
            # Of what was issued before journals told more, they do not tell who revoked it either.
            yield Break(one.number, 0, f"the journal of {known.reference} does not say that it was revoked", "")
