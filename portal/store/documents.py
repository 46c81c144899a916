"""The register of what the portal issued: number, code, digest of the signed file, and whether it still stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from portal.store.tables import CASES, DOCUMENTS
from portal.store.tables_of_clock import REPORTS
from portal.store.vault import Vault


@dataclass(frozen=True)
class Issued:
    """A document of the register. ``sha256`` is None while it is being made; ``status`` is what a receipt says."""

    id: str
    number: str
    case_id: str
    document: str
    effect_id: str
    code: str
    sha256: str | None
    status: str | None
    issued_at: datetime
    revoked_at: datetime | None = None

    @property
    def key(self) -> str:
        """Where the file store keeps the signed PDF, sealed."""
        return f"{self.case_id[:2]}/{self.case_id}/{self.id}"

    @property
    def context(self) -> str:
        """What its content is sealed for."""
        return f"issued:{self.id}"


def reserve(connection: Connection, vault: Vault, issued: Issued) -> None:
    """Enters a document before it is made: its number and code are then fixed, however often making it is tried."""
    connection.execute(
        insert(DOCUMENTS).values(
            id=issued.id,
            number=issued.number,
            case_id=issued.case_id,
            document=issued.document,
            effect_id=issued.effect_id,
            code_hash=vault.lookup("code", issued.code),
            code_sealed=vault.seal(issued.code.encode(), f"code:{issued.id}"),
            status=issued.status,
            issued_at=issued.issued_at,
        )
    )


def finish(connection: Connection, issued: Issued, sha256: str) -> None:
    """Records that the signed file exists, and its digest."""
    connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == issued.id).values(sha256=sha256))


_FIND = select(
    DOCUMENTS.c.id,
    DOCUMENTS.c.number,
    DOCUMENTS.c.case_id,
    DOCUMENTS.c.document,
    DOCUMENTS.c.effect_id,
    DOCUMENTS.c.code_sealed,
    DOCUMENTS.c.sha256,
    DOCUMENTS.c.status,
    DOCUMENTS.c.issued_at,
    DOCUMENTS.c.revoked_at,
)


_OF_CASE = _FIND.where(DOCUMENTS.c.case_id == bindparam("case"), DOCUMENTS.c.sha256.is_not(None)).order_by(
    DOCUMENTS.c.issued_at
)


def of_case(connection: Connection, vault: Vault, case_id: str) -> list[Issued]:
    """The finished documents of a case, oldest first."""
    rows = connection.execute(_OF_CASE, {"case": case_id}).all()
    return [_issued(vault, row) for row in rows]


def any_issued(connection: Connection) -> bool:
    """Whether any document was ever signed here, reports on a year's figures among them."""
    signed = (select(one.c.id).where(one.c.sha256.is_not(None)).limit(1) for one in (DOCUMENTS, REPORTS))
    return any(connection.execute(one).first() is not None for one in signed)


_BY_EFFECT = _FIND.where(DOCUMENTS.c.effect_id == bindparam("effect"))


def by_effect(connection: Connection, vault: Vault, effect_id: str) -> Issued | None:
    row = connection.execute(_BY_EFFECT, {"effect": effect_id}).first()
    return _issued(vault, row) if row else None


def by_code(connection: Connection, vault: Vault, code: str) -> Issued | None:
    row = connection.execute(_FIND.where(DOCUMENTS.c.code_hash.in_(vault.lookups("code", code)))).first()
    return _issued(vault, row) if row else None


def by_digest(connection: Connection, vault: Vault, sha256: str) -> Issued | None:
    row = connection.execute(_FIND.where(DOCUMENTS.c.sha256 == sha256)).first()
    return _issued(vault, row) if row else None


def by_number(connection: Connection, vault: Vault, number: str) -> Issued | None:
    row = connection.execute(_FIND.where(DOCUMENTS.c.number == number)).first()
    return _issued(vault, row) if row else None


def revoke(connection: Connection, issued: Issued, by: str, now: datetime) -> None:
    """Declares that a document no longer stands; done once, the first moment is kept."""
    connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.id == issued.id, DOCUMENTS.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by)
    )


def reference_of(connection: Connection, issued: Issued) -> tuple[str, str]:
    """The reference and the service's digest of the case a document belongs to."""
    row = connection.execute(select(CASES.c.reference, CASES.c.digest).where(CASES.c.id == issued.case_id)).one()
    return row[0], row[1]


def _issued(vault: Vault, row: Any) -> Issued:
    code = vault.open(row[5], f"code:{row[0]}").decode()
    return Issued(row[0], row[1], row[2], row[3], row[4], code, row[6], row[7], row[8], row[9])
