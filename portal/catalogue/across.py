"""Proves the versions of a catalogue sound together: what one says of another, and what two of them call the same."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from portal.catalogue.faults import Fault
from portal.catalogue.form import FILE as FORM
from portal.catalogue.form_proofs import EARLIER, questions_of
from portal.catalogue.reading import closest
from portal.catalogue.service_files import Package
from portal.catalogue.sheet import FILE as SHEET
from portal.domain.service import Field, ServiceDefinition

Loaded = Sequence[tuple[Package, ServiceDefinition]]


def prove_across(loaded: Loaded, slugs: Collection[str], life_events: Collection[str] | None) -> list[Fault]:
    """The faults that no version has alone; ``slugs`` are all there are, those that could not be loaded included.

    Without ``life_events``, a province has none, and what services list themselves under is left alone.
    """
    versions: dict[str, list[tuple[Package, ServiceDefinition]]] = {}
    for one in sorted(loaded, key=lambda one: (one[0].slug, one[0].version)):
        versions.setdefault(one[0].slug, []).append(one)
    newest = {slug: held[-1][1] for slug, held in versions.items()}
    faults: list[Fault] = []
    for held in versions.values():
        faults += _faults_of_types(held)
        package, definition = held[-1]
        faults += _faults_of_prefills(package, definition, newest, slugs)
        faults += _faults_of_ways(package, definition, slugs)
        for event in definition.life_events:
            if life_events is not None and event not in life_events:
                faults.append(
                    _fault(package, SHEET, event, f"there is no life event '{event}'{closest(event, life_events)}")
                )
    return faults


def twice(packages: Iterable[Package]) -> list[Fault]:
    """Two folders that are the same version of one service."""
    seen: dict[tuple[str, int], Package] = {}
    faults: list[Fault] = []
    for package in packages:
        first = seen.setdefault((package.slug, package.version), package)
        if first is not package:
            message = f"two services are called '{package.slug}' v{package.version}: the other is in {first.folder}"
            faults.append(Fault(package.folder, 1, message))
    return faults


def _faults_of_types(held: Loaded) -> list[Fault]:
    """An id keeps its type: what was answered under one version is shown, and offered again, under the next."""
    faults: list[Fault] = []
    first: dict[str, tuple[Package, Field]] = {}
    for package, definition in held:
        for name, field in questions_of(definition).items():
            earlier, known = first.setdefault(name, (package, field))
            if known.type != field.type and _kept_as(known.type) != _kept_as(field.type):
                message = (
                    f"'{name}' is of type {field.type}, but was {known.type} in {earlier.folder}/{FORM}: "
                    "an id is never used again for something else"
                )
                faults.append(_fault(package, FORM, field.id, message))
    return faults


def _kept_as(type_name: str) -> str:
    """Types whose answers are kept alike may take each other's place."""
    return {"long_text": "short_text", "select": "choice", "integer": "decimal"}.get(type_name, type_name)


def _faults_of_prefills(
    package: Package, definition: ServiceDefinition, newest: Mapping[str, ServiceDefinition], slugs: Collection[str]
) -> list[Fault]:
    faults: list[Fault] = []
    for field in definition.fields.values():
        first, _, rest = (field.prefill or "").partition(".")
        slug, _, question = rest.rpartition(".")
        if first != EARLIER or not slug or slug == definition.slug:
            continue
        message: str | None = None
        if slug not in slugs:
            message = f"there is no service '{slug}'{closest(slug, slugs)}"
        elif slug in newest:
            known = newest[slug].fields
            if question not in known:
                message = f"the form of '{slug}' has no question '{question}'{closest(question, known)}"
            elif known[question].type != field.type:
                message = (
                    f"'{question}' of '{slug}' is of type {known[question].type}, '{field.id}' of type {field.type}"
                )
        if message:
            faults.append(_fault(package, FORM, field.prefill or "", message))
    return faults


def _faults_of_ways(package: Package, definition: ServiceDefinition, slugs: Collection[str]) -> list[Fault]:
    ways = [way for one in definition.eligibility.outcomes for way in one.instead] if definition.eligibility else []
    return [
        _fault(package, FORM, way.service, f"there is no service '{way.service}'{closest(way.service, slugs)}")
        for way in ways
        if way.service and way.service not in slugs
    ]


def _fault(package: Package, file: str, word: str, message: str) -> Fault:
    """The fault, at the line where its word stands."""
    wanted = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
    lines = package.files.get(file, "").split("\n")
    candidates = [number for number, line in enumerate(lines, start=1) if wanted.search(line)]
    declaring = [number for number in candidates if re.search(rf"\bid:\s*['\"]?{re.escape(word)}\b", lines[number - 1])]
    return Fault(f"{package.folder}/{file}", next(iter(declaring or candidates), 1), message)
