"""The pages of a try-out: the portal's own, over a scratch store and behind an address of their own.

A request for ``…/try/{trial}/at/services/x`` is answered by the very page of ``/{lang}/services/x``, and the addresses
in its answer are moved behind that prefix, as a proxy in front of a site would. So whatever the portal learns can be
tried out, and nothing of it is written twice. The page never gets the real store, and its cookies never leave.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from portal.actions import trial as trying
from portal.actions.deps import Deps
from portal.actions.trial import CITIZEN, PARTNER, VISITOR, Trial
from portal.domain.errors import NotFound
from portal.http.pages import Page
from portal.http.readers import Designer
from portal.http.routes import PageRoute
from portal.http.static import StaticFiles
from portal.i18n import languages
from portal.store import opinions
from portal.store.studio_cases import tried
from portal.web.studio import common
from portal.web.studio.common import Version

PAGES = ("/{lang}/services", "/{lang}/drafts/", "/{lang}/cases", "/{lang}/counter")
"""What the addresses of the pages begin with that can be tried out."""

_INSIDE = "services|drafts|cases|counter|sign-in|sign-out"
"""Where an address begins that is moved behind the try-out's own: any other page is the portal's, and stays there."""

OUTSIDE = ("/{lang}/counter/sign-in", "/{lang}/counter/sign-out")
MOVED = ("location", "hx-redirect", "hx-push-url", "hx-replace-url")
KEPT = (*MOVED, "content-disposition", "content-type", "cache-control", "hx-retarget", "hx-reswap", "retry-after")
"""The headers of a page that leave a try-out. A cookie never does: it would be the designer's own."""


@dataclass(frozen=True)
class Opened:
    """A try-out with the version it is of."""

    trial: Trial
    version: Version
    deps: Deps

    def home(self, language: str) -> str:
        return trial_url(language, self.trial.id)

    def at(self, language: str) -> str:
        """What every address inside begins with."""
        return f"{self.home(language)}/at"

    def send_messages(self) -> None:
        """Writes down what would have been sent by now."""
        trying.run_messages(self.deps)


def trial_url(language: str, trial_id: str) -> str:
    return f"/{language}/studio/try/{trial_id}"


def partner_url(found: Opened, language: str, partner: str) -> str:
    """Where a partner's part in a try-out is played."""
    return f"{found.home(language)}/partners/{partner}"


@contextmanager
def opened(page: Page, designer: Designer, trial_id: str) -> Iterator[Opened]:
    """A try-out of this session's, with its scratch parts; raises TryEnded."""
    trial = trying.find(page.deps, designer.session, trial_id)
    with page.reading() as work:
        version = common.open_version(page, work, trial.version)
    if version.definition is None:
        raise NotFound()
    with trying.scratch(page.deps, trial, version.definition) as pretend:
        yield Opened(trial, version, pretend)


def answer(page: Page, designer: Designer, found: Opened, path: str, bar: Markup) -> Response:
    """What the portal answers at a path inside a try-out."""
    inner = _page(page, designer, found, path)
    route = _route(inner)
    response = route.run(inner)
    _keep(designer, found, inner)
    if page.request.method == "POST":
        found.send_messages()
    return _moved(page, found, response, bar)


def _page(page: Page, designer: Designer, found: Opened, path: str) -> Page:
    """The same request, as somebody in the try-out would have sent it to the portal itself."""
    here = f"/{page.language}/{path}".rstrip("/")
    headers = [
        (name, value) for name, value in page.request.scope["headers"] if name not in (b"accept-encoding", b"cookie")
    ]
    scope = {**page.request.scope, "path": here, "raw_path": here.encode(), "headers": headers, "path_params": {}}
    with found.deps.unit_of_work() as work:
        session = trying.session_for(work, found.trial, designer.session)
    inner = Page(Request(scope, page.request.receive), found.deps, page.language, page.form, page.csrf_key)
    inner._session, inner._session_read = session, True
    inner.unsigned_url = common.version_url(page.language, found.version.key, "documents")
    return inner


def _route(inner: Page) -> PageRoute:
    """The page of the portal at this address; raises NotFound for one that has no place in a try-out."""
    for route in inner.request.app.router.routes:
        if not isinstance(route, PageRoute) or not route.path.startswith(PAGES) or route.path.startswith(OUTSIDE):
            continue
        match, child = route.matches(inner.request.scope)
        if match is Match.FULL:
            inner.request.scope["path_params"] = child["path_params"]
            return route
    raise NotFound()


def _keep(designer: Designer, found: Opened, inner: Page) -> None:
    """What the page changed of its session is kept, under the id that the forms of this browser prove."""
    session = inner.session
    if session is None or session.id == designer.session.id:
        return
    with found.deps.unit_of_work() as work:
        trying.adopt(work, replace(session, id=designer.session.id))


def _moved(page: Page, found: Opened, response: Response, bar: Markup) -> Response:
    """The answer with its addresses moved behind the try-out's own."""
    headers = {name: value for name, value in response.headers.items() if name in KEPT}
    for name in MOVED:
        if name in headers:
            headers[name] = _address(found, headers[name])
    body = bytes(response.body)
    if headers.get("content-type", "").startswith("text/html"):
        body = _html(page, found, body.decode(), bar).encode()
    return Response(body, status_code=response.status_code, headers={**headers, "cache-control": "no-store"})


def _html(page: Page, found: Opened, html: str, bar: Markup) -> str:
    static: StaticFiles = page.request.app.state.static
    moved = re.sub(rf'="/({_codes()})/({_INSIDE})([/"?#])', lambda one: f'="{found.at(one[1])}/{one[2]}{one[3]}', html)
    # The way to the front page leads to the beginning of the try-out.
    moved = re.sub(rf'="/({_codes()})/?"', lambda one: f'="{found.at(one[1])}/"', moved)
    moved = moved.replace("</head>", f'<link rel="stylesheet" href="{static.url("css/studio.css")}">\n</head>', 1)
    return moved.replace('<main id="main"', f'{bar}\n<main id="main"', 1)


def _address(found: Opened, url: str) -> str:
    return re.sub(rf"^/({_codes()})(/|$)", lambda one: f"{found.at(one[1])}{one[2]}", url)


def _codes() -> str:
    return "|".join(re.escape(code) for code in languages())


def place_for(found: Opened, who: str, unit: str, language: str, here: str) -> str:
    """Where somebody goes on in a try-out: with the case in hand, else where her own work begins."""
    if who.startswith(PARTNER):
        return partner_url(found, language, who.removeprefix(PARTNER))
    base, staff = found.at(language), who not in (CITIZEN, VISITOR)
    reference = re.search(r"BRK-[0-9A-Z-]{14,}", here)
    with found.deps.reading() as work:
        held = tried(work.connection)
        asked = opinions.of_unit(work.connection, unit)
    if not held:
        return f"{base}/counter" if staff else f"{base}/services/{found.version.slug}"
    wanted = next((one for one in held if reference and one.reference == reference[0]), held[0])
    if not staff:
        return f"{base}/cases/{wanted.reference}"
    if wanted.unit == unit:
        return f"{base}/counter/cases/{wanted.reference}"
    # Another office sees of a case what is asked of it, and nothing else.
    mine = next((one for one in asked if one.reference == wanted.reference), None)
    return f"{base}/counter/opinions/{mine.reference}/{mine.opinion}" if mine else f"{base}/counter"
