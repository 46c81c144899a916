"""Services as CPSV-AP 3.2 (semiceu.github.io/CPSV-AP), the vocabulary in which European catalogues describe them.

What the sheet marks as to be confirmed is left out: nobody should take it from here for the law.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from portal.domain.clock import LAWS
from portal.domain.clock import Unit as Days
from portal.domain.life_events import LifeEvent
from portal.domain.service import Document, LegalBasis, Output, ServiceDefinition, Source, Text
from portal.domain.territory import Territory, Unit

Node = dict[str, Any]

AUTHORITIES = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGES = {"ar": "ARA", "fr": "FRA", "zgh": "ZGH", "en": "ENG", "es": "SPA"}
"""Languages in the list of the Publications Office."""
COUNTRY, CURRENCY = f"{AUTHORITIES}/country/MAR", f"{AUTHORITIES}/currency"
COMPLETED = "http://purl.org/adms/status/Completed"


def catalogue(
    services: Sequence[ServiceDefinition], territory: Territory, events: Sequence[LifeEvent], base_url: str
) -> Node:
    """Every service of the portal as one JSON-LD document, with the life events that lead to them."""
    nodes = [node for definition in services for node in nodes_of(definition, territory, base_url)]
    nodes += [_event(event, base_url) for event in events]
    listed: Node = {
        "@id": f"{base_url}/open/services.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": said(territory.province),
        "dct:identifier": f"{base_url}/open/services.jsonld",
        "dct:hasPart": [ref(service_id(definition, base_url)) for definition in services],
    }
    return {"@context": CONTEXT, "@graph": once([listed, *nodes])}


def service_id(definition: ServiceDefinition, base_url: str) -> str:
    return f"{address(definition, base_url)}#service"


def address(definition: ServiceDefinition, base_url: str) -> str:
    """Where the service is described for machines, without the ending."""
    return f"{base_url}/open/services/{definition.slug}"


def said(text: Text) -> list[Node]:
    """A text in its languages."""
    return [{"@language": language, "@value": text[language]} for language in text]


def ref(name: str) -> Node:
    return {"@id": name}


def once(nodes: Iterable[Node]) -> list[Node]:
    """Each node once: offices, laws and life events are shared by services."""
    return list({node["@id"]: node for node in nodes}.values())


def units_of(definition: ServiceDefinition, territory: Territory) -> list[Unit]:
    """The offices that decide on it."""
    return [unit for unit in territory.units if unit.kind in definition.authority.kinds]


def unit_id(unit: Unit, base_url: str) -> str:
    return f"{base_url}/open/services.jsonld#unit-{unit.id}"


def nodes_of(definition: ServiceDefinition, territory: Territory, base_url: str) -> list[Node]:
    """The service and whatever it refers to."""
    here = address(definition, base_url)
    units = units_of(definition, territory)
    bases = [one for one in definition.legal_basis if not definition.unconfirmed(f"legal_basis.{one.id}")]
    brought = [one for one in definition.documents if not definition.unconfirmed(f"documents.{one.id}")]
    nodes = [_service(definition, units, bases, brought, base_url)]
    nodes += [_unit(unit, territory, base_url) for unit in units]
    nodes += [_law(one, here, number) for number, one in enumerate(bases)]
    for document in brought:
        nodes += _evidence(document, here)
    nodes += [_output(output, here) for output in definition.outputs.values()]
    nodes += _channels(definition, base_url)
    if not definition.unconfirmed("fee"):
        nodes.append(_cost(definition, here))
    return nodes


def _service(
    definition: ServiceDefinition,
    units: Sequence[Unit],
    bases: Sequence[LegalBasis],
    brought: Sequence[Document],
    base_url: str,
) -> Node:
    here = address(definition, base_url)
    node: Node = {
        "@id": service_id(definition, base_url),
        "@type": "cpsv:PublicService",
        "dct:identifier": definition.slug,
        "dct:title": said(definition.title),
        "dct:description": said(definition.summary),
        "dct:language": [
            ref(f"{AUTHORITIES}/language/{LANGUAGES[one]}") for one in definition.title if one in LANGUAGES
        ],
        "dct:spatial": ref(COUNTRY),
        "adms:status": ref(COMPLETED),
        "cv:hasCompetentAuthority": [ref(unit_id(unit, base_url)) for unit in units],
        "cv:hasLegalResource": [ref(_law_id(one, here, number)) for number, one in enumerate(bases)],
        "cpsv:hasInput": [ref(f"{here}#document-{one.id}") for one in brought],
        "cv:hasInputType": [ref(f"{here}#document-type-{one.id}") for one in brought],
        "cpsv:produces": [ref(f"{here}#output-{one}") for one in definition.outputs],
        "cv:hasChannel": [ref(str(one["@id"])) for one in _channels(definition, base_url)],
    }
    if definition.keywords:
        node["dcat:keyword"] = list(definition.keywords)
    if not definition.unconfirmed("fee"):
        node["cv:hasCost"] = ref(f"{here}#cost")
    if (time := processing_time(definition)) is not None:
        node["cv:processingTime"] = {"@type": "xsd:duration", "@value": time}
    if definition.life_events:
        node["cv:isGroupedBy"] = [ref(_event_id(one, base_url)) for one in definition.life_events]
    return {key: value for key, value in node.items() if value != []}


def processing_time(definition: ServiceDefinition) -> str | None:
    """The promise as an ISO 8601 duration; none where there is none, where it is unsure, or counts working days."""
    deadline = definition.deadline
    if not deadline.stated or definition.unconfirmed("deadline.days"):
        return None
    # ISO 8601 knows only days of the calendar: twenty working days said as twenty days would promise too much.
    if LAWS[deadline.law].unit is not Days.CALENDAR:
        return None
    return f"P{deadline.days}D"


def _unit(unit: Unit, territory: Territory, base_url: str) -> Node:
    node: Node = {
        "@id": unit_id(unit, base_url),
        "@type": "cv:PublicOrganisation",
        "dct:identifier": unit.id,
        "dct:title": said(unit.name),
        "skos:prefLabel": said(unit.name),
        "dct:spatial": ref(COUNTRY),
    }
    if unit.address is not None:
        node["locn:address"] = {
            "@id": f"{unit_id(unit, base_url)}-address",
            "@type": "locn:Address",
            "locn:fullAddress": said(unit.address),
            "locn:adminUnitL2": said(territory.province),
        }
    if unit.phone:
        contact = {"@id": f"{unit_id(unit, base_url)}-contact", "@type": "cv:ContactPoint", "cv:telephone": unit.phone}
        node["cv:contactPoint"] = contact
    return node


def _law_id(basis: LegalBasis, here: str, number: int) -> str:
    return f"{here}#law-{basis.id or number + 1}"


def _law(basis: LegalBasis, here: str, number: int) -> Node:
    node: Node = {
        "@id": _law_id(basis, here, number),
        "@type": "eli:LegalResource",
        "dct:identifier": basis.id or str(number + 1),
        "dct:title": said(basis.title),
    }
    if basis.url:
        node["foaf:page"] = ref(basis.url)
    return node


def _evidence(document: Document, here: str) -> list[Node]:
    """A document and its kind. Who provides it is said in words, for the vocabulary has no term for it."""
    node: Node = {
        "@id": f"{here}#document-{document.id}",
        "@type": "cv:Evidence",
        "dct:identifier": document.id,
        "dct:title": said(document.title),
        "dct:conformsTo": ref(f"{here}#document-type-{document.id}"),
    }
    words = [one for one in (document.hint, document.alternative) if one is not None]
    if document.source is Source.ADMINISTRATION and document.holder is not None:
        words.append(document.holder)
    if words:
        node["dct:description"] = [one for text in words for one in said(text)]
    kind = {
        "@id": f"{here}#document-type-{document.id}",
        "@type": "cv:EvidenceType",
        "dct:identifier": document.id,
        "skos:prefLabel": said(document.title),
    }
    return [node, kind]


def _output(output: Output, here: str) -> Node:
    return {
        "@id": f"{here}#output-{output.id}",
        "@type": "cv:Output",
        "dct:identifier": output.id,
        "dct:title": said(output.title),
    }


def _cost(definition: ServiceDefinition, here: str) -> Node:
    fee = definition.fee
    node: Node = {
        "@id": f"{here}#cost",
        "@type": "cv:Cost",
        "dct:identifier": f"{definition.slug}-cost",
        "cv:hasValue": {"@type": "xsd:double", "@value": float(fee.amount)},
        "cv:currency": ref(f"{CURRENCY}/{fee.currency}"),
    }
    words = [said(one) for one in (fee.per, fee.waiver, fee.note) if one is not None]
    if words:
        node["dct:description"] = [one for text in words for one in text]
    return node


def _channels(definition: ServiceDefinition, base_url: str) -> list[Node]:
    """Online here, and at the counters; or where a service done elsewhere is done."""
    here = address(definition, base_url)
    if definition.handoff is not None:
        return [
            {
                "@id": definition.handoff.url or f"{here}#elsewhere",
                "@type": "cv:Channel",
                "dct:identifier": f"{definition.slug}-elsewhere",
                "dct:description": said(definition.handoff.name),
            }
        ]
    return [
        {
            "@id": f"{base_url}/{language}/services/{definition.slug}",
            "@type": "cv:Channel",
            "dct:identifier": f"{definition.slug}-{language}",
            "dct:description": said(Text({"ar": definition.title["ar"], language: definition.title[language]})),
        }
        for language in definition.title
    ]


def _event_id(event: str, base_url: str) -> str:
    return f"{base_url}/open/services.jsonld#event-{event}"


def _event(event: LifeEvent, base_url: str) -> Node:
    return {
        "@id": _event_id(event.id, base_url),
        "@type": "cv:LifeEvent",
        "dct:identifier": event.id,
        "dct:title": said(event.title),
        "dct:description": said(event.text),
        "cv:hasRelatedService": [ref(f"{base_url}/open/services/{slug}#service") for slug in event.services],
    }
