"""Shadow attacks: what somebody adds to a signed file so that it shows another content, while its signature stays whole."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from pyhanko.pdf_utils import generic as untyped
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.timestamps import TimeStamper

from portal.adapters.signing.differences import only_archived
from portal.adapters.signing.integrity import signed_by_us
from portal.adapters.signing.raw import revisions
from portal.adapters.signing.stamping import Stamper
from portal.ports_of_documents import Integrity, Level
from tests.support.proving import real_checker
from tests.support.signing_keys import Office, office, unsigned

Attack = Callable[[Any], None]
generic: Any = untyped


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office") / "keys") as made:
        yield made


@pytest.fixture(scope="module")
def levels(here: Office) -> dict[Level, bytes]:
    signer = here.signer()
    stamped = signer.sign(unsigned()).pdf
    return {Level.T: stamped, **{to: signer.raised(stamped, to).pdf for to in (Level.LT, Level.LTA)}}


def attacked(pdf: bytes, attack: Attack) -> bytes:
    """The file with one more revision."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    attack(writer)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert out.getvalue().startswith(pdf)
    assert len(out.getvalue()) > len(pdf)
    return out.getvalue()


def page(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def stream(text: bytes) -> Any:
    return generic.StreamObject(stream_data=text)


def replaces_the_content(writer: Any) -> None:
    """Another text in the place of ours."""
    page(writer)["/Contents"] = writer.add_object(stream(b"BT /F1 40 Tf 50 500 Td (REFUSED) Tj ET"))
    writer.update_container(page(writer))


def hides_the_content(writer: Any) -> None:
    """A white sheet over our text."""
    over = writer.add_object(stream(b"1 1 1 rg 0 0 600 900 re f"))
    page(writer)["/Contents"] = generic.ArrayObject([page(writer).raw_get("/Contents"), over])
    writer.update_container(page(writer))


def overwrites_an_object(writer: Any) -> None:
    """The very object that holds our text, written anew under its own number."""
    reference = page(writer).raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = stream(b"BT (REFUSED) Tj ET")


def changes_a_font(writer: Any) -> None:
    """The same codes, drawn as other letters."""
    fonts = page(writer)["/Resources"]["/Font"]
    font = fonts[next(iter(fonts))]
    font["/BaseFont"] = pdf_name("/Other")
    writer.update_container(font)


def lays_a_note_over_it(writer: Any) -> None:
    """An annotation with a look of its own."""
    look = stream(b"1 1 1 rg 0 0 600 900 re f")
    look["/Type"], look["/Subtype"] = pdf_name("/XObject"), pdf_name("/Form")
    look["/BBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 900)))
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 900))),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)}),
        }
    )
    notes = generic.ArrayObject([*page(writer).get("/Annots", []), writer.add_object(note)])
    page(writer)["/Annots"] = notes
    writer.update_container(page(writer))


def adds_a_field_to_fill_in(writer: Any) -> None:
    """A text field whose value covers ours."""
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("verdict"),
            pdf_name("/V"): generic.pdf_string("REFUSED"),
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 500, 300, 550))),
        }
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form)
    writer.update_container(form["/Fields"])


def adds_a_visible_signature_field(writer: Any) -> None:
    append_signature_field(writer, SigFieldSpec("Approved", box=(50, 500, 300, 550)))


