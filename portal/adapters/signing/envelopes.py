"""Writes the CMS signatures (RFC 5652) that our PDFs carry, always in the one form in which they are recognised again.

The general library takes ten times as long to put the same bytes together, at every document.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2

_SEQUENCE, _SET, _OCTETS, _CERTIFICATES, _SIGNED, _UNSIGNED = 0x30, 0x31, 0x04, 0xA0, 0xA0, 0xA1
_VERSION = b"\x02\x01\x01"
_SHA256 = cms.DigestAlgorithm({"algorithm": "sha256"}).dump()
_DATA = cms.ContentType("data").dump()
_SIGNED_DATA = cms.ContentType("signed_data").dump()
_CONTENT_TYPE = cms.CMSAttribute({"type": "content_type", "values": ("data",)}).dump()
_MESSAGE_DIGEST = cms.CMSAttributeType("message_digest").dump()
_TIME_STAMP = cms.CMSAttributeType("signature_time_stamp_token").dump()


def attributes_over(digest: bytes, certificate: x509.Certificate) -> bytes:
    """What is signed of a content with this SHA-256 digest: the digest, and which certificate signs (DER, a set)."""
    over = element(_SEQUENCE, _MESSAGE_DIGEST, element(_SET, element(_OCTETS, digest)))
    return element(_SET, *sorted((_CONTENT_TYPE, over, _named(certificate))))


def envelope(
    certificate: x509.Certificate,
    beside: Iterable[x509.Certificate],
    attributes: bytes,
    signature: bytes,
    token: bytes | None,
) -> bytes:
    """The whole signature (DER): ``attributes`` as they were signed, and the time stamp on the signature, if there is one."""
    return framed(certificate, sorted(_der(each) for each in (certificate, *beside)), attributes, signature, token)


def framed(
    certificate: x509.Certificate, there: Sequence[bytes], attributes: bytes, signature: bytes, token: bytes | None
) -> bytes:
    """The same, of certificates in DER and in the order in which they are to stand."""
    unsigned = b""
    if token is not None:
        unsigned = element(_UNSIGNED, element(_SEQUENCE, _TIME_STAMP, element(_SET, token)))
    info = element(
        _SEQUENCE,
        _VERSION,
        _identified(certificate),
        _SHA256,
        # In a signer's information the attributes are tagged anew; what is signed is the plain set.
        bytes([_SIGNED]) + attributes[1:],
        mechanism_of(certificate),
        element(_OCTETS, signature),
        unsigned,
    )
    held = element(
        _SEQUENCE,
        _VERSION,
        element(_SET, _SHA256),
        element(_SEQUENCE, _DATA),
        element(_CERTIFICATES, *there),
        element(_SET, info),
    )
    return element(_SEQUENCE, _SIGNED_DATA, element(_CERTIFICATES, held))


def stamped_digest(signature: bytes) -> bytes:
    """What a time stamp on a signature is over."""
    return hashlib.sha256(signature).digest()


def element(tag: int, *parts: bytes) -> bytes:
    """A DER element."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def mechanism_of(certificate: x509.Certificate) -> bytes:
    """How the key of this certificate signs, as an algorithm identifier (DER)."""
    by_rsa = isinstance(certificate.public_key(), rsa.RSAPublicKey)
    return bytes(cms.SignedDigestAlgorithm({"algorithm": "sha256_rsa" if by_rsa else "sha256_ecdsa"}).dump())


@lru_cache(maxsize=32)
def _named(certificate: x509.Certificate) -> bytes:
    known = asn1_x509.Certificate.load(_der(certificate))
    named = cms.CMSAttribute({"type": "signing_certificate_v2", "values": (as_signing_certificate_v2(known),)})
    return bytes(named.dump())


@lru_cache(maxsize=32)
def _identified(certificate: x509.Certificate) -> bytes:
    known = asn1_x509.Certificate.load(_der(certificate))
    named = {"issuer": known.issuer, "serial_number": known.serial_number}
    return bytes(cms.IssuerAndSerialNumber(named).dump())


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
