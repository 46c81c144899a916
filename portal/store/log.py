"""The public log: a Merkle tree of entries that only grows, and its published heads (RFC 9162)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from portal.domain import merkle
from portal.domain.merkle import Edge, Subtree
from portal.store import issued_files
from portal.store.documents import readable_code
from portal.store.log_entries import DOCUMENT, JOURNAL, REVOCATION
from portal.store.log_format import DocumentEntry, Entry, RevocationEntry, Tree, hidden_code, journal_entry
from portal.store.numbers import code_bytes
from portal.store.tables import CASES, DOCUMENTS
from portal.store.tables_of_clock import REPORTS, SWEEPS
from portal.store.tables_of_proofs import LOG_HEADS, LOG_LEAVES, LOG_NODES, LOG_PENDING
from portal.store.upsert import insert_or_ignore
from portal.store.vault import Vault

NAME = "log"
"""The row by which those who append to the log take turns; it keeps when one of them last did."""

STUCK_PAGE = 2000


@dataclass(frozen=True)
class Head:
    """A published head; ``timestamp`` is the token (RFC 3161) over its statement, None until it was had."""

    size: int
    root: bytes
    statement: bytes
    timestamp: bytes | None
    at: datetime


@dataclass(frozen=True)
class _New:
    """An entry about to be appended; ``length`` is that of the case's journal."""

    kind: str
    subject: str
    entry: Entry
    length: int | None = None


class Appended(NamedTuple):
    """How many entries were appended, and the documents of what waits on: damaged, or not of the portal's making."""

    entries: int
    unreadable: tuple[str, ...]


def append(connection: Connection, vault: Vault, now: datetime, most: int) -> Appended:
    """Appends what waits, up to ``most`` entries, in one order: what was written down first, then journals.

    What cannot be made an entry of waits on, and holds nothing up. Whoever else appends waits until this transaction ends.
    """
    _take_turn(connection, now)
    waiting, unreadable = _waiting(connection, vault, most)
    grown = _grown(connection, most - len(waiting))
    _enter(connection, [*(one for _, one in waiting), *grown], now)
    if waiting:
        taken = [pending for pending, _ in waiting]
        connection.execute(delete(LOG_PENDING).where(LOG_PENDING.c.id.in_(taken)))
    if grown:
        logged = update(CASES).where(CASES.c.id == bindparam("case")).values(logged_length=bindparam("length"))
        connection.execute(logged, [{"case": one.subject, "length": one.length} for one in grown])
    return Appended(len(waiting) + len(grown), tuple(unreadable))


def _take_turn(connection: Connection, now: datetime) -> None:
    insert_or_ignore(connection, SWEEPS, name=NAME, at=now)
    connection.execute(select(SWEEPS.c.at).where(SWEEPS.c.name == NAME).with_for_update())
    connection.execute(update(SWEEPS).where(SWEEPS.c.name == NAME).values(at=now))


_PENDING = (
    select(
        LOG_PENDING.c.id,
        LOG_PENDING.c.kind,
        LOG_PENDING.c.subject,
        LOG_PENDING.c.detail,
        LOG_PENDING.c.at,
        DOCUMENTS.c.number,
        DOCUMENTS.c.code_sealed,
        DOCUMENTS.c.revoked_at,
        DOCUMENTS.c.revoked_for,
        REPORTS.c.number.label("report"),
    )
    .outerjoin(DOCUMENTS, DOCUMENTS.c.id == LOG_PENDING.c.subject)
    .outerjoin(REPORTS, REPORTS.c.id == LOG_PENDING.c.subject)
    .order_by(LOG_PENDING.c.id)
)
# A revocation needs the code of its document: one that is gone leaves what waits for it where it is, for the audit to tell.
_WAITING = _PENDING.where(or_(LOG_PENDING.c.kind == DOCUMENT, DOCUMENTS.c.id.is_not(None)))


def _waiting(connection: Connection, vault: Vault, most: int) -> tuple[list[tuple[int, _New]], list[str]]:
    """What can enter, and the subjects of what cannot among it: those must not fill the page of the others."""
    ready: list[tuple[int, _New]] = []
    unreadable: list[str] = []
    after = 0
    while True:
        rows = connection.execute(_WAITING.where(LOG_PENDING.c.id > after).limit(most - len(ready))).all()
        for row, entry in _entries(connection, vault, rows):
            if entry is None:
                unreadable.append(row.subject)
            else:
                ready.append((row.id, _New(row.kind, row.subject, entry)))
        if not rows or len(ready) >= most:
            return ready, unreadable
        after = rows[-1].id


