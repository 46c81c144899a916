"""Cases as the studio needs them: all those of a try-out, and those a service has closed, to be replayed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from portal.domain.service import Result
from portal.store import journal
from portal.store.journal import Line
from portal.store.tables import CASES, JOURNAL
from portal.store.vault import Erased, Vault


@dataclass(frozen=True)
class TriedCase:
    """A pretend case."""

    reference: str
    state: str
    unit: str
    due_on: date | None
    closed_at: datetime | None


def tried(connection: Connection) -> list[TriedCase]:
    """Every case of a try-out, the newest first."""
    columns = (CASES.c.reference, CASES.c.state, CASES.c.unit, CASES.c.due_on, CASES.c.closed_at)
    rows = connection.execute(select(*columns).order_by(CASES.c.filed_at.desc()).limit(100)).all()
    return [TriedCase(*row) for row in rows]


@dataclass(frozen=True)
class ClosedCase:
    """A case that has ended, with its story: to be read by a program, and by nobody."""

    answers: dict[str, Any]
    filed_on: date
    unit: str
    outcome: Result | None
    lines: list[Line]


def count_closed(connection: Connection, slug: str, digest: str) -> int:
    """How many cases were filed under a version and have ended."""
    found = select(func.count()).where(CASES.c.service == slug, CASES.c.digest == digest)
    return int(connection.execute(found.where(CASES.c.closed_at.is_not(None))).scalar_one())


def closed(
    connection: Connection, vault: Vault, slug: str, digest: str, *, most: int, chunk: int
) -> Iterator[ClosedCase]:
    """The cases of a version that have ended, the last filed first; those whose key was erased are left out."""
    columns = (CASES.c.id, CASES.c.key_wrapped, CASES.c.answers_sealed, CASES.c.filed_on, CASES.c.unit, CASES.c.outcome)
    mine = select(*columns, CASES.c.filed_at).where(CASES.c.service == slug, CASES.c.digest == digest)
    mine = mine.where(CASES.c.closed_at.is_not(None)).order_by(CASES.c.filed_at.desc(), CASES.c.id.desc())
    read = 0
    place: tuple[datetime, str] | None = None
    while read < most:
        page = mine if place is None else mine.where(_after(*place))
        rows = connection.execute(page.limit(min(chunk, most - read))).all()
        lines = _lines(connection, [row.id for row in rows])
        for row in rows:
            try:
                seal = vault.case_seal(row.id, row.key_wrapped)
            except Erased:
                continue
            yield ClosedCase(
                answers=seal.open_json(row.answers_sealed, f"answers:{row.id}"),
                filed_on=row.filed_on,
                unit=row.unit,
                outcome=Result(row.outcome) if row.outcome else None,
                lines=[journal.line_of(seal, row.id, *one) for one in lines.get(row.id, [])],
            )
        read += len(rows)
        if len(rows) < chunk:
            return
        place = (rows[-1].filed_at, rows[-1].id)


def _after(filed_at: datetime, case_id: str) -> Any:
    return (CASES.c.filed_at < filed_at) | ((CASES.c.filed_at == filed_at) & (CASES.c.id < case_id))


def _lines(connection: Connection, ids: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """The sealed journal lines of some cases, in one statement: one each would be most of the time a replay takes."""
    columns = (
        JOURNAL.c.position,
        JOURNAL.c.kind,
        JOURNAL.c.at,
        JOURNAL.c.actor_role,
        JOURNAL.c.actor,
        JOURNAL.c.data_sealed,
    )
    rows = connection.execute(
        select(JOURNAL.c.case_id, *columns)
        .where(JOURNAL.c.case_id.in_(ids))
        .order_by(JOURNAL.c.case_id, JOURNAL.c.position)
    ).all()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row[1:]))
    return found
