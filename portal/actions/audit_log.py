"""Audits the public log: its tree, its heads, and that register and journals still are what the log says they were.

Whoever may write to the database could make the log anew, tree and all. Against that stand the signatures of its heads,
and heads that somebody saved elsewhere: the log of today must go on from each of them.
"""

import hashlib
from base64 import b64decode
from collections.abc import Generator, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag

from portal.actions.deps import Deps
from portal.adapters.sealing import cose
from portal.domain import merkle
from portal.domain.merkle import Edge, Subtree
from portal.ports_of_documents import NotASeal, Statement
from portal.store import log, log_audit
from portal.store.journal import Break
from portal.store.log import Head
from portal.store.log_audit import Leaf, Register, Revoked
from portal.store.log_entries import DOCUMENT, JOURNAL, REVOCATION
from portal.store.log_format import (
    HASH_BYTES,
    DocumentEntry,
    Entry,
    JournalEntry,
    NotAnEntry,
    RevocationEntry,
    hidden_code,
    read_entry,
    read_tree,
)
from portal.store.numbers import code_bytes
from portal.store.unit_of_work import Work
from portal.store.vault import Erased

LOG = "log"
"""What stands where a case's reference would, for what is wrong with the log itself."""

ENTRY, HEAD = "entry", "head"
UNBELIEVED = "the head was not signed by a key that this portal publishes"
_KINDS = {DOCUMENT: DocumentEntry, REVOCATION: RevocationEntry, JOURNAL: JournalEntry}

Made = Generator[Break, None, dict[int, bytes]]
"""What is wrong, and in the end the roots that the tree had by the sizes at which it had them."""


class NotAHead(ValueError):
    """What was given is no saved head of the log."""


def read_heads(saved: bytes) -> list[Head]:
    """The heads in a file: one as `/transparency/head.json` gives it, or several as `heads.json`; raises NotAHead."""
    try:
        found = orjson.loads(saved)
        listed = found["heads"] if isinstance(found, dict) and "heads" in found else found
        heads = [_head(one) for one in (listed if isinstance(listed, list) else [listed])]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NotAHead() from error
    if not heads:
        # An audit against nothing would seem to have been one against something.
        raise NotAHead()
    return heads


def _head(data: dict[str, Any]) -> Head:
    size, root = data["size"], bytes.fromhex(data["root"])
    if not (isinstance(size, int) and size > 0 and len(root) == HASH_BYTES):
        raise ValueError("no head")
    token = data.get("timestamp")
    at = datetime.fromisoformat(data["at"]).astimezone(UTC)
    statement = b64decode(data["statement"], validate=True)
    return Head(size, root, statement, b64decode(token, validate=True) if token else None, at)


def audit_log(deps: Deps, saved: Sequence[Head] = ()) -> Iterator[Break]:
    """Every place where the log contradicts itself, what it tells of, or a saved head; nothing when all holds."""
    with deps.reading() as work:
        size = log.size_of(work.connection)
    yield from _tree(deps, size, saved)
    with deps.reading() as work:
        yield from _files(work)
        yield from _revocations(work)
        for document, number in log.stuck(work.connection, work.vault):
            if number is None:
                yield Break(LOG, 0, f"a revocation waits to enter it, but the register has no document {document}", "")
            else:
                fault = "is damaged, or its code is, or the portal did not make it"
                yield Break(LOG, 0, f"what waits to enter it of the document {number} {fault}", "")


@dataclass
class _Walk:
    """The tree as it is made anew from its entries; once one is missing no root can be told any more."""

    edge: Edge = field(default_factory=Edge)
    whole: bool = True
    told: set[str] = field(default_factory=set)
    unbelieved: int | None = None
    """The first head that no key now published has signed, and after which none is signed that is."""

    def first(self, what: str) -> bool:
        """Whether this is the first of its kind: one altered entry alters every node and every head above it."""
        new = what not in self.told
        self.told.add(what)
        return new


def _tree(deps: Deps, size: int, saved: Sequence[Head]) -> Iterator[Break]:
    walk, start = _Walk(), 0
    while start < size:
        end = min(size, start + log_audit.PAGE)
        with deps.reading() as work:
            page = log_audit.leaves(work.connection, start, end)
            yield from _told(work, page)
            published = log_audit.heads(work.connection, start, end)
            sizes = {head.size for head in (*published, *saved)}
            roots = yield from _grow(walk, page, log_audit.nodes(work.connection, start, end), (start, end), sizes)
        for head in published:
            yield from _published(deps, walk, head, roots.get(head.size))
        for head in saved:
            if start < head.size <= end:
                yield from _saved(deps, head, roots.get(head.size))
        start = end
    yield from _beyond(deps, size, saved)
    if walk.unbelieved is not None:
        yield Break(LOG, walk.unbelieved, UNBELIEVED, HEAD)


