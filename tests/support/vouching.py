"""A time-stamping authority, an OCSP server and revocation lists over HTTP, for tests: the sandbox's own, with a clock."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from portal.sandbox.authority import Authority
from portal.sandbox.revocation import answer_to, list_of
from portal.sandbox.stamping import reply_to

Answer = tuple[int, str, bytes]


class Vouching:
    """What the server does: ``clock`` is its time, ``instead`` answers in its place, ``asked`` counts the requests."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.ahead = timedelta(0)
        self.instead: Callable[[str, bytes], Answer | None] = lambda _path, _body: None
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.authorization: str | None = None
        self.url = ""

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def answer(self, path: str, body: bytes) -> Answer:
        kind = path.split("/")[1]
        self.asked[kind] += 1
        instead = self.instead(path, body)
        if instead is not None:
            return instead
        keys = self.authority.keys()
        match kind:
            case "tsa":
                return 200, "application/timestamp-reply", reply_to(body, keys, self.now())
            case "ocsp":
                return 200, "application/ocsp-response", answer_to(body, keys, self.now())
            case "crl":
                found = list_of(path.removeprefix("/crl/").removesuffix(".crl"), keys, self.now())
                if found is not None:
                    return 200, "application/pkix-crl", found
        return 404, "text/plain", b"nothing here"


@contextmanager
def vouching(folder: Path) -> Iterator[Vouching]:
    """The server, at work on the keys of a folder (which may be made once its address is known)."""
    kept = Vouching(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            kept.connections += 1

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._answer(b"")

        def log_message(self, *_: object) -> None:
            return

        def _answer(self, body: bytes) -> None:
            kept.authorization = self.headers.get("Authorization")
            status, kind, content = kept.answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
