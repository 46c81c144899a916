"""A worker as `portal worker` makes it, in a process of its own, but for the slow drawing and signing of documents.

``python -m tests.support.plain_worker``; its settings come from the environment, as the command's do.
"""

from dataclasses import replace
from datetime import UTC, datetime

from portal import logs
from portal.adapters.press import HandPress
from portal.adapters.sealing.keys import ensure_key
from portal.settings import Settings
from portal.wiring import wire
from portal.worker import make_runner, run
from tests.support.portal import PlainRenderer, PlainSigner


def main() -> None:
    logs.set_up()
    settings = Settings()
    ensure_key(settings.data_dir / "keys", datetime.now(UTC))
    renderer, signer = PlainRenderer(), PlainSigner()
    deps = replace(wire(settings), renderer=renderer, signer=signer, press=HandPress(renderer, signer))
    runner = make_runner(
        deps,
        deps.store.engine,
        delays=settings.retry_delays,
        concurrency=settings.job_concurrency,
        polling=settings.job_polling,
    )
    run(runner)


if __name__ == "__main__":
    main()
