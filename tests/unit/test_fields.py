"""What each type of question makes of what people really type."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.service import Field, Limits, Option, text
from portal.domain.territory import Bounds, Commune, District, ProvinceMap, Territory
from portal.fields import FIELD_TYPES, cleaning
from portal.fields.base import Surroundings, Wrong
from portal.fields.phone import spaced

BERKANE = Commune("02.113.01.09", text("بركان", "Berkane"), urban=True, population=99_069)
AHFIR = Commune("02.113.01.01", text("أحفير", "Ahfir"), urban=True, population=16_310)
TERRITORY = Territory(
    province=text("إقليم بركان", "Province de Berkane"),
    communes=(BERKANE, AHFIR),
    units=(),
    districts={BERKANE.code: (District("hay-salam", text("حي السلام", "Hay Salam")),)},
)
AROUND = Surroundings(TERRITORY, date(2026, 3, 12))
OPTIONS = (Option("owner", text("مالك", "Propriétaire")), Option("tenant", text("مكتر", "Locataire")))
SENTENCE = text("أصرح بشرفي", "Je déclare sur l’honneur")


def question(kind: str, **limits: Any) -> Field:
    options = OPTIONS if kind == "choice" else ()
    statement = SENTENCE if kind in ("statement", "consent") else None
    return Field("q", kind, text("سؤال", "Question"), options=options, limits=Limits(**limits), statement=statement)


def read(kind: str, typed: str, **limits: Any) -> Any:
    return FIELD_TYPES[kind].read(question(kind, **limits), {"q": typed}, AROUND)


def read_date(day: str, month: str, year: str, **limits: Any) -> Any:
    raw = {"q-day": day, "q-month": month, "q-year": year}
    return FIELD_TYPES["date"].read(question("date", **limits), raw, AROUND)


def show(kind: str, value: Any, language: str = "fr") -> str:
    return FIELD_TYPES[kind].show(question(kind), value, language, AROUND)


def refusal(kind: str, typed: str, **limits: Any) -> tuple[str, Mapping[str, str]]:
    with pytest.raises(Wrong) as caught:
        read(kind, typed, **limits)
    return caught.value.key, caught.value.params


def date_refusal(day: str, month: str, year: str, **limits: Any) -> tuple[str, Mapping[str, str]]:
    with pytest.raises(Wrong) as caught:
        read_date(day, month, year, **limits)
    return caught.value.key, caught.value.params


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("typed", ["", "   ", "\u200f\u00a0\n", "\u202a\u202c"])
def test_what_looks_empty_is_no_answer(kind: str, typed: str) -> None:
    controls = FIELD_TYPES[kind].controls(question(kind))
    assert FIELD_TYPES[kind].read(question(kind), dict.fromkeys(controls, typed), AROUND) is None
    assert FIELD_TYPES[kind].read(question(kind), {}, AROUND) is None


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_a_saved_answer_is_read_again_as_itself_and_fits_its_schema(kind: str) -> None:
    field, type_ = question(kind), FIELD_TYPES[kind]
    schema = jsonschema_rs.Draft202012Validator(type_.schema(field), validate_formats=True)
    assert type_.sample(field)[0] is None
    for value in type_.sample(field):
        written = type_.write(field, value)
        assert set(written) == set(type_.controls(field))
        assert type_.read(field, written, AROUND) == value
        assert value is None or schema.is_valid(value)


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_no_answer_is_written_and_shown_as_nothing(kind: str) -> None:
    assert set(FIELD_TYPES[kind].write(question(kind), None).values()) == {""}
    assert show(kind, None) == ""


ODD = st.text(
    alphabet=st.sampled_from("aé6٣۴ـ\u200f\u202e\u2066\u00a0\u200d\u200c\t\r\n\u2028\x00\ud800e\u0301-+.,'´ﻻ ")
)


@given(ODD)
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    for clean in (cleaning.line, cleaning.paragraphs, cleaning.code, cleaning.name):
        once = clean(typed)
        assert clean(once) == once
        once.encode("utf-8")
        assert "\x00" not in once


@pytest.mark.parametrize("kind", FIELD_TYPES)
@given(typed=ODD)
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_is_refused_politely_or_fits_the_schema(kind: str, typed: str) -> None:
    field, type_ = question(kind), FIELD_TYPES[kind]
    try:
        value = type_.read(field, dict.fromkeys(type_.controls(field), typed), AROUND)
    except Wrong:
        return
    assert value is None or jsonschema_rs.is_valid(type_.schema(field), value, validate_formats=True)
    assert type_.read(field, type_.write(field, value), AROUND) == value


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


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("7", "8", "1985"),
        ("07", "08", "1985"),
        ("٠٧", "٠٨", "١٩٨٥"),
        ("۷", "۸", "۱۹۸۵"),
        (" 7\u200f", "غشت", "1985"),
        ("7", "أغسطس", "1985"),
        ("7", "Août", "1985"),
        ("7", "AOUT", "1985"),
    ],
)
def test_a_date_is_understood_however_it_is_written(day: str, month: str, year: str) -> None:
    assert read_date(day, month, year) == "1985-08-07"


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("يناير janvier janv.", 1),
        ("فبراير février fév fevr.", 2),
        ("مارس mars", 3),
        ("أبريل ابريل إبريل avr.", 4),
        ("ماي مايو mai", 5),
        ("يونيو juin", 6),
        ("يوليوز يوليو juillet juil.", 7),
        ("غشت أغسطس août", 8),
        ("شتنبر سبتمبر sept.", 9),
        ("أكتوبر اكتوبر oct", 10),
        ("نونبر نوفمبر nov.", 11),
        ("دجنبر ديسمبر décembre", 12),
    ],
)
def test_months_are_known_by_their_moroccan_and_french_names(names: str, month: int) -> None:
    for name in names.split():
        assert read_date("1", name, "2020") == f"2020-{month:02}-01"


@pytest.mark.parametrize(
    ("day", "month", "year", "key", "part"),
    [
        ("", "3", "1985", "day_missing", "day"),
        ("1", "", "1985", "month_missing", "month"),
        ("1", "3", "", "year_missing", "year"),
        ("32", "3", "1985", "day_invalid", "day"),
        ("0", "3", "1985", "day_invalid", "day"),
        ("un", "3", "1985", "day_invalid", "day"),
        ("1", "13", "1985", "month_invalid", "month"),
        ("1", "jui", "1985", "month_invalid", "month"),
        ("1", "ramadan", "1985", "month_invalid", "month"),
        ("1", "3", "85", "year_short", "year"),
        ("1", "3", "٨٥", "year_short", "year"),
        ("1", "3", "19855", "year_invalid", "year"),
        ("1", "3", "0085", "year_invalid", "year"),
        ("1", "3", "1405", "year_hijri", "year"),
        ("31", "2", "1985", "no_such_day", "day"),
        ("29", "2", "2025", "no_such_day", "day"),
    ],
)
def test_a_wrong_date_says_which_part_is_wrong(day: str, month: str, year: str, key: str, part: str) -> None:
    assert date_refusal(day, month, year) == (f"field.date.{key}", {"part": part})


def test_a_date_keeps_to_its_limits_both_ends_allowed() -> None:
    assert read_date("12", "3", "2026", not_after="today", not_before="today") == "2026-03-12"
    assert date_refusal("13", "3", "2026", not_after="today") == ("field.date.after_today", {})
    assert date_refusal("11", "3", "2026", not_before="today") == ("field.date.before_today", {})
    assert date_refusal("31", "12", "1999", not_before="2000-01-01") == ("field.date.before", {"date": "2000-01-01"})
    assert date_refusal("2", "1", "2000", not_after="2000-01-01") == ("field.date.after", {"date": "2000-01-01"})


def test_a_date_is_shown_with_the_moroccan_name_of_its_month() -> None:
    assert show("date", "2026-03-12", "fr") == "12 mars 2026"
    assert show("date", "2026-03-12", "ar") == "12 مارس 2026"
    assert show("date", "2026-08-12", "ar") == "12 غشت 2026"


def test_a_birth_date_that_cannot_be_read_is_asked_anew() -> None:
    assert FIELD_TYPES["date"].write(question("date"), "1985") == {"q-day": "", "q-month": "", "q-year": ""}


def test_a_choice_is_one_of_the_options() -> None:
    assert read("choice", " tenant ") == "tenant"
    assert refusal("choice", "squatter") == ("field.choice.unknown", {})
    assert show("choice", "tenant", "ar") == "مكتر"


def test_yes_and_no_are_true_and_false() -> None:
    assert read("yes_no", "yes") is True
    assert read("yes_no", "no") is False
    assert refusal("yes_no", "perhaps") == ("field.choice.unknown", {})


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678",
        "06 12 34 56 78",
        "06-12.34/56 78",
        "+212 612-345678",
        "+212 (0) 6 12 34 56 78",
        "00212612345678",
        "212612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "\u202a+212612345678\u202c",
        "۰۶۱۲۳۴۵۶۷۸",
    ],
)
def test_a_moroccan_number_is_understood_however_it_is_typed(typed: str) -> None:
    assert read("phone", typed) == "+212612345678"


def test_fixed_special_and_foreign_numbers_are_taken() -> None:
    assert read("phone", "05 36 61 23 45") == "+212536612345"
    assert read("phone", "0801001122") == "+212801001122"
    assert read("phone", "+33 6 12 34 56 78") == "+33612345678"


@pytest.mark.parametrize(
    "typed", ["06123456", "061234567890", "0912345678", "06 CALL ME NOW", "+999123456789", "1" * 300]
)
def test_what_cannot_be_dialled_is_refused(typed: str) -> None:
    assert refusal("phone", typed) == ("field.phone.invalid", {})


def test_a_phone_number_is_shown_in_pairs_and_a_foreign_one_with_its_code() -> None:
    assert show("phone", "+212612345678") == "06 12 34 56 78"
    assert show("phone", "+33612345678") == "+33 6 12 34 56 78"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" fatima.ali@Example.MA ", "fatima.ali@example.ma"),
        ("\u200efatima@example.ma\u200f", "fatima@example.ma"),
        ("f+portal@mail.example.co.ma", "f+portal@mail.example.co.ma"),
        ("fatima1@xn--mgbc0a9azcg", None),
    ],
)
def test_an_email_address_is_kept_with_its_domain_in_small_letters(typed: str, address: str | None) -> None:
    if address is None:
        assert refusal("email", typed) == ("field.email.invalid", {})
    else:
        assert read("email", typed) == address


@pytest.mark.parametrize(
    "typed",
    ["fatima", "fatima@", "@example.ma", "fatima@example", "fa tima@example.ma", "a@b@example.ma", "a..b@example.ma"],
)
def test_what_no_mail_can_reach_is_refused(typed: str) -> None:
    assert refusal("email", typed) == ("field.email.invalid", {})


def test_an_address_cannot_carry_a_second_header() -> None:
    assert refusal("email", "a@example.ma\r\nBcc: b@example.ma") == ("field.email.invalid", {})


@pytest.mark.parametrize("typed", ["fa123456", "FA 123456", "Fa-١٢٣٤٥٦", "\u202aFA123456\u202c", "ＦＡ１２３４５６"])
def test_a_card_number_is_kept_in_capitals_without_spaces(typed: str) -> None:
    assert read("cnie", typed) == "FA123456"


BOUNDED = replace(TERRITORY, map=ProvinceMap(Bounds(south=34.6, west=-2.9, north=35.2, east=-1.98), ()))


def read_point(lat: str, lon: str = "", territory: Territory = BOUNDED) -> Any:
    raw = {"q-lat": lat, "q-lon": lon}
    return FIELD_TYPES["point"].read(question("point"), raw, Surroundings(territory, AROUND.today))


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("34.92", "-2.32"),
        ("34,92000", "−2,32"),
        ("٣٤٫٩٢", "-٢٫٣٢"),
        ("۳۴.۹۲", "-۲.۳۲"),
        (" +34.92° ", "-2.32 °"),
        ("34.9200004", "-2.3199996"),
        ("34.920000, -2.320000", ""),
        ("34.92,-2.32", ""),
        ("34,92; -2,32", ""),
        ("34.92 -2.32", ""),
    ],
)
def test_a_point_is_read_however_maps_and_keyboards_write_it(lat: str, lon: str) -> None:
    assert read_point(lat, lon) == "34.92000,-2.32000"


@pytest.mark.parametrize(
    ("lat", "lon", "key"),
    [
        ("34.92", "", "field.point.lon_missing"),
        ("34,92", "", "field.point.lon_missing"),
        ("", "-2.32", "field.point.lat_missing"),
        ("north", "-2.32", "field.point.invalid"),
        ("34.92", "1e1", "field.point.invalid"),
        ("34.92", "nan", "field.point.invalid"),
        ("0," + "." * 250_000 + ",", "", "field.point.invalid"),
        ("91", "-2.32", "field.point.invalid"),
        ("34.92", "-180.1", "field.point.invalid"),
        ("34.92.1", "-2.32", "field.point.invalid"),
        ("48.85", "2.35", "field.point.outside"),
        ("34.92", "2.32", "field.point.outside"),
        ("-34.92", "-2.32", "field.point.outside"),
    ],
)
def test_what_is_no_point_of_the_province_is_refused(lat: str, lon: str, key: str) -> None:
    with pytest.raises(Wrong) as caught:
        read_point(lat, lon)
    assert caught.value.key == key


def test_a_point_is_anywhere_on_earth_where_the_province_has_drawn_no_map() -> None:
    assert read_point("-0.000001", "180", TERRITORY) == "0.00000,180.00000"


def test_a_point_is_shown_as_a_map_takes_it_in_every_language() -> None:
    for language in ("ar", "fr"):
        assert show("point", "34.92000,-2.32000", language) == "34.92000, -2.32000"


@pytest.mark.parametrize("typed", ["123456", "ABC123", "AB1234567", "AB", "ا123456"])
def test_what_is_no_card_number_is_refused(typed: str) -> None:
    assert refusal("cnie", typed) == ("field.cnie.invalid", {})


def test_a_place_is_one_of_the_territory_and_a_divided_commune_is_none() -> None:
    assert read("place", "02.113.01.09/hay-salam") == "02.113.01.09/hay-salam"
    assert refusal("place", "02.113.01.09") == ("field.place.unknown", {})
    assert show("place", "02.113.01.01", "ar") == "أحفير"
    assert show("place", "99.999", "ar") == "99.999"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("١٢", 12),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("١٢٫٥", 12.5),
        ("12.345,6", 12345.6),
        ("12.345", 12345),
        ("12,345", 12.345),
        ("12 345,60", 12345.6),
        ("12\u202f345", 12345),
        ("12,345.6", 12345.6),
        ("1,234,567", 1234567),
        ("0.345", 0.345),
        ("-3", -3),
        ("−3,0", -3),
        ("007", 7),
    ],
)
def test_a_number_is_read_as_moroccans_write_it(typed: str, value: float) -> None:
    answer = read("number", typed)
    assert answer == value
    assert type(answer) is type(value)


@pytest.mark.parametrize("typed", ["douze", "12 5", "1.2.3", "1e5", "NaN", "Infinity", "--1", "12,", "0x10", "1,2,3"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert refusal("number", typed) == ("field.number.invalid", {})


def test_a_number_keeps_to_its_limits_and_to_what_json_keeps_exactly() -> None:
    limits = {"minimum": Decimal("0.5"), "maximum": Decimal(10)}
    assert read("number", "0,5", **limits) == 0.5
    assert refusal("number", "0,4", **limits) == ("field.number.too_low", {"min": "0.5"})
    assert refusal("number", "11", **limits) == ("field.number.too_high", {"max": "10"})
    assert refusal("number", "1234567890123456") == ("field.number.too_many_digits", {"max": "15"})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_a_number_comes_back_from_its_control_unchanged(value: Decimal) -> None:
    answer = read("number", format(value, "f").replace(".", ","))
    assert Decimal(str(answer)) == value
    written = FIELD_TYPES["number"].write(question("number"), answer)
    assert FIELD_TYPES["number"].read(question("number"), written, AROUND) == answer


def test_a_number_is_shown_with_moroccan_signs() -> None:
    assert show("number", 12345.6789, "ar") == "12.345,6789"
    assert show("number", 3, "ar") == "3"


@pytest.mark.parametrize("kind", ["statement", "consent"])
def test_a_statement_is_true_once_ticked_and_never_false(kind: str) -> None:
    assert read(kind, "yes") is True
    assert read(kind, "on") is True
    assert read(kind, "no") is None
    assert show(kind, True, "fr") == SENTENCE["fr"]


@pytest.mark.parametrize("number", ["+212661234567", "0661234567", "06 61 23 45 67"])
def test_a_moroccan_phone_is_shown_in_one_form(number: str) -> None:
    assert spaced(number.replace(" ", "")) == "06 61 23 45 67"