def makes_our_signature_visible(writer: Any) -> None:
    """The field of our own signature, given a place and a look."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (50, 500, 300, 550)))
    writer.update_container(field)


def drops_a_page(writer: Any) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([pages["/Kids"].raw_get(0)])
    pages["/Count"] = generic.NumberObject(1)
    writer.update_container(pages)


def puts_other_pages(writer: Any) -> None:
    """Hide and replace: the catalogue is led to pages of which the signed file knew nothing."""
    sheet = writer.add_object(
        generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Page"), pdf_name("/Contents"): stream(b"")})
    )
    writer.root["/Pages"] = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Pages"),
                pdf_name("/Kids"): generic.ArrayObject([sheet]),
                pdf_name("/Count"): generic.NumberObject(1),
            }
        )
    )
    writer.update_root()


def runs_a_script(writer: Any) -> None:
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert('Refused')")}
    )
    writer.update_root()


def attaches_a_file(writer: Any) -> None:
    names = writer.root.get("/Names", generic.DictionaryObject())
    names["/EmbeddedFiles"] = generic.DictionaryObject({pdf_name("/Names"): generic.ArrayObject()})
    writer.root["/Names"] = names
    writer.update_container(names)
    writer.update_root()


def gives_another_title(writer: Any) -> None:
    """Readers show the title above the page."""
    writer._info.get_object()["/Title"] = generic.pdf_string("Dossier refusé")
    writer.update_container(writer._info.get_object())


def prepares_another_attack(writer: Any) -> None:
    """An object that nothing leads to yet."""
    writer.add_object(stream(b"BT (REFUSED) Tj ET"))


def writes_into_the_proofs(writer: Any) -> None:
    """Something else under the name of revocation data."""
    if "/DSS" not in writer.root:
        writer.root["/DSS"] = writer.add_object(generic.DictionaryObject())
        writer.update_root()
    writer.root["/DSS"]["/Message"] = generic.pdf_string("Refused")
    writer.update_container(writer.root["/DSS"])


ATTACKS = [
    replaces_the_content,
    hides_the_content,
    overwrites_an_object,
    changes_a_font,
    lays_a_note_over_it,
    adds_a_field_to_fill_in,
    adds_a_visible_signature_field,
    makes_our_signature_visible,
    drops_a_page,
    puts_other_pages,
    runs_a_script,
    attaches_a_file,
    gives_another_title,
    prepares_another_attack,
    writes_into_the_proofs,
]


@pytest.mark.parametrize("to", [Level.T, Level.LT, Level.LTA])
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_added_to_show_something_else_is_told(
    attack: Attack, to: Level, levels: dict[Level, bytes], here: Office
) -> None:
    assert here.signer().check(attacked(levels[to], attack)) is Integrity.CHANGED


@pytest.mark.parametrize(
    "attack", [replaces_the_content, lays_a_note_over_it, gives_another_title, prepares_another_attack]
)
def test_a_time_stamp_over_an_attack_makes_it_no_better(
    attack: Attack, levels: dict[Level, bytes], here: Office
) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(attacked(levels[Level.T], attack)))
    stamped = signers.PdfTimeStamper(Stamper(here.signer().stamps)).timestamp_pdf(writer, "sha256")
    assert here.signer().check(stamped.getvalue()) is Integrity.CHANGED


def test_a_second_signature_by_somebody_else_is_told(levels: dict[Level, bytes], here: Office, tmp_path: Path) -> None:
    with office(tmp_path / "keys") as stranger:
        theirs = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]
            str(stranger.folder / "signer.key.pem"), str(stranger.folder / "signer.pem"), key_passphrase=None
        )
    writer = IncrementalPdfFileWriter(BytesIO(levels[Level.T]))
    # The library refuses to sign what is certified against changes; an attacker's would not.
    meta = signers.PdfSignatureMetadata(field_name="Approval")
    signing = signers.PdfSigner(meta, signer=theirs, new_field_spec=SigFieldSpec("Approval"))
    signing._enforce_certification_constraints = lambda _reader: None  # type: ignore[method-assign, assignment]
    out = signing.sign_pdf(writer)
    assert here.signer().check(out.getvalue()) is Integrity.CHANGED


def test_a_script_in_the_field_of_a_time_stamp_is_told(levels: dict[Level, bytes], here: Office) -> None:
    class Scripted(signers.PdfTimeStamper):
        """Stamps, and leaves something in the field for readers to run."""

    writer = IncrementalPdfFileWriter(BytesIO(levels[Level.T]))
    spec = SigFieldSpec("Timestamp-1")
    append_signature_field(writer, spec)
    field = writer.root["/AcroForm"]["/Fields"][-1]
    field["/AA"] = generic.DictionaryObject(
        {
            pdf_name("/PO"): generic.DictionaryObject(
                {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
            )
        }
    )
    stamped = Scripted(Stamper(here.signer().stamps), field_name="Timestamp-1").timestamp_pdf(writer, "sha256")
    assert PdfFileReader(stamped).embedded_timestamp_signatures[0].sig_field["/AA"]
    assert here.signer().check(stamped.getvalue()) is Integrity.CHANGED


@pytest.mark.parametrize("to", [Level.T, Level.LTA])
def test_a_file_written_anew_is_told(to: Level, levels: dict[Level, bytes], here: Office) -> None:
    out = BytesIO()
    with Pdf.open(BytesIO(levels[to])) as pdf:
        pdf.save(out)
    assert here.signer().check(out.getvalue()) is not Integrity.VALID


def test_an_overlay_by_another_library_is_told(levels: dict[Level, bytes], here: Office) -> None:
    out = BytesIO()
    with Pdf.open(BytesIO(levels[Level.LTA])) as pdf:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([50, 500, 300, 550]), Contents="Refused")
        pdf.pages[0].Annots = pdf.make_indirect(Array([*pdf.pages[0].get("/Annots", []), pdf.make_indirect(note)]))
        pdf.save(out)
    assert here.signer().check(out.getvalue()) is not Integrity.VALID


def test_archive_data_count_only_from_an_authority_that_we_know(
    levels: dict[Level, bytes], here: Office, tmp_path: Path
) -> None:
    stamped = levels[Level.T]
    with office(tmp_path / "keys") as stranger:
        writer = IncrementalPdfFileWriter(BytesIO(stamped))
        writer._update_meta = lambda: None  # type: ignore[method-assign]
        theirs: TimeStamper = Stamper(stranger.signer().stamps)
        archived = signers.PdfTimeStamper(theirs).timestamp_pdf(writer, "sha256").getvalue()
        theirs_is_known = stranger.signer()._keys.trusted().roots
    # By an authority that we do not know: nothing was added to what is seen, but ours it is no more.
    assert only_archived(archived, len(stamped), theirs_is_known)
    assert here.signer().check(archived) is Integrity.CHANGED
    assert not only_archived(archived + b"\n", len(stamped), theirs_is_known)
    assert not only_archived(attacked(archived, hides_the_content), len(stamped), theirs_is_known)


def test_a_confined_process_knows_a_raised_file_too(levels: dict[Level, bytes], here: Office) -> None:
    with real_checker(here.folder) as checker:
        for to, pdf in levels.items():
            looked = checker.look(pdf)
            assert (looked.integrity, looked.refused, looked.level) == (Integrity.VALID, None, to)


@pytest.mark.parametrize("to", [Level.T, Level.LT, Level.LTA])
def test_every_revision_of_ours_is_found_again_in_what_it_grew_into(
    to: Level, levels: dict[Level, bytes], here: Office
) -> None:
    ours = levels[to]
    grown = attacked(ours, hides_the_content)
    assert len(ours) in revisions(grown)
    assert len(grown) in revisions(grown)
    assert signed_by_us(grown, here.signer().trusted()) == len(levels[Level.T])


def test_revisions_are_ascending_and_bounded() -> None:
    assert revisions(b"") == []
    assert revisions(b"%PDF-1.7\n%%EOF") == [14]
    assert revisions(b"%%EOF\r\n%%EOF\n%%EOF\rX") == [5, 6, 7, 12, 13, 18, 19]
    assert len(revisions(b"%%EOF\n" * 100_000)) <= 1024
