"""The public certificates that our documents, and their time stamps, are recognised by."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ExtensionNotFound

from portal.adapters.key_folder import alone_in, write_whole
from portal.adapters.signing.authority import ISSUING, RETIRED, ROOT, SIGNER, SIGNERS
from portal.ports import Unreachable

UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)
"""What the library raises for a key or a certificate that it cannot make sense of."""


@dataclass(frozen=True)
class Trusted:
    """``signers`` are the certificates that we sign with or ever signed with, and nobody else's.

    ``issuers`` are the authorities they come from, which may have other customers; what ``roots`` vouch for may stamp the
    time.
    """

    issuers: tuple[x509.Certificate, ...]
    roots: tuple[x509.Certificate, ...] = ()
    signers: tuple[x509.Certificate, ...] = ()

    @property
    def all(self) -> tuple[x509.Certificate, ...]:
        return (*self.issuers, *self.roots, *self.signers)

    def with_signer(self, signer: x509.Certificate) -> "Trusted":
        """The same, and a signer."""
        return self if signer in self.signers else Trusted(self.issuers, self.roots, (*self.signers, signer))

    def chain_of(self, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
        """The authorities above a certificate, from the one that issued it up, without the root."""
        found: list[x509.Certificate] = []
        while (above := self._above(found[-1] if found else certificate)) and above not in found:
            found.append(above)
        return tuple(found)

    def _above(self, certificate: x509.Certificate) -> x509.Certificate | None:
        candidates = (each for each in self.issuers if each.subject != each.issuer and each not in self.roots)
        return next((each for each in candidates if is_issued_by(certificate, [each])), None)


def read_trusted(folder: Path) -> Trusted:
    """What the public files of a folder hold, several certificates each.

    Only ``issuing.pem`` must be there; raises Unreachable for one that cannot be read.
    """
    issuers = certificates_in(folder / ISSUING)
    if not issuers:
        raise Unreachable(f"There is no {ISSUING} among the signing certificates")
    signers = (each for name in (SIGNER, SIGNERS, RETIRED) for each in certificates_in(folder / name))
    return Trusted(issuers, certificates_in(folder / ROOT), tuple(dict.fromkeys(signers)))


def enter_signer(folder: Path, certificate: x509.Certificate) -> None:
    """Enters a certificate in ``signers.pem`` for good, if it is not there yet; raises Unreachable where it cannot.

    What was signed with a certificate that is nowhere entered would be nobody's once another one is in use.
    """
    path = folder / SIGNERS
    try:
        if certificate in certificates_in(path):
            return
        with alone_in(folder):
            if certificate not in certificates_in(path):
                held = path.read_bytes().rstrip() + b"\n" if path.exists() else b""
                mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
                write_whole(path, held + certificate.public_bytes(Encoding.PEM), mode)
    except OSError as error:
        raise Unreachable(f"The signing certificate cannot be entered in {SIGNERS}: {error.strerror}") from error


def certificates_in(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, none where there is no such file; raises Unreachable."""
    try:
        content = path.read_bytes()
        return tuple(x509.load_pem_x509_certificates(content)) if content.strip() else ()
    except FileNotFoundError:
        return ()
    except (OSError, *UNREADABLE) as error:
        raise Unreachable(f"{path.name} cannot be read as certificates") from error


def is_issued_by(certificate: x509.Certificate, issuers: Sequence[x509.Certificate]) -> bool:
    """Whether one of these authorities signed the certificate."""
    return any(may_issue(issuer) and _issued(issuer, certificate) for issuer in issuers)


def may_issue(certificate: x509.Certificate) -> bool:
    """Whether it is an authority's."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ExtensionNotFound, ValueError):
        return False


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether its signature stands for a content, which that of a time stamp does not."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except (ExtensionNotFound, ValueError):
        return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True
