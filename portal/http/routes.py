"""Routes that are pages: a plain function each, whose signature says who may call it, run whole in one thread.

Every parameter of a page is one of the readers, ``Page`` itself, or a part of the path. FastAPI's own way, a thread hop
per dependency, costs more than most pages do.
"""

import inspect
import re
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from portal.domain.errors import BadProof, NotFound, PortalError, SignInNeeded, TooLarge
from portal.http import cookies, urls
from portal.http.forms import Form, read_form
from portal.http.keeping import KEEPING, forget_kept, keep_form
from portal.http.outages import note_outage
from portal.http.pages import UNSAFE, Page
from portal.http.readers import READERS, StaffSignInNeeded, find_visitor
from portal.http.threads import Later, Line, in_thread
from portal.presenting.errors import explain_error

TAKE_FILES = ("/documents", "/complete", "/verify", "/obtained", "/files")
"""What the addresses end with that files are sent to."""

RETRY_AFTER = {429: "900", 503: "60"}
"""Seconds after which another try is worth while."""


Check = Callable[[Page], None]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Response])
_CHECKED_FIRST: dict[Callable[..., Response], Check] = {}


def checked_first(check: Check) -> Callable[[Endpoint], Endpoint]:
    """Has ``check`` called before anything that was sent to a page is read, and only for what our own pages sent."""

    def marked(page: Endpoint) -> Endpoint:
        _CHECKED_FIRST[page] = check
        return page

    return marked


def sign_of(path: str) -> str:
    """The last fixed words of a route's path, which stand in every address it answers to."""
    return next((fixed for fixed in reversed(re.split(r"\{[^}]*\}", path)) if len(fixed) > 1), "/")


class PageRoute(APIRoute):
    """A route whose page runs in one thread, its reader and path parts filled in by the types of its signature."""

    page: Callable[..., Response]
    audience: type

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.page = endpoint
        hints = get_type_hints(endpoint)
        hints.pop("return", None)
        readers = [hint for hint in hints.values() if hint in READERS]
        if len(readers) != 1:
            raise TypeError(f"{endpoint.__qualname__} must say in its signature who may call it")
        self.audience = readers[0]
        self._parameters = {name: hints[name] for name in inspect.signature(endpoint).parameters}

        async def fastapi_sees(request: Request) -> Response:
            return await self._answer(request)

        fastapi_sees.__name__ = endpoint.__name__
        super().__init__(path, fastapi_sees, **{**options, "include_in_schema": False, "response_model": None})
        self._sign = sign_of(path)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self._answer

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # A hundred routes are tried in turn: most are told apart by a word, for a tenth of what their pattern costs.
        if self._sign not in scope["path"]:
            return Match.NONE, {}
        # Straight to Starlette's: what FastAPI looks up first concerns routers included with a prefix, which ours are not.
        match, found = Route.matches(self, scope)
        if match is not Match.NONE:
            found["route"] = self
        return match, found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A page opens nothing that FastAPI would have to close, and answers its own errors.
        if self.methods and scope["method"] not in self.methods:
            await super().handle(scope, receive, send)
            return
        response = await self._answer(Request(scope, receive, send))
        if scope["method"] == "HEAD":
            # Its headers stay those of the whole answer, its length too.
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        state = request.app.state
        language = request.path_params.get("lang", "") or request.query_params.get("lang", "")
        known = language in state.languages
        page = Page(request, state.deps, language if known else state.choose_language(request), Form(), state.csrf_key)
        try:
            if "lang" in request.path_params and not known:
                raise NotFound()
            if request.method in UNSAFE:
                await self._check_first(page)
                page.form = await read_form(request)
            try:
                return await in_thread(request, self.run, page)
            except Later as later:
                line: Line = state.looking
                return await line.run(partial(self._finish, page, later))
        except PortalError as error:
            return await in_thread(request, show_error, page, error)

    async def _check_first(self, page: Page) -> None:
        check = _CHECKED_FIRST.get(self.page)
        if check is None:
            return
        if not cookies.is_same_origin(page.request, page.deps.base_url):
            raise BadProof()
        try:
            await in_thread(page.request, check, page)
        except PortalError:
            # Browsers read an answer once they have sent everything.
            async for _ in page.request.stream():
                pass
            raise

    def _finish(self, page: Page, later: Later) -> Response:
        try:
            return later.work()
        except PortalError as error:
            return show_error(page, error)

    def run(self, page: Page) -> Response:
        """The answer to a request whose form is read: the page's own, or one that tells what is wrong; raises Later."""
        try:
            if page.request.method in UNSAFE:
                kept = self._prove(page)
                if kept is not None:
                    return kept
            return self.page(**{name: self._value(name, hint, page) for name, hint in self._parameters.items()})
        except PortalError as error:
            return show_error(page, error)

    def _prove(self, page: Page) -> Response | None:
        """Raises BadProof unless a page of ours sent this form; an answer where it only had to be kept."""
        try:
            page.check_proof(page.deps.base_url)
        except BadProof:
            kept = keep_form(page) if self.path.endswith(KEEPING) else None
            if kept is None:
                raise
            return kept
        forget_kept(page)
        return None

    def _value(self, name: str, hint: Any, page: Page) -> Any:
        if hint is Page:
            return page
        finder = READERS.get(hint)
        if finder is not None:
            return finder(page)
        text = page.request.path_params[name]
        if hint is int:
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise NotFound()
            return int(text)
        return text


def _shown_page(page: Page) -> str:
    """The page in the reader's window: what a script asks for may be only a piece of it."""
    path = page.request.url.path
    if not page.by_script:
        return path
    try:
        shown = urlsplit(page.request.headers.get("hx-current-url", ""))
    except ValueError:
        return path
    return urls.local_target(f"{shown.path}?{shown.query}" if shown.query else shown.path, path)


def show_error(page: Page, error: PortalError) -> Response:
    """The page that tells the reader what is wrong, or the way to where it can be put right."""
    if isinstance(error, SignInNeeded):
        safe = page.request.method not in UNSAFE
        target = _shown_page(page) if safe else urls.home(page.language)
        staff = isinstance(error, StaffSignInNeeded)
        return page.leave_for((urls.counter_sign_in if staff else urls.sign_in)(page.language, target))
    path = page.request.url.path
    if isinstance(error, TooLarge) and (path.endswith(TAKE_FILES) or "/actions/" in path or "/remedies/" in path):
        # Whoever sends files finds her page again, and what it received before.
        return page.see_other(f"{path}?too_large=1")
    note_outage(error)
    shown = explain_error(error, page.language)
    page.title = shown.title
    if page.reader is None and not isinstance(error, BadProof):
        find_visitor(page)
    answer = page.render(
        "errors/error.html",
        status=error.status,
        shown=shown,
        status_code=error.status,
        again=_again(page, error),
        version_url=_version(page, error),
    )
    if error.status in RETRY_AFTER:
        answer.headers["retry-after"] = error.params.get("seconds", RETRY_AFTER[error.status])
    return answer


def _version(page: Page, error: PortalError) -> str:
    """The version in the studio that something was to be done with which can no longer be done; else nothing."""
    found = re.match(r"/[^/]+/studio/versions/[^/]+", page.request.url.path) if error.status == 409 else None
    return found[0] if found else ""


def _again(page: Page, error: PortalError) -> str:
    """The address to load once more where that may help: this one, unless something was being sent to it."""
    if error.status < 500 or page.request.method in UNSAFE:
        return ""
    path, query = page.request.url.path, page.request.url.query
    return urls.local_target(f"{path}?{query}" if query else path, urls.home(page.language))
