"""Publishes the public log at the terminal, and gives its heads and proofs out to be kept elsewhere."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from portal.actions import transparency
from portal.cli.context import Json, fail, open_portal, show_json, told
from portal.store import log

log_app = typer.Typer(no_args_is_help=True, help="The public log: see docs/transparency.md.")


@log_app.command("publish")
def publish(as_json: Json = False) -> None:
    """Enter at once what waits, and publish a head of it, as the worker does every hour."""
    _, deps = open_portal()
    with told():
        done = transparency.publish(deps)
        with deps.reading() as work:
            size = log.size_of(work.connection)
    head = done.head
    if as_json:
        latest = None if head is None else transparency.head_data(head)
        show_json({"appended": done.appended, "stamped": done.stamped, "head": latest})
    if size and (head is None or head.size != size):
        fail(f"{done.appended} entries were appended, but no key could sign the head of the log's {size}")
    if as_json:
        return
    if head is None:
        print("nothing has entered the log yet")
        return
    stamp = "time-stamped" if head.timestamp else "not time-stamped yet"
    print(f"{done.appended} entries appended")
    print(f"the head of {head.size} entries: {head.root.hex()}, {stamp}")


@log_app.command("head")
def show_head(
    size: Annotated[int | None, typer.Option(help="The head of so many entries; the latest by default.")] = None,
) -> None:
    """Print a head as JSON, to be kept where nobody here can change it, for `portal audit --head`."""
    _, deps = open_portal()
    with told(), deps.reading() as work:
        head = log.latest(work.connection) if size is None else log.head_of(work.connection, size)
    if head is None:
        fail("no head was published yet" if size is None else f"no head of {size} entries was published")
    show_json(transparency.head_data(head))


@log_app.command("proof")
def proof(
    file: Annotated[Path, typer.Argument(help="A PDF that this portal issued.")],
    revoked: Annotated[bool, typer.Option("--revoked", help="The place of the document's revocation.")] = False,
) -> None:
    """Print a document's place in the log with its proof, as JSON."""
    if not file.is_file():
        fail(f"there is no file {file}")
    _, deps = open_portal()
    with told(), deps.reading() as work:
        find = transparency.place_of_end if revoked else transparency.place_of
        place = find(work, hashlib.sha256(file.read_bytes()).hexdigest())
    if place is None:
        fail(f"no published head of the log tells of {'a revocation of ' if revoked else ''}{file}")
    show_json(transparency.proof_data(place))
