"""The journal: one line per event, each hash covering the line before, so that nothing can be altered unseen."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, bindparam, select

from portal.domain.case import Actor
from portal.domain.events import Event
from portal.domain.service import Role
from portal.store.numbers import number_in
from portal.store.tables import CASES, DOCUMENTS, JOURNAL, NUMBERS
from portal.store.tables_of_clock import REPORTS
from portal.store.vault import Erased, Seal, Vault

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
    for role in (
        Role.APPLICANT,
        Role.CHIEF,
        Role.AGENT,
        Role.CLERK,
        Role.COMMITTEE,
        Role.PARTNER,
        Role.SYSTEM,
    ):
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


def proof_of_erased(vault: Vault, case_id: str, stands: Sequence[Any]) -> bytes:
    """What proves a case's journal and state once nobody has its key: length, head, state, outcome, unit."""
    return vault.lookup(ERASED, _in_words(case_id, stands))


def _in_words(case_id: str, stands: Sequence[Any]) -> str:
    return orjson.dumps([case_id, *stands]).decode()


def proof_of(seal: Seal, case_id: str, length: int, head: bytes, state: str, outcome: str | None, unit: str) -> bytes:
    """What only the holder of the case's key can make: where its journal ends, and how the case then stands.

    The chain itself anybody can verify, and so anybody who may write to the database could make it anew.
    """
    return seal.close_json([length, head.hex(), state, outcome, unit], f"proof:{case_id}")


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
    return [line_of(seal, case_id, *row) for row in rows]


def line_of(
    seal: Seal, case_id: str, position: int, kind: str, at: datetime, role: str, actor: str, sealed: bytes
) -> Line:
    """A stored line, opened."""
    data = seal.open_json(sealed, f"journal:{case_id}:{position}")
    return Line(position, at, role, actor, data["name"], Event.from_data(kind, data["event"]))


@dataclass(frozen=True)
class Break:
    """Where a journal does not hold; or, at an ``entry`` or a ``head``, the public log. ``at`` is empty for no place at all."""

    reference: str
    position: int
    problem: str
    at: str = "line"


def audit(connection: Connection, vault: Vault) -> Iterator[Break]:
    """Every place where what is stored contradicts its hashes, its proofs or its numbers; nothing when all holds."""
    for page in known(connection):
        for one in page:
            yield from audit_case(connection, vault, one.id, one.reference)
    yield from audit_numbers(connection)


class Known(NamedTuple):
    """A case to look at; ``flaw`` is what was found to contradict itself in its journal, if anything was.

    ``logged`` is how long its journal was when it entered the public log last.
    """

    id: str
    reference: str
    flaw: str
    logged: int


ERASED = "erased"
"""What the digest is for that takes the place of a case's proof when its key is destroyed."""

KEY_GONE = "the case's key is gone, and nothing proves that the portal erased it"

PAGE = 1000
"""Cases that are held in memory at once: there may be millions."""

NUMBERS_PAGE = 10_000


def known(connection: Connection) -> Iterator[list[Known]]:
    """Every case, for looking at one after the other, in pages."""
    after = ""
    while True:
        query = (
            select(CASES.c.id, CASES.c.reference, CASES.c.flaw, CASES.c.logged_length)
            .where(CASES.c.id > after)
            .order_by(CASES.c.id)
            .limit(PAGE)
        )
        page = [Known._make(row) for row in connection.execute(query)]
        if not page:
            return
        yield page
        after = page[-1].id


# In one statement: a line entered between two of them would look like one too many.
_WHOLE = (
    select(
        CASES.c.journal_length,
        CASES.c.journal_head,
        CASES.c.journal_proof,
        CASES.c.key_wrapped,
        CASES.c.state,
        CASES.c.outcome,
        CASES.c.unit,
        JOURNAL.c.position,
        JOURNAL.c.kind,
        JOURNAL.c.at,
        JOURNAL.c.actor_role,
        JOURNAL.c.actor,
        JOURNAL.c.data_sealed,
        JOURNAL.c.hash,
    )
    .outerjoin(JOURNAL, JOURNAL.c.case_id == CASES.c.id)
    .where(CASES.c.id == bindparam("case"))
    .order_by(JOURNAL.c.position)
)


def audit_case(connection: Connection, vault: Vault, case_id: str, reference: str) -> Iterator[Break]:
    """Where one case contradicts the chain of its lines, or its proof."""
    head, expected = ORIGIN, 0
    rows = connection.execute(_WHOLE, {"case": case_id}).all()
    if not rows:
        return
    case = rows[0]
    for row in rows:
        if row.position is None:
            break
        expected += 1
        if row.position != expected:
            yield Break(reference, expected, "a line is missing")
            return
        head = line_hash(head, case_id, row.position, row.kind, row.at, row.actor_role, row.actor, row.data_sealed)
        if head != row.hash:
            yield Break(reference, row.position, "the line was altered")
            return
    if expected != case.journal_length:
        yield Break(reference, expected, f"{expected} lines where the case counts {case.journal_length}")
    elif head != case.journal_head:
        yield Break(reference, expected, "the case's head is not that of its last line")
    elif problem := _unproved(vault, case_id, case, head):
        yield Break(reference, expected, problem)


def _unproved(vault: Vault, case_id: str, case: Any, head: bytes) -> str:
    """What is wrong with a case's proof; of one whose key was erased the portal's own key proves what stands."""
    stands = [case.journal_length, head.hex(), case.state, case.outcome, case.unit]
    try:
        seal = vault.case_seal(case_id, case.key_wrapped)
        proved = seal.open_json(case.journal_proof, f"proof:{case_id}")
    except Erased:
        erased = case.key_wrapped is None and case.journal_proof in vault.lookups(ERASED, _in_words(case_id, stands))
        return "" if erased else KEY_GONE
    except InvalidTag:
        proved = None
    if proved == stands:
        return ""
    return "the journal or the state was written by somebody without the case's key"


def audit_numbers(connection: Connection) -> Iterator[Break]:
    """Issued documents are numbered without gaps: one that is missing was removed, perhaps with its whole case.

    The numbers of each series are those from 1 to the last one given: no more, no fewer, and none twice.
    """
    last = _last_numbers(connection)
    known, highest = dict.fromkeys(last, 0), dict.fromkeys(last, 0)
    for number in _given_numbers(connection):
        found = number_in(number)
        if found is None:
            yield Break(number, 0, "it is not written as the portal writes numbers", "")
            continue
        series, count = found
        highest[series] = max(count, highest.get(series, 0))
        known[series] = known.get(series, 0) + (count <= last.get(series, 0))
    # Those that were given while this went on are no more than the counter now says.
    now = _last_numbers(connection)
    for series in sorted(known):
        if known[series] < (given := last.get(series, 0)):
            missing = f"{given - known[series]} of {given} numbered documents are missing from the register"
            yield Break(series, known[series], missing)
        if highest[series] > now.get(series, 0):
            problem = f"a document is no. {highest[series]}, and the last number that was given is {now.get(series, 0)}"
            yield Break(series, highest[series], problem)


def _last_numbers(connection: Connection) -> dict[str, int]:
    return {row.series: row.last for row in connection.execute(select(NUMBERS.c.series, NUMBERS.c.last))}


def _given_numbers(connection: Connection) -> Iterator[str]:
    """Every number in the registers, each once."""
    for table in (DOCUMENTS, REPORTS):
        after = ""
        query = select(table.c.number).order_by(table.c.number).limit(NUMBERS_PAGE)
        while page := connection.execute(query.where(table.c.number > after)).scalars().all():
            yield from dict.fromkeys(page)
            after = page[-1]
