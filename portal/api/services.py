"""The services granted to a partner."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.api.openapi import documented
from portal.api.partner import Partner
from portal.api.routing import ApiRoute, answer
from portal.api.shapes import Services
from portal.domain.service import Document, ServiceDefinition
from portal.http import urls

router = APIRouter(route_class=ApiRoute, tags=["services"], generate_unique_id_function=lambda route: route.name)


@router.get("/api/v1/services", summary="List services", response_model=Services, responses=documented(401))
def list_services(call: Partner) -> Response:
    """The services granted to you that citizens can ask for at present."""
    with call.reading() as (_, partner):
        in_force = call.deps.registry.in_force
    granted = [in_force.services[slug] for slug in in_force.listed if slug in partner.services]
    return answer({"items": [describe(definition, call.deps.base_url) for definition in granted]})


def describe(definition: ServiceDefinition, base_url: str) -> dict[str, Any]:
    """What a procedure sheet states, for a machine."""
    deadline, fee = definition.deadline, definition.fee
    return {
        "slug": definition.slug,
        "version": definition.version,
        "title": dict(definition.title.values),
        "summary": dict(definition.summary.values),
        "deadline": {"law": deadline.law, "days": deadline.days, "silence": deadline.silence.value},
        "fee": {"amount": str(fee.amount), "currency": fee.currency, "paid_by": list(fee.paid_by)},
        "documents": [_document(document) for document in definition.documents],
        "url": {language: base_url + urls.service(language, definition.slug) for language in definition.title},
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": dict(document.title.values),
        "from": document.source.value,
        "required": not (document.optional or document.conditional),
    }