def _grow(
    walk: _Walk, page: Sequence[Leaf], stored: Mapping[Subtree, bytes], within: tuple[int, int], sizes: Set[int]
) -> Made:
    """Adds a page to the tree and holds its nodes against those that are stored; returns the roots at some sizes."""
    roots: dict[int, bytes] = {}
    for position, leaf in zip(range(*within), page, strict=False):
        if not walk.whole or leaf.position != position:
            break
        for subtree, found in walk.edge.add(merkle.leaf_hash(leaf.entry)):
            if stored.get(subtree) != found and walk.first("node"):
                yield Break(LOG, leaf.position + 1, "the tree above the entry is not that of its entries", ENTRY)
        if walk.edge.size in sizes:
            roots[walk.edge.size] = walk.edge.root
    if walk.whole and walk.edge.size != within[1]:
        walk.whole = False
        yield Break(LOG, walk.edge.size + 1, "the entry is missing", ENTRY)
    return roots


def _published(deps: Deps, walk: _Walk, head: Head, root: bytes | None) -> Iterator[Break]:
    """Where a head of ours does not fit the tree, or was not signed as it is."""
    if root != head.root and walk.first(HEAD):
        yield Break(LOG, head.size, "the log's entries do not lead to the head that was published", HEAD)
    if _is_unbelieved(deps, head):
        # Its key was withdrawn since, it seems. A later head that is signed vouches for all that it tells of.
        walk.unbelieved = walk.unbelieved or head.size
        return
    problems = list(_signed(deps, head))
    walk.unbelieved = walk.unbelieved if problems else None
    yield from problems


def _saved(deps: Deps, head: Head, root: bytes | None) -> Iterator[Break]:
    """Where the log does not go on from a saved head, or the head is none of ours."""
    if root != head.root:
        problem = f"the log does not go on from the head saved of {_moment(head)}: what that told of was changed"
        yield Break(LOG, head.size, problem, HEAD)
    if not _is_unbelieved(deps, head):
        yield from _signed(deps, head)
    elif root != head.root:
        yield Break(LOG, head.size, UNBELIEVED, HEAD)


def _beyond(deps: Deps, size: int, saved: Sequence[Head]) -> Iterator[Break]:
    """Heads of more entries than the log had when this began: it was cut off, unless it has grown since."""
    with deps.reading() as work:
        heads, now = log_audit.heads(work.connection, size), log.size_of(work.connection)
    for head in heads:
        if head.size > now:
            yield Break(
                LOG, head.size, f"the log has {size} entries, and a head tells of {head.size}: it was cut off", HEAD
            )
    for head in saved:
        if head.size > size:
            problem = f"the log has {size} entries, and the head saved of {_moment(head)} tells of {head.size}: it was cut off"
            yield Break(LOG, head.size, problem, HEAD)
            yield from _signed(deps, head)


def _moment(head: Head) -> str:
    return f"{head.at:%Y-%m-%d %H:%M} UTC"


def _is_unbelieved(deps: Deps, head: Head) -> bool:
    """Whether a head was signed with a key that is not published, or no longer."""
    try:
        kid = cose.kid_in(cose.parse(head.statement).protected)
    except NotASeal:
        return False
    published = deps.sealer.keys()
    return all(key.kid != kid for key in published)


def _signed(deps: Deps, head: Head) -> Iterator[Break]:
    """Whether a key of ours signed what the head says, and an authority stamped just that."""
    try:
        said = read_tree(deps.sealer.stated(Statement.TREE_HEAD, head.statement))
    except (NotASeal, NotAnEntry):
        yield Break(LOG, head.size, UNBELIEVED, HEAD)
        return
    if said != (head.size, head.root, int(head.at.timestamp())):
        yield Break(LOG, head.size, "the head's signed statement says something else", HEAD)
    if head.timestamp is not None and not _is_stamped(head):
        yield Break(LOG, head.size, "the head's time stamp is not one on its statement", HEAD)


def _is_stamped(head: Head) -> bool:
    # Loading what reads time stamps costs more than most commands do.
    from portal.adapters.signing.tokens import NotATimeStamp, read_token

    try:
        read_token(head.timestamp or b"", hashlib.sha256(head.statement).digest(), None)
    except NotATimeStamp:
        return False
    return True


