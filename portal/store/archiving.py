"""Which signatures are to be raised, and which files have newer ones: read in pages, the oldest documents first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, literal, literal_column, select, tuple_

from portal.domain.withholding import ALL
from portal.ports_of_documents import Level
from portal.store import documents, reports
from portal.store.issued_files import MADE_AT, Owner
from portal.store.tables import CASES, DOCUMENTS, EFFECTS
from portal.store.tables_of_clock import REPORTS, YEAR_FIGURES
from portal.store.tables_of_proofs import ISSUED_FILES

CAP = 10_000
"""Up to how many waiting documents are counted."""

EFFECT = "archive"
"""The effect that takes care of a single document, where the batch could not."""

# Written out, for with a bound value SQLite would not see that the partial index holds them all.
_RAISED: ColumnElement[str] = literal_column(f"'{Level.LTA.value}'")
_UNSTAMPED: ColumnElement[str] = literal_column(f"'{Level.B.value}'")


@dataclass(frozen=True)
class Wanted:
    """What is looked for: whatever was made before a moment and is not raised, of it only what bears no time stamp.

    With ``renewed_before`` what is raised already, but for the last time before that.
    """

    owner: Owner
    before: datetime
    unstamped: bool = False
    renewed_before: datetime | None = None


@dataclass(frozen=True)
class Place:
    """A document or report, in the order in which they are read, and the digest of its newest file then."""

    owner: Owner
    id: str
    at: datetime
    sha256: str


@dataclass(frozen=True)
class Outgrown:
    """A document or report with several files: where the newest is, its digest, and where those before it are.

    ``key`` is None where its line of the register has none of its files: nobody can tell then which may go.
    """

    owner: Owner
    id: str
    case_id: str | None
    sha256: str | None
    key: str | None
    earlier: tuple[str, ...]


def case_of(owner_id: str) -> str:
    """What stands for a case in an effect on one document."""
    return f"{EFFECT}-{owner_id}"


def owner_in(case_id: str) -> str:
    """The document or report that such an effect is on."""
    return case_id.removeprefix(f"{EFFECT}-")


def waiting(
    connection: Connection, wanted: Wanted, most: int, after: Place | None = None, *, from_end: bool = False
) -> list[Place]:
    """What is to be raised; erased cases, and what was left to an effect, are passed over."""
    table, made = _place_in(wanted.owner)
    order: list[ColumnElement[Any]] = [table.c.id] if wanted.renewed_before else [made, table.c.id]
    query = select(table.c.id, made, table.c.sha256).where(_is_wanted(wanted, table, made))
    if after is not None:
        reached = [literal(after.id)] if wanted.renewed_before else [literal(after.at, made.type), literal(after.id)]
        query = query.where(tuple_(*order) > tuple_(*reached))
    ordered = [one.desc() for one in order] if from_end else order
    return [Place(wanted.owner, *row) for row in connection.execute(query.order_by(*ordered).limit(most))]


def hold(connection: Connection, owner: Owner, owner_id: str) -> None:
    """Keeps other workers from the register's line of a document until the transaction ends."""
    table, _ = _place_in(owner)
    connection.execute(select(table.c.id).where(table.c.id == owner_id).with_for_update())


def counts(connection: Connection, now: datetime) -> tuple[Mapping[Level, int], datetime | None]:
    """How many wait at each level, CAP + 1 standing for any greater number, and when the oldest was made."""
    found: dict[Level, int] = {}
    oldest: list[datetime] = []
    for owner in Owner:
        table, made = _place_in(owner)
        listed = select(table.c.level, made.label("made")).where(_is_wanted(Wanted(owner, now), table, made))
        rows = listed.order_by(made).limit(CAP + 1).subquery()
        for level, count, first in connection.execute(
            select(rows.c.level, func.count(), func.min(rows.c.made)).group_by(rows.c.level)
        ):
            found[Level(level)] = min(found.get(Level(level), 0) + int(count), CAP + 1)
            oldest.append(first)
    return found, min(oldest, default=None)


