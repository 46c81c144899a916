"""Sheets that are printed, parted and mixed up: each says what it belongs to, and no signature stands by itself."""

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from portal.adapters.pdf.renderer import WeasyRenderer
from portal.domain.service import Text, text
from portal.ports_of_documents import PrintedDocument
from tests.support.looking import DIRECTION_MARKS, outside, pages_of
from tests.support.pdf_checks import archive_faults, ua_faults, words_of
from tests.support.printed_samples import SAMPLES

ROOT = Path(__file__).resolve().parents[2]
SIGNED_BY = "Le chef de l’annexe"
FULL = {"receipt": 7, "decision": 12, "certificate": 10}
"""With so many entries or paragraphs a document of a kind needs a second sheet."""


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")


def page_text(pdf: bytes, number: int) -> str:
    """What Poppler reads on one page, counted from 1."""
    command = ["pdftotext", "-layout", "-f", str(number), "-l", str(number), "-", "-"]
    found = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60).stdout
    return DIRECTION_MARKS.sub("", found.decode())


def numbered(count: int) -> tuple[Text, ...]:
    return tuple(
        text(
            f"الفقرة {number}: سلمت هذه الوثيقة للإدلاء بها.",
            f"Alinéa {number} : la présente est délivrée pour servir.",
        )
        for number in range(1, count + 1)
    )


def lengthened(kind: str, count: int) -> PrintedDocument:
    """A document with so many documents listed in it, or paragraphs."""
    document = SAMPLES[kind]
    if kind != "receipt":
        return replace(document, paragraphs=numbered(count), statements={})
    return replace(document, lists=(replace(document.lists[0], items=numbered(count)),))


@pytest.mark.parametrize("kind", FULL)
def test_a_signature_never_stands_alone_on_a_sheet(renderer: WeasyRenderer, kind: str) -> None:
    seen = set()
    for count in range(FULL[kind] - 1, FULL[kind] + 3):
        pdf = renderer.render(lengthened(kind, count))
        last = page_text(pdf, pages_of(pdf))
        seen.add(pages_of(pdf))
        before, signed, _ = last.partition(SIGNED_BY)
        assert signed, f"{count}: the signature is not on the last page"
        assert ("Médiateur" if kind == "receipt" else f"Alinéa {count} ") in before, f"{count}: it stands alone"
    assert seen == {1, 2}


@pytest.mark.parametrize("kind", FULL)
def test_every_sheet_but_the_first_says_again_what_it_belongs_to(renderer: WeasyRenderer, kind: str) -> None:
    document = lengthened(kind, 60)
    pdf = renderer.render(document)
    assert pages_of(pdf) > 1
    assert page_text(pdf, 1).count(document.number) == 2, "in the strip and in the foot"
    for number in range(2, pages_of(pdf) + 1):
        # Of what is set side by side some stands a little higher.
        head = " ".join(page_text(pdf, number).split("\n\n")[0].split())
        for words in (document.title["ar"], document.title["fr"], document.number):
            assert words in head, (number, head)
    assert outside(pdf) == []
    assert archive_faults(pdf) == []
    assert ua_faults(pdf) == []


def test_what_is_said_again_is_not_read_aloud_again(renderer: WeasyRenderer) -> None:
    document = lengthened("receipt", 60)
    with pikepdf.open(io.BytesIO(renderer.render(document))) as opened:
        aloud = "".join(words_of(opened).values())
    read = "".join(DIRECTION_MARKS.sub("", aloud).split())
    assert read.count("Récépissédedépôt") == 1
    assert read.count(document.number) == 1


@pytest.mark.parametrize("kind", FULL)
def test_a_title_of_two_hundred_letters_stays_within_its_head(renderer: WeasyRenderer, kind: str) -> None:
    long = text("شهادة السكنى " * 16, "Certificat de résidence " * 9)
    pdf = renderer.render(replace(lengthened(kind, 60), title=long))
    assert page_text(pdf, 1).count("résidence") >= 9
    assert outside(pdf) == []


def test_a_document_of_one_sheet_has_no_second_head(renderer: WeasyRenderer) -> None:
    for document in SAMPLES.values():
        pdf = renderer.render(document)
        assert pages_of(pdf) == 1
        assert page_text(pdf, 1).count(document.number) == 2
