"""Static files under names that carry their hash: kept in memory, compressed once, cached by browsers for a year."""

import gzip
import hashlib
import mimetypes
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

ROOT = Path(__file__).resolve().parent.parent.parent / "static"
COMPRESSED = {"text/css", "text/javascript", "image/svg+xml", "application/javascript"}
mimetypes.add_type("font/woff2", ".woff2")


class StaticFiles:
    """An application that serves one folder, read when the process starts."""

    def __init__(self, root: Path = ROOT) -> None:
        self._urls: dict[str, str] = {}
        self._answers: dict[str, tuple[Response, Response | None]] = {}
        contents = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.suffix not in {".md", ".txt", ".ttf"}
        }
        # Style sheets come last: they name fonts and pictures, whose hashed addresses are written into them.
        for name in sorted(contents, key=lambda one: one.endswith(".css")):
            content = contents[name]
            if name.endswith(".css"):
                content = self._with_addresses(name, content.decode(), contents)
            self._add(name, content)

    def _with_addresses(self, name: str, css: str, contents: dict[str, bytes]) -> bytes:
        folder = Path(name).parent
        for other in contents:
            if other in self._urls and not other.endswith(".css"):
                relative = _relative(folder, other)
                css = css.replace(f'"{relative}"', f'"{self._urls[other]}"').replace(
                    f"({relative})", f"({self._urls[other]})"
                )
        return css.encode()

    def _add(self, name: str, content: bytes) -> None:
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{suffix}"
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
        plain = Response(content, media_type=media_type, headers=headers)
        small = None
        if media_type in COMPRESSED:
            body = gzip.compress(content, 9, mtime=0)
            small = Response(body, media_type=media_type, headers={**headers, "content-encoding": "gzip"})
        self._urls[name] = f"/static/{hashed}"
        self._answers[hashed] = (plain, small)

    def url(self, name: str) -> str:
        """The address of a file; raises KeyError for one that is not there."""
        return self._urls[name]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._answers.get(scope["path"].removeprefix("/static/"))
        if found is None:
            await Response(status_code=404)(scope, receive, send)
            return
        plain, small = found
        accepted = Headers(scope=scope).get("accept-encoding", "")
        await (small if small is not None and "gzip" in accepted else plain)(scope, receive, send)


def _relative(folder: Path, other: str) -> str:
    up = "../" * len(folder.parts)
    return f"{up}{other}" if folder.parts else other
