"""How far time was taken: the latest moment at which any worker looked for what is due, and how much it found."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from portal.store.tables import CASES, RATES
from portal.store.tables_of_clock import RECOUNTS, SWEEPS
from portal.store.upsert import dialect_insert, insert_or_ignore

CAP = 10_000
"""Up to how many cases are counted that wait for a sweep."""

STEP = "step/"
"""What the count of a kind of step is kept under, before the kind's name."""
NEVER = 32503680000.0
"""The year 3000: these counts never end."""


def reached(connection: Connection, name: str, now: datetime, most: timedelta) -> datetime:
    """The latest moment that was worked at before ``now``, which is entered in its place if it is later.

    One more than ``most`` later is not: such a jump is for somebody to look at first.
    """
    if insert_or_ignore(connection, SWEEPS, name=name, at=now):
        return now
    latest: datetime = connection.execute(
        select(SWEEPS.c.at).where(SWEEPS.c.name == name).with_for_update()
    ).scalar_one()
    if latest < now <= latest + most:
        connection.execute(update(SWEEPS).where(SWEEPS.c.name == name).values(at=now))
    return latest


def last(connection: Connection, name: str) -> datetime | None:
    """The latest moment that was worked at; None before the first sweep."""
    found: datetime | None = connection.execute(select(SWEEPS.c.at).where(SWEEPS.c.name == name)).scalar()
    return found


def trust(connection: Connection, name: str, now: datetime) -> None:
    """Takes ``now`` for the latest moment worked at, although another was: somebody has looked at the clocks."""
    connection.execute(update(SWEEPS).where(SWEEPS.c.name == name).values(at=now))


def count(connection: Connection, steps: Mapping[str, int]) -> None:
    """Adds to how often each kind of step was done since the portal was set up."""
    # In one order, so that two workers never wait for each other.
    for kind, number in sorted(steps.items()):
        insertion = dialect_insert(connection, RATES).values(key=f"{STEP}{kind}", count=number, expires_at=NEVER)
        added = {"count": RATES.c.count + number}
        connection.execute(insertion.on_conflict_do_update(index_elements=["key"], set_=added))


def counts(connection: Connection, kinds: Iterable[str]) -> dict[str, int]:
    """How often each of these kinds of steps was done."""
    kept = {f"{STEP}{kind}": kind for kind in kinds}
    query = select(RATES.c.key, RATES.c.count).where(RATES.c.key.in_(kept))
    return dict.fromkeys(kept.values(), 0) | {kept[key]: number for key, number in connection.execute(query)}


def behind(connection: Connection, today: date) -> int:
    """How many cases wait for something that was to be done before ``today``; CAP + 1 for any greater number."""
    # The literal condition of the partial index first: SQLite would read every case otherwise.
    late = select(CASES.c.id).where(CASES.c.timer_on.is_not(None), CASES.c.timer_on < today).limit(CAP + 1)
    return int(connection.execute(select(func.count()).select_from(late.subquery())).scalar_one())


def recounts_open(connection: Connection) -> int:
    """How many recounts after a change of the calendar are not done."""
    return int(connection.execute(select(func.count()).where(RECOUNTS.c.done_at.is_(None))).scalar_one())
