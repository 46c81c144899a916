"""Raises signatures at the terminal, instead of at night."""

from datetime import UTC, datetime, timedelta

import typer

from portal.actions.archive_turns import archive_now
from portal.cli.context import Json, open_portal, show_json, told
from portal.store.archiving import counts


def archive(as_json: Json = False) -> None:
    """Raise every signature to PAdES B-LTA now, and renew what has aged; exit status 1 where something has to wait."""
    settings, deps = open_portal()
    with told():
        done = archive_now(
            deps, renewal=timedelta(days=settings.archive_renewal_days), at_once=settings.job_concurrency
        )
        with deps.reading() as work:
            waiting, _ = counts(work.connection, datetime.now(UTC))
    left = {level.value: count for level, count in waiting.items()}
    if as_json:
        show_json(
            {
                "raised": done.raised,
                "renewed": done.renewed,
                "left": done.left,
                "waiting": left,
                "stopped_by": done.stopped_by,
            }
        )
    else:
        print(f"{done.raised} raised, {done.renewed} renewed, {sum(left.values())} waiting")
        if done.left:
            print(f"{done.left} could not be raised: see portal jobs list")
        if done.stopped_by:
            print(f"the rest has to wait: {done.stopped_by}")
    if done.left or done.stopped_by:
        raise typer.Exit(1)
