"""How certificates stand: answers of OCSP (RFC 6960) and revocation lists (RFC 5280), signed by who issued them."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from portal.adapters.signing.certificates import Holder
from portal.sandbox.authority import Keys

ANSWER_LASTS = timedelta(hours=12)
LIST_LASTS = timedelta(days=7)

_NAMED_WITH = ("sha1", "sha256")
"""The digests by which questions may name an issuer; they prove nothing."""


def answer_to(request: bytes, keys: Keys, now: datetime) -> bytes:
    """The answer (DER) to a question (DER) about one certificate."""
    try:
        asked = ocsp.load_der_ocsp_request(request)
        serial, named_with = asked.serial_number, asked.hash_algorithm.name
        issuer = _issuer_named(asked, keys)
    except (ValueError, TypeError, NotImplementedError, UnsupportedAlgorithm):
        return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if issuer is None or named_with not in _NAMED_WITH:
        # RFC 6960, section 2.3: not an authority that this responder speaks for.
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    certificate = next((each for each in keys.issued_by(issuer) if each.serial_number == serial), None)
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        asked.issuer_name_hash,
        asked.issuer_key_hash,
        serial,
        asked.hash_algorithm,
        ocsp.OCSPCertStatus.UNKNOWN if certificate is None else ocsp.OCSPCertStatus.GOOD,
        this_update=now,
        next_update=now + ANSWER_LASTS,
        revocation_time=None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
    nonce = _nonce_of(asked)
    if nonce is not None:
        builder = builder.add_extension(nonce, critical=False)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def list_of(name: str, keys: Keys, now: datetime) -> bytes | None:
    """The revocation list (DER) of the authority whose key identifier is ``name``; nothing of ours is ever revoked."""
    issuer = keys.issuers.get(name)
    if issuer is None:
        return None
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now)
        .next_update(now + LIST_LASTS)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _issuer_named(asked: ocsp.OCSPRequest, keys: Keys) -> Holder | None:
    builder = ocsp.OCSPRequestBuilder()
    for issuer in keys.issuers.values():
        # Of the certificate asked about, only the issuer's key is looked at here.
        of_key = builder.add_certificate(issuer.certificate, issuer.certificate, asked.hash_algorithm).build()
        if of_key.issuer_key_hash == asked.issuer_key_hash and _name_hash(issuer, asked) == asked.issuer_name_hash:
            return issuer
    return None


def _name_hash(issuer: Holder, asked: ocsp.OCSPRequest) -> bytes:
    digest = hashes.Hash(asked.hash_algorithm)
    digest.update(issuer.certificate.subject.public_bytes())
    return digest.finalize()


def _nonce_of(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        return asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
