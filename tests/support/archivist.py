"""A press that raises documents as a test tells it, and a worker that dies in the middle of it."""

import multiprocessing
import os
import signal
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from portal.actions.archive_turns import archive_now
from portal.adapters.files.store import FolderStore
from portal.ports import Area, Unreachable
from portal.ports_of_documents import Level, Press, PrintedDocument, Signed
from portal.settings import Settings
from portal.store import documents
from portal.wiring import wire
from tests.support.portal import MovableClock, PlainSigner


@dataclass
class Archivist(Press):
    """Adds a line of its own at each raising, so that no two files are ever the same.

    While ``away`` nothing is stamped. ``faults`` are raised for the documents whose text holds a word. ``meet`` is waited
    at with a file in hand, so that two workers can be made to hold the same document at once.
    """

    press: Press
    away: bool = False
    unstamped: bool = False
    faults: dict[bytes, Exception] = field(default_factory=dict)
    meet: threading.Barrier | None = None
    asked: int = 0
    after: Callable[[int], None] = lambda _asked: None

    def issue(self, document: PrintedDocument) -> Signed:
        signed = self.press.issue(document)
        return replace(signed, level=Level.B) if self.unstamped else signed

    def raised(self, pdf: bytes, to: Level) -> Signed:
        self.asked += 1
        self.after(self.asked)
        for word, fault in self.faults.items():
            if word in pdf:
                raise fault
        if self.away:
            raise Unreachable("no answer in time")
        body = pdf + b"\nraised " + uuid.uuid4().hex.encode()
        if self.meet is not None:
            self.meet.wait(10)
        return Signed(PlainSigner().sign(body).pdf, to)


class DyingStore(FolderStore):
    """Kills the process around the moment at which a file is put."""

    moment = "never"

    def put(self, area: Area, key: str, content: bytes) -> None:
        if self.moment == "before":
            die()
        super().put(area, key, content)
        if self.moment == "stored":
            die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(moment: str, environment: Mapping[str, str], now: datetime) -> bool:
    """Raises everything in a process of its own, which kills itself without a word; whether it came to that.

    ``moment`` is ``before`` a file is put, once it is ``stored``, or ``entered`` (within the transaction).
    """
    child = _FORKED.Process(target=_archive, args=(moment, dict(environment), now))
    child.start()
    child.join(60)
    return child.exitcode == -signal.SIGKILL


# Forked from a process that has loaded all this once, and holds none of our connections.
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload([__name__])


def _archive(moment: str, environment: Mapping[str, str], now: datetime) -> None:
    os.environ.update(environment)
    settings = Settings()
    files = DyingStore(settings.data_dir)
    files.moment = moment
    deps = wire(settings, clock=MovableClock(now))
    deps = replace(deps, files=files, press=Archivist(deps.press))
    if moment == "entered":
        entered = documents.raised

        def entered_and_dead(*given: Any, **named: Any) -> bool:
            done = entered(*given, **named)
            die()
            return done

        documents.raised = entered_and_dead
    archive_now(deps)
