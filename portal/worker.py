"""The worker: carries out what changes of cases asked for and what time brings about, and tidies up."""

import signal
import threading
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import Engine

from portal.actions.archive_turns import RENEWAL, take_turn
from portal.actions.deps import Deps
from portal.actions.effects import give_up, run_effect, wait_on
from portal.actions.figures import count_years
from portal.actions.recounting import recount
from portal.actions.tidy import tidy
from portal.actions.timers import sweep
from portal.actions.transparency import publish
from portal.adapters.jobs import JobRunner, Retries

log = structlog.get_logger("portal.worker")

MINUTE = 60
"""Seconds: a change of the calendar reaches the open cases within a few minutes."""

QUARTER_OF_AN_HOUR = 900
"""Seconds: timers count in days, so that nobody waits for one that fires a few minutes late."""

TEN_MINUTES = 600
"""Seconds: what was signed while the time-stamping authority was away is stamped soon after it is back."""

HOUR = 3600
"""Seconds: the yearly figures are counted within the hour in which the month has begun, the public log grows by the hour."""


def make_runner(
    deps: Deps,
    engine: Engine,
    *,
    delays: tuple[float, ...],
    concurrency: int,
    polling: float,
    name: str = "worker",
    renewal: timedelta = RENEWAL,
) -> JobRunner:
    """A runner over these parts; ``delays`` are the seconds before each further try.

    ``renewal`` is how long after its latest time stamp a document is given another.
    """
    runner = JobRunner(
        engine,
        partial(run_effect, deps),
        on_give_up=partial(give_up, deps),
        on_wait=partial(wait_on, deps),
        retries=Retries(unreachable=delays, failed=delays[:3]),
        concurrency=concurrency,
        polling=polling,
        executor_id=name,
    )
    runner.every(HOUR, partial(tidy, deps))
    runner.every(QUARTER_OF_AN_HOUR, partial(_sweep, deps))
    runner.every(MINUTE, partial(_recount, deps))
    runner.every(HOUR, partial(_count_years, deps))
    runner.every(HOUR, partial(_publish_log, deps))
    runner.every(TEN_MINUTES, partial(_archive, deps, runner, renewal, at_once=concurrency))
    return runner


def _sweep(deps: Deps) -> None:
    done = sweep(deps)
    if done:
        log.info("timers", steps=done)


def _recount(deps: Deps) -> None:
    while (done := recount(deps)) is not None:
        log.info("recount", cause=done.cause, checked=done.checked, moved=done.moved, failed=done.failed)


def _count_years(deps: Deps) -> None:
    done = count_years(deps)
    if done:
        log.info("yearly figures", years=done)


def _publish_log(deps: Deps) -> None:
    done = publish(deps)
    if done.appended or done.stamped:
        log.info("public log", appended=done.appended, stamped=done.stamped, size=done.head.size if done.head else 0)


def _archive(deps: Deps, runner: JobRunner, renewal: timedelta, at_once: int) -> None:
    done = take_turn(deps, renewal=renewal, at_once=at_once, go_on=lambda: not runner.stopping)
    if done.raised or done.renewed or done.left:
        log.info("archive", raised=done.raised, renewed=done.renewed, left=done.left)


def run(runner: JobRunner) -> None:
    """Works until told to stop, then lets what is under way end."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    runner.start()
    log.info("worker started")
    stopping.wait()
    runner.stop()
    log.info("worker stopped")
