"""The stand-in for a time-stamping authority and for those who answer for certificates: RFC 3161, OCSP, revocation lists."""

import base64
import binascii
from datetime import UTC, datetime
from urllib.parse import unquote

from fastapi import APIRouter, HTTPException, Request, Response

from portal.sandbox.authority import Keys
from portal.sandbox.context import Sandbox, changed, sandbox_of
from portal.sandbox.revocation import answer_to, list_of
from portal.sandbox.stamping import refusal, reply_to

router = APIRouter()

LARGEST_QUERY = 16 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
ASKED, ANSWERED = "application/ocsp-request", "application/ocsp-response"


@router.post("/tsa")
async def stamp(request: Request) -> Response:
    """A token over the digest that is sent, or the reason why there is none."""
    sandbox = sandbox_of(request)
    await sandbox.stall(sandbox.controls.tsa.stall)
    if sandbox.controls.tsa.off:
        raise HTTPException(503, "told to be away")
    keys = sandbox.authority.keys()
    if _media_type(request) != QUERY:
        raise HTTPException(415, f"{QUERY} is expected")
    query = await _body(request)
    reply = refusal("bad_data_format", "too long") if query is None else reply_to(query, keys, datetime.now(UTC))
    return Response(reply, media_type=REPLY)


@router.post("/ocsp")
async def tell(request: Request) -> Response:
    keys = await _keys_of(sandbox_of(request))
    if _media_type(request) != ASKED:
        raise HTTPException(415, f"{ASKED} is expected")
    return _told(await _body(request) or b"", keys)


@router.get("/ocsp/{encoded:path}")
async def tell_by_address(request: Request, encoded: str) -> Response:
    """The same, asked by an address (RFC 6960, A.1): the question in base 64, and that encoded for an address."""
    keys = await _keys_of(sandbox_of(request))
    try:
        question = base64.b64decode(unquote(encoded).replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError):
        question = b""
    return _told(question, keys)


@router.get("/crl/{name}.crl")
async def revoked(request: Request, name: str) -> Response:
    """The revocation list of an authority."""
    found = list_of(name, await _keys_of(sandbox_of(request)), datetime.now(UTC))
    if found is None:
        raise HTTPException(404, "there is no such authority")
    return Response(found, media_type="application/pkix-crl")


@router.post("/tsa/control")
async def set_control(request: Request) -> dict[str, object]:
    return await changed(request, sandbox_of(request).controls.tsa)


async def _keys_of(sandbox: Sandbox) -> Keys:
    await sandbox.stall(sandbox.controls.tsa.stall)
    if sandbox.controls.tsa.mute:
        raise HTTPException(503, "told to be away")
    return sandbox.authority.keys()


def _told(question: bytes, keys: Keys) -> Response:
    return Response(answer_to(question, keys, datetime.now(UTC)), media_type=ANSWERED)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _body(request: Request) -> bytes | None:
    """What was sent, or None where it is longer than any question."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_QUERY:
            return None
    return bytes(received)
