"""Puts what a province configured in force: the folder is proved first, then copied into the database."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection

from portal.actions import rules_of_time
from portal.actions.rules_of_time import CALENDAR, TERRITORY
from portal.catalogue import faults
from portal.catalogue.faults import Fault, Sentence
from portal.catalogue.loader import (
    Package,
    Proofs,
    load_service,
    packages,
    read_life_events,
    sound_packages,
    territory_files,
)
from portal.domain.case import SYSTEM
from portal.domain.consulting import partners_asked
from portal.domain.errors import PortalError
from portal.store import candidates, partners, publications
from portal.store.candidates import Candidate, CandidateState, Origin, Purpose
from portal.store.publications import SERVICE, Publication, Published


class Unsound(PortalError):
    """The folder has faults; each is ``file:line: message``."""

    key = "catalogue.unsound"

    def __init__(self, faults: list[str]) -> None:
        super().__init__()
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)


def read_publications(services_dir: Path, proofs: Proofs | None = None) -> list[Publication]:
    """Everything the folder configures, every version of its services included, proved sound; raises Unsound.

    What ``proofs`` remembers was proved before, and is not proved again.
    """
    try:
        sound = sound_packages(services_dir, proofs)
    except faults.Unsound as unsound:
        raise Unsound([str(fault) for fault in unsound.faults]) from None
    found = [
        Publication(package.digest, SERVICE, package.slug, package.version, dict(package.files)) for package in sound
    ]
    return [*found, *_surroundings(services_dir)]


def _surroundings(services_dir: Path) -> list[Publication]:
    """What the folder configures beside its services."""
    found = [_plain(TERRITORY, TERRITORY, territory_files(services_dir))]
    days_off = services_dir / "calendar.yaml"
    found.append(_plain(CALENDAR, CALENDAR, {days_off.name: days_off.read_text("utf-8")}))
    # Published without a file too, so that one taken away is no longer in force.
    found.append(_plain("life_events", "life_events", read_life_events(services_dir)))
    found.extend(
        _plain("platform", path.stem, {path.name: path.read_text("utf-8")})
        for path in sorted((services_dir / "platforms").glob("*.yaml"))
    )
    return found


def publish_all(
    connection: Connection, found: Sequence[Publication], now: datetime, *, folder_wins: bool = True
) -> list[str]:
    """Publishes what changed; the slugs. A service whose folder is gone is no longer offered; its cases go on.

    A version that is published stays as it is: where the folder has other files under the same number, they are put in
    force only where the ``folder_wins``, as in a demonstration that somebody edits. What was published through the
    studio, and is newer than the folder or in no folder at all, stays in force.
    """
    before = rules_of_time.in_force(connection)
    changed = [item.slug for item in found if item.kind != SERVICE and publications.publish(connection, item, now)]
    offered = {}
    for slug, items in groupby(_services(found), key=lambda item: item.slug):
        offered[slug] = list(items)
        if _publish_service(connection, offered[slug], now, folder_wins):
            changed.append(slug)
    by_digest = {one.digest: one for one in publications.versions(connection)}
    for kind, slug, digest, listed in publications.current(connection):
        if kind == SERVICE and listed and slug not in offered and by_digest[digest].from_folder:
            publications.unlist(connection, kind, slug)
            changed.append(slug)
    rules_of_time.recount_if_changed(connection, before, SYSTEM.id, now)
    return changed


def _services(found: Sequence[Publication]) -> list[Publication]:
    return sorted((one for one in found if one.kind == SERVICE), key=lambda one: (one.slug, one.version))


def _publish_service(connection: Connection, items: list[Publication], now: datetime, folder_wins: bool) -> bool:
    """Keeps the folder's versions of one service that are new, and decides which is in force."""
    latest = items[-1]
    held = publications.versions(connection, latest.slug)
    pointer = publications.in_force(connection, SERVICE, latest.slug, lock=True)
    taken = {one.version for one in held}
    if not folder_wins:
        _show_differing(connection, items, held, now)
    new = {
        item.digest
        for item in items
        if (folder_wins or item.version not in taken) and publications.store(connection, item, now)
    }
    if pointer is None:
        publications.put_in_force(connection, SERVICE, latest.slug, latest.digest)
        return True
    digest, listed = pointer
    standing = next(one for one in held if one.digest == digest)
    wanted = latest.digest if _replaces(latest, standing, new, items, folder_wins) else digest
    if (wanted, True) == (digest, listed):
        return False
    publications.put_in_force(connection, SERVICE, latest.slug, wanted)
    return True


