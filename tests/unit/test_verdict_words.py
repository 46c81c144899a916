"""One word for one idea: what the portal gives is issued, and what no longer stands is revoked, in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
ABOUT_DOCUMENTS = re.compile(r"\b(issued?|revoked?)\b", re.IGNORECASE)
OTHER_WORDS = {
    "fr": re.compile(r"\b(émis|émise|émises|émettre|annulée?s?|retirée?s?)\b", re.IGNORECASE),
    # Withdrawn and cancelled are what an applicant does to a request, never what becomes of a document.
    "ar": re.compile(r"ألغ|أُلغ|إلغا|سُحب|سحبت|ملغ"),
}
WORDS = {"fr": "révoqu", "ar": "بطل|إبطال"}


def said(language: str) -> list[Message]:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return [one for one in read_po(source, locale=language) if isinstance(one.id, str) and one.id]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_issuing_and_revoking_have_one_word_each(language: str) -> None:
    about = [one for one in said(language) if ABOUT_DOCUMENTS.search(str(one.id))]
    assert [one.id for one in about if OTHER_WORDS[language].search(str(one.string))] == []
    revoked = [one for one in about if re.search(r"\brevoked?\b", str(one.id), re.IGNORECASE)]
    assert len(revoked) > 5
    assert [one.id for one in revoked if not re.search(WORDS[language], str(one.string).lower())] == []


def test_the_clerks_guide_uses_the_same_words() -> None:
    assert re.findall(r"\bémi(?:s|se)\b|\bémettre\b", (ROOT / "docs" / "clerks.md").read_text("utf-8")) == []
