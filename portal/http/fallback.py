"""What a browser is shown where no page answers: no such address, no such method, or a fault of ours."""

from traceback import walk_tb
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal.domain.errors import Invalid, NotFound, PortalError
from portal.http.forms import Form
from portal.http.pages import Page
from portal.http.routes import show_error

log = structlog.get_logger("portal.http")


def install(app: FastAPI) -> None:
    """Makes errors of the framework's own, and those nobody expected, pages in the reader's language."""
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, failed)


async def refused(request: Request, error: Exception) -> Response:
    """No such address, or one that is not asked for in this way."""
    found: PortalError = NotFound()
    if isinstance(error, HTTPException) and error.status_code != found.status:
        found = Invalid()
        found.status = error.status_code
    answer = await run_in_threadpool(show_error, _page(request), found)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def failed(request: Request, error: Exception) -> Response:
    """A fault of ours: where it happened is logged, but not its message, which may quote anything."""
    frames = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    where = [f"{module}:{line}" for module, line in frames if module.startswith("portal.")]
    log.error("unexpected", error=type(error).__name__, where=where)
    # The database may be what failed, so nobody's session is looked up.
    return await run_in_threadpool(show_error, _page(request, _session_read=True), PortalError())


def _page(request: Request, **more: Any) -> Page:
    state = request.app.state
    first = request.url.path.strip("/").partition("/")[0]
    language = first if first in state.languages else state.choose_language(request)
    return Page(request, state.deps, language, Form(), state.csrf_key, **more)