def _told(work: Work, page: Sequence[Leaf]) -> Iterator[Break]:
    """Where entries are not as they were written, or what they tell of is not as it was."""
    entries: list[tuple[Leaf, Entry]] = []
    for leaf in page:
        try:
            entry = read_entry(leaf.entry)
        except NotAnEntry:
            entry = None
        if entry is None or not _is_itself(leaf, entry):
            yield Break(LOG, leaf.position + 1, "the entry was altered", ENTRY)
        else:
            entries.append((leaf, entry))
    digests = [entry.sha256.hex() for _, entry in entries if isinstance(entry, DocumentEntry)]
    known = log_audit.registered(work.connection, digests)
    revoked = log_audit.documents(work.connection, [leaf.subject for leaf, _ in entries if leaf.kind == REVOCATION])
    for leaf, entry in entries:
        if isinstance(entry, JournalEntry):
            yield from _journal(leaf, entry)
        elif isinstance(entry, DocumentEntry):
            yield from _document(leaf, known.get(entry.sha256.hex()))
        else:
            yield from _revocation(work, leaf, entry, revoked.get(leaf.subject))


def _is_itself(leaf: Leaf, entry: Entry) -> bool:
    """Whether an entry has the hash, and what it is found by says what the entry does."""
    if leaf.hash != merkle.leaf_hash(leaf.entry) or type(entry) is not _KINDS.get(leaf.kind):
        return False
    return not isinstance(entry, JournalEntry) or (entry.is_of(leaf.subject) and entry.length == leaf.length)


def _journal(leaf: Leaf, entry: JournalEntry) -> Iterator[Break]:
    if leaf.reference is None or leaf.journal_length is None:
        yield Break(LOG, leaf.position + 1, f"the case {leaf.subject} that it tells of was removed", ENTRY)
    elif leaf.line is None and leaf.journal_length < entry.length:
        problem = f"the journal was cut off at the end: the log knows {entry.length} lines"
        yield Break(leaf.reference, leaf.journal_length, problem)
    elif leaf.line is None:
        yield Break(leaf.reference, entry.length, "the line that entered the log is missing")
    elif leaf.line != entry.head:
        yield Break(leaf.reference, entry.length, "the line, or one before it, is not what entered the log")


def _document(leaf: Leaf, known: Register | None) -> Iterator[Break]:
    if known is None or known.owner != leaf.subject:
        yield Break(LOG, leaf.position + 1, "the file that it tells of is no longer in the register", ENTRY)
    elif known.number is None:
        yield Break(LOG, leaf.position + 1, "the document whose file it tells of was removed", ENTRY)


def _revocation(work: Work, leaf: Leaf, entry: RevocationEntry, document: Revoked | None) -> Iterator[Break]:
    if document is None:
        yield Break(LOG, leaf.position + 1, "the document whose revocation it tells of was removed", ENTRY)
    elif document.revoked_at is None:
        yield Break(document.number, leaf.position + 1, "its revocation, which entered the log, was taken back", ENTRY)
    elif _revoked(work, document) not in (entry, None):
        yield Break(document.number, leaf.position + 1, "its revocation is not the one that entered the log", ENTRY)


def _revoked(work: Work, document: Revoked) -> RevocationEntry | None:
    """The entry of a revocation as the register has it; None where nobody can read the document's code any more."""
    assert document.revoked_at is not None  # noqa: S101  Only those that were revoked are asked for.
    try:
        code = hidden_code(code_bytes(work.vault.open(document.code_sealed, f"code:{document.id}").decode()))
    except Erased:
        return None
    except InvalidTag:
        code = b""
    return RevocationEntry(code, document.revoked_for or "", int(document.revoked_at.timestamp()))


def _files(work: Work) -> Iterator[Break]:
    """Files that were handed out and have no place in the log."""
    for page in log_audit.files(work.connection):
        absent = log_audit.not_logged(work.connection, DOCUMENT, list({one.owner for one in page}))
        held = log_audit.logged(work.connection, DOCUMENT, list(absent))
        for one in page:
            leaf = merkle.leaf_hash(DocumentEntry(bytes.fromhex(one.sha256)).encoded())
            if one.owner in absent and (one.owner, leaf) not in held:
                yield Break(one.number or LOG, 0, f"its file {one.sha256[:16]}… is not in the log", "")


def _revocations(work: Work) -> Iterator[Break]:
    """Revocations that have no place in the log."""
    for page in log_audit.revocations(work.connection):
        absent = log_audit.not_logged(work.connection, REVOCATION, [one.id for one in page])
        held = {subject for subject, _ in log_audit.logged(work.connection, REVOCATION, list(absent))}
        for one in page:
            if one.id in absent - held:
                yield Break(one.number, 0, "its revocation is not in the log", "")
