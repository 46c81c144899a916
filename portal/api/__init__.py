"""The partners' interface: everything under ``/api/v1``, and ``/oauth/token``."""

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.api import cases, clock, opinions, reports, services, tokens, verify
from portal.api.openapi import Description, documented
from portal.api.problems import KINDS, type_url
from portal.api.routing import ApiRoute, Elsewhere, answer
from portal.api.shapes import ProblemKind
from portal.domain.errors import NotFound

router = APIRouter(route_class=ApiRoute, generate_unique_id_function=lambda route: route.name)


@router.get("/api/v1/openapi.json", include_in_schema=False)
def read_description() -> Response:
    """What this interface can do, for a machine."""
    return Response(DESCRIPTION.body, media_type="application/json", headers={"cache-control": "max-age=300"})


@router.get(
    "/api/v1/problems/{name}",
    tags=["problems"],
    summary="Read what a problem means",
    response_model=ProblemKind,
    responses=documented(404),
)
def read_problem(request: Request, name: str) -> Response:
    """What the type of a problem stands for."""
    kind = next((kind for kind in KINDS.values() if kind.name == name), None)
    if kind is None:
        raise NotFound()
    base_url = request.app.state.deps.base_url
    return answer({"type": type_url(base_url, kind), "title": kind.title, "detail": kind.detail})


for part in (tokens, services, cases, clock, opinions, reports, verify):
    router.routes.extend(part.router.routes)

DESCRIPTION = Description(router.routes)


def install(app: FastAPI) -> None:
    """Adds the interface. Its routes become the application's own: an included router is matched twice per request."""
    app.router.routes.extend(router.routes)
    elsewhere = Elsewhere(router.routes)
    for prefix in ("/api", "/oauth"):
        app.router.routes.append(Route(f"{prefix}/{{rest:path}}", elsewhere, include_in_schema=False))
