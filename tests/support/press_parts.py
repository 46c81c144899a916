"""What a process of the press is made of in tests: quick, and able to fail in every way."""

import ctypes
import json
import os
import tempfile
import time
from pathlib import Path

from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import Integrity, Level, PrintedDocument, Renderer, Signed, Signer, TimeStamps


class OddRenderer(Renderer):
    """Draws the process's own id; the kind of a document says how to fail instead."""

    def __init__(self, broken: bool = False) -> None:
        if broken:
            raise Unreachable("the fonts are away")

    def render(self, document: PrintedDocument) -> bytes:
        match document.kind:
            case "hang":
                _leave_a_file()
                time.sleep(3600)
            case "environment":
                told = {"variables": dict(os.environ), "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)}
                return json.dumps(told).encode()
            case "die":
                _leave_a_file()
                os.kill(os.getpid(), 9)
            case "litter":
                _leave_a_file()
            case "unreachable":
                raise Unreachable("the key is away")
            case "rejected":
                raise Rejected("the emblem is no drawing")
            case "failed":
                raise ZeroDivisionError("by nothing")
        return str(os.getpid()).encode()


def _leave_a_file() -> None:
    """As the engine does with its fonts."""
    (Path(tempfile.mkdtemp()) / "font").write_bytes(b"letters")


class _Stamps(TimeStamps):
    def stamp(self, digest: bytes) -> bytes:
        return b"stamped " + digest


class OddSigner(Signer):
    """Leaves what it is given as it is."""

    stamps = _Stamps()

    def sign(self, pdf: bytes) -> Signed:
        return Signed(pdf, Level.T)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return Signed(pdf, to)

    def check(self, pdf: bytes) -> Integrity:
        return Integrity.FOREIGN
