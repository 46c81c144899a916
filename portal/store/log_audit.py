"""Reads the log beside what it tells of, page by page, for the audit: nothing here grows with the number of cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from portal.domain.merkle import Subtree
from portal.store.log import Head
from portal.store.log_entries import JOURNAL
from portal.store.tables import CASES, DOCUMENTS
from portal.store.tables import JOURNAL as LINES
from portal.store.tables_of_clock import REPORTS
from portal.store.tables_of_proofs import ISSUED_FILES, LOG_HEADS, LOG_LEAVES, LOG_NODES, LOG_PENDING

PAGE = 2000


class Leaf(NamedTuple):
    """An entry as it is stored; of a journal's also the case and the line that it tells of, None where they are gone."""

    position: int
    kind: str
    subject: str
    length: int | None
    entry: bytes
    hash: bytes
    reference: str | None
    journal_length: int | None
    line: bytes | None


class Register(NamedTuple):
    """A file that was handed out, as the register has it; ``number`` is None where its document is not there."""

    sha256: str
    owner: str
    number: str | None


class Revoked(NamedTuple):
    """A document of the register as far as a revocation tells of it."""

    id: str
    number: str
    code_sealed: bytes
    revoked_at: datetime | None
    revoked_for: str | None


_LEAVES = (
    select(
        LOG_LEAVES.c.position,
        LOG_LEAVES.c.kind,
        LOG_LEAVES.c.subject,
        LOG_LEAVES.c.length,
        LOG_LEAVES.c.entry,
        LOG_LEAVES.c.hash,
        CASES.c.reference,
        CASES.c.journal_length,
        LINES.c.hash.label("line"),
    )
    .outerjoin(CASES, and_(LOG_LEAVES.c.kind == JOURNAL, CASES.c.id == LOG_LEAVES.c.subject))
    .outerjoin(
        LINES,
        and_(
            LOG_LEAVES.c.kind == JOURNAL,
            LINES.c.case_id == LOG_LEAVES.c.subject,
            LINES.c.position == LOG_LEAVES.c.length,
        ),
    )
    .order_by(LOG_LEAVES.c.position)
)


def leaves(connection: Connection, start: int, end: int) -> list[Leaf]:
    """The entries from ``start`` to before ``end``, in order; one that was removed is not among them."""
    within = LOG_LEAVES.c.position >= start, LOG_LEAVES.c.position < end
    return [Leaf._make(row) for row in connection.execute(_LEAVES.where(*within))]


def nodes(connection: Connection, start: int, end: int) -> dict[Subtree, bytes]:
    """The stored hashes of the subtrees above the leaves that are whole by those from ``start`` to before ``end``."""
    wanted = [
        and_(LOG_NODES.c.level == level, LOG_NODES.c.position >= start >> level, LOG_NODES.c.position < end >> level)
        for level in range(1, end.bit_length())
        if start >> level < end >> level
    ]
    if not wanted:
        return {}
    rows = connection.execute(select(LOG_NODES.c.level, LOG_NODES.c.position, LOG_NODES.c.hash).where(or_(*wanted)))
    return {Subtree(row.level, row.position): row.hash for row in rows}


def heads(connection: Connection, above: int, up_to: int | None = None) -> list[Head]:
    """The heads of more entries than ``above``, and of no more than ``up_to``, the smallest first."""
    query = select(
        LOG_HEADS.c.size, LOG_HEADS.c.root, LOG_HEADS.c.statement, LOG_HEADS.c.timestamp, LOG_HEADS.c.at
    ).where(LOG_HEADS.c.size > above)
    if up_to is not None:
        query = query.where(LOG_HEADS.c.size <= up_to)
    return [Head(*row) for row in connection.execute(query.order_by(LOG_HEADS.c.size))]


def registered(connection: Connection, digests: Sequence[str]) -> dict[str, Register]:
    """What the register knows of these files, by digest."""
    rows = connection.execute(_FILES.where(ISSUED_FILES.c.sha256.in_(digests)))
    return {row.sha256: _register(row) for row in rows}


_FILES = (
    select(
        ISSUED_FILES.c.sha256,
        ISSUED_FILES.c.owner_id,
        DOCUMENTS.c.number,
        REPORTS.c.number.label("report"),
    )
    .outerjoin(DOCUMENTS, DOCUMENTS.c.id == ISSUED_FILES.c.owner_id)
    .outerjoin(REPORTS, REPORTS.c.id == ISSUED_FILES.c.owner_id)
)


def _register(row: Any) -> Register:
    return Register(row.sha256, row.owner_id, row.number or row.report)


def files(connection: Connection) -> Iterator[list[Register]]:
    """Every file that was handed out, in pages."""
    after = ""
    while True:
        query = _FILES.where(ISSUED_FILES.c.sha256 > after).order_by(ISSUED_FILES.c.sha256).limit(PAGE)
        page = [_register(row) for row in connection.execute(query)]
        if not page:
            return
        yield page
        after = page[-1].sha256


_REVOKED = select(
    DOCUMENTS.c.id, DOCUMENTS.c.number, DOCUMENTS.c.code_sealed, DOCUMENTS.c.revoked_at, DOCUMENTS.c.revoked_for
)


def documents(connection: Connection, ids: Sequence[str]) -> dict[str, Revoked]:
    """These documents of the register, by id."""
    return {row.id: Revoked._make(row) for row in connection.execute(_REVOKED.where(DOCUMENTS.c.id.in_(ids)))}


def revocations(connection: Connection) -> Iterator[list[Revoked]]:
    """Every document that no longer stands, in pages."""
    after = ""
    while True:
        query = _REVOKED.where(DOCUMENTS.c.revoked_at.is_not(None), DOCUMENTS.c.id > after)
        page = [Revoked._make(row) for row in connection.execute(query.order_by(DOCUMENTS.c.id).limit(PAGE))]
        if not page:
            return
        yield page
        after = page[-1].id


def not_logged(connection: Connection, kind: str, subjects: Sequence[str]) -> set[str]:
    """Those subjects of which nothing of a kind waits to enter the log."""
    # What waits is looked at before what is in: an entry goes from one to the other meanwhile.
    query = select(LOG_PENDING.c.subject).where(LOG_PENDING.c.kind == kind, LOG_PENDING.c.subject.in_(subjects))
    return set(subjects) - set(connection.execute(query).scalars())


def logged(connection: Connection, kind: str, subjects: Sequence[str]) -> set[tuple[str, bytes]]:
    """What of a kind the log has of these subjects: each subject with the hash of an entry."""
    query = select(LOG_LEAVES.c.subject, LOG_LEAVES.c.hash).where(
        LOG_LEAVES.c.kind == kind, LOG_LEAVES.c.subject.in_(subjects)
    )
    return {(row.subject, row.hash) for row in connection.execute(query)}


def last_lengths(connection: Connection, case_ids: Sequence[str]) -> dict[str, int]:
    """How long the log knows the journals of these cases to be."""
    rows = connection.execute(
        select(LOG_LEAVES.c.subject, func.max(LOG_LEAVES.c.length))
        .where(LOG_LEAVES.c.kind == JOURNAL, LOG_LEAVES.c.subject.in_(case_ids))
        .group_by(LOG_LEAVES.c.subject)
    )
    return {row[0]: int(row[1]) for row in rows}
