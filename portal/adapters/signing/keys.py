"""The key in use and its certificate, from files that may be replaced while the portal runs."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from portal.adapters.signing.authority import ISSUING, RETIRED, ROOT, SIGNER, SIGNER_KEY, SIGNERS
from portal.adapters.signing.trusted import (
    UNREADABLE,
    Trusted,
    certificates_in,
    enter_signer,
    is_issued_by,
    may_sign,
    read_trusted,
)
from portal.ports import Unreachable

_log = logging.getLogger(__name__)

PKCS12 = "signer.p12"
_SMALLEST_RSA = 3072
# What did not fit is looked at again this soon, though its files be the same: its time may only have to come.
_AGAIN_AFTER = 30.0

_Stamps = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class Pair:
    """A certificate and what signs for it.

    ``sign`` gives the signature (an ECDSA one in DER) over the SHA-256 digest of its argument; it raises Unreachable.
    """

    certificate: x509.Certificate
    sign: Callable[[bytes], bytes]


class KeySource(Protocol):
    """Where the pair comes from."""

    @property
    def files(self) -> Sequence[Path]:
        """The files by whose replacement another pair comes into use."""
        ...

    def load(self) -> Pair:
        """The pair; raises Unreachable where it cannot be had, or where the two do not belong together."""
        ...


class FolderKeys(KeySource):
    """``signer.pem`` and ``signer.key.pem`` in a folder, the key with a passphrase or without."""

    def __init__(self, folder: Path, passphrase: str = "") -> None:
        self._certificate, self._key = folder / SIGNER, folder / SIGNER_KEY
        self._passphrase = passphrase.encode() or None

    @property
    def files(self) -> Sequence[Path]:
        return self._certificate, self._key

    def load(self) -> Pair:
        certificate = signer_in(self._certificate)
        try:
            content = self._key.read_bytes()
            # An unused passphrase is no fault: it outlives the key that needed it.
            passphrase = self._passphrase if b"ENCRYPTED" in content else None
            key = load_pem_private_key(content, passphrase)
        except (OSError, *UNREADABLE) as error:
            raise Unreachable("The signing key cannot be read") from error
        return fitting(certificate, key)


class Pkcs12Keys(KeySource):
    """``signer.p12`` in a folder: the key and its certificate, under one passphrase."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._file = folder / PKCS12
        self._passphrase = passphrase.encode()

    @property
    def files(self) -> Sequence[Path]:
        return (self._file,)

    def load(self) -> Pair:
        try:
            held = load_pkcs12(self._file.read_bytes(), self._passphrase)
        except (OSError, *UNREADABLE) as error:
            raise Unreachable(f"{PKCS12} cannot be read with this passphrase") from error
        if held.key is None or held.cert is None:
            raise Unreachable(f"{PKCS12} lacks the key or its certificate")
        return fitting(held.cert.certificate, held.key)


def signer_in(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file; raises Unreachable."""
    found = certificates_in(path)
    if not found:
        raise Unreachable(f"There is no {path.name}")
    return found[0]


def fitting(certificate: x509.Certificate, key: PrivateKeyTypes) -> Pair:
    """The pair of a certificate and its key; raises Unreachable if they do not belong together or are too weak."""
    if _public_key(certificate) != key.public_key():
        raise Unreachable("The signing key does not belong to the signing certificate")
    check_strength(certificate)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        curve = key
        return Pair(certificate, lambda data: curve.sign(data, ec.ECDSA(hashes.SHA256())))
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key
        return Pair(certificate, lambda data: numbers.sign(data, padding.PKCS1v15(), hashes.SHA256()))
    raise Unreachable("The signing key is of a kind that is not used")


def _public_key(certificate: x509.Certificate) -> CertificatePublicKeyTypes:
    try:
        return certificate.public_key()
    except UNREADABLE as error:
        raise Unreachable("The signing certificate is for a key of a kind that is not used") from error


def check_strength(certificate: x509.Certificate) -> None:
    """Only P-256 and RSA from 3072 bits on, which every reader understands; raises Unreachable."""
    key = _public_key(certificate)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return
    raise Unreachable(f"The signing key is neither on P-256 nor RSA of {_SMALLEST_RSA} bits")


class Keys:
    """The pair in use and the certificates beside it; what replaces their files is taken over without a gap.

    New files are looked for at each use, which costs a few microseconds, and taken over once they are whole: a key that
    fits its certificate, in force, issued by an authority of ``issuing.pem``, and entered in ``signers.pem``, which is done
    here. Until then the old pair goes on.
    """

    def __init__(
        self, folder: Path, source: KeySource, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder, self._source, self._now = folder, source, now
        self._public = (folder / ISSUING, folder / ROOT, folder / SIGNER)
        self._earlier = (folder / SIGNERS, folder / RETIRED)
        self._lock = Lock()
        self._held: tuple[Pair, Trusted] | None = None
        self._seen: _Stamps = ()
        self._again_at: datetime | None = None
        self._read: tuple[_Stamps, Trusted] | None = None

    def pair(self) -> tuple[Pair, Trusted]:
        """What to sign with now, and what it is recognised by; raises Unreachable where there is nothing that fits."""
        with self._lock:
            seen = _stamps((*self._public, *self._source.files))
            due = self._again_at is not None and self._now() >= self._again_at
            if self._held is None or seen != self._seen or due:
                self._take_over(seen)
            if self._held is None:
                raise Unreachable("There is no signing key")
            _check_in_force(self._held[0].certificate, self._now())
            return self._held

    def trusted(self) -> Trusted:
        """The public certificates, for recognising; raises Unreachable without them."""
        with self._lock:
            seen = _stamps((*self._public, *self._earlier))
            if self._read is None or self._read[0] != seen:
                try:
                    self._read = seen, read_trusted(self._folder)
                except Unreachable:
                    # One of them is just being replaced: what was there goes on counting.
                    if self._read is None:
                        raise
            return self._read[1] if self._held is None else self._read[1].with_signer(self._held[0].certificate)

    def _take_over(self, seen: _Stamps) -> None:
        try:
            self._held, self._again_at = self._fitting(), None
        except Unreachable as fault:
            if self._held is None:
                raise
            if seen != self._seen:
                _log.warning("new signing files are not taken over yet: %s", fault)
            self._again_at = datetime.fromtimestamp(self._now().timestamp() + _AGAIN_AFTER, UTC)
        self._seen = seen

    def _fitting(self) -> tuple[Pair, Trusted]:
        pair = self._source.load()
        _check_in_force(pair.certificate, self._now())
        trusted = read_trusted(self._folder)
        if not is_issued_by(pair.certificate, trusted.issuers):
            raise Unreachable(f"{ISSUING} lacks the authority that issued the signing certificate")
        if not may_sign(pair.certificate):
            raise Unreachable("The signing certificate is not for signing contents (key usage nonRepudiation)")
        enter_signer(self._folder, pair.certificate)
        return pair, trusted.with_signer(pair.certificate)


def _check_in_force(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Unreachable("The signing certificate is not in force")


def _stamps(files: Sequence[Path]) -> _Stamps:
    """What changes when a file is replaced or written to."""
    return tuple(_stamp(path) for path in files)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
