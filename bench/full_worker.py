"""The worker with a press that lays each document out in full: what reusing pages is compared with."""

from portal import logs
from portal.settings import Settings
from portal.wiring import wire, wire_press, with_press
from portal.worker import make_runner, run


def main() -> None:
    logs.set_up()
    settings = Settings()
    press = wire_press(settings, reuse=False)
    deps = with_press(wire(settings), press)
    runner = make_runner(
        deps,
        deps.store.engine,
        delays=settings.retry_delays,
        concurrency=settings.job_concurrency,
        polling=settings.job_polling,
        name=settings.worker_name,
    )
    press.start()
    try:
        run(runner)
    finally:
        press.close()


if __name__ == "__main__":
    main()
