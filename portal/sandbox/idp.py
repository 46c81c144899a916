"""The demonstration's identity provider: OpenID Connect's code flow, with PKCE demanded."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from portal.sandbox.config import Config
from portal.sandbox.context import sandbox_of
from portal.sandbox.persons import BY_ID, PERSONS
from portal.sandbox.rendering import page
from portal.sandbox.tokens import Grant, Refused, Tokens

router = APIRouter(prefix="/idp")

SCOPES = ("openid", "profile", "email", "phone", "address")
LEVELS = ("low", "substantial", "high")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class SignIn(BaseModel):
    """What the portal asks when it sends a browser here (OpenID Connect Core 1.0, section 3.1.2.1)."""

    model_config = ConfigDict(extra="ignore")

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    ui_locales: str = ""
    acr_values: str = ""
    prompt: str = ""
    login_hint: str = ""

    @property
    def language(self) -> str:
        wanted = [tag.partition("-")[0] for tag in self.ui_locales.split()]
        return next((tag for tag in wanted if tag in ("ar", "fr")), "ar")

    @property
    def fault(self) -> str:
        """The OAuth error this request deserves, or nothing."""
        if self.response_type != "code":
            return "unsupported_response_type"
        if "openid" not in self.scope.split():
            return "invalid_scope"
        if self.code_challenge_method != "S256" or len(self.code_challenge) != 43:
            return "invalid_request"
        # Nobody is ever signed in here beforehand.
        return "login_required" if self.prompt == "none" else ""


@router.get("/.well-known/openid-configuration")
async def discovery(request: Request) -> dict[str, object]:
    issuer = _issuer(request)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
        "acr_values_supported": list(LEVELS),
        "ui_locales_supported": ["ar", "fr"],
        "authorization_response_iss_parameter_supported": True,
    }


@router.get("/jwks")
async def jwks(request: Request) -> dict[str, object]:
    return {"keys": [_tokens(request).public_key]}


@router.get("/persons.json")
async def persons() -> list[dict[str, object]]:
    """The demonstration's citizens, for whoever drives it."""
    return [
        {
            "id": person.id,
            "level": person.level,
            "claims": person.claims(SCOPES),
            "children": [vars(child) for child in person.children],
        }
        for person in PERSONS
    ]


@router.get("/authorize")
async def authorize(request: Request) -> Response:
    wanted = SignIn.model_validate(dict(request.query_params))
    if refusal := _refusal(request, wanted):
        return refusal
    if wanted.login_hint in BY_ID:
        return _signed_in(request, wanted, wanted.login_hint)
    return HTMLResponse(page("sign_in.html", wanted.language, wanted=wanted, persons=PERSONS, levels=LEVELS))


@router.post("/authorize")
async def choose(request: Request) -> Response:
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    wanted = SignIn.model_validate(form)
    if refusal := _refusal(request, wanted):
        return refusal
    if form.get("person") not in BY_ID:
        return _back(request, wanted, error="access_denied")
    return _signed_in(request, wanted, form["person"])


@router.post("/token")
async def token(request: Request) -> JSONResponse:
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    config = sandbox_of(request).config
    if not _is_client(request, form, config):
        return _oauth_error("invalid_client", 401)
    if form.get("grant_type") != "authorization_code":
        return _oauth_error("unsupported_grant_type")
    try:
        answer = _tokens(request).exchange(
            form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", ""), config.client_id
        )
    except Refused:
        return _oauth_error("invalid_grant")
    return JSONResponse(answer, headers=NO_STORE)


@router.api_route("/userinfo", methods=["GET", "POST"])
async def userinfo(request: Request) -> JSONResponse:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    holder = _tokens(request).holder(given.strip()) if scheme.lower() == "bearer" else None
    if holder is None:
        return JSONResponse({"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    person, scopes = holder
    return JSONResponse(person.claims(scopes), headers=NO_STORE)


def _tokens(request: Request) -> Tokens:
    tokens: Tokens = request.app.state.tokens
    return tokens


def _issuer(request: Request) -> str:
    return f"{sandbox_of(request).config.public_url}/idp"


def _refusal(request: Request, wanted: SignIn) -> Response | None:
    """The answer to a request that cannot be served; only a portal we know is sent the browser back."""
    config = sandbox_of(request).config
    if wanted.client_id != config.client_id or not _is_ours(wanted.redirect_uri, config):
        return HTMLResponse(page("refused.html", wanted.language), 400)
    return _back(request, wanted, error=wanted.fault) if wanted.fault else None


def _is_ours(redirect_uri: str, config: Config) -> bool:
    """Whether the address is the portal's, or on this machine: nothing may be sent to the internet at large."""
    try:
        address, portal = urlsplit(redirect_uri), urlsplit(config.portal_url)
        same = (address.scheme, address.netloc) == (portal.scheme, portal.netloc)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and not address.fragment and (same or address.hostname in LOOPBACK)


def _signed_in(request: Request, wanted: SignIn, person: str) -> Response:
    granted = frozenset(wanted.scope.split()) & frozenset(SCOPES)
    grant = Grant(BY_ID[person], wanted.redirect_uri, granted, wanted.nonce, wanted.code_challenge)
    return _back(request, wanted, code=_tokens(request).grant(grant))


def _back(request: Request, wanted: SignIn, **answer: str) -> Response:
    told = {**answer, "iss": _issuer(request), **({"state": wanted.state} if wanted.state else {})}
    joint = "&" if urlsplit(wanted.redirect_uri).query else "?"
    return RedirectResponse(f"{wanted.redirect_uri}{joint}{urlencode(told)}", 303, NO_STORE)


def _is_client(request: Request, form: Mapping[str, str], config: Config) -> bool:
    given = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
    known = (config.client_id, config.client_secret)
    return all(hmac.compare_digest(one.encode(), other.encode()) for one, other in zip(given, known, strict=True))


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        raise HTTPException(400, "the authorization header cannot be read") from None
    return unquote_plus(name), unquote_plus(secret)


def _oauth_error(error: str, status: int = 400) -> JSONResponse:
    headers: dict[str, Any] = dict(NO_STORE)
    if status == 401:
        headers["WWW-Authenticate"] = "Basic"
    return JSONResponse({"error": error}, status, headers)
