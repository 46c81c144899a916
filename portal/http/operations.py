"""What an operator's tools ask: alive, ready, and the figures."""

import structlog
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from portal.http.metrics import read, written

log = structlog.get_logger("portal.http")

LOCAL = {"127.0.0.1", "::1", "testclient"}


def install(app: FastAPI) -> None:
    app.add_route("/livez", live, methods=["GET"])
    app.add_route("/readyz", ready, methods=["GET"])
    app.add_route("/metrics", metrics, methods=["GET"])


async def live(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """The database answers and a catalogue is in force; 503 otherwise."""

    def ask() -> bool:
        deps = request.app.state.deps
        with deps.reading() as work:
            work.connection.execute(text("SELECT 1"))
        return bool(deps.registry.in_force.listed)

    try:
        good = await run_in_threadpool(ask)
    except Exception:
        good = False
    return PlainTextResponse("ready\n" if good else "not ready\n", status_code=200 if good else 503)


async def metrics(request: Request) -> Response:
    """Figures for Prometheus, to this machine only: a proxy must not pass them on."""
    # Behind a proxy the address is only what a header said, which anybody may write.
    forwarded = "x-forwarded-for" in request.headers
    if forwarded or request.client is None or request.client.host not in LOCAL:
        return PlainTextResponse("not found\n", status_code=404)

    def ask() -> bytes:
        return written(read(request.app.state.deps))

    try:
        work = await run_in_threadpool(ask)
    except Exception as error:
        # Without the database there is still to be told how requests end.
        log.warning("the figures of the sweep cannot be read", error=type(error).__name__)
        work = b""
    return Response(generate_latest() + work, media_type=CONTENT_TYPE_LATEST)
