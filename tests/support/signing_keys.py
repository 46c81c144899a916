"""Signing keys and what vouches for them, made once for many tests."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from weasyprint import HTML

from portal.adapters.signing.authority import Algorithm, make_authority
from portal.adapters.signing.certificates import Key
from portal.adapters.signing.keys import FolderKeys
from portal.adapters.signing.signer import PadesSigner
from portal.adapters.signing.time_authority import Authority
from tests.support.vouching import Vouching, vouching

_ENOUGH = 8
_KEPT: deque[Key] = deque()


def new_keys(algorithm: Algorithm) -> Callable[[], Key]:
    """What makes keys for a test. Those of RSA take long to find: they come round again after eight others."""
    return algorithm.new_key if algorithm is Algorithm.P256 else _kept_key


def _kept_key() -> Key:
    key = _KEPT.popleft() if len(_KEPT) >= _ENOUGH else Algorithm.RSA3072.new_key()
    _KEPT.append(key)
    return key


@dataclass
class Office:
    """An office that signs: its keys in a folder, and a server that stamps the time and vouches for certificates."""

    folder: Path
    server: Vouching
    signers: list[PadesSigner] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @property
    def authority(self) -> Authority:
        return Authority(f"{self.server.url}/tsa")

    def signer(self, authority: Authority | None = None) -> PadesSigner:
        """One that knows nothing yet, by the server's clock."""
        return self._kept(
            PadesSigner(self.folder, FolderKeys(self.folder), authority or self.authority, now=self.server.now)
        )

    def signer_without_authority(self) -> PadesSigner:
        return self._kept(PadesSigner(self.folder, FolderKeys(self.folder), now=self.server.now))

    def close(self) -> None:
        """Closes the connections of all signers."""
        while self.signers:
            self.signers.pop().close()

    def _kept(self, signer: PadesSigner) -> PadesSigner:
        self.signers.append(signer)
        return signer


@contextmanager
def office(
    folder: Path,
    algorithm: Algorithm = Algorithm.P256,
    ahead: timedelta = timedelta(0),
    name: str = "Province de Berkane",
) -> Iterator[Office]:
    """An office whose clocks are ``ahead`` of ours."""
    with vouching(folder) as server:
        server.ahead = ahead
        make_authority(folder, name, server.now(), addresses=server.url, new_key=new_keys(algorithm))
        # Reading RSA keys takes a while, which the first to ask should not wait for.
        server.authority.keys()
        made = Office(folder, server)
        try:
            yield made
        finally:
            made.close()


@cache
def unsigned() -> bytes:
    """A document, tagged and with two pages."""
    text = (
        "<html lang=fr><title>Essai</title><h1>Accordé</h1><p>Le dossier est accordé.<p style='break-before:page'>Suite"
    )
    pdf = HTML(string=text).write_pdf(pdf_variant="pdf/a-3a")
    assert isinstance(pdf, bytes)
    return pdf