def _entries(connection: Connection, vault: Vault, rows: Sequence[Any]) -> Iterator[tuple[Any, Entry | None]]:
    """The rows of what waits, each with its entry; None where its line, or the code of its document, is damaged.

    Nor does a file enter that the portal did not make, or the end of a document that stands in the register: whoever may
    write to the database can have others wait here.
    """
    files = {row.id: digest for row in rows if row.kind == DOCUMENT and (digest := _digest(row)) is not None}
    ours = {(one.sha256, one.owner_id) for one in issued_files.among(connection, vault, list(files.values()))}
    for row in rows:
        if row.kind == REVOCATION:
            yield row, _revocation(vault, row)
        else:
            digest = files.get(row.id)
            yield row, DocumentEntry(bytes.fromhex(digest)) if digest and (digest, row.subject) in ours else None


def _digest(row: Any) -> str | None:
    try:
        return bytes.fromhex(row.detail["sha256"]).hex()
    except (KeyError, TypeError, ValueError):
        return None


def _revocation(vault: Vault, row: Any) -> Entry | None:
    code = readable_code(vault, row.subject, row.code_sealed)
    if code is None or row.revoked_at != row.at or row.detail != {"for": row.revoked_for}:
        return None
    return RevocationEntry(hidden_code(code_bytes(code)), row.revoked_for, int(row.at.timestamp()))


def stuck(connection: Connection, vault: Vault) -> Iterator[tuple[str, str | None]]:
    """What waits to enter and cannot: each document by its id, and its number, None where the register does not have it."""
    after = 0
    while rows := connection.execute(_PENDING.where(LOG_PENDING.c.id > after).limit(STUCK_PAGE)).all():
        for row, entry in _entries(connection, vault, [row for row in rows if not _is_orphan(row)]):
            if entry is None:
                yield row.subject, row.number or row.report or row.subject
        yield from ((row.subject, None) for row in rows if _is_orphan(row))
        after = rows[-1].id


def _is_orphan(row: Any) -> bool:
    return row.kind == REVOCATION and row.number is None


def _grown(connection: Connection, most: int) -> list[_New]:
    """The cases whose journals are longer than the log knows; one that somebody is writing to is left for the next head."""
    if most <= 0:
        return []
    rows = connection.execute(
        select(CASES.c.id, CASES.c.journal_length, CASES.c.journal_head)
        .where(CASES.c.journal_length > CASES.c.logged_length)
        .order_by(CASES.c.id)
        .limit(most)
        # Waiting for its turn at one case while holding others, this would deadlock with whoever waits for these.
        .with_for_update(skip_locked=True)
    ).all()
    return [
        _New(JOURNAL, row.id, journal_entry(row.id, row.journal_length, row.journal_head), row.journal_length)
        for row in rows
    ]


def _enter(connection: Connection, entries: Sequence[_New], now: datetime) -> None:
    if not entries:
        return
    edge, leaves, nodes = edge_of(connection), [], []
    for one in entries:
        data = one.entry.encoded()
        hashed = merkle.leaf_hash(data)
        leaves.append(
            {
                "position": edge.size,
                "kind": one.kind,
                "subject": one.subject,
                "length": one.length,
                "entry": data,
                "hash": hashed,
                "at": now,
            }
        )
        nodes += [
            {"level": whole.level, "position": whole.position, "hash": found} for whole, found in edge.add(hashed)
        ]
    connection.execute(insert(LOG_LEAVES), leaves)
    if nodes:
        connection.execute(insert(LOG_NODES), nodes)


def size_of(connection: Connection) -> int:
    """How many entries the log has, whether or not a head tells of them."""
    last = connection.execute(select(func.max(LOG_LEAVES.c.position))).scalar()
    return 0 if last is None else int(last) + 1


def edge_of(connection: Connection) -> Edge:
    """The right edge of the tree as it is stored."""
    size = size_of(connection)
    cover = merkle.covering(0, size)
    known = find_in(connection, cover)
    return Edge(size, [known[one] for one in cover])


