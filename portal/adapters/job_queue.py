"""The queue of effects as rows: written inside our own transactions, read by the command line, run by ``jobs``.

The rows are DBOS's own. They are written here rather than through its client because its statements are built anew for
every call on SQLite, at four times the cost, in the middle of every submission; and because processes that only queue
need not load the library. A test compares the rows with those its client writes, column by column.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

APPLICATION = "portal"
QUEUE = "effects"
WORKFLOW = "effect"
# DBOS hands a job only to workers of the version written on it, so this never changes: effects are looked up by name
# when they run, and a release that must not run what an older one queued does not exist here.
VERSION = "1"

SYSTEM_TABLES = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "event_dispatch_kv",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)


def is_ours(table_name: str) -> bool:
    """Whether a table is the portal's own, rather than one that DBOS keeps beside ours."""
    return table_name not in SYSTEM_TABLES


class State(StrEnum):
    """Where a queued effect stands, in DBOS's own words."""

    QUEUED = "ENQUEUED"
    DELAYED = "DELAYED"
    RUNNING = "PENDING"
    GIVEN_UP = "ERROR"
    DEADLY = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"  # its worker died each time it ran it


WAITING = (State.QUEUED, State.DELAYED, State.RUNNING)
ABANDONED = (State.GIVEN_UP, State.DEADLY)


@dataclass(frozen=True)
class Job:
    """One try of an effect: the ``number``-th in all, after ``failures`` in a row since it was last asked for."""

    effect_id: str
    name: str
    number: int = 1
    failures: int = 0

    @property
    def key(self) -> str:
        return self.effect_id if self.number == 1 else f"{self.effect_id}#{self.number}"

    def next_try(self, *, failed: bool = True) -> "Job":
        """The try that follows; one that only waited for something has not ``failed``."""
        return replace(self, number=self.number + 1, failures=self.failures + failed)


@dataclass(frozen=True)
class QueuedEffect:
    """An effect as the queue sees it: ``due_at`` says when a delayed one is tried again, ``error`` why it failed."""

    effect_id: str
    name: str
    number: int
    state: State
    queued_at: datetime
    due_at: datetime | None
    error: str | None


