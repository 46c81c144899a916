"""Pages that were laid out for one document show another exactly as if it had been laid out by itself."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from portal.adapters.pdf import reuse
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.adapters.pdf.reuse import ReusingRenderer
from portal.adapters.pdf.reuse_flows import in_order
from portal.adapters.pdf.reuse_form import Form
from portal.adapters.pdf.reuse_styles import _as_key
from portal.domain.service import Text, text
from portal.ports_of_documents import PrintedDocument, PrintedList, PrintedMark, PrintedPeriod, PrintedRow
from tests.support.looking import pages_of, text_of

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ARABIC = "أمينة,يوسف,خديجة,محمد,فاطمة,الزهراء,عبد,الرحمن,بنعلي,العلوي,الزكزلي,أوشن,مليكة,يحيى"
LATIN = "Amina,Youssef,Khadija,Mohamed,Fatima-Zahra,Benali,El,Alaoui,Zegzeli,Ouchen,Émilie,d’Aït,Œuvre"

SAID = (
    text(
        "إذا لم تجبكم الإدارة داخل الأجل فلكم طعن داخل 30 يوما (القانون رقم 55.19).",
        "Un recours est ouvert (loi 55-19).",
    ),
    text("الهاتف: 05 36 61 00 00.", "Téléphone : 05 36 61 00 00."),
)
RECEIPT = PrintedDocument(
    kind="receipt",
    number="R-AB1-2026-000001",
    reference="BRK-26-7K3F-9Q2X-C",
    title=text("وصل إيداع ملف", "Récépissé de dépôt de dossier"),
    province=text("إقليم بركان", "Province de Berkane"),
    authority=text("الملحقة الإدارية الأولى ببركان", "Première annexe administrative de Berkane"),
    issued_at=datetime(2026, 4, 12, 9, 42, tzinfo=UTC),
    code="7K3F9Q2XAB12CD34",
    verify_url="https://guichet.berkane.example/v/7K3F9Q2XAB12CD34",
    seal_link="HTTPS://GUICHET.BERKANE.EXAMPLE/V/" + "ABCDEFGH" * 30,
    status=text("ملف مودع", "Dossier déposé"),
    rows=(
        PrintedRow(text("الخدمة", "Service"), text("شهادة السكنى", "Certificat de résidence")),
        PrintedRow(text("صاحبة الطلب", "Demandeuse"), text("فاطمة الزهراء بنعلي", "Fatima-Zahra Benali")),
        PrintedRow(text("الهاتف", "Téléphone"), text("+212 6 61 23 45 67", "+212 6 61 23 45 67"), latin=True),
        PrintedRow(text("تاريخ الإيداع", "Déposé le"), text("2026-04-12", "2026-04-12"), latin=True),
        PrintedRow(text("العنوان", "Adresse"), text("شارع محمد الخامس، رقم 12", "12, avenue Mohammed V")),
    ),
    period=PrintedPeriod(
        days=60,
        half=30,
        start=PrintedMark(text("البداية", "Début"), text("12 أبريل", "12 avril")),
        middle=None,
        end=PrintedMark(text("النهاية", "Fin"), text("11 يونيو", "11 juin")),
        meaning=text("أجل من 60 يوما", "Un délai de 60 jours"),
    ),
    lists=(PrintedList(text("الوثائق المسلمة", "Pièces reçues"), (text("عقد كراء", "Contrat de bail"),)),),
    paragraphs=SAID,
    secret="4H7TM9QZ2C",
    data=b'{"reference":"BRK-26-7K3F-9Q2X-C"}',
    schema="https://guichet.berkane.example/schemas/document-1.json",
)
DECISION = replace(
    RECEIPT,
    kind="decision",
    title=text("قرار", "Décision"),
    status=None,
    period=None,
    lists=(),
    secret=None,
    paragraphs=(*SAID, *(text(f"الفقرة رقم {one} من القرار.", f"Alinéa {one} de la décision.") for one in range(16))),
)

SHORT = replace(RECEIPT, status=None, rows=(), period=None, lists=(), paragraphs=())


def code(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(CROCKFORD) for _ in range(length))


def name(chance: random.Random, words: int) -> Text:
    return text(*(" ".join(chance.choice(each.split(",")) for _ in range(words)) for each in (ARABIC, LATIN)))


def varied(document: PrintedDocument, chance: random.Random) -> PrintedDocument:
    """Another document of the same form, or nearly: what people are called decides how many lines it takes."""
    drawn = code(chance, 16)
    number = f"+212 6 {chance.randrange(100):02d} {chance.randrange(100):02d} 45 67"
    values = (
        text("شهادة السكنى", "Certificat de résidence"),
        name(chance, chance.choice((1, 2, 2, 3, 3, 4, 9))),
        text(number, number),
        text(*2 * (f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",)),
        text(f"شارع محمد الخامس، رقم {chance.randrange(1, 400)}", f"{chance.randrange(1, 400)}, avenue Mohammed V"),
    )
    return replace(
        document,
        number=f"R-AB1-2026-{chance.randrange(10**6):06d}",
        reference=f"BRK-26-{code(chance, 4)}-{code(chance, 4)}-{code(chance, 1)}",
        code=drawn,
        verify_url=f"https://guichet.berkane.example/v/{drawn}",
        seal_link="HTTPS://GUICHET.BERKANE.EXAMPLE/V/" + code(chance, 240),
        issued_at=document.issued_at + timedelta(hours=chance.randrange(5000)),
        rows=tuple(replace(row, value=value) for row, value in zip(document.rows, values, strict=True)),
        period=document.period and varied_period(document.period, chance),
        secret=document.secret and code(chance, 10),
        data=b'{"code":"' + drawn.encode() + b'"}',
    )


def varied_period(period: PrintedPeriod, chance: random.Random) -> PrintedPeriod:
    half = chance.choice((20, 30, 40))
    return replace(
        period, half=half, meaning=text(f"أجل من 60 يوما، نصفه {half}", f"Un délai de 60 jours, dont {half} de moitié")
    )


@dataclass(frozen=True)
class Shown:
    """All that a document shows, and all that it says of itself to whoever reads it otherwise."""

    pictures: list[Image.Image]
    words: str
    structure: list[tuple[int, str, str, str]]
    links: list[list[tuple[str, str, list[float]]]]
    described: dict[str, str]
    metadata: bytes
    attached: dict[str, bytes]


@lru_cache(maxsize=2)
def shown(pdf: bytes) -> Shown:
    """What there is to see and to read of a document; that of the last one asked for is at hand."""
    with pypdfium2.PdfDocument(pdf) as drawn:
        pictures = [page.render(scale=1).to_pil().convert("RGB") for page in drawn]
    with pikepdf.open(BytesIO(pdf)) as opened:
        return Shown(
            pictures,
            text_of(pdf),
            list(elements(opened.Root.StructTreeRoot, 0)),
            [[link_of(one) for one in page.get("/Annots", [])] for page in opened.pages],
            {"/ID": str(opened.trailer.ID[0]), **{key: str(value) for key, value in opened.docinfo.items()}},
            opened.Root.Metadata.read_bytes(),
            {name: one.get_file().read_bytes() for name, one in opened.attachments.items()},
        )


def elements(found: Any, depth: int) -> Iterator[tuple[int, str, str, str]]:
    """The structure of a document: each element's depth, role, language and alternative text."""
    kids = found.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield depth, str(kid.S), str(kid.get("/Lang", "")), str(kid.get("/Alt", ""))
            yield from elements(kid, depth + 1)


