"""The page that checks a sheet of paper without a network: it installs itself on a telephone, and reads seals there."""

import hashlib
from typing import Any

import orjson
from starlette.responses import Response

from portal.domain.service import Result
from portal.http import encoding
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.http.static import ROOT as STATIC
from portal.i18n import N_
from portal.presenting.templates import environment
from portal.web.routing import pages

router = pages("/{lang}/verify/offline")

SCRIPTS = (
    "vendor/qr-decode-0.7.0.min.js",
    *(f"js/offline/{name}.js" for name in ("cbor", "seal", "known", "camera", "show", "judge", "page")),
)
TEMPLATE = "public/offline.html"
WORKER = "js/offline/worker.js"
FONTS = {"ar": "fonts/guichet-arabic-400.woff2", "fr": "fonts/guichet-latin-400.woff2"}
SHEETS, ICON = ("css/portal.css", "css/offline.css"), "img/icon.svg"
PICTURE, SIZE = "img/icon-256.png", "256x256"

OUTCOMES = {
    Result.GRANTED: N_("Granted"),
    Result.REFUSED: N_("Refused"),
    Result.RETURNED: N_("Returned"),
    Result.WITHDRAWN: N_("Withdrawn"),
    Result.REFERRED: N_("Passed on"),
}
"""What a seal says was decided, by message id."""

# The camera is for this page alone; every other is told that it has none.
CAMERA = {"permissions-policy": "camera=(self), geolocation=(), microphone=()", "referrer-policy": "no-referrer"}
FRESH = "no-cache"


@router.get("")
def show(page: Page, visitor: Visitor) -> Response:
    """The page itself: the same for everybody, so that a device may keep it."""
    answer = page.render(TEMPLATE, **_context(page))
    answer.headers.update(CAMERA)
    return answer


@router.get("/worker.js")
def worker(page: Page, visitor: Visitor) -> Response:
    """What keeps the page on the device: another one whenever a file of it is another."""
    url = page.request.app.state.static.url
    # The picture is fetched by the system of the device, and kept there, when the page is installed.
    names = (*SCRIPTS, *SHEETS, ICON)
    font = FONTS.get(page.language)
    files = [_base(page), f"{_base(page)}/app.webmanifest", *map(url, names), *([url(font)] if font else [])]
    body = (STATIC / WORKER).read_bytes()
    # Page and manifest have no hash in their addresses. They count as they are drawn, not as they were sent: how an
    # answer was made smaller differs from one reader and one release of a library to another.
    drawn = environment(page.language, url).get_template(TEMPLATE).render(page=page, **_context(page)).encode()
    parts = [*(one.encode() for one in files), body, drawn, _manifest(page)]
    mark = hashlib.sha256(b"\n".join(parts)).hexdigest()[:16]
    prefix = f"shubbak-page-{page.language}-"
    said = {"PREFIX": prefix, "VERSION": prefix + mark, "FILES": files}
    head = "".join(f"const {name} = {orjson.dumps(value).decode()};\n" for name, value in said.items())
    answer = _sent(page, head.encode() + body, "text/javascript")
    answer.headers["service-worker-allowed"] = _base(page)
    return answer


@router.get("/app.webmanifest")
def manifest(page: Page, visitor: Visitor) -> Response:
    """What the page is called where it is installed (W3C, Web Application Manifest)."""
    return _sent(page, _manifest(page), "application/manifest+json")


def _sent(page: Page, content: bytes, media_type: str) -> Response:
    coding = encoding.for_page(page.request.headers.get("accept-encoding", ""), content)
    headers = {"cache-control": FRESH, **encoding.headers(coding)}
    return Response(encoding.encoded(content, coding), media_type=media_type, headers=headers)


def _manifest(page: Page) -> bytes:
    url = page.request.app.state.static.url
    said: dict[str, Any] = {
        "id": _base(page),
        "name": page.say(N_("Check a paper – Shubbak Berkane")),
        "short_name": page.say(N_("Check a paper")),
        "lang": page.language,
        "dir": "rtl" if page.language == "ar" else "ltr",
        "start_url": _base(page),
        "scope": _base(page),
        "display": "standalone",
        "background_color": "#fbf8f2",
        "theme_color": "#0a5a46",
        "icons": [
            {"src": url(PICTURE), "sizes": SIZE, "type": "image/png"},
            {"src": url(ICON), "sizes": "any", "type": "image/svg+xml"},
        ],
    }
    return orjson.dumps(said)


def _context(page: Page) -> dict[str, Any]:
    outcomes = {result.value: page.say(words) for result, words in OUTCOMES.items()}
    title = page.say(N_("Check a paper without internet"))
    return {"title": title, "scripts": SCRIPTS, "base": _base(page), "outcomes": outcomes}


def _base(page: Page) -> str:
    return f"/{page.language}/verify/offline"
