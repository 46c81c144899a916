"""Audits every case: whether its journal is whole, and whether what it says can have happened in that order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag

from portal.actions import clockwork
from portal.actions.audit_log import audit_log
from portal.actions.audit_register import audit_case, audit_codes, audit_registers
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain.case import Case
from portal.domain.errors import NotFound
from portal.presenting.clock_told import FLAWS
from portal.store import cases, journal, log_audit, register_audit
from portal.store.cases import Dossier
from portal.store.journal import Break, Known, Line
from portal.store.log import Head
from portal.store.register_audit import Registered
from portal.store.unit_of_work import Work
from portal.store.vault import Erased

PUT_BACK = ("timer_on", "remedy_until")
"""What nothing could be said of as long as the journal contradicted itself: time goes on for the case by them."""


class _Judged(NamedTuple):
    """What the clock makes of a journal: how long that was, what in it cannot be, and at which line.

    ``derived`` are the columns that are put back where nothing contradicts itself.
    """

    length: int
    flaw: str
    position: int
    derived: Mapping[str, Any]


def audit(deps: Deps, saved: Sequence[Head] = ()) -> Iterator[Break]:
    """Every place where what is stored contradicts itself, the public log or a head of it that was saved; else nothing.

    A case whose journal tells what cannot have happened is flagged, so that nothing more is done to it, until it no
    longer does, as after a restored database: then time goes on for it. Nothing else is changed: what contradicts itself
    is never mended here.
    """
    with deps.reading() as reading:
        for page in journal.known(reading.connection):
            ids = [one.id for one in page]
            lengths = log_audit.last_lengths(reading.connection, ids)
            register = register_audit.of_cases(reading.connection, ids)
            for one in page:
                held = register.get(one.id, [])
                yield from _case(deps, one, held)
                yield from audit_codes(reading.vault, held)
                if lengths.get(one.id, 0) < one.logged:
                    yield Break(one.reference, one.logged, "the line entered the log, and is not in it")
        yield from audit_registers(reading)
    yield from audit_log(deps, saved)


def _case(deps: Deps, known: Known, held: Sequence[Registered]) -> Iterator[Break]:
    with deps.reading() as work:
        breaks = list(journal.audit_case(work.connection, work.vault, known.id, known.reference))
        # What is not as it was written cannot be read either.
        read = _read(work, known) if not breaks else None
    yield from breaks
    if read is None:
        return
    yield from audit_case(deps, known, read[1], held)
    judged = _judged(deps, known, *read)
    if judged is None:
        return
    if judged.flaw != known.flaw:
        with deps.unit_of_work() as work:
            cases.flag(work.connection, known.id, judged.length, judged.flaw, judged.derived)
    if judged.flaw:
        words = FLAWS[judged.flaw]
        yield Break(known.reference, judged.position, words[0].lower() + words[1:])


def _read(work: Work, known: Known) -> tuple[Dossier, list[Line]] | None:
    """A case and its journal; None where its key was destroyed, or it was sealed under another."""
    try:
        dossier = cases.get(work.connection, work.vault, known.id)
        return (dossier, journal.read(work.connection, known.id, dossier.seal)) if dossier is not None else None
    except (Erased, InvalidTag):
        return None


def _judged(deps: Deps, known: Known, dossier: Dossier, lines: Sequence[Line]) -> _Judged | None:
    """What the law's clock makes of a journal; None where nothing can be said of its order."""
    try:
        flaw = _flaw(deps, dossier, lines)
        derived = _derived(deps, dossier.case, lines) if known.flaw and not flaw else {}
    except NotFound:
        # The version of its service is no longer in the database.
        return None
    if not flaw:
        return _Judged(len(lines), "", 0, derived)
    first = next(line.position for count, line in enumerate(lines, 1) if _flaw(deps, dossier, lines[:count]))
    return _Judged(len(lines), flaw, first, derived)


def _derived(deps: Deps, case: Case, lines: Sequence[Line]) -> dict[str, Any]:
    definition = deps.registry.version(case.service, case.digest)
    kept = clockwork.columns(deps.registry, definition, case.unit, case.filed_on, case.state, lines)
    return {name: kept[name] for name in PUT_BACK}


def _flaw(deps: Deps, dossier: Dossier, lines: Sequence[Line]) -> str:
    case = dossier.case
    definition = deps.registry.version(case.service, case.digest)
    return clock_of(definition, case.filed_on, lines, deps.registry.calendar_of(case.unit)).flaw
