"""Runs queued effects after the commit, at least once, whatever crashes: the one place that knows DBOS.

A queued effect is one DBOS workflow whose id is the effect's own id, so asking twice runs once. Each further try is a
workflow of its own (``id#2``, ``id#3``…) that is queued with a delay, so that no thread waits for an hour.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from portal.adapters.job_queue import (
    APPLICATION,
    QUEUE,
    SYSTEM_TABLES,
    VERSION,
    WORKFLOW,
    DurableJobs,
    Job,
    QueuedEffect,
    State,
    is_ours,
)
from portal.ports import NoRoom, Rejected, Unreachable

__all__ = [
    "SYSTEM_TABLES",
    "DurableJobs",
    "GivenUp",
    "JobRunner",
    "QueuedEffect",
    "Retries",
    "State",
    "is_ours",
    "prepare",
]

log = logging.getLogger(__name__)

# An effect that killed its worker this often is not started again: it would take all the others down with it.
DEATHS_ALLOWED = 10
WAIT_FOR_ROOM = 300
"""Seconds after which somebody may have made room on a full disk."""
# Jobs are claimed only when DBOS polls, so it must claim as many as may be done until it polls again; each has a thread.
PER_SECOND = 100

# DBOS prints to the console in a format of its own unless it finds a handler.
_dbos_log = logging.getLogger("dbos")
_dbos_log.addHandler(logging.NullHandler())
_dbos_log.setLevel(logging.WARNING)
# It also logs with a trace each job that ends in an error, which for ours only ever means that we gave up and said so.
_dbos_log.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], GivenUp)))


class GivenUp(Exception):
    """The last try of an effect failed; the text is that of its error."""


class _LeftForLater(BaseException):
    """Ends a job without an outcome, so that it stays claimed and is taken up again at the next start.

    Not an ``Exception``, because DBOS records each of those as the final outcome of the job.
    """


@dataclass(frozen=True)
class Retries:
    """Seconds to wait before each further try, by kind of failure; when they are used up, we give up."""

    unreachable: Sequence[float] = (1, 5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600)
    failed: Sequence[float] = (5, 60, 600)

    def pause(self, error: Exception, failures: int) -> float | None:
        """How long to wait after one more failure, or None to give up."""
        if isinstance(error, Rejected):
            return None
        if isinstance(error, NoRoom):
            return WAIT_FOR_ROOM
        pauses = self.unreachable if isinstance(error, Unreachable) else self.failed
        return pauses[failures] if failures < len(pauses) else None


def prepare(engine: sa.Engine) -> None:
    """Creates or updates DBOS's own tables, on PostgreSQL in the schema ``dbos``. Safe to repeat."""
    DBOS.migrate(engine.url.render_as_string(hide_password=False))


