"""Tells our own untouched PDFs from changed and foreign ones, by their bytes.

A file that we signed is recognised without reading it as a PDF: its signature must cover every byte but its own, up to
the last one. Then the file is bit for bit what left our hands, and PDF readers have nothing to disagree about. It also
means that a hostile file meets two searches and at most one signature of bounded size, and no parser of PDF.
"""

import hashlib
import re

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity

from portal.ports import Integrity

# Readers look for the header within the first kilobyte.
_HEADER_WITHIN = 1024
_RANGE = re.compile(
    rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{1,8}(\d{1,10})\s{0,200}\]"
)
# Ours take about four thousand characters; time stamps and revocation lists would add some ten thousand.
_LONGEST_SIGNATURE = 128 * 1024


def integrity_of(pdf: bytes, issuers: tuple[x509.Certificate, ...], signer: x509.Certificate) -> Integrity:
    """What a file's bytes say. ``issuers`` are the authorities whose signers are ours, ``signer`` the one in use."""
    if b"%PDF-" not in pdf[:_HEADER_WITHIN]:
        return Integrity.NOT_A_PDF
    if _is_whole_and_ours(pdf, issuers):
        return Integrity.VALID
    return Integrity.CHANGED if _bears_our_certificates(pdf, (*issuers, signer)) else Integrity.FOREIGN


def _bears_our_certificates(pdf: bytes, certificates: tuple[x509.Certificate, ...]) -> bool:
    """Whether one of ours is in the file, however damaged the rest: a byte changed in one leaves the other readable."""
    lowered = pdf.lower()
    return any(certificate.public_bytes(Encoding.DER).hex().encode() in lowered for certificate in certificates)


def _is_whole_and_ours(pdf: bytes, issuers: tuple[x509.Certificate, ...]) -> bool:
    found = _RANGE.match(pdf, max(pdf.rfind(b"/ByteRange"), 0))
    if not found:
        return False
    start, length, resume, rest = (int(number) for number in found.groups())
    gap = pdf[length:resume]
    covers_all = start == 0 and length < resume and resume + rest == len(pdf) and length + len(gap) + rest == len(pdf)
    if not covers_all or len(gap) > _LONGEST_SIGNATURE:
        return False
    signature = _signature_in(gap)
    if signature is None:
        return False
    digest = hashlib.sha256(pdf[:length])
    digest.update(memoryview(pdf)[resume:])
    return _signs(signature, digest.digest(), issuers)


def _signature_in(gap: bytes) -> bytes | None:
    """The signature between ``<`` and ``>``, without the zeros that fill its place; None if anything else is there."""
    if gap[:1] != b"<" or gap[-1:] != b">" or not re.fullmatch(rb"(?:[0-9A-F]{2})+", gap[1:-1]):
        return None
    filled = bytes.fromhex(gap[1:-1].decode("ascii"))
    size = _der_size(filled)
    if size is None or size > len(filled) or any(filled[size:]):
        return None
    return filled[:size]


def _der_size(content: bytes) -> int | None:
    """The size of the DER sequence that ``content`` begins with, its header included."""
    if len(content) < 2 or content[0] != 0x30:
        return None
    if content[1] < 0x80:
        return 2 + content[1]
    width = content[1] & 0x7F
    if not 1 <= width <= 4 or len(content) < 2 + width:
        return None
    return 2 + width + int.from_bytes(content[2 : 2 + width], "big")


def _signs(signature: bytes, digest: bytes, issuers: tuple[x509.Certificate, ...]) -> bool:
    """Whether the CMS signature is by a certificate of ours and over this SHA-256 digest."""
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        (signer_info,) = signed["signer_infos"]
        certificate = extract_certs_for_validation(signed).signer_cert
        if signature != _as_we_write_it(signed, signer_info, certificate, issuers):
            return False
        # The issuer is checked before the signature, so that no key chosen by a stranger is ever computed with.
        if not _is_issued_by_us(certificate, issuers):
            return False
        intact, valid = validate_sig_integrity(signer_info, certificate, "data", digest)
    except Exception:
        # The parsers were written for honest input and fail on other input in every way there is.
        return False
    return intact and valid


def _as_we_write_it(
    signed: cms.SignedData,
    signer_info: cms.SignerInfo,
    certificate: asn1_x509.Certificate,
    issuers: tuple[x509.Certificate, ...],
) -> bytes:
    """The B-B signature of ours that has these signed attributes and this value.

    A signature does not cover its own frame: comparing with a new one leaves no byte in which another could be hidden.
    """
    known = [certificate.dump(), *(issuer.public_bytes(Encoding.DER) for issuer in issuers)]
    there = [each.chosen.dump() for each in signed["certificates"]]
    sha256 = {"algorithm": "sha256"}
    signer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    rebuilt = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(each) for each in there if each in known],
        "signer_infos": [
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": signer}),
                "digest_algorithm": sha256,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signed_attrs": [cms.CMSAttribute.load(each.dump()) for each in signer_info["signed_attrs"]],
                "signature": signer_info["signature"].native,
            }
        ],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(rebuilt)}).dump())


def _is_issued_by_us(certificate: asn1_x509.Certificate, issuers: tuple[x509.Certificate, ...]) -> bool:
    ours = x509.load_der_x509_certificate(certificate.dump())
    usage = ours.extensions.get_extension_for_class(x509.KeyUsage).value
    return usage.content_commitment and any(_issued(issuer, ours) for issuer in issuers)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
