"""What reading seals without a network takes, for anybody: the public keys, and the documents that no longer stand."""

import base64
import hashlib
from datetime import UTC
from functools import partial
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from starlette.requests import Request
from starlette.responses import Response

from portal.actions.revocations import revocation_list
from portal.domain.errors import Unavailable
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.ports import Unreachable
from portal.ports_of_documents import SealKey
from portal.web.routing import pages

router = pages(prefix="")

KEYS, REVOCATIONS = "/.well-known/shubbak-keys.json", "/v/revocations.cose"
CACHED = "public, max-age=300"
JWK_SET, COSE_SIGN1 = "application/jwk-set+json", 'application/cose; cose-type="cose-sign1"'

read = partial(router.api_route, methods=["GET", "HEAD"])


@read(KEYS)
def keys(page: Page, visitor: Visitor) -> Response:
    """The public keys that seals are read with, the one in use first (RFC 7517)."""
    base = page.deps.base_url
    try:
        published = page.deps.sealer.keys()
    except Unreachable as error:
        raise Unavailable() from error
    found = {"issuer": base, "revocations": base + REVOCATIONS, "keys": [_jwk(key) for key in published]}
    return _answer(page.request, orjson.dumps(found), JWK_SET)


@read(REVOCATIONS)
def revocations(page: Page, visitor: Visitor) -> Response:
    """The signed list of the documents that were revoked and have not expired."""
    return _answer(page.request, revocation_list(page.deps), COSE_SIGN1)


def _jwk(key: SealKey) -> dict[str, Any]:
    public = load_der_public_key(key.spki)
    assert isinstance(public, EllipticCurvePublicKey)  # noqa: S101  The port says so.
    point = public.public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _coordinate(point.x),
        "y": _coordinate(point.y),
        "alg": "ES256",
        "use": "sig",
        "kid": key.kid.hex(),
        "since": key.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _coordinate(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32)).decode("ascii").rstrip("=")


def _answer(request: Request, body: bytes, media_type: str) -> Response:
    """The same for everybody: any cache may keep it, and a page of any origin may read it."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": CACHED, "etag": mark, "access-control-allow-origin": "*"}
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if mark in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
