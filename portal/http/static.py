"""Static files under names that carry their hash: kept in memory, compressed once, cached by browsers for a year."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from portal.http import stylesheet
from portal.http.encoding import chosen

ROOT = Path(__file__).resolve().parent.parent.parent / "static"
COMPRESSED = {"text/css", "text/javascript", "application/javascript", "application/manifest+json", "image/svg+xml"}
READ_BY_PEOPLE = {".md", ".txt", ".ttf"}
"""Notes, licences, and the fonts of printed documents: in the folder, but not for browsers."""

FOR_A_YEAR = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True)
class Variant:
    """One file as it leaves, plain or compressed."""

    body: bytes
    headers: Mapping[str, str]


class StaticFiles:
    """An application that serves one folder, read when the process starts."""

    def __init__(self, root: Path = ROOT) -> None:
        self._urls: dict[str, str] = {}
        self._files: dict[str, dict[str, Variant]] = {}
        contents = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.suffix not in READ_BY_PEOPLE
        }
        contents[stylesheet.NAME] = stylesheet.joined(contents)
        for part in stylesheet.ORDER:
            del contents[f"css/{part}.css"]
        # Style sheets come last: they name fonts and pictures, whose hashed addresses are written into them.
        for name in sorted(contents, key=lambda one: one.endswith(".css")):
            content = contents[name]
            if name.endswith(".css"):
                content = self._with_addresses(name, content.decode())
            self._add(name, content)

    def _with_addresses(self, name: str, css: str) -> bytes:
        up = "../" * (len(Path(name).parts) - 1)
        for other, url in self._urls.items():
            css = css.replace(f'"{up}{other}"', f'"{url}"').replace(f"({up}{other})", f"({url})")
        if up and up in css:
            raise ValueError(f"{name} names a file that is not there: {css[css.index(up) :][:60]}")
        return css.encode()

    def _add(self, name: str, content: bytes) -> None:
        stem, dot, suffix = name.rpartition(".")
        print_of = hashlib.sha256(content).hexdigest()[:10]
        hashed = f"{stem}.{print_of}{dot}{suffix}"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        bodies = {"": content}
        if media_type in COMPRESSED:
            bodies |= {"br": brotli.compress(content, quality=11), "gzip": gzip.compress(content, 9, mtime=0)}
        self._urls[name] = f"/static/{hashed}"
        self._files[hashed] = {
            coding: Variant(body, _headers(media_type, print_of, coding, of_several=len(bodies) > 1))
            for coding, body in bodies.items()
            if not coding or len(body) < len(content)
        }

    def url(self, name: str) -> str:
        """The address of a file; raises KeyError for one that is not there."""
        return self._urls[name]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        variants = self._files.get(scope["path"].removeprefix("/static/"))
        if variants is None:
            return Response(status_code=404)
        if scope["method"] not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"allow": "GET, HEAD"})
        asked = Headers(scope=scope)
        coding = chosen(asked.get("accept-encoding", ""), tuple(one for one in variants if one))
        found = variants[coding]
        if found.headers["etag"] in asked.get("if-none-match", ""):
            kept = {name: value for name, value in found.headers.items() if not name.startswith("content-")}
            return Response(status_code=304, headers=kept)
        if scope["method"] == "HEAD":
            return Response(headers={**found.headers, "content-length": str(len(found.body))})
        return Response(found.body, headers=found.headers)


def _headers(media_type: str, print_of: str, coding: str, *, of_several: bool) -> dict[str, str]:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    headers = {"content-type": f"{media_type}{charset}", "cache-control": FOR_A_YEAR}
    # Each form of a file has a mark of its own, or a cache would take one for the other.
    headers["etag"] = f'"{print_of}{"-" if coding else ""}{coding}"'
    if of_several:
        headers["vary"] = "accept-encoding"
    if coding:
        headers["content-encoding"] = coding
    return headers
