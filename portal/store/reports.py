"""The register of signed reports on a year's figures: everybody who asks for the same count gets the same document."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from portal.domain.withholding import ALL, Published
from portal.ports_of_documents import Level
from portal.store import issued_files
from portal.store.figures import Counted, as_data, published_from
from portal.store.issued_files import Owner
from portal.store.tables_of_clock import REPORTS, YEAR_FIGURES
from portal.store.tables_of_proofs import ISSUED_FILES
from portal.store.vault import Vault

SERIES = "S"
"""What the numbers of reports begin with, where those of receipts begin with R and those of decisions with D."""


@dataclass(frozen=True)
class Report:
    """A report of the register; ``sha256`` is None while it is being made. Empty ``unit`` and ``service`` are all."""

    id: str
    number: str
    year: int
    unit: str
    service: str
    code: str
    published: Published
    counted_at: datetime
    sha256: str | None
    requested_at: datetime
    level: Level = Level.B

    @property
    def key(self) -> str:
        """Where the file store keeps the newest signed PDF: it is public, and kept as it is."""
        assert self.sha256 is not None  # noqa: S101  Whoever asks has seen that there is a file.
        return key_of(self.id, self.sha256)


def key_of(report_id: str, sha256: str) -> str:
    """Where the file store keeps one of a report's files."""
    return f"reports/{issued_files.name_of(report_id, sha256)}"


def new_id() -> str:
    return uuid.uuid4().hex


def reserve(connection: Connection, vault: Vault, report: Report) -> None:
    """Enters a report before it is made: its number and code are then fixed, however often making it is tried."""
    connection.execute(
        insert(REPORTS).values(
            id=report.id,
            number=report.number,
            year=report.year,
            unit=report.unit,
            service=report.service,
            code_hash=vault.lookup("code", report.code),
            code_sealed=vault.seal(report.code.encode(), f"code:{report.id}"),
            figures=as_data(report.published),
            counted_at=report.counted_at,
            requested_at=report.requested_at,
        )
    )


def finish(connection: Connection, vault: Vault, report: Report, sha256: str, level: Level, now: datetime) -> None:
    """Records that the signed file exists, and its digest."""
    connection.execute(
        update(REPORTS).where(REPORTS.c.id == report.id).values(sha256=sha256, level=level.value, issued_at=now)
    )
    issued_files.add(connection, vault, Owner.REPORT, report.id, sha256, level, now)


def abandon(connection: Connection, report_id: str, why: str, now: datetime) -> None:
    """As ``documents.abandon``; whoever asks for a report on the same count then gets another, under another number."""
    connection.execute(
        update(REPORTS)
        .where(REPORTS.c.id == report_id, REPORTS.c.sha256.is_(None))
        .values(abandoned_at=now, abandoned_for=why)
    )


def raised(
    connection: Connection,
    vault: Vault,
    report_id: str,
    sha256: str,
    level: Level,
    now: datetime,
    *,
    instead_of: str,
) -> bool:
    """As ``documents.raised``."""
    done = connection.execute(
        update(REPORTS)
        .where(REPORTS.c.id == report_id, REPORTS.c.sha256 == instead_of)
        .values(sha256=sha256, level=level.value)
        .returning(REPORTS.c.id)
    ).first()
    if done is not None:
        issued_files.add(connection, vault, Owner.REPORT, report_id, sha256, level, now)
    return done is not None


_FIND = select(
    REPORTS.c.id,
    REPORTS.c.number,
    REPORTS.c.year,
    REPORTS.c.unit,
    REPORTS.c.service,
    REPORTS.c.code_sealed,
    REPORTS.c.figures,
    REPORTS.c.counted_at,
    REPORTS.c.sha256,
    REPORTS.c.requested_at,
    REPORTS.c.level,
)
_OF_COUNT = _FIND.where(
    REPORTS.c.year == bindparam("year"),
    REPORTS.c.unit == bindparam("unit"),
    REPORTS.c.service == bindparam("service"),
    REPORTS.c.counted_at == bindparam("counted_at", type_=REPORTS.c.counted_at.type),
    REPORTS.c.abandoned_at.is_(None),
)


def of_count(connection: Connection, vault: Vault, counted: Counted) -> Report | None:
    """The report on one count of one scope, if somebody asked for it; one that was abandoned is passed over."""
    bounds = {
        "year": counted.year,
        "unit": counted.unit,
        "service": counted.service,
        "counted_at": counted.counted_at,
    }
    return _one(vault, connection.execute(_OF_COUNT, bounds).first())


def superseded(connection: Connection, since: datetime) -> list[str]:
    """The keys of every file of signed reports on counts that newer ones replaced after ``since``."""
    latest = and_(YEAR_FIGURES.c.year == REPORTS.c.year, YEAR_FIGURES.c.unit == ALL, YEAR_FIGURES.c.service == ALL)
    found = connection.execute(
        select(ISSUED_FILES.c.owner_id, ISSUED_FILES.c.sha256)
        .join(REPORTS, REPORTS.c.id == ISSUED_FILES.c.owner_id)
        .join(YEAR_FIGURES, latest)
        .where(
            YEAR_FIGURES.c.counted_at >= since,
            REPORTS.c.counted_at < YEAR_FIGURES.c.counted_at,
            REPORTS.c.sha256.is_not(None),
        )
    )
    return [key_of(row[0], row[1]) for row in found]


def get(connection: Connection, vault: Vault, report_id: str) -> Report | None:
    return _one(vault, connection.execute(_FIND.where(REPORTS.c.id == report_id)).first())


def by_code(connection: Connection, vault: Vault, code: str) -> Report | None:
    return _one(vault, connection.execute(_FIND.where(REPORTS.c.code_hash.in_(vault.lookups("code", code)))).first())


def by_digest(connection: Connection, vault: Vault, sha256: str) -> Report | None:
    """The report that one of the files handed out belongs to."""
    found = issued_files.owner_of(connection, vault, sha256)
    return get(connection, vault, found.owner_id) if found is not None and found.owner is Owner.REPORT else None


def _one(vault: Vault, row: Any) -> Report | None:
    if row is None:
        return None
    code = vault.open(row.code_sealed, f"code:{row.id}").decode()
    return Report(
        row.id,
        row.number,
        row.year,
        row.unit,
        row.service,
        code,
        published_from(row.figures),
        row.counted_at,
        row.sha256,
        row.requested_at,
        Level(row.level),
    )
