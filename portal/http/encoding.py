"""Answers made smaller, in a way the browser says it understands (RFC 9110 §12.5.3)."""

import zlib
from collections.abc import Sequence
from functools import lru_cache

import brotli

WORTH_IT = 1024
"""Bytes from which a page is compressed: a smaller one goes in one packet as it is."""

PAGE_CODINGS = ("br", "gzip")
LONGEST = 200
"""Characters of an Accept-Encoding header that are read: those of browsers have thirty."""


def chosen(accepted: str, offered: Sequence[str]) -> str:
    """The best of what is ``offered``, the most wanted first and ours first among equals; empty for none of them."""
    return _chosen(accepted[:LONGEST], offered)


@lru_cache(maxsize=256)
def _chosen(accepted: str, offered: Sequence[str]) -> str:
    weights = _weights(accepted)
    other = weights.get("*", 0.0)
    best, most = "", 0.0
    for coding in offered:
        weight = weights.get(coding, other)
        if weight > most:
            best, most = coding, weight
    # Whoever would rather have the plain answer says so; one who is silent about it takes either.
    return best if most >= weights.get("identity", 0.0) else ""


def for_page(accepted: str, html: bytes) -> str:
    """The coding for a page; empty to leave it as it is."""
    return chosen(accepted, PAGE_CODINGS) if len(html) >= WORTH_IT else ""


def encoded(html: bytes, coding: str) -> bytes:
    """A page in a coding, quickly: what a better one would save is less than what it would cost (docs/performance.md)."""
    if coding == "br":
        return bytes(brotli.compress(html, quality=3, lgwin=16))
    return zlib.compress(html, 1, 16 + zlib.MAX_WBITS) if coding == "gzip" else html


def headers(coding: str) -> dict[str, str]:
    """What goes with it; a cache must know even of a plain answer that there are others."""
    return {"vary": "accept-encoding"} | ({"content-encoding": coding} if coding else {})


def _weights(accepted: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        if coding:
            found[coding] = _weight(parameters)
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0  # What cannot be read is not wished for: the plain answer is always right.
    return 1.0
