"""The open cases of the whole province that the secretary-general was warned of, by keyset on an index of their own.

Those of units that are independent of the province are left out, however they came to be marked.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, select, text, tuple_

from portal.store.tables import CASES

PAGE = 100


class EscalatedRow(NamedTuple):
    """A case that was escalated; ``due_on`` is None while the clock stands still."""

    id: str
    reference: str
    service: str
    digest: str
    state: str
    kind: str
    unit: str
    filed_on: date
    due_on: date | None
    queue_on: date
    silent_on: date | None
    suspended_for: str
    flaw: str
    taken_by: str | None
    taken_name: str


# The literal condition, word for word that of the partial index: SQLite would ignore it otherwise.
FIRST = (
    select(*(CASES.c["state_kind" if name == "kind" else name] for name in EscalatedRow._fields))
    .where(
        and_(CASES.c.closed_at.is_(None), text("escalated")),
        CASES.c.unit.not_in(bindparam("independent", expanding=True)),
    )
    .order_by(CASES.c.queue_on, CASES.c.id)
    .limit(PAGE)
)
LATER = FIRST.where(
    tuple_(CASES.c.queue_on, CASES.c.id)
    > tuple_(bindparam("place", type_=CASES.c.queue_on.type), bindparam("id", type_=CASES.c.id.type))
)


def read(
    connection: Connection, after: tuple[date, str] | None = None, *, independent: Collection[str] = ()
) -> list[EscalatedRow]:
    """A page of them, oldest last day first, after the given place in the order."""
    bounds = {"independent": list(independent)}
    if after is None:
        found = connection.execute(FIRST, bounds).all()
    else:
        found = connection.execute(LATER, {**bounds, "place": after[0], "id": after[1]}).all()
    return [EscalatedRow._make(row) for row in found]
