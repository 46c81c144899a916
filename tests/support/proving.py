"""A portal that draws, signs and seals real documents, and the ways in which somebody may tamper with them."""

# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pypdfium2
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pikepdf import Pdf as PdfDocument
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper

from portal.adapters.checking.asked import read_certificates
from portal.adapters.checking.checker import ZygoteChecker
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.adapters.press import HandPress
from portal.adapters.signing.authority import make_authority
from portal.adapters.signing.signer import FileSigner
from portal.adapters.signing.writing import Revision
from portal.app import make_app
from portal.ports import Area
from portal.store import cases, documents
from portal.store.documents import Issued
from tests.support.interface import Interface, reach
from tests.support.portal import SECRET, TestPortal

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def real_checker(keys: Path) -> Iterator[ZygoteChecker]:
    """Looks at files as the portal does, with the certificates of a folder."""
    checker = ZygoteChecker(partial(read_certificates, keys))
    try:
        yield checker
    finally:
        checker.close()


@contextmanager
def proving(portal: TestPortal, checker: ZygoteChecker, keys: Path) -> Iterator[Interface]:
    """The portal with real documents from now on: its interface, and those that it issues."""
    signer = FileSigner(keys)
    renderer = WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")
    portal.deps = replace(
        portal.deps, signer=signer, renderer=renderer, press=HandPress(renderer, signer), checker=checker
    )
    portal.app = make_app(portal.deps, secret=SECRET)
    with reach(portal) as interface:
        yield interface


def make_keys(folder: Path) -> Path:
    make_authority(folder, "Province de Berkane", datetime.now(UTC))
    return folder


def issued_to(interface: Interface, reference: str) -> list[tuple[Issued, bytes]]:
    """The documents of a case, each with its file."""
    with interface.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
        assert found is not None
        held = documents.of_case(work.connection, work.vault, found.case.id)
        return [(one, found.seal.open(interface.deps.files.get(Area.ISSUED, one.key), one.context)) for one in held]


def drawn_over(pdf: bytes, words: str = "ACCORDE") -> bytes:
    """A shadow attack: words drawn over the first page, in an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type1"),
            pdf_name("/BaseFont"): pdf_name("/Helvetica-Bold"),
        }
    )
    fonts = generic.DictionaryObject({pdf_name("/F9"): font})
    drawing = f"q 1 0 0 rg BT /F9 60 Tf 80 400 Td ({words}) Tj ET Q".encode()
    stream = writer.add_object(generic.StreamObject(stream_data=drawing))
    writer.add_stream_to_page(0, stream, generic.DictionaryObject({pdf_name("/Font"): fonts}))
    return written(writer)


def with_page_replaced(pdf: bytes) -> bytes:
    """A shadow attack: the first page's own content is another, in an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page, _ = writer.find_page_for_modification(0)
    content = generic.StreamObject(stream_data=b"0 0 1 rg 50 50 400 600 re f")
    page.get_object()[pdf_name("/Contents")] = writer.add_object(content)
    writer.mark_update(page)
    return written(writer)


def with_note(pdf: bytes) -> bytes:
    """A shadow attack: a note laid over the page, in an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page, _ = writer.find_page_for_modification(0)
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(one) for one in (50, 300, 500, 500)),
            pdf_name("/Contents"): generic.pdf_string("ACCORDE"),
            pdf_name("/DA"): generic.pdf_string("/Helv 40 Tf 1 0 0 rg"),
        }
    )
    notes = generic.ArrayObject([writer.add_object(note)])
    page.get_object()[pdf_name("/Annots")] = notes
    writer.mark_update(page)
    return written(writer)


def with_script(pdf: bytes) -> bytes:
    """Ours, with a script that runs when it is opened."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    script = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(script)
    writer.update_root()
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def archived_by_somebody(pdf: bytes) -> bytes:
    """Ours, with a document time stamp of an authority that we know nothing of."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    stamp_key = asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An archive")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    held = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    stamper = PdfTimeStamper(DummyTimeStamper(held, stamp_key), field_name="Archive")
    out = BytesIO()
    stamper.timestamp_pdf(Revision(BytesIO(pdf)), "sha256", output=out)
    return out.getvalue()


def picture_of(pdf: bytes, page: int = 0, dots: int = 150) -> Image.Image:
    """A page as it comes out of a scanner."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn: Image.Image = document[page].render(scale=dots / 72).to_pil().convert("RGB")
        return drawn
    finally:
        document.close()


def saved(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def hidden_behind(pdf: bytes) -> bytes:
    """The same with other words for its page behind it, in bytes that no table names.

    A reader that takes the trailer for damaged (Poppler does) looks for the objects itself, and shows these.
    """
    with PdfDocument.open(BytesIO(pdf)) as opened:
        content, _ = opened.pages[0].obj.Contents.objgen
        root, _ = opened.Root.objgen
    former = int(pdf.rpartition(b"startxref")[2].split()[0])
    words = b"1 0 0 rg 50 300 500 200 re f\n"
    grown = pdf + b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (content, len(words), words)
    trailer = b"xref\n0 0\ntrailer\n<</Size 99999999999/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return grown + trailer % (root, former, len(grown))