def link_of(annotation: Any) -> tuple[str, str, list[float]]:
    """Where a link leads, what it is called, and where it is clicked."""
    return str(annotation.A.URI), str(annotation.Contents), [round(float(one), 2) for one in annotation.Rect]


def check_same(reused: bytes, full: bytes) -> None:
    assert shown(reused) == shown(full)


@pytest.fixture(scope="module")
def full() -> WeasyRenderer:
    return WeasyRenderer(*FOLDERS)


@pytest.fixture
def reusing() -> ReusingRenderer:
    return ReusingRenderer(*FOLDERS)


@pytest.fixture(scope="module")
def warm() -> ReusingRenderer:
    """One that has the pages of receipts at hand."""
    made = ReusingRenderer(*FOLDERS)
    for _ in range(2):
        made.render(RECEIPT)
    return made


@pytest.fixture(scope="module")
def receipt(full: WeasyRenderer) -> bytes:
    """The receipt as it is when laid out by itself."""
    return full.render(RECEIPT)


@pytest.mark.parametrize(
    ("document", "others"), [(RECEIPT, 5), (DECISION, 3)], ids=["receipt", "decision of several pages"]
)
def test_reused_pages_show_what_a_full_layout_shows(
    full: WeasyRenderer, reusing: ReusingRenderer, document: PrintedDocument, others: int
) -> None:
    chance = random.Random(5524)  # noqa: S311  The same documents each time; nothing secret comes of it.
    reusing.render(document)
    reusing.render(document)
    compared = 0
    for _ in range(others):
        other = varied(document, chance)
        before = reusing.reused
        drawn = reusing.render(other)
        if reusing.reused > before:
            check_same(drawn, full.render(other))
            compared += 1
    assert compared >= 2
    if document is RECEIPT:
        # Some fitted the pages as they were, for others parts had to be moved.
        assert 0 < reusing.moved < reusing.reused
    else:
        assert len(shown(drawn).pictures) > 1


