"""What others read of the services keeps to their vocabularies, and says nothing that nobody could confirm."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.catalogue.loader import load_service, packages, read_territory
from portal.domain.service import Deadline, ServiceDefinition, Silence, ToConfirm, UnitKind, text
from portal.domain.territory import Territory
from portal.presenting.open_formats.bpmn import bpmn_xml
from portal.presenting.open_formats.cpsv import CONTEXT, catalogue
from portal.presenting.open_formats.schema_org import service_document
from tests.support.everything import everything

ROOT = Path(__file__).parents[2]
BASE = "https://services.example.ma"

LABELLED = {"dct:identifier", "dct:title", "dct:description"}
ALLOWED: Mapping[str, set[str]] = {
    # The properties that CPSV-AP 3.2 has for each class, and what schema.org has for its own.
    "dcat:Catalog": {"dct:title", "dct:identifier", "dct:hasPart"},
    "cpsv:PublicService": {
        *LABELLED,
        "dct:language",
        "dct:spatial",
        "adms:status",
        "dcat:keyword",
        "cv:hasCompetentAuthority",
        "cv:hasLegalResource",
        "cpsv:hasInput",
        "cv:hasInputType",
        "cpsv:produces",
        "cv:hasChannel",
        "cv:hasCost",
        "cv:processingTime",
        "cv:isGroupedBy",
    },
    "cv:PublicOrganisation": {
        "dct:identifier",
        "dct:title",
        "skos:prefLabel",
        "dct:spatial",
        "locn:address",
        "cv:contactPoint",
    },
    "locn:Address": {"locn:fullAddress", "locn:adminUnitL2"},
    "cv:ContactPoint": {"cv:telephone"},
    "eli:LegalResource": {"dct:identifier", "dct:title", "foaf:page"},
    "cv:Evidence": {*LABELLED, "dct:conformsTo"},
    "cv:EvidenceType": {"dct:identifier", "skos:prefLabel"},
    "cv:Output": {*LABELLED},
    "cv:Channel": {*LABELLED},
    "cv:Cost": {"dct:identifier", "dct:description", "cv:hasValue", "cv:currency"},
    "cv:LifeEvent": {*LABELLED, "cv:hasRelatedService"},
    "schema:GovernmentService": {
        "schema:name",
        "schema:description",
        "schema:url",
        "schema:sameAs",
        "schema:serviceOperator",
        "schema:provider",
        "schema:areaServed",
        "schema:jurisdiction",
        "schema:availableChannel",
        "schema:termsOfService",
        "schema:serviceOutput",
        "schema:offers",
    },
    "schema:GovernmentOrganization": {"schema:name", "schema:telephone"},
    "schema:AdministrativeArea": {"schema:name"},
    "schema:DigitalDocument": {"schema:name"},
    "schema:Offer": {"schema:price", "schema:priceCurrency"},
    "schema:ServiceChannel": {"schema:serviceUrl", "schema:availableLanguage", "schema:processingTime"},
}
REQUIRED: Mapping[str, set[str]] = {
    "cpsv:PublicService": {"dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"},
    "cv:PublicOrganisation": {"dct:identifier", "skos:prefLabel", "dct:spatial"},
    "cv:Evidence": {"dct:identifier", "dct:title"},
    "cv:EvidenceType": {"dct:identifier"},
    "cv:Output": {"dct:identifier", "dct:title"},
    "cv:Channel": {"dct:identifier"},
    "cv:Cost": {"dct:identifier"},
    "cv:LifeEvent": {"dct:identifier", "dct:title"},
    "schema:GovernmentService": {"schema:name", "schema:serviceOperator", "schema:url"},
}
DURATION = re.compile(r"P[1-9]\d*D")


@pytest.fixture(scope="module")
def territory() -> Territory:
    return read_territory(ROOT / "services")


@pytest.fixture(scope="module")
def services() -> list[ServiceDefinition]:
    found = [load_service(one.slug, one.files, version=one.version, proved=True) for one in packages(ROOT / "services")]
    return [everything(), *found]


def nodes(found: Any) -> Iterator[dict[str, Any]]:
    """Every node, however deep."""
    if isinstance(found, list):
        for one in found:
            yield from nodes(one)
    elif isinstance(found, dict):
        yield found
        yield from nodes([value for key, value in found.items() if key != "@context"])


def by_kind(document: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in nodes(document["@graph"]) if one.get("@type") == kind]


def check(document: Mapping[str, Any]) -> None:
    """Every prefix is declared, every term is one of its class, every text has a language, every reference a target."""
    named = {one["@id"] for one in nodes(document["@graph"]) if "@type" in one and "@id" in one}
    for one in nodes(document["@graph"]):
        kind = one.get("@type")
        terms = {key for key in one if not key.startswith("@")}
        if "@value" in one:
            assert not terms
            assert "@language" in one or kind in ("xsd:duration", "xsd:double")
            continue
        for term in [*terms, *([kind] if kind else [])]:
            assert str(term).partition(":")[0] in CONTEXT, term
        if kind:
            assert terms <= ALLOWED[kind], (kind, terms - ALLOWED[kind])
            assert terms >= REQUIRED.get(kind, set()), (kind, REQUIRED.get(kind, set()) - terms)
        elif refers_within(one):
            assert one["@id"] in named, one


def refers_within(one: Mapping[str, Any]) -> bool:
    """Whether a node only names another one, which the same document must describe; life events are the catalogue's."""
    address = str(one.get("@id", ""))
    own = address.startswith(f"{BASE}/open/") and "#" in address and "#event-" not in address
    return set(one) == {"@id"} and own


