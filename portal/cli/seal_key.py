"""The keys that the seals in QR codes are made with: they need no authority, so that operators change them themselves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from portal.adapters.sealing import keys
from portal.cli.context import Json, fail, show_json, writing
from portal.ports import Unreachable
from portal.settings import Settings

seal_key_app = typer.Typer(no_args_is_help=True, help="The keys that the seals in QR codes are made with.")

MOST_DAYS = 90


@seal_key_app.command("new")
def new(
    in_days: Annotated[
        int, typer.Option(min=0, max=MOST_DAYS, help="Publish it now, and seal with it so many days later.")
    ] = 0,
) -> None:
    """Make a key: seals are made with it, and those made with earlier ones stay readable."""
    folder, now = Settings().data_dir / "keys", datetime.now(UTC)
    with writing(folder), _told():
        made = keys.add_key(folder, now, now + timedelta(days=in_days))
    print(f"{made.kid.hex()} seals from {_day(made.since)} on" if in_days else f"{made.kid.hex()} seals from now on")


@seal_key_app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys, the oldest first: since when each is used, and which are no longer believed."""
    with _told():
        kept = keys.read_keys(Settings().data_dir / "keys")
    current = keys.in_use(kept, datetime.now(UTC))
    lines = [
        {
            "key": one.kid.hex(),
            "since": one.key.since.isoformat(),
            "withdrawn": one.withdrawn.isoformat() if one.withdrawn else None,
            "in_use": one is current,
        }
        for one in kept
    ]
    if as_json:
        show_json(lines)
    for one in [] if as_json else kept:
        state = "in use" if one is current else f"withdrawn {_day(one.withdrawn)}" if one.withdrawn else ""
        print("\t".join(part for part in (one.kid.hex(), f"since {_day(one.key.since)}", state) if part))


@seal_key_app.command("withdraw")
def withdraw(
    key: Annotated[str, typer.Argument(help="The key, as `portal seal-key list` shows it.")],
) -> None:
    """Have no seal believed any more that was made with a key: somebody else may have got hold of it."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}", key):
        fail(f"'{key}' is not the name of a key, such as 1f4c09ab")
    folder = Settings().data_dir / "keys"
    try:
        with writing(folder), _told():
            keys.withdraw_key(folder, bytes.fromhex(key), datetime.now(UTC))
    except keys.NoSuchKey:
        fail(f"there is no key {key} that is believed")
    except keys.InUse:
        fail(f"{key} is in use: make another first, with `portal seal-key new`")
    print(f"{key} is withdrawn: seals made with it are no longer read")


@contextmanager
def _told() -> Iterator[None]:
    """Turns what is wrong with the keys into one line."""
    try:
        yield
    except Unreachable as fault:
        fail(str(fault))


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment else ""
