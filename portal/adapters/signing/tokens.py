"""Reads tokens of time-stamping authorities (RFC 3161): what they stamped, when, and whether that can be believed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from portal.adapters.signing.trusted import is_issued_by

_DIGESTS = frozenset({"sha256", "sha384", "sha512"})
_SIGNER_INFO = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
# From the authority that stamps up to its root there are one or two others.
_LONGEST_CHAIN = 5


class NotATimeStamp(Exception):
    """What was given proves no time."""


@dataclass(frozen=True)
class TimeStamp:
    """When something was there, by whose clock, and the number by which the authority was asked."""

    at: datetime
    nonce: int | None
    certificate: x509.Certificate


def read_token(token: bytes, digest: bytes, roots: Sequence[x509.Certificate] | None) -> TimeStamp:
    """What a token over a SHA-256 digest says; ``roots`` must vouch for its authority, whoever it is where it is None.

    Raises NotATimeStamp for anything else, for a token with a byte changed, or with anything in it that is not signed.
    """
    try:
        return _read(token, digest, roots)
    except NotATimeStamp:
        raise
    except Exception as error:
        # The parsers were written for honest input and fail on other input in every way there is.
        raise NotATimeStamp(type(error).__name__) from error


def _read(token: bytes, digest: bytes, roots: Sequence[x509.Certificate] | None) -> TimeStamp:
    content = cms.ContentInfo.load(token, strict=True)
    signed = content["content"]
    _expect(content["content_type"].native == "signed_data", "no signed data")
    inside = signed["encap_content_info"]
    _expect(inside["content_type"].native == "tst_info", "no time stamp")
    (signer_info,) = signed["signer_infos"]
    _expect(len(token) == _size_of_what_is_read(content, signed, signer_info), "bytes that nobody signed")
    info: tsp.TSTInfo = inside["content"].parsed
    imprint = info["message_imprint"]
    _expect(imprint["hash_algorithm"]["algorithm"].native == "sha256", "another digest")
    _expect(imprint["hashed_message"].native == digest, "a stamp on something else")
    signer, others = _certificates(signed, signer_info)
    certificate = _stamping(signer.dump(), others, None if roots is None else tuple(roots))
    _check_signature(signer_info, signer, inside["content"].contents)
    at: datetime = info["gen_time"].native
    _expect(certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, "not valid at its own time")
    return TimeStamp(at, info["nonce"].native, certificate)


def _expect(condition: bool, fault: str) -> None:
    if not condition:
        raise NotATimeStamp(fault)


def _check_signature(signer_info: cms.SignerInfo, certificate: asn1_x509.Certificate, content: bytes) -> None:
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    _expect(algorithm in _DIGESTS, "a digest that is not used")
    intact, valid = validate_sig_integrity(
        signer_info, certificate, "tst_info", hashlib.new(algorithm, content).digest()
    )
    _expect(intact and valid, "not signed by its authority")


def _certificates(
    signed: cms.SignedData, signer_info: cms.SignerInfo
) -> tuple[asn1_x509.Certificate, tuple[bytes, ...]]:
    """The certificate of whoever signed, and those beside it in DER."""
    there = [each.chosen for each in signed["certificates"]]
    named = signer_info["sid"]
    by_number = named.name == "issuer_and_serial_number"
    for certificate in there:
        is_named = (
            certificate.serial_number == named.chosen["serial_number"].native
            and certificate.issuer.dump() == named.chosen["issuer"].dump()
            if by_number
            else certificate.key_identifier == named.chosen.native
        )
        if is_named:
            return certificate, tuple(each.dump() for each in there if each is not certificate)
    raise NotATimeStamp("its signer's certificate is not there")


@lru_cache(maxsize=32)
def _stamping(der: bytes, others: tuple[bytes, ...], roots: tuple[x509.Certificate, ...] | None) -> x509.Certificate:
    """The certificate, which is one for stamping time; each of ``others`` leads from it up to a root, and no further.

    Remembered, for an authority stamps with the same certificate for years.
    """
    certificate = x509.load_der_x509_certificate(der)
    beside = [x509.load_der_x509_certificate(each) for each in others]
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    _expect(usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING], "not for stamping time")
    trusted = beside if roots is None else roots
    chain, left = [certificate], [each for each in beside if each not in trusted]
    while len(chain) < _LONGEST_CHAIN and left:
        above = next((each for each in left if is_issued_by(chain[-1], [each])), None)
        if above is None:
            break
        chain.append(above)
        left.remove(above)
    _expect(not left, "a certificate that is not of its chain")
    _expect(roots is None or chain[-1] in roots or is_issued_by(chain[-1], roots), "an authority nobody vouches for")
    return certificate


def _size_of_what_is_read(content: cms.ContentInfo, signed: cms.SignedData, signer_info: cms.SignerInfo) -> int:
    """How long a token is that holds what is looked at here and nothing more, in DER.

    A signature does not cover its own frame: where the length is the same, there is no room for anything else in it.
    """
    by_number = signer_info["sid"].name == "issuer_and_serial_number"
    _expect(signed["version"].native == "v3", "another version")
    _expect(signer_info["version"].native == ("v1" if by_number else "v3"), "another version")
    (digests,) = signed["digest_algorithms"]
    _expect(digests["algorithm"].native == signer_info["digest_algorithm"]["algorithm"].native, "two digests")
    by_whom = _sized(*(len(signer_info[each].dump()) for each in _SIGNER_INFO))
    inside = signed["encap_content_info"]
    what = _sized(len(inside["content_type"].dump()), _sized(_sized(len(inside["content"].contents))))
    certificates = _sized(*(len(each.chosen.dump()) for each in signed["certificates"]))
    held = _sized(len(signed["version"].dump()), _sized(len(digests.dump())), what, certificates, _sized(by_whom))
    return _sized(len(content["content_type"].dump()), _sized(held))


def _sized(*parts: int) -> int:
    """The size of a DER element that holds parts of these sizes."""
    size = sum(parts)
    return size + 2 + (0 if size < 0x80 else (size.bit_length() + 7) // 8)
