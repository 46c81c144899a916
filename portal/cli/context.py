"""What every command needs: settings, parts, and one clear line where something is wrong."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import orjson
import typer
from sqlalchemy.exc import DBAPIError

from portal import logs
from portal.actions.deps import Deps
from portal.domain.errors import Unavailable
from portal.migrations import is_current
from portal.settings import Settings
from portal.wiring import NotConfigured, wire


def fail(message: str) -> NoReturn:
    """One line on standard error, exit status 1."""
    print(f"portal: {message}", file=sys.stderr)
    raise typer.Exit(1)


UNAVAILABLE = "the signing certificates or the keys of seals cannot be read, or the machine was too busy: try again"
"""What is to be done where something that is needed to look at a document does not answer."""

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@contextmanager
def told() -> Iterator[None]:
    """Turns what an operator can mend into one line."""
    try:
        yield
    except NotConfigured as missing:
        fail(str(missing))
    except Unavailable:
        fail(UNAVAILABLE)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if error.orig else type(error).__name__
        fail(f"the database does not answer: {reason}")


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turns a file that cannot be written into one line."""
    try:
        yield
    except OSError as error:
        fail(f"{target} cannot be written: {error.strerror or type(error).__name__}")


def open_portal(*, migrated: bool = True) -> tuple[Settings, Deps]:
    """The settings and the parts; with ``migrated``, stops unless the database has this version's schema."""
    logs.set_up(readable=sys.stderr.isatty())
    settings = Settings()
    with told():
        deps = wire(settings)
        if migrated and not is_current(deps.store.engine):
            fail("the database is not migrated to this version: run `portal migrate`")
    return settings, deps


def show_json(value: object) -> None:
    """For machines: one JSON document on standard output."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
