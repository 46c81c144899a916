"""Loads a service from its files, wherever these lie: a folder, or the copy published in the database."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.catalogue.calendar import FILE as CALENDAR
from portal.catalogue.calendar import load_calendar
from portal.catalogue.conditions import Declared
from portal.catalogue.examples import FOLDER, Example, read_example
from portal.catalogue.faults import Fault, Unsound
from portal.catalogue.flow import FILE as WORKFLOW
from portal.catalogue.flow import read_flow
from portal.catalogue.flow_proofs import prove_flow
from portal.catalogue.form import FILE as FORM
from portal.catalogue.form import declare, read_form
from portal.catalogue.life_events import FILE as LIFE_EVENTS
from portal.catalogue.life_events import load_life_events
from portal.catalogue.platforms import faults_of_platforms
from portal.catalogue.proofs import prove
from portal.catalogue.reading import Reading, Section
from portal.catalogue.sheet import FILE as SHEET
from portal.catalogue.sheet import read_sheet
from portal.catalogue.story import run_example
from portal.catalogue.territory import load_territory, uncovered
from portal.catalogue.yaml_source import MAX_BYTES, Node, parse
from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory

Files = Mapping[str, str]
"""The texts of a folder, by their path inside it."""

DIGEST_LENGTH = 32
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERSION = re.compile(r"v([1-9][0-9]{0,3})")
TEXTS = frozenset({".yaml", ".csv"})
CATALOGUE, TERRITORY, PLATFORMS = "catalogue", "territory", "platforms"


@dataclass(frozen=True)
class Package:
    """The files of one version of one service, and the folder they were read from."""

    slug: str
    version: int
    folder: str
    files: Files


def read_folder(path: Path | str) -> Files:
    """The texts below a folder, by their path inside it; raises Unsound for one that is too large or no UTF-8."""
    root = Path(path)
    files: dict[str, str] = {}
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root).as_posix()
        if file.suffix not in TEXTS or not file.is_file():
            continue
        # The size is asked first: a huge file must not be read to be refused.
        if file.stat().st_size > MAX_BYTES:
            raise Unsound([Fault(name, 1, f"the file is larger than {MAX_BYTES // 1024} KB")])
        try:
            files[name] = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise Unsound([Fault(name, 1, "the file is not UTF-8 text")]) from None
    return files


def digest_of(files: Files) -> str:
    """The name of exactly these files: 32 hexadecimal digits of a SHA-256 over their sorted paths and texts."""
    whole = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode()
            # The length in front keeps a path from running into a text.
            whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()[:DIGEST_LENGTH]


def load_service(
    slug: str,
    files: Files,
    *,
    version: int = 1,
    territory: Territory | None = None,
    platforms: Collection[str] | None = None,
    proved: bool = False,
) -> ServiceDefinition:
    """The service these files declare, proved sound; raises Unsound with everything that is wrong with it.

    Without a ``territory`` the proofs about places and units are left out, without ``platforms`` those about
    platforms. A version already published is ``proved``: it is only read, for neither a change in the province nor a
    proof added since may make the cases filed under it unreadable.
    """
    reading = Reading()
    nodes = _parse_all(files, reading)
    declared = declare(nodes[FORM])
    definition = _define(slug, version, digest_of(files), nodes, declared, reading)
    if proved:
        reading.stop_if_any()
        return definition
    examples = [read_example(name, node, reading) for name, node in nodes.items() if name.startswith(FOLDER)]
    reading.stop_if_any()
    prove(definition, reading, platforms)
    prove_flow(definition, reading, platforms)
    if territory and (message := uncovered(territory, definition.authority.kinds)):
        reading.fault_at("authority", "", message)
    if territory and territory.map is None:
        for field in definition.fields.values():
            if field.type == "point":
                reading.fault_at(
                    "field", field.id, "a question of type point needs the map of the province, territory/map.yaml"
                )
    reading.stop_if_any()
    for example in examples:
        run_example(definition, example, territory, reading)
    reading.stop_if_any()
    return definition


def load_examples(files: Files) -> tuple[Example, ...]:
    """The examples of a service, for those who want to play them; raises Unsound."""
    reading = Reading()
    names = [name for name in sorted(files) if name.startswith(FOLDER)]
    examples = tuple(read_example(name, parse(name, files[name]), reading) for name in names)
    reading.stop_if_any()
    return examples


def packages(services: Path | str) -> tuple[Package, ...]:
    """Every version of every service below a services folder, in order; raises Unsound naming a misplaced folder."""
    found, faults = _look_for_packages(Path(services))
    if faults:
        raise Unsound(faults)
    return tuple(found)


def read_territory(services: Path | str) -> Territory:
    """The territory of a services folder; raises Unsound, its faults seen from outside the folder."""
    folder = Path(services) / TERRITORY
    try:
        return load_territory(read_folder(folder))
    except Unsound as unsound:
        raise Unsound(fault.under(str(folder)) for fault in unsound.faults) from None


def platforms_of(services: Path | str) -> frozenset[str]:
    """The platforms a services folder connects to."""
    return frozenset(file.stem for file in (Path(services) / PLATFORMS).glob("*.yaml"))


def load_all(services: Path | str) -> tuple[tuple[Package, ServiceDefinition], ...]:
    """Every service of a folder, proved sound; raises Unsound with the faults of all of them."""
    root = Path(services)
    faults: list[Fault] = []
    territory: Territory | None = None
    try:
        territory = read_territory(root)
    except Unsound as unsound:
        faults += unsound.faults
    faults += _faults_of_calendar(root)
    found, misplaced = _look_for_packages(root)
    faults += misplaced
    faults += _faults_of_life_events(root, {package.slug for package in found})
    loaded: list[tuple[Package, ServiceDefinition]] = []
    for package in found:
        try:
            definition = load_service(
                package.slug,
                package.files,
                version=package.version,
                territory=territory,
                platforms=platforms_of(root),
            )
        except Unsound as unsound:
            faults += [fault.under(package.folder) for fault in unsound.faults]
        else:
            loaded.append((package, definition))
    faults += faults_of_platforms(root / PLATFORMS, [definition for _, definition in loaded], {p.slug for p in found})
    if faults:
        raise Unsound(faults)
    return tuple(loaded)


def check_folder(services: Path | str) -> list[Fault]:
    """Everything that is wrong with a services folder; an empty list when the portal can start on it."""
    try:
        load_all(services)
    except Unsound as unsound:
        return list(unsound.faults)
    return []


def _parse_all(files: Files, reading: Reading) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for name in (SHEET, FORM, WORKFLOW):
        if name not in files:
            reading.add(name, 1, f"a service needs {name}")
    for name in sorted(files):
        if name not in (SHEET, FORM, WORKFLOW) and not name.startswith(FOLDER):
            reading.add(name, 1, f"a service has no such file: it has {SHEET}, {FORM}, {WORKFLOW} and {FOLDER}*.yaml")
            continue
        try:
            nodes[name] = parse(name, files[name])
        except Unsound as unsound:
            reading.faults += unsound.faults
    reading.stop_if_any()
    return nodes


def _define(
    slug: str, version: int, digest: str, nodes: Mapping[str, Node], declared: Declared, reading: Reading
) -> ServiceDefinition:
    sheet = read_sheet(Section(SHEET, nodes[SHEET], reading, SHEET), declared)
    form = read_form(Section(FORM, nodes[FORM], reading, FORM), declared)
    flow = read_flow(Section(WORKFLOW, nodes[WORKFLOW], reading, WORKFLOW), declared)
    return ServiceDefinition(
        slug=slug,
        version=version,
        digest=digest,
        title=sheet.title,
        summary=sheet.summary,
        legal_basis=sheet.legal_basis,
        authority=sheet.authority,
        identity=sheet.identity,
        deadline=sheet.deadline,
        fee=sheet.fee,
        privacy=sheet.privacy,
        documents=sheet.documents,
        pages=form.pages,
        states=flow.states,
        initial=flow.initial,
        actions=flow.actions,
        outputs=sheet.outputs,
        depositing=flow.depositing,
        beneficiary=form.beneficiary,
        applicant=form.applicant,
        next_steps=sheet.next_steps,
        keywords=sheet.keywords,
    )


def _faults_of_calendar(root: Path) -> list[Fault]:
    file = root / CALENDAR
    if not file.is_file():
        return [Fault(str(file), 1, f"the province needs {CALENDAR}")]
    try:
        load_calendar(file.read_text(encoding="utf-8-sig"))
    except Unsound as unsound:
        return [fault.under(str(root)) for fault in unsound.faults]
    return []


def read_life_events(services: Path | str) -> Files:
    """The file of the life events, none where a province has not written any."""
    file = Path(services) / LIFE_EVENTS
    return {LIFE_EVENTS: file.read_text(encoding="utf-8-sig")} if file.is_file() else {}


def _faults_of_life_events(root: Path, slugs: Collection[str]) -> list[Fault]:
    try:
        for text in read_life_events(root).values():
            load_life_events(text, slugs)
    except UnicodeDecodeError:
        return [Fault(str(root / LIFE_EVENTS), 1, "the file is not UTF-8 text")]
    except Unsound as unsound:
        return [fault.under(str(root)) for fault in unsound.faults]
    return []


def _look_for_packages(root: Path) -> tuple[list[Package], list[Fault]]:
    found: list[Package] = []
    faults: list[Fault] = []
    for folder in _folders(root / CATALOGUE):
        if not SLUG.fullmatch(folder.name):
            faults.append(Fault(str(folder), 1, "a service's folder is named in small letters a-z, digits and dashes"))
        versions = list(_folders(folder))
        if not versions:
            faults.append(Fault(str(folder), 1, "a service needs a version: a folder v1 with its files"))
        for inner in versions:
            if not (number := VERSION.fullmatch(inner.name)):
                faults.append(Fault(str(inner), 1, "a version's folder is named v1, v2, …"))
                continue
            try:
                found.append(Package(folder.name, int(number[1]), str(inner), read_folder(inner)))
            except Unsound as unsound:
                faults += [fault.under(str(inner)) for fault in unsound.faults]
    return sorted(found, key=lambda package: (package.slug, package.version)), faults


def _folders(parent: Path) -> Iterator[Path]:
    if parent.is_dir():
        yield from sorted(
            child for child in parent.iterdir() if child.is_dir() and not child.name.startswith((".", "_"))
        )
