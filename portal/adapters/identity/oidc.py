"""Signing in through OpenID Connect: the code flow with PKCE, at any provider known by its issuer's address."""

import hmac
import secrets
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from portal.adapters.identity.claims import (
    STANDARD_CLAIMS,
    STANDARD_LEVELS,
    ClaimNames,
    accepted_contexts,
    all_stated,
    claims_from,
)
from portal.adapters.identity.discovery import Discovery, fetched_object
from portal.domain.service import IdentityLevel
from portal.ports import Claims, IdentityProvider, Rejected, SignInRequest, Unreachable

STANDARD_SCOPES = ("openid", "profile", "email", "phone", "address")
ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
"""What an ID token may be signed with. «none» and the symmetric ones are never among them."""

# With these the provider says that it cannot now; with any other error, that it will not.
PASSING_ERRORS = frozenset({"server_error", "temporarily_unavailable"})


class OpenIdProvider(IdentityProvider):
    """The provider at ``issuer``, where we are registered as ``client_id``.

    ``claims`` tells under which names it speaks of a person, ``levels`` what its ``acr`` values are worth, and
    ``level_without_acr`` what a sign-in without a known one is: whether that is enough is for the caller to judge.
    ``leeway`` is the tolerated difference of clocks, in seconds.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str = "",
        *,
        scopes: Collection[str] = STANDARD_SCOPES,
        claims: ClaimNames = STANDARD_CLAIMS,
        levels: Mapping[str, str] = STANDARD_LEVELS,
        level_without_acr: str = IdentityLevel.LOW.value,
        algorithms: Collection[str] = ALGORITHMS,
        timeout: float = 10,
        leeway: int = 60,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = " ".join(dict.fromkeys(("openid", *scopes)))
        self._claims = claims
        self._levels = levels
        self._level_without_acr = level_without_acr
        self._registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
        self._leeway = leeway
        self._discovery = Discovery(issuer, timeout)

    def begin(self, redirect_uri: str, language: str, level: str) -> SignInRequest:
        """Where to send the browser; the provider is asked for ``level`` and to speak ``language``."""
        endpoint = self._discovery.endpoint("authorization_endpoint")
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
        wishes = {"nonce": nonce, "ui_locales": language, "acr_values": accepted_contexts(self._levels, level) or None}
        with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(endpoint, state=state, code_verifier=verifier, **wishes)
        return SignInRequest(url, state, nonce, verifier)

    def finish(self, request: SignInRequest, redirect_uri: str, callback_url: str) -> Claims:
        """The person behind the callback; each request serves once, which is for the caller to see to."""
        code = self._code(request, callback_url)
        try:
            with self._client(redirect_uri) as client:
                token = self._token(client, code, request.verifier)
                stated = self._verified(token, request.nonce)
                if not all_stated(stated, self._claims):
                    stated = {**self._user_info(client, str(stated["sub"])), **stated}
        except httpx2.HTTPError as error:
            raise Unreachable(f"the identity provider does not answer: {type(error).__name__}") from None
        return claims_from(stated, self._claims, self._levels, self._level_without_acr)

    def _client(self, redirect_uri: str) -> Any:
        # One for each sign-in: the client keeps the token it fetched, which must never meet another person's request.
        methods = self._discovery.metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Client(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=method if self._client_secret else "none",
            scope=self._scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=self._discovery.timeout,
            leeway=0,  # The token is used at once: one that lives for less than a minute is no worse.
            verify=self._discovery.authorities(),
        )

    def _code(self, request: SignInRequest, callback_url: str) -> str:
        """The authorization code in the callback, once it is known to answer ``request``."""
        try:
            answer = parse_qs(urlsplit(callback_url).query, max_num_fields=50)
        except ValueError:
            raise Rejected("the callback cannot be read") from None
        if not hmac.compare_digest(_single(answer, "state").encode(), request.state.encode()):
            raise Rejected("the state is not the one we sent")
        issuer = _single(answer, "iss")
        metadata = self._discovery.metadata()
        # RFC 9207: a callback that another provider was tricked into sending gives itself away.
        if issuer != metadata["issuer"] and (issuer or metadata.get("authorization_response_iss_parameter_supported")):
            raise Rejected("the callback comes from another issuer")
        if "error" in answer:
            raise _refusal(_single(answer, "error"))
        code = _single(answer, "code")
        if not code:
            raise Rejected("the callback carries no code")
        return code

    def _token(self, client: Any, code: str, verifier: str) -> Mapping[str, Any]:
        endpoint = self._discovery.endpoint("token_endpoint")
        try:
            token = client.fetch_token(endpoint, grant_type="authorization_code", code=code, code_verifier=verifier)
        except AuthlibBaseError as error:
            raise _refusal(str(error.error)) from None
        except httpx2.HTTPStatusError as error:
            status = error.response.status_code
            if 400 <= status < 500 and status not in (408, 429):
                raise Rejected(f"the code was refused with status {status}") from None
            raise
        except ValueError:
            raise Unreachable("the token endpoint answered something else than JSON") from None
        if not all(isinstance(token.get(part), str) and token[part] for part in ("id_token", "access_token")):
            raise Rejected("the answer holds no ID token")
        return dict(token)

    def _verified(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """What the ID token says, once its signature and every claim about itself are right (OIDC Core 3.1.3.7)."""
        options = {
            "iss": {"essential": True, "value": self._discovery.metadata()["issuer"]},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
        }
        expected = {"nonce": nonce, "client_id": self._client_id, "access_token": token["access_token"]}
        try:
            signed = self._signed(token["id_token"])
            CodeIDToken(signed.claims, signed.header, options, expected).validate(leeway=self._leeway)
        except (JoseError, ValueError, TypeError) as error:
            raise Rejected(f"the ID token does not hold: {getattr(error, 'error', '') or 'malformed'}") from None
        return dict(signed.claims)

    def _signed(self, encoded: str) -> jwt.Token:
        try:
            return jwt.decode(encoded, self._discovery.keys(), registry=self._registry)
        except InvalidKeyIdError:
            # The provider has changed its keys since we last looked.
            return jwt.decode(encoded, self._discovery.keys(renewed=True), registry=self._registry)

    def _user_info(self, client: Any, subject: str) -> Mapping[str, Any]:
        """What the provider adds about the person, if it has such an endpoint."""
        if "userinfo_endpoint" not in self._discovery.metadata():
            return {}
        try:
            response = client.get(self._discovery.endpoint("userinfo_endpoint"))
        except AuthlibBaseError as error:
            raise Rejected(f"the access token cannot be used: {error.error}") from None
        if response.headers.get("content-type", "").startswith("application/jwt"):
            stated = self._signed_user_info(response)
        else:
            stated = fetched_object(response)
        # OIDC Core 5.3.2: without this, somebody else's answer could be slipped in.
        if stated.get("sub") != subject:
            raise Rejected("the user information is about somebody else")
        return stated

    def _signed_user_info(self, response: httpx2.Response) -> Mapping[str, Any]:
        response.raise_for_status()
        try:
            stated = self._signed(response.text).claims
        except (JoseError, ValueError):
            raise Rejected("the user information does not hold") from None
        issuer = self._discovery.metadata()["issuer"]
        audience = stated.get("aud", self._client_id)
        meant = self._client_id in (audience if isinstance(audience, list) else [audience])
        if stated.get("iss", issuer) != issuer or not meant:
            raise Rejected("the user information is meant for somebody else")
        return stated


def _single(answer: Mapping[str, list[str]], name: str) -> str:
    values = answer.get(name, [])
    return values[0] if len(values) == 1 else ""


def _refusal(error: str) -> Exception:
    named = error if error.replace("_", "").isalnum() and len(error) <= 60 else "an unknown error"
    if named in PASSING_ERRORS:
        return Unreachable(f"the identity provider answered {named}")
    return Rejected(f"the identity provider answered {named}")
