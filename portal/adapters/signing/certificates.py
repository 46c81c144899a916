"""The certificates of an authority of our own: a root, an issuing authority, and those that seal and stamp documents."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

_YEAR = timedelta(days=365)
_LASTS = {"root": 20 * _YEAR, "issuing": 15 * _YEAR, "stamp": 12 * _YEAR, "seal": 6 * _YEAR}
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Algorithm(StrEnum):
    """What keys are made of."""

    P256 = "p-256"
    RSA3072 = "rsa-3072"

    def new_key(self) -> Key:
        if self is Algorithm.P256:
            return ec.generate_private_key(ec.SECP256R1())
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)


@dataclass(frozen=True)
class Holder:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: Key


def root_of(organization: str, now: datetime, key: Key) -> Holder:
    """What everything else is issued under; people who verify documents are given this certificate."""
    name = _name(organization, "Root authority (demonstration)")
    builder = _builder(name, name, key, now, now + _LASTS["root"])
    builder = _may_issue(builder, path_length=1)
    return Holder(builder.sign(key, hashes.SHA256()), key)


def issuing_under(root: Holder, organization: str, generation: int, now: datetime, key: Key, addresses: str) -> Holder:
    """An authority for the certificates in use; ``generation`` tells it by name from those before it."""
    number = f" {generation}" if generation > 1 else ""
    name = _name(organization, f"Issuing authority{number} (demonstration)")
    builder = _may_issue(_issued(root, name, key, now, "issuing", addresses), path_length=0)
    return Holder(builder.sign(root.key, hashes.SHA256()), key)


def seal_under(issuing: Holder, organization: str, now: datetime, key: Key, addresses: str) -> Holder:
    """What documents are signed with."""
    name = _name(organization, "Document seal (demonstration)")
    builder = _holds(_issued(issuing, name, key, now, "seal", addresses), commits=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
    return Holder(builder.sign(issuing.key, hashes.SHA256()), key)


def stamp_under(issuing: Holder, organization: str, now: datetime, key: Key, addresses: str) -> Holder:
    """What says when: for time stamps and nothing else, as RFC 3161, section 2.3 demands."""
    name = _name(organization, "Time-stamping authority (demonstration)")
    builder = _holds(_issued(issuing, name, key, now, "stamp", addresses), commits=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Holder(builder.sign(issuing.key, hashes.SHA256()), key)


def identifier_of(certificate: x509.Certificate) -> str:
    """The key identifier of an authority, hexadecimal: what its revocation list and its old keys are named after."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()[:16]


def list_address(addresses: str, issuer: x509.Certificate) -> str:
    """Where the revocation list of an authority is."""
    return f"{addresses}/crl/{identifier_of(issuer)}.crl"


def status_address(addresses: str) -> str:
    """Where the state of a certificate is asked for (OCSP)."""
    return f"{addresses}/ocsp"


def names_addresses(certificate: x509.Certificate, issuer: x509.Certificate, addresses: str) -> bool:
    """Whether a certificate says that its revocation list is to be had under these addresses."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return False
    wanted = x509.UniformResourceIdentifier(list_address(addresses, issuer))
    return any(wanted in (point.full_name or ()) for point in points)


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, end: datetime) -> x509.CertificateBuilder:
    # A verifier whose clock is a little behind ours must not find the certificate not yet valid.
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _issued(
    issuer: Holder, name: x509.Name, key: Key, now: datetime, role: str, addresses: str
) -> x509.CertificateBuilder:
    above = issuer.certificate
    # No certificate outlives the one that vouches for it.
    end = min(now + _LASTS[role], above.not_valid_after_utc)
    identifier = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = _builder(name, above.subject, key, now, end).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
    )
    if not addresses:
        return builder
    revoked = x509.DistributionPoint([x509.UniformResourceIdentifier(list_address(addresses, above))], None, None, None)
    asked = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(status_address(addresses))
    )
    builder = builder.add_extension(x509.CRLDistributionPoints([revoked]), critical=False)
    return builder.add_extension(x509.AuthorityInformationAccess([asked]), critical=False)


def _may_issue(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_usage(signs=False, commits=False, issues=True), critical=True)


def _holds(builder: x509.CertificateBuilder, *, commits: bool) -> x509.CertificateBuilder:
    """Of an end of a chain; ``commits`` says that its signature stands for a content, which a time stamp's does not."""
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return builder.add_extension(_usage(signs=True, commits=commits, issues=False), critical=True)


def _usage(*, signs: bool, commits: bool, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )
