"""Runs the worker's process: ``python -m portal.working``. Imports nothing it does not run itself."""

import sys
from datetime import timedelta

from portal import logs
from portal.adapters.own_memory import keep_memory_private
from portal.settings import Settings
from portal.wiring import wire, wire_press, with_press
from portal.worker import make_runner, run


def work(*, reuse: bool = True) -> None:
    """Carries out what there is to do until told to stop; ``reuse`` as in ``wire_press``."""
    keep_memory_private()
    logs.set_up(readable=sys.stderr.isatty())
    settings = Settings()
    press = wire_press(settings, reuse=reuse)
    deps = with_press(wire(settings), press)
    runner = make_runner(
        deps,
        deps.store.engine,
        delays=settings.retry_delays,
        concurrency=settings.job_concurrency,
        polling=settings.job_polling,
        name=settings.worker_name,
        renewal=timedelta(days=settings.archive_renewal_days),
    )
    press.start()
    try:
        run(runner)
    finally:
        press.close()


if __name__ == "__main__":
    work()
