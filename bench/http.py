"""A lean HTTP client: one connection kept alive, one cookie, no library whose own cost would blur the measurement."""

import socket
from dataclasses import dataclass
from urllib.parse import urlencode

HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----what-a-browser-puts-between-the-parts"


class Unexpected(Exception):
    """The portal answered something else than what is being measured."""


@dataclass(frozen=True)
class Answer:
    """An answer, its headers still as text."""

    status: int
    headers: str
    body: bytes

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        found = self.headers.lower().find("\r\nlocation: ")
        start = found + len("\r\nlocation: ")
        return self.headers[start : self.headers.find("\r\n", start)] if found >= 0 else ""


class Browser:
    """One person's connection to a server of this machine."""

    def __init__(self, port: int, *, session: str = "", bearer: str = "") -> None:
        self._origin = f"http://{HOST}:{port}"
        credential = f"cookie: __Host-session={session}\r\n" if session else ""
        credential += f"authorization: Bearer {bearer}\r\n" if bearer else ""
        self._common = f"host: {HOST}:{port}\r\naccept: */*\r\naccept-language: fr\r\n{credential}"
        self._socket = socket.create_connection((HOST, port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, expected: int = 200) -> Answer:
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._common}\r\n".encode(), expected)

    def send(self, path: str, form: dict[str, str], expected: int = 303) -> Answer:
        """Sends a form as a browser does from one of the portal's own pages."""
        return self._post(path, FORM, urlencode(form).encode(), expected)

    def upload(self, path: str, form: dict[str, str], control: str, content: bytes, expected: int = 303) -> Answer:
        """Sends a form with a photograph."""
        parts = [f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{form[key]}\r\n' for key in form]
        parts.append(
            f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{control}"; filename="bail.jpg"\r\n'
            "content-type: image/jpeg\r\n\r\n"
        )
        body = "".join(parts).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._post(path, f"multipart/form-data; boundary={BOUNDARY}", body, expected)

    def _post(self, path: str, kind: str, body: bytes, expected: int) -> Answer:
        head = (
            f"POST {path} HTTP/1.1\r\n{self._common}origin: {self._origin}\r\nsec-fetch-site: same-origin\r\n"
            f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return self._ask(head.encode() + body, expected)

    def _ask(self, message: bytes, expected: int) -> Answer:
        self._socket.sendall(message)
        received = bytearray(self._receive())
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head = received[:end].decode("latin-1")
        length = _length(head)
        while len(received) < end + 4 + length:
            received += self._receive()
        answer = Answer(int(head[9:12]), head + "\r\n", bytes(received[end + 4 :]))
        if expected and answer.status != expected:
            asked = message.split(b"\r\n", 1)[0].decode()
            raise Unexpected(f"{asked}: {answer.status} where {expected} was expected")
        return answer

    def _receive(self) -> bytes:
        piece = self._socket.recv(262_144)
        if not piece:
            raise Unexpected("the server closed the connection")
        return piece


def _length(head: str) -> int:
    lower = head.lower()
    start = lower.find("\r\ncontent-length:")
    if start < 0:
        raise Unexpected("an answer without its length")
    start += len("\r\ncontent-length:")
    end = lower.find("\r\n", start)
    return int(lower[start : end if end >= 0 else None])
