"""Makes the certificates a portal signs with while it has no real ones: a root, an issuing authority and a signer."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = "root.pem"
ISSUING = "issuing.pem"
SIGNER = "signer.pem"
SIGNER_KEY = "signer.key.pem"

_YEAR = timedelta(days=365)
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


@dataclass(frozen=True)
class _Holder:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_authority(folder: Path, organization: str, now: datetime) -> None:
    """Fills ``folder`` with PEM files unless they are there: three certificates and their keys, for us alone to read.

    ``root.pem`` is what people who verify documents are given. The signer's key is written last, so that an interrupted
    attempt is made again from the start and no key is left without its certificate.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(folder):
        if (folder / SIGNER_KEY).exists():
            return
        root = _root(organization, now)
        issuing = _issuing(organization, now, root)
        signer = _signer(organization, now, issuing)
        for name, holder in (("root", root), ("issuing", issuing), ("signer", signer)):
            _write(folder / f"{name}.pem", holder.certificate.public_bytes(serialization.Encoding.PEM))
            _write(folder / f"{name}.key.pem", _key_pem(holder.key))


def _root(organization: str, now: datetime) -> _Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organization, "Root authority (demonstration)")
    builder = _builder(name, name, key, now, 20 * _YEAR)
    builder = _may_issue(builder, path_length=1)
    return _Holder(builder.sign(key, hashes.SHA256()), key)


def _issuing(organization: str, now: datetime, root: _Holder) -> _Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(
        _name(organization, "Issuing authority (demonstration)"), root.certificate.subject, key, now, 15 * _YEAR
    )
    builder = _issued_by(_may_issue(builder, path_length=0), root)
    return _Holder(builder.sign(root.key, hashes.SHA256()), key)


def _signer(organization: str, now: datetime, issuing: _Holder) -> _Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(
        _name(organization, "Document seal (demonstration)"), issuing.certificate.subject, key, now, 10 * _YEAR
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_documents=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
    return _Holder(_issued_by(builder, issuing).sign(issuing.key, hashes.SHA256()), key)


def _name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    # A verifier whose clock is a little behind ours must not find the certificate not yet valid.
    start = now - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _may_issue(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_usage(signs_documents=False), critical=True)


def _issued_by(builder: x509.CertificateBuilder, issuer: _Holder) -> x509.CertificateBuilder:
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
    )


def _usage(signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """Puts the whole file in place at once, never readable by anybody else."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keeps a second process from making other certificates at the same moment."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
