"""Proves the versions of a catalogue sound together: what one says of another, and what two of them call the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from portal.catalogue.faults import Fault, Sentence
from portal.catalogue.following import faults_of_following
from portal.catalogue.form import FILE as FORM
from portal.catalogue.form_proofs import EARLIER, questions_of
from portal.catalogue.placing import fault_in, no_service
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
        faults += faults_of_following(package, definition, newest, slugs)
        for event in definition.life_events:
            if life_events is not None and event not in life_events:
                meant = closest(event, life_events)
                said = Sentence("there is no life event '%(event)s'%(meant)s", event=event, meant=meant)
                faults.append(fault_in(package, SHEET, event, said))
    return faults


def twice(packages: Iterable[Package]) -> list[Fault]:
    """Two folders that are the same version of one service."""
    seen: dict[tuple[str, int], Package] = {}
    faults: list[Fault] = []
    for package in packages:
        first = seen.setdefault((package.slug, package.version), package)
        if first is not package:
            said = Sentence(
                "two services are called '%(slug)s' v%(version)s: the other is in %(folder)s",
                slug=package.slug,
                version=package.version,
                folder=first.folder,
            )
            faults.append(Fault(package.folder, 1, said))
    return faults


def _faults_of_types(held: Loaded) -> list[Fault]:
    """An id keeps its type: what was answered under one version is shown, and offered again, under the next."""
    faults: list[Fault] = []
    first: dict[str, tuple[Package, Field]] = {}
    for package, definition in held:
        for name, field in questions_of(definition).items():
            earlier, known = first.setdefault(name, (package, field))
            if known.type != field.type and _kept_as(known.type) != _kept_as(field.type):
                said = Sentence(
                    "'%(name)s' is of type %(type)s, but was %(before)s in %(file)s: "
                    "an id is never used again for something else",
                    name=name,
                    type=field.type,
                    before=known.type,
                    file=f"{earlier.folder}/{FORM}",
                )
                faults.append(fault_in(package, FORM, field.id, said))
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
        said = None
        if slug not in slugs:
            said = no_service(slug, slugs)
        elif slug in newest:
            said = _misfit(field, slug, question, newest[slug].fields)
        if said:
            faults.append(fault_in(package, FORM, field.prefill or "", said))
    return faults


def _misfit(field: Field, slug: str, question: str, known: Mapping[str, Field]) -> Sentence | None:
    """Why a question of another service cannot fill in this one."""
    if question not in known:
        return Sentence(
            "the form of '%(slug)s' has no question '%(question)s'%(meant)s",
            slug=slug,
            question=question,
            meant=closest(question, known),
        )
    if known[question].type == field.type:
        return None
    return Sentence(
        "'%(question)s' of '%(slug)s' is of type %(known)s, '%(field)s' of type %(type)s",
        question=question,
        slug=slug,
        known=known[question].type,
        field=field.id,
        type=field.type,
    )


def _faults_of_ways(package: Package, definition: ServiceDefinition, slugs: Collection[str]) -> list[Fault]:
    ways = [way for one in definition.eligibility.outcomes for way in one.instead] if definition.eligibility else []
    return [
        fault_in(package, FORM, way.service, no_service(way.service, slugs))
        for way in ways
        if way.service and way.service not in slugs
    ]
