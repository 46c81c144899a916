"""One request for a page: its language, its form, the browser's session, and how to answer."""

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
from portal.http import cookies, encoding
from portal.http.forms import Form
from portal.i18n import N_, languages
from portal.presenting.templates import environment
from portal.store import kept, sessions
from portal.store.sessions import Session
from portal.store.unit_of_work import Work

LARGE, NORMAL = "large", "normal"
"""The two sizes of letters."""

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class ReaderName:
    """Who is reading, as the header shows it."""

    kind: str
    name: str
    studio: bool = False
    """Whether she is at a page of the studio, and may be there."""
    oversees: bool = False
    """Whether she watches what falls due at an office."""
    keeps_calendar: bool = False
    """Whether she confirms feasts and enters closures."""
    has_files: bool = True
    """Whether she has a part in the files of an office."""
    sees_escalated: bool = False
    """Whether what the offices let pass is brought before her."""


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
    _text: str = ""
    ended: Session | None = None
    """The session this browser had until a while ago; it opens nothing any more."""
    found_kept: bool = False
    """Whether this form shows what was typed before a session ended."""
    unsigned_url: str = ""
    """Inside a try-out, which signs nothing: where its version's documents are shown. Empty on every real page."""
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
        return i18n.moment_in_words(at, self.language)

    @property
    def session(self) -> Session | None:
        """The browser's session, read once."""
        if not self._session_read:
            self._session_read = True
            token = self.request.cookies.get(cookies.SESSION)
            if token:
                self._look_up(token)
        return self._session

    def _look_up(self, token: str) -> None:
        with self.reading() as work:
            found, now = sessions.find(work.connection, token), work.now
        if found is not None and found.expires_at > now:
            # What a page asks for by itself, such as the queue anew, does not count as somebody using it.
            by_itself = self.by_script and self.request.method not in UNSAFE
            if not by_itself and sessions.can_last_longer(found, now):
                with self.unit_of_work() as work:
                    found = sessions.prolong(work.connection, found, now)
            self._session = found
        elif found is not None and found.ended_lately(now):
            self.ended = found
        else:
            self._dropped.append(cookies.SESSION)

    @property
    def session_left(self) -> int:
        """After how many seconds without a request somebody signed in is signed out; 0 for everybody else."""
        if self._session is None or self._session.kind == "visitor":
            return 0
        return max(1, int((self._session.expires_at - self.deps.clock.now()).total_seconds()))

    @property
    def by_script(self) -> bool:
        """Whether a script of ours asks, which takes a piece of the answer into its page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def bare_path(self) -> str:
        """This page's address without its language."""
        return str(self.request.scope["path"]).removeprefix(f"/{self.language}")

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
        if mark is None or not cookies.is_same_origin(self.request, base_url) or not self.proves(mark):
            raise BadProof()

    def proves(self, mark: str) -> bool:
        """Whether this form was shown to the browser that bore a mark."""
        sent = self.form.get("csrf") or self.request.headers.get("x-csrf-token", "")
        return cookies.is_proof_for(self.csrf_key, mark, sent)

    def open_session(self, token: str, session: Session) -> None:
        """Gives the browser a session from this answer on."""
        self._session, self._session_read = session, True
        # A visitor's ends with the browser at the latest: the next person at a shared computer is somebody else.
        lasting = None if session.kind == "visitor" else sessions.LIFETIME[session.kind] + sessions.REMEMBERED
        self._cookies.append((cookies.SESSION, token, None if lasting is None else int(lasting.total_seconds())))

    def close_session(self) -> None:
        self._session, self._session_read = None, True
        self._dropped.append(cookies.SESSION)

    @property
    def large_text(self) -> bool:
        """Whether this browser asked for bigger letters."""
        return (self._text or self.request.cookies.get(cookies.TEXT, "")) == LARGE

    @property
    def switched(self) -> str | None:
        """The language to show this form in, when it was sent by the switch of languages or of letters, not to be handled."""
        wanted = self.form.get("switch_to")
        if wanted in (LARGE, NORMAL):
            self.set_text(wanted)
            return self.language
        return wanted if wanted in languages() else None

    def set_text(self, size: str) -> None:
        """Remembers the size of letters in this browser."""
        self._text = size

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

    def kept(self) -> dict[str, str]:
        """What this person had typed on this page when her session ended; shown until the form is sent again."""
        session = self.session
        if session is None or self.bare_path not in session.data.get("kept", ()):
            return {}
        with self.reading() as work:
            typed = kept.find(work.connection, work.vault, session.owner, self.bare_path, work.now)
        self.found_kept = bool(typed)
        return typed

    @property
    def form_was_kept(self) -> bool:
        """Whether the reader was sent to sign in because a form of hers could only be kept."""
        return self.request.query_params.get("kept") == "1"

    def take_typed(self) -> dict[str, str]:
        """What was kept for this showing, once; or what was typed when a session ended."""
        if typed := self.kept():
            return typed
        sealed = self.session.data.get("typed") if self.session is not None else None
        if not sealed or self.session is None:
            return {}
        with self.unit_of_work() as work:
            self._session = sessions.keep(work.connection, self.session, typed=None)
            return dict(work.vault.open_json(bytes.fromhex(sealed), "typed"))

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """The page drawn from a template, in the reader's language."""
        built = environment(self.language, self.request.app.state.static.url)
        html = built.get_template(template).render(page=self, **context).encode()
        coding = encoding.for_page(self.request.headers.get("accept-encoding", ""), html) if self._may_shrink else ""
        response = HTMLResponse(encoding.encoded(html, coding), status_code=status, headers=encoding.headers(coding))
        response.headers["cache-control"] = "no-store" if self._session is not None else "private, no-cache"
        if self.request.cookies.get(cookies.LANGUAGE) != self.language:
            response.set_cookie(cookies.LANGUAGE, self.language, max_age=31_536_000, path="/", samesite="lax")
        return self._with_cookies(response)

    @property
    def _may_shrink(self) -> bool:
        """Whether this page may be compressed: not what somebody signed in is led to from another site.

        Its address may hold guesses of a stranger's at what else stands on the page, and its length would tell (BREACH).
        """
        return self._session is None or self.request.headers.get("sec-fetch-site") in ("same-origin", "none")

    def see_other(self, url: str) -> Response:
        """On to another page, whatever the method of this one."""
        return self._with_cookies(RedirectResponse(url, status_code=303))

    def leave_for(self, url: str) -> Response:
        """On to a page in place of this one whole, also where HTMX asked for a part of it only."""
        if not self.by_script:
            return self.see_other(url)
        return self._with_cookies(Response(status_code=204, headers={"hx-redirect": url}))

    def download(self, content: bytes, media_type: str, name: str, *, inline: bool = False) -> Response:
        """A file, saved rather than opened unless ``inline``."""
        disposition = "inline" if inline else "attachment"
        headers = {"content-disposition": f'{disposition}; filename="{name}"', "cache-control": "private, no-store"}
        return self._with_cookies(Response(content, media_type=media_type, headers=headers))

    def _with_cookies(self, response: Response) -> Response:
        if self._text:
            response.set_cookie(cookies.TEXT, self._text, max_age=31_536_000, path="/", samesite="lax")
        for name in self._dropped:
            cookies.drop_cookie(response, name)
        for name, value, max_age in self._cookies:
            cookies.set_cookie(response, name, value, max_age)
        return response


def replace_session(page: Page, kind: str, subject: str, *, level: str = "none", data: Mapping[str, Any]) -> Session:
    """Ends the browser's session and opens another: whoever knew the old token gains nothing from a sign-in."""
    old = page.session
    with page.unit_of_work() as work:
        known: dict[str, Any] = dict(data)
        if old is not None:
            # What a browser began before anybody signed in goes along; what another person's account holds does not.
            same = (old.kind, old.subject) == (kind, subject)
            if kind != "staff" and (old.kind == "visitor" or same):
                # Drafts come along, since whoever signs in halfway means to go on. Files that were opened do not.
                known |= {"visitor": old.visitor}
            sessions.end(work.connection, old)
        if kind != "visitor" and (paths := kept.paths_of(work.connection, sessions.owner_of(kind, subject), work.now)):
            known |= {"kept": paths}
        token, session = sessions.create(work.connection, kind, subject, work.now, level=level, data=known)
    page.open_session(token, session)
    return session


def keep_in_session(page: Page, work: Work, **data: Any) -> None:
    """Makes the session remember something."""
    if page.session is not None:
        page._session = replace(sessions.keep(work.connection, page.session, **data))
