"""A process of the press: ``python -m portal.adapters.press_child SOCKET PATIENCE FOLDER``, started by ``press_pool`` alone.

It draws and signs one document at a time, with fonts, style sheets and keys of its own, until the other end of the socket
is closed: the worker has no more use for it, or is gone. Its folder of temporary files goes with it.
"""

import ctypes
import faulthandler
import gc
import os
import select
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from portal.adapters.own_memory import keep_memory_private
from portal.adapters.press import HandPress
from portal.adapters.press_letters import Answer, Gone, Outcome, Parts, Task, outcome_of, receive, send_answer
from portal.adapters.spared import spare_memory
from portal.ports_of_documents import TimeStamps

TIDIED_AFTER = 50
"""Documents after which the memory that nobody needs any more is given back."""

_PAGE = os.sysconf("SC_PAGE_SIZE")
_GRACE = 5


def main() -> None:
    """Answers until nobody asks any more."""
    keep_memory_private()
    spare_memory()
    end, patience = socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2])
    # Whoever stops the worker may well tell all of its processes; those of the press end what is under way for it first.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    watch = threading.Thread(target=_end_with, args=(end.fileno(), sys.argv[3]), daemon=True)
    watch.start()
    try:
        _serve(end, patience)
    except Gone:
        watch.join(_GRACE)


def _serve(end: socket.socket, patience: float) -> None:
    parts: Parts = receive(end)
    made: list[_Press] = []
    began = _in_time(patience, partial(_make, parts, made))
    if began.outcome is not Outcome.DONE:
        # Whatever was asked first gets to know why; the next one finds a new process, and perhaps a mended cause.
        receive(end)
        send_answer(end, replace(began, last=True))
        return
    # What is loaded now stays until the end: the collector need not look through it time and again.
    gc.collect()
    gc.freeze()
    done = 0
    while True:
        task: Task = receive(end)
        send_answer(end, _in_time(patience, partial(getattr(made[0], task.name), *task.arguments)))
        done += 1
        if done % TIDIED_AFTER == 0:
            _tidy()


class _Press(HandPress, TimeStamps):
    """What a process is asked for."""

    def __init__(self, parts: Parts) -> None:
        signer: Any = parts.signer()
        super().__init__(parts.renderer(), signer)
        self._stamps: TimeStamps = signer.stamps

    def stamp(self, digest: bytes) -> bytes:
        return self._stamps.stamp(digest)


def _make(parts: Parts, made: list[_Press]) -> bytes:
    made.append(_Press(parts))
    return b""


def _in_time(patience: float, work: Callable[[], Any]) -> Answer:
    # A process that hangs is stopped by the worker; this is for one whose worker is gone, even where no Python runs any more.
    faulthandler.dump_traceback_later(patience + _GRACE, exit=True)
    try:
        return Answer(Outcome.DONE, work(), _held())
    except Exception as error:
        outcome, text = outcome_of(error)
        return Answer(outcome, text.encode(errors="replace"), _held())
    finally:
        faulthandler.cancel_dump_traceback_later()


def _end_with(descriptor: int, folder: str) -> None:
    """Ends the process as soon as the other end is closed, whatever it is at, and leaves no file behind."""
    watched = select.poll()
    watched.register(descriptor, select.POLLRDHUP | select.POLLHUP)
    watched.poll()
    # Whoever started it does so too, but not one that was killed.
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _held() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


def _tidy() -> None:
    """Frees what documents left behind, and gives it back to the system."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


if __name__ == "__main__":
    main()
