"""Loads a province's services from their folder, proved sound one by one and then together."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from portal.catalogue.across import prove_across, twice
from portal.catalogue.calendar import FILE as CALENDAR
from portal.catalogue.calendar import load_office
from portal.catalogue.faults import Fault, Sentence, Unsound
from portal.catalogue.life_events import FILE as LIFE_EVENTS
from portal.catalogue.life_events import load_life_events
from portal.catalogue.platforms import faults_of_platforms, looked_up
from portal.catalogue.proof_cache import Proofs, key_of, prover
from portal.catalogue.service_files import TEXTS, Files, Package, digest_of, read_folder
from portal.catalogue.territory import load_territory
from portal.catalogue.versions import load_examples, load_service
from portal.domain.life_events import LifeEvent
from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory

__all__ = [
    "SLUG",
    "VERSION",
    "Files",
    "Package",
    "Proofs",
    "check_folder",
    "digest_of",
    "load_all",
    "load_examples",
    "load_service",
    "packages",
    "platforms_of",
    "read_folder",
    "read_life_events",
    "read_territory",
    "sound_packages",
    "territory_files",
]

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERSION = re.compile(r"v([1-9][0-9]{0,3})")
CATALOGUE, TERRITORY, PLATFORMS = "catalogue", "territory", "platforms"


def packages(services: Path | str) -> tuple[Package, ...]:
    """Every version of every service below a services folder, in order; raises Unsound naming a misplaced folder."""
    found, faults = _look_for_packages(Path(services))
    if faults:
        raise Unsound(faults)
    return tuple(found)


def territory_files(services: Path | str) -> Files:
    """The files of a services folder's territory, the emblems of its units among them."""
    return read_folder(Path(services) / TERRITORY, suffixes=(*TEXTS, ".svg"))


def read_territory(services: Path | str) -> Territory:
    """The territory of a services folder; raises Unsound, its faults seen from outside the folder."""
    folder = Path(services) / TERRITORY
    try:
        return load_territory(territory_files(services))
    except Unsound as unsound:
        raise Unsound(fault.under(str(folder)) for fault in unsound.faults) from None


def platforms_of(services: Path | str) -> Mapping[str, frozenset[str]]:
    """The platforms a services folder connects to, and what each can be asked of a person."""
    files = sorted((Path(services) / PLATFORMS).glob("*.yaml"))
    return {file.stem: looked_up(file.read_text(encoding="utf-8-sig")) for file in files}


def load_all(services: Path | str, proofs: Proofs | None = None) -> tuple[tuple[Package, ServiceDefinition], ...]:
    """Every service of a folder, proved sound; raises Unsound with the faults of all of them.

    What ``proofs`` remembers was proved before: it is only read.
    """
    proofs = proofs or Proofs()
    found, loaded = _prove(Path(services), proofs)
    if loaded is None:
        loaded = [(one, load_service(one.slug, one.files, version=one.version, proved=True)) for one in found]
    return tuple(loaded)


def sound_packages(services: Path | str, proofs: Proofs | None = None) -> tuple[Package, ...]:
    """Every version of a folder, proved sound, its files alone; quick where ``proofs`` remembers all of them."""
    found, _ = _prove(Path(services), proofs or Proofs())
    return tuple(found)


def check_folder(services: Path | str, proofs: Proofs | None = None) -> list[Fault]:
    """Everything that is wrong with a services folder; an empty list when the portal can start on it."""
    try:
        sound_packages(services, proofs)
    except Unsound as unsound:
        return list(unsound.faults)
    return []


def _prove(root: Path, proofs: Proofs) -> tuple[list[Package], list[tuple[Package, ServiceDefinition]] | None]:
    """The versions of a folder, and what they declare where any of it had to be proved; raises Unsound."""
    found, faults = _look_for_packages(root)
    around, others = _surroundings(root)
    whole = key_of(around, others, *(f"{one.slug} {one.version} {one.digest}" for one in found))
    if not faults and whole in proofs:
        return found, None
    loaded = _prove_all(root, found, faults, around, proofs)
    proofs.add(whole)
    proofs.keep()
    return found, loaded


