"""The register of signed reports on a year's figures: everybody who asks for the same count gets the same document."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from portal.domain.withholding import ALL, Published
from portal.store.figures import Counted, as_data, published_from
from portal.store.tables_of_clock import REPORTS, YEAR_FIGURES
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

    @property
    def key(self) -> str:
        """Where the file store keeps the signed PDF: it is public, and kept as it is."""
        return _key(self.id)


def _key(report_id: str) -> str:
    return f"reports/{report_id}"


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


def finish(connection: Connection, report: Report, sha256: str, now: datetime) -> None:
    """Records that the signed file exists, and its digest."""
    connection.execute(update(REPORTS).where(REPORTS.c.id == report.id).values(sha256=sha256, issued_at=now))


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
)
_OF_COUNT = _FIND.where(
    REPORTS.c.year == bindparam("year"),
    REPORTS.c.unit == bindparam("unit"),
    REPORTS.c.service == bindparam("service"),
    REPORTS.c.counted_at == bindparam("counted_at", type_=REPORTS.c.counted_at.type),
)


def of_count(connection: Connection, vault: Vault, counted: Counted) -> Report | None:
    """The report on one count of one scope, if somebody asked for it."""
    bounds = {
        "year": counted.year,
        "unit": counted.unit,
        "service": counted.service,
        "counted_at": counted.counted_at,
    }
    return _one(vault, connection.execute(_OF_COUNT, bounds).first())


def superseded(connection: Connection, since: datetime) -> list[str]:
    """The keys of the files of signed reports on counts that newer ones replaced after ``since``."""
    latest = and_(YEAR_FIGURES.c.year == REPORTS.c.year, YEAR_FIGURES.c.unit == ALL, YEAR_FIGURES.c.service == ALL)
    found = connection.execute(
        select(REPORTS.c.id)
        .join(YEAR_FIGURES, latest)
        .where(
            YEAR_FIGURES.c.counted_at >= since,
            REPORTS.c.counted_at < YEAR_FIGURES.c.counted_at,
            REPORTS.c.sha256.is_not(None),
        )
    )
    return [_key(report_id) for report_id in found.scalars()]


def get(connection: Connection, vault: Vault, report_id: str) -> Report | None:
    return _one(vault, connection.execute(_FIND.where(REPORTS.c.id == report_id)).first())


def by_code(connection: Connection, vault: Vault, code: str) -> Report | None:
    return _one(vault, connection.execute(_FIND.where(REPORTS.c.code_hash.in_(vault.lookups("code", code)))).first())


def by_digest(connection: Connection, vault: Vault, sha256: str) -> Report | None:
    return _one(vault, connection.execute(_FIND.where(REPORTS.c.sha256 == sha256)).first())


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
    )
