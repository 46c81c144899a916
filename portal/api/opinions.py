"""Opinions that are asked of a partner: the list of them, and giving one."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from portal.actions.consult import give, open_asked
from portal.actions.deps import Deps
from portal.api.cases import Reference, canonical
from portal.api.inputs import read_inputs
from portal.api.openapi import documented
from portal.api.partner import Partner, actor_of
from portal.api.routing import ApiRoute, answer
from portal.api.shapes import Opinion as OpinionSent
from portal.api.shapes import OpinionGiven, Opinions
from portal.domain.service import Opinion, Page, always
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings
from portal.fields.schema import form_schema
from portal.i18n import office_date
from portal.store import opinions
from portal.store.opinions import AskedRow

router = APIRouter(route_class=ApiRoute, tags=["opinions"], generate_unique_id_function=lambda route: route.name)

OpinionId = Annotated[str, Path(description="The opinion's id, as the list has it.")]


@router.get("/api/v1/opinions", summary="List awaited opinions", response_model=Opinions, responses=documented(401))
def list_opinions(call: Partner) -> Response:
    """The opinions that are asked of you and that you have not given, the earliest deadline first.

    `asks` is the JSON Schema of the `inputs` to send. As long as an opinion is awaited you may read its case.
    """
    with call.reading() as (work, partner):
        rows = opinions.of_partner(work.connection, partner.id)
    return answer({"items": [item for row in rows if (item := _describe(call.deps, row)) is not None]})


def _describe(deps: Deps, row: AskedRow) -> dict[str, Any] | None:
    consultation = deps.registry.version(row.service, row.digest).states[row.state].consultation
    opinion = consultation.opinion(row.opinion) if consultation is not None else None
    if opinion is None:
        return None
    case = f"{deps.base_url}/api/v1/cases/{row.reference}"
    return {
        "id": row.opinion,
        "reference": row.reference,
        "service": row.service,
        "title": dict(opinion.title.values),
        "asked_at": row.asked_at,
        "due_on": row.due_on,
        "asks": schema_of(opinion),
        "links": {"self": f"{case}/opinions/{row.opinion}", "case": case},
    }


def schema_of(opinion: Opinion) -> dict[str, Any]:
    """What the inputs of an opinion look like."""
    return form_schema([Page("opinion", opinion.title, opinion.asks, when=always)], FIELD_TYPES, opinion.title)


@router.post(
    "/api/v1/cases/{reference}/opinions/{opinion}",
    summary="Give an opinion",
    status_code=201,
    response_model=OpinionGiven,
    responses=documented(400, 401, 404, 409, 422),
)
def give_opinion(call: Partner, reference: Reference, opinion: OpinionId, sent: OpinionSent) -> Response:
    """Gives an opinion that is asked of you, once: it cannot be changed. Of what is not asked of you, 404."""
    case = canonical(reference)
    with call.reading() as (work, partner):
        opened, _, asked = open_asked(work, call.deps, case, opinion, actor_of(partner))
        around = Surroundings(call.deps.registry.territory, office_date(work.now))
    inputs = read_inputs(asked.asks, sent.inputs, around, opened.facts)
    with call.writing() as (work, partner):
        give(work, call.deps, actor_of(partner), case, opinion, inputs)
        given_at = work.now
    return answer({"id": opinion, "reference": case, "given_at": given_at}, 201)
