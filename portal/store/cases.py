"""Cases: reading them whole, and every change together with its journal lines, in one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from portal.domain.case import SYSTEM, Actor, Case, People, Person
from portal.domain.errors import CaseMoved
from portal.domain.events import Event, KeyErased
from portal.domain.service import Result, StateKind
from portal.i18n import searchable
from portal.store import journal, sessions
from portal.store.tables import CASES, JOURNAL
from portal.store.vault import Seal, Vault

NOTES = frozenset(
    {
        "timer_on",
        "alert",
        "escalated",
        "flaw",
        "complete_on",
        "due_on",
        "half_ends_on",
        "queue_on",
        "sitting",
        "suspended_on",
        "suspended_for",
        "silent_on",
        "decided_on",
        "days_used",
        "citizen_due_on",
        "remedy_until",
    }
)
"""What the portal keeps of a case for itself: nobody's form grows stale when it changes."""

FAR = date(9999, 12, 31)
"""Where a case whose clock stands still sorts in its queue: after every dated one."""


@dataclass(frozen=True)
class Dossier:
    """A case with everything its file holds, opened."""

    case: Case
    people: People
    answers: Mapping[str, Any]
    secret: str
    language: str
    statements: tuple[str, ...]
    taken_name: str
    alert: str
    timer_on: date | None
    updated_at: datetime
    journal_length: int
    journal_head: bytes
    seal: Seal


@dataclass(frozen=True)
class NewCase:
    """What a submission makes a case from; ``key_wrapped`` and ``seal`` are the draft's.

    ``proved`` is whether the applicant is known to be who she says: only then does the case count as hers among others.
    """

    case: Case
    people: People
    answers: Mapping[str, Any]
    secret: str
    language: str
    key_wrapped: bytes
    seal: Seal
    statements: tuple[str, ...] = ()
    queue_on: date = field(default=FAR)
    timer_on: date | None = None
    citizen_due_on: date | None = None
    sitting: bool = False
    proved: bool = True


def add(connection: Connection, vault: Vault, new: NewCase, events: Sequence[Event], actor: Actor) -> int:
    """Stores a new case with its first journal lines; the number of lines."""
    row, lines = rows_of(vault, new, events, actor)
    connection.execute(insert(CASES), row)
    connection.execute(insert(JOURNAL), lines)
    return len(lines)


