"""What the worker and the processes of its press say to each other, over a pair of sockets.

What the worker asks is pickled: the press has no reason to doubt it. What the press answers is not, since it lays out what
anybody may have written, and the worker holds far more than the press does: a length, a few fields, and bytes.
"""

import importlib
import pickle
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import Level, Renderer, Signed, Signer

_LENGTH = struct.Struct("!Q")
_ANSWER = struct.Struct("!BBB?Q")
"""How a task ended, whether its result is signed and to which level, whether it was the last, and the memory held."""

LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes: documents have some hundred thousand."""

Result = TypeVar("Result", bytes, Signed)


class Gone(Exception):
    """The other end is closed."""


@dataclass(frozen=True)
class Named:
    """Something made by ``module:name`` where it is called: whoever names it need not load the module."""

    maker: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self) -> Any:
        module, _, name = self.maker.partition(":")
        return getattr(importlib.import_module(module), name)(**self.arguments)


@dataclass(frozen=True)
class Parts:
    """How a process of the press makes what it works with; both travel to it. The signer's ``stamps`` are TimeStamps."""

    renderer: Callable[[], Renderer]
    signer: Callable[[], Signer]


@dataclass(frozen=True)
class Task:
    """A method of the press and what it is called with."""

    name: str
    arguments: tuple[Any, ...]


class Outcome(Enum):
    """How a task ended."""

    DONE = "done"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    FAILED = "failed"


class PressFailed(Exception):
    """A document could not be made, for a reason of its own; the text has the name of the error and what it says."""


@dataclass(frozen=True)
class Answer:
    """What came of a task: ``value`` is its result, or the text of its error, as bytes.

    ``held`` is the memory of the process, in bytes; ``last`` says that it answers nothing more.
    """

    outcome: Outcome
    value: bytes | Signed
    held: int
    last: bool = False

    def result(self, kind: type[Result]) -> Result:
        """The result; raises the error the task ended with."""
        if self.outcome is Outcome.DONE and isinstance(self.value, kind):
            return self.value
        if self.outcome is Outcome.DONE or isinstance(self.value, Signed):
            raise PressFailed("the press answered something else than it was asked for")
        raise _ERRORS[self.outcome](self.value.decode(errors="replace"))

    def written(self) -> bytes:
        signed = isinstance(self.value, Signed)
        content = self.value.pdf if isinstance(self.value, Signed) else self.value
        level = _LEVELS.index(self.value.level) if isinstance(self.value, Signed) else 0
        return _ANSWER.pack(_OUTCOMES.index(self.outcome), signed, level, self.last, self.held) + content

    @staticmethod
    def read(sent: bytes) -> "Answer":
        """An answer as it was written; raises Gone for what is none."""
        try:
            outcome, signed, level, last, held = _ANSWER.unpack_from(sent)
            content = sent[_ANSWER.size :]
            value = Signed(content, _LEVELS[level]) if signed else content
            return Answer(_OUTCOMES[outcome], value, held, last)
        except (struct.error, IndexError) as error:
            raise Gone from error


_OUTCOMES, _LEVELS = tuple(Outcome), tuple(Level)
_ERRORS = {Outcome.UNREACHABLE: Unreachable, Outcome.REJECTED: Rejected, Outcome.FAILED: PressFailed}


def outcome_of(error: Exception) -> tuple[Outcome, str]:
    """An error as it travels."""
    for outcome in (Outcome.UNREACHABLE, Outcome.REJECTED):
        if isinstance(error, _ERRORS[outcome]):
            return outcome, str(error)
    return Outcome.FAILED, f"{type(error).__name__}: {error}"


def send(end: socket.socket, letter: Any) -> None:
    """Sends what the worker has to say; raises Gone where nobody reads it any more."""
    _send(end, pickle.dumps(letter, pickle.HIGHEST_PROTOCOL))


def send_answer(end: socket.socket, answer: Answer) -> None:
    """Sends an answer; raises Gone where nobody reads it any more."""
    _send(end, answer.written())


def _send(end: socket.socket, written: bytes) -> None:
    try:
        end.sendall(_LENGTH.pack(len(written)))
        end.sendall(written)
    except ConnectionError as error:
        raise Gone from error


def receive(end: socket.socket) -> Any:
    """Waits for what the worker says; raises Gone at the end."""
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size))
    return pickle.loads(_exactly(end, length))  # noqa: S301  From the worker, which started us.


def receive_answer(end: socket.socket, until: float) -> Answer:
    """Waits for the whole of an answer; raises Gone at the end or for none, and TimeoutError at ``until`` (monotonic seconds)."""
    (length,) = _LENGTH.unpack(_exactly(end, _LENGTH.size, until))
    if length > LONGEST_ANSWER:
        raise Gone
    return Answer.read(_exactly(end, length, until))


def _exactly(end: socket.socket, length: int, until: float | None = None) -> bytes:
    received = bytearray()
    while len(received) < length:
        if until is not None:
            # Whoever answers drop by drop has no more time than whoever does not answer.
            if (left := until - time.monotonic()) <= 0:
                raise TimeoutError
            end.settimeout(left)
        try:
            part = end.recv(min(length - len(received), 1 << 20))
        except ConnectionError as error:
            raise Gone from error
        if not part:
            raise Gone
        received += part
    return bytes(received)
