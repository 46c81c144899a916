"""Every signed file that was ever handed out: raising a signature makes a newer one, and the older stay ours for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, insert, select

from portal.ports_of_documents import Level
from portal.store import log_entries
from portal.store.tables_of_proofs import ISSUED_FILES
from portal.store.vault import Vault

log = structlog.get_logger("portal.issued_files")

PROOF = "file"
"""What the keyed digest of a row is made for."""

PAGE = 2000

MADE_AT = (Level.B, Level.T)
"""The levels a document is issued at; raising one leads beyond them."""


class Owner(StrEnum):
    """Which register a file belongs to."""

    DOCUMENT = "document"
    REPORT = "report"


@dataclass(frozen=True)
class IssuedFile:
    """A signed file, by its digest."""

    sha256: str
    owner: Owner
    owner_id: str
    level: Level
    at: datetime


def proof_of(vault: Vault, sha256: str, owner_kind: str, owner_id: str, level: str, at: datetime) -> bytes:
    """What only the portal can make: without its key nobody enters a file in the register as one of ours."""
    return vault.lookup(PROOF, _said(sha256, owner_kind, owner_id, level, at))


def name_of(owner_id: str, sha256: str) -> str:
    """What a file is called in the file store: after its owner and its digest.

    So no file is ever written over: whatever stops between putting a file and entering it, or makes the same document at
    the same time, what is handed out is what was entered.
    """
    return f"{owner_id}-{sha256[:32]}"


def add(
    connection: Connection, vault: Vault, owner: Owner, owner_id: str, sha256: str, level: Level, now: datetime
) -> None:
    """Records a file that is handed out from now on; it enters the log at the next head."""
    proof = proof_of(vault, sha256, owner.value, owner_id, level.value, now)
    connection.execute(
        insert(ISSUED_FILES).values(
            sha256=sha256, owner_kind=owner.value, owner_id=owner_id, level=level.value, at=now, proof=proof
        )
    )
    log_entries.await_entry(connection, log_entries.DOCUMENT, owner_id, now, {"sha256": sha256})


def owner_of(connection: Connection, vault: Vault, sha256: str) -> IssuedFile | None:
    """Whose file has this digest, if it is one of ours."""
    found = _ours(vault, connection.execute(select(ISSUED_FILES).where(ISSUED_FILES.c.sha256 == sha256)).all())
    return found[0] if found else None


def among(connection: Connection, vault: Vault, digests: Sequence[str]) -> list[IssuedFile]:
    """Those of our files that have one of these digests."""
    return _ours(vault, connection.execute(select(ISSUED_FILES).where(ISSUED_FILES.c.sha256.in_(digests))).all())


def of_owner(connection: Connection, vault: Vault, owner_id: str) -> list[IssuedFile]:
    """Every file of a document or report, the first first."""
    rows = connection.execute(
        select(ISSUED_FILES).where(ISSUED_FILES.c.owner_id == owner_id).order_by(ISSUED_FILES.c.at)
    )
    return _ours(vault, rows.all())


def unproved(connection: Connection, vault: Vault) -> Iterator[tuple[str, str]]:
    """The rows that the portal did not write, or that were changed since: the digest and the owner's id of each."""
    query, after = select(ISSUED_FILES).order_by(ISSUED_FILES.c.sha256).limit(PAGE), ""
    while rows := connection.execute(query.where(ISSUED_FILES.c.sha256 > after)).all():
        yield from ((row.sha256, row.owner_id) for row in rows if not _is_proved(vault, row))
        after = rows[-1].sha256


def _ours(vault: Vault, rows: Sequence[Any]) -> list[IssuedFile]:
    """The files of those rows that the portal wrote itself; whoever may write to the database can add others."""
    found: list[IssuedFile] = []
    for row in rows:
        if _is_proved(vault, row):
            found.append(IssuedFile(row.sha256, Owner(row.owner_kind), row.owner_id, Level(row.level), row.at))
        else:
            log.warning("a file is not taken for ours: its row bears no proof of the portal's", sha256=row.sha256)
    return found


def _is_proved(vault: Vault, row: Any) -> bool:
    said = _said(row.sha256, row.owner_kind, row.owner_id, row.level, row.at)
    return row.proof is not None and row.proof in vault.lookups(PROOF, said)


def _said(sha256: str, owner_kind: str, owner_id: str, level: str, at: datetime) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return orjson.dumps([sha256, owner_kind, owner_id, level, moment]).decode()
