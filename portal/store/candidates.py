"""Versions of services on their way into force: uploaded, checked, proposed by one person, published by another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.store.tables_of_services import CANDIDATES


class Purpose(StrEnum):
    """What a candidate is for: to publish what it holds, or to put an earlier publication in force again."""

    PUBLISH = "publish"
    PUT_BACK = "put_back"


class Origin(StrEnum):
    """Where a candidate came from: an upload in the studio, or the folder that the portal was started with."""

    UPLOAD = "upload"
    FOLDER = "folder"


class CandidateState(StrEnum):
    """How far a candidate has come. The last three are its ends."""

    FAULTY = "faulty"
    SOUND = "sound"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REFUSED = "refused"
    DISCARDED = "discarded"


OPEN = (CandidateState.FAULTY, CandidateState.SOUND, CandidateState.PROPOSED)


@dataclass(frozen=True)
class Candidate:
    """One candidate. ``files`` are None where only the list of candidates was asked for."""

    id: str
    purpose: Purpose
    slug: str
    version: int
    digest: str
    origin: Origin
    state: CandidateState
    faults: Sequence[Mapping[str, Any]]
    uploaded_by: str
    uploaded_at: datetime
    base: str | None = None
    note: str = ""
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str = ""
    files: Mapping[str, str] | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN


def add(connection: Connection, candidate: Candidate) -> None:
    """Keeps a new candidate."""
    values = {
        **vars(candidate),
        "faults": [dict(one) for one in candidate.faults],
        "files": dict(candidate.files or {}),
    }
    connection.execute(insert(CANDIDATES), values)


_SHORT = (
    CANDIDATES.c.id,
    CANDIDATES.c.purpose,
    CANDIDATES.c.slug,
    CANDIDATES.c.version,
    CANDIDATES.c.digest,
    CANDIDATES.c.origin,
    CANDIDATES.c.state,
    CANDIDATES.c.faults,
    CANDIDATES.c.uploaded_by,
    CANDIDATES.c.uploaded_at,
    CANDIDATES.c.base,
    CANDIDATES.c.note,
    CANDIDATES.c.proposed_by,
    CANDIDATES.c.proposed_at,
    CANDIDATES.c.decided_by,
    CANDIDATES.c.decided_at,
    CANDIDATES.c.decision,
)


def get(connection: Connection, candidate_id: str, *, lock: bool = False) -> Candidate | None:
    """A candidate with its files; ``lock`` keeps other writers waiting until the transaction ends."""
    found = select(*_SHORT, CANDIDATES.c.files).where(CANDIDATES.c.id == candidate_id)
    row = connection.execute(found.with_for_update() if lock else found).first()
    return _candidate(tuple(row)) if row else None


def listed(connection: Connection, slug: str | None = None, *, still_open: bool = False) -> list[Candidate]:
    """The candidates of one service or of all, the newest first, without their files."""
    found = select(*_SHORT)
    if slug is not None:
        found = found.where(CANDIDATES.c.slug == slug)
    if still_open:
        found = found.where(CANDIDATES.c.state.in_([state.value for state in OPEN]))
    rows = connection.execute(found.order_by(CANDIDATES.c.uploaded_at.desc(), CANDIDATES.c.id).limit(500)).all()
    return [_candidate(tuple(row)) for row in rows]


def change(connection: Connection, candidate: Candidate, **values: Any) -> bool:
    """Takes a candidate on from the state it was read in; False when somebody was faster."""
    changed = connection.execute(
        update(CANDIDATES)
        .where(CANDIDATES.c.id == candidate.id, CANDIDATES.c.state == candidate.state.value)
        .values(**values)
    )
    return changed.rowcount == 1


def _candidate(row: tuple[Any, ...]) -> Candidate:
    id_, purpose, slug, version, digest, origin, state, *rest = row
    return Candidate(id_, Purpose(purpose), slug, version, digest, Origin(origin), CandidateState(state), *rest)
