"""Tokens for partners: OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Depends
from limits import parse
from starlette.requests import Request
from starlette.responses import Response

from portal.actions.deps import Deps
from portal.actions.passwords import check_password
from portal.api.problems import RETRY_AFTER
from portal.api.routing import ApiRoute, answer, read_body
from portal.api.shapes import Token, TokenError
from portal.domain.errors import TooLarge, TooMany
from portal.http.limiting import TOKEN_PARTNER, address_of
from portal.store import partners

# Each attempt costs an argon2 run, under whatever name it is made; a ministry behind one address needs few tokens.
TOKEN_ADDRESS = parse("120 per minute")
MAX_BODY = 8 * 1024
MAX_CREDENTIAL = 200
NO_STORE = {"pragma": "no-cache"}
GRANT = "client_credentials"

router = APIRouter(route_class=ApiRoute, tags=["token"], generate_unique_id_function=lambda route: route.name)


class TokenRefused(Exception):
    """No token is given; ``code`` is one of RFC 6749, section 5.2."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.description, self.status = code, description, status


@dataclass(frozen=True)
class Asked:
    """A request for a token, as it arrived."""

    authorization: str
    media_type: str
    body: bytes | None
    address: str
    deps: Deps


@dataclass(frozen=True)
class Credentials:
    """What a client says it is called, and the secret it proves that with."""

    client_id: str
    secret: str


async def read_asked(request: Request) -> Asked:
    headers = request.headers
    try:
        body = await read_body(request, MAX_BODY)
    except TooLarge:
        body = None
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return Asked(headers.get("authorization", ""), media_type, body, address_of(request), request.app.state.deps)


FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": [GRANT]},
        "client_id": {"type": "string", "description": "Unless it is sent as HTTP Basic."},
        "client_secret": {"type": "string", "description": "Unless it is sent as HTTP Basic."},
        "scope": {"type": "string", "description": "Services, separated by spaces; the token covers all granted ones."},
    },
}


@router.post(
    "/oauth/token",
    summary="Get a token",
    response_model=Token,
    responses={status: {"model": TokenError} for status in (400, 401, 429)},
    openapi_extra={
        "security": [{"clientBasic": []}, {}],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
    },
)
def create_token(asked: Annotated[Asked, Depends(read_asked)]) -> Response:
    """Exchanges a partner's id and secret for a token that is good for an hour."""
    try:
        return answer(_token(asked), headers=NO_STORE)
    except TokenRefused as refused:
        headers = {**NO_STORE, "www-authenticate": 'Basic realm="shubbak"'} if refused.status == 401 else NO_STORE
        return answer({"error": refused.code, "error_description": refused.description}, refused.status, headers)
    except TooMany:
        body = {"error": "temporarily_unavailable", "error_description": "too many attempts: wait a minute"}
        return answer(body, 429, {**NO_STORE, "retry-after": RETRY_AFTER})


def _token(asked: Asked) -> dict[str, Any]:
    form = _form(asked)
    if "grant_type" not in form:
        raise TokenRefused("invalid_request", "grant_type is missing")
    if form["grant_type"] != GRANT:
        raise TokenRefused("unsupported_grant_type", f"grant_type must be {GRANT}")
    credentials = _credentials(asked, form)
    asked.deps.limits.count(TOKEN_ADDRESS, "token-address", asked.address)
    asked.deps.limits.count(TOKEN_PARTNER, "token", credentials.client_id)
    partner = _checked(asked.deps, credentials)
    wanted = set(form.get("scope", "").split())
    if not wanted <= set(partner.services):
        raise TokenRefused("invalid_scope", "the scope names a service that was not granted")
    with asked.deps.unit_of_work() as work:
        token = partners.new_token(work.connection, partner, work.now)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(partners.TOKEN_LIFETIME.total_seconds()),
        "scope": " ".join(partner.services),
    }


def _form(asked: Asked) -> Mapping[str, str]:
    if asked.body is None:
        raise TokenRefused("invalid_request", "the body is too large")
    if asked.media_type != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "the body must be application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(asked.body.decode(), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise TokenRefused("invalid_request", "the body cannot be read") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise TokenRefused("invalid_request", "a parameter is sent twice")
    # A parameter without a value counts as not sent (RFC 6749, section 3.2).
    return {name: value for name, value in form.items() if value}


def _credentials(asked: Asked, form: Mapping[str, str]) -> Credentials:
    kind, _, encoded = asked.authorization.partition(" ")
    if kind.lower() == "basic":
        if "client_secret" in form:
            raise TokenRefused("invalid_request", "the client proves itself in two ways at once")
        return _basic(encoded)
    if not ("client_id" in form and "client_secret" in form):
        raise TokenRefused("invalid_client", "the client's id and secret are missing", 401)
    return Credentials(form["client_id"], form["client_secret"])


def _basic(encoded: str) -> Credentials:
    """Id and secret of an Authorization header, each form-encoded before they were joined (RFC 6749, section 2.3.1)."""
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = client_id = secret = ""
    if not colon:
        raise TokenRefused("invalid_client", "the Authorization header cannot be read", 401)
    return Credentials(unquote_plus(client_id), unquote_plus(secret))


def _checked(deps: Deps, credentials: Credentials) -> partners.Partner:
    """The partner that the credentials prove; an unknown one costs as much time as a wrong secret."""
    with deps.reading() as work:
        found = partners.find_with_secret(work.connection, _plain(credentials.client_id))
    proved = check_password(found[1] if found else None, credentials.secret[:MAX_CREDENTIAL])
    if found is None or not proved:
        raise TokenRefused("invalid_client", "the client is unknown, or its secret is wrong", 401)
    return found[0]


def _plain(client_id: str) -> str:
    """An id as ours are; another, which a database might choke on, stands for nobody."""
    return client_id if client_id.isascii() and client_id.isprintable() and len(client_id) <= MAX_CREDENTIAL else ""