def test_every_service_keeps_to_both_vocabularies(services: list[ServiceDefinition], territory: Territory) -> None:
    for definition in services:
        document = service_document(definition, territory, BASE)
        check(document)
        assert len(by_kind(document, "cpsv:PublicService")) == 1
        assert len(by_kind(document, "schema:GovernmentService")) == 1
        json.dumps(document)


def test_the_catalogue_lists_every_service_and_describes_each_office_once(
    services: list[ServiceDefinition], territory: Territory
) -> None:
    document = catalogue(services, territory, [], BASE)
    check(document)
    assert len(by_kind(document, "cpsv:PublicService")) == len(services)
    assert len(by_kind(document, "dcat:Catalog")[0]["dct:hasPart"]) == len(services)
    names = [one["@id"] for one in document["@graph"]]
    assert len(names) == len(set(names))


def test_what_cannot_be_confirmed_is_left_out(territory: Territory) -> None:
    told = everything()
    note = text("اسأل", "demandez")
    unsure = replace(
        told,
        to_confirm=tuple(ToConfirm(item, note) for item in ("deadline", "fee", "documents.lease", "legal_basis.law")),
    )
    sure = json.dumps(service_document(replace(told, to_confirm=()), territory, BASE))
    left = json.dumps(service_document(unsure, territory, BASE))
    for words in ("processingTime", "cv:Cost", "schema:price", "#document-lease", "#law-law"):
        assert words in sure
        assert words not in left


def test_days_are_a_duration_only_where_they_are_days_of_the_calendar(territory: Territory) -> None:
    service = replace(everything(), to_confirm=())
    time = by_kind(service_document(service, territory, BASE), "cpsv:PublicService")[0]["cv:processingTime"]
    assert DURATION.fullmatch(time["@value"])
    working = replace(service, deadline=Deadline("31-13", 20, Silence.APPEAL))
    assert "cv:processingTime" not in by_kind(service_document(working, territory, BASE), "cpsv:PublicService")[0]


def test_a_service_is_decided_by_the_offices_of_its_kinds(territory: Territory) -> None:
    found = by_kind(service_document(everything(), territory, BASE), "cv:PublicOrganisation")
    kinds = {unit.kind for unit in territory.units if unit.id in {one["dct:identifier"] for one in found}}
    assert kinds == {UnitKind.ANNEXE, UnitKind.CAIDAT}


def test_bpmn_refers_only_to_what_it_holds(services: list[ServiceDefinition]) -> None:
    for definition in services:
        if not definition.states:
            continue
        xml = bpmn_xml(definition, BASE)
        ids = re.findall(r' id="([^"]+)"', xml)
        assert len(ids) == len(set(ids)), definition.slug
        for name in re.findall(r'(?:sourceRef|targetRef|attachedToRef|bpmnElement)="([^"]+)"', xml):
            assert name in ids, (definition.slug, name)
        for rule in definition.actions:
            assert rule.label["fr"].split()[0] in xml.replace("&apos;", "'")


def test_bpmn_says_opinions_votes_and_timers_in_its_own_terms() -> None:
    xml = bpmn_xml(everything())
    assert "<bpmn:subProcess" in xml
    assert "<bpmn:complexGateway" in xml
    assert ">2/3<" in xml
    assert "<bpmn:multiInstanceLoopCharacteristics" in xml
    assert ">P30D<" in xml
    assert 'cancelActivity="false"' in xml
    assert ">case.x<" in xml
