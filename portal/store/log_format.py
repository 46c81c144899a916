"""What is hashed for the public log, byte by byte: see docs/transparency.md. Each entry is a CBOR array (RFC 8949, §4.2)."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import cbor2

from portal.store.log_entries import DOCUMENT, JOURNAL, REVOCATION

SALT_BYTES = 16
HASH_BYTES = 32
HEAD_VERSION = 1


class NotAnEntry(Exception):
    """What was read is not an entry or a head as they are written here."""


@dataclass(frozen=True)
class DocumentEntry:
    """A signed file was handed out; ``sha256`` is its digest."""

    sha256: bytes

    def encoded(self) -> bytes:
        return cbor2.dumps([DOCUMENT, self.sha256], canonical=True)


@dataclass(frozen=True)
class RevocationEntry:
    """A document no longer stands; ``code`` is the SHA-256 of the ten bytes of its code, ``at`` in Unix seconds."""

    code: bytes
    reason: str
    at: int

    def encoded(self) -> bytes:
        return cbor2.dumps([REVOCATION, self.code, self.reason, self.at], canonical=True)


@dataclass(frozen=True)
class JournalEntry:
    """How long a case's journal was, and the hash of its last line then.

    ``subject`` is the SHA-256 of the salt and the case's id: without the id nobody can tell which case it is, nor that
    two entries are of the same one.
    """

    salt: bytes
    subject: bytes
    length: int
    head: bytes

    def encoded(self) -> bytes:
        return cbor2.dumps([JOURNAL, self.salt, self.subject, self.length, self.head], canonical=True)

    def is_of(self, case_id: str) -> bool:
        """Whether it is an entry of this case."""
        return self.subject == _hidden(self.salt, case_id)


Entry = DocumentEntry | RevocationEntry | JournalEntry


def journal_entry(case_id: str, length: int, head: bytes) -> JournalEntry:
    """A fresh entry of a case, hidden by a salt of its own."""
    salt = os.urandom(SALT_BYTES)
    return JournalEntry(salt, _hidden(salt, case_id), length, head)


def hidden_code(code: bytes) -> bytes:
    """What an entry says of a document's code."""
    return hashlib.sha256(code).digest()


def read_entry(data: bytes) -> Entry:
    """An entry as it was written; raises NotAnEntry for anything that is not, to the last byte, what we write."""
    found = _read(_decoded(data))
    if found.encoded() != data:
        raise NotAnEntry()
    return found


def _read(parts: Any) -> Entry:
    match parts:
        case ["document", bytes(sha256)] if len(sha256) == HASH_BYTES:
            return DocumentEntry(sha256)
        case ["revocation", bytes(code), str(reason), int(at)] if len(code) == HASH_BYTES:
            return RevocationEntry(code, reason, at)
        case ["journal", bytes(salt), bytes(subject), int(length), bytes(head)] if (
            len(salt) == SALT_BYTES and len(subject) == len(head) == HASH_BYTES
        ):
            return JournalEntry(salt, subject, length, head)
    raise NotAnEntry()


@dataclass(frozen=True)
class Tree:
    """What the statement of a head says: how many entries the log had, the root of its tree, and when."""

    size: int
    root: bytes
    at: datetime

    def encoded(self) -> bytes:
        """What is signed."""
        return cbor2.dumps([HEAD_VERSION, self.size, self.root, int(self.at.timestamp())], canonical=True)


def read_tree(payload: bytes) -> tuple[int, bytes, int]:
    """The size, root and Unix time that a statement says; raises NotAnEntry."""
    match _decoded(payload):
        case [1, int(size), bytes(root), int(at)] if len(root) == HASH_BYTES and size > 0:
            return size, root, at
    raise NotAnEntry()


def _decoded(data: bytes) -> Any:
    try:
        return cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise NotAnEntry() from error


def _hidden(salt: bytes, case_id: str) -> bytes:
    return hashlib.sha256(salt + case_id.encode()).digest()
