"""The keys that seals and statements are made with: a folder of them, looked at anew whenever it changes.

``seals.pem`` holds every public key, each under lines that say what it is called, since when it is used and, where that
is so, since when it is no longer believed (RFC 7468 lets such lines stand before a key). The private key of one lies
beside it, in a file named for it, until a newer one has taken its place.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from portal.adapters.key_folder import alone_in, write_whole
from portal.adapters.sealing.cose import KID
from portal.ports import Unreachable
from portal.ports_of_documents import SealKey

PUBLIC = "seals.pem"

_BLOCK = re.compile(
    r"((?:[A-Za-z]+: [^\n]*\n)*)(-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n)"
)
_LINE = re.compile(r"^([A-Za-z]+): (.*)$", re.MULTILINE)


class NoSuchKey(Exception):
    """No key of the folder is called that."""


class InUse(Exception):
    """The key is the one in use: another has to take its place first."""


@dataclass(frozen=True)
class Kept:
    """A public key of the folder; one that was ``withdrawn`` is kept for the record, and nothing is read with it."""

    key: SealKey
    public: ec.EllipticCurvePublicKey
    withdrawn: datetime | None = None

    @property
    def kid(self) -> bytes:
        return self.key.kid

    def written(self) -> str:
        lines = [f"Key: {self.kid.hex()}", f"Since: {_moment(self.key.since)}"]
        if self.withdrawn is not None:
            lines.append(f"Withdrawn: {_moment(self.withdrawn)}")
        pem = self.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
        return "\n".join(lines) + "\n" + pem


def kid_of(spki: bytes) -> bytes:
    """What a public key is called: the first four octets of the SHA-256 of its DER."""
    return hashlib.sha256(spki).digest()[:KID]


def private_name(kid: bytes) -> str:
    """The file of a private key."""
    return f"seal-{kid.hex()}.key.pem"


def read_keys(folder: Path) -> tuple[Kept, ...]:
    """Every key of a folder, in the order in which they were made; raises Unreachable where they cannot be read."""
    try:
        content = (folder / PUBLIC).read_text("ascii")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise Unreachable(f"{PUBLIC} cannot be read") from error
    try:
        found = tuple(_kept(*block.groups()) for block in _BLOCK.finditer(content))
    except (KeyError, ValueError, TypeError) as error:
        raise Unreachable(f"{PUBLIC} is damaged") from error
    if _BLOCK.sub("", content).strip() or not found:
        raise Unreachable(f"{PUBLIC} is damaged")
    return found


def read_private(folder: Path, kept: Kept) -> ec.EllipticCurvePrivateKey:
    """The private key of one of them; raises Unreachable."""
    try:
        found = load_pem_private_key((folder / private_name(kept.kid)).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise Unreachable("The key of the seals cannot be read") from error
    if not isinstance(found, ec.EllipticCurvePrivateKey) or found.public_key() != kept.public:
        raise Unreachable("The key of the seals is not the one that is published")
    return found


def in_use(kept: Sequence[Kept], now: datetime) -> Kept | None:
    """The key to seal with: of those that have begun the latest, or the first of all where none has."""
    believed = sorted((one for one in kept if one.withdrawn is None), key=lambda one: one.key.since)
    begun = [one for one in believed if one.key.since <= now]
    # A machine whose clock is a little behind the one that made the key has no other to seal with.
    return begun[-1] if begun else next(iter(believed), None)


def add_key(folder: Path, now: datetime, since: datetime | None = None) -> SealKey:
    """Makes a key, published at once and used from ``since`` on; private keys that are no longer used are removed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(folder):
        kept = read_keys(folder)
        private, made = _made({one.kid for one in kept}, since or now)
        write_whole(folder / private_name(made.kid), _private_pem(private), 0o600)
        _publish(folder, [*kept, made])
        _clear(folder, (*kept, made), now)
    return made.key


def ensure_key(folder: Path, now: datetime) -> None:
    """Makes the first key of a folder, unless it has one."""
    if not read_keys(folder):
        add_key(folder, now)


def withdraw_key(folder: Path, kid: bytes, now: datetime) -> None:
    """Has nothing that was made with a key believed any more; raises NoSuchKey, or InUse for the one in use."""
    with alone_in(folder):
        kept = read_keys(folder)
        if kid not in {one.kid for one in kept if one.withdrawn is None}:
            raise NoSuchKey(kid.hex())
        current = in_use(kept, now)
        if current is not None and current.kid == kid:
            raise InUse(kid.hex())
        left = [replace(one, withdrawn=now) if one.kid == kid else one for one in kept]
        _publish(folder, left)
        _clear(folder, left, now)


def _kept(lines: str, pem: str) -> Kept:
    said: dict[str, str] = dict(_LINE.findall(lines))
    public = load_pem_public_key(pem.encode("ascii"))
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("not a key on P-256")
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if said["Key"] != kid_of(spki).hex():
        raise ValueError("a key is not called what it says")
    withdrawn = _read_moment(said["Withdrawn"]) if "Withdrawn" in said else None
    return Kept(SealKey(kid_of(spki), spki, _read_moment(said["Since"])), public, withdrawn)


def _made(taken: set[bytes], since: datetime) -> tuple[ec.EllipticCurvePrivateKey, Kept]:
    while True:
        private = ec.generate_private_key(ec.SECP256R1())
        spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if kid_of(spki) not in taken:
            return private, Kept(SealKey(kid_of(spki), spki, since.replace(microsecond=0)), private.public_key())


def _publish(folder: Path, kept: Sequence[Kept]) -> None:
    write_whole(folder / PUBLIC, "".join(one.written() for one in kept).encode("ascii"), 0o644)


def _clear(folder: Path, kept: Sequence[Kept], now: datetime) -> None:
    """Removes the private keys that nothing will be sealed with any more."""
    current = in_use(kept, now)
    for one in kept:
        ahead = one.withdrawn is None and one.key.since > now
        if not ahead and one is not current:
            (folder / private_name(one.kid)).unlink(missing_ok=True)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_moment(said: str) -> datetime:
    found = datetime.fromisoformat(said)
    if found.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return found
