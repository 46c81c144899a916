"""The services and documents for machines, to anybody: CPSV-AP, schema.org, JSON Schema, BPMN and pictures of workflows."""

import hashlib
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response

from portal.domain.errors import NotFound
from portal.domain.service import ServiceDefinition
from portal.fields import FIELD_TYPES
from portal.fields.schema import form_schema
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.presenting.open_formats.bpmn import bpmn_xml
from portal.presenting.open_formats.cpsv import catalogue
from portal.presenting.open_formats.schema_org import service_document
from portal.presenting.printed import SCHEMA_PATH, document_schema
from portal.presenting.workflow_picture import workflow_svg
from portal.web.routing import pages

router = pages(prefix="/open")

JSON_LD, JSON_SCHEMA = "application/ld+json", "application/schema+json"
BPMN, SVG = "application/xml", "image/svg+xml"
CACHED = "public, max-age=300"
"""For five minutes nobody need ask again; after that, a question by the mark of what was got costs nothing to answer."""

CHOSEN_BY = "Cookie, Accept-Language"
"""By what the language of an answer is chosen where the address names none."""

read = partial(router.api_route, methods=["GET", "HEAD"])

schemas = pages(prefix="/schemas")
"""What is not of one service, and has an address of its own."""


@read("/services.jsonld")
def services(page: Page, visitor: Visitor) -> Response:
    """The whole catalogue, as CPSV-AP."""
    registry = page.deps.registry
    found = catalogue(registry.services(), registry.territory, registry.life_events, page.deps.base_url)
    return _answer(page.request, orjson.dumps(found), JSON_LD)


@read("/services/{slug}.jsonld")
def service(page: Page, visitor: Visitor, slug: str) -> Response:
    """One service, as CPSV-AP and as schema.org's GovernmentService."""
    definition = page.deps.registry.service(slug)
    found = service_document(definition, page.deps.registry.territory, page.deps.base_url)
    return _answer(page.request, orjson.dumps(found), JSON_LD)


@read("/services/{slug}/form.schema.json")
def form(page: Page, visitor: Visitor, slug: str) -> Response:
    """What the answers to its form look like."""
    definition = page.deps.registry.service(slug)
    if not definition.pages:
        raise NotFound()
    found = form_schema(definition.pages, FIELD_TYPES, definition.title)
    address = f"{page.deps.base_url}/open/services/{slug}/form.schema.json"
    return _answer(page.request, orjson.dumps({"$id": address, **found}), JSON_SCHEMA)


@read("/services/{slug}/workflow.bpmn")
def bpmn(page: Page, visitor: Visitor, slug: str) -> Response:
    """Its workflow for a modeler."""
    definition = _with_workflow(page, slug)
    return _answer(page.request, bpmn_xml(definition, page.deps.base_url).encode(), BPMN)


@read("/services/{slug}/workflow.svg")
def picture(page: Page, visitor: Visitor, slug: str) -> Response:
    """Its workflow as a picture, described in the language of the address, or else in the reader's."""
    definition = _with_workflow(page, slug)
    named = page.request.query_params.get("lang") == page.language
    return _answer(page.request, workflow_svg(definition, page.language).encode(), SVG, vary="" if named else CHOSEN_BY)


@schemas.api_route(SCHEMA_PATH.removeprefix("/schemas"), methods=["GET", "HEAD"])
def document(page: Page, visitor: Visitor) -> Response:
    """What the data attached to every signed document looks like."""
    found = document_schema(f"{page.deps.base_url}{SCHEMA_PATH}")
    return _answer(page.request, orjson.dumps(found), JSON_SCHEMA)


def _with_workflow(page: Page, slug: str) -> ServiceDefinition:
    definition = page.deps.registry.service(slug)
    if not definition.states:
        raise NotFound()
    return definition


def _answer(request: Request, body: bytes, media_type: str, vary: str = "") -> Response:
    """What is the same for everybody may be kept by anybody; what ``vary`` decides is kept by the reader's own browser."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": CACHED, "etag": mark}
    if vary:
        headers |= {"cache-control": CACHED.replace("public", "private"), "vary": vary}
    held = request.headers.get("if-none-match", "").split(",")
    # A proxy that compresses on the way calls the mark weak.
    if mark in [one.strip().removeprefix("W/") for one in held]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
