"""Opinions asked of other units and of partners, as a list for those they are asked of; the journal is the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from portal.store.tables import CASES, OPINIONS

PAGE = 200


@dataclass(frozen=True)
class Asked:
    """An opinion asked for: of a unit, or of a partner by its client id."""

    id: str
    unit: str | None
    partner: str | None
    due_on: date | None


@dataclass(frozen=True)
class AskedRow:
    """An opinion that is awaited, with its case as a list shows it."""

    opinion: str
    round: int
    asked_at: datetime
    due_on: date | None
    reference: str
    service: str
    digest: str
    state: str


def ask(connection: Connection, case_id: str, number: int, asked: Sequence[Asked], now: datetime) -> None:
    """Lists what a case asks for in its ``number``-th round."""
    rows = [
        {
            "case_id": case_id,
            "round": number,
            "opinion": one.id,
            "unit": one.unit,
            "partner": one.partner,
            "asked_at": now,
            "due_on": one.due_on,
        }
        for one in asked
    ]
    if rows:
        connection.execute(insert(OPINIONS), rows)


_GIVEN = (
    update(OPINIONS)
    .where(
        OPINIONS.c.case_id == bindparam("case"),
        OPINIONS.c.round == bindparam("number"),
        OPINIONS.c.opinion == bindparam("which"),
    )
    .values(given_at=bindparam("now"), ended_at=bindparam("now"))
)


def given(connection: Connection, case_id: str, number: int, opinion: str, now: datetime) -> None:
    """Takes a given opinion off the list."""
    connection.execute(_GIVEN, {"case": case_id, "number": number, "which": opinion, "now": now})


_ENDED = (
    update(OPINIONS)
    .where(OPINIONS.c.case_id == bindparam("case"), OPINIONS.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


def end(connection: Connection, case_id: str, now: datetime) -> None:
    """Takes off the list whatever a case awaited: it has moved on without."""
    connection.execute(_ENDED, {"case": case_id, "now": now})


_AWAITED = (
    select(
        OPINIONS.c.opinion,
        OPINIONS.c.round,
        OPINIONS.c.asked_at,
        OPINIONS.c.due_on,
        CASES.c.reference,
        CASES.c.service,
        CASES.c.digest,
        CASES.c.state,
    )
    .join(CASES, CASES.c.id == OPINIONS.c.case_id)
    .where(OPINIONS.c.ended_at.is_(None))
    .order_by(OPINIONS.c.due_on.is_(None), OPINIONS.c.due_on, OPINIONS.c.asked_at, CASES.c.reference)
    .limit(PAGE)
)
_OF_UNIT = _AWAITED.where(OPINIONS.c.unit == bindparam("asked"))
_OF_PARTNER = _AWAITED.where(OPINIONS.c.partner == bindparam("asked"))


def of_unit(connection: Connection, unit: str) -> list[AskedRow]:
    """What is asked of a unit, the earliest deadline first."""
    return _rows(connection.execute(_OF_UNIT, {"asked": unit}))


def of_partner(connection: Connection, partner: str) -> list[AskedRow]:
    """What is asked of a partner, the earliest deadline first."""
    return _rows(connection.execute(_OF_PARTNER, {"asked": partner}))


def _rows(found: Any) -> list[AskedRow]:
    return [AskedRow(*tuple(row)) for row in found]


_ANY = (
    select(OPINIONS.c.opinion)
    .where(OPINIONS.c.unit == bindparam("asked"), OPINIONS.c.ended_at.is_(None))
    .limit(PAGE + 1)
)


def count_of_unit(connection: Connection, unit: str) -> int:
    """How many opinions are asked of a unit; PAGE + 1 for any greater number."""
    return len(connection.execute(_ANY, {"asked": unit}).all())
