"""The outermost layer, plain ASGI: limits bodies while they stream in, adds the security headers, counts and logs."""

import time
from collections.abc import Callable

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.domain.errors import TooLarge

log = structlog.get_logger("portal.http")

QUIET = {"/static", "/livez", "/readyz", "/metrics"}
"""Routes asked for so often that a line for each would drown the others."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "OTHER"
"""What any other method is counted and logged as: whoever asks may invent them without end, each as long as they like."""

KILOBYTE = 1024
FORM_LIMIT = 256 * KILOBYTE
UPLOAD_LIMIT = 32 * KILOBYTE * KILOBYTE
"""Three files of 10 MB and what a form adds to them."""

VERIFY_LIMIT = 11 * KILOBYTE * KILOBYTE
"""One file of 10 MB and what a form adds to it."""

DISCARD_LIMIT = 64 * KILOBYTE * KILOBYTE
"""How much of an oversized body is read and thrown away, so that the browser gets to see the answer."""

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'{form_targets}; base-uri 'none'; frame-ancestors 'none'"
)

REQUESTS = Counter("portal_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "portal_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def security_headers(form_targets: tuple[str, ...] = (), *, https: bool) -> list[tuple[bytes, bytes]]:
    """The headers every answer carries. ``form_targets`` are the origins a form may be redirected to (sign-in)."""
    targets = "".join(f" {target}" for target in form_targets)
    headers = {
        "content-security-policy": CONTENT_POLICY.format(form_targets=targets),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(self), microphone=()",
    }
    if https:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class BodyTooLarge(TooLarge):
    """Raised while a body streams in, once it passes its limit."""


def limited(receive: Receive, scope: Scope, limit: int) -> Receive:
    """``receive``, cutting a body off as soon as it passes the limit: the rest is read but kept nowhere."""
    taken = 0
    declared = next(
        (int(value) for name, value in scope["headers"] if name == b"content-length" and value.isdigit()), 0
    )

    async def discard() -> None:
        dropped = taken
        while dropped < DISCARD_LIMIT:
            message = await receive()
            dropped += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                return

    async def receive_limited() -> Message:
        nonlocal taken
        if declared > limit:
            if declared <= DISCARD_LIMIT:
                await discard()
            raise BodyTooLarge()
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            if message.get("more_body", False):
                await discard()
            raise BodyTooLarge()
        return message

    return receive_limited


class Edge:
    """Wraps the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        headers: list[tuple[bytes, bytes]],
        limit_for: Callable[[Scope], int],
        *,
        trusted_proxy: bool = False,
    ) -> None:
        self.app, self.headers, self.limit_for = app, headers, limit_for
        self.trusted_proxy = trusted_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.trusted_proxy:
            scope["client"] = _client_behind_proxy(scope)
        if scope["method"] not in ("GET", "HEAD"):
            receive = limited(receive, scope, self.limit_for(scope))
        started = time.perf_counter()
        status, answered = 500, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                # An answer that says something stricter of itself, such as of its referrer, is left to say it.
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in self.headers if one[0] not in said)]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = 499
        except Exception:
            # Once the page that says so is on its way, the fault is in our log; the server's would quote its message.
            if not answered:
                raise
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's pattern, never the path itself: references and ids stay out of the logs.
        path = scope["path"]
        method = scope["method"] if scope["method"] in METHODS else OTHER
        route = getattr(scope.get("route"), "path", "") or (
            "/static" if path.startswith("/static/") else path if path in QUIET else "none"
        )
        REQUESTS.labels(method, route, str(status)).inc()
        SECONDS.labels(route).observe(seconds)
        if status >= 500:
            # Where something is on its way, or is being mended, nobody need get up for it; an outage is logged as one.
            write = log.warning if status == 503 else log.error
            write("request", method=method, route=route, status=status, ms=round(seconds * 1000))
        elif route not in QUIET:
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000))


def _client_behind_proxy(scope: Scope) -> tuple[str, int]:
    """The caller that the proxy in front saw: the last address it added; earlier ones anybody could have written."""
    for name, value in reversed(scope["headers"]):
        if name == b"x-forwarded-for":
            return value.decode("latin-1").rpartition(",")[2].strip(), 0
    # Nobody put a proxy's header there: a tool on this machine, or whoever reaches the port past the proxy.
    client = scope.get("client")
    return (client[0], client[1]) if client else ("unknown", 0)
