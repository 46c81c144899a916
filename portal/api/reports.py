"""What partners and platforms report of a case: each message counts once, however often it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path
from pydantic import ValidationError
from pydantic.json_schema import SkipJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from portal.actions import dispatch
from portal.actions.deps import Deps
from portal.adapters.connectors.callbacks import verify_callback
from portal.api.cases import Reference, canonical
from portal.api.openapi import documented
from portal.api.partner import Partner, actor_of
from portal.api.problems import BadSignature
from portal.api.routing import ApiRoute, answer, read_body
from portal.api.shapes import Callback, CallbackData, MessageId, Report, Reported
from portal.domain.case import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.service import Role
from portal.ports import Rejected
from portal.presenting.follow_ups import FOLLOW_UPS

MAX_CALLBACK = 64 * 1024

router = APIRouter(route_class=ApiRoute, generate_unique_id_function=lambda route: route.name)

IdempotencyKey = Annotated[
    MessageId | SkipJsonSchema[None], Header(description="Your id of the event, unless the body has it.")
]


def _label(report: Report) -> Mapping[str, str]:
    """What the applicant reads: never a bare code. Raises Invalid for one that nobody has put into words."""
    if report.label is not None:
        return report.label.model_dump()
    known = FOLLOW_UPS.get(report.status)
    if known is None:
        raise Invalid(detail=f"a status other than {', '.join(FOLLOW_UPS)} needs a label in ar and fr")
    return known.values


@router.post(
    "/api/v1/cases/{reference}/events",
    tags=["cases"],
    summary="Report a follow-up",
    status_code=201,
    response_model=Reported,
    responses={200: {"model": Reported, "description": "Known already"}, **documented(400, 401, 404, 422)},
)
def report_follow_up(
    call: Partner, reference: Reference, report: Report, idempotency_key: IdempotencyKey = None
) -> Response:
    """Tells the applicant what became of her case on your side. The same id for the same case is entered once."""
    message = report.id or idempotency_key
    if message is None:
        raise Invalid(detail="the event needs an id, in the body or as Idempotency-Key")
    case, label = canonical(reference), _label(report)
    with call.writing() as (work, partner):
        first = dispatch.report(
            work,
            call.deps,
            actor_of(partner),
            case,
            source=partner.name,
            message_id=f"{partner.id}/{case}/{message}",
            status=report.status,
            label=label,
            note=report.note.strip(),
        )
    body = {"reference": case, "id": message, "repeated": not first}
    return answer(body, 201 if first else 200)


@dataclass(frozen=True)
class SentCallback:
    """A callback as it arrived, not yet trusted."""

    deps: Deps
    headers: Mapping[str, str]
    body: bytes


async def read_callback(request: Request) -> SentCallback:
    return SentCallback(request.app.state.deps, request.headers, await read_body(request, MAX_CALLBACK))


@router.post(
    "/api/v1/callbacks/{platform}",
    tags=["callbacks"],
    summary="Take a platform's callback",
    status_code=204,
    response_class=Response,
    responses=documented(401, 404, 413, 422),
    openapi_extra={
        "security": [{"webhookSignature": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Callback"}}},
        },
    },
)
def take_callback(
    platform: Annotated[str, Path(description="The platform's name.")],
    sent: Annotated[SentCallback, Depends(read_callback)],
) -> Response:
    """A follow-up, signed as in Standard Webhooks; one with a known `webhook-id` changes nothing."""
    deps = sent.deps
    known = deps.platforms.get(platform)
    if known is None or not known.callback_secret:
        raise NotFound()
    try:
        received = verify_callback(known.callback_secret, sent.headers, sent.body)
    except Rejected:
        raise BadSignature() from None
    data = _read(received)
    label = dispatch.status_label(deps, platform, data.status)
    actor = Actor(platform, frozenset({Role.PARTNER}), services=dispatch.platform_services(deps, platform))
    with deps.unit_of_work() as work:
        dispatch.report(
            work,
            deps,
            actor,
            canonical(data.reference),
            source=platform,
            message_id=sent.headers["webhook-id"],
            status=data.status,
            label=label,
            note=_note(data),
            from_platform=True,
        )
    return Response(status_code=204, headers={"cache-control": "no-store"})


def _read(received: object) -> CallbackData:
    try:
        return Callback.model_validate(received).data
    except ValidationError as error:
        places = "; ".join(".".join(str(part) for part in item["loc"]) + ": " + item["msg"] for item in error.errors())
        raise Invalid(detail=places[:500]) from None


def _note(data: CallbackData) -> str:
    """The day and the text for the citizen, in both languages one below the other: the journal keeps one note."""
    day = f"{data.date:%d/%m/%Y}" if data.date else ""
    limit = (dispatch.MAX_NOTE - len(day) - 2) // 2
    texts = (data.note.ar[:limit], data.note.fr[:limit]) if data.note else ()
    return "\n".join(part for part in (day, *texts) if part)
