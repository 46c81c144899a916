"""Effects are run at least once and recorded once, whatever crashes.

Run as a program, this file is a worker: ``test_jobs_survive.py DATABASE_URL EXECUTOR_ID [EFFECT_ID]``. It kills itself
in the middle of that effect, before anything of it is committed.
"""

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy.orm import Session

from portal.adapters.job_queue import APPLICATION, QUEUE, VERSION, WORKFLOW
from portal.adapters.jobs import SYSTEM_TABLES, DurableJobs, JobRunner, Retries, State, is_ours, prepare
from portal.ports import Rejected, Unreachable
from portal.store.engine import make_engine
from portal.store.schema import METADATA

ROOT = Path(__file__).parents[2]
QUICK = Retries(unreachable=(0.1, 1.2), failed=(0.1,))


class Ledger:
    """What the effects of a test leave behind: every run of one, and one record that it is done."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def create(self) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE ledger_runs (effect_id TEXT)")
            connection.exec_driver_sql("CREATE TABLE ledger_done (effect_id TEXT PRIMARY KEY)")

    def record(self, effect_id: str, _name: str, *, dies_in: str = "") -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO ledger_runs VALUES (:id)"), {"id": effect_id})
            if effect_id == dies_in:
                os.kill(os.getpid(), signal.SIGKILL)
            done = sa.text("INSERT INTO ledger_done VALUES (:id) ON CONFLICT DO NOTHING")
            connection.execute(done, {"id": effect_id})

    def runs(self) -> list[str]:
        return self._read("SELECT effect_id FROM ledger_runs ORDER BY effect_id")

    def done(self) -> list[str]:
        return self._read("SELECT effect_id FROM ledger_done ORDER BY effect_id")

    def _read(self, query: str) -> list[str]:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return list(connection.execute(sa.text(query)).scalars())


@pytest.fixture
def url(database_url: str) -> str:
    """A database of this test's own: two that run at once must not see each other's jobs."""
    return database_url


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = make_engine(url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: sa.Engine) -> Ledger:
    ledger = Ledger(engine)
    ledger.create()
    return ledger


@pytest.fixture
def jobs(engine: sa.Engine) -> DurableJobs:
    return DurableJobs(engine)


@contextmanager
def running(runner: JobRunner) -> Iterator[None]:
    runner.start()
    try:
        yield
    finally:
        runner.stop(drain=0)


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def ask(engine: sa.Engine, *effect_ids: str) -> None:
    jobs = DurableJobs(engine)
    with Session(engine) as session, session.begin():
        for effect_id in effect_ids:
            jobs.enqueue(session, effect_id, "notify")


def no_give_up(effect_id: str, _name: str, error: str) -> None:
    raise AssertionError(f"{effect_id} was given up: {error}")


def spawn_worker(url: str, executor_id: str, dies_in: str = "") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, __file__, url, executor_id, dies_in], env=environment)


def test_effects_interrupted_by_kills_are_all_run_and_recorded_once(
    url: str, engine: sa.Engine, ledger: Ledger, jobs: DurableJobs
) -> None:
    effects = [f"effect-{number:03}" for number in range(100)]
    ask(engine, *effects)
    # The worker dies, is started again and dies again; then another one takes its place for good.
    for dies_in in ("effect-035", "effect-065"):
        worker = spawn_worker(url, "worker", dies_in)
        assert worker.wait(timeout=60) == -signal.SIGKILL
        assert dies_in not in ledger.done()
        assert dies_in in [effect.effect_id for effect in jobs.waiting() if effect.state is State.RUNNING]
    assert "effect-035" in ledger.done()

    successor = spawn_worker(url, "another")
    try:
        wait_until(lambda: not jobs.waiting(), seconds=60)
        successor.send_signal(signal.SIGTERM)
        assert successor.wait(timeout=30) == 0
    finally:
        successor.kill()
        successor.wait()

    assert ledger.done() == effects
    assert set(ledger.runs()) == set(effects)
    assert not jobs.given_up()


def test_an_effect_is_not_queued_when_the_transaction_rolls_back(engine: sa.Engine, jobs: DurableJobs) -> None:
    with Session(engine) as session:
        jobs.enqueue(session, "effect-1", "notify")
        session.rollback()

    assert jobs.waiting() == []


def test_an_effect_asked_for_twice_runs_once(engine: sa.Engine, ledger: Ledger, jobs: DurableJobs) -> None:
    with engine.begin() as connection:
        jobs.enqueue(connection, "effect-1", "notify")
        jobs.enqueue(connection, "effect-1", "notify")
    with running(JobRunner(engine, ledger.record, on_give_up=no_give_up, polling=0.05)):
        wait_until(lambda: not jobs.waiting())
        ask(engine, "effect-1", "effect-2")
        wait_until(lambda: not jobs.waiting())

    assert ledger.runs() == ["effect-1", "effect-2"]


def test_a_failing_effect_is_tried_ever_later_then_given_up_and_runs_when_asked_again(
    engine: sa.Engine, jobs: DurableJobs
) -> None:
    times: list[float] = []
    given_up: list[tuple[str, str, str]] = []
    waits: list[tuple[str, str]] = []
    mended = threading.Event()

    def run(_effect_id: str, _name: str) -> None:
        times.append(time.monotonic())
        if not mended.is_set():
            raise Unreachable("no answer")

    def on_give_up(effect_id: str, name: str, error: str) -> None:
        given_up.append((effect_id, name, error))

    ask(engine, "effect-1")

    def on_wait(effect_id: str, error: str) -> None:
        waits.append((effect_id, error))
        raise sa.exc.OperationalError("no room", None, Exception())

    with running(JobRunner(engine, run, on_give_up=on_give_up, on_wait=on_wait, retries=QUICK, polling=0.05)):
        wait_until(jobs.given_up)
        [effect] = jobs.given_up()
        mended.set()
        with engine.begin() as connection:
            jobs.retry(connection, "effect-1", "notify")
        wait_until(lambda: not jobs.waiting())

    first, second, third, _asked_again = times
    assert second - first >= 0.1
    assert third - second >= 1.2
    assert given_up == [("effect-1", "notify", "Unreachable: no answer")]
    # Who can record nothing, for the disk is full, holds nothing up.
    assert waits == [("effect-1", "Unreachable: no answer")] * 2
    assert (effect.effect_id, effect.name, effect.number, effect.error) == (
        "effect-1",
        "notify",
        3,
        "Unreachable: no answer",
    )
    assert jobs.given_up() == []


def test_a_rejected_effect_is_given_up_at_once(engine: sa.Engine, jobs: DurableJobs) -> None:
    runs: list[str] = []

    def run(effect_id: str, _name: str) -> None:
        runs.append(effect_id)
        raise Rejected("unknown number")

    ask(engine, "effect-1")
    with running(JobRunner(engine, run, on_give_up=lambda *_: None, retries=QUICK, polling=0.05)):
        wait_until(jobs.given_up)

    assert runs == ["effect-1"]


def test_asking_again_for_a_delayed_effect_runs_it_now(engine: sa.Engine, jobs: DurableJobs) -> None:
    runs: list[str] = []

    def run(effect_id: str, _name: str) -> None:
        runs.append(effect_id)
        if len(runs) == 1:
            raise Unreachable("no answer")

    ask(engine, "effect-1")
    with running(JobRunner(engine, run, on_give_up=no_give_up, retries=Retries(unreachable=(3600,)), polling=0.05)):
        wait_until(lambda: [effect.state for effect in jobs.waiting()] == [State.DELAYED])
        with engine.begin() as connection:
            jobs.retry(connection, "effect-1", "notify")
            jobs.retry(connection, "effect-1", "notify")
        wait_until(lambda: not jobs.waiting())

    assert runs == ["effect-1", "effect-1"]


def test_web_writers_and_the_worker_never_find_the_database_locked(
    engine: sa.Engine, ledger: Ledger, jobs: DurableJobs
) -> None:
    errors: list[Exception] = []

    def write(writer: int) -> None:
        for number in range(10):
            try:
                ask(engine, f"effect-{writer}-{number}")
            except Exception as error:
                errors.append(error)

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
    with running(JobRunner(engine, ledger.record, on_give_up=no_give_up, polling=0.02)):
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        wait_until(lambda: not jobs.waiting())

    assert errors == []
    assert len(ledger.runs()) == len(ledger.done()) == 80


def test_a_worker_that_is_stopped_ends_what_it_runs_and_leaves_the_rest_to_the_next(
    engine: sa.Engine, ledger: Ledger, jobs: DurableJobs
) -> None:
    begun = threading.Event()

    def run_slowly(effect_id: str, name: str) -> None:
        begun.set()
        time.sleep(0.5)
        ledger.record(effect_id, name)

    ask(engine, "effect-1", "effect-2", "effect-3")
    runner = JobRunner(engine, run_slowly, on_give_up=no_give_up, concurrency=1, polling=0.05)
    runner.start()
    assert begun.wait(timeout=10)
    runner.stop(drain=5)
    # Which of them gets the only slot is not promised, only that no more than one does.
    (done,) = ledger.done()
    left = sorted({"effect-1", "effect-2", "effect-3"} - {done})
    assert sorted(effect.effect_id for effect in jobs.waiting()) == left

    with running(JobRunner(engine, ledger.record, on_give_up=no_give_up, polling=0.05)):
        wait_until(lambda: not jobs.waiting())
    assert sorted(ledger.runs()) == ["effect-1", "effect-2", "effect-3"]


def test_scheduled_work_recurs_though_it_fails(engine: sa.Engine) -> None:
    turns: list[float] = []

    def scan() -> None:
        turns.append(time.monotonic())
        raise ValueError("a bad day")

    runner = JobRunner(engine, lambda *_: None, on_give_up=no_give_up)
    runner.every(0.05, scan)
    with running(runner):
        wait_until(lambda: len(turns) >= 3)


def test_the_rows_we_write_are_those_the_library_writes(engine: sa.Engine, jobs: DurableJobs) -> None:
    client = DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
    )
    with engine.begin() as connection:
        jobs.enqueue(connection, "ours", "notify")
        client.enqueue_in_transaction(
            connection,
            {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": "theirs", "app_version": VERSION},
            *("ours", "notify", 1, 0),
        )
    stamps = {"workflow_uuid", "creator_xid", "created_at", "updated_at", "retention_timestamp"}
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    for table in ("workflow_status", "workflow_input"):
        with engine.connect() as connection:
            rows = connection.execute(sa.text(f"SELECT * FROM {schema}{table} ORDER BY workflow_uuid")).mappings()  # noqa: S608
            ours, theirs = ({key: value for key, value in row.items() if key not in stamps} for row in rows)
        # An absent JSON value is null to us, and the JSON text "null" to the library.
        theirs = {key: None if value == "null" else value for key, value in theirs.items()}
        assert ours == theirs


def test_every_table_of_the_library_is_known_as_not_ours(engine: sa.Engine) -> None:
    prepare(engine)
    on_postgresql = engine.dialect.name == "postgresql"
    found = set(sa.inspect(engine).get_table_names(schema="dbos" if on_postgresql else None))
    # On SQLite the library's tables lie beside ours.
    tables = found - {*METADATA.tables, "alembic_version"}

    assert tables <= SYSTEM_TABLES
    assert not any(is_ours(table) for table in tables)
    assert is_ours("effects")


def work(url: str, executor_id: str, dies_in: str) -> None:
    engine = make_engine(url)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    runner = JobRunner(
        engine,
        functools.partial(Ledger(engine).record, dies_in=dies_in),
        on_give_up=no_give_up,
        concurrency=2,
        polling=0.1,
        executor_id=executor_id,
        stale_after=0.5,
    )
    runner.start()
    ended.wait()
    runner.stop(drain=5)


if __name__ == "__main__":
    work(*sys.argv[1:])
