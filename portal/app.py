"""The web application."""

import gc
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Scope

from portal import api, i18n, logs, web
from portal.actions.deps import Deps
from portal.adapters.checking.checker import MOST_AT_ONCE
from portal.adapters.own_memory import keep_memory_private
from portal.api.problems import problem
from portal.domain.errors import UnderMaintenance
from portal.http import cookies, fallback, operations
from portal.http.edge import FORM_LIMIT, UPLOAD_LIMIT, VERIFY_LIMIT, Edge, security_headers
from portal.http.maintenance import Maintenance
from portal.http.static import StaticFiles
from portal.http.threads import Line, make_threads
from portal.settings import Settings
from portal.wiring import secret_of, wire, with_limits

FILE_ROUTES = (
    "/{lang}/drafts/{draft_id}/documents",
    "/{lang}/drafts/{draft_id}/{step}/files",
    "/{lang}/cases/{reference}/complete",
    "/{lang}/cases/{reference}/actions/{action}",
    "/{lang}/cases/{reference}/remedies/{slug}",
    "/{lang}/counter/cases/{reference}/complete",
    "/{lang}/counter/cases/{reference}/actions/{action}",
    "/{lang}/counter/cases/{reference}/remedies/{slug}",
    "/{lang}/counter/cases/{reference}/obtained",
    "/{lang}/studio/upload",
)
"""The pages that files are sent to, each whole; those of cases and drafts are there inside a try-out too."""

VERIFYING = re.compile(r"/api/v1/verify|/[^/]+/verify")
"""Where anybody sends one file to, and programs do."""

LOOKING_ROOM = 8
"""How many files are looked at or wait for it, in one web process: the last of them is answered within ten seconds."""

_TAKES_FILES = re.compile(
    "|".join(
        re.sub(r"\{\w+\}", "[^/]+", path.replace("/{lang}", "/{lang}(?:/studio/try/{trial_id}/at)?", 1))
        for path in FILE_ROUTES
    )
)


def make_app(
    deps: Deps,
    *,
    secret: str,
    threads: int = 8,
    identity_origin: str = "",
    trusted_proxy: bool = False,
    data_dir: Path | None = None,
    static: StaticFiles | None = None,
) -> ASGIApp:
    """The portal's pages and interfaces over its parts. ``data_dir`` is where the switch for maintenance lies.

    ``static`` are the files of the pages where they were read and compressed before, which takes a third of a second.

    ``identity_origin`` is the identity provider's own: browsers check a form's redirects too, and signing in is one.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # More threads than this only lengthen the queue for the processor.
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        gc.collect()
        gc.freeze()
        yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.deps = deps
    app.state.threads = make_threads(threads)
    app.state.looking = Line(MOST_AT_ONCE, LOOKING_ROOM, "looking")
    app.state.static = static or StaticFiles()
    app.state.languages = i18n.languages()
    app.state.csrf_key = hashlib.sha256(b"csrf" + secret.encode()).digest()
    app.state.choose_language = choose_language
    if data_dir is not None:
        app.add_middleware(Maintenance, folder=data_dir, problem=partial(closed_interface, deps.base_url))
    app.add_route("/", to_language, methods=["GET"])
    app.mount("/static", app.state.static)
    operations.install(app)
    api.install(app)
    web.install(app)
    fallback.install(app)
    https = deps.base_url.startswith("https://")
    origins = (identity_origin,) if identity_origin else ()
    return Edge(app, security_headers(origins, https=https), limit_for, trusted_proxy=trusted_proxy)


def limit_for(scope: Scope) -> int:
    """The largest body accepted at an address: documents are large, forms are not."""
    path = scope["path"]
    if VERIFYING.fullmatch(path):
        return VERIFY_LIMIT
    return UPLOAD_LIMIT if _TAKES_FILES.fullmatch(path) else FORM_LIMIT


def choose_language(request: Request) -> str:
    """The language of a browser that names none in the address: its cookie, then what it accepts, then Arabic."""
    available = i18n.languages()
    kept = request.cookies.get(cookies.LANGUAGE, "")
    return kept if kept in available else i18n.choose(request.headers.get("accept-language", ""), available)


def closed_interface(base_url: str, seconds: int) -> Response:
    """What the partners' interface answers while the portal is closed."""
    return problem(base_url, UnderMaintenance(), headers={"retry-after": str(seconds)})


async def to_language(request: Request) -> Response:
    """The front door."""
    answer = RedirectResponse(f"/{choose_language(request)}/", status_code=303)
    answer.headers["vary"] = "Cookie, Accept-Language"
    return answer


def origin_of(url: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def application() -> ASGIApp:
    """The application of one web process, as its environment sets it up."""
    keep_memory_private()
    logs.set_up()
    settings = Settings()
    return make_app(
        with_limits(wire(settings), settings),
        secret=secret_of(settings),
        threads=settings.web_threads,
        identity_origin=origin_of(settings.oidc_issuer),
        trusted_proxy=settings.trusted_proxy,
        data_dir=settings.data_dir,
    )
