"""`portal publish` and `portal export`, and what `portal check` says of the folder and the database."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from portal.actions import publish as publishing
from portal.actions.candidates import exported
from portal.catalogue.loader import Proofs
from portal.cli.context import Json, fail, open_portal, show_json, told, writing
from portal.migrations import is_current
from portal.settings import Settings
from portal.store import publications
from portal.store.publications import SERVICE, Publication
from portal.wiring import SystemClock, wire_engine


def publish_folder(settings: Settings) -> list[str]:
    """Publishes what is new in the configured folder, and tells where it differs; refuses one with faults."""
    try:
        found = publishing.read_publications(settings.services_dir, Proofs.kept_in(settings.data_dir))
    except publishing.Unsound as unsound:
        print(unsound, file=sys.stderr)
        fail("the configured services have faults: nothing was started")
    engine = wire_engine(settings)
    with told(), engine.begin() as connection:
        changed = publishing.publish_all(connection, found, SystemClock().now(), folder_wins=settings.demo)
        lines = publishing.differences(connection, settings.services_dir)
    engine.dispose()
    for line in lines:
        print(f"portal: {line}", file=sys.stderr)
    return changed


def notes(settings: Settings, folder: Path | None) -> list[str]:
    """What the database says of a sound folder; nothing where there is none yet.

    Where the configured folder (None) differs from what is published, and of any the partners that nobody registered.
    """
    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).is_file():
        # Asking would make an empty one.
        return []
    engine = wire_engine(settings)
    try:
        if not is_current(engine):
            return []
        with engine.connect() as connection:
            differing = publishing.differences(connection, settings.services_dir) if folder is None else []
            return [*differing, *publishing.strangers(connection, folder or settings.services_dir)]
    except DBAPIError:
        # The folder can be proved without a database: it need not answer for that.
        return []
    finally:
        engine.dispose()


def publish(as_json: Json = False) -> None:
    """Put in force what is new in the configured folder. Whoever starts the portal does the same."""
    settings, _ = open_portal()
    changed = publish_folder(settings)
    if as_json:
        show_json(changed)
    else:
        print("\n".join(changed) if changed else "nothing is new")


def export(
    slug: Annotated[str, typer.Argument(help="The service, by the name of its folder.")],
    folder: Annotated[Path, typer.Argument(help="Where the folder of the version is written.")],
    version: Annotated[int | None, typer.Option(help="The version; the one in force by default.")] = None,
) -> None:
    """Write a published version out as the folder it came from, byte for byte."""
    _, deps = open_portal()
    with told(), deps.reading() as work:
        found = _published(work.connection, slug, version)
    target = folder / slug / f"v{found.version}"
    if target.exists():
        fail(f"{target} is there already: name another folder")
    with writing(target):
        for name, content in exported(slug, found.version, found.files).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    print(target)


def _published(connection: Connection, slug: str, version: int | None) -> Publication:
    held = publications.of_slug(connection, slug)
    if not held:
        fail(f"there is no service {slug}")
    pointer = publications.in_force(connection, SERVICE, slug)
    standing = next((one for one in held if pointer and one.digest == pointer[0]), held[-1])
    if version is None or standing.version == version:
        return standing
    found = [one for one in held if one.version == version]
    if not found:
        fail(f"there is no version {version} of {slug}: there are {', '.join(str(one.version) for one in held)}")
    return found[-1]
