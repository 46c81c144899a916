"""The sandbox as one web application."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from portal.sandbox import idp, jisr, mail, pages, rnp, sms, tsa
from portal.sandbox.context import Sandbox
from portal.sandbox.tokens import Tokens

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# No form-action: signing in sends a form here that is answered by a redirect to the portal, which browsers would block.
HEADERS = (
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def create_app(sandbox: Sandbox) -> FastAPI:
    """The application that shows and serves ``sandbox``."""
    app = FastAPI(title="Sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sandbox = sandbox
    app.state.tokens = Tokens(f"{sandbox.config.public_url}/idp", sandbox.config.data_dir / "idp-key.json")
    for routes in (idp, jisr, rnp, sms, mail, tsa, pages):
        app.include_router(routes.router)
    app.add_middleware(Guard)
    return app


class Guard:
    """Adds the protective headers, and turns away what other sites make a browser post here."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and _is_foreign(scope):
            await PlainTextResponse("sent by another site", 403)(scope, receive, send)
            return

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._app(scope, receive, send_guarded)


def _is_foreign(scope: Scope) -> bool:
    # Programs send no such header; browsers always do.
    return dict(scope["headers"]).get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin")
