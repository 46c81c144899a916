"""The public log: what happened enters it each hour, a signed head says where it stands, proofs show what is in it."""

import hashlib
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from portal.actions.deps import Deps
from portal.domain import merkle
from portal.ports import Unreachable
from portal.ports_of_documents import Statement
from portal.store import issued_files
from portal.store import log as tree_log
from portal.store.log import Head
from portal.store.log_entries import DOCUMENT, REVOCATION
from portal.store.log_format import DocumentEntry, Tree
from portal.store.unit_of_work import Work

log = structlog.get_logger("portal.log")

PAGE = 200
"""Entries appended in one transaction: some twenty-five milliseconds, for which nobody else can write on SQLite."""

LEAST_PAUSE = 0.05
STAMPED_AT_ONCE = 50
"""Heads that are stamped in one round: after days without the authority those of some days, the latest first."""


@dataclass(frozen=True)
class Round:
    """What one round did: entries appended, and the latest head, None where the log is empty or no key could sign."""

    appended: int
    head: Head | None
    stamped: int


def publish(deps: Deps) -> Round:
    """Appends what waits, publishes a head of it, and has heads stamped; safe by any number of workers at once.

    Where nothing has entered since the latest head, that head stays: another of the same size would say no more. One
    that the key or the authority could not be reached for is made or stamped in a later round.
    """
    appended = _append(deps)
    try:
        _publish_head(deps)
    except Unreachable as away:
        log.warning("no head of the log can be signed", error=str(away))
    stamped = _stamp(deps)
    with deps.reading() as work:
        return Round(appended, tree_log.latest(work.connection), stamped)


def _append(deps: Deps) -> int:
    appended = 0
    while True:
        began = time.monotonic()
        with deps.unit_of_work() as work:
            taken = tree_log.append(work.connection, work.vault, work.now, PAGE)
        appended += taken.entries
        if taken.entries < PAGE:
            # What waits on is the same in every transaction: it is told once in a round.
            for subject in taken.unreadable:
                log.error(
                    "what waits for the log is damaged, or its document's code is, or the portal did not make it",
                    id=subject,
                )
            return appended
        # As long again for everybody else: a first round of a million cases must not keep citizens waiting.
        time.sleep(max(LEAST_PAUSE, time.monotonic() - began))


def _publish_head(deps: Deps) -> None:
    with deps.reading() as work:
        size = tree_log.size_of(work.connection)
        if size == 0 or tree_log.head_of(work.connection, size) is not None:
            return
        root = merkle.root_at(partial(tree_log.find_in, work.connection), size)
        tree = Tree(size, root, work.now.replace(microsecond=0))
    statement = deps.sealer.state(Statement.TREE_HEAD, tree.encoded())
    with deps.unit_of_work() as work:
        tree_log.publish(work.connection, tree, statement)


def _stamp(deps: Deps) -> int:
    """Has heads stamped that are not; a head is published without, and gets its stamp when the authority is back."""
    if deps.stamps is None:
        return 0
    with deps.reading() as work:
        waiting = tree_log.unstamped(work.connection, STAMPED_AT_ONCE)
    for done, head in enumerate(waiting):
        try:
            token = deps.stamps.stamp(hashlib.sha256(head.statement).digest())
        except Unreachable as away:
            log.warning("the heads of the log are not time-stamped now", error=str(away), waiting=len(waiting) - done)
            return done
        with deps.unit_of_work() as work:
            tree_log.stamp(work.connection, head.size, token)
    return len(waiting)


ASKED_BY = {DOCUMENT: "sha256", REVOCATION: "revoked"}
"""What a proof of each kind is asked for by: each time the SHA-256 of a document's file."""


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the log, and the proof against the latest head.

    ``kind`` is DOCUMENT for the entry of the file of this SHA-256 (hexadecimal), REVOCATION for that of the end of the
    document which the file is one of; ``entry`` is what was hashed, ``entered_at`` the time of the first head that tells
    of it.
    """

    kind: str
    sha256: str
    entry: bytes
    position: int
    entered_at: datetime
    head: Head
    proof: tuple[bytes, ...]

    @property
    def number(self) -> int:
        """Its number among the entries, counted from one."""
        return self.position + 1

    @property
    def address(self) -> str:
        """Where the portal gives the proof to anybody."""
        return f"/transparency/proof.json?{ASKED_BY[self.kind]}={self.sha256}"

    @property
    def holds(self) -> bool:
        """Whether the proof leads to the root of the head."""
        leaf = merkle.leaf_hash(self.entry)
        return merkle.is_included(leaf, self.position, self.head.size, self.proof, self.head.root)


def place_of(work: Work, sha256: str) -> Place | None:
    """Where the file of this SHA-256 (hexadecimal) stands; None for one not ours, or that no head tells of yet.

    It reads a few rows, and some two for each doubling of the log.
    """
    file = issued_files.owner_of(work.connection, work.vault, sha256)
    if file is None:
        return None
    entry = DocumentEntry(bytes.fromhex(sha256))
    position = tree_log.position_of(work.connection, DOCUMENT, file.owner_id, entry)
    return _place(work, DOCUMENT, sha256, position, entry.encoded())


def place_of_end(work: Work, sha256: str) -> Place | None:
    """Where the revocation of the document stands that the file of this SHA-256 is one of; None as for ``place_of``.

    Nor is there one of a document that stands. The entry is the log's own: a register that was damaged since cannot
    keep it from anybody.
    """
    file = issued_files.owner_of(work.connection, work.vault, sha256)
    found = tree_log.last_of(work.connection, REVOCATION, file.owner_id) if file is not None else None
    return _place(work, REVOCATION, sha256, *found) if found is not None else None


def _place(work: Work, kind: str, sha256: str, position: int | None, entry: bytes) -> Place | None:
    head = tree_log.latest(work.connection)
    if position is None or head is None or head.size <= position:
        return None
    first = tree_log.first_telling_of(work.connection, position) or head
    proof = merkle.inclusion(partial(tree_log.find_in, work.connection), position, head.size)
    return Place(kind, sha256, entry, position, first.at, head, tuple(proof))


def consistency(work: Work, first: int, second: int) -> list[bytes]:
    """The proof that the log of ``second`` entries goes on from that of ``first``; no check that heads tell of them."""
    return merkle.consistency(partial(tree_log.find_in, work.connection), first, second)


def root_of(work: Work, size: int) -> bytes:
    """The root of the log when it had so many entries."""
    return merkle.root_at(partial(tree_log.find_in, work.connection), size)


def head_data(head: Head) -> Mapping[str, Any]:
    """A head as JSON has it: the file that people save, and that `portal audit --head` reads."""
    return {
        "size": head.size,
        "root": head.root.hex(),
        "at": head.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "statement": _base64(head.statement),
        "timestamp": None if head.timestamp is None else _base64(head.timestamp),
    }


def proof_data(place: Place) -> Mapping[str, Any]:
    """The place of an entry in the log with its proof, as JSON has it."""
    return {
        "kind": place.kind,
        "sha256": place.sha256,
        "number": place.number,
        "position": place.position,
        "entered_at": place.entered_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "entry": place.entry.hex(),
        "leaf": merkle.leaf_hash(place.entry).hex(),
        "proof": [one.hex() for one in place.proof],
        "head": head_data(place.head),
    }


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
