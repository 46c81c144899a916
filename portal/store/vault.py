"""Seals what must not be readable at rest: AES-256-GCM, under a key per case, itself wrapped by the portal's key."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
KEY_ID = 4


class Erased(Exception):
    """The key is gone, and what it sealed with it."""


class Seal:
    """Seals and opens under one key; the context binds a ciphertext to its place, so that none can be moved."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())

    def close_json(self, value: Any, context: str) -> bytes:
        return self.close(orjson.dumps(value), context)

    def open_json(self, sealed: bytes, context: str) -> Any:
        return orjson.loads(self.open(sealed, context))


class Vault:
    """The portal's own keys, derived from its secret: they wrap the cases' keys and make values findable by keyed hash.

    ``previous`` are secrets still able to open what was sealed before a rotation.
    """

    def __init__(self, secret: str, previous: tuple[str, ...] = ()) -> None:
        wrapping = [_derive(one, b"wrap") for one in (secret, *previous)]
        self._keys: Mapping[bytes, AESGCM] = {_key_id(key): AESGCM(key) for key in reversed(wrapping)}
        self._current = _key_id(wrapping[0])
        self._lookups = [_derive(one, b"lookup") for one in (secret, *previous)]

    def seal(self, plain: bytes, context: str) -> bytes:
        """Sealed under the portal's own key: key id, nonce, ciphertext."""
        nonce = os.urandom(NONCE)
        return self._current + nonce + self._keys[self._current].encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        key = self._keys.get(sealed[:KEY_ID])
        if key is None:
            raise Erased()
        start = KEY_ID + NONCE
        return key.decrypt(sealed[KEY_ID:start], sealed[start:], context.encode())

    def seal_json(self, value: Any, context: str) -> bytes:
        return self.seal(orjson.dumps(value), context)

    def open_json(self, sealed: bytes, context: str) -> Any:
        return orjson.loads(self.open(sealed, context))

    def new_key(self, case_id: str) -> tuple[bytes, Seal]:
        """A fresh key for a case: wrapped, to be stored with it, and ready for use."""
        key = AESGCM.generate_key(256)
        return self.seal(key, f"key:{case_id}"), Seal(key)

    def case_seal(self, case_id: str, wrapped: bytes | None) -> Seal:
        """The case's seal; raises Erased when its key was destroyed."""
        if not wrapped:
            raise Erased()
        return Seal(self.open(wrapped, f"key:{case_id}"))

    def lookup(self, kind: str, value: str) -> bytes:
        """A keyed hash by which an encrypted value can be found again."""
        return self.lookups(kind, value)[0]

    def lookups(self, kind: str, value: str) -> list[bytes]:
        """The hash, and those that earlier secrets gave: what was entered before a rotation is found too."""
        return [hmac.digest(key, f"{kind}:{value}".encode(), hashlib.sha256) for key in self._lookups]


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"shubbak/" + purpose).derive(secret.encode())


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"id" + key).digest()[:KEY_ID]
