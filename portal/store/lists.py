"""Lists of cases: a citizen's own, and what changed for a partner. All by keyset, all on an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select

from portal.store.cases import FAR
from portal.store.tables import CASES

PAGE = 100


@dataclass(frozen=True)
class OwnRow:
    """One of a citizen's own cases."""

    reference: str
    service: str
    digest: str
    state: str
    kind: str
    filed_at: datetime
    due_on: date | None
    queue_on: date
    suspended_for: str
    applicant_ar: str
    applicant_fr: str


def of_citizen(connection: Connection, citizen_id: str) -> list[OwnRow]:
    """A citizen's cases, the latest first."""
    rows = connection.execute(
        select(
            CASES.c.reference,
            CASES.c.service,
            CASES.c.digest,
            CASES.c.state,
            CASES.c.state_kind,
            CASES.c.filed_at,
            CASES.c.due_on,
            CASES.c.queue_on,
            CASES.c.suspended_for,
            CASES.c.applicant_ar,
            CASES.c.applicant_fr,
        )
        .where(CASES.c.citizen_id == citizen_id)
        .order_by(CASES.c.filed_at.desc())
        .limit(PAGE)
    )
    return [OwnRow(*tuple(row)) for row in rows]


@dataclass(frozen=True)
class ChangedRow:
    """A case as a partner's list shows it."""

    id: str
    reference: str
    service: str
    digest: str
    state: str
    kind: str
    outcome: str | None
    unit: str
    filed_at: datetime
    complete_on: date | None
    due_on: date | None
    closed_at: datetime | None
    updated_at: datetime


# Built once: putting a statement together costs as much as running it.
_CHANGED = (
    select(
        CASES.c.id,
        CASES.c.reference,
        CASES.c.service,
        CASES.c.digest,
        CASES.c.state,
        CASES.c.state_kind,
        CASES.c.outcome,
        CASES.c.unit,
        CASES.c.filed_at,
        CASES.c.complete_on,
        CASES.c.due_on,
        CASES.c.closed_at,
        CASES.c.updated_at,
    )
    .where(CASES.c.service == bindparam("service"))
    .order_by(CASES.c.updated_at, CASES.c.id)
    .limit(bindparam("size"))
)
_CHANGED_SINCE = _CHANGED.where(CASES.c.updated_at >= bindparam("moment"))
# Written out, so that SQLite still sees a range on the index's second column.
_CHANGED_AFTER = _CHANGED_SINCE.where(or_(CASES.c.updated_at > bindparam("moment"), CASES.c.id > bindparam("case")))


def changed(
    connection: Connection,
    services: Sequence[str],
    *,
    since: datetime | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> list[ChangedRow]:
    """The cases of some services in the order they last changed: read per service, since an index serves one at a time."""
    bounds: dict[str, Any] = {"size": limit}
    query = _CHANGED
    if after is not None:
        query = _CHANGED_AFTER
        bounds |= {"moment": after[0], "case": after[1]}
    elif since is not None:
        query = _CHANGED_SINCE
        bounds |= {"moment": since}
    found = [
        ChangedRow(*tuple(row))
        for service in services
        for row in connection.execute(query, {"service": service, **bounds})
    ]
    found.sort(key=lambda row: (row.updated_at, row.id))
    return found[:limit]


def open_counts(connection: Connection) -> Any:
    """How many open cases each unit has; for the operator."""
    return connection.execute(
        select(CASES.c.unit, func.count()).where(CASES.c.closed_at.is_(None)).group_by(CASES.c.unit)
    ).all()


# A case filed since then was also changed since then: the index on changes bounds the count.
_FILED_SINCE = (
    select(func.count())
    .select_from(CASES)
    .where(
        CASES.c.service == bindparam("service"),
        CASES.c.updated_at >= bindparam("since"),
        CASES.c.filed_at >= bindparam("since"),
    )
)


def filed_since(connection: Connection, services: Sequence[str], since: datetime) -> dict[str, int]:
    """How many cases of each service were filed since a moment; services without any are left out."""
    counts = {
        service: connection.execute(_FILED_SINCE, {"service": service, "since": since}).scalar_one()
        for service in services
    }
    return {service: count for service, count in counts.items() if count}


def dated(connection: Connection, citizen_id: str, since: date) -> list[str]:
    """The references of a citizen's cases that are under way, or were decided on or after a day; the latest first."""
    rows = connection.execute(
        select(CASES.c.reference)
        .where(CASES.c.citizen_id == citizen_id, or_(CASES.c.closed_at.is_(None), CASES.c.decided_on >= since))
        .order_by(CASES.c.filed_at.desc())
        .limit(PAGE)
    )
    return list(rows.scalars())


class DatedRow(NamedTuple):
    """An open case with its day in the queue; ``changes`` is how often it has changed."""

    reference: str
    kind: str
    queue_on: date
    changes: int
    updated_at: datetime


# The literal condition is that of the partial index: SQLite would ignore it otherwise.
_DATED = (
    select(CASES.c.reference, CASES.c.state_kind, CASES.c.queue_on, CASES.c.journal_length, CASES.c.updated_at)
    .where(CASES.c.unit == bindparam("unit"), CASES.c.closed_at.is_(None))
    .order_by(CASES.c.queue_on, CASES.c.id)
    .limit(PAGE)
)
_TAKEN = _DATED.where(CASES.c.taken_by == bindparam("agent"), CASES.c.queue_on < FAR)
_COMING = _DATED.where(
    CASES.c.queue_on.between(
        bindparam("first", type_=CASES.c.queue_on.type), bindparam("last", type_=CASES.c.queue_on.type)
    )
)


def taken(connection: Connection, unit: str, agent: str) -> list[DatedRow]:
    """The open cases of a unit that an agent has taken and whose clock runs, the first due first."""
    return [DatedRow(*row) for row in connection.execute(_TAKEN, {"unit": unit, "agent": agent})]


def coming(connection: Connection, unit: str, first: date, last: date) -> list[DatedRow]:
    """The open cases of a unit that are due between two days, both included, the first due first."""
    return [DatedRow(*row) for row in connection.execute(_COMING, {"unit": unit, "first": first, "last": last})]
