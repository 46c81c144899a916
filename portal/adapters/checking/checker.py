"""Has files looked at by a process that forks one for each: started at the first file, and again whenever it is gone."""

import base64
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from portal.adapters.checking.asked import Asked, Certificates
from portal.adapters.checking.limits import ON_THE_WALL
from portal.ports import Overloaded, Unreachable
from portal.ports_of_documents import Checker, Integrity, Level, Looked, Unfit

STARTING_SECONDS = 20
"""How long a process that loads everything may take, on a machine with much else to do."""

MOST_AT_ONCE = 2
"""How many files one web process has looked at at the same time."""

_DONE = b'{"done":true}\n'

LONGEST_ANSWER = 2_000_000
_WAITING_SECONDS = 0.5
_GOING_SECONDS = 0.1
_CODE = Path(__file__).resolve().parents[3]


class ZygoteChecker(Checker):
    """Looks at files in processes of their own. ``ours`` gives what our signatures are known by at present."""

    def __init__(self, ours: Callable[[], Certificates]) -> None:
        self._ours = ours
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(MOST_AT_ONCE)
        self._zygote: _Started | None = None

    def look(self, content: bytes, known: int = 0) -> Looked:
        asked = Asked(content, known, self._ours()).written()
        # Whoever serves pages has those wait who have to, in a line of its own: nobody is kept waiting here.
        if not self._turns.acquire(timeout=_WAITING_SECONDS):
            raise Overloaded("too many files are being looked at")
        try:
            return _looked(self._answered(asked))
        finally:
            self._turns.release()

    def close(self) -> None:
        """Ends the process that forks, and those it forked."""
        with self._lock:
            if self._zygote is not None:
                self._zygote.end()
            self._zygote = None

    def _answered(self, asked: bytes) -> list[dict[str, Any]]:
        # One that just ended for want of work, or was killed, is found gone at the first try only.
        for _ in range(2):
            zygote = self._started()
            lines = zygote.ask(asked)
            # Of what was not looked at to its end, the file is at fault only where all went on that looks at files.
            if lines and ("done" in lines[-1] or zygote.lives()):
                return lines
            self._forget(zygote)
        raise Unreachable("files cannot be looked at now")

    def _started(self) -> "_Started":
        with self._lock:
            if self._zygote is None:
                self._zygote = _Started.new()
            return self._zygote

    def _forget(self, gone: "_Started") -> None:
        with self._lock:
            if self._zygote is gone:
                self._zygote = None
                gone.end()


@dataclass(frozen=True)
class _Started:
    """The process that forks, and our end of the socket it is asked on: closing that ends it."""

    process: "subprocess.Popen[bytes]"
    control: socket.socket

    @staticmethod
    def new() -> "_Started":
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # It is given no part of our environment, and of our files only its end of the socket.
        command = [sys.executable, "-B", "-E", "-s", "-m", "portal.adapters.checking.zygote"]
        with theirs:
            process = subprocess.Popen(  # noqa: S603  Our own module, with arguments made by us.
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=_CODE,
            )
        return _Started(process, ours)

    def ask(self, asked: bytes) -> list[dict[str, Any]]:
        """What is said of a file, line by line; nothing where nobody took it."""
        kept = os.memfd_create("asked")
        try:
            with os.fdopen(os.dup(kept), "wb") as file:
                file.write(asked)
            ours, theirs = os.pipe()
            try:
                socket.send_fds(self.control, [b"?"], [kept, theirs])
            except OSError:
                os.close(ours)
                return []
            finally:
                os.close(theirs)
        finally:
            os.close(kept)
        try:
            return _lines_of(ours)
        finally:
            os.close(ours)

    def lives(self) -> bool:
        """Whether the process that forks is still there, a moment after one that it forked is gone."""
        try:
            self.process.wait(_GOING_SECONDS)
        except subprocess.TimeoutExpired:
            return True
        return False

    def end(self) -> None:
        self.control.close()
        self.process.kill()
        self.process.wait()


def _lines_of(descriptor: int) -> list[dict[str, Any]]:
    """The whole lines that come before the end, or before the time is over: it is counted from the first on."""
    received = b""
    ends = time.monotonic() + STARTING_SECONDS
    # A process that serves many has descriptors beyond those that select() knows.
    readable = select.poll()
    readable.register(descriptor, select.POLLIN)
    while len(received) < LONGEST_ANSWER:
        ready = readable.poll(max(0.0, ends - time.monotonic()) * 1000)
        part = os.read(descriptor, 65536) if ready else b""
        if not part:
            break
        if not received:
            ends = time.monotonic() + ON_THE_WALL + 1
        received += part
        if received.endswith(_DONE):
            break
    return [said for line in received.split(b"\n")[:-1] if (said := _read(line)) is not None]


def _read(line: bytes) -> dict[str, Any] | None:
    """A line; None for one that was cut off."""
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) else None


def _looked(lines: list[dict[str, Any]]) -> Looked:
    said: dict[str, Any] = {key: value for line in lines for key, value in line.items()}
    if said.get("busy"):
        raise Overloaded("the machine had no time to look at a file")
    # Whoever was stopped, by the clock or for want of memory, could not say that it was done.
    refused = said.get("refused") or (None if said.get("done") else Unfit.TOO_COSTLY)
    stamped_at = said.get("stamped_at")
    return Looked(
        integrity=Integrity(said["integrity"]) if "integrity" in said else None,
        refused=Unfit(refused) if refused else None,
        picture=bool(said.get("picture")),
        texts=tuple(said.get("texts", ())),
        pages=tuple(base64.b64decode(line["page"]) for line in lines if "page" in line),
        page_count=said.get("page_count", 0),
        signer=said.get("signer", ""),
        stamped_at=datetime.fromisoformat(stamped_at) if stamped_at else None,
        level=Level(said["level"]) if "level" in said else None,
    )