def outgrown(connection: Connection, since: datetime, until: datetime) -> list[Outgrown]:
    """What was raised after ``since`` and by ``until``: the files before the newest may go."""
    raised = select(ISSUED_FILES.c.owner_id).where(
        ISSUED_FILES.c.at > since,
        ISSUED_FILES.c.at <= until,
        ISSUED_FILES.c.level.not_in([one.value for one in MADE_AT]),
    )
    rows = connection.execute(
        select(ISSUED_FILES, DOCUMENTS.c.case_id, func.coalesce(DOCUMENTS.c.sha256, REPORTS.c.sha256).label("newest"))
        .outerjoin(DOCUMENTS, DOCUMENTS.c.id == ISSUED_FILES.c.owner_id)
        .outerjoin(REPORTS, REPORTS.c.id == ISSUED_FILES.c.owner_id)
        .where(ISSUED_FILES.c.owner_id.in_(raised))
        .order_by(ISSUED_FILES.c.owner_id)
    )
    return [_outgrown(list(files)) for _, files in groupby(rows, attrgetter("owner_id"))]


def _outgrown(files: list[Any]) -> Outgrown:
    first = files[0]
    newest = next((row for row in files if row.sha256 == row.newest), None)
    earlier = tuple(_key_of(row) for row in files if row is not newest) if newest is not None else ()
    key = _key_of(newest) if newest is not None else None
    return Outgrown(Owner(first.owner_kind), first.owner_id, first.case_id, first.newest, key, earlier)


def without_digest(connection: Connection, most: int) -> list[tuple[Owner, str]]:
    """Documents and reports that have files, and of which the register has none: nothing else would ever look at them."""
    found: list[tuple[Owner, str]] = []
    for owner in Owner:
        table, _ = _place_in(owner)
        handed_out = select(ISSUED_FILES.c.sha256).where(ISSUED_FILES.c.owner_id == table.c.id).exists()
        query = select(table.c.id).where(table.c.sha256.is_(None), handed_out, _is_kept(owner), _not_left(table))
        found += [(owner, one) for one in connection.execute(query.order_by(table.c.id).limit(most)).scalars()]
    return found


def _key_of(row: Any) -> str:
    if row.case_id is None:
        return reports.key_of(row.owner_id, row.sha256)
    return documents.key_of(row.case_id, row.owner_id, row.sha256)


def _place_in(owner: Owner) -> tuple[Table, ColumnElement[Any]]:
    """The register, and its column of when a line was made."""
    return (DOCUMENTS, DOCUMENTS.c.issued_at) if owner is Owner.DOCUMENT else (REPORTS, REPORTS.c.requested_at)


def _is_wanted(wanted: Wanted, table: Table, made: ColumnElement[Any]) -> ColumnElement[bool]:
    conditions = [table.c.sha256.is_not(None), made < wanted.before, _is_kept(wanted.owner), _not_left(table)]
    if wanted.renewed_before is None:
        conditions.append(table.c.level != _RAISED)
    else:
        newer = and_(ISSUED_FILES.c.owner_id == table.c.id, ISSUED_FILES.c.at >= wanted.renewed_before)
        # What is younger than that itself need not be looked up among the files.
        conditions += [table.c.level == _RAISED, made < wanted.renewed_before]
        conditions.append(~select(ISSUED_FILES.c.sha256).where(newer).exists())
    if wanted.unstamped:
        conditions.append(table.c.level == _UNSTAMPED)
    return and_(*conditions)


def _is_kept(owner: Owner) -> ColumnElement[bool]:
    """Whether there is still a file to be raised: nobody reads an erased case, or a report that a newer one replaced."""
    if owner is Owner.DOCUMENT:
        readable = and_(CASES.c.id == DOCUMENTS.c.case_id, CASES.c.key_wrapped.is_not(None))
        return select(CASES.c.id).where(readable).exists()
    latest = and_(
        YEAR_FIGURES.c.year == REPORTS.c.year,
        YEAR_FIGURES.c.unit == ALL,
        YEAR_FIGURES.c.service == ALL,
        YEAR_FIGURES.c.counted_at > REPORTS.c.counted_at,
    )
    return ~select(YEAR_FIGURES.c.year).where(latest).exists()


def _not_left(table: Table) -> ColumnElement[bool]:
    """Whether no effect takes care of it already."""
    left = and_(EFFECTS.c.case_id == literal(f"{EFFECT}-").concat(table.c.id), EFFECTS.c.done_at.is_(None))
    return ~select(EFFECTS.c.id).where(left).exists()
