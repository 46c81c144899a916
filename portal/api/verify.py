"""Checking a document for a partner: its file, the seal in its QR, or the code under that."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from limits import RateLimitItem
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from portal.actions.transparency import Place
from portal.actions.verdict import Known, Verified
from portal.actions.verify import MAX_BYTES, verify_by_looking, verify_by_register, verify_text
from portal.api.openapi import REFERENCE, documented
from portal.api.partner import Partner, PartnerCall, take_token
from portal.api.problems import BadRequest, Unfit
from portal.api.routing import ApiRoute, answer, read_body
from portal.api.verify_shapes import EXAMPLES, ToVerify, Verification
from portal.domain.errors import TooLarge
from portal.domain.service import Text
from portal.http import limiting
from portal.http.threads import in_thread
from portal.ports_of_documents import Sealed

router = APIRouter(route_class=ApiRoute, tags=["documents"], generate_unique_id_function=lambda route: route.name)

FILES = ("application/pdf", "image/jpeg", "image/png", "image/webp")
_JSON, _FORM = "application/json", "multipart/form-data"
_MOST_JSON = 16 * 1024


@dataclass(frozen=True)
class Sent:
    """What is to be checked: a file, or a text."""

    file: bytes = b""
    text: str = ""


async def read_sent(request: Request) -> Sent:
    """What a request holds, however it was sent; raises NotSignedIn, TooMany, TooLarge, Unfit or BadRequest."""
    # Nothing is read from strangers, and nothing more from whoever sends too much.
    await in_thread(request, _count, take_token(request), limiting.VERIFY_PARTNER, "verify")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _JSON:
        return Sent(text=_read_text(await read_body(request, _MOST_JSON)))
    file = await _read_form(request) if kind == _FORM else await read_body(request, MAX_BYTES)
    if kind != _FORM and kind not in FILES:
        raise BadRequest(detail=f"send {_JSON}, {_FORM} or one of {', '.join(FILES)}")
    if not file:
        raise Unfit(detail="the file is empty")
    return Sent(file=file)


def _count(call: PartnerCall, item: RateLimitItem, what: str) -> None:
    with call.reading() as (_, partner):
        who = partner.id
    call.deps.limits.count(item, what, who)


def _read_text(body: bytes) -> str:
    try:
        sent = ToVerify.model_validate_json(body)
    except ValidationError as error:
        raise Unfit(detail="; ".join(item["msg"] for item in error.errors(include_input=False))[:500]) from None
    return sent.seal or sent.code or ""


async def _read_form(request: Request) -> bytes:
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Unfit(detail="the form needs a file, named «file»")
            content = await file.read(MAX_BYTES + 1)
    except MultiPartException as error:
        raise BadRequest(detail="the form cannot be read") from error
    if len(content) > MAX_BYTES:
        raise TooLarge()
    return content


_SCHEMA = {"type": "string", "format": "binary", "maxLength": MAX_BYTES}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        _JSON: {"schema": {"$ref": REFERENCE.format(model="ToVerify")}},
        _FORM: {"schema": {"type": "object", "required": ["file"], "properties": {"file": _SCHEMA}}},
        **{kind: {"schema": _SCHEMA} for kind in FILES},
    },
}


@router.post(
    "/api/v1/verify",
    summary="Check a document",
    response_model=Verification,
    responses={
        200: {"description": "A verdict", "content": {_JSON: {"examples": EXAMPLES}}},
        **documented(400, 401, 413, 422, 429, 503),
    },
    openapi_extra={"requestBody": _BODY},
)
async def verify_document(request: Request, call: Partner, sent: Annotated[Sent, Depends(read_sent)]) -> Response:
    """Says whether a document was issued here, unchanged, and still stands. Nothing that you send is kept.

    Only of a file (`checked` is `file`) is every word vouched for. A seal or a code tells that there is such a document:
    compare the paper with what the answer says of it.
    """
    found = await in_thread(request, _told_at_once, call, sent)
    if found is None:
        found = await request.app.state.looking.run(partial(verify_by_looking, call.deps, sent.file))
    return answer(described(found))


def _told_at_once(call: PartnerCall, sent: Sent) -> Verified | None:
    """The verdict where nothing has to be looked at; None where that may be done now. Raises TooMany."""
    if not sent.file:
        return verify_text(call.deps, sent.text)
    found = verify_by_register(call.deps, sent.file)
    if found is None:
        _count(call, limiting.LOOK_PARTNER, "look")
    return found


def described(found: Verified) -> dict[str, Any]:
    """A verdict in words for machines."""
    return {
        "verdict": found.verdict,
        "checked": found.checked,
        "why": found.refused or found.why,
        "document": _document(found.known) if found.known is not None else None,
        "seal": _seal(found.seal) if found.seal is not None else None,
        "shown": described(found.shown) if found.shown is not None else None,
    }


def _document(known: Known) -> dict[str, Any]:
    return {
        "number": known.number,
        "kind": known.kind,
        "title": _text(known.title),
        "unit": _text(known.unit) if known.unit is not None else None,
        "reference": known.reference or None,
        "issued_at": known.issued_at,
        "expires_on": known.expires_on,
        "level": known.level,
        "standing": known.standing,
        "revoked_at": known.revoked_at,
        "revoked_for": known.revoked_for,
        "replaced_by": known.replaced_by or None,
        "replaces": list(known.replaces),
        "log": _place(known.place) if known.place is not None else None,
        "revocation_log": _place(known.end) if known.end is not None else None,
    }


def _seal(seal: Sealed) -> dict[str, Any]:
    return {
        "number": seal.number,
        "kind": seal.kind,
        "title": _text(seal.title),
        "name": _text(seal.name),
        "identifier": seal.identifier or None,
        "outcome": seal.outcome or None,
        "issued_at": seal.issued_at,
        "expires_on": seal.expires_on,
        "digest": seal.digest.hex(),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"number": place.number, "entered_at": place.entered_at, "proof": place.address}


def _text(text: Text) -> Mapping[str, str]:
    return dict(text.values)
