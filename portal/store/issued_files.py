"""Every signed file that was ever handed out: raising a signature makes a newer one, and the older stay ours for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from portal.ports import Level
from portal.store import log_entries
from portal.store.tables_of_proofs import ISSUED_FILES

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


def name_of(owner_id: str, sha256: str) -> str:
    """What a file is called in the file store: after its owner and its digest.

    So no file is ever written over: whatever stops between putting a file and entering it, or makes the same document at
    the same time, what is handed out is what was entered.
    """
    return f"{owner_id}-{sha256[:32]}"


def add(connection: Connection, owner: Owner, owner_id: str, sha256: str, level: Level, now: datetime) -> None:
    """Records a file that is handed out from now on; it enters the log at the next head."""
    connection.execute(
        insert(ISSUED_FILES).values(sha256=sha256, owner_kind=owner.value, owner_id=owner_id, level=level.value, at=now)
    )
    log_entries.await_entry(connection, log_entries.DOCUMENT, owner_id, now, {"sha256": sha256})


def owner_of(connection: Connection, sha256: str) -> IssuedFile | None:
    """Whose file has this digest, if it is one of ours."""
    row = connection.execute(select(ISSUED_FILES).where(ISSUED_FILES.c.sha256 == sha256)).first()
    if row is None:
        return None
    return IssuedFile(row.sha256, Owner(row.owner_kind), row.owner_id, Level(row.level), row.at)


def among(connection: Connection, digests: Sequence[str]) -> list[IssuedFile]:
    """Those of our files that have one of these digests."""
    rows = connection.execute(select(ISSUED_FILES).where(ISSUED_FILES.c.sha256.in_(digests)))
    return [IssuedFile(row.sha256, Owner(row.owner_kind), row.owner_id, Level(row.level), row.at) for row in rows]


def of_owner(connection: Connection, owner_id: str) -> list[IssuedFile]:
    """Every file of a document or report, the first first."""
    rows = connection.execute(
        select(ISSUED_FILES).where(ISSUED_FILES.c.owner_id == owner_id).order_by(ISSUED_FILES.c.at)
    )
    return [IssuedFile(row.sha256, Owner(row.owner_kind), row.owner_id, Level(row.level), row.at) for row in rows]
