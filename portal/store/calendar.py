"""The days off that administrators confirm and enter, and the recounts of open cases that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from portal.store.tables_of_clock import CALENDAR_CHANGES, CLOSURES, FEASTS, RECOUNTS, SWEEPS
from portal.store.upsert import dialect_insert

PARTED = "|"
"""What parts the cause of a recount from the office and the days that it touches, in one column."""

ALIVE = timedelta(minutes=5)
"""For how long a worker that goes through a recount is believed to be at it without a sign of life."""


@dataclass(frozen=True)
class ConfirmedFeast:
    """The days of a feast in a year, and who confirmed them."""

    feast: str
    year: int
    days: tuple[date, ...]
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True)
class EnteredClosure:
    """Days on which one office is closed, or all of them where ``unit`` is empty, and who entered them."""

    id: str
    unit: str
    first_on: date
    last_on: date
    name_ar: str
    name_fr: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True)
class Touched:
    """What a change of the calendar can touch: an office, or all where ``unit`` is empty, and the days it changed.

    ``closed`` are days off from now on, ``opened`` worked from now on. Where neither is known, any case may be touched.
    """

    unit: str = ""
    closed: tuple[date, ...] = ()
    opened: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted((*self.closed, *self.opened)))


@dataclass(frozen=True)
class Recount:
    """The recomputation of open cases after a change: how far it has come, and what it found."""

    id: str
    cause: str
    touched: Touched
    asked_by: str
    asked_at: datetime
    place: str
    checked: int
    moved: int
    failed: int
    done_at: datetime | None


@dataclass(frozen=True)
class Change:
    """One change of the calendar: who made it, what was done, and what stood before and after; empty is nothing.

    ``name`` is what whoever made it was called then.
    """

    id: str
    at: datetime
    who: str
    name: str
    what: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def hold(connection: Connection, now: datetime) -> None:
    """Keeps others from changing the calendar until this transaction ends: what changed is told by comparing."""
    _give_sign(connection, "calendar", now)


_FEASTS = select(FEASTS.c.feast, FEASTS.c.year, FEASTS.c.days, FEASTS.c.confirmed_by, FEASTS.c.confirmed_at)


def confirmed(connection: Connection) -> list[ConfirmedFeast]:
    """Every feast that was confirmed, in the order of the years."""
    return [_feast(row) for row in connection.execute(_FEASTS.order_by(FEASTS.c.year, FEASTS.c.feast))]


def find_confirmed(connection: Connection, feast: str, year: int, *, lock: bool = False) -> ConfirmedFeast | None:
    found = _FEASTS.where(FEASTS.c.feast == feast, FEASTS.c.year == year)
    row = connection.execute(found.with_for_update() if lock else found).first()
    return _feast(row) if row else None


def confirm(connection: Connection, feast: ConfirmedFeast) -> None:
    """Keeps the days of a feast in place of what was confirmed before."""
    values = {
        "days": [day.isoformat() for day in feast.days],
        "confirmed_by": feast.confirmed_by,
        "confirmed_at": feast.confirmed_at,
    }
    insertion = dialect_insert(connection, FEASTS).values(feast=feast.feast, year=feast.year, **values)
    connection.execute(insertion.on_conflict_do_update(index_elements=["feast", "year"], set_=values))


def withdraw(connection: Connection, feast: str, year: int) -> None:
    """Forgets a confirmation: the days are estimated again, or as the file has them."""
    connection.execute(delete(FEASTS).where(FEASTS.c.feast == feast, FEASTS.c.year == year))


_CLOSURES = select(
    CLOSURES.c.id,
    CLOSURES.c.unit,
    CLOSURES.c.first_on,
    CLOSURES.c.last_on,
    CLOSURES.c.name_ar,
    CLOSURES.c.name_fr,
    CLOSURES.c.entered_by,
    CLOSURES.c.entered_at,
)


def closures(connection: Connection, since: date | None = None) -> list[EnteredClosure]:
    """The closures in their order, without those that were over before ``since``."""
    found = _CLOSURES if since is None else _CLOSURES.where(CLOSURES.c.last_on >= since)
    return [EnteredClosure(*row) for row in connection.execute(found.order_by(CLOSURES.c.first_on, CLOSURES.c.id))]


def find_closure(connection: Connection, closure_id: str, *, lock: bool = False) -> EnteredClosure | None:
    found = _CLOSURES.where(CLOSURES.c.id == closure_id)
    row = connection.execute(found.with_for_update() if lock else found).first()
    return EnteredClosure(*row) if row else None


def enter_closure(connection: Connection, closure: EnteredClosure) -> None:
    connection.execute(insert(CLOSURES).values(**vars(closure)))


def end_closure(connection: Connection, closure_id: str, last: date) -> None:
    """Has a closure end on another day."""
    connection.execute(update(CLOSURES).where(CLOSURES.c.id == closure_id).values(last_on=last))


def remove_closure(connection: Connection, closure_id: str) -> None:
    connection.execute(delete(CLOSURES).where(CLOSURES.c.id == closure_id))


def ask_recount(
    connection: Connection, recount_id: str, cause: str, touched: Touched, asked_by: str, now: datetime
) -> None:
    """Has the open cases that a change can touch recomputed."""
    connection.execute(
        insert(RECOUNTS).values(id=recount_id, cause=_written(cause, touched), asked_by=asked_by, asked_at=now)
    )


_RECOUNTS = select(
    RECOUNTS.c.id,
    RECOUNTS.c.cause,
    RECOUNTS.c.asked_by,
    RECOUNTS.c.asked_at,
    RECOUNTS.c.place,
    RECOUNTS.c.checked,
    RECOUNTS.c.moved,
    RECOUNTS.c.failed,
    RECOUNTS.c.done_at,
)


def latest_recounts(connection: Connection, most: int = 10) -> list[Recount]:
    """The latest recounts, the newest first."""
    rows = connection.execute(_RECOUNTS.order_by(RECOUNTS.c.asked_at.desc(), RECOUNTS.c.id).limit(most))
    return [_recount(row) for row in rows]


def find_recount(connection: Connection, recount_id: str) -> Recount | None:
    row = connection.execute(_RECOUNTS.where(RECOUNTS.c.id == recount_id)).first()
    return _recount(row) if row else None


def any_open(connection: Connection) -> bool:
    """Whether a recount is still to be made or under way."""
    return connection.execute(select(RECOUNTS.c.id).where(RECOUNTS.c.done_at.is_(None)).limit(1)).first() is not None


def claim(connection: Connection, now: datetime, asked_before: datetime, recount_id: str = "") -> Recount | None:
    """The oldest open recount that no other worker is at, or this one; until it is silent for five minutes it is ours."""
    found = _RECOUNTS.where(RECOUNTS.c.done_at.is_(None), RECOUNTS.c.asked_at <= asked_before)
    if recount_id:
        found = found.where(RECOUNTS.c.id == recount_id)
    rows = connection.execute(found.order_by(RECOUNTS.c.asked_at, RECOUNTS.c.id).with_for_update(skip_locked=True))
    for row in rows.all():
        seen = connection.execute(select(SWEEPS.c.at).where(SWEEPS.c.name == _sign(row.id))).scalar()
        # A sign of life from the future is that of a machine whose clock was wrong.
        if seen is None or not -ALIVE < now - seen < ALIVE:
            _give_sign(connection, _sign(row.id), now)
            return _recount(row)
    return None


def note_progress(
    connection: Connection, recount: Recount, place: str, checked: int, failed: int, now: datetime
) -> bool:
    """Enters how far a recount has come; False where another worker has gone on from the same place."""
    changed = connection.execute(
        update(RECOUNTS)
        .where(RECOUNTS.c.id == recount.id, RECOUNTS.c.place == recount.place, RECOUNTS.c.done_at.is_(None))
        .values(place=place, checked=RECOUNTS.c.checked + checked, failed=RECOUNTS.c.failed + failed)
    )
    if changed.rowcount != 1:
        return False
    _give_sign(connection, _sign(recount.id), now)
    return True


def count_moved(connection: Connection, recount_id: str) -> None:
    """Counts a case that moved, in the transaction that moves it."""
    connection.execute(update(RECOUNTS).where(RECOUNTS.c.id == recount_id).values(moved=RECOUNTS.c.moved + 1))


def finish(connection: Connection, recount: Recount, now: datetime) -> bool:
    """Ends a recount; False where another worker has gone on with it."""
    open_here = (RECOUNTS.c.id == recount.id, RECOUNTS.c.place == recount.place, RECOUNTS.c.done_at.is_(None))
    changed = connection.execute(update(RECOUNTS).where(*open_here).values(done_at=now))
    connection.execute(delete(SWEEPS).where(SWEEPS.c.name == _sign(recount.id)))
    return changed.rowcount == 1


def let_go(connection: Connection, recount: Recount) -> None:
    """Leaves a recount to whoever takes it up next, without waiting until its worker is believed to have died."""
    connection.execute(delete(SWEEPS).where(SWEEPS.c.name == _sign(recount.id)))


def note_change(connection: Connection, change: Change) -> None:
    """Adds a line to what was changed of the calendar: none is ever changed or removed."""
    connection.execute(insert(CALENDAR_CHANGES).values(**vars(change)))


def latest_changes(connection: Connection, most: int = 20) -> list[Change]:
    """The latest changes of the calendar, the newest first."""
    table = CALENDAR_CHANGES.c
    found = select(table.id, table.at, table.who, table.name, table.what, table.before, table.after)
    rows = connection.execute(found.order_by(table.at.desc(), table.id).limit(most))
    return [Change(*row) for row in rows]


def _give_sign(connection: Connection, name: str, now: datetime) -> None:
    insertion = dialect_insert(connection, SWEEPS).values(name=name, at=now)
    connection.execute(insertion.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def _sign(recount_id: str) -> str:
    return f"recount:{recount_id}"


def _written(cause: str, touched: Touched) -> str:
    parts = (cause, touched.unit, _listed(touched.closed), _listed(touched.opened))
    return PARTED.join(parts) if touched.days else cause


def _recount(row: Any) -> Recount:
    cause, unit, closed, opened = (*row[1].split(PARTED), "", "", "")[:4]
    return Recount(row[0], cause, Touched(unit, _days(closed), _days(opened)), *row[2:])


def _listed(days: Sequence[date]) -> str:
    return ",".join(day.isoformat() for day in sorted(days))


def _days(listed: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in listed.split(",") if day)


def _feast(row: Any) -> ConfirmedFeast:
    return ConfirmedFeast(row[0], row[1], tuple(date.fromisoformat(day) for day in row[2]), *row[3:])
