"""COSE_Sign1 (RFC 9052) with ES256, as short as ours are: a tagged array of protected header, nothing, payload, signature.

The frame is compared octet by octet with the only way we write it, and the signature is checked, before anything in a
message is read as CBOR: what a stranger wrote meets no parser.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from portal.ports_of_documents import NotASeal

KID = 4
"""Octets that name a key."""

_TAGGED_ARRAY = b"\xd2\x84"  # 18([…, …, …, …])
_NOTHING_UNPROTECTED = b"\xa0"  # {}
_HALF = 32
_BYTES, _TEXT = 0x40, 0x60

# The nonce is worked out from key and message (RFC 6979): the same words have the same seal, however often it is made.
_SIGNING = ec.ECDSA(SHA256(), deterministic_signing=True)
_VERIFYING = ec.ECDSA(SHA256())


@dataclass(frozen=True)
class Signed1:
    """A message as it was found, its signature not yet checked."""

    protected: bytes
    payload: bytes
    signature: bytes


def header(kid: bytes, typ: str = "") -> bytes:
    """The protected header: {1: -7, 4: kid}, and 16: what kind of statement it is (RFC 9596), if it is one."""
    pairs = b"\x01\x26\x04" + _string(_BYTES, kid)
    return b"\xa3" + pairs + b"\x10" + _string(_TEXT, typ.encode("ascii")) if typ else b"\xa2" + pairs


def kid_in(protected: bytes) -> bytes:
    """The four octets where a header of ours names its key; whatever stands there in any other."""
    return protected[5 : 5 + KID]


def sign(key: ec.EllipticCurvePrivateKey, protected: bytes, payload: bytes) -> bytes:
    """The whole message."""
    r, s = decode_dss_signature(key.sign(_covered(protected, payload), _SIGNING))
    signature = r.to_bytes(_HALF) + s.to_bytes(_HALF)
    strings = _string(_BYTES, protected), _string(_BYTES, payload), _string(_BYTES, signature)
    return _TAGGED_ARRAY + strings[0] + _NOTHING_UNPROTECTED + strings[1] + strings[2]


def parse(message: bytes) -> Signed1:
    """A message in its parts; raises NotASeal unless it is framed exactly as ``sign`` does."""
    at = _after(message, 0, _TAGGED_ARRAY)
    protected, at = _taken(message, at)
    at = _after(message, at, _NOTHING_UNPROTECTED)
    payload, at = _taken(message, at)
    signature, at = _taken(message, at)
    if at != len(message) or len(signature) != 2 * _HALF:
        raise NotASeal("It does not end where its signature ends")
    return Signed1(protected, payload, signature)


def check(found: Signed1, key: ec.EllipticCurvePublicKey) -> None:
    """Raises NotASeal unless this key signed it."""
    r, s = (int.from_bytes(half) for half in (found.signature[:_HALF], found.signature[_HALF:]))
    try:
        key.verify(encode_dss_signature(r, s), _covered(found.protected, found.payload), _VERIFYING)
    except InvalidSignature:
        raise NotASeal("Its signature does not fit") from None


def _covered(protected: bytes, payload: bytes) -> bytes:
    """What is signed: ["Signature1", protected, nothing more, payload]."""
    return b"\x84" + _string(_TEXT, b"Signature1") + _string(_BYTES, protected) + b"\x40" + _string(_BYTES, payload)


def _string(major: int, content: bytes) -> bytes:
    """A string of CBOR with the shortest head that holds its length."""
    length = len(content)
    if length < 24:
        return bytes([major | length]) + content
    width = next(width for width in range(4) if length < 1 << (8 << width))
    return bytes([major | 24 + width]) + length.to_bytes(1 << width) + content


def _taken(message: bytes, at: int) -> tuple[bytes, int]:
    """The byte string that begins at a place, and where it ends."""
    size = message[at] - _BYTES if at < len(message) else -1
    start = at + 1
    if 24 <= size < 28:
        start += 1 << size - 24
        size = int.from_bytes(message[at + 1 : start])
    content = message[start : start + size] if 0 <= size <= len(message) else b""
    if message[at : start + size] != _string(_BYTES, content):
        raise NotASeal("It is not written as a seal is")
    return content, start + size


def _after(message: bytes, at: int, wanted: bytes) -> int:
    if not message.startswith(wanted, at):
        raise NotASeal("It is not written as a seal is")
    return at + len(wanted)
