"""A document as whoever looks at it has it: its words, its pages, its picture."""

import re
import subprocess
from dataclasses import fields, is_dataclass
from typing import Any

import pypdfium2
from PIL import Image

from portal.domain.service import Text
from portal.ports_of_documents import PrintedDocument

# The marks that extracted text carries to say which way each part runs.
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WORDS = {"ar": re.compile("[\u0621-\u0652]{2,}"), "fr": re.compile("[A-Za-zÀ-ÿ]{2,}")}


def text_of(pdf: bytes) -> str:
    """What Poppler reads back from the pages."""
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60).stdout
    return DIRECTION_MARKS.sub("", found.decode())


def texts_of(value: Any) -> list[Text]:
    """Every text of a document in two languages, wherever it stands; the meaning of a picture is not printed."""
    if isinstance(value, Text):
        return [value]
    if isinstance(value, tuple):
        return [found for one in value for found in texts_of(one)]
    if is_dataclass(value):
        return [found for one in fields(value) if one.name != "meaning" for found in texts_of(getattr(value, one.name))]
    return []


def share_found(document: PrintedDocument, pdf: bytes, language: str) -> float:
    """How much of what a document says in a language can be read back from it."""
    wanted = [
        found
        for each in texts_of(document)
        for found in WORDS[language].findall(DIRECTION_MARKS.sub("", each[language]))
    ]
    there = set(WORDS[language].findall(text_of(pdf)))
    return sum(each in there for each in wanted) / len(wanted)


def pages_of(pdf: bytes) -> int:
    """How many pages it has."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return len(opened)


def outside(pdf: bytes) -> list[str]:
    """What is written nearer than four millimetres to an edge of its page, or beyond it."""
    found, margin = [], 11
    with pypdfium2.PdfDocument(pdf) as opened:
        for number, page in enumerate(opened, start=1):
            width, height = page.get_size()
            words = page.get_textpage()
            for place in range(words.count_rects()):
                left, bottom, right, top = words.get_rect(place)
                if left < margin or right > width - margin or bottom < margin or top > height - margin:
                    found.append(f"{number}: {words.get_text_bounded(left, bottom, right, top)}")
    return found


def picture(pdf: bytes, dpi: int, page: int = 0) -> Image.Image:
    """A page in grey, as a printer without colours has it."""
    with pypdfium2.PdfDocument(pdf) as opened:
        drawn: Image.Image = opened[page].render(scale=dpi / 72).to_pil()
        return drawn.convert("L")
