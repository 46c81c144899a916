"""Draws and signs documents in processes of their own: none of the threads of a worker may share the layout engine.

A process is started when the worker starts, and again in the place of one that died, hung, has made many documents or holds
much memory. The worker itself never loads the engine.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import LifoQueue
from tempfile import TemporaryDirectory
from typing import Any

from portal.adapters.press_letters import Answer, Gone, Named, Parts, PressFailed, Result, Task, receive_answer, send
from portal.ports import Unreachable
from portal.ports_of_documents import Level, Press, PrintedDocument, Renderer, Signed, TimeStamps

PATIENCE = 60.0
"""Seconds that a document may take, with the time that its time stamp is waited for, before its process is stopped."""

WAITED_FOR = 15.0
"""The same where somebody waits for it in front of a page."""

DOCUMENTS = 2000
"""After so many documents a process makes room for a new one."""

HELD = 200 * 1024 * 1024
"""So does one that holds so much memory: what the engine's libraries keep for themselves is given back only at the end."""

STOPPING = 5.0
_CHILD = "portal.adapters.press_child"
_CODE = Path(__file__).resolve().parents[2]
# Few threads need no heap each; and what a document took is given back instead of kept for the next.
_THRIFTY = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "262144"}


PASSED_ON = frozenset(
    {
        *("PATH", "HOME", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH"),
        *("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"),
        # Where fonts are found, and what was found out about them kept.
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS"),
        *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"),
        # How the time-stamping authority and those that revoke certificates are reached.
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
        # Where the modules of signing devices are told of their devices.
        *("SOFTHSM2_CONF", "OPENSC_CONF", "YUBIHSM_PKCS11_CONF", "NFAST_HOME"),
        *("ChrystokiConfigurationPath", "CS_PKCS11_R3_CFG"),
    }
)
"""The variables that a process of the press is given of the worker's: nothing of the portal's own, no key, no password.

Its ``TMPDIR`` is a folder of its own."""


def _environment(ours: Mapping[str, str], folder: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(_CODE), ours.get("PYTHONPATH"))))
    passed = {name: value for name, value in ours.items() if name in PASSED_ON}
    return {**passed, **_THRIFTY, "PYTHONPATH": path, "TMPDIR": folder}


class PressPool(Press, Renderer, TimeStamps):
    """So many processes, each made of the same parts; whoever calls while all are at work waits for his turn."""

    def __init__(self, parts: Parts, processes: int, *, patience: float = PATIENCE, documents: int = DOCUMENTS) -> None:
        self._parts, self._processes, self._patience, self._documents = parts, processes, patience, documents
        self._places: LifoQueue[_Place] = LifoQueue()
        self._closed = False
        for _ in range(processes):
            self._places.put(_Place())

    def start(self) -> None:
        """Starts the processes, so that the first document need not wait for one."""
        places = [self._places.get() for _ in range(self._processes)]
        try:
            for place in places:
                place.process = self._started()
        finally:
            for place in places:
                self._places.put(place)

    def close(self) -> None:
        """Ends the processes as soon as what they are at is done; afterwards every call is Unreachable."""
        self._closed = True
        places = [self._places.get() for _ in range(self._processes)]
        for place in places:
            if place.process is not None:
                place.process.end()
                place.process = None
            self._places.put(place)

    def issue(self, document: PrintedDocument) -> Signed:
        """Raises Unreachable also where a process died or took too long; PressFailed for what fails by itself."""
        return self._done(Signed, "issue", document)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return self._done(Signed, "raised", pdf, to)

    def render(self, document: PrintedDocument) -> bytes:
        """The document, unsigned: for somebody who writes a service."""
        return self._done(bytes, "render", document)

    def stamp(self, digest: bytes) -> bytes:
        """A time stamp by the authority that stamps signatures: what asks for one is loaded there alone."""
        return self._done(bytes, "stamp", digest)

    def _done(self, kind: type[Result], name: str, *arguments: Any) -> Result:
        place = self._places.get()
        try:
            if place.process is None:
                place.process = self._started()
            answer = place.process.ask(Task(name, arguments), self._patience)
            if answer.last or answer.held > HELD or place.process.done >= self._documents:
                place.process.end()
                place.process = None
                # Its successor gets ready while the others go on; where none can be had now, the next document asks again.
                with suppress(Unreachable):
                    place.process = self._started()
        except _Lost as lost:
            if place.process is not None:
                place.process.kill()
                place.process = None
            raise Unreachable(str(lost)) from lost
        finally:
            self._places.put(place)
        return answer.result(kind)

    def _started(self) -> "_Process":
        if self._closed:
            raise Unreachable("the press is closed")
        try:
            return _Process(self._parts, self._patience)
        except OSError as error:
            raise Unreachable(f"no process that draws documents can be started: {error.strerror}") from error


class Apart(Renderer):
    """Draws now and then a document, each in a process that ends with it and was never given a key.

    Raises Unreachable where that process died, took too long, or could not draw what it was given.
    """

    def __init__(self, renderer: Callable[[], Renderer], *, patience: float = WAITED_FOR) -> None:
        self._parts, self._patience = Parts(renderer, Named("portal.adapters.press:Unable")), patience

    def render(self, document: PrintedDocument) -> bytes:
        pool = PressPool(self._parts, 1, patience=self._patience)
        try:
            return pool.render(document)
        except PressFailed as failed:
            raise Unreachable(str(failed)) from failed
        finally:
            pool.close()


class _Lost(Exception):
    """A process ended, or had to be stopped, before it answered."""


class _Place:
    """Room for one process."""

    def __init__(self) -> None:
        self.process: _Process | None = None


class _Process:
    """One process of the press, our end of the socket that it is asked on, and the folder of its temporary files.

    The engine leaves copies of the fonts there, which nobody else would ever delete.
    """

    def __init__(self, parts: Parts, patience: float) -> None:
        self.done = 0
        self._folder = TemporaryDirectory(prefix="portal-press-", ignore_cleanup_errors=True)
        self._end, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603  Our own module, with arguments made by us.
                    [sys.executable, "-m", _CHILD, str(theirs.fileno()), str(patience), self._folder.name],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env=_environment(os.environ, self._folder.name),
                )
            except OSError:
                self._end.close()
                self._folder.cleanup()
                raise
        with suppress(Gone):  # It is found gone when it is asked for something.
            send(self._end, parts)

    def ask(self, task: Task, patience: float) -> Answer:
        """What comes of a task; raises _Lost."""
        self.done += 1
        self._end.settimeout(patience)
        try:
            send(self._end, task)
            answer = receive_answer(self._end, time.monotonic() + patience)
        except TimeoutError as late:
            raise _Lost(f"a document took longer than {patience:.0f} s, and its process was stopped") from late
        except (Gone, OSError) as gone:
            raise _Lost("the process that drew a document ended") from gone
        return answer

    def end(self) -> None:
        """Lets it end by itself, and sees to it that it does."""
        self._end.close()
        try:
            self._process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def kill(self) -> None:
        self._end.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()
