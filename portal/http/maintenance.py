"""The operator's switch: while a file called ``maintenance`` lies in the data directory, the portal is closed.

The file may hold the hour at which it opens again, such as 14:30. It is looked at once a second at most, and the way
past it touches neither the database nor the catalogue: both may be what is being worked on.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portal import i18n
from portal.domain.errors import UnderMaintenance
from portal.http import cookies
from portal.presenting.errors import explain_error
from portal.presenting.templates import environment

FILE = "maintenance"
LOOK_EVERY = 1.0
"""Seconds between two looks at the file."""

PATIENCE = 600
"""Seconds after which to come back where no hour is given, or where it has passed."""

OPEN = ("/livez", "/metrics", "/static/")
"""What answers all the same: the process lives, and the page needs its style."""

HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class Closed:
    """That the portal is closed, and until when if that was said."""

    until: datetime | None

    def seconds(self, now: datetime) -> int:
        """When to come back, in seconds."""
        left = (self.until - now).total_seconds() if self.until is not None else 0.0
        return max(60, int(left)) if left > 0 else PATIENCE


class Switch:
    """Whether the file is there, asked as often as one likes."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = folder / FILE, clock
        self._looked_at = -LOOK_EVERY
        self._written: float | None = None
        self._closed: Closed | None = None

    def closed(self) -> Closed | None:
        """What the file says, or None while the portal is open."""
        now = self._clock()
        if now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            self._look()
        return self._closed

    def _look(self) -> None:
        try:
            written = self._file.stat().st_mtime
            if written != self._written:
                self._closed = Closed(read_hour(self._file.read_bytes()[:100].decode("utf-8", "replace"), written))
            self._written = written
        except FileNotFoundError:
            self._closed, self._written = None, None
        except OSError:
            # Something lies there that cannot be read: whoever put it there meant to close.
            self._closed, self._written = Closed(None), None


def read_hour(said: str, written: float) -> datetime | None:
    """The next time after the file was written that the clock of the offices shows this hour; None for anything else."""
    hour = HOUR.fullmatch(said.strip())
    if hour is None:
        return None
    since = datetime.fromtimestamp(written, i18n.OFFICE_ZONE)
    until = since.replace(hour=int(hour[1]), minute=int(hour[2]), second=0, microsecond=0)
    return until if until > since else until + timedelta(days=1)


class Maintenance:
    """Stands before every page and interface, plain ASGI."""

    def __init__(self, app: ASGIApp, folder: Path, problem: Callable[[int], Response]) -> None:
        self.app, self._switch, self._problem = app, Switch(folder), problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (closed := self._switch.closed()) is None or scope["path"].startswith(OPEN):
            await self.app(scope, receive, send)
            return
        await self._answer(Request(scope), closed)(scope, receive, send)

    def _answer(self, request: Request, closed: Closed) -> Response:
        now = datetime.now(UTC)
        seconds = closed.seconds(now)
        if request.url.path == "/readyz":
            answer: Response = PlainTextResponse("maintenance\n", status_code=503)
        elif request.url.path.startswith(("/api/", "/oauth/")):
            answer = self._problem(seconds)
        else:
            answer = closed_page(request, closed.until if closed.until is not None and closed.until > now else None)
        answer.headers["retry-after"] = str(seconds)
        answer.headers["cache-control"] = "no-store"
        return answer


def closed_page(request: Request, until: datetime | None) -> Response:
    """The page that says so: in the reader's language where it is known, otherwise in all of them."""
    offered = i18n.languages()
    named = (request.url.path.strip("/").partition("/")[0], request.cookies.get(cookies.LANGUAGE, ""))
    known = next((language for language in named if language in offered), None)
    languages = (known,) if known else offered
    built = environment(languages[0], request.app.state.static.url)
    said = [_said(language, until) for language in languages]
    return HTMLResponse(built.get_template("errors/maintenance.html").render(said=said), status_code=503)


def _said(language: str, until: datetime | None) -> dict[str, str]:
    shown = explain_error(UnderMaintenance(), language)
    back = i18n.N_("It opens again on %(moment)s. Come back then: the address stays the same.")
    soon = i18n.N_("It opens again as soon as it can. Come back a little later: the address stays the same.")
    return {
        "lang": language,
        "dir": i18n.direction(language),
        "name": i18n.translate(language, i18n.N_("Shubbak Berkane")),
        "title": shown.title,
        "text": shown.text,
        "back": i18n.translate(language, back, {"moment": i18n.moment_in_words(until, language)})
        if until is not None
        else i18n.translate(language, soon),
        "counter": i18n.translate(
            language,
            i18n.N_("If it cannot wait, go to the counter of your commune: a clerk receives you during opening hours."),
        ),
    }
