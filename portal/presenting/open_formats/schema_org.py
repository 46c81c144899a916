"""A service as schema.org's GovernmentService, beside its description in CPSV-AP."""

from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory, Unit
from portal.presenting.open_formats.cpsv import (
    CONTEXT,
    Node,
    address,
    nodes_of,
    once,
    processing_time,
    ref,
    said,
    service_id,
    unit_id,
    units_of,
)


def service_document(definition: ServiceDefinition, territory: Territory, base_url: str) -> Node:
    """One service as one JSON-LD document, in both vocabularies."""
    nodes = [*nodes_of(definition, territory, base_url), government_service(definition, territory, base_url)]
    return {"@context": CONTEXT, "@graph": once(nodes)}


def government_service(definition: ServiceDefinition, territory: Territory, base_url: str) -> Node:
    """The service as search engines know such things."""
    here, units = address(definition, base_url), units_of(definition, territory)
    node: Node = {
        "@id": f"{here}#government-service",
        "@type": "schema:GovernmentService",
        "schema:name": said(definition.title),
        "schema:description": said(definition.summary),
        "schema:url": ref(f"{base_url}/ar/services/{definition.slug}"),
        "schema:sameAs": ref(service_id(definition, base_url)),
        "schema:serviceOperator": [_operator(unit, base_url) for unit in units],
        "schema:provider": ref(unit_id(units[0], base_url)) if units else [],
        "schema:areaServed": {"@type": "schema:AdministrativeArea", "schema:name": said(territory.province)},
        "schema:jurisdiction": {"@type": "schema:AdministrativeArea", "schema:name": said(territory.province)},
        "schema:availableChannel": _channels(definition, base_url),
        "schema:termsOfService": ref(f"{base_url}/ar/services/{definition.slug}"),
    }
    if definition.outputs:
        node["schema:serviceOutput"] = [
            {"@type": "schema:DigitalDocument", "schema:name": said(one.title)} for one in definition.outputs.values()
        ]
    if not definition.unconfirmed("fee"):
        node["schema:offers"] = {
            "@type": "schema:Offer",
            "schema:price": float(definition.fee.amount),
            "schema:priceCurrency": definition.fee.currency,
        }
    return {key: value for key, value in node.items() if value != []}


def _operator(unit: Unit, base_url: str) -> Node:
    node: Node = {
        "@id": unit_id(unit, base_url),
        "@type": "schema:GovernmentOrganization",
        "schema:name": said(unit.name),
    }
    if unit.phone:
        node["schema:telephone"] = unit.phone
    return node


def _channels(definition: ServiceDefinition, base_url: str) -> list[Node]:
    elsewhere = definition.handoff.url if definition.handoff is not None else None
    if definition.handoff is not None and elsewhere is None:
        return []
    channels = []
    for language in definition.title:
        channel: Node = {
            "@type": "schema:ServiceChannel",
            "schema:serviceUrl": ref(elsewhere or f"{base_url}/{language}/services/{definition.slug}"),
            "schema:availableLanguage": language,
        }
        if (time := processing_time(definition)) is not None:
            channel["schema:processingTime"] = time
        channels.append(channel)
    return channels
