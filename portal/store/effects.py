"""What changes of cases asked for, as a table of record: an effect is done when its row says so, however often it ran."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from portal.ports import Jobs
from portal.store.tables import CASES, EFFECTS


@dataclass(frozen=True)
class Effect:
    """One effect. ``position`` is the journal line that asked for it; ``tries`` counts operators' retries."""

    id: str
    case_id: str
    name: str
    position: int
    tries: int
    requested_at: datetime
    done_at: datetime | None
    failed_at: datetime | None
    error: str | None
    result: Mapping[str, Any]


def request(
    connection: Connection, jobs: Jobs, case_id: str, position: int, names: Sequence[str], now: datetime
) -> list[str]:
    """Asks for effects in this transaction; their ids, which are their idempotency keys."""
    rows = [
        {
            "id": f"{case_id}:{position}:{name}",
            "case_id": case_id,
            "name": name,
            "position": position,
            "tries": 0,
            "requested_at": now,
            "result": {},
        }
        for name in names
    ]
    if rows:
        connection.execute(insert(EFFECTS), rows)
    for row in rows:
        jobs.enqueue(connection, str(row["id"]), str(row["name"]))
    return [str(row["id"]) for row in rows]


_FIND = select(
    EFFECTS.c.id,
    EFFECTS.c.case_id,
    EFFECTS.c.name,
    EFFECTS.c.position,
    EFFECTS.c.tries,
    EFFECTS.c.requested_at,
    EFFECTS.c.done_at,
    EFFECTS.c.failed_at,
    EFFECTS.c.error,
    EFFECTS.c.result,
)


_OF_ID = _FIND.where(EFFECTS.c.id == bindparam("effect"))
_OF_ID_LOCKED = _OF_ID.with_for_update()


def get(connection: Connection, effect_id: str, *, lock: bool = False) -> Effect | None:
    row = connection.execute(_OF_ID_LOCKED if lock else _OF_ID, {"effect": effect_id}).first()
    return Effect(*tuple(row)) if row else None


def of_case(connection: Connection, case_id: str) -> list[Effect]:
    return [Effect(*tuple(row)) for row in connection.execute(_FIND.where(EFFECTS.c.case_id == case_id))]


def of_cases(connection: Connection, case_ids: Sequence[str]) -> list[Effect]:
    """The effects of several, the first asked for first."""
    found = _FIND.where(EFFECTS.c.case_id.in_(case_ids)).order_by(EFFECTS.c.requested_at, EFFECTS.c.id)
    return [Effect(*tuple(row)) for row in connection.execute(found)]


def pending_since(connection: Connection, case_id: str, name: str) -> datetime | None:
    """Since when an effect of this name is still to come for a case, as it was asked for last; None where none is."""
    found: datetime | None = connection.execute(
        select(EFFECTS.c.requested_at)
        .where(EFFECTS.c.case_id == case_id, EFFECTS.c.name == name, EFFECTS.c.done_at.is_(None))
        .order_by(EFFECTS.c.requested_at.desc())
        .limit(1)
    ).scalar()
    return found


def is_pending(connection: Connection, case_id: str, name: str) -> bool:
    """Whether an effect of this name is still to come for a case."""
    return pending_since(connection, case_id, name) is not None


_DONE = (
    update(EFFECTS)
    .where(EFFECTS.c.id == bindparam("effect"))
    .values(done_at=bindparam("now"), failed_at=None, error=None, result=bindparam("found"))
)


def done(connection: Connection, effect_id: str, now: datetime, result: Mapping[str, Any]) -> None:
    connection.execute(_DONE, {"effect": effect_id, "now": now, "found": dict(result)})


def note(connection: Connection, effect_id: str, said: Mapping[str, Any]) -> None:
    """Writes something down with an effect that is still to be done."""
    connection.execute(
        update(EFFECTS).where(EFFECTS.c.id == effect_id, EFFECTS.c.done_at.is_(None)).values(result=dict(said))
    )


def waits(connection: Connection, effect_id: str, error: str) -> None:
    """Says why an effect is not done yet; it is tried again."""
    ahead = EFFECTS.c.id == effect_id, EFFECTS.c.done_at.is_(None), EFFECTS.c.failed_at.is_(None)
    connection.execute(update(EFFECTS).where(*ahead).values(error=error[:500]))


def failed(connection: Connection, effect_id: str, error: str, now: datetime) -> None:
    """Gives an effect up: it waits for an operator."""
    connection.execute(
        update(EFFECTS)
        .where(EFFECTS.c.id == effect_id, EFFECTS.c.done_at.is_(None))
        .values(failed_at=now, error=error[:500])
    )


def try_again(connection: Connection, effect_id: str) -> int:
    """Takes an effect up again; how many times an operator has done so."""
    return int(
        connection.execute(
            update(EFFECTS)
            .where(EFFECTS.c.id == effect_id)
            .values(failed_at=None, error=None, tries=EFFECTS.c.tries + 1)
            .returning(EFFECTS.c.tries)
        ).scalar_one()
    )


def unfinished(
    connection: Connection, *, given_up: bool | None = None, limit: int = 200
) -> list[tuple[Effect, str | None]]:
    """Effects not done, oldest first, each with its case's reference; only those given up, or only those not.

    What the studio asked for, replays and previews, belongs to no case and has no reference.
    """
    query = _FIND.add_columns(CASES.c.reference).outerjoin(CASES, CASES.c.id == EFFECTS.c.case_id)
    query = query.where(EFFECTS.c.done_at.is_(None))
    if given_up is not None:
        query = query.where(EFFECTS.c.failed_at.is_not(None) if given_up else EFFECTS.c.failed_at.is_(None))
    rows = connection.execute(query.order_by(EFFECTS.c.requested_at).limit(limit)).all()
    return [(Effect(*row[:10]), row[10]) for row in rows]
