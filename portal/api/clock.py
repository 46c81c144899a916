"""The law's clock of a case, as partners read it: how long it has, since when, and why."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from portal.actions.clocks import LAST, clock_on
from portal.actions.perform import opened_case
from portal.api.cases import Reference, canonical, links_of
from portal.api.moments import read_day
from portal.api.openapi import documented
from portal.api.partner import Partner, actor_of
from portal.api.problems import BadRequest
from portal.api.routing import ApiRoute, answer
from portal.api.shapes import Clock
from portal.domain.errors import NotFound
from portal.domain.policies import check_can_see
from portal.presenting.clock_told import data
from portal.presenting.law import BOTH
from portal.store import cases

At = Annotated[
    str | SkipJsonSchema[None],
    Query(
        description="The day to read it on, today if there is none: as it was after that day, or will be if nothing happens.",
        openapi_examples={"day": {"value": "2026-12-01"}},
        json_schema_extra={"format": "date"},
    ),
]

router = APIRouter(route_class=ApiRoute, tags=["cases"], generate_unique_id_function=lambda route: route.name)


@router.get(
    "/api/v1/cases/{reference}/clock",
    summary="Read the law's clock of a case",
    response_model=Clock,
    responses=documented(400, 401, 404),
)
def read_clock(call: Partner, reference: Reference, at: At = None) -> Response:
    """By when a case must be answered, how that day comes about, and what the law still lets the office do.

    It is derived from the case's journal alone, step by step, each with its article. Days are those of the office
    (Africa/Casablanca), counted by the calendar as it is known today.
    """
    asked = None if at is None else read_day(at, "at", LAST)
    with call.reading() as (work, partner):
        dossier = cases.find(work.connection, work.vault, canonical(reference))
        if dossier is None:
            raise NotFound()
        opened = opened_case(work, call.deps, dossier)
        check_can_see(actor_of(partner), opened.dossier.case)
    read = clock_on(call.deps, dossier, opened.lines, asked or work.now)
    if read is None:
        raise BadRequest(detail=f"at: the case was filed on {dossier.case.filed_on}, and has no clock before")
    return answer(
        {
            "reference": dossier.case.reference,
            "service": dossier.case.service,
            "unit": read.unit,
            "at": read.day,
            **data(read.clock, read.day, BOTH),
            "links": links_of(call.deps.base_url, dossier.case.reference),
        }
    )
