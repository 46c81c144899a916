"""The authority behind the demonstration's certificates: its keys, as ``portal demo`` made them, and how they stand."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from fastapi import HTTPException

from portal.adapters.signing.authority import ISSUING, RETIRED, ROOT, SIGNER, TSA, TSA_KEY, certificates_in, key_in
from portal.adapters.signing.certificates import Holder, Key, identifier_of


@dataclass(frozen=True)
class Keys:
    """What the authority works with: those who issue, by their key identifier, and what each has issued."""

    issuers: dict[str, Holder]
    known: tuple[x509.Certificate, ...]
    stamp: Holder
    chain: tuple[x509.Certificate, ...]

    def issued_by(self, issuer: Holder) -> list[x509.Certificate]:
        """The certificates of an issuer that were ever in use."""
        return [each for each in self.known if each.issuer == issuer.certificate.subject]


@dataclass
class Authority:
    """Reads the keys when they are first needed, and again when they were renewed."""

    folder: Path | None
    _keys: Keys | None = field(default=None, init=False)
    _read_at: tuple[int, ...] = field(default=(), init=False)

    def keys(self) -> Keys:
        """The keys of this moment; answers 503 while there are none."""
        if self.folder is None:
            raise HTTPException(503, "started without --keys-dir: there is no authority")
        now = tuple(_changed_at(self.folder / name) for name in (TSA, TSA_KEY, ISSUING, SIGNER))
        if self._keys is None or now != self._read_at:
            self._keys, self._read_at = _read(self.folder), now
        return self._keys


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(folder: Path) -> Keys:
    authorities = (*certificates_in(folder / ISSUING), *certificates_in(folder / ROOT))
    keys = [key for path in sorted(folder.glob("*.key.pem")) if (key := key_in(path)) is not None]
    issuers = {
        identifier_of(each): Holder(each, key) for each in authorities if (key := _key_of(each, keys)) is not None
    }
    stamps = certificates_in(folder / TSA)
    key = key_in(folder / TSA_KEY)
    if not stamps or key is None or stamps[0].public_key() != key.public_key():
        raise HTTPException(503, "the authority's keys are not there yet")
    known = [*authorities]
    for name in (SIGNER, TSA, RETIRED):
        known += certificates_in(folder / name)
    # The intermediate goes along with every token: without it nobody could follow the chain to the root.
    chain = (stamps[0], *(each for each in authorities if each.subject == stamps[0].issuer))
    return Keys(issuers, tuple(known), Holder(stamps[0], key), chain)


def _key_of(certificate: x509.Certificate, keys: list[Key]) -> Key | None:
    return next((key for key in keys if key.public_key() == certificate.public_key()), None)
