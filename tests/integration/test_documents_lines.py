"""Where the lines of a document end: each holds as many words as fit, and nothing that is read as one is broken."""

import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from weasyprint.formatting_structure import boxes

from portal.adapters.pdf.isolate import isolate
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.domain.service import text
from tests.support.printed_samples import SAMPLES

ROOT = Path(__file__).resolve().parents[2]
WORDED = (
    "تشهد السلطة المحلية (الملحقة الإدارية الأولى ببركان) أن السيد(ة) \u2068{name}\u2069، صاحب(ة) البطاقة الوطنية للتعريف "
    "الإلكترونية رقم \u2068FB123456\u2069، يسكن (تسكن) بالعنوان التالي: \u2068زنقة الورود، رقم 12\u2069."
)
NAMES = ("سعيد", "أمينة العلوي", "فاطمة الزهراء بنعلي", "عبد القادر الصغير", "عبد الرحمان بن عبد العزيز المنصوري")


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")


def lines(renderer: WeasyRenderer, ar: str, fr: str = "Texte") -> list[tuple[str, float, float]]:
    """The lines of a certificate's paragraph in both columns: their words, their width, and that of their column."""
    document = replace(SAMPLES["certificate"], paragraphs=(text(ar, fr),), statements={}, lists=())
    found: list[tuple[str, float, float]] = []

    def walk(box: Any, column: float) -> None:
        if isinstance(box, boxes.LineBox):
            words = "".join(one.text for one in box.descendants() if isinstance(one, boxes.TextBox))
            found.append((words, box.width, column))
            return
        column = box.width if isinstance(box, boxes.TableCellBox) else column
        for child in getattr(box, "children", ()):
            walk(child, column)

    laid_out = renderer._set(document)
    (table,) = [
        one
        for one in laid_out.pages[0]._page_box.descendants()
        if isinstance(one, boxes.TableBox) and one.element.get("class") == "paragraphs"
    ]
    walk(table, 0)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_line_ends_only_where_the_next_word_has_no_room(renderer: WeasyRenderer, name: str) -> None:
    found = [one for one in lines(renderer, WORDED.format(name=name)) if one[0] != "Texte"]
    assert len(found) >= 4
    widths = {words: width for words, width, _ in found}
    for (words, width, column), (after, whole, _) in pairwise(found):
        following = after.split()[0]
        # A letter's mean width on its own line tells how wide it is, by and large.
        share = whole * len(following) / len(after)
        assert column - width < share * 1.3 + 6, (words, following, widths)


def test_an_amount_is_not_broken_between_its_digits(renderer: WeasyRenderer) -> None:
    for many in range(8):
        said = f"{'Le montant ' * many}Coût : 110\u202f000 dirhams accordés par le comité provincial du projet"
        assert any("110\u00a0000" in words for words, _, _ in lines(renderer, "نص", said))


def test_a_date_stands_on_one_line(renderer: WeasyRenderer) -> None:
    for many in range(8):
        ar, fr = (
            f"{'كلمة ' * many}صالحة إلى غاية 23 فبراير 2027.",
            f"{'Mots ' * many}valable jusqu’au 1er février 2027.",
        )
        found = "|".join(words.replace("\u00a0", " ") for words, _, _ in lines(renderer, ar, fr))
        assert "23 فبراير 2027" in found
        assert "1er février 2027" in found


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("Refusé : غير كافية بتاريخ 2026-11-21", "غير كافية بتاريخ 2026-11-21"),
        ("Refusé : غير كافية بتاريخ 2026-11-21.", "غير كافية بتاريخ 2026-11-21"),
        ("Refusé (القانون رقم 55.19), merci", "القانون رقم 55.19"),
        ("Il est dit “القانون رقم 55.19” ici", "القانون رقم 55.19"),
        ('Il est dit "القانون رقم 55.19" ici', "القانون رقم 55.19"),
    ],
)
def test_a_number_at_the_end_of_an_arabic_phrase_belongs_to_it(said: str, phrase: str) -> None:
    number = phrase.rpartition(" ")[2]
    inside = phrase.replace(number, f'<span dir="ltr">{number}</span>').replace("-", "-\u2060")
    assert f'<span dir="rtl" lang="ar">{inside}</span>' in isolate(said, "fr")


def test_a_number_before_french_words_does_not() -> None:
    assert isolate("Habite زنقة السلام 12 rue Foch", "fr").endswith("</span> 12 rue Foch")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("délivrée à محمد 21/11/2026 par le caïd", "21/11/2026"),
        ("né de أحمد 2026-11-21 à Berkane", "2026-11-21"),
        ("verser à محمد 1.250,00 DH", "1.250,00"),
        ("appeler محمد 06-12-34-56 demain", "06-12-34-56"),
        ("verser à محمد 120 €", "120 €"),
        ("selon القانون 55.19-2 bis", "55.19-2"),
        ("le محمد 21/11/2026, puis", "21/11/2026"),
    ],
)
def test_a_number_stays_whole_on_one_side(said: str, number: str) -> None:
    """Torn, a date or an amount would be read as another one."""
    assert number in isolate(said, "fr").replace("\u2060", "")


def test_a_line_of_arabic_begins_at_its_margin(renderer: WeasyRenderer) -> None:
    """Where its last word is followed by a code that goes to the next line, the space between does not push it out."""
    # One after the other, every remainder of a line comes up.
    said = tuple(
        text(f"كلمة {'كلمة ' * 4}{'و' * many} \u2068FB123456\u2069 ثم {'كلمة ' * 9}", "Texte") for many in range(8, 32)
    )
    pdf = renderer.render(replace(SAMPLES["certificate"], paragraphs=said, statements={}, lists=()))
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    rights: dict[tuple[int, str], float] = {}
    for number, page in enumerate(done.stdout.decode().split("<page ")):
        for low, right, word in re.findall(r'yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>([^<]*)', page):
            if set(word) <= set("كلمةثو"):
                rights[number, low] = max(rights.get((number, low), 0), float(right))
    assert len(rights) > 50
    margin = median(rights.values())
    assert max(rights.values()) < margin + 0.05, rights
