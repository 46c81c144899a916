"""The register of what the portal issued: number, code, digest of the signed file, and whether it still stands."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import orjson
import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, bindparam, func, insert, select, update

from portal.domain.issued import DocumentKind, RevokedFor
from portal.ports_of_documents import Level
from portal.store import issued_files, log_entries
from portal.store.issued_files import Owner
from portal.store.numbers import code_bytes
from portal.store.tables import DOCUMENTS
from portal.store.tables_of_clock import REPORTS
from portal.store.vault import Erased, Vault

log = structlog.get_logger("portal.documents")


@dataclass(frozen=True)
class Issued:
    """A document of the register. ``sha256`` is None while it is being made; ``status`` is what a receipt says.

    ``sha256`` and ``level`` are those of its newest file. ``replaced_by`` is the id of the document in its place.
    """

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
    kind: DocumentKind = DocumentKind.DECISION
    unit: str = ""
    level: Level = Level.B
    expires_on: date | None = None
    case_digest: str | None = None
    revoked_for: RevokedFor | None = None
    replaced_by: str | None = None

    @property
    def key(self) -> str:
        """Where the file store keeps the newest signed PDF, sealed; only for a document that was made."""
        assert self.sha256 is not None  # noqa: S101  Whoever asks has seen that there is a file.
        return key_of(self.case_id, self.id, self.sha256)

    @property
    def context(self) -> str:
        """What its content is sealed for."""
        return context_of(self.id)


def context_of(document_id: str) -> str:
    """What a document's files are sealed for."""
    return f"issued:{document_id}"


def key_of(case_id: str, document_id: str, sha256: str) -> str:
    """Where the file store keeps one of a document's files."""
    return f"{case_id[:2]}/{case_id}/{issued_files.name_of(document_id, sha256)}"


def digest_of(issued: Issued) -> str:
    """The digest of what the register says of a document once it is made, of all that never changes again.

    It goes into the sealed journal of its case. ``sha256`` has to be that of the first file.
    """
    said = [
        issued.id,
        issued.number,
        issued.case_id,
        issued.document,
        issued.effect_id,
        issued.code,
        issued.sha256,
        issued.issued_at.astimezone(UTC).isoformat(timespec="microseconds"),
        issued.kind.value,
        issued.unit,
        issued.expires_on.isoformat() if issued.expires_on is not None else None,
        issued.case_digest,
    ]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


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
            kind=issued.kind.value,
            unit=issued.unit,
        )
    )


def finish(
    connection: Connection,
    vault: Vault,
    issued: Issued,
    sha256: str,
    level: Level,
    now: datetime,
    *,
    expires_on: date | None = None,
    case_digest: str | None = None,
) -> str:
    """Records that the signed file exists, its digest, and what it says that others will ask for.

    Returns the digest of what the register now says (see ``digest_of``).
    """
    connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.id == issued.id)
        .values(sha256=sha256, level=level.value, expires_on=expires_on, case_digest=case_digest)
    )
    issued_files.add(connection, vault, Owner.DOCUMENT, issued.id, sha256, level, now)
    return digest_of(replace(issued, sha256=sha256, expires_on=expires_on, case_digest=case_digest))


def raised(
    connection: Connection,
    vault: Vault,
    document_id: str,
    sha256: str,
    level: Level,
    now: datetime,
    *,
    instead_of: str,
) -> bool:
    """Records that a document has a newer file, whose signature proves itself for longer; the older ones stay ours.

    Nothing is recorded, and False returned, where ``instead_of`` is not its newest file any more.
    """
    done = connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.id == document_id, DOCUMENTS.c.sha256 == instead_of)
        .values(sha256=sha256, level=level.value)
        .returning(DOCUMENTS.c.id)
    ).first()
    if done is not None:
        issued_files.add(connection, vault, Owner.DOCUMENT, document_id, sha256, level, now)
    return done is not None


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
    DOCUMENTS.c.kind,
    DOCUMENTS.c.unit,
    DOCUMENTS.c.level,
    DOCUMENTS.c.expires_on,
    DOCUMENTS.c.case_digest,
    DOCUMENTS.c.revoked_for,
    DOCUMENTS.c.replaced_by,
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


def get(connection: Connection, vault: Vault, document_id: str) -> Issued | None:
    row = connection.execute(_FIND.where(DOCUMENTS.c.id == document_id)).first()
    return _issued(vault, row) if row else None


def by_digest(connection: Connection, vault: Vault, sha256: str) -> Issued | None:
    """The document that one of the files handed out belongs to, whether or not a newer one has taken its place."""
    found = issued_files.owner_of(connection, vault, sha256)
    return get(connection, vault, found.owner_id) if found is not None and found.owner is Owner.DOCUMENT else None