def _prove_all(
    root: Path, found: list[Package], faults: list[Fault], around: str, proofs: Proofs
) -> list[tuple[Package, ServiceDefinition]]:
    territory: Territory | None = None
    try:
        territory = read_territory(root)
    except Unsound as unsound:
        faults += unsound.faults
    faults += _faults_of_calendar(root, territory)
    faults += twice(found)
    slugs = {package.slug for package in found}
    platforms = platforms_of(root)
    loaded: list[tuple[Package, ServiceDefinition]] = []
    for package in found:
        key = key_of(around, package.slug, str(package.version), package.digest)
        proved = key in proofs
        try:
            definition = load_service(
                package.slug,
                package.files,
                version=package.version,
                territory=territory,
                platforms=platforms,
                proved=proved,
            )
        except Unsound as unsound:
            faults += [fault.under(package.folder) for fault in unsound.faults]
            continue
        loaded.append((package, definition))
        if territory is not None:
            proofs.add(key)
    # One service being wrong does not make the others be proved again.
    proofs.keep()
    definitions = [definition for _, definition in loaded]
    events, faults_of_events = _life_events(root, slugs, definitions if len(definitions) == len(found) else None)
    faults += faults_of_events
    faults += prove_across(loaded, slugs, events)
    faults += faults_of_platforms(root / PLATFORMS, definitions, slugs)
    if faults:
        raise Unsound(faults)
    return loaded


def _surroundings(root: Path) -> tuple[str, str]:
    """What the proof of each version depends on beside its files, and what that of all of them together does."""
    around = key_of(prover(), *_texts_of(root, f"{TERRITORY}/**/*.*"), *_texts_of(root, f"{PLATFORMS}/*.yaml"))
    return around, key_of(*_texts_of(root, CALENDAR), *_texts_of(root, LIFE_EVENTS))


def _texts_of(root: Path, pattern: str) -> Iterator[str]:
    for file in sorted(root.glob(pattern)):
        yield file.name
        with suppress(OSError):
            yield hashlib.sha256(file.read_bytes()).hexdigest()


def _faults_of_calendar(root: Path, territory: Territory | None) -> list[Fault]:
    file = root / CALENDAR
    if not file.is_file():
        return [Fault(str(file), 1, Sentence("the province needs %(file)s", file=CALENDAR))]
    try:
        units = None if territory is None else {unit.id for unit in territory.units}
        load_office(file.read_text(encoding="utf-8-sig"), units)
    except Unsound as unsound:
        return [fault.under(str(root)) for fault in unsound.faults]
    return []


def read_life_events(services: Path | str) -> Files:
    """The file of the life events, none where a province has not written any."""
    file = Path(services) / LIFE_EVENTS
    return {LIFE_EVENTS: file.read_text(encoding="utf-8-sig")} if file.is_file() else {}


def _life_events(
    root: Path, slugs: Collection[str], definitions: Iterable[ServiceDefinition] | None
) -> tuple[frozenset[str] | None, list[Fault]]:
    """The ids of the life events, None in a province that has not written any, and what is wrong with their file."""
    events: tuple[LifeEvent, ...] | None = None
    # Which events a service that cannot be loaded lists itself under is not known.
    joined = None if definitions is None else {event for one in definitions for event in one.life_events}
    try:
        for text in read_life_events(root).values():
            events = load_life_events(text, slugs, joined)
    except UnicodeDecodeError:
        return None, [Fault(str(root / LIFE_EVENTS), 1, Sentence("the file is not UTF-8 text"))]
    except Unsound as unsound:
        return None, [fault.under(str(root)) for fault in unsound.faults]
    return None if events is None else frozenset(event.id for event in events), []


def _look_for_packages(root: Path) -> tuple[list[Package], list[Fault]]:
    found: list[Package] = []
    faults: list[Fault] = []
    for folder in _folders(root / CATALOGUE):
        if not SLUG.fullmatch(folder.name):
            said = Sentence("a service's folder is named in small letters a-z, digits and dashes")
            faults.append(Fault(str(folder), 1, said))
        versions = list(_folders(folder))
        if not versions:
            faults.append(Fault(str(folder), 1, Sentence("a service needs a version: a folder v1 with its files")))
        for inner in versions:
            if not (number := VERSION.fullmatch(inner.name)):
                faults.append(Fault(str(inner), 1, Sentence("a version's folder is named v1, v2, …")))
                continue
            try:
                found.append(Package(folder.name, int(number[1]), str(inner), read_folder(inner, exactly=True)))
            except Unsound as unsound:
                faults += [fault.under(str(inner)) for fault in unsound.faults]
    return sorted(found, key=lambda package: (package.slug, package.version)), faults


def _folders(parent: Path) -> Iterator[Path]:
    if parent.is_dir():
        yield from sorted(
            child for child in parent.iterdir() if child.is_dir() and not child.name.startswith((".", "_"))
        )
