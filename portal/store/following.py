"""Cases that follow a case, as an appeal does, and refusals that a new request repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import CTE, Connection, bindparam, exists, select

from portal.domain.service import Result
from portal.store.tables import CASES

ENDED_UNDECIDED = (Result.WITHDRAWN.value, Result.RETURNED.value)
"""The outcomes of a case on which its unit has decided nothing."""


@dataclass(frozen=True)
class Following:
    """A case that follows another, as a list of them shows it."""

    id: str
    reference: str
    service: str
    digest: str
    state: str
    outcome: str | None
    unit: str
    filed_on: date
    citizen_id: str | None


_OF_CASE = (
    select(
        CASES.c.id,
        CASES.c.reference,
        CASES.c.service,
        CASES.c.digest,
        CASES.c.state,
        CASES.c.outcome,
        CASES.c.unit,
        CASES.c.filed_on,
        CASES.c.citizen_id,
    )
    .where(CASES.c.first_id.is_not(None), CASES.c.first_id == bindparam("first"))
    .order_by(CASES.c.filed_at, CASES.c.id)
)


def of_case(connection: Connection, case_id: str) -> list[Following]:
    """The cases that follow this very one, in the order they were filed."""
    return [Following(**row._mapping) for row in connection.execute(_OF_CASE, {"first": case_id})]


def _all_after() -> CTE:
    """All that follow a case, and what follows them in their turn."""
    found = (
        select(CASES.c.id, CASES.c.unit, CASES.c.outcome, CASES.c.closed_at)
        .where(CASES.c.first_id.is_not(None), CASES.c.first_id == bindparam("first"))
        .cte("following", recursive=True)
    )
    later = CASES.alias("later")
    return found.union_all(
        select(later.c.id, later.c.unit, later.c.outcome, later.c.closed_at).where(
            later.c.first_id.is_not(None), later.c.first_id == found.c.id
        )
    )


_AFTER = _all_after()
_DECIDED = select(_AFTER.c.id, _AFTER.c.unit, _AFTER.c.closed_at).where(
    _AFTER.c.outcome.is_(None) | _AFTER.c.outcome.not_in(ENDED_UNDECIDED)
)
_GRANTED = select(exists(select(_AFTER.c.id).where(_AFTER.c.outcome == Result.GRANTED.value)))


class After(NamedTuple):
    """A case that follows another, at once or after others, and that its unit decides on or has decided."""

    id: str
    unit: str
    closed_at: datetime | None

    @property
    def open(self) -> bool:
        return self.closed_at is None


def after(connection: Connection, case_id: str) -> list[After]:
    """All that follow a case, but for those that ended undecided."""
    return [After(*row) for row in connection.execute(_DECIDED, {"first": case_id})]


def granted_after(connection: Connection, case_id: str) -> bool:
    """Whether anything that was filed against a case was granted."""
    return bool(connection.execute(_GRANTED, {"first": case_id}).scalar())


_REFUSED = (
    select(CASES.c.id, CASES.c.reference)
    .where(
        CASES.c.person_hash.in_(bindparam("hashes", expanding=True)),
        CASES.c.service == bindparam("service"),
        CASES.c.unit == bindparam("unit"),
        CASES.c.outcome == Result.REFUSED.value,
    )
    .order_by(CASES.c.closed_at.desc(), CASES.c.id)
    .limit(bindparam("most"))
)


_STANDS = select(CASES.c.id).where(CASES.c.reference == bindparam("reference"), CASES.c.outcome == Result.REFUSED.value)


def still_refused(connection: Connection, reference: str) -> bool:
    """Whether a refusal still stands: it was not taken up again, and nothing was granted against it."""
    case_id = connection.execute(_STANDS, {"reference": reference}).scalar()
    return case_id is not None and not granted_after(connection, case_id)


def refusal_standing(connection: Connection, hashes: Sequence[bytes], service: str, unit: str) -> str | None:
    """The reference of the last refusal of the same person, in the same service and at the same unit, that stands.

    One that was taken up again has no outcome any more; against one that stands nothing was granted.
    """
    wanted = {"hashes": list(hashes), "service": service, "unit": unit, "most": 20}
    for case_id, reference in connection.execute(_REFUSED, wanted):
        if not granted_after(connection, case_id):
            return str(reference)
    return None
