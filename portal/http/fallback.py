"""What a browser is shown where no page answers: no such address, no such method, or a fault of ours."""

from html import escape
from traceback import walk_tb
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal import i18n
from portal.domain.errors import Invalid, NotFound, PortalError
from portal.http import urls
from portal.http.forms import Form
from portal.http.pages import Page
from portal.http.routes import show_error
from portal.presenting.errors import explain_error

log = structlog.get_logger("portal.http")


def install(app: FastAPI) -> None:
    """Makes errors of the framework's own, and those nobody expected, pages in the reader's language."""
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, failed)


async def refused(request: Request, error: Exception) -> Response:
    """No such address, or one that is not asked for in this way."""
    if request.url.path.strip("/") in request.app.state.languages:
        # Typed by hand, without the slash at its end.
        return RedirectResponse(urls.home(request.url.path.strip("/")), status_code=308)
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
    try:
        return await run_in_threadpool(show_error, _page(request, _session_read=True), PortalError())
    except Exception as again:
        # The templates may be what failed.
        log.error("unexpected", error=type(again).__name__, where=["portal.http.fallback"])
        return HTMLResponse(last_resort(), status_code=500)


def _page(request: Request, **more: Any) -> Page:
    state = request.app.state
    first = request.url.path.strip("/").partition("/")[0]
    language = first if first in state.languages else state.choose_language(request)
    return Page(request, state.deps, language, Form(), state.csrf_key, **more)


def last_resort() -> str:
    """What is shown when even the page for errors cannot be drawn: in every language, and needing no template."""
    sections = []
    for language in i18n.languages():
        shown = explain_error(PortalError(), language)
        words = f"<h1>{escape(shown.title)}</h1><p>{escape(shown.text)}</p>"
        sections.append(f'<section lang="{language}" dir="{i18n.direction(language)}">{words}</section>')
    first = i18n.languages()[0]
    head = f'<meta charset="utf-8"><title>{escape(explain_error(PortalError(), first).title)}</title>'
    return (
        f'<!doctype html><html lang="{first}"><head>{head}</head><body><main>{"".join(sections)}</main></body></html>'
    )
