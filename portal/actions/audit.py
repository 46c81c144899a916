"""Audits every case: whether its journal is whole, and whether what it says can have happened in that order."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain.errors import NotFound
from portal.presenting.clock_told import FLAWS
from portal.store import cases, journal
from portal.store.cases import Dossier
from portal.store.journal import Break, Known, Line
from portal.store.unit_of_work import Work
from portal.store.vault import Erased


class _Judged(NamedTuple):
    """What the clock makes of a journal: how long that was, what in it cannot be, and at which line."""

    length: int
    flaw: str
    position: int


def audit(deps: Deps) -> Iterator[Break]:
    """Every place where what is stored contradicts itself; nothing when all holds.

    A case whose journal tells what cannot have happened is flagged, so that nothing more is done to it, until it no
    longer does, as after a restored database. Nothing else is changed: what contradicts itself is never mended here.
    """
    with deps.reading() as work:
        known = journal.known(work.connection)
    for one in known:
        yield from _case(deps, one)
    with deps.reading() as work:
        yield from journal.audit_numbers(work.connection)


def _case(deps: Deps, known: Known) -> Iterator[Break]:
    with deps.reading() as work:
        breaks = list(journal.audit_case(work.connection, work.vault, known.id, known.reference))
        # What is not as it was written cannot be read either.
        judged = _judged(work, deps, known.id) if not breaks else None
    yield from breaks
    if judged is None:
        return
    if judged.flaw != known.flaw:
        with deps.unit_of_work() as work:
            cases.flag(work.connection, known.id, judged.length, judged.flaw)
    if judged.flaw:
        words = FLAWS[judged.flaw]
        yield Break(known.reference, judged.position, words[0].lower() + words[1:])


def _judged(work: Work, deps: Deps, case_id: str) -> _Judged | None:
    """What the law's clock makes of a journal; None where it cannot be read: then nothing is said of its order."""
    try:
        dossier = cases.get(work.connection, work.vault, case_id)
        if dossier is None:
            return None
        lines = journal.read(work.connection, case_id, dossier.seal)
        flaw = _flaw(deps, dossier, lines)
    except (Erased, InvalidTag, NotFound):
        # Its key was destroyed, or the version of its service is no longer in the database.
        return None
    if not flaw:
        return _Judged(len(lines), "", 0)
    first = next(line.position for count, line in enumerate(lines, 1) if _flaw(deps, dossier, lines[:count]))
    return _Judged(len(lines), flaw, first)


def _flaw(deps: Deps, dossier: Dossier, lines: Sequence[Line]) -> str:
    case = dossier.case
    definition = deps.registry.version(case.service, case.digest)
    return clock_of(definition, case.filed_on, lines, deps.registry.calendar_of(case.unit)).flaw
