"""Raises signed PDFs to the levels that outlive their certificates (ETSI EN 319 142-1), each in an incremental update."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError, extract_certificate_info
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from portal.adapters.signing.envelopes import stamped_digest
from portal.adapters.signing.integrity import signature_of_ours
from portal.adapters.signing.revocation import Proof, Proofs, Used
from portal.adapters.signing.stamping import Stamper, Stamps
from portal.adapters.signing.trusted import Trusted
from portal.adapters.signing.writing import Revision, done
from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import Level, Signed

_ORDER = (Level.B, Level.T, Level.LT, Level.LTA)


class Raiser:
    """Adds document time stamps and revocation data."""

    def __init__(self, stamps: Stamps, proofs: Proofs) -> None:
        self._stamps, self._proofs = stamps, proofs

    def raised(self, pdf: bytes, to: Level, trusted: Trusted) -> Signed:
        """A signed PDF at a level; at B-LTA already, it gets a new time stamp over the one that ages.

        A B-B signature gets the time stamp that was not to be had when it was made, in the room that was kept for it; where
        none was kept, a document time stamp shows that it existed. Raises Unreachable, and Rejected for what cannot be raised.
        """
        room = self._stamps.room()
        try:
            try:
                return self._raised(pdf, to, trusted)
            except SigningError:
                # The token took more room than was kept for it; now its size is known.
                if self._stamps.room() <= room:
                    raise
                return self._raised(pdf, to, trusted)
        except TimestampRequestError as error:
            raise Unreachable(str(error)) from error
        except (PdfError, SigningError, ValueError) as error:
            raise Rejected(f"this is no file that can be raised: {type(error).__name__}") from error

    def _raised(self, pdf: bytes, to: Level, trusted: Trusted) -> Signed:
        reader = PdfFileReader(BytesIO(pdf))
        level = level_of(reader)
        if _ORDER.index(to) <= _ORDER.index(level) and not to is level is Level.LTA:
            return Signed(pdf, level)
        if level is Level.B:
            pdf = self._filled(pdf, trusted) or self._stamped(Revision(BytesIO(pdf)))
            reader = PdfFileReader(BytesIO(pdf))
        if to is Level.T:
            return Signed(pdf, Level.T)
        revision = Revision(reader.stream, prev=reader)
        _embed(revision, self._proof_for(reader, renewing=level is Level.LTA))
        if to is Level.LTA:
            return Signed(self._stamped(revision), Level.LTA)
        out = BytesIO()
        revision.write(out)  # type: ignore[no-untyped-call]
        return Signed(out.getvalue(), Level.LT)

    def _filled(self, pdf: bytes, trusted: Trusted) -> bytes | None:
        """The file with a time stamp in its signature, where there is room; what is signed, and by what, stays as it was.

        The place of a signature is the one thing in a file that it does not cover.
        """
        found = signature_of_ours(pdf, trusted)
        if found is None or found[0].end != len(pdf):
            return None
        place, parts = found
        held = (place.resume - place.start - 2) // 2
        if held < len(parts.written()) + self._stamps.room():
            return None
        try:
            token = self._stamps.stamp(stamped_digest(parts.value))
        except Unreachable as fault:
            raise TimestampRequestError(str(fault)) from fault
        written = replace(parts, token=token).written()
        if len(written) > held:
            return None
        filled = written.hex().upper().encode().ljust(2 * held, b"0")
        return pdf[: place.start] + b"<" + filled + b">" + pdf[place.resume :]

    def _proof_for(self, reader: PdfFileReader, *, renewing: bool) -> Proof:
        """Of the signature and its time stamps; where they were proved before, of the time stamp over that proof alone."""
        stamps = reader.embedded_timestamp_signatures
        if renewing:
            tokens = [stamps[-1].signed_data]
            used = tokens
        else:
            (signature,) = reader.embedded_regular_signatures
            token = _token_of(signature)
            tokens = [*([] if token is None else [token]), *(each.signed_data for each in stamps)]
            used = [signature.signed_data, *tokens]
        return self._proofs.of([_certificates_of(each) for each in used], max(_time_of(token) for token in tokens))

    def _stamped(self, revision: Revision) -> bytes:
        stamping = PdfTimeStamper(Stamper(self._stamps))
        # The room is counted in hexadecimal characters, two to a byte.
        room = 2 * max(self._stamps.room(), 1)
        return bytes(done(stamping.async_timestamp_pdf(revision, "sha256", bytes_reserved=room)).getbuffer())


def level_of(reader: PdfFileReader) -> Level:
    """The level that the one signature of a file has reached, by what is there; whether it holds is another question."""
    (signature,) = reader.embedded_regular_signatures
    stamps: Sequence[EmbeddedPdfSignature] = reader.embedded_timestamp_signatures
    if _token_of(signature) is None and not stamps:
        return Level.B
    if "/DSS" not in reader.root:
        return Level.T
    store = reader.root.raw_get("/DSS").reference
    proved_in = reader.xrefs.get_last_change(store)
    return Level.LTA if stamps and stamps[-1].signed_revision >= proved_in else Level.LT


def _token_of(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    attributes = signature.signer_info["unsigned_attrs"]
    if not isinstance(attributes, cms.CMSAttributes):
        return None
    for attribute in attributes:
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def _time_of(token: cms.SignedData) -> datetime:
    at: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return at


def _certificates_of(signed: cms.SignedData) -> Used:
    found = extract_certificate_info(signed)
    return Used(found.signer_cert, tuple(found.other_certs))


def _embed(revision: Revision, proof: Proof) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        revision, sig_contents=None, certs=proof.certificates, ocsps=proof.answers, crls=proof.lists
    )
