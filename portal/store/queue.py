"""A unit's queue: its open cases, filtered and in some order, by keyset, on an index whatever is asked."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, func, select, tuple_

from portal.domain.service import StateKind
from portal.i18n import searchable
from portal.store.cases import FAR
from portal.store.tables import CASES

PAGE = 100
CAP = 1000
"""Up to how many cases are counted."""

WORDS = 5
"""How many words of a name are looked for."""


class QueueRow(NamedTuple):
    """One line of a queue; ``due_on`` is None while the clock stands still or has not started, ``place`` is its key."""

    id: str
    reference: str
    service: str
    digest: str
    state: str
    kind: str
    applicant_ar: str
    applicant_fr: str
    filed_on: date
    due_on: date | None
    queue_on: date
    taken_by: str | None
    taken_name: str
    alert: str
    escalated: bool
    flaw: str
    suspended_for: str
    silent_on: date | None
    place: date | datetime


class Standing(StrEnum):
    """How a case stands, for those who work through a queue."""

    LATE = "late"
    SOON = "soon"
    RUNNING = "running"
    WAITING = "waiting"
    INCOMPLETE = "incomplete"
    SITTING = "sitting"


class Order(StrEnum):
    """In which order a queue is read."""

    DEADLINE = "deadline"
    NEWEST = "newest"
    OLDEST = "oldest"


class Holder(StrEnum):
    """Who has taken a case on: its reader, or nobody."""

    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Wanted:
    """Which of a unit's open cases; ``reader`` is who is meant by ``Holder.MINE``, ``name`` a part of the applicant's."""

    today: date
    soon: date
    reader: str = ""
    service: str = ""
    standing: Standing | None = None
    holder: Holder | None = None
    name: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(searchable(self.name).split()[:WORDS])


# The literal condition, word for word that of the partial indexes: SQLite would ignore them otherwise.
_IN_QUEUE = and_(CASES.c.unit == bindparam("unit"), CASES.c.closed_at.is_(None))
_TODAY, _SOON = bindparam("today", type_=CASES.c.queue_on.type), bindparam("soon", type_=CASES.c.queue_on.type)
_STANDINGS = {
    Standing.LATE: CASES.c.queue_on < _TODAY,
    Standing.SOON: and_(CASES.c.queue_on >= _TODAY, CASES.c.queue_on <= _SOON),
    Standing.RUNNING: CASES.c.state_kind == StateKind.RUNNING.value,
    # No date is later. Told that they are equal, SQLite would read all of them and sort.
    Standing.WAITING: CASES.c.queue_on >= FAR,
    Standing.INCOMPLETE: CASES.c.state_kind == StateKind.DEPOSITING.value,
    Standing.SITTING: CASES.c.sitting.is_(True),
}
_HOLDERS = {Holder.MINE: CASES.c.taken_by == bindparam("reader"), Holder.NOBODY: CASES.c.taken_by.is_(None)}
_ROWS = select(
    CASES.c.id,
    CASES.c.reference,
    CASES.c.service,
    CASES.c.digest,
    CASES.c.state,
    CASES.c.state_kind,
    CASES.c.applicant_ar,
    CASES.c.applicant_fr,
    CASES.c.filed_on,
    CASES.c.due_on,
    CASES.c.queue_on,
    CASES.c.taken_by,
    CASES.c.taken_name,
    CASES.c.alert,
    CASES.c.escalated,
    CASES.c.flaw,
    CASES.c.suspended_for,
    CASES.c.silent_on,
).where(_IN_QUEUE)

_Shape = tuple[bool, Standing | None, Holder | None, int]


# Built once for each shape: putting a statement together costs as much as running it.
@lru_cache(maxsize=512)
def _filtered(shape: _Shape) -> Select[Any]:
    service, standing, holder, words = shape
    query: Select[Any] = _ROWS
    if service:
        query = query.where(CASES.c.service == bindparam("service"))
    if standing is not None:
        query = query.where(_STANDINGS[standing])
    if holder is not None:
        query = query.where(_HOLDERS[holder])
    for number in range(words):
        query = query.where(CASES.c.searchable.contains(bindparam(f"word{number}"), escape="\\"))
    return query


@lru_cache(maxsize=512)
def _page(shape: _Shape, order: Order, later: bool) -> Select[Any]:
    first = CASES.c.queue_on if order is Order.DEADLINE else CASES.c.filed_at
    key = tuple_(first, CASES.c.id)
    place = tuple_(bindparam("place", type_=first.type), bindparam("place_id"))
    query = _filtered(shape).add_columns(first.label("place")).limit(PAGE)
    if order is Order.NEWEST:
        query = query.order_by(first.desc(), CASES.c.id.desc())
        return query.where(key < place) if later else query
    query = query.order_by(first, CASES.c.id)
    return query.where(key > place) if later else query


@lru_cache(maxsize=512)
def _count(shape: _Shape) -> Select[Any]:
    return select(func.count()).select_from(_filtered(shape).with_only_columns(CASES.c.id).limit(CAP + 1).subquery())


def _bound(unit: str, wanted: Wanted) -> tuple[_Shape, dict[str, Any]]:
    words = wanted.words
    bounds: dict[str, Any] = {"unit": unit}
    if wanted.service:
        bounds["service"] = wanted.service
    if wanted.standing in (Standing.LATE, Standing.SOON):
        bounds["today"] = wanted.today
    if wanted.standing is Standing.SOON:
        bounds["soon"] = wanted.soon
    if wanted.holder is Holder.MINE:
        bounds["reader"] = wanted.reader
    for number, word in enumerate(words):
        bounds[f"word{number}"] = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return (bool(wanted.service), wanted.standing, wanted.holder, len(words)), bounds


def read(
    connection: Connection,
    unit: str,
    wanted: Wanted,
    order: Order = Order.DEADLINE,
    after: tuple[date | datetime, str] | None = None,
) -> list[QueueRow]:
    """The open cases of a unit that are wanted: a page of them, after the given place in the order."""
    shape, bounds = _bound(unit, wanted)
    if after is not None:
        bounds |= {"place": after[0], "place_id": after[1]}
    found = connection.execute(_page(shape, order, after is not None), bounds).all()
    return [QueueRow._make(row) for row in found]


def count(connection: Connection, unit: str, wanted: Wanted) -> int:
    """How many open cases of a unit are wanted; CAP + 1 for any greater number."""
    shape, bounds = _bound(unit, wanted)
    return int(connection.execute(_count(shape), bounds).scalar_one())


@dataclass(frozen=True)
class Counts:
    """How many open cases of a unit are late, due within a week, and waiting for the citizen."""

    late: int
    soon: int
    waiting: int


_COUNTS = select(
    *(
        select(func.count()).where(_IN_QUEUE, _STANDINGS[standing]).scalar_subquery()
        for standing in (Standing.LATE, Standing.SOON, Standing.WAITING)
    )
)


def counts(connection: Connection, unit: str, today: date, soon: date) -> Counts:
    """Counted live, each on a stretch of the queue's index."""
    return Counts(*connection.execute(_COUNTS, {"unit": unit, "today": today, "soon": soon}).one())
