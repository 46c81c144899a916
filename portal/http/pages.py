"""Pages: a plain function per page, whose signature says who may call it, run whole in one thread.

Every parameter of a page is one of the readers below, ``Page`` itself, or a part of the path. FastAPI's own way, a
thread hop per dependency, costs more than most pages do.
"""

import inspect
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, get_type_hints

import structlog
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from portal import i18n
from portal.actions.apply import Owner
from portal.actions.deps import Deps
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import BadProof, NotAllowed, NotFound, PortalError, SignInNeeded, TooLarge
from portal.domain.service import Role
from portal.http import cookies, urls
from portal.http.forms import Form, read_form
from portal.http.threads import in_thread
from portal.i18n import N_
from portal.presenting.errors import explain_error
from portal.presenting.templates import environment
from portal.store import sessions
from portal.store.sessions import Session, StaffMember
from portal.store.unit_of_work import Work

log = structlog.get_logger("portal.http")

TAKE_FILES = ("/documents", "/complete", "/verify")
"""What the addresses end with that files are sent to."""

RETRY_AFTER = {429: "900", 503: "60"}
"""Seconds after which another try is worth while."""

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class ReaderName:
    """Who is reading, as the header shows it."""

    kind: str
    name: str


@dataclass(frozen=True)
class ControlError:
    """A line of the error summary, and the control it leads to."""

    control: str
    message: str


@dataclass
class Page:
    """One request for a page: its language, its form, the browser's session, and how to answer."""

    request: Request
    deps: Deps
    language: str
    form: Form
    csrf_key: bytes
    title: str = ""
    errors: Sequence[ControlError] = ()
    current_nav: str = ""
    reader: ReaderName | None = None
    _cookies: list[tuple[str, str, int | None]] = field(default_factory=list)
    _dropped: list[str] = field(default_factory=list)
    _session: Session | None = None
    _session_read: bool = False

    @property
    def demo(self) -> bool:
        return self.deps.demo

    def reading(self) -> AbstractContextManager[Work]:
        """A connection for reading."""
        return self.deps.store.reading()

    def unit_of_work(self) -> AbstractContextManager[Work]:
        """A transaction, committed on leaving."""
        return self.deps.store.unit_of_work()

    def say(self, message: str, **params: str) -> str:
        """An interface text in the reader's language."""
        return i18n.translate(self.language, message, params)

    def moment(self, at: datetime) -> str:
        """A moment in the reader's language."""
        return i18n.date_and_time(at, self.language)

    @property
    def session(self) -> Session | None:
        """The browser's session, read once."""
        if not self._session_read:
            self._session_read = True
            token = self.request.cookies.get(cookies.SESSION)
            if token:
                with self.reading() as work:
                    self._session = sessions.find(work.connection, token, work.now)
                if self._session is None:
                    self._dropped.append(cookies.SESSION)
        return self._session

    def path_in(self, language: str) -> str:
        """This page in another language."""
        path, query = self.request.scope["path"], self.request.scope["query_string"].decode("latin-1")
        if "lang" not in self.request.path_params and path.startswith(("/v/", "/V/")):
            return f"{path}?lang={language}"
        rest = path[len(self.language) + 1 :] if path.startswith(f"/{self.language}/") else "/"
        return f"/{language}{rest}{'?' + query if query else ''}"

    @cached_property
    def csrf(self) -> str:
        """The proof this page's forms carry; gives the browser something to tie it to where it has nothing yet."""
        return cookies.proof_for(self.csrf_key, self._mark or self._new_visit())

    @property
    def _mark(self) -> str | None:
        if self.session is not None:
            return self.session.id.hex()
        return self.request.cookies.get(cookies.VISIT)

    def _new_visit(self) -> str:
        visit = cookies.new_visit()
        self._cookies.append((cookies.VISIT, visit, None))
        return visit

    def check_proof(self, base_url: str) -> None:
        """Raises BadProof unless one of our own pages, shown to this very browser, sent this form."""
        mark = self._mark
        sent = self.form.get("csrf") or self.request.headers.get("x-csrf-token", "")
        if mark is None or not cookies.is_same_origin(self.request, base_url):
            raise BadProof()
        if not secrets.compare_digest(sent.encode(), cookies.proof_for(self.csrf_key, mark).encode()):
            raise BadProof()

    def open_session(self, token: str, session: Session) -> None:
        """Gives the browser a session from this answer on."""
        self._session, self._session_read = session, True
        # A visitor's ends with the browser at the latest: the next person at a shared computer is somebody else.
        lasting = None if session.kind == "visitor" else int(sessions.LIFETIME[session.kind].total_seconds())
        self._cookies.append((cookies.SESSION, token, lasting))

    def close_session(self) -> None:
        self._session, self._session_read = None, True
        self._dropped.append(cookies.SESSION)

    @property
    def too_large_message(self) -> str:
        """What to say on a page of files that had too much sent to it, or nothing."""
        if self.request.query_params.get("too_large") != "1":
            return ""
        return self.say(N_("What you sent was too large. Send the files one by one, each of 10 MB at most."))

    def keep_typed(self) -> None:
        """Keeps what was typed in this form for its next showing, as when the reader changes the language."""
        if self.session is None:
            return
        typed = {name: value[:5000] for name, value in self.form.items() if name not in ("csrf", "switch_to")}
        with self.unit_of_work() as work:
            sealed = work.vault.seal_json(typed, "typed").hex()
            self._session = sessions.keep(work.connection, self.session, typed=sealed)

    def take_typed(self) -> dict[str, str]:
        """What was kept for this showing, once."""
        kept = self.session.data.get("typed") if self.session is not None else None
        if not kept or self.session is None:
            return {}
        with self.unit_of_work() as work:
            self._session = sessions.keep(work.connection, self.session, typed=None)
            return dict(work.vault.open_json(bytes.fromhex(kept), "typed"))

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """The page drawn from a template, in the reader's language."""
        built = environment(self.language, self.request.app.state.static.url)
        body = built.get_template(template).render(page=self, **context)
        response = HTMLResponse(body, status_code=status)
        response.headers["cache-control"] = "no-store" if self._session is not None else "private, no-cache"
        if self.request.cookies.get(cookies.LANGUAGE) != self.language:
            response.set_cookie(cookies.LANGUAGE, self.language, max_age=31_536_000, path="/", samesite="lax")
        return self._with_cookies(response)

    def see_other(self, url: str) -> Response:
        """On to another page, whatever the method of this one."""
        return self._with_cookies(RedirectResponse(url, status_code=303))

    def download(self, content: bytes, media_type: str, name: str, *, inline: bool = False) -> Response:
        """A file, saved rather than opened unless ``inline``."""
        disposition = "inline" if inline else "attachment"
        headers = {"content-disposition": f'{disposition}; filename="{name}"', "cache-control": "private, no-store"}
        return self._with_cookies(Response(content, media_type=media_type, headers=headers))

    def _with_cookies(self, response: Response) -> Response:
        for name in self._dropped:
            cookies.drop_cookie(response, name)
        for name, value, max_age in self._cookies:
            cookies.set_cookie(response, name, value, max_age)
        return response


