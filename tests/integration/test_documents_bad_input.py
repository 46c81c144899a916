"""Whatever somebody writes, and whatever is missing: a correct document or a clear error, never a clipped or misleading page."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from weasyprint import HTML

from portal.adapters.pdf.emblem import emblem_url
from portal.adapters.pdf.letters import Letters
from portal.adapters.pdf.page import STYLES
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.domain.service import text
from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import PrintedDocument, PrintedList, PrintedRow
from portal.presenting.isolation import visible
from tests.support.looking import outside, pages_of, text_of, texts_of
from tests.support.pdf_checks import archive_faults, ua_faults
from tests.support.printed_samples import DECISION, EMBLEM, RECEIPT, REQUEST, SAMPLES

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES, FONTS = ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents"

LONG_NAME = text("عبدالقادربنمحمدالحسني" * 10, "Abdelkaderbenmohammedelhassan" * 7)
WORDY = text("كلمة طويلة بعض الشيء " * 12, "une phrase assez longue " * 12)
STYLED = {STYLES.get(kind, "act"): sample for kind, sample in SAMPLES.items()}
"""A document of each style that our kinds are laid out in."""


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(TEMPLATES, FONTS)


@pytest.fixture(scope="module")
def odd(renderer: WeasyRenderer) -> bytes:
    """A receipt on which every answer is one that somebody may well write, and nobody thinks of."""
    return renderer.render(replace(RECEIPT, rows=row(*ODD)))


EMOJI = ("Fatima 😀 中", "مرحبا 👩‍👧 بكم")
NAMES = ("ⵎⵓⵃⵎⵎⴰⴷ ⵓ ⵄⵍⵉ", "Žižek Łódź ŠŠ ŠŠ")
TURNED = "\u202erefusé\u202c ac\u2066cordé\u2069 \x00\x07\x1b[31m"
MARKUP = ("<script>alert(1)</script>", "{{ 7 * 7 }} {% raw %}", '=HYPERLINK("http://x","y")', "&lt;&#x202e;")
ODD = (*EMOJI, *NAMES, TURNED, *MARKUP)


def squeezed(words: str) -> str:
    """The letters alone: a long word is broken over lines, and its bracket may be read back turned round."""
    return re.sub(r"[\s()\[\]«»]", "", words)


def row(*written: str) -> tuple[PrintedRow, ...]:
    return tuple(PrintedRow(text("الجواب", "Réponse"), text(one, one)) for one in written)


def extreme(document: PrintedDocument) -> PrintedDocument:
    """A document with names of two hundred letters without a space wherever there is a name."""
    return replace(
        document,
        title=LONG_NAME,
        authority=LONG_NAME,
        province=LONG_NAME,
        signatory=LONG_NAME,
        stamp=LONG_NAME,
        status=LONG_NAME if document.status else None,
        rows=(PrintedRow(LONG_NAME, LONG_NAME), PrintedRow(LONG_NAME, text("X" * 200, "X" * 200), latin=True)),
        lists=(PrintedList(LONG_NAME, (LONG_NAME, WORDY)),),
        paragraphs=(LONG_NAME, WORDY),
        statements={0: LONG_NAME["fr"], 1: WORDY["ar"]},
    )


@pytest.mark.parametrize("style", STYLED)
def test_names_of_two_hundred_letters_are_whole_in_every_style_and_stay_on_the_page(
    style: str, renderer: WeasyRenderer
) -> None:
    document = extreme(STYLED[style])
    pdf = renderer.render(document)
    read = text_of(pdf)
    found = squeezed(read)
    assert found.count(squeezed(LONG_NAME["fr"])) >= 7
    assert outside(pdf) == []
    assert ua_faults(pdf) == []
    there = set(read.split())
    for said in texts_of(document):
        missing = {word for word in said["fr"].split() if len(word) < 20 and word not in there}
        assert not missing


def test_five_hundred_answers_are_all_there_in_order(renderer: WeasyRenderer) -> None:
    rows = tuple(
        PrintedRow(text(f"السؤال {number}", f"Question {number}"), text(f"جواب {number}", f"Réponse {number}."))
        for number in range(500)
    )
    pdf = renderer.render(replace(RECEIPT, rows=rows))
    words, pages = text_of(pdf), pages_of(pdf)
    found = re.findall(r"Réponse (\d+)\.", words)
    assert found == [str(number) for number in range(500)]
    assert outside(pdf) == []
    assert ua_faults(pdf) == []
    assert [number for number in range(1, pages + 1) if f"page {number} sur {pages}" not in words] == []


def test_an_answer_longer_than_a_page_goes_on_and_loses_no_word(renderer: WeasyRenderer) -> None:
    answer = " ".join(f"mot{number}" for number in range(1200))
    for document in (replace(RECEIPT, rows=row(answer)), replace(DECISION, statements={0: answer})):
        pdf = renderer.render(document)
        assert set(answer.split()) <= set(text_of(pdf).split())
        assert pages_of(pdf) > 2
        assert outside(pdf) == []


def test_thirty_documents_go_on_under_their_heading(renderer: WeasyRenderer) -> None:
    items = tuple(
        text(f"الوثيقة رقم {number} المطلوبة", f"Pièce n° {number}, en copie certifiée conforme à l’original")
        for number in range(30)
    )
    titles = (text("الوثائق المتوصل بها", "Pièces reçues"), text("الوثائق الناقصة", "Pièces manquantes"))
    pdf = renderer.render(replace(RECEIPT, lists=tuple(PrintedList(title, items) for title in titles)))
    found = text_of(pdf)
    assert [found.count(f"Pièce n° {number},") for number in range(30)] == [2] * 30
    assert pages_of(pdf) == 3
    assert (found.count("Pièces reçues"), found.count("Pièces manquantes")) == (2, 1)
    assert outside(pdf) == []


def test_whatever_was_written_the_document_is_one_that_everybody_can_read(odd: bytes) -> None:
    assert archive_faults(odd) == ua_faults(odd) == outside(odd) == []


def test_a_character_without_a_letter_is_printed_by_its_number_not_left_out(odd: bytes) -> None:
    found = text_of(odd)
    for shown in ("[U+1F600]", "[U+4E2D]", "U+1F469", "U+1F467"):
        assert shown in found
    # And no other character is printed so.
    assert set(re.findall("U[+][0-9A-F]+", found)) == {"U+1F600", "U+4E2D", "U+1F469", "U+1F467"}


def test_a_character_without_a_letter_is_printed_wherever_it_was_written(renderer: WeasyRenderer) -> None:
    odd = text("😀", "😀")
    document = replace(
        REQUEST,
        title=odd,
        authority=odd,
        status=odd,
        lists=(PrintedList(odd, (odd,)),),
        paragraphs=(odd,),
        statements={0: "😀"},
    )
    pdf = renderer.render(document)
    assert text_of(pdf).count("U+1F600") >= 12
    assert ua_faults(pdf) == []


def test_names_in_tifinagh_and_in_other_latin_letters_are_drawn(odd: bytes) -> None:
    assert [text_of(odd).count(one) for one in NAMES] == [2, 2]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Élodie", "Élodie"),
        ("E\u0301lodie", "Élodie"),
        ("\ufefb\ufb01", "لاfi"),
        ("a\u0301\u0301\u0301\u0301\u0301b", "á\u0301\u0301\u0301[U+0301]b"),
        ("x\ud800y\ue000", "x[U+D800]y[U+E000]"),
        ("non\u00adtoken\u2060", "nontoken"),
        ("❤\ufe0f", "[U+2764]"),
    ],
)
def test_letters_of_another_shape_are_the_letters_they_are(written: str, printed: str, renderer: WeasyRenderer) -> None:
    assert visible(renderer._drawable(written)) == printed


def test_ordinary_words_are_left_as_they_are() -> None:
    letters = Letters(frozenset("abc "))
    assert letters("a b c") == "a b c"
    assert letters("a\u2068b\u2069\n") == "a\u2068b\u2069\n"


def test_marks_that_turn_a_text_round_do_not_turn_a_document(odd: bytes) -> None:
    assert text_of(odd).count("refusé accordé [31m") == 2


def test_markup_formulas_and_placeholders_are_printed_as_they_were_written(odd: bytes) -> None:
    found = squeezed(text_of(odd))
    for one in MARKUP:
        assert found.count(squeezed(one)) == 2, one


@pytest.mark.parametrize("name", ["naskh-bold.ttf", "tifinagh-regular.ttf"])
def test_a_missing_font_stops_the_document_and_is_named(name: str, tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    shutil.copytree(FONTS, fonts)
    (fonts / name).unlink()
    with pytest.raises(Unreachable, match=name):
        WeasyRenderer(TEMPLATES, fonts)
    (fonts / name).write_bytes(b"no font at all")
    with pytest.raises(Unreachable, match=name):
        WeasyRenderer(TEMPLATES, fonts)


def test_the_fonts_of_the_machine_are_never_used(renderer: WeasyRenderer) -> None:
    drawn = HTML(string="<p style='font-family: DejaVu Sans'>x 中</p>").render(font_config=renderer._fonts)
    drawn.write_pdf()
    assert {font.family for font in drawn.fonts.values()} <= renderer._families


def test_a_document_drawn_in_a_font_of_others_is_not_handed_out(renderer: WeasyRenderer) -> None:
    families = renderer._families
    try:
        renderer._families = families - {"naskh"}
        with pytest.raises(Unreachable, match="naskh"):
            renderer.render(RECEIPT)
    finally:
        renderer._families = families


@pytest.mark.parametrize(
    "svg",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.org/a.png"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="file:///etc/passwd#a"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"><use l:href="https://x.example/#a"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(https://x.example/#a)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><path style="fill:\\75rl(file:///a)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><style>@import "https://x.example/a.css";</style></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><text>Wilaya</text></svg>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        '<?x <!-- ?><!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"><!-- --><title>&a;</title></svg>',
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        "<svg",
        "<svg>" + " " * 300_000 + "</svg>",
    ],
)
def test_an_emblem_that_is_more_than_a_drawing_is_refused(svg: str, renderer: WeasyRenderer) -> None:
    with pytest.raises(Rejected, match="emblem"):
        renderer.render(replace(RECEIPT, emblem=svg))


def test_an_emblem_of_shapes_is_drawn(renderer: WeasyRenderer) -> None:
    told = EMBLEM.replace("><", "><!-- <!DOCTYPE svg> is no more than said here --><", 1)
    for svg in (EMBLEM, told):
        assert emblem_url(svg).startswith("data:image/svg+xml;base64,")
    plain = replace(RECEIPT, rows=(), period=None, lists=(), paragraphs=())
    assert renderer.render(plain) != renderer.render(replace(plain, emblem=None))


def test_the_emblem_of_the_province_is_one_that_we_draw(renderer: WeasyRenderer) -> None:
    for file in (ROOT / "services" / "territory" / "emblems").glob("*.svg"):
        assert archive_faults(renderer.render(replace(RECEIPT, emblem=file.read_text("utf-8")))) == []
