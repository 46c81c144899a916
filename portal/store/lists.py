"""Lists of cases: a unit's queue, a citizen's own, and what changed for a partner. All by keyset, all on an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select, tuple_

from portal.store.cases import FAR
from portal.store.tables import CASES

PAGE = 100


class QueueRow(NamedTuple):
    """One line of a queue; ``due_on`` is None while the clock stands still or has not started."""

    id: str
    reference: str
    service: str
    digest: str
    state: str
    kind: str
    applicant_ar: str
    applicant_fr: str
    due_on: date | None
    queue_on: date
    taken_by: str | None
    taken_name: str


# The literal condition, word for word that of the partial index: SQLite would ignore the index otherwise.
_IN_QUEUE = and_(CASES.c.unit == bindparam("unit"), CASES.c.closed_at.is_(None))
_QUEUE = (
    select(
        CASES.c.id,
        CASES.c.reference,
        CASES.c.service,
        CASES.c.digest,
        CASES.c.state,
        CASES.c.state_kind,
        CASES.c.applicant_ar,
        CASES.c.applicant_fr,
        CASES.c.due_on,
        CASES.c.queue_on,
        CASES.c.taken_by,
        CASES.c.taken_name,
    )
    .where(_IN_QUEUE)
    .order_by(CASES.c.queue_on, CASES.c.id)
    .limit(PAGE)
)


def queue(
    connection: Connection, unit: str, *, after: tuple[date, str] | None = None, taken_by: str | None = None
) -> list[QueueRow]:
    """The open cases of a unit, oldest deadline first: a page of them, after the given place."""
    query = _QUEUE
    if after is not None:
        query = query.where(tuple_(CASES.c.queue_on, CASES.c.id) > tuple_(*after))
    if taken_by is not None:
        query = query.where(CASES.c.taken_by == taken_by)
    return [QueueRow._make(row) for row in connection.execute(query, {"unit": unit})]


@dataclass(frozen=True)
class Counts:
    """How many open cases of a unit are late, due within a week, and waiting for the citizen."""

    late: int
    soon: int
    waiting: int


_COUNTS = select(
    select(func.count()).where(_IN_QUEUE, CASES.c.queue_on < bindparam("today")).scalar_subquery(),
    select(func.count())
    .where(_IN_QUEUE, CASES.c.queue_on >= bindparam("today"), CASES.c.queue_on <= bindparam("soon"))
    .scalar_subquery(),
    select(func.count()).where(_IN_QUEUE, CASES.c.queue_on == FAR).scalar_subquery(),
)


def queue_counts(connection: Connection, unit: str, today: date, soon: date) -> Counts:
    """Counted live, each on a stretch of the queue's index."""
    return Counts(*connection.execute(_COUNTS, {"unit": unit, "today": today, "soon": soon}).one())


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
