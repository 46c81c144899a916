"""Texts of one line or several, and names in the letters they are written in."""

import pytest

from .field_samples import read, refusal


def test_a_short_text_is_one_line_without_hidden_marks() -> None:
    assert read("short_text", " حي  السلام\u200f\r\n رقم 12\x00 ") == "حي السلام رقم 12"
    assert read("short_text", "cafe\u0301") == "café"


def test_a_text_too_long_or_too_short_is_told_its_limit() -> None:
    assert read("short_text", "ب" * 200) == "ب" * 200
    assert refusal("short_text", "ب" * 201) == ("field.too_long", {"max": "200"})
    assert refusal("short_text", "abcd", max_length=3) == ("field.too_long", {"max": "3"})
    assert refusal("long_text", "abcd", min_length=5) == ("field.too_short", {"min": "5"})


def test_a_long_text_keeps_its_lines_and_counts_characters_not_bytes() -> None:
    assert read("long_text", "سطر \r\n\r\nسطر\tآخر\r") == "سطر\n\nسطر آخر"
    assert len(read("long_text", "ش" * 2000)) == 2000
    assert refusal("long_text", "ش" * 2001) == ("field.too_long", {"max": "2000"})


def test_an_hijri_abbreviation_keeps_its_tatweel_in_a_text() -> None:
    assert read("short_text", "1447 هـ") == "1447 هـ"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("فاطمة  الزهراء", "فاطمة الزهراء"),
        ("محـــمد", "محمد"),
        ("\u202bمحمّد\u202c", "محمّد"),
        ("آيت-علي", "آيت-علي"),
        ("أڭدور", "أڭدور"),
        ("\ufee3\ufea4\ufee4\ufeaa", "محمد"),
    ],
)
def test_an_arabic_name_is_kept_in_its_letters(typed: str, name: str) -> None:
    assert read("name_ar", typed) == name


@pytest.mark.parametrize("typed", ["Fatima", "محمد 2", "محمد!", "٣", "محمد Ali", "-", "؟"])
def test_an_arabic_name_in_other_signs_is_refused(typed: str) -> None:
    assert refusal("name_ar", typed) == ("field.name_ar.script", {})


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Aït  Ali", "Aït Ali"), ("N’Dour", "N'Dour"), ("N´Dour", "N'Dour"), ("BEN‑ALI", "BEN-ALI"), ("Œuvre", "Œuvre")],
)
def test_a_latin_name_keeps_its_accents_and_one_kind_of_apostrophe(typed: str, name: str) -> None:
    assert read("name_fr", typed) == name


@pytest.mark.parametrize("typed", ["فاطمة", "R2D2", "Ali <b>", "Али"])
def test_a_latin_name_in_other_signs_is_refused(typed: str) -> None:
    assert refusal("name_fr", typed) == ("field.name_fr.script", {})
