"""Documents as a reader gets them: what can be read back from the PDF, and what its picture shows."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from portal.adapters.pdf.isolate import isolate
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.domain.service import text
from portal.ports_of_documents import PrintedDocument, PrintedList, PrintedRow
from portal.presenting.isolation import visible
from tests.support.looking import pages_of, share_found, text_of
from tests.support.printed_samples import SAMPLES

ROOT = Path(__file__).resolve().parents[2]

RECEIPT = PrintedDocument(
    kind="receipt",
    number="2026/000123",
    reference="BRK-26-7K3F-9Q2X-C",
    title=text("وصل إيداع ملف", "Récépissé de dépôt de dossier"),
    province=text("إقليم بركان", "Province de Berkane"),
    authority=text("الملحقة الإدارية الأولى ببركان", "Première annexe administrative de Berkane"),
    issued_at=datetime(2026, 4, 12, 9, 42, tzinfo=UTC),
    code="7K3F9Q2XAB12CD34",
    verify_url="https://guichet.berkane.example/v/7K3F9Q2XAB12CD34",
    status=text("ملف مودع", "Dossier déposé"),
    rows=(
        PrintedRow(text("الخدمة", "Service"), text("شهادة السكنى", "Certificat de résidence")),
        PrintedRow(text("صاحبة الطلب", "Demandeuse"), text("فاطمة الزهراء بنعلي", "Fatima-Zahra Benali")),
        PrintedRow(text("الهاتف", "Téléphone"), text("+212 6 61 23 45 67", "+212 6 61 23 45 67"), latin=True),
        PrintedRow(text("تاريخ الإيداع", "Déposé le"), text("2026-04-12", "2026-04-12"), latin=True),
        PrintedRow(
            text("آخر أجل للجواب", "Réponse au plus tard le"), text("الأربعاء 15 أبريل 2026", "mercredi 15 avril 2026")
        ),
        PrintedRow(
            text("السند القانوني", "Base légale"), text("القانون رقم 55.19، المادة 10", "Loi n° 55-19, article 10")
        ),
    ),
    lists=(
        PrintedList(
            text("الوثائق المسلمة", "Pièces reçues"),
            (
                text("صورة من البطاقة الوطنية للتعريف (CNIE)", "Copie de la carte nationale (CNIE)"),
                text("عقد كراء مصادق عليه، مؤرخ في 2025-11-03", "Contrat de bail légalisé, daté du 3 novembre 2025"),
            ),
        ),
    ),
    paragraphs=(
        text(
            "إذا لم تجبكم الإدارة داخل الأجل المبين أعلاه، فإن سكوتها لا يعد موافقة، ويمكنكم تقديم طعن داخل 30 يوما "
            "إلى عامل إقليم بركان (القانون رقم 55.19، المادة 21).",
            "Si l’administration ne vous répond pas dans le délai ci-dessus, son silence ne vaut pas accord : "
            "vous pouvez former un recours dans les 30 jours auprès du gouverneur de la province de Berkane "
            "(loi n° 55-19, article 21).",
        ),
        text(
            "يمكنكم كذلك اللجوء إلى مؤسسة الوسيط. الهاتف: 05 36 61 00 00.",
            "Vous pouvez aussi saisir l’institution du Médiateur. Téléphone : 05 36 61 00 00.",
        ),
    ),
    secret="4H7TM9QZ2C",
    notice=text(
        "بوابة تجريبية: هذه الوثيقة لا قيمة قانونية لها.", "Portail de démonstration : document sans valeur juridique."
    ),
)

CERTIFICATE = replace(
    RECEIPT,
    kind="certificate",
    number="2026/000045",
    title=text("شهادة السكنى", "Certificat de résidence"),
    status=None,
    lists=(),
    secret=None,
    paragraphs=(
        text(
            "يشهد رئيس الملحقة الإدارية أن السيدة فاطمة الزهراء بنعلي تسكن فعلا بالعنوان المذكور أعلاه منذ 2024-09-01.",
            "Le chef de l’annexe administrative certifie que Mme Fatima-Zahra Benali réside à l’adresse ci-dessus.",
        ),
    ),
)


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")


@pytest.fixture(scope="module")
def receipt(renderer: WeasyRenderer) -> bytes:
    return renderer.render(RECEIPT)


@pytest.fixture(scope="module")
def certificate(renderer: WeasyRenderer) -> bytes:
    return renderer.render(CERTIFICATE)


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_words_of_both_languages_can_be_read_back(kind: str, renderer: WeasyRenderer) -> None:
    document = SAMPLES[kind]
    pdf = renderer.render(document)
    assert share_found(document, pdf, "ar") >= 0.97
    assert share_found(document, pdf, "fr") >= 0.99


def test_numbers_inside_arabic_are_not_reversed(receipt: bytes) -> None:
    found = text_of(receipt)
    for once_per_language in ("+212 6 61 23 45 67", "2026-04-12"):
        assert found.count(once_per_language) == 2
    for number in ("2025-11-03", "55.19", "05 36 61 00 00", RECEIPT.reference, RECEIPT.number, "7K3F-9Q2X-AB12-CD34"):
        assert number in found
    for reversed_number in ("03-11-2025", "19.55", "00 00 61 36 05"):
        assert reversed_number not in found


def test_brackets_in_french_are_read_back_the_right_way(receipt: bytes) -> None:
    assert "Copie de la carte nationale (CNIE)" in text_of(receipt)


def test_a_letter_first_seen_under_a_vowel_sign_is_read_back_without_it_too(renderer: WeasyRenderer) -> None:
    """The engine alone lets the sign stand for both and «أ» for nothing, all over the document.

    The vowelled word itself is read back with its sign before the letter: Poppler orders them by where they stand.
    """
    title = text("شهادة", "x")
    words = (text("أُرجع إليك الملف.", "x"), text("يُرفض بعد أجل. أو أي أسباب أخرى أعلاه.", "x"))
    # Nothing that is drawn before the paragraph has an «أ»: not even the month.
    document = replace(CERTIFICATE, title=title, authority=title, province=title, rows=(), paragraphs=words)
    document = replace(document, issued_at=datetime(2026, 5, 12, 9, 42, tzinfo=UTC))
    found = text_of(renderer.render(document))
    for word in ("أجل", "أو", "أي", "أسباب", "أخرى", "أعلاه"):
        assert word in found


REFERENCE = "BRK-26-NJQ2-B4ME-Z"


def test_a_word_with_a_dash_is_not_read_back_without_it(renderer: WeasyRenderer) -> None:
    words = text("x", " ".join(f"{'a' * length} ci-dessus {REFERENCE}" for length in range(1, 40)))
    found = text_of(renderer.render(replace(CERTIFICATE, paragraphs=(words,))))
    assert found.count("ci-dessus") == found.count(REFERENCE) == 39
    assert "\u2060" not in found


def test_the_receipt_bears_its_secret_in_two_groups_and_the_pages_to_use(receipt: bytes) -> None:
    found = text_of(receipt)
    assert "4H7TM-9QZ2C" in found
    assert "guichet.berkane.example/fr/track" in found
    assert "guichet.berkane.example/ar/verify" in found


def test_the_moment_of_issue_is_told_in_moroccan_time_and_words(receipt: bytes) -> None:
    found = text_of(receipt)
    assert "12 avril 2026, 10 h 42" in found.replace("\u00a0", " ")
    assert "أبريل" in found
    assert "10:42" in found


def test_the_qr_code_of_the_printed_page_opens_the_verification_page(receipt: bytes) -> None:
    with pypdfium2.PdfDocument(receipt) as opened:
        picture = opened[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == RECEIPT.verify_url
    assert code.ec_level == "Q"


def test_an_ordinary_receipt_fits_one_page(receipt: bytes, certificate: bytes) -> None:
    assert pages_of(receipt) == pages_of(certificate) == 1


def test_a_long_receipt_flows_on_and_keeps_its_notice_on_every_page(renderer: WeasyRenderer) -> None:
    many = tuple(text(f"الوثيقة رقم {number}", f"Pièce n° {number}") for number in range(60))
    pdf = renderer.render(replace(RECEIPT, lists=(PrintedList(text("الوثائق", "Pièces"), many),)))
    found = text_of(pdf)
    assert pages_of(pdf) == 2
    assert all(f"Pièce n° {number}\n" in found for number in range(60))
    assert " ".join(found.split()).count("sans valeur juridique") == 2


def test_a_word_too_long_for_its_place_is_broken_not_cut(renderer: WeasyRenderer) -> None:
    address = "une.adresse.electronique.vraiment.tres.longue@un.domaine.tout.aussi.long.example.org"
    pdf = renderer.render(replace(RECEIPT, rows=(PrintedRow(text("البريد", "Courriel"), text(address, address)),)))
    found = text_of(pdf)
    assert found.count("une.adresse.electronique") == found.count("example.org\n") == 2


def test_the_notice_is_whole_on_a_certificate_too(certificate: bytes) -> None:
    assert "sans valeur juridique" in " ".join(text_of(certificate).split())


def test_nothing_that_a_citizen_wrote_is_read_as_markup_or_fetched(renderer: WeasyRenderer) -> None:
    hostile = [text(written, written) for written in ("<b>Ali</b> {{ 7*7 }}", "<img src='file:///etc/passwd'>")]
    rows = tuple(PrintedRow(text("الاسم", "Nom"), written) for written in hostile)
    pdf = renderer.render(replace(RECEIPT, rows=rows))
    assert text_of(pdf).count("<b>Ali</b> {{ 7*7 }}") == 2
    assert b"root:" not in pdf


@pytest.mark.parametrize(
    "url", ["https://example.org/a.png", "file:///etc/passwd", "fonts:../README.md", "templates:.hidden"]
)
def test_the_renderer_reads_no_file_but_its_own(renderer: WeasyRenderer, url: str) -> None:
    with pytest.raises((ValueError, OSError)):
        renderer._fetcher.fetch(url)


@pytest.mark.parametrize(
    ("written", "isolated"),
    [
        ("القانون رقم 55.19.", 'القانون رقم <span dir="ltr">55.19</span>.'),
        (
            "في 2026-03-12، الهاتف +212 6 61.",
            'في <span dir="ltr">2026-\u206003-\u206012</span>، الهاتف <span dir="ltr">+212 6 61</span>.',
        ),
        (
            "البطاقة (CNIE) رقم FA12",
            'البطاقة (<span dir="ltr" lang="fr">CNIE</span>) رقم <span dir="ltr" lang="fr">FA12</span>',
        ),
        ("نسبة 50 % أو أكثر", 'نسبة <span dir="ltr">50 %</span> أو أكثر'),
        ("شركة IBM (France) بالرباط", 'شركة <span dir="ltr" lang="fr">IBM (France)</span> بالرباط'),
        ("a < b & c", '<span dir="ltr" lang="fr">a &lt; b &amp; c</span>'),
        ("Rue 4 (Essalam).", '<span dir="ltr" lang="fr">Rue 4 (Essalam).</span>'),
        ("السيد ⵄⵍⵉ", 'السيد <span dir="ltr" lang="zgh">ⵄⵍⵉ</span>'),
        ("سطر\nثان", "سطر<br/>ثان"),
    ],
)
def test_latin_runs_inside_arabic_are_isolated(written: str, isolated: str) -> None:
    assert isolate(written, "ar") == isolated


def test_arabic_runs_inside_french_are_isolated_with_their_own_numbers() -> None:
    assert isolate("Rue «ابن سينا», n° 4", "fr") == 'Rue «<span dir="rtl" lang="ar">ابن سينا</span>», n° 4'
    assert isolate("M. علي 12 بن", "fr") == 'M. <span dir="rtl" lang="ar">علي <span dir="ltr">12</span> بن</span>'


def test_marks_that_would_turn_text_around_are_removed() -> None:
    assert visible("refusé\u202eédrocca\u2066 a\x00b") == "refuséédrocca ab"


@pytest.mark.parametrize(
    ("language", "written", "isolated"),
    [
        (
            "fr",
            "habite \u2068زنقة النخيل رقم 12\u2069, Ahfir",
            'habite <span dir="rtl" lang="ar">زنقة النخيل رقم <span dir="ltr">12</span></span>, Ahfir',
        ),
        (
            "fr",
            "habite \u206812، زنقة النخيل\u2069, Ahfir",
            'habite <span dir="rtl" lang="ar"><span dir="ltr">12</span>، زنقة النخيل</span>, Ahfir',
        ),
        (
            "ar",
            "يسكن \u206812 bis, rue Atlas\u2069، أحفير",
            'يسكن <span dir="ltr" lang="fr">12 bis, rue Atlas</span>، أحفير',
        ),
        ("ar", "يسكن \u2068زنقة 4\u2069.", 'يسكن زنقة <span dir="ltr">4</span>.'),
        ("fr", "\u2068<b>\u2069 \u2068x", "&lt;b&gt; x"),
    ],
)
def test_a_value_is_one_run_and_keeps_its_numbers_on_their_side(language: str, written: str, isolated: str) -> None:
    assert isolate(written, language) == isolated


def test_what_an_agent_wrote_stands_whole_below_the_paragraph_that_announces_it(renderer: WeasyRenderer) -> None:
    announced = (text("أسباب الرفض:", "Motifs du refus :"), text("خاتمة.", "Fin."))
    words = "العنوان لا يوافق عقد الكراء رقم 12/2025.\nوثيقة CNIE منتهية الصلاحية."
    found = text_of(renderer.render(replace(CERTIFICATE, paragraphs=announced, statements={0: words})))
    assert found.count("12/2025") == found.count("CNIE") == 1
    assert found.index("Motifs du refus") < found.index("12/2025") < found.index("Fin.")
