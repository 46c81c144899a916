"""How far time was taken: the latest moment at which any worker looked for what is due."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from portal.store.tables_of_clock import SWEEPS
from portal.store.upsert import insert_or_ignore


def reached(connection: Connection, name: str, now: datetime) -> datetime:
    """The latest moment that was worked at before ``now``, which is entered in its place if it is later."""
    if insert_or_ignore(connection, SWEEPS, name=name, at=now):
        return now
    latest: datetime = connection.execute(select(SWEEPS.c.at).where(SWEEPS.c.name == name).with_for_update()).scalar_one()
    if now > latest:
        connection.execute(update(SWEEPS).where(SWEEPS.c.name == name).values(at=now))
    return latest