@dataclass(frozen=True)
class Visitor:
    """Anybody at all; ``session`` is None for a browser we have not met."""

    session: Session | None


@dataclass(frozen=True)
class Citizen:
    """Somebody signed in through the identity provider."""

    session: Session

    @property
    def id(self) -> str:
        return self.session.subject

    @property
    def actor(self) -> Actor:
        return Actor(self.id, frozenset({Role.APPLICANT}), cases=self.session.followed)


@dataclass(frozen=True)
class Applicant:
    """Whoever may look at a case as its applicant: signed in, or holding its reference and secret in this session."""

    session: Session

    @property
    def actor(self) -> Actor:
        account = self.session.subject if self.session.kind == "citizen" else self.session.visitor
        return Actor(account, frozenset({Role.APPLICANT}), cases=self.session.followed)


@dataclass(frozen=True)
class Filer:
    """Whoever is filling a form in: a citizen, an anonymous visitor, or a clerk for somebody at the counter."""

    session: Session
    member: StaffMember | None = None

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Under which names this browser's drafts are kept."""
        if self.member is not None:
            return (Owner("staff", self.member.id, self.member.unit),)
        own = Owner(self.session.kind, self.session.subject)
        visitor = self.session.data.get("visitor")
        return (own, Owner("visitor", str(visitor))) if visitor else (own,)

    @property
    def at_counter(self) -> bool:
        return self.member is not None

    def actor(self, language: str) -> Actor:
        if self.member is not None:
            return staff_actor(self.member, language)
        return Actor(self.session.subject, frozenset({Role.APPLICANT}))


@dataclass(frozen=True)
class Staff:
    """Somebody who works at a unit, signed in at the counter."""

    session: Session
    member: StaffMember
    actor: Actor


def staff_actor(member: StaffMember, language: str) -> Actor:
    roles = frozenset(Role(role) for role in member.roles) & frozenset(policies.COUNTER)
    return Actor(member.id, roles, member.unit, member.name(language))


