"""Processes that run together: started with a log each, watched, and stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

LAST_LINES = 15
PATIENCE = 25.0
"""Seconds a process gets to end what it is doing."""


class Stopped(Exception):
    """We were told to stop."""


class Died(Exception):
    """A process ended by itself, or never answered; the text says which, and what it said last."""


@dataclass(frozen=True)
class Child:
    """One of the processes, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return "".join(f"\n    {line}" for line in lines)


class Children:
    """Processes with one environment; ``stopping`` is set by whoever wants them to end."""

    def __init__(self, logs: Path, environment: Mapping[str, str], stopping: threading.Event) -> None:
        self._logs, self._environment, self._stopping = logs, dict(environment), stopping
        self._running: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)

    def start(self, name: str, arguments: Sequence[str]) -> Child:
        """Starts ``python -m …``; its log begins anew."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603  Our own modules, with arguments made by us.
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self._environment,
                # A group of its own: Ctrl-C reaches us alone, and we stop them in order.
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def check(self) -> None:
        """Raises Died if one of them has ended, Stopped if they are to."""
        if self._stopping.is_set():
            raise Stopped()
        for child in self._running:
            status = child.process.poll()
            if status is not None:
                raise Died(
                    f"the {child.name} ended (exit status {status}); the end of {child.log}:{child.last_words()}"
                )

    def wait_for(self, name: str, answers: Callable[[], bool], seconds: float = 60) -> None:
        """Waits until one of them answers; raises Died if any ends before, or it takes too long."""
        until = time.monotonic() + seconds
        while not answers():
            self.check()
            if time.monotonic() > until:
                child = next(one for one in self._running if one.name == name)
                raise Died(f"the {name} does not answer; the end of {child.log}:{child.last_words()}")
            self._stopping.wait(0.1)

    def watch(self) -> None:
        """Returns never: raises Died or Stopped when it comes to that."""
        while True:
            self.check()
            self._stopping.wait(0.5)

    def stop(self) -> None:
        """Lets each end what it is doing, the last started first, and leaves none behind."""
        running, self._running = self._running, []
        for child in reversed(running):
            if child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + PATIENCE
        for child in running:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
            # Whatever it started itself and left behind is in its group still.
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def answers(port: int, path: str) -> bool:
    """Whether a server of this machine answers that address with 200."""
    return get(port, path) is not None


def get(port: int, path: str) -> bytes | None:
    """What a server of this machine answers, if it answers with 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return body if response.status == 200 else None
