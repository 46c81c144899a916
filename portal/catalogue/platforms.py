"""Proves that what a platform is sent exists: the questions that platforms/<name>.yaml takes from each service."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from portal.catalogue.faults import Fault, Sentence, Unsound
from portal.catalogue.reading import Reading, Section, closest
from portal.catalogue.yaml_source import Entries, Scalar, parse
from portal.domain.service import ServiceDefinition

ANSWERS = "answers."


def faults_of_platforms(folder: Path, definitions: Iterable[ServiceDefinition], slugs: Collection[str]) -> list[Fault]:
    """The questions and services that a mapping names and nobody declares; the connector checks the rest of it."""
    texts = {str(file): file.read_text(encoding="utf-8-sig") for file in sorted(folder.glob("*.yaml"))}
    return faults_of_mappings(texts, definitions, slugs)


def faults_of_mappings(
    texts: Mapping[str, str], definitions: Iterable[ServiceDefinition], slugs: Collection[str]
) -> list[Fault]:
    """The same of mappings wherever they are kept, by the names of their files."""
    newest = {definition.slug: definition for definition in sorted(definitions, key=lambda known: known.version)}
    reading = Reading()
    for file, text in texts.items():
        try:
            root = Section(file, parse(file, text), reading, Path(file).name)
        except Unsound as unsound:
            reading.faults += unsound.faults
            continue
        services = root.optional_section("services")
        for slug in services.items if services else ():
            if services and slug not in slugs:
                meant = closest(slug, slugs)
                services.fault(
                    Sentence("the catalogue has no service '%(slug)s'%(meant)s", slug=slug, meant=meant), slug
                )
            elif services and slug in newest and (service := services.optional_section(slug)):
                _check_payload(service, newest[slug])
    return reading.faults


def _check_payload(service: Section, definition: ServiceDefinition) -> None:
    payload = service.optional_section("payload")
    for key, node in payload.items.items() if payload else ():
        source = node.items.get("from") if isinstance(node, Entries) else node
        fact = str(source.value) if isinstance(source, Scalar) else ""
        name = fact.removeprefix(ANSWERS)
        if payload and fact.startswith(ANSWERS) and name not in definition.fields:
            said = Sentence(
                "the form of '%(slug)s' has no question '%(name)s'%(meant)s",
                slug=definition.slug,
                name=name,
                meant=closest(name, definition.fields),
            )
            payload.fault(said, key)


def looked_up(text: str) -> frozenset[str]:
    """What a platform can be asked of a person: the attributes under ``look_up``; none where it is no sound file."""
    try:
        root = Section("", parse("", text), Reading(), "")
    except Unsound:
        return frozenset()
    section = root.optional_section("look_up")
    inner = section.optional_section("attributes") if section else None
    found = inner or section
    return frozenset(found.items) if found else frozenset()