class JobRunner:
    """Runs queued effects in a few threads, tries them again, and gives up in the end. One per process.

    ``run(effect_id, name)`` is called at least once per effect and marks it done itself; ``on_wait(effect_id, error)`` hears
    why one is tried again later. ``executor_id`` names this worker: a second one at work at the same time needs a name of
    its own. An effect claimed ``stale_after`` seconds ago that is not being run here is taken from a worker presumed dead.
    """

    def __init__(
        self,
        engine: sa.Engine,
        run: Callable[[str, str], None],
        *,
        on_give_up: Callable[[str, str, str], None],
        on_wait: Callable[[str, str], None] | None = None,
        retries: Retries | None = None,
        concurrency: int = 4,
        polling: float = 0.25,
        executor_id: str = "worker",
        stale_after: float = 900,
        keep_days: float = 30,
    ) -> None:
        self._engine = engine
        self._run = run
        self._on_give_up = on_give_up
        self._on_wait = on_wait
        self._retries = retries or Retries()
        self._polling = polling
        self._executor_id = executor_id
        self._stale_after = stale_after
        self._keep_days = keep_days
        self._jobs = DurableJobs(engine)
        # Each job claimed has a thread; those beyond ``concurrency`` wait in it for a slot.
        self._window = max(concurrency, int(PER_SECOND * polling))
        self._slots = threading.Semaphore(concurrency)
        self._stopping = threading.Event()
        self._here: set[str] = set()
        self._schedules: list[tuple[float, Callable[[], None]]] = [(60, self._rescue), (3600, self._forget)]
        self._threads: list[threading.Thread] = []
        self._dbos_engine = _polling_engine(engine)
        self._client = DBOSClient(
            system_database_engine=self._dbos_engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Has ``action`` called at the start and every so many seconds after; to be said before ``start``.

        Every worker does it, so it must bear being done twice. A failure is logged, and the next turn comes.
        """
        self._schedules.append((seconds, action))

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop: scheduled work that lasts should end soon."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Takes up what an earlier run of this worker left undone, then works until ``stop``."""
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_engine": self._dbos_engine,
                "application_version": VERSION,
                "executor_id": self._executor_id,
                "serializer": DBOSPortableJSONSerializer(),
                "run_migrations": False,
                # It would speed up DBOS's own messages, of which we send none.
                "use_listen_notify": False,
                "log_level": "WARNING",
            }
        )
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=DEATHS_ALLOWED)(self._workflow())
        DBOS.listen_queues([QUEUE])
        self._client.register_queue(QUEUE, worker_concurrency=self._window, polling_interval_sec=self._polling)
        self._report_deadly()
        DBOS.launch()
        for seconds, action in self._schedules:
            thread = threading.Thread(target=self._repeat, args=(seconds, action), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, drain: int = 20) -> None:
        """Gives the running effects ``drain`` seconds to end, and leaves the others to the next start."""
        self._stopping.set()
        self._slots.release(self._window)
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=drain)
        for thread in self._threads:
            thread.join(timeout=drain)
        self._client.destroy()
        if self._dbos_engine is not self._engine:
            self._dbos_engine.dispose()

    def _workflow(self) -> Callable[..., None]:
        def effect(effect_id: str, name: str, number: int, failures: int) -> None:
            job = Job(effect_id, name, number, failures)
            self._here.add(job.key)
            try:
                self._try(job)
            finally:
                self._here.discard(job.key)

        return effect

    def _try(self, job: Job) -> None:
        failure = self._failure(job)
        if failure is None:
            return
        pause = self._retries.pause(failure, job.failures)
        # The text of an error may quote a person's data, so it goes into the database and not into the log.
        kind = type(failure).__name__
        if pause is None:
            log.error("effect %s (%s) is given up after %s", job.key, job.name, kind)
            self._give_up(job, f"{kind}: {failure}")
        else:
            log.info("effect %s (%s) failed with %s, next try in %s s", job.key, job.name, kind, pause)
            self._say_why(job, f"{kind}: {failure}")
            self._insist(self._put_next, job.next_try(failed=not isinstance(failure, NoRoom)), pause)

    def _failure(self, job: Job) -> Exception | None:
        with self._slots:
            if self._stopping.is_set():
                raise _LeftForLater
            try:
                self._run(job.effect_id, job.name)
            except Exception as error:
                return error
        return None

    def _put_next(self, next_try: Job, pause: float) -> None:
        with self._engine.begin() as connection:
            self._jobs.put(connection, next_try, pause)

    def _say_why(self, job: Job, error: str) -> None:
        """It hangs on nothing: where the database has no room either, the next try may say so."""
        if self._on_wait is None:
            return
        try:
            self._on_wait(job.effect_id, error)
        except SQLAlchemyError as obstacle:
            log.warning("why effect %s waits could not be recorded: %s", job.key, type(obstacle).__name__)

    def _give_up(self, job: Job, error: str) -> None:
        try:
            self._insist(self._on_give_up, job.effect_id, job.name, error)
        except Exception as obstacle:
            log.error("giving up effect %s could not be recorded: %s", job.key, type(obstacle).__name__)
        raise GivenUp(error)

    def _insist(self, action: Callable[..., None], *arguments: object) -> None:
        """Does what an effect's fate hangs on, however long the database is away."""
        pause = 0.1
        while True:
            try:
                return action(*arguments)
            except SQLAlchemyError as error:
                log.warning("the database failed with %s, next try in %s s", type(error).__name__, pause)
                if self._stopping.wait(pause):
                    raise _LeftForLater from None
                pause = min(pause * 2, 30)

    def _repeat(self, seconds: float, action: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                action()
            except Exception:
                log.exception("scheduled work failed")
            self._stopping.wait(seconds)

    def _rescue(self) -> None:
        """Queues again what was claimed long ago and is not being run here: its worker died, or lost it."""
        before = (datetime.now(UTC) - timedelta(seconds=self._stale_after)).isoformat()
        claimed = self._client.list_workflows(
            status=State.RUNNING, name=WORKFLOW, dequeued_before=before, load_input=False, load_output=False
        )
        lost = [job.workflow_id for job in claimed if job.workflow_id not in self._here]
        if lost:
            log.warning("%s effects of a dead worker are queued again", len(lost))
            self._client.resume_workflows(lost, queue_name=QUEUE)

    def _report_deadly(self) -> None:
        """Gives up on our side too what DBOS gave up because its worker kept dying."""
        for effect in self._jobs.given_up():
            if effect.state is State.DEADLY:
                self._on_give_up(effect.effect_id, effect.name, effect.error or "")

    def _forget(self) -> None:
        """Drops what DBOS still knows of effects done long ago; our own table is the record of them."""
        before = (datetime.now(UTC) - timedelta(days=self._keep_days)).isoformat()
        while not self._stopping.is_set():
            old = self._client.list_workflows(
                status="SUCCESS", name=WORKFLOW, completed_before=before, limit=500, load_input=False, load_output=False
            )
            if not old:
                return
            self._client.delete_workflows([job.workflow_id for job in old])


def _polling_engine(engine: sa.Engine) -> sa.Engine:
    """The engine DBOS polls with: on SQLite one whose reads take no lock, as it wraps every read in a transaction."""
    if engine.dialect.name != "sqlite":
        return engine
    polling = sa.create_engine(engine.url, pool_use_lifo=True, max_overflow=-1)

    @sa.event.listens_for(polling, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver then opens a transaction before the first write only, and takes the write lock with it.
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return polling
