"""Tells our own PDFs from changed and foreign ones, by their bytes.

A file that we signed is recognised without reading it as a PDF: one of our signatures must cover every byte but its own,
from the first one on. Then that much is bit for bit what left our hands, and PDF readers have nothing to disagree about. It
also means that a hostile file meets a few searches and signatures of bounded size, and no parser of PDF. Only what was
added behind one of our signatures is looked at as PDF: it must be what proves the signature for longer, and nothing else.
"""

import hashlib
import re
from dataclasses import dataclass
from itertools import islice

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from portal.adapters.signing.envelopes import framed, stamped_digest
from portal.adapters.signing.raw import der_in
from portal.adapters.signing.tokens import NotATimeStamp, read_token
from portal.adapters.signing.trusted import Trusted, is_issued_by, may_sign
from portal.ports_of_documents import Integrity

# Readers look for the header within the first kilobyte.
_HEADER_WITHIN = 1024
_RANGE = re.compile(
    rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,200}\]"
)
# Ours take four thousand characters, and with a time stamp some twelve thousand.
_LONGEST_SIGNATURE = 128 * 1024
# A file of ours that is renewed every year has one signature more each time.
_MOST_SIGNATURES = 64


def integrity_of(pdf: bytes, trusted: Trusted) -> Integrity:
    """What a file's bytes say; ``trusted`` are the certificates that ours are recognised by."""
    if b"%PDF-" not in pdf[:_HEADER_WITHIN]:
        return Integrity.NOT_A_PDF
    signed = signed_by_us(pdf, trusted)
    if signed == len(pdf):
        return Integrity.VALID
    if signed is not None:
        # Loaded here: it brings along a whole reader of PDF, which files that are whole or foreign never need.
        from portal.adapters.signing.differences import only_archived

        return Integrity.VALID if only_archived(pdf, signed, trusted.roots) else Integrity.CHANGED
    return Integrity.CHANGED if _bears_our_certificates(pdf, trusted) else Integrity.FOREIGN


@dataclass(frozen=True)
class Place:
    """Where a signature of ours stands: it covers the file up to ``end``, but for its own place from ``start`` to ``resume``."""

    start: int
    resume: int
    end: int


@dataclass(frozen=True)
class Parts:
    """What a signature of ours consists of: whose it is, the certificates with it (DER), what is signed, and its stamp."""

    certificate: x509.Certificate
    there: tuple[bytes, ...]
    attributes: bytes
    value: bytes
    token: bytes | None

    def written(self) -> bytes:
        return framed(self.certificate, self.there, self.attributes, self.value, self.token)


def signed_by_us(pdf: bytes, trusted: Trusted) -> int | None:
    """How many bytes, from the first one on, a signature of ours covers whole; None where there is none."""
    found = signature_of_ours(pdf, trusted)
    return None if found is None else found[0].end


def signature_of_ours(pdf: bytes, trusted: Trusted) -> tuple[Place, Parts] | None:
    """The first signature of ours that covers the whole file as it then was."""
    for found in islice(_RANGE.finditer(pdf), _MOST_SIGNATURES):
        start, length, resume, rest = (int(number) for number in found.groups())
        end = resume + rest
        is_covered = found.end() <= length or resume <= found.start()
        if start != 0 or not length < resume < end <= len(pdf) or not is_covered:
            continue
        if resume - length <= _LONGEST_SIGNATURE:
            place = Place(length, resume, end)
            parts = _parts_at(pdf, place, trusted)
            if parts is not None:
                return place, parts
    return None


def _bears_our_certificates(pdf: bytes, trusted: Trusted) -> bool:
    """Whether one of our signers is named in the file, however damaged the rest: half of its certificate is enough.

    The first half has its number, the second one its signature: no other certificate shares either with it.
    """
    lowered = pdf.lower()
    ours = (each.public_bytes(Encoding.DER) for each in trusted.signers if may_sign(each))
    return any(half in lowered for der in ours for half in _halves(der))


def _halves(der: bytes) -> tuple[bytes, bytes]:
    written = der.hex().encode("ascii")
    return written[: len(der)], written[len(der) :]


def _parts_at(pdf: bytes, place: Place, trusted: Trusted) -> Parts | None:
    signature = der_in(pdf[place.start : place.resume])
    if signature is None:
        return None
    seen = memoryview(pdf)
    digest = hashlib.sha256(seen[: place.start])
    digest.update(seen[place.resume : place.end])
    try:
        return _parts(signature, digest.digest(), trusted)
    except NotATimeStamp:
        return None
    except Exception:
        # The parsers were written for honest input and fail on other input in every way there is.
        return None


def _parts(signature: bytes, digest: bytes, trusted: Trusted) -> Parts | None:
    """What a CMS signature consists of, if it is by a certificate of ours, and over this SHA-256 digest."""
    signed = cms.ContentInfo.load(signature, strict=True)["content"]
    (signer_info,) = signed["signer_infos"]
    there = [each.chosen.dump() for each in signed["certificates"]]
    certificate = _signer_among(there, signer_info, trusted)
    known = {each.public_bytes(Encoding.DER) for each in (certificate, *trusted.issuers)}
    parts = Parts(
        certificate,
        tuple(each for each in there if each in known),
        signer_info["signed_attrs"].untag().dump(),
        signer_info["signature"].native,
        _token_in(signer_info),
    )
    # A signature does not cover its own frame: comparing with a new one leaves no byte in which another could be hidden.
    if signature != parts.written():
        return None
    identified = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    intact, valid = validate_sig_integrity(signer_info, identified, "data", digest)
    if parts.token is not None:
        read_token(parts.token, stamped_digest(parts.value), trusted.roots)
    return parts if intact and valid else None


def _signer_among(there: list[bytes], signer_info: cms.SignerInfo, trusted: Trusted) -> x509.Certificate:
    """The certificate that is said to have signed, if it is ours.

    It is compared before the signature is, so that no key chosen by a stranger is ever computed with.
    """
    named = signer_info["sid"].chosen["serial_number"].native
    found = [x509.load_der_x509_certificate(each) for each in there]
    (certificate,) = (each for each in found if each.serial_number == named and _is_ours(each, trusted))
    return certificate


def _token_in(signer_info: cms.SignerInfo) -> bytes | None:
    """The time stamp on a signature."""
    attributes = signer_info["unsigned_attrs"]
    if not isinstance(attributes, cms.CMSAttributes):
        return None
    (attribute,) = attributes
    (token,) = attribute["values"]
    return bytes(token.dump())


def _is_ours(certificate: x509.Certificate, trusted: Trusted) -> bool:
    """Whether we sign or signed with it: an authority that certifies us may certify anybody."""
    return certificate in trusted.signers and may_sign(certificate) and is_issued_by(certificate, trusted.issuers)
