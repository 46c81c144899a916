"""Signs PDFs (PAdES), raises them to the levels that last, and recognises them."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Lock

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError

from portal.adapters.signing.asking import Asker
from portal.adapters.signing.envelopes import attributes_over, envelope, mechanism_of, stamped_digest
from portal.adapters.signing.integrity import integrity_of
from portal.adapters.signing.keys import FolderKeys, Keys, KeySource, Pair
from portal.adapters.signing.raising import Raiser
from portal.adapters.signing.revocation import Proofs
from portal.adapters.signing.stamping import Attempt, HttpTimeStamps, NoTimeStamps, Stamps
from portal.adapters.signing.time_authority import Authority
from portal.adapters.signing.trusted import Trusted
from portal.adapters.signing.writing import Revision, done
from portal.ports import Rejected
from portal.ports_of_documents import Integrity, Level, Signed, Signer

_FIELD = "Signature"
# Beside the certificates a signature holds some five hundred bytes, with RSA three hundred more; zeros fill what is left.
_ROOM_BESIDE_CERTIFICATES = 1280


class PadesSigner(Signer):
    """Signs with the pair in use, stamps the time by an authority if there is one, and raises with fresh revocation data."""

    def __init__(
        self,
        folder: Path,
        source: KeySource,
        authority: Authority | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._keys = Keys(folder, source, now)
        self._asker = Asker()
        self.stamps = _stamps(authority, self._keys, self._asker, now)
        self._raiser = Raiser(self.stamps, Proofs(self._asker, self._keys.trusted, now=now))
        self._lock = Lock()
        self._made: tuple[Pair, _PairSigner] | None = None

    def sign(self, pdf: bytes) -> Signed:
        """The PDF with an invisible PAdES certification signature: B-T, or B-B while there is no time stamp to be had.

        It allows no later change; revocation data and document time stamps are none (ISO 32000-2, 12.8.2.2). Raises
        Unreachable while the key or a certificate cannot be used. Not for a thread that runs an event loop.
        """
        signer = self._signer_in_use()
        try:
            return signer.signed(pdf, self.stamps)
        except SigningError:
            # The token took more room than was kept for it; now its size is known.
            return signer.signed(pdf, self.stamps)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        """One of our signed PDFs raised to a level; raises Unreachable while it cannot be, Rejected where it never can."""
        if self.check(pdf) is not Integrity.VALID:
            raise Rejected("the file is not as we signed it")
        return self._raiser.raised(pdf, to, self._keys.trusted())

    def check(self, pdf: bytes) -> Integrity:
        """What the file's own signature says, whatever was sent; raises Unreachable without our certificates."""
        return integrity_of(pdf, self._keys.trusted())

    def trusted(self) -> Trusted:
        """The public certificates that ours are recognised by; raises Unreachable without them."""
        return self._keys.trusted()

    def close(self) -> None:
        """Closes the connections to authorities; they are opened again when needed."""
        self._asker.close()

    def _signer_in_use(self) -> "_PairSigner":
        pair, trusted = self._keys.pair()
        with self._lock:
            if self._made is None or self._made[0] is not pair:
                self._made = pair, _PairSigner(pair, trusted.chain_of(pair.certificate))
            return self._made[1]


class FileSigner(PadesSigner):
    """Signs with ``signer.pem`` and ``signer.key.pem`` of a folder, which suits a demonstration."""

    def __init__(self, folder: Path, authority: Authority | None = None) -> None:
        super().__init__(folder, FolderKeys(folder), authority)


class _PairSigner(signers.Signer):
    """What pyHanko signs with: a key that was read once, and signatures that are always written in the same form."""

    def __init__(self, pair: Pair, chain: tuple[x509.Certificate, ...]) -> None:
        # Without the root: whoever checks has it already, or should not believe the one that a document brings along.
        self._chain = chain
        super().__init__(
            signing_cert=Certificate.load(pair.certificate.public_bytes(Encoding.DER)),
            signature_mechanism=SignedDigestAlgorithm.load(mechanism_of(pair.certificate)),
        )
        self._pair = pair
        held = sum(len(each.public_bytes(Encoding.DER)) for each in (pair.certificate, *chain))
        self._room = held + _ROOM_BESIDE_CERTIFICATES
        self._metadata = signers.PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            name=self.subject_name,
        )

    def signed(self, pdf: bytes, stamps: Stamps) -> Signed:
        """The PDF with its signature, and with a time stamp on it where one can be had."""
        room = stamps.room()
        attempt = Attempt(stamps) if room else None
        work = signers.PdfSigner(self._metadata, signer=self, timestamper=attempt, new_field_spec=SigFieldSpec(_FIELD))
        # The room is counted in hexadecimal characters, two to a byte.
        out = done(work.async_sign_pdf(Revision(BytesIO(pdf)), bytes_reserved=2 * (self._room + room)))
        has_time = attempt is not None and attempt.token is not None
        return Signed(bytes(out.getbuffer()), Level.T if has_time else Level.B)

    async def async_sign(
        self, data_digest: bytes, digest_algorithm: str, *_: object, timestamper: Attempt | None = None, **__: object
    ) -> bytes:
        attributes = attributes_over(data_digest, self._pair.certificate)
        signature = self._pair.sign(attributes)
        token = None if timestamper is None else timestamper.over(stamped_digest(signature))
        return envelope(self._pair.certificate, self._chain, attributes, signature, token)


def _stamps(authority: Authority | None, keys: Keys, asker: Asker, now: Callable[[], datetime]) -> Stamps:
    if authority is None:
        return NoTimeStamps()
    return HttpTimeStamps(authority.url, keys.trusted, asker, user=authority.user, password=authority.password, now=now)
