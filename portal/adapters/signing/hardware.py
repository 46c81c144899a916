"""A key that never leaves its device: a token behind PKCS#11."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import pkcs11
from asn1crypto.algos import DigestInfo
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn
from pkcs11.util.ec import encode_ecdsa_signature

from portal.adapters.signing.authority import SIGNER
from portal.adapters.signing.keys import KeySource, Pair, check_strength, signer_in
from portal.adapters.signing.refused_pins import RefusedPins
from portal.ports import Unreachable

_PROBE = b"Does this key fit its certificate?"
_BEGUN_IN: dict[str, int] = {}  # the process in which each library was begun


class TokenKeys(KeySource):
    """The key on the token of this label that fits ``signer.pem`` of a folder; ``key`` is its own label, if it has one.

    A session is opened by whoever signs first, and anew in a process forked since: PKCS#11 forbids sharing one. A PIN that
    the device refused is not presented again: its tries are few.
    """

    def __init__(self, folder: Path, module: str, token: str, pin: str, key: str = "") -> None:
        self._certificate, self._refused = folder / SIGNER, RefusedPins(folder)
        self._module, self._token, self._pin, self._key = module, token, pin, key
        self._lock = Lock()
        self._session: pkcs11.Session | None = None
        self._fitting: tuple[x509.Certificate, Any] | None = None
        self._process = 0
        self._inherited: list[pkcs11.Session] = []

    @property
    def files(self) -> Sequence[Path]:
        return (self._certificate,)

    def load(self) -> Pair:
        certificate = signer_in(self._certificate)
        check_strength(certificate)
        self._sign(certificate, _PROBE)
        return Pair(certificate, lambda data: self._sign(certificate, data))

    def _sign(self, certificate: x509.Certificate, data: bytes) -> bytes:
        # A session serves one caller at a time.
        with self._lock:
            try:
                return self._signed(certificate, data)
            except PKCS11Error:
                # A device that was restarted, or pulled out and put back, wants another session.
                self._forget()
            try:
                return self._signed(certificate, data)
            except PKCS11Error as error:
                self._forget()
                raise Unreachable(f"The signing device cannot be used: {type(error).__name__}") from error

    def _signed(self, certificate: x509.Certificate, data: bytes) -> bytes:
        session = self._opened()
        if self._fitting is not None and self._fitting[0] == certificate:
            return _signature(self._fitting[1], data)
        for key in self._candidates(session, certificate):
            signature = _signature(key, data)
            if _fits(certificate, signature, data):
                self._fitting = certificate, key
                return signature
        raise Unreachable("The signing device holds no key that fits the signing certificate")

    def _candidates(self, session: pkcs11.Session, certificate: x509.Certificate) -> Iterator[Any]:
        rsa_key = isinstance(certificate.public_key(), rsa.RSAPublicKey)
        wanted: dict[pkcs11.Attribute, object] = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.RSA if rsa_key else pkcs11.KeyType.EC,
        }
        if self._key:
            wanted[pkcs11.Attribute.LABEL] = self._key
        yield from list(session.get_objects(wanted))

    def _opened(self) -> pkcs11.Session:
        if self._session is not None and self._process != os.getpid():
            # Kept, never closed: its number may by now be that of a session of our own.
            self._inherited.append(self._session)
            self._session = self._fitting = None
        if self._session is None:
            token = _library(self._module).get_token(token_label=self._token)
            try:
                with self._refused.presenting(token, self._pin):
                    self._session = token.open(user_pin=self._pin)
            except UserAlreadyLoggedIn:
                # A process is signed in to a token once, for all its sessions.
                self._session = token.open()
            self._process = os.getpid()
        return self._session

    def _forget(self) -> None:
        session, self._session, self._fitting = self._session, None, None
        if session is not None and self._process == os.getpid():
            with suppress(PKCS11Error):
                session.close()


def _library(module: str) -> Any:
    """The device's library, begun anew in a process that was forked since."""
    library = pkcs11.lib(module)
    if _BEGUN_IN.setdefault(module, os.getpid()) != os.getpid():
        # Some libraries notice by themselves that they are in another process, and have nothing to end.
        with suppress(PKCS11Error):
            library.finalize()
        library.initialize()
        _BEGUN_IN[module] = os.getpid()
    return library


def _signature(key: Any, data: bytes) -> bytes:
    """Over the SHA-256 digest, which we make ourselves: not every device knows the mechanisms that do both."""
    digest = sha256(data).digest()
    if key.key_type is pkcs11.KeyType.RSA:
        info = DigestInfo({"digest_algorithm": {"algorithm": "sha256"}, "digest": digest})
        return bytes(key.sign(info.dump(), mechanism=pkcs11.Mechanism.RSA_PKCS))
    return bytes(encode_ecdsa_signature(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))


def _fits(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