def test_what_a_document_says_and_carries_is_its_own(warm: ReusingRenderer) -> None:
    chance = random.Random(1)  # noqa: S311  As above.
    before = warm.reused
    other = replace(varied(RECEIPT, chance), rows=RECEIPT.rows, issued_at=RECEIPT.issued_at)
    drawn = shown(warm.render(other))
    assert warm.reused == before + 1
    assert other.number in drawn.described["/Title"]
    assert drawn.attached == {"case.json": other.data}
    assert other.verify_url in [address for page in drawn.links for address, _, _ in page]
    assert RECEIPT.reference not in drawn.words
    assert other.reference in drawn.words


def test_what_a_link_is_called_is_its_own_too(warm: ReusingRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    # Our templates call the link of every document alike, and may not always.
    write, before = warm._write, warm.reused
    monkeypatch.setattr(warm, "_write", lambda document: re.sub('(?<= title=")[^"]+', document.number, write(document)))
    drawn = [shown(warm.render(replace(RECEIPT, number=number))) for number in ("R-1", "R-2")]
    assert [[called for page in one.links for _, called, _ in page] for one in drawn] == [["R-1"], ["R-2"]]
    assert warm.reused == before + 2


def test_one_long_document_does_not_end_the_reuse_of_its_form(full: WeasyRenderer, reusing: ReusingRenderer) -> None:
    def addressed(times: int) -> PrintedDocument:
        row = PrintedRow(
            text("العنوان", "Adresse"), text("شارع محمد الخامس " * times, "12, avenue Mohammed V " * times)
        )
        return replace(RECEIPT, rows=(*RECEIPT.rows, *(row,) * 6))

    for _ in range(3):
        reusing.render(addressed(1))
    assert (reusing.laid_out, reusing.reused) == (2, 1)
    assert pages_of(reusing.render(addressed(12))) == 2
    before = reusing.reused
    check_same(reusing.render(addressed(1)), full.render(addressed(1)))
    assert reusing.reused == before + 1
    # And if the long one came first, the short ones after it are soon set again.
    fresh = ReusingRenderer(*FOLDERS)
    for times in (12, 1, 1, 1):
        fresh.render(addressed(times))
    before = fresh.reused
    fresh.render(addressed(1))
    assert fresh.reused == before + 1


def test_a_form_that_comes_once_is_not_kept_and_of_others_only_so_many(
    reusing: ReusingRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(document: PrintedDocument) -> tuple[int, int]:
        reusing.render(document)
        return reusing.laid_out, reusing.reused

    assert [counted(SHORT) for _ in range(3)] == [(1, 0), (2, 0), (2, 1)]
    monkeypatch.setattr(reuse, "KEPT", 1)
    longer = replace(SHORT, rows=RECEIPT.rows[:1])
    assert [counted(longer) for _ in range(3)] == [(3, 1), (4, 1), (4, 2)]
    # Those that were used last stay.
    assert counted(SHORT) == (5, 2)


def lengths_of(box: Any) -> object:
    """The table that a kept box looks its lengths up in."""
    return box.__dict__["shared"]


def with_value(words: str) -> PrintedDocument:
    """The receipt with other words in its first row."""
    return replace(RECEIPT, rows=(replace(RECEIPT.rows[0], value=text(words, words)), *RECEIPT.rows[1:]))


def test_pages_that_many_in_a_row_do_not_fit_are_laid_out_anew(
    full: WeasyRenderer, reusing: ReusingRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(lines: int) -> tuple[int, int]:
        """How many were laid out in full, and how many had parts moved, once one of so many lines is drawn."""
        other = with_value("Amine " * 12 * lines)
        check_same(reusing.render(other), full.render(other))
        return reusing.laid_out, reusing.moved

    monkeypatch.setattr(reuse, "MOVED", 2)
    assert [counted(1) for _ in range(3)] == [(1, 0), (2, 0), (2, 0)]
    assert [counted(lines) for lines in (5, 1, 5, 5)] == [(2, 1), (2, 1), (2, 2), (2, 3)]
    assert [counted(lines) for lines in (5, 5, 1)] == [(3, 3), (3, 3), (3, 4)]
    assert len(reusing._forms) == 1


def test_kept_pages_share_what_their_boxes_say(reusing: ReusingRenderer) -> None:
    for document in (RECEIPT, replace(RECEIPT, rows=RECEIPT.rows[:1])):
        for _ in range(2):
            reusing.render(document)
    forms = reusing._forms.values()
    one, other = ([box for tree in (form._root, *form._pages) for box in in_order(tree)] for form in forms)
    styles = {id(box.style) for box in other}
    assert styles <= {id(box.style) for box in one}
    assert len(styles) < len(other) / 2
    assert {id(lengths_of(box)) for box in other} & {id(lengths_of(box)) for box in one}
    # What a box says is still its own: to take a side of it away takes nothing from those that share with it.
    sharing = next(
        many for box in one if len(many := [each for each in one if lengths_of(each) is lengths_of(box)]) > 1
    )
    sharing[0].remove_decoration_sides.add("top")
    assert sharing[0].remove_decoration_sides == {"top"}
    assert not sharing[1].remove_decoration_sides


@pytest.mark.parametrize(("one", "other"), [(0, False), (1, 1.0), ((1,), [1]), ("1", 1)])
def test_styles_are_shared_only_where_values_are_of_one_type(one: object, other: object) -> None:
    assert _as_key(one) == _as_key(one)
    assert _as_key(one) != _as_key(other)


@pytest.mark.parametrize(
    "value",
    [
        name(random.Random(3), 12),  # noqa: S311  More words than the cell has room for on its lines.
        text("\u202eأمينة\u202c", "Ami\u00adna"),
        text("أمينة\u00a0العلوي " * 30, "Anticonstitutionnellement" * 12),
        text("12", "اسم"),
        text("", ""),
    ],
    ids=["more lines", "signs that turn words round", "far too long", "the other script", "nothing"],
)
def test_what_does_not_fit_is_laid_out_by_itself(
    full: WeasyRenderer, warm: ReusingRenderer, receipt: bytes, value: Text
) -> None:
    other = replace(RECEIPT, rows=(replace(RECEIPT.rows[0], value=value), *RECEIPT.rows[1:]))
    check_same(warm.render(other), full.render(other))
    # What was tried meanwhile left no trace in the pages that are kept.
    before = warm.reused
    check_same(warm.render(RECEIPT), receipt)
    assert warm.reused == before + 1


def test_whatever_goes_wrong_with_kept_pages_a_document_is_drawn(
    reusing: ReusingRenderer, receipt: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("the engine does otherwise than we thought")

    for _ in range(2):
        reusing.render(RECEIPT)
    monkeypatch.setattr(Form, "set", broken)
    check_same(reusing.render(RECEIPT), receipt)


def test_kept_pages_hold_nothing_of_the_last_document_and_go_on_sharing(
    full: WeasyRenderer, reusing: ReusingRenderer
) -> None:
    """Of a form that seldom comes they would hold it for hours; and what was laid out again would share no more."""
    for lines in (1, 1, 5, 1, 5):
        other = with_value("Amine " * 12 * lines)
        check_same(reusing.render(other), full.render(other))
    assert reusing.moved == 2
    (form,) = reusing._forms.values()
    kept = [box for tree in (form._root, *form._pages) for box in in_order(tree)]
    assert "Amine " * 40 not in "".join(getattr(box, "text", "") for box in kept)
    # A few, of tables, depend on what stands around them.
    for name in ("margin_left", "border_top_width", "remove_decoration_sides"):
        assert len([box for box in kept if name in box.__dict__]) < len(kept) / 20, name