def rows_of(
    vault: Vault, new: NewCase, events: Sequence[Event], actor: Actor
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A new case as its row and those of its journal."""
    case, seal = new.case, new.seal
    lines, head = journal.lines_for(case.id, seal, 0, journal.ORIGIN, events, actor, case.filed_at)
    applicant = new.people.applicant
    outcome = case.outcome.value if case.outcome else None
    row = {
        "id": case.id,
        "reference": case.reference,
        "service": case.service,
        "digest": case.digest,
        "state": case.state,
        "state_kind": case.kind.value,
        "outcome": outcome,
        "unit": case.unit,
        "citizen_id": case.citizen_id,
        "filed_by": case.filed_by,
        "applicant_ar": applicant.name("ar"),
        "applicant_fr": applicant.name("fr"),
        "searchable": searchable(f"{applicant.name('ar')} {applicant.name('fr')}"),
        "person_hash": vault.lookup("cnie", applicant.cnie) if applicant.cnie and new.proved else None,
        "key_wrapped": new.key_wrapped,
        "people_sealed": seal.close_json(_people_data(new.people), f"people:{case.id}"),
        "answers_sealed": seal.close_json(dict(new.answers), f"answers:{case.id}"),
        "secret_sealed": seal.close(new.secret.encode(), f"secret:{case.id}"),
        "language": new.language,
        "statements": list(new.statements),
        "missing": list(case.missing),
        "filed_at": case.filed_at,
        "filed_on": case.filed_on,
        "complete_on": case.complete_on,
        "due_on": case.due_on,
        "half_ends_on": case.half_ends_on,
        "queue_on": new.queue_on,
        "closed_at": case.closed_at,
        "updated_at": case.closed_at or case.filed_at,
        "taken_name": "",
        "timer_on": new.timer_on,
        "citizen_due_on": new.citizen_due_on,
        "alert": "",
        "sitting": new.sitting,
        "escalated": case.escalated,
        "flaw": "",
        "suspended_for": "",
        "first_id": case.first_id,
        "repeats": case.repeats,
        "version": 1,
        "journal_length": len(lines),
        "journal_head": head,
        "journal_proof": journal.proof_of(seal, case.id, len(lines), head, case.state, outcome, case.unit),
    }
    return row, lines


_CHANGE = update(CASES).where(
    CASES.c.id == bindparam("read_id"),
    CASES.c.version == bindparam("read_version"),
    CASES.c.journal_length == bindparam("read_length"),
)


def record(
    connection: Connection,
    dossier: Dossier,
    events: Sequence[Event],
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
) -> int:
    """Appends events and applies ``changes`` (columns) to the case as it was read; the new length of the journal.

    Raises CaseMoved when somebody changed the case since: of two who decide at once, one wins. What the portal itself
    notes, such as a message sent, leaves the case as people saw it: nobody's form grows stale by it.
    """
    case = dossier.case
    noted = actor == SYSTEM and NOTES.issuperset(changes or ())
    version = case.version if noted else case.version + 1
    rows, head = journal.lines_for(
        case.id, dossier.seal, dossier.journal_length, dossier.journal_head, events, actor, now
    )
    length = dossier.journal_length + len(rows)
    state = {"state": case.state, "outcome": case.outcome.value if case.outcome else None, "unit": case.unit}
    stands = {name: (changes or {}).get(name, value) for name, value in state.items()}
    proof = journal.proof_of(dossier.seal, case.id, length, head, **stands)
    values = {
        "updated_at": now,
        **(changes or {}),
        "version": version,
        "journal_length": length,
        "journal_head": head,
        "journal_proof": proof,
    }
    as_read = {"read_id": case.id, "read_version": case.version, "read_length": dossier.journal_length}
    changed = connection.execute(_CHANGE, {**values, **as_read})
    if changed.rowcount != 1:
        raise CaseMoved()
    if rows:
        connection.execute(insert(JOURNAL), rows)
    return length


def erase_key(connection: Connection, vault: Vault, dossier: Dossier, now: datetime) -> None:
    """Destroys a case's key, for good: nobody reads its people, answers and journal any more, and its chain still proves itself.

    Raises CaseMoved as ``record`` does.
    """
    record(connection, dossier, [KeyErased()], SYSTEM, now)
    one = CASES.c.id == dossier.case.id
    stands = connection.execute(
        select(CASES.c.journal_length, CASES.c.journal_head, CASES.c.state, CASES.c.outcome, CASES.c.unit).where(one)
    ).one()
    proof = journal.proof_of_erased(vault, dossier.case.id, [stands[0], stands[1].hex(), *stands[2:]])
    connection.execute(update(CASES).where(one).values(key_wrapped=None, journal_proof=proof))


def with_secret(dossier: Dossier, secret: str) -> dict[str, Any]:
    """The changes by which another secret opens a case from now on, and the one before it no longer.

    Nor is a case of nobody's account that of the browser that filed it any more.
    """
    case = dossier.case
    changes: dict[str, Any] = {"secret_sealed": dossier.seal.close(secret.encode(), f"secret:{case.id}")}
    if case.citizen_id is not None and not case.has_account:
        changes["citizen_id"] = sessions.new_visitor()
    return changes


def flag(
    connection: Connection, case_id: str, length: int, flaw: str, derived: Mapping[str, Any] | None = None
) -> None:
    """Notes what contradicts itself in a journal of ``length`` lines, empty for nothing; one that has grown since is left.

    Of the case itself nothing changes: it is nobody's act, and no line of the journal. ``derived`` are columns to be put
    back beside it: of a journal that contradicted itself nothing could be derived.
    """
    found = CASES.c.id == case_id, CASES.c.journal_length == length
    connection.execute(update(CASES).where(*found).values(**(derived or {}), flaw=flaw))


_WHOLE = select(
    CASES.c.id,
    CASES.c.reference,
    CASES.c.service,
    CASES.c.digest,
    CASES.c.state,
    CASES.c.state_kind,
    CASES.c.outcome,
    CASES.c.unit,
    CASES.c.citizen_id,
    CASES.c.filed_by,
    CASES.c.taken_by,
    CASES.c.taken_name,
    CASES.c.alert,
    CASES.c.timer_on,
    CASES.c.sitting,
    CASES.c.escalated,
    CASES.c.silent_on,
    CASES.c.first_id,
    CASES.c.repeats,
    CASES.c.filed_at,
    CASES.c.filed_on,
    CASES.c.complete_on,
    CASES.c.due_on,
    CASES.c.half_ends_on,
    CASES.c.closed_at,
    CASES.c.missing,
    CASES.c.version,
    CASES.c.language,
    CASES.c.statements,
    CASES.c.updated_at,
    CASES.c.key_wrapped,
    CASES.c.people_sealed,
    CASES.c.answers_sealed,
    CASES.c.secret_sealed,
    CASES.c.journal_length,
    CASES.c.journal_head,
)


# Built once: putting a statement together costs more than running it.
_FIND = _WHOLE.where(CASES.c.reference == bindparam("wanted"))
_FIND_LOCKED = _FIND.with_for_update()
_GET = _WHOLE.where(CASES.c.id == bindparam("wanted"))
_GET_LOCKED = _GET.with_for_update()
_GET_UNLESS_LOCKED = _GET.with_for_update(skip_locked=True)


def find(connection: Connection, vault: Vault, reference: str, *, lock: bool = False) -> Dossier | None:
    """The case of a canonical reference; ``lock`` keeps other writers waiting until the transaction ends."""
    row = connection.execute(_FIND_LOCKED if lock else _FIND, {"wanted": reference}).first()
    return _dossier(vault, row) if row else None


def get(
    connection: Connection, vault: Vault, case_id: str, *, lock: bool = False, skip: bool = False
) -> Dossier | None:
    """The case of an id; with ``skip`` none where another transaction holds its lock."""
    query = (_GET_UNLESS_LOCKED if skip else _GET_LOCKED) if lock else _GET
    row = connection.execute(query, {"wanted": case_id}).first()
    return _dossier(vault, row) if row else None


class Registered(NamedTuple):
    """What a case's row says in clear: it can be read though the case's key was destroyed."""

    reference: str
    service: str
    digest: str


def registered(connection: Connection, case_id: str) -> Registered:
    """What a case is, for whoever has no need of what it says."""
    query = select(CASES.c.reference, CASES.c.service, CASES.c.digest).where(CASES.c.id == case_id)
    return Registered(*connection.execute(query).one())


def find_reference(connection: Connection, case_id: str) -> str | None:
    """The reference of the case that a draft became, or None while it is still a draft."""
    return connection.execute(select(CASES.c.reference).where(CASES.c.id == case_id)).scalar()


# The literal condition of the partial index first: only cases that await something are read.
_TIMED = (
    select(CASES.c.timer_on, CASES.c.id)
    .where(CASES.c.timer_on.is_not(None), CASES.c.timer_on <= bindparam("today"))
    .where(
        tuple_(CASES.c.timer_on, CASES.c.id)
        > tuple_(bindparam("after", type_=CASES.c.timer_on.type), bindparam("after_id"))
    )
    .order_by(CASES.c.timer_on, CASES.c.id)
    .limit(bindparam("most"))
)


def timed(connection: Connection, today: date, after: tuple[date, str], most: int) -> list[tuple[date, str]]:
    """The cases to which time does something by ``today``, after a place in their order: its date and id."""
    bounds = {"today": today, "after": after[0], "after_id": after[1], "most": most}
    return [(row[0], row[1]) for row in connection.execute(_TIMED, bounds)]


def _dossier(vault: Vault, row: Any) -> Dossier:
    seal = vault.case_seal(row.id, row.key_wrapped)
    people = seal.open_json(row.people_sealed, f"people:{row.id}")
    case = Case(
        id=row.id,
        reference=row.reference,
        service=row.service,
        digest=row.digest,
        state=row.state,
        kind=StateKind(row.state_kind),
        unit=row.unit,
        filed_at=row.filed_at,
        filed_on=row.filed_on,
        version=row.version,
        outcome=Result(row.outcome) if row.outcome else None,
        citizen_id=row.citizen_id,
        filed_by=row.filed_by,
        taken_by=row.taken_by,
        complete_on=row.complete_on,
        due_on=row.due_on,
        half_ends_on=row.half_ends_on,
        closed_at=row.closed_at,
        missing=tuple(row.missing),
        sitting=row.sitting and row.closed_at is None,
        escalated=row.escalated and row.closed_at is None,
        silent_on=row.silent_on,
        first_id=row.first_id,
        repeats=row.repeats,
    )
    return Dossier(
        case=case,
        people=People(*(Person.from_data(people[who]) for who in ("filer", "applicant", "beneficiary"))),
        answers=seal.open_json(row.answers_sealed, f"answers:{row.id}"),
        secret=seal.open(row.secret_sealed, f"secret:{row.id}").decode(),
        language=row.language,
        statements=tuple(row.statements),
        taken_name=row.taken_name,
        alert=row.alert,
        timer_on=row.timer_on,
        updated_at=row.updated_at,
        journal_length=row.journal_length,
        journal_head=row.journal_head,
        seal=seal,
    )


def _people_data(people: People) -> dict[str, dict[str, str]]:
    return {
        "filer": people.filer.data(),
        "applicant": people.applicant.data(),
        "beneficiary": people.beneficiary.data(),
    }