class DurableJobs:
    """Queues effects inside the caller's transaction: nothing is queued when that rolls back."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        on_postgresql = engine.dialect.name == "postgresql"
        schema = "dbos" if on_postgresql else None
        self._status = _table("workflow_status", _WRITTEN, schema)
        self._input = _table("workflow_input", ("workflow_uuid", "inputs", "retention_timestamp"), schema)
        self._output = _table("workflow_output", ("workflow_uuid", "error"), schema)
        insert = cast(Any, postgresql.insert if on_postgresql else sqlite.insert)
        self._insert_status = _Prepared(engine, insert(self._status).on_conflict_do_nothing(), _WRITTEN)
        self._insert_input = _Prepared(engine, insert(self._input).on_conflict_do_nothing(), self._input.c.keys())

    def enqueue(self, transaction: sa.Connection | Session, effect_id: str, name: str) -> None:
        """Queues the effect inside ``transaction``; asking again for the same id changes nothing."""
        if "#" in effect_id:
            raise ValueError(f"an effect's id may not contain '#': {effect_id}")
        self.put(transaction, Job(effect_id, name))

    def retry(self, transaction: sa.Connection | Session, effect_id: str, name: str) -> None:
        """Runs the effect again with all its tries before it; one that waits for its next try gets it now."""
        tries = self._tries(transaction, effect_id)
        last = Job(effect_id, name, number=max(tries, default=0))
        if tries.get(last.number) in WAITING:
            transaction.execute(
                sa.update(self._status)
                .where(self._status.c.workflow_uuid == last.key, self._status.c.status == str(State.DELAYED))
                .values(status=str(State.QUEUED))
            )
        else:
            self.put(transaction, replace(last, number=last.number + 1))

    def put(self, transaction: sa.Connection | Session, job: Job, pause: float | None = None) -> None:
        """Queues one try, to be run after ``pause`` seconds."""
        connection = transaction.connection() if isinstance(transaction, Session) else transaction
        now = int(time.time() * 1000)
        row = {
            **_CONSTANT,
            "workflow_uuid": job.key,
            "status": "ENQUEUED" if pause is None else "DELAYED",
            "creator_xid": str(uuid4()),
            # Filed as a child of the first try, as that column is indexed; see ``_tries``.
            "parent_workflow_id": None if job.number == 1 else job.effect_id,
            "delay_until_epoch_ms": None if pause is None else now + int(pause * 1000),
            "created_at": now,
            "updated_at": now,
        }
        arguments = [job.effect_id, job.name, job.number, job.failures]
        inputs = json.dumps({"namedArgs": {}, "positionalArgs": arguments}, separators=(",", ":"))
        self._insert_status.run(connection, row)
        self._insert_input.run(connection, {"workflow_uuid": job.key, "inputs": inputs, "retention_timestamp": now})

    def waiting(self) -> list[QueuedEffect]:
        """The effects still to be done, oldest first."""
        with self._reading() as connection:
            return self._listed(connection, WAITING)

    def given_up(self) -> list[QueuedEffect]:
        """The effects that nobody will try again unless asked to, oldest first."""
        with self._reading() as connection:
            return [
                effect
                for effect in self._listed(connection, ABANDONED)
                if effect.number == max(self._tries(connection, effect.effect_id))
            ]

    def _reading(self) -> sa.Connection:
        # Outside a transaction, as those of our engine take the write lock on SQLite.
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _tries(self, transaction: sa.Connection | Session, effect_id: str) -> dict[int, str]:
        """The state of each try of an effect that DBOS still knows, by number."""
        status = self._status.c
        rows = transaction.execute(
            sa.select(status.workflow_uuid, status.status).where(
                sa.or_(status.workflow_uuid == effect_id, status.parent_workflow_id == effect_id)
            )
        )
        return {int(key.partition("#")[2] or 1): state for key, state in rows}

    def _listed(self, connection: sa.Connection, states: Iterable[State]) -> list[QueuedEffect]:
        status, given, output = self._status, self._input, self._output
        rows = connection.execute(
            sa.select(
                status.c.status, status.c.created_at, status.c.delay_until_epoch_ms, given.c.inputs, output.c.error
            )
            .join(given, given.c.workflow_uuid == status.c.workflow_uuid)
            .outerjoin(output, output.c.workflow_uuid == status.c.workflow_uuid)
            .where(status.c.status.in_([str(state) for state in states]), status.c.name == WORKFLOW)
            .order_by(status.c.created_at)
        )
        return [_queued_effect(row) for row in rows]


_CONSTANT: Mapping[str, Any] = {
    "name": WORKFLOW,
    "queue_name": QUEUE,
    "application_name": APPLICATION,
    "application_version": VERSION,
    "priority": 0,
    "recovery_attempts": 0,
    "serialization": "portable_json",
}
_WRITTEN = (
    *_CONSTANT,
    "workflow_uuid",
    "status",
    "creator_xid",
    "parent_workflow_id",
    "delay_until_epoch_ms",
    "created_at",
    "updated_at",
)


class _Prepared:
    """An insert compiled once, as SQLAlchemy does not keep the compiled form of one that minds conflicts."""

    def __init__(self, engine: sa.Engine, statement: sa.Insert, columns: Sequence[str]) -> None:
        compiled = statement.compile(dialect=engine.dialect, column_keys=list(columns))
        self._sql = str(compiled)
        self._order: Sequence[str] | None = cast(Any, compiled).positiontup

    def run(self, connection: sa.Connection, row: Mapping[str, Any]) -> None:
        parameters = row if self._order is None else tuple(row[column] for column in self._order)
        connection.exec_driver_sql(self._sql, cast(Any, parameters))


def _table(name: str, columns: Iterable[str], schema: str | None) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns), schema=schema)


def _queued_effect(row: sa.Row[*tuple[Any, ...]]) -> QueuedEffect:
    job = Job(*json.loads(row.inputs)["positionalArgs"])
    state = State(row.status)
    error = json.loads(row.error)["message"] if row.error else None
    return QueuedEffect(
        effect_id=job.effect_id,
        name=job.name,
        number=job.number,
        state=state,
        queued_at=datetime.fromtimestamp(row.created_at / 1000, UTC),
        due_at=datetime.fromtimestamp(row.delay_until_epoch_ms / 1000, UTC) if state is State.DELAYED else None,
        error=error if state is not State.DEADLY else "The worker died every time it ran this.",
    )
