"""One request for a page: its language, its form, the browser's session, and how to answer."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal import i18n
from portal.actions.deps import Deps
from portal.domain.errors import BadProof
from portal.http import cookies
from portal.http.forms import Form
from portal.i18n import N_
from portal.presenting.templates import environment
from portal.store import sessions
from portal.store.sessions import Session
from portal.store.unit_of_work import Work

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
