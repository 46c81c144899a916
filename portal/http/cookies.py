"""The two cookies: a session's token, and for visitors without one a random mark to tie proofs to."""

import base64
import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

SESSION = "__Host-session"
VISIT = "__Host-visit"
LANGUAGE = "language"
TEXT = "text"


def set_cookie(response: Response, name: str, value: str, max_age: int | None = None) -> None:
    """A cookie for this host alone, that scripts cannot read (``__Host-``: Secure, whole site, no domain)."""
    response.set_cookie(name, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")


def new_visit() -> str:
    return secrets.token_urlsafe(18)


PROOF_BYTES = 18


def proof_for(key: bytes, mark: str) -> str:
    """The token a form must send back, tied to the browser's session or visit; it looks different every time.

    Pages leave compressed: a token that stayed the same could be guessed from how well it compresses beside words that
    an attacker makes the page repeat (BREACH). Each time it is hidden under a pad of its own, which goes along.
    """
    pad = secrets.token_bytes(PROOF_BYTES)
    return base64.urlsafe_b64encode(pad + _xor(pad, _digest(key, mark))).decode()


def is_proof_for(key: bytes, mark: str, sent: str) -> bool:
    """Whether this token was given to this browser."""
    try:
        content = base64.b64decode(sent, altchars=b"-_", validate=True)
    except ValueError:
        return False
    pad, hidden = content[:PROOF_BYTES], content[PROOF_BYTES:]
    return len(hidden) == PROOF_BYTES and secrets.compare_digest(_xor(pad, hidden), _digest(key, mark))


def _digest(key: bytes, mark: str) -> bytes:
    return hmac.digest(key, b"csrf:" + mark.encode(), hashlib.sha256)[:PROOF_BYTES]


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(PROOF_BYTES, "big")


def is_same_origin(request: Request, base_url: str) -> bool:
    """Whether the browser says that one of our own pages sent this (Fetch metadata, or the Origin header)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is not None:
        return origin in (base_url, f"{request.url.scheme}://{request.headers.get('host', '')}")
    return site == "same-origin"