def by_number(connection: Connection, vault: Vault, number: str) -> Issued | None:
    row = connection.execute(_FIND.where(DOCUMENTS.c.number == number)).first()
    return _issued(vault, row) if row else None


def revoke(
    connection: Connection, issued: Issued, by: str, now: datetime, why: RevokedFor, *, replaced_by: str | None = None
) -> bool:
    """Declares that a document no longer stands, here and in the log; done once, the first moment is kept."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.id == issued.id, DOCUMENTS.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by, revoked_for=why.value, replaced_by=replaced_by)
        .returning(DOCUMENTS.c.id)
    ).first()
    if done is None:
        return False
    log_entries.await_entry(connection, log_entries.REVOCATION, issued.id, now, {"for": why.value})
    return True


def replaced(connection: Connection, old_id: str, new_id: str) -> None:
    """Records which document stands in the place of a revoked one."""
    connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == old_id).values(replaced_by=new_id))


def replaced_by(connection: Connection, document_id: str) -> list[str]:
    """The numbers of the revoked documents in whose place one stands."""
    of_case = select(DOCUMENTS.c.case_id).where(DOCUMENTS.c.id == document_id).scalar_subquery()
    found = select(DOCUMENTS.c.number).where(DOCUMENTS.c.case_id == of_case, DOCUMENTS.c.replaced_by == document_id)
    return list(connection.execute(found.order_by(DOCUMENTS.c.number)).scalars())


def abandon(connection: Connection, effect_id: str, why: str, now: datetime) -> None:
    """Records that a number was reserved for a document that will not be made: it is neither lost nor given again."""
    connection.execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.effect_id == effect_id, DOCUMENTS.c.sha256.is_(None))
        .values(abandoned_at=now, abandoned_for=why)
    )


def revoked(connection: Connection, vault: Vault) -> list[tuple[bytes, datetime, str, date | None]]:
    """Every document that no longer stands: the ten bytes of its code, since when, why, and until when it would have.

    Of one that another took the place of, that is the reason given. One whose code cannot be read is logged and left
    out: the list has no other name for it, and the others stand in it all the same.
    """
    rows = connection.execute(
        select(
            DOCUMENTS.c.id,
            DOCUMENTS.c.code_sealed,
            DOCUMENTS.c.revoked_at,
            DOCUMENTS.c.revoked_for,
            DOCUMENTS.c.expires_on,
            DOCUMENTS.c.replaced_by,
        )
        .where(DOCUMENTS.c.revoked_at.is_not(None))
        .order_by(DOCUMENTS.c.revoked_at, DOCUMENTS.c.id)
    ).all()
    found: list[tuple[bytes, datetime, str, date | None]] = []
    after: dict[str | None, str | None] = {row.id: row.replaced_by for row in rows}
    for row in rows:
        code = readable_code(vault, row.id, row.code_sealed)
        if code is None:
            log.error("a revoked document is not in the list: its code cannot be read", id=row.id)
            continue
        why = RevokedFor.REPLACED.value if _leads_on(after, row.replaced_by) else row.revoked_for or ""
        found.append((code_bytes(code), row.revoked_at, why, row.expires_on))
    return found


def _leads_on(after: Mapping[str | None, str | None], successor: str | None) -> bool:
    """Whether a document still stands at the end of those that took a place; ``after`` has who took that of each void one."""
    met: set[str | None] = set()
    while successor in after and successor not in met:
        met.add(successor)
        successor = after[successor]
    return successor is not None and successor not in met


def readable_code(vault: Vault, owner_id: str, sealed: bytes) -> str | None:
    """The code of a document or report; None where it was damaged, or its key is gone."""
    try:
        return vault.open(sealed, f"code:{owner_id}").decode()
    except (Erased, InvalidTag, ValueError):
        return None


class Revocations(NamedTuple):
    """What tells whether anything was revoked since, or took a revoked document's place, whatever was committed first."""

    latest: datetime | None
    many: int
    replaced: int


def revocations(connection: Connection) -> Revocations:
    """When a document was revoked last, how many are, and of how many another took the place."""
    query = select(func.max(DOCUMENTS.c.revoked_at), func.count(), func.count(DOCUMENTS.c.replaced_by))
    return Revocations(*connection.execute(query.where(DOCUMENTS.c.revoked_at.is_not(None))).one())


def _issued(vault: Vault, row: Any) -> Issued:
    code = vault.open(row.code_sealed, f"code:{row.id}").decode()
    return Issued(
        row.id,
        row.number,
        row.case_id,
        row.document,
        row.effect_id,
        code,
        row.sha256,
        row.status,
        row.issued_at,
        row.revoked_at,
        DocumentKind(row.kind),
        row.unit,
        Level(row.level),
        row.expires_on,
        row.case_digest,
        RevokedFor(row.revoked_for) if row.revoked_for else None,
        row.replaced_by,
    )