def find_in(connection: Connection, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """The stored hashes of whole subtrees; a proof asks for fewer than a hundred. Raises KeyError where one is missing."""
    asked = set(wanted)
    found: dict[Subtree, bytes] = {}
    if leaves := [one.position for one in asked if one.level == 0]:
        rows = connection.execute(
            select(LOG_LEAVES.c.position, LOG_LEAVES.c.hash).where(LOG_LEAVES.c.position.in_(leaves))
        )
        found |= {Subtree(0, row.position): row.hash for row in rows}
    # Pair by pair, which SQLite looks up by the index; a list of pairs it would hold against every row.
    if pairs := [
        and_(LOG_NODES.c.level == one.level, LOG_NODES.c.position == one.position) for one in asked if one.level
    ]:
        rows = connection.execute(select(LOG_NODES.c.level, LOG_NODES.c.position, LOG_NODES.c.hash).where(or_(*pairs)))
        found |= {Subtree(row.level, row.position): row.hash for row in rows}
    if missing := asked - found.keys():
        raise KeyError(f"the log lacks {sorted(missing)[0]}")
    return found


_HEADS = select(LOG_HEADS.c.size, LOG_HEADS.c.root, LOG_HEADS.c.statement, LOG_HEADS.c.timestamp, LOG_HEADS.c.at)


def publish(connection: Connection, tree: Tree, statement: bytes) -> bool:
    """Publishes a head; False where one of this size was published meanwhile, which stays."""
    return insert_or_ignore(
        connection, LOG_HEADS, size=tree.size, root=tree.root, statement=statement, timestamp=None, at=tree.at
    )


def stamp(connection: Connection, size: int, token: bytes) -> None:
    """Adds the time stamp of a head; one that is there stays."""
    unstamped_yet = LOG_HEADS.c.size == size, LOG_HEADS.c.timestamp.is_(None)
    connection.execute(update(LOG_HEADS).where(*unstamped_yet).values(timestamp=token))


def unstamped(connection: Connection, most: int) -> list[Head]:
    """Heads without a time stamp, the latest first: of a head the time is worth most while it is new."""
    query = _HEADS.where(LOG_HEADS.c.timestamp.is_(None)).order_by(LOG_HEADS.c.size.desc()).limit(most)
    return [Head(*row) for row in connection.execute(query)]


def latest(connection: Connection) -> Head | None:
    """The latest head; None before the first."""
    row = connection.execute(_HEADS.order_by(LOG_HEADS.c.size.desc()).limit(1)).first()
    return Head(*row) if row else None


def head_of(connection: Connection, size: int) -> Head | None:
    """The head of exactly so many entries, if one was published."""
    row = connection.execute(_HEADS.where(LOG_HEADS.c.size == size)).first()
    return Head(*row) if row else None


def first_telling_of(connection: Connection, position: int) -> Head | None:
    """The head with which an entry was published."""
    row = connection.execute(_HEADS.where(LOG_HEADS.c.size > position).order_by(LOG_HEADS.c.size).limit(1)).first()
    return Head(*row) if row else None


def heads(connection: Connection, before: int | None, most: int) -> list[Head]:
    """Published heads, the latest first, or those of fewer entries than ``before``."""
    query = _HEADS.order_by(LOG_HEADS.c.size.desc()).limit(most)
    return [
        Head(*row) for row in connection.execute(query if before is None else query.where(LOG_HEADS.c.size < before))
    ]


def hashes(connection: Connection, start: int, end: int) -> list[bytes]:
    """The hashes of the leaves from ``start`` to before ``end``, in order."""
    within = LOG_LEAVES.c.position >= start, LOG_LEAVES.c.position < end
    return list(connection.execute(select(LOG_LEAVES.c.hash).where(*within).order_by(LOG_LEAVES.c.position)).scalars())


def position_of(connection: Connection, kind: str, subject: str, entry: Entry) -> int | None:
    """Where an entry stands; None where it does not."""
    found: int | None = connection.execute(
        select(LOG_LEAVES.c.position)
        .where(
            LOG_LEAVES.c.subject == subject,
            LOG_LEAVES.c.kind == kind,
            LOG_LEAVES.c.hash == merkle.leaf_hash(entry.encoded()),
        )
        .order_by(LOG_LEAVES.c.position)
        .limit(1)
    ).scalar()
    return found


def last_of(connection: Connection, kind: str, subject: str) -> tuple[int, bytes] | None:
    """The position and the bytes of the last entry of a kind on a subject; None where there is none."""
    query = select(LOG_LEAVES.c.position, LOG_LEAVES.c.entry).where(
        LOG_LEAVES.c.subject == subject, LOG_LEAVES.c.kind == kind
    )
    row = connection.execute(query.order_by(LOG_LEAVES.c.position.desc()).limit(1)).first()
    return (row.position, row.entry) if row is not None else None