def find_visitor(page: Page) -> Visitor:
    session = page.session
    if session is not None and session.kind == "citizen":
        page.reader = ReaderName("citizen", str(session.data.get(f"name_{page.language}", "")))
    elif session is not None and session.kind == "staff":
        page.reader = ReaderName("staff", str(session.data.get(f"name_{page.language}", "")))
    elif session is not None and session.followed:
        page.reader = ReaderName("visitor", "")
    return Visitor(session)


def find_citizen(page: Page) -> Citizen:
    session = find_visitor(page).session
    if session is None or session.kind != "citizen":
        raise SignInNeeded()
    return Citizen(session)


def find_applicant(page: Page) -> Applicant:
    session = find_visitor(page).session
    if session is None or session.kind == "staff":
        raise SignInNeeded()
    return Applicant(session)


def find_filer(page: Page) -> Filer:
    session = find_visitor(page).session
    if session is None:
        raise SignInNeeded()
    return Filer(session, _member(page, session) if session.kind == "staff" else None)


def find_staff(page: Page) -> Staff:
    session = find_visitor(page).session
    if session is None or session.kind != "staff":
        raise StaffSignInNeeded()
    member = _member(page, session)
    return Staff(session, member, staff_actor(member, page.language))


def _member(page: Page, session: Session) -> StaffMember:
    with page.reading() as work:
        member = sessions.find_staff(work.connection, session.subject)
    if member is None:
        raise StaffSignInNeeded()
    page.reader = ReaderName("staff", member.name(page.language))
    return member


class StaffSignInNeeded(SignInNeeded):
    """Nobody of the staff is signed in."""


READERS: Mapping[type, Callable[[Page], Any]] = {
    Visitor: find_visitor,
    Citizen: find_citizen,
    Applicant: find_applicant,
    Filer: find_filer,
    Staff: find_staff,
}
"""Who a page may be for. A page names exactly one of these, or it does not start."""


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

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self._answer

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
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
                page.form = await read_form(request)
        except PortalError as error:
            return await in_thread(request, show_error, page, error)
        return await in_thread(request, self._run, page)

    def _run(self, page: Page) -> Response:
        try:
            if page.request.method in UNSAFE:
                page.check_proof(page.deps.base_url)
            return self.page(**{name: self._value(name, hint, page) for name, hint in self._parameters.items()})
        except PortalError as error:
            return show_error(page, error)

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


def show_error(page: Page, error: PortalError) -> Response:
    """The page that tells the reader what is wrong, or the way to where it can be put right."""
    if isinstance(error, SignInNeeded):
        safe = page.request.method not in UNSAFE
        target = str(page.request.url.path) if safe else urls.home(page.language)
        staff = isinstance(error, StaffSignInNeeded)
        return page.see_other((urls.counter_sign_in if staff else urls.sign_in)(page.language, target))
    path = page.request.url.path
    if isinstance(error, TooLarge) and (path.endswith(TAKE_FILES) or "/actions/" in path):
        # Whoever sends files finds her page again, and what it received before.
        return page.see_other(f"{path}?too_large=1")
    shown = explain_error(error, page.language)
    page.title = shown.title
    if page.reader is None and not isinstance(error, BadProof):
        find_visitor(page)
    answer = page.render("errors/error.html", status=error.status, shown=shown, status_code=error.status)
    if error.status in RETRY_AFTER:
        answer.headers["retry-after"] = RETRY_AFTER[error.status]
    return answer


def needs_role(staff: Staff, *roles: Role) -> None:
    """Raises NotAllowed unless the staff member has one of the roles."""
    if not staff.actor.has(*roles):
        raise NotAllowed()


def replace_session(page: Page, kind: str, subject: str, *, level: str = "none", data: Mapping[str, Any]) -> Session:
    """Ends the browser's session and opens another: whoever knew the old token gains nothing from a sign-in."""
    old = page.session
    with page.unit_of_work() as work:
        kept: dict[str, Any] = dict(data)
        if old is not None:
            # What a browser began before anybody signed in goes along; what another person's account holds does not.
            same = (old.kind, old.subject) == (kind, subject)
            if kind != "staff" and (old.kind == "visitor" or same):
                # Drafts come along, since whoever signs in halfway means to go on. Files that were opened do not.
                kept |= {"visitor": old.visitor}
            sessions.end(work.connection, old)
        token, session = sessions.create(work.connection, kind, subject, work.now, level=level, data=kept)
    page.open_session(token, session)
    return session


def keep_in_session(page: Page, work: Work, **data: Any) -> None:
    """Makes the session remember something."""
    if page.session is not None:
        page._session = replace(sessions.keep(work.connection, page.session, **data))
