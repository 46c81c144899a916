"""What a seal says of a document and of people: masked, short, and no more than the paper does."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.adapters.sealing.sealer import FolderSealer
from portal.domain.issued import DocumentKind
from portal.domain.service import text
from portal.ports_of_documents import PrintedDocument
from portal.presenting.sealed import masked_identifier, masked_name, seal_link, sealed
from tests.support.seals import sealer_in

AMINA = {"name": {"ar": "أمينة العلوي", "fr": "Amina El Alaoui"}, "cnie": "FB123456"}
DOCUMENT = PrintedDocument(
    kind="certificate",
    number="A-AB1-2026-000017",
    reference="BRK-26-7K3F-9Q2X-C",
    title=text("شهادة السكنى", "Certificat de résidence"),
    province=text("إقليم بركان", "Province de Berkane"),
    authority=text("الملحقة الأولى", "Première annexe"),
    issued_at=datetime(2026, 3, 2, 9, 15, 1, 250_000, tzinfo=UTC),
    code="0123456789ABCDEF",
    verify_url="https://portal.example/v/0123456789ABCDEF",
    expires_on=date(2026, 9, 2),
    data=orjson.dumps({"holder": AMINA, "outcome": "granted"}),
)
ID = bytes(range(10))


@pytest.fixture(scope="module")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> FolderSealer:
    return sealer_in(tmp_path_factory.mktemp("keys"))


def about(holder: object) -> PrintedDocument:
    return replace(DOCUMENT, data=orjson.dumps({"holder": holder, "outcome": None}))


def test_it_says_what_the_document_is_for_whom_and_until_when() -> None:
    found = sealed(DOCUMENT, DocumentKind.CERTIFICATE, ID)
    assert (found.kind, found.number, found.outcome) == ("certificate", "A-AB1-2026-000017", "granted")
    assert (found.title["ar"], found.title["fr"]) == ("شهادة السكنى", "Certificat de résidence")
    assert (found.name["ar"], found.name["fr"], found.identifier) == ("أمينة ا…", "Amina E… A…", "•••456")
    assert found.issued_at == datetime(2026, 3, 2, 9, 15, 1, tzinfo=UTC)
    assert (found.expires_on, found.id) == (date(2026, 9, 2), ID)


def test_its_digest_is_that_of_the_very_octets_attached_to_the_document() -> None:
    assert sealed(DOCUMENT, DocumentKind.CERTIFICATE, ID).digest == hashlib.sha256(DOCUMENT.data).digest()


@pytest.mark.parametrize("holder", [None, {"name": None, "cnie": None}])
def test_of_whom_the_paper_does_not_name_it_says_nothing(holder: object) -> None:
    found = sealed(about(holder), DocumentKind.DECISION, ID)
    assert (found.name["ar"], found.name["fr"], found.identifier) == ("", "", "")


def test_a_name_in_one_script_and_a_number_that_is_masked_on_paper_stay_what_they_are() -> None:
    found = sealed(about({"name": {"ar": "Amina", "fr": "Amina"}, "cnie": "•••456"}), DocumentKind.RECEIPT, ID)
    assert (found.name["ar"], found.name["fr"], found.identifier) == ("Amina", "Amina", "•••456")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Amina El Alaoui", "Amina E… A…"),
        ("أمينة", "أمينة"),
        ("  Zineb \n  Y  Tazi ", "Zineb Y T…"),
        ("\u2068Amina\u2069 \u202eEl Alaoui", "Amina E… A…"),
        ("a \u200f b", "a b"),
        ("", ""),
        ("\u200f", ""),
    ],
)
def test_a_name_is_recognised_by_those_who_know_it(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("FB123456", "•••456"), ("fb 123456", "•••456"), ("A1234", "•••"), ("", ""), ("•••456", "•••456"), ("–", "•••")],
)
def test_of_a_card_three_characters_are_left(number: str, masked: str) -> None:
    assert masked_identifier(number) == masked


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("https://services.berkane.ma", "HTTPS://SERVICES.BERKANE.MA/V/ABC"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/V/ABC"),
        ("https://berkane.ma/Guichet", "HTTPS://BERKANE.MA/Guichet/V/ABC"),
        ("https://بركان.المغرب", "HTTPS://XN--MGBB1A2EQ.XN--MGBC0A9AZCG/V/ABC"),
    ],
)
def test_the_link_is_in_capitals_wherever_that_changes_nothing(base: str, link: str) -> None:
    assert seal_link(base, "ABC") == link


# Letters of one octet to four, one that decomposes, some that grow in capitals, and what is a space or nothing to the eye.
LETTERS = "Aaß7éﬃمลΐ中😀\u0301 \n\u2028\u3000\u00ad\u200f\u202e\u2068\ue000\ufeff\x00\U000e0041\u0378-•–"
WORDS = st.one_of(
    st.text(LETTERS, max_size=60),
    # Long words of one letter, with which all of them together are the most, or which nobody sees at all.
    st.builds(lambda one, times: one * times, st.sampled_from(LETTERS), st.integers(0, 200)),
    st.text(max_size=20),
)


@given(WORDS, WORDS, WORDS, WORDS, st.one_of(st.text(LETTERS, max_size=9), st.text(max_size=20)))
@example("م" * 200, "\u200b", "م" * 200, "\u202e", "FB123456")
@example("\u200b", "M" * 200, "\u202e", "😀" * 200, "ﬃ" * 6)
@example("م" * 200, "中" * 200, "中" * 200, "😀" * 200, "😀" * 20)
@settings(deadline=None)
def test_whatever_people_are_called_it_can_be_sealed(
    sealer: FolderSealer, title_ar: str, title_fr: str, name_ar: str, name_fr: str, cnie: str
) -> None:
    holder = {"name": {"ar": name_ar, "fr": name_fr}, "cnie": cnie}
    found = sealed(replace(about(holder), title=text(title_ar, title_fr)), DocumentKind.RECEIPT, ID)
    written = sealer.seal(found)
    assert len(written) <= 640
    assert sealer.read(written) == found


def test_long_words_are_cut_where_they_are_longest_so_that_all_of_them_fit(
    sealer: FolderSealer, tmp_path: Path
) -> None:
    holder = {"name": {"ar": "م" * 200, "fr": "Amina"}, "cnie": "FB123456"}
    document = replace(about(holder), title=text("شهادة " * 20, "Certificat de résidence principale et secondaire"))
    found = sealed(document, DocumentKind.CERTIFICATE, ID)
    assert found.name["fr"] == "Amina"
    cut = (found.title["ar"], found.title["fr"], found.name["ar"])
    assert all(one.endswith("…") for one in cut)
    assert {len(one) for one in cut} <= set(range(32, 41))
    assert sealer.read(sealer.seal(found)) == found
