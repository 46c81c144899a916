"""Audits the journals and the public log at the terminal."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from portal.actions.audit import audit as find_breaks
from portal.actions.audit_log import NotAHead, read_heads
from portal.cli.context import Json, fail, open_portal, show_json, told
from portal.ports import Unreachable
from portal.store import log
from portal.store.journal import Break
from portal.store.log import Head

STDIN = Path("-")


def audit(
    head: Annotated[
        list[Path] | None,
        typer.Option(
            "--head",
            help="A saved head of the log that it must go on from, as /transparency/head.json or `portal log head` gave "
            "it, or a file of several; - for standard input. May be repeated.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check journals, register and public log; exit status 1 if anything was edited, removed, reordered or cut off.

    A case whose journal contradicts itself is flagged: nothing more is done to it until the journal is sound again.
    Whoever may write to the database could make the log anew as well: only heads saved elsewhere prove that nobody did.
    """
    saved = [one for path in head or () for one in _read(path)]
    _, deps = open_portal()
    with told():
        try:
            breaks = list(find_breaks(deps, saved))
        except Unreachable as fault:
            fail(f"the heads of the log cannot be checked: {fault}")
        with deps.reading() as work:
            entries = log.size_of(work.connection)
    if as_json:
        show_json([_plain(one) for one in breaks])
    for one in [] if as_json else breaks:
        print(f"{one.reference}: {f'{one.at} {one.position}: ' if one.at else ''}{one.problem}")
    if breaks:
        raise typer.Exit(1)
    if as_json:
        return
    print("every journal holds, and the register of documents")
    if entries:
        print(f"the log holds, with {entries} entries")
    for known in saved:
        print(f"it goes on from the head of {known.size} entries of {known.at:%Y-%m-%d %H:%M} UTC")


def _read(path: Path) -> list[Head]:
    try:
        return read_heads(sys.stdin.buffer.read() if path == STDIN else path.read_bytes())
    except NotAHead:
        fail(f"{path} is no saved head of the log")
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror or type(error).__name__}")


def _plain(found: Break) -> dict[str, Any]:
    place = {found.at: found.position} if found.at else {}
    return {"reference": found.reference, **place, "problem": found.problem}
