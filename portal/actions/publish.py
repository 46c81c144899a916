"""Puts what a province configured in force: the folder is proved first, then copied into the database."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from portal.catalogue.loader import Package, check_folder, load_all, read_folder, read_life_events
from portal.domain.errors import PortalError
from portal.domain.service import ServiceDefinition
from portal.store import publications
from portal.store.publications import Publication


class Unsound(PortalError):
    """The folder has faults; each is ``file:line: message``."""

    key = "catalogue.unsound"

    def __init__(self, faults: list[str]) -> None:
        super().__init__()
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)


def read_publications(services_dir: Path) -> list[Publication]:
    """Everything the folder configures, proved sound; raises Unsound."""
    faults = [str(fault) for fault in check_folder(services_dir)]
    if faults:
        raise Unsound(faults)
    found = [
        Publication(definition.digest, "service", package.slug, package.version, dict(package.files))
        for package, definition in _latest(services_dir)
    ]
    found.append(_plain("territory", "territory", read_folder(services_dir / "territory")))
    calendar = services_dir / "calendar.yaml"
    found.append(_plain("calendar", "calendar", {calendar.name: calendar.read_text("utf-8")}))
    # Published without a file too, so that one taken away is no longer in force.
    found.append(_plain("life_events", "life_events", read_life_events(services_dir)))
    found.extend(
        _plain("platform", path.stem, {path.name: path.read_text("utf-8")})
        for path in sorted((services_dir / "platforms").glob("*.yaml"))
    )
    return found


def _latest(services_dir: Path) -> list[tuple[Package, ServiceDefinition]]:
    """The highest version of each service: the one put in force."""
    latest = {package.slug: (package, definition) for package, definition in load_all(services_dir)}
    return [latest[slug] for slug in sorted(latest)]


def publish_all(connection: Connection, found: list[Publication], now: datetime) -> list[str]:
    """Publishes what changed; the slugs. A service whose folder is gone is no longer offered; its cases go on."""
    changed = [item.slug for item in found if publications.publish(connection, item, now)]
    offered = {item.slug for item in found if item.kind == "service"}
    for kind, slug, _digest, listed in publications.current(connection):
        if kind == "service" and listed and slug not in offered:
            publications.unlist(connection, kind, slug)
            changed.append(slug)
    return changed


def _plain(kind: str, slug: str, files: Mapping[str, str]) -> Publication:
    body = kind + slug + "".join(f"\0{path}\0{text}" for path, text in sorted(files.items()))
    return Publication(sha256(body.encode()).hexdigest()[:32], kind, slug, 1, files)
