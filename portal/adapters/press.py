"""Draws and signs documents in this very process: what a try-out and a test need; the worker has a pool of its own."""

from portal.ports import Unreachable
from portal.ports_of_documents import Integrity, Level, Press, PrintedDocument, Renderer, Signed, Signer, TimeStamps


class HandPress(Press, Renderer):
    """One document after the other, with a renderer and a signer."""

    def __init__(self, renderer: Renderer, signer: Signer) -> None:
        self._renderer, self._signer = renderer, signer

    def issue(self, document: PrintedDocument) -> Signed:
        return self._signer.sign(self._renderer.render(document))

    def render(self, document: PrintedDocument) -> bytes:
        return self._renderer.render(document)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return self._signer.raised(pdf, to)


class Unable(Signer):
    """Signs nothing and has no key: for whatever only draws."""

    stamps: TimeStamps | None = None

    def sign(self, pdf: bytes) -> Signed:
        raise Unreachable("this process only draws")

    def raised(self, pdf: bytes, to: Level) -> Signed:
        raise Unreachable("this process only draws")

    def check(self, pdf: bytes) -> Integrity:
        raise Unreachable("this process only draws")
