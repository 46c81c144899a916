"""The codes and tokens of the demonstration's identity provider. They live in memory; only its key is kept."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from portal.sandbox.persons import Person

CODE_LIFETIME = 300
TOKEN_LIFETIME = 600


class Refused(Exception):
    """The code is unknown, used, too old, or somebody else's."""


@dataclass(frozen=True)
class Grant:
    """What a person allowed by choosing herself on the sign-in page."""

    person: Person
    redirect_uri: str
    scopes: frozenset[str]
    nonce: str
    challenge: str
    made_at: float = field(default_factory=time.time)


class Tokens:
    """Hands out codes, and tokens in exchange for them, once."""

    def __init__(self, issuer: str, key_file: Path) -> None:
        self._issuer = issuer
        self._key = _kept_key(key_file)
        self._grants: dict[str, Grant] = {}
        self._holders: dict[str, tuple[float, Grant]] = {}

    @property
    def public_key(self) -> dict[str, Any]:
        return {**self._key.as_dict(private=False), "use": "sig", "alg": "RS256"}

    def grant(self, grant: Grant) -> str:
        """A code for the grant."""
        self._forget_old()
        code = secrets.token_urlsafe(32)
        self._grants[code] = grant
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str, client_id: str) -> dict[str, Any]:
        """The token endpoint's answer; raises Refused. A code serves once, even when it is refused."""
        grant = self._grants.pop(code, None)
        if grant is None or time.time() - grant.made_at > CODE_LIFETIME:
            raise Refused
        if grant.redirect_uri != redirect_uri or not hmac.compare_digest(grant.challenge, _s256(verifier)):
            raise Refused
        access_token = secrets.token_urlsafe(32)
        self._holders[access_token] = (time.time() + TOKEN_LIFETIME, grant)
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFETIME,
            "scope": " ".join(sorted(grant.scopes)),
            "id_token": self._id_token(grant, access_token, client_id),
        }

    def holder(self, access_token: str) -> tuple[Person, frozenset[str]] | None:
        """Whom the token speaks for, and what may be told of her."""
        until, grant = self._holders.get(access_token, (0.0, None))
        return (grant.person, grant.scopes) if grant and until > time.time() else None

    def _id_token(self, grant: Grant, access_token: str, client_id: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self._issuer,
            "sub": grant.person.id,
            "aud": client_id,
            "azp": client_id,
            "iat": now,
            "exp": now + TOKEN_LIFETIME,
            "auth_time": int(grant.made_at),
            "acr": grant.person.level,
            "at_hash": _base64url(half),
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        return jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key, ["RS256"])

    def _forget_old(self) -> None:
        now = time.time()
        self._grants = {code: grant for code, grant in self._grants.items() if now - grant.made_at <= CODE_LIFETIME}
        self._holders = {token: held for token, held in self._holders.items() if held[0] > now}


def _kept_key(path: Path) -> RSAKey:
    """The provider's key, made on the first run and readable by its owner alone."""
    if path.exists():
        return RSAKey.import_key(json.loads(path.read_text("utf-8")))
    path.parent.mkdir(parents=True, exist_ok=True)
    key = RSAKey.generate_key(2048, auto_kid=True)
    # Written aside and moved, so that a sandbox stopped right now leaves a whole key or none.
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(key.as_dict(private=True), file)
    aside.rename(path)
    return key


def _s256(verifier: str) -> str:
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
