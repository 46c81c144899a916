"""Which cases a change of the calendar can touch, found by index: open ones, and those whose applicant has a remedy.

Of a case whose silence is recorded, or that has ended, only the remedy's last day can still move.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select

from portal.store.cases import FAR
from portal.store.tables import CASES

ANSWER_DAYS = timedelta(days=31)
"""The 30 full days that the citizen has to answer, and the last (law 55-19, art. 10)."""

LONGEST_ROLL = timedelta(days=75)
"""No last day is put off for longer than this: two months of closure, and the days off around them."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Where the changed days lie: from the ``first`` to the ``last`` of them, and the day ``after`` them all on which every
    office that they can touch has worked again.

    A last day moves only if it lies on a changed day, or was put off over one: that is, from ``first`` to ``after``.
    ``working`` are the versions of services, by slug, some of whose periods count working days: of these any day from
    the filing to the last one matters. ``timed`` are the digests of those whose timers count days of the law.
    """

    first: date
    last: date
    after: date
    unit: str
    working: Mapping[str, Collection[str]]
    timed: Collection[str]


class Kept(NamedTuple):
    """What a case's row keeps of its last days."""

    due_on: date | None
    half_ends_on: date | None
    queue_on: date
    timer_on: date | None
    citizen_due_on: date | None
    remedy_until: date | None


# The literal condition of the partial indexes first: SQLite would ignore them otherwise.
_OPEN = and_(CASES.c.closed_at.is_(None), CASES.c.silent_on.is_(None))
_ALL = select(CASES.c.id).where(_OPEN, CASES.c.id > bindparam("place")).order_by(CASES.c.id).limit(bindparam("most"))

_SETTLED = or_(CASES.c.closed_at.is_not(None), CASES.c.silent_on.is_not(None))
REMEDIES = select(CASES.c.id, CASES.c.unit, CASES.c.service, CASES.c.digest, CASES.c.remedy_until).where(
    CASES.c.remedy_until.is_not(None), CASES.c.remedy_until >= bindparam("since")
)
TIMED = select(CASES.c.id).where(CASES.c.timer_on.is_not(None), _SETTLED)
SILENT = select(CASES.c.id).where(CASES.c.closed_at.is_(None), CASES.c.silent_on.is_not(None))
"""Open cases whose silence is recorded: those with which time seemed done too, as an office may now warn of them later."""


def every_open(connection: Connection, place: str, most: int) -> list[str]:
    """The ids of the open cases after a place in their order."""
    return list(connection.execute(_ALL, {"place": place, "most": most}).scalars())


def every_settled(connection: Connection, today: date) -> list[str]:
    """The ids of the cases that have fallen silent, or have ended and with which time is not done, in their order."""
    found = {row.id for row in connection.execute(REMEDIES, {"since": today})}
    for query in (TIMED, SILENT):
        found.update(connection.execute(query).scalars())
    return sorted(found)


def touched(connection: Connection, window: Window, place: str) -> list[str]:
    """The ids of the cases that a change can touch, those after a place in their order."""
    found: set[str] = set(_remedies(connection, window))
    for condition in _conditions(connection, window):
        query = select(CASES.c.id).where(_OPEN, condition)
        if window.unit:
            query = query.where(CASES.c.unit == window.unit)
        found.update(connection.execute(query).scalars())
    for service, digests in window.working.items():
        found.update(_on_the_way(connection, window, service, digests))
    return sorted(case_id for case_id in found if case_id > place)


def _on_the_way(connection: Connection, window: Window, service: str, digests: Collection[str]) -> list[str]:
    """The cases of a service that were filed before the last changed day, and are not due before the first.

    When they are due is looked at here: asked for it, SQLite would rather walk through the queues of all offices.
    """
    of_service = and_(CASES.c.service == service, CASES.c.digest.in_(sorted(digests)), CASES.c.filed_on <= window.last)
    query = select(CASES.c.id, CASES.c.queue_on).where(_OPEN, of_service)
    if window.unit:
        query = query.where(CASES.c.unit == window.unit)
    return [case_id for case_id, queue_on in connection.execute(query) if queue_on >= window.first]


def _remedies(connection: Connection, window: Window) -> Iterator[str]:
    """The cases whose remedy ends on a day that a change can touch; where working days count, on any day after it began."""
    for row in connection.execute(REMEDIES, {"since": window.first}):
        far = row.remedy_until > window.after and row.digest not in window.working.get(row.service, ())
        if not far and window.unit in ("", row.unit):
            yield row.id


def _conditions(connection: Connection, window: Window) -> Iterator[ColumnElement[bool]]:
    first, after = window.first, window.after
    for unit in (window.unit,) if window.unit else _units(connection):
        here = CASES.c.unit == unit
        # Due, or to be completed: a stretch of the unit's queue.
        yield and_(here, CASES.c.queue_on.between(first, after))
        # Waiting for the citizen, who may have a last day of her own.
        asked_between = CASES.c.suspended_on.between(first - ANSWER_DAYS - LONGEST_ROLL, after)
        yield and_(here, CASES.c.queue_on == FAR, asked_between)
    if window.timed:
        # A timer that counts days of the law fires on the day after its last.
        fires = and_(CASES.c.timer_on.is_not(None), CASES.c.timer_on.between(first, after + ONE_DAY))
        yield and_(fires, CASES.c.digest.in_(sorted(window.timed)))


def _units(connection: Connection) -> list[str]:
    """The offices that have open cases, each found by a leap over the queue's index."""
    units: list[str] = []
    following = select(CASES.c.unit).where(CASES.c.closed_at.is_(None), CASES.c.unit > bindparam("unit"))
    following = following.order_by(CASES.c.unit).limit(1)
    while (unit := connection.execute(following, {"unit": units[-1] if units else ""}).scalar()) is not None:
        units.append(unit)
    return units


_KEPT = select(
    CASES.c.due_on,
    CASES.c.half_ends_on,
    CASES.c.queue_on,
    CASES.c.timer_on,
    CASES.c.citizen_due_on,
    CASES.c.remedy_until,
).where(CASES.c.id == bindparam("wanted"))


def kept_of(connection: Connection, case_id: str) -> Kept:
    """What a case's row keeps of its last days."""
    return Kept(*connection.execute(_KEPT, {"wanted": case_id}).one())
