"""Seals and statements, made with the keys of a folder and read with every key that it publishes."""

import base64
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from portal.adapters.sealing import claims, cose, keys
from portal.adapters.sealing.keys import Kept
from portal.ports import Clock, Unreachable
from portal.ports_of_documents import NotASeal, Sealed, Sealer, SealKey, Statement

LONGEST_SEAL = 1024
"""Characters: the longest that we make has about six hundred and fifty."""


_BASE32 = re.compile("[A-Za-z2-7]+")
_AS_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")


@dataclass(frozen=True)
class _Loaded:
    """The folder as it was found at one look; ``stamp`` tells whether it has changed since."""

    stamp: tuple[int, ...]
    kept: tuple[Kept, ...]
    private: dict[bytes, ec.EllipticCurvePrivateKey] = field(default_factory=dict)

    def public(self, kid: bytes) -> ec.EllipticCurvePublicKey:
        found = next((one for one in self.kept if one.kid == kid and one.withdrawn is None), None)
        if found is None:
            raise NotASeal("It names no key of ours")
        return found.public


class FolderSealer(Sealer):
    """Keys are read once, and again as soon as their file is another: they can be changed while the portal runs.

    ``read``, ``stated`` and ``keys`` raise Unreachable too, where the file of public keys is damaged.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self._clock = folder, clock
        self._loaded: _Loaded | None = None

    def seal(self, sealed: Sealed) -> str:
        return base64.b32encode(self._signed("", claims.payload_of(sealed))).decode("ascii").rstrip("=")

    def read(self, seal: str) -> Sealed:
        return claims.sealed_in(self._payload(_message_in(seal), ""))

    def state(self, kind: Statement, payload: bytes) -> bytes:
        return self._signed(kind.value, payload)

    def stated(self, kind: Statement, statement: bytes) -> bytes:
        return self._payload(statement, kind.value)

    def keys(self) -> Sequence[SealKey]:
        loaded = self._keys()
        believed = [one for one in loaded.kept if one.withdrawn is None]
        current = keys.in_use(believed, self._clock.now())
        ordered = sorted(believed, key=lambda one: (one is not current, -one.key.since.timestamp()))
        return tuple(one.key for one in ordered)

    def _signed(self, typ: str, payload: bytes) -> bytes:
        loaded = self._keys()
        current = keys.in_use(loaded.kept, self._clock.now())
        if current is None:
            raise Unreachable(f"There is no key to seal with in {self.folder}: `portal seal-key new` makes one")
        private = loaded.private.get(current.kid)
        if private is None:
            private = loaded.private[current.kid] = keys.read_private(self.folder, current)
        return cose.sign(private, cose.header(current.kid, typ), payload)

    def _payload(self, message: bytes, typ: str) -> bytes:
        """What a message of this type says, its signature checked before anything else is looked at."""
        found = cose.parse(message)
        kid = cose.kid_in(found.protected)
        if found.protected != cose.header(kid, typ):
            raise NotASeal("It is a message of another kind")
        cose.check(found, self._keys().public(kid))
        return found.payload

    def _keys(self) -> _Loaded:
        stamp = self._stamp()
        loaded = self._loaded
        if loaded is None or loaded.stamp != stamp:
            loaded = self._loaded = _Loaded(stamp, keys.read_keys(self.folder))
        return loaded

    def _stamp(self) -> tuple[int, ...]:
        """What changes whenever another file takes the place of the public keys."""
        try:
            status = os.stat(self.folder / keys.PUBLIC)  # noqa: PTH116  For every seal: the other way takes thrice as long.
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise Unreachable(f"{keys.PUBLIC} cannot be read") from error
        return status.st_ino, status.st_mtime_ns, status.st_size


def _message_in(seal: str) -> bytes:
    """The octets behind base 32 without padding; raises NotASeal unless it is the only way to write them."""
    if not 0 < len(seal) <= LONGEST_SEAL or not _BASE32.fullmatch(seal):
        raise NotASeal("It is not written in base 32")
    # As one large number, which is thirty times as fast as the library's own way.
    octets, unused = divmod(5 * len(seal), 8)
    value = int(seal.upper().translate(_AS_DIGITS), 32)
    if unused > 4 or value & (1 << unused) - 1:
        raise NotASeal("It is not written in the one way that it can be")
    return (value >> unused).to_bytes(octets)
