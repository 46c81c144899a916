"""Closes the portal for a while, and opens it again."""

from typing import Annotated

import typer

from portal.cli.context import fail
from portal.http.maintenance import FILE, HOUR
from portal.settings import Settings

maintenance_app = typer.Typer(no_args_is_help=True, help="Close the portal for a while, with a page that says so.")


@maintenance_app.command("on")
def on(
    until: Annotated[str, typer.Option(help="The hour at which it opens again, such as 14:30.")] = "",
) -> None:
    """Close the portal: every page and interface answers 503 within a second or two."""
    hour = until.strip()
    if hour and not HOUR.fullmatch(hour):
        fail(f"'{until}' is not an hour such as 14:30")
    file = Settings().data_dir / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    # Put in place whole: a web process may look at it at any moment.
    new = file.with_name(f"{FILE}.new")
    new.write_text(hour + "\n" if hour else "", encoding="utf-8")
    new.replace(file)
    print(f"the portal is closed until {hour}" if hour else "the portal is closed")
    print("open it again with: portal maintenance off")


@maintenance_app.command("off")
def off() -> None:
    """Open the portal again."""
    (Settings().data_dir / FILE).unlink(missing_ok=True)
    print("the portal is open")
