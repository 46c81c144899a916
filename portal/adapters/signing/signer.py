"""Signs PDFs with a key kept in a file, which suits a demonstration; a real portal keeps it behind PKCS#11."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.adapters.signing.authority import ISSUING, SIGNER, SIGNER_KEY
from portal.adapters.signing.integrity import integrity_of
from portal.ports import Integrity, Signer, Unreachable

_FIELD = "Signature"
# Beside the certificates a B-B signature holds some five hundred bytes; what is left over is filled with zeros.
_ROOM_BESIDE_CERTIFICATES = 1024


@dataclass(frozen=True)
class _Certificates:
    """What recognising our signatures takes; public all of it."""

    signer: x509.Certificate
    issuers: tuple[x509.Certificate, ...]


class _LoadedKey(signers.Signer):
    """A pyHanko signer whose key was read once: the library's own parses it again at every signature."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificates: _Certificates) -> None:
        chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        chain.register_multiple(
            _for_pyhanko(issuer) for issuer in certificates.issuers if issuer.subject == certificates.signer.issuer
        )
        super().__init__(
            signing_cert=_for_pyhanko(certificates.signer),
            cert_registry=chain,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=False,
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class FileSigner(Signer):
    """Reads ``signer.pem``, ``signer.key.pem`` (P-256) and ``issuing.pem`` from a folder when they are first needed.

    ``issuing.pem`` may hold several authorities, the one in use and those before it, so that a change of keys leaves
    older documents valid.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._certificates: _Certificates | None = None
        self._pdf_signer: signers.PdfSigner | None = None
        self._room = 0

    def sign(self, pdf: bytes) -> bytes:
        """The PDF with an invisible PAdES B-B certification signature that allows no later change.

        Raises Unreachable while the key or a certificate cannot be read. Not for a thread that runs an event loop.
        """
        signer = self._loaded_signer()
        out = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=self._room)
        return bytes(out.getbuffer())

    def check(self, pdf: bytes) -> Integrity:
        """What the file's own signature says, whatever was sent; raises Unreachable without our certificates."""
        certificates = self._loaded_certificates()
        return integrity_of(pdf, certificates.issuers, certificates.signer)

    def _loaded_certificates(self) -> _Certificates:
        if self._certificates is None:
            try:
                signer = x509.load_pem_x509_certificate((self._folder / SIGNER).read_bytes())
                issuers = tuple(x509.load_pem_x509_certificates((self._folder / ISSUING).read_bytes()))
            except (OSError, ValueError) as error:
                raise Unreachable("The signing certificates cannot be read") from error
            self._certificates = _Certificates(signer, issuers)
        return self._certificates

    def _loaded_signer(self) -> signers.PdfSigner:
        with self._lock:
            if self._pdf_signer is None:
                certificates = self._loaded_certificates()
                self._room = _room_for(certificates)
                self._pdf_signer = _pdf_signer(_LoadedKey(self._loaded_key(certificates), certificates))
            return self._pdf_signer

    def _loaded_key(self, certificates: _Certificates) -> ec.EllipticCurvePrivateKey:
        try:
            key = load_pem_private_key((self._folder / SIGNER_KEY).read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise Unreachable("The signing key cannot be read") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificates.signer.public_key():
            raise Unreachable("The signing key does not belong to the signing certificate")
        return key


def _pdf_signer(signer: signers.Signer) -> signers.PdfSigner:
    metadata = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=signer.subject_name,
    )
    return signers.PdfSigner(metadata, signer=signer, new_field_spec=SigFieldSpec(_FIELD))


def _room_for(certificates: _Certificates) -> int:
    """How many hexadecimal characters to keep for the signature in the file; two make a byte."""
    chain = (certificates.signer, *certificates.issuers)
    return 2 * (_ROOM_BESIDE_CERTIFICATES + sum(len(each.public_bytes(Encoding.DER)) for each in chain))


def _for_pyhanko(certificate: x509.Certificate) -> Certificate:
    return Certificate.load(certificate.public_bytes(Encoding.DER))
