"""Forks a process for each file to be looked at: ``python -m portal.adapters.checking.zygote``, on a socket as standard input.

The libraries that read files take most of a second to load. They are loaded here once, and every child has them at
once. This process reads no file itself: it hands the descriptors on, kills a child whose time is over, and ends when
nobody asked it anything for a while, or when whoever started it is gone.
"""

import gc
import os
import selectors
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field

from portal.adapters.checking.limits import (
    ON_THE_WALL,
    confine,
    drop_capabilities,
    leave_networks,
    leave_root,
    memory_held,
)
from portal.adapters.own_memory import keep_memory_private

IDLE_SECONDS = 300
"""After how long without a file this process ends."""

BEGUN = b"{}\n"
"""What is answered before a file is looked at: whoever asked then knows that somebody took it."""

ANSWER = 1
"""The descriptor that a child answers on, its only one."""


BUSY = b'\n{"busy":true}\n'
"""What is answered in place of a child that the machine had no time for: another try may well succeed."""

BUSY_SECONDS = 0.75
"""A child that was stopped, yet had less of the processor than this, was kept waiting by others."""


@dataclass
class _Child:
    """A process that looks at a file, until when it may, and where its answer goes."""

    process: int
    ends: float
    answer: int
    killed: bool = False


@dataclass
class Zygote:
    """The process that forks, between the socket it is asked on and its children."""

    control: socket.socket
    idle_seconds: float = IDLE_SECONDS
    held: tuple[int, int] = field(default_factory=memory_held)
    _children: dict[int, _Child] = field(default_factory=dict)  # by the descriptor that tells of their end

    def serve(self) -> None:
        """Until nobody asks any more."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.control, selectors.EVENT_READ)
            asked = time.monotonic()
            while self._children or time.monotonic() < asked + self.idle_seconds:
                ends = [one.ends for one in self._children.values() if not one.killed] or [asked + self.idle_seconds]
                for key, _ in selector.select(max(0.0, min(ends) - time.monotonic())):
                    if key.fileobj is self.control:
                        asked = time.monotonic()
                        if not self._take(selector):
                            self._kill(time.monotonic() + ON_THE_WALL)
                            return
                    else:
                        selector.unregister(key.fd)
                        self._bury(key.fd)
                self._kill(time.monotonic())

    def _take(self, selector: selectors.BaseSelector) -> bool:
        """Begins a child for the next file; False when there will be none."""
        message, descriptors, _, _ = socket.recv_fds(self.control, 16, 2)
        if not message:
            return False
        if len(descriptors) == 2:
            # Whoever asked may be gone; and where no process can be had, it is not the file's fault.
            with suppress(OSError):
                os.write(descriptors[1], BEGUN)
                try:
                    selector.register(self._fork(*descriptors), selectors.EVENT_READ)
                except OSError:
                    os.write(descriptors[1], BUSY)
        for one in descriptors:
            os.close(one)
        return True

    def _fork(self, asked: int, answer: int) -> int:
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            try:
                self._look(parent, asked, answer)
            finally:
                os._exit(0)
        try:
            end = os.pidfd_open(child)
            self._children[end] = _Child(child, time.monotonic() + ON_THE_WALL, os.dup(answer))
        except OSError:
            # Nobody would see to it that it ends.
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise
        return end

    def _look(self, parent: int, asked: int, answer: int) -> None:
        from portal.adapters.checking.looking import answer_to

        content = os.pread(asked, os.fstat(asked).st_size, 0)
        os.dup2(answer, ANSWER)
        os.close(0)
        os.closerange(2, 1024)
        try:
            confine(parent, self.held)
        except OSError:
            # A file is looked at in bonds or not at all: whoever asked is told that it cannot be done now.
            os.write(ANSWER, BUSY)
            return
        answer_to(content, ANSWER)

    def _kill(self, now: float) -> None:
        for one in self._children.values():
            if one.ends <= now and not one.killed:
                os.kill(one.process, signal.SIGKILL)
                one.killed = True

    def _bury(self, end: int) -> None:
        one = self._children.pop(end)
        _, _, used = os.wait4(one.process, 0)
        if one.killed and used.ru_utime + used.ru_stime < BUSY_SECONDS:
            with suppress(OSError):
                os.write(one.answer, BUSY)
        os.close(one.answer)
        os.close(end)


def main() -> None:
    from portal.adapters.checking import looking

    looking.prepare()
    leave_root()
    leave_networks()
    drop_capabilities()
    keep_memory_private()
    gc.collect()
    gc.freeze()
    Zygote(socket.socket(fileno=0)).serve()


if __name__ == "__main__":
    main()
