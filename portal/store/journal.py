"""The journal: one line per event, each hash covering the line before, so that nothing can be altered unseen."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from portal.domain.case import Actor
from portal.domain.events import Event
from portal.domain.service import Role
from portal.store.tables import CASES, JOURNAL
from portal.store.vault import Seal

ORIGIN = hashlib.sha256(b"shubbak journal").digest()


@dataclass(frozen=True)
class Line:
    """One event with when it happened and who did it."""

    position: int
    at: datetime
    actor_role: str
    actor: str
    actor_name: str
    event: Event


def role_of(actor: Actor) -> str:
    """The role an actor acts in, for the journal: an applicant first, then the highest rank at the counter."""
    for role in (Role.APPLICANT, Role.CHIEF, Role.AGENT, Role.CLERK, Role.PARTNER, Role.SYSTEM):
        if role in actor.roles:
            return role.value
    return next(iter(sorted(actor.roles)), "")


def line_hash(
    previous: bytes, case_id: str, position: int, kind: str, at: datetime, role: str, actor: str, data: bytes
) -> bytes:
    """The hash of a line: over the hash before it and everything the line says, its data as sealed.

    SHA-256 of the previous hash followed by a JSON array of case, position, kind, moment (UTC, ISO 8601), role, actor
    and the SHA-256 of the sealed data.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    body = [case_id, position, kind, moment, role, actor, hashlib.sha256(data).hexdigest()]
    return hashlib.sha256(previous + orjson.dumps(body)).digest()


def lines_for(
    case_id: str, seal: Seal, length: int, head: bytes, events: Sequence[Event], actor: Actor, now: datetime
) -> tuple[list[dict[str, Any]], bytes]:
    """The rows to append for some events after ``length`` lines ending in ``head``, and the new head."""
    rows, role = [], role_of(actor)
    for position, event in enumerate(events, length + 1):
        sealed = seal.close_json({"event": event.data(), "name": actor.name}, f"journal:{case_id}:{position}")
        head = line_hash(head, case_id, position, event.kind, now, role, actor.id, sealed)
        rows.append(
            {
                "case_id": case_id,
                "position": position,
                "kind": event.kind,
                "at": now,
                "actor_role": role,
                "actor": actor.id,
                "data_sealed": sealed,
                "hash": head,
            }
        )
    return rows, head


_LINES = select(
    JOURNAL.c.position, JOURNAL.c.kind, JOURNAL.c.at, JOURNAL.c.actor_role, JOURNAL.c.actor, JOURNAL.c.data_sealed
)


_OF_CASE = _LINES.where(JOURNAL.c.case_id == bindparam("case")).order_by(JOURNAL.c.position)
"""Built once: putting a statement together costs more than running it."""


def read(connection: Connection, case_id: str, seal: Seal) -> list[Line]:
    """The lines of a case, oldest first."""
    rows = connection.execute(_OF_CASE, {"case": case_id}).all()
    lines = []
    for position, kind, at, role, actor, sealed in rows:
        data = seal.open_json(sealed, f"journal:{case_id}:{position}")
        lines.append(Line(position, at, role, actor, data["name"], Event.from_data(kind, data["event"])))
    return lines


@dataclass(frozen=True)
class Break:
    """Where a journal does not hold."""

    reference: str
    position: int
    problem: str


def audit(connection: Connection) -> Iterator[Break]:
    """Every place where a stored journal contradicts its hashes or the case's own head; yields nothing when all holds."""
    for case_id, reference in connection.execute(select(CASES.c.id, CASES.c.reference).order_by(CASES.c.id)).all():
        yield from _audit_case(connection, case_id, reference)


# In one statement: a line entered between two of them would look like one too many.
_WHOLE = (
    select(
        CASES.c.journal_length,
        CASES.c.journal_head,
        JOURNAL.c.position,
        JOURNAL.c.kind,
        JOURNAL.c.at,
        JOURNAL.c.actor_role,
        JOURNAL.c.actor,
        JOURNAL.c.data_sealed,
        JOURNAL.c.hash,
    )
    .outerjoin(JOURNAL, JOURNAL.c.case_id == CASES.c.id)
    .order_by(JOURNAL.c.position)
)


def _audit_case(connection: Connection, case_id: str, reference: str) -> Iterator[Break]:
    head, expected = ORIGIN, 0
    rows = connection.execute(_WHOLE.where(CASES.c.id == case_id)).all()
    if not rows:
        return
    length, stored_head = rows[0][:2]
    for _, _, position, kind, at, role, actor, sealed, stored in rows:
        if position is None:
            break
        expected += 1
        if position != expected:
            yield Break(reference, expected, "a line is missing")
            return
        head = line_hash(head, case_id, position, kind, at, role, actor, sealed)
        if head != stored:
            yield Break(reference, position, "the line was altered")
            return
    if expected != length:
        yield Break(reference, expected, f"{expected} lines where the case counts {length}")
    elif head != stored_head:
        yield Break(reference, expected, "the case's head is not that of its last line")
