"""What those who lead an office watch: what falls due each day, what is suspended or expired, and how much came in time.

Each question is asked of one unit at a time: a list of units would keep SQLite from the indexes, and each answer is short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, case, func, not_, or_, select, tuple_

from portal.domain.service import Result, StateKind
from portal.store.cases import FAR
from portal.store.tables import CASES

PAGE = 25
CAP = 1000
"""Up to how many cases are counted."""


@dataclass(frozen=True)
class Due:
    """What falls due on one day: so many answers of the office, and so many files that applicants are to complete."""

    answers: int = 0
    documents: int = 0

    def __add__(self, other: "Due") -> "Due":
        return Due(self.answers + other.answers, self.documents + other.documents)


class Waiting(NamedTuple):
    """One case of a list; ``since`` orders it: the last day of an expired one, the day on which a clock was stopped."""

    id: str
    reference: str
    unit: str
    service: str
    digest: str
    state: str
    applicant_ar: str
    applicant_fr: str
    since: date
    suspended_for: str
    silent_on: date | None
    escalated: bool


@dataclass(frozen=True)
class Judged:
    """How many cases with a legal period were decided by their last day, and how many were late, open ones among them."""

    in_time: int = 0
    late: int = 0

    @property
    def all(self) -> int:
        return self.in_time + self.late

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(self.in_time + other.in_time, self.late + other.late)


# The literal condition, word for word that of the partial index: SQLite would ignore it otherwise.
_IN_QUEUE = and_(CASES.c.unit == bindparam("unit"), CASES.c.closed_at.is_(None))
_DATE = CASES.c.queue_on.type
_DEPOSITING = CASES.c.state_kind == StateKind.DEPOSITING.value
_EXPIRED = and_(_IN_QUEUE, CASES.c.queue_on < bindparam("today", type_=_DATE), CASES.c.complete_on.is_not(None))
# A clock that stands still sorts last in the queue. A request sent after the last day stops nothing: that case is late.
_SUSPENDED = and_(_IN_QUEUE, CASES.c.queue_on >= FAR, CASES.c.suspended_on.is_not(None))

_DUE = (
    select(
        CASES.c.queue_on,
        func.count().label("all"),
        func.sum(case((_DEPOSITING, 1), else_=0)).label("documents"),
    )
    .where(_IN_QUEUE, CASES.c.queue_on.between(bindparam("first", type_=_DATE), bindparam("last", type_=_DATE)))
    .group_by(CASES.c.queue_on)
)


def due_each_day(connection: Connection, units: Iterable[str], first: date, last: date) -> dict[date, Due]:
    """What falls due at these units on each day from ``first`` to ``last``; days without anything are left out."""
    found: dict[date, Due] = {}
    for unit in units:
        for day, count, documents in connection.execute(_DUE, {"unit": unit, "first": first, "last": last}):
            found[day] = found.get(day, Due()) + Due(int(count - documents), int(documents))
    return found


@lru_cache(maxsize=8)
def _listed(expired: bool, later: bool) -> Select[Any]:
    since = CASES.c.queue_on if expired else CASES.c.suspended_on
    query: Select[Any] = select(
        CASES.c.id,
        CASES.c.reference,
        CASES.c.unit,
        CASES.c.service,
        CASES.c.digest,
        CASES.c.state,
        CASES.c.applicant_ar,
        CASES.c.applicant_fr,
        since.label("since"),
        CASES.c.suspended_for,
        CASES.c.silent_on,
        CASES.c.escalated,
    ).where(_EXPIRED if expired else _SUSPENDED)
    if later:
        query = query.where(tuple_(since, CASES.c.id) > tuple_(bindparam("place", type_=_DATE), bindparam("place_id")))
    return query.order_by(since, CASES.c.id).limit(PAGE)


Place = tuple[date, str]
"""Where a page of a list ends: the date and the id of its last case."""


def expired(connection: Connection, unit: str, today: date, after: Place | None = None) -> list[Waiting]:
    """The open cases whose last day has passed, the oldest first: a page of them."""
    return _read(connection, _listed(True, after is not None), {"unit": unit, "today": today}, after)


def suspended(connection: Connection, unit: str, after: Place | None = None) -> list[Waiting]:
    """The cases whose clock stands still, those that wait longest first: a page of them."""
    return _read(connection, _listed(False, after is not None), {"unit": unit}, after)


def _read(connection: Connection, query: Select[Any], bounds: dict[str, Any], after: Place | None) -> list[Waiting]:
    if after is not None:
        bounds |= {"place": after[0], "place_id": after[1]}
    return [Waiting._make(row) for row in connection.execute(query, bounds)]


_CALLING = (
    select(
        CASES.c.id,
        CASES.c.reference,
        CASES.c.unit,
        CASES.c.service,
        CASES.c.digest,
        CASES.c.state,
        CASES.c.applicant_ar,
        CASES.c.applicant_fr,
        CASES.c.decided_on.label("since"),
        CASES.c.suspended_for,
        CASES.c.silent_on,
        CASES.c.escalated,
    )
    .where(
        CASES.c.unit == bindparam("unit"),
        CASES.c.decided_on.is_not(None),
        CASES.c.decided_on >= bindparam("decided", type_=_DATE),
        CASES.c.closed_at.is_not(None),
        CASES.c.alert != "",
    )
    .order_by(CASES.c.decided_on, CASES.c.id)
    .limit(PAGE)
)


def calling(connection: Connection, unit: str, since: date) -> list[Waiting]:
    """The cases closed since a day that nevertheless alert somebody, as where an act is owed: the oldest first."""
    return _read(connection, _CALLING, {"unit": unit, "decided": since}, None)


_COUNT_EXPIRED = select(func.count()).select_from(select(CASES.c.id).where(_EXPIRED).limit(CAP + 1).subquery())
_COUNT_SUSPENDED = (
    select(CASES.c.suspended_for, func.count())
    .where(_SUSPENDED)
    .group_by(CASES.c.suspended_for)
    .order_by("suspended_for")
)


def count_expired(connection: Connection, unit: str, today: date) -> int:
    """How many cases have expired; CAP + 1 for any greater number."""
    return int(connection.execute(_COUNT_EXPIRED, {"unit": unit, "today": today}).scalar_one())


def count_suspended(connection: Connection, unit: str) -> dict[str, int]:
    """How many clocks stand still, by the act of law that stopped them."""
    return {act: int(count) for act, count in connection.execute(_COUNT_SUSPENDED, {"unit": unit})}


_SILENT = CASES.c.silent_on.is_not(None)
_DATED = and_(
    CASES.c.outcome.in_([one.value for one in (Result.GRANTED, Result.REFUSED, Result.REFERRED)]),
    CASES.c.due_on.is_not(None),
)
_ENDED = (
    select(
        CASES.c.service,
        func.count().label("all"),
        func.sum(case((and_(CASES.c.decided_on <= CASES.c.due_on, not_(_SILENT)), 1), else_=0)).label("in_time"),
    )
    # A case that was withdrawn or returned is judged only where the silence on it had been recorded.
    .where(
        CASES.c.unit == bindparam("unit"),
        CASES.c.decided_on.is_not(None),
        CASES.c.decided_on >= bindparam("since", type_=_DATE),
        or_(_DATED, _SILENT),
    )
    .group_by(CASES.c.service)
)
_OVERDUE = select(CASES.c.service, func.count().label("all")).where(_EXPIRED).group_by(CASES.c.service)


def judged(connection: Connection, units: Sequence[str], since: date, today: date) -> dict[tuple[str, str], Judged]:
    """What ended since a day under a legal period or is open past its last day, and how much in time, by unit and service."""
    found: dict[tuple[str, str], Judged] = {}
    for unit in units:
        for service, count, in_time in connection.execute(_ENDED, {"unit": unit, "since": since}):
            found[unit, service] = Judged(int(in_time), int(count - in_time))
        for service, count in connection.execute(_OVERDUE, {"unit": unit, "today": today}):
            found[unit, service] = found.get((unit, service), Judged()) + Judged(late=int(count))
    return found