def _show_differing(
    connection: Connection, items: Sequence[Publication], held: Sequence[Published], now: datetime
) -> None:
    """Has the studio show, once, what the folder holds under a number that is published with other files."""
    known = {one.digest for one in held} | {one.digest for one in candidates.listed(connection, items[0].slug)}
    last = max((one.version for one in held), default=0)
    for item in items:
        if item.digest in known or item.version not in {one.version for one in held}:
            continue
        said = Sentence(
            "version %(version)s is published with other files: name the folder v%(next)s",
            version=item.version,
            next=last + 1,
        )
        candidate = Candidate(
            id=uuid.uuid4().hex,
            purpose=Purpose.PUBLISH,
            slug=item.slug,
            version=item.version,
            digest=item.digest,
            origin=Origin.FOLDER,
            state=CandidateState.FAULTY,
            faults=[Fault("service.yaml", 1, said).plain()],
            uploaded_by="",
            uploaded_at=now,
            files=item.files,
        )
        candidates.add(connection, candidate)


def _replaces(
    latest: Publication, standing: Published, new: set[str], items: list[Publication], folder_wins: bool
) -> bool:
    """Whether the folder's latest version takes the place of the one in force.

    One that is not new does not: an earlier version was put back in the studio, and a restart must not undo that.
    """
    if latest.digest == standing.digest:
        return False
    if latest.version > standing.version:
        return latest.digest in new
    if not folder_wins:
        return False
    gone = standing.from_folder and standing.digest not in {item.digest for item in items}
    return latest.version == standing.version or gone


def differences(connection: Connection, services_dir: Path) -> list[str]:
    """Where the folder and what is published differ, each as one line for an operator."""
    return [*_differing_surroundings(connection, services_dir), *_differing_services(connection, services_dir)]


def strangers(connection: Connection, services_dir: Path) -> list[str]:
    """The partners that the newest versions of a sound folder ask for an opinion and that nobody registered, a line for each."""
    known = {one.id for one in partners.listed(connection)}
    newest = {one.slug: one for one in sorted(packages(services_dir), key=lambda package: package.version)}
    lines = []
    for slug, package in sorted(newest.items()):
        definition = load_service(slug, package.files, version=package.version, proved=True)
        lines += [
            f"{slug} asks the partner '{one}' for an opinion, and nobody registered it: portal partner add {one}"
            for one in partners_asked(definition)
            if one not in known
        ]
    return lines


def _differing_surroundings(connection: Connection, services_dir: Path) -> Iterator[str]:
    """The territory, the calendar, the life events and the platforms: of these the folder's are in force after a start."""
    published = {(kind, slug): digest for kind, slug, digest, _ in publications.current(connection)}
    for one in _surroundings(services_dir):
        if published.get((one.kind, one.slug)) != one.digest:
            name = one.slug if one.kind == one.slug else f"{one.kind} {one.slug}"
            yield f"{name}: what the folder says is not published yet"


def _differing_services(connection: Connection, services_dir: Path) -> list[str]:
    folders = {
        slug: {package.version: package for package in versions}
        for slug, versions in groupby(packages(services_dir), key=lambda package: package.slug)
    }
    held: dict[str, list[Publication]] = {}
    lines: list[str] = []
    for kind, slug, digest, listed in publications.current(connection):
        if kind != SERVICE:
            continue
        held[slug] = publications.of_slug(connection, slug)
        standing = next(one for one in held[slug] if one.digest == digest)
        lines += _differences_of(standing, listed, held[slug], folders.get(slug, {}))
    lines += [
        f"{slug}: version {max(versions)} of the folder is not published yet"
        for slug, versions in folders.items()
        if slug not in held
    ]
    return lines


def _differences_of(
    standing: Publication, listed: bool, held: Sequence[Publication], folder: Mapping[int, Package]
) -> list[str]:
    slug, lines = standing.slug, []
    if not folder:
        if not listed:
            return [f"{slug}: the folder is gone; its cases go on, and nobody can start a new one"]
        return [f"{slug}: version {standing.version} was published in the studio, and the folder does not have it"]
    for version, package in sorted(folder.items()):
        published = [one for one in held if one.version == version]
        if not published:
            lines.append(f"{slug}: version {version} of the folder is not published yet")
        elif dict(package.files) not in [dict(one.files) for one in published]:
            lines.append(
                f"{slug}: version {version} is published with other files than {package.folder} has; "
                "a published version never changes: give the folder's files the next number"
            )
    if standing.version > max(folder):
        lines.append(
            f"{slug}: version {standing.version} was published in the studio, and the folder ends with "
            f"version {max(folder)}: `portal export {slug}` writes it out"
        )
    lines += [
        f"{slug}: version {one.version} is published, and the folder does not have it: "
        f"`portal export {slug} --version {one.version}` writes it out"
        for one in held
        if one.version not in folder and one.digest != standing.digest
    ]
    if standing.version < max(folder) and any(one.version == max(folder) for one in held):
        lines.append(f"{slug}: version {standing.version} was put back in force; the folder has {max(folder)} as well")
    return lines


def _plain(kind: str, slug: str, files: Mapping[str, str]) -> Publication:
    body = kind + slug + "".join(f"\0{path}\0{text}" for path, text in sorted(files.items()))
    return Publication(sha256(body.encode()).hexdigest()[:32], kind, slug, 1, files)
