"""Days and months, however they are written."""

from collections.abc import Mapping
from typing import Any

import pytest

from portal.fields import FIELD_TYPES

from .field_samples import question, read_parts, refusal_of_parts, show


def read_date(day: str, month: str, year: str, **limits: Any) -> Any:
    return read_parts("date", {"day": day, "month": month, "year": year}, **limits)


def date_refusal(day: str, month: str, year: str, **limits: Any) -> tuple[str, Mapping[str, str]]:
    return refusal_of_parts("date", {"day": day, "month": month, "year": year}, **limits)


def read_month(month: str, year: str, **limits: Any) -> Any:
    return read_parts("month", {"month": month, "year": year}, **limits)


def month_refusal(month: str, year: str, **limits: Any) -> tuple[str, Mapping[str, str]]:
    return refusal_of_parts("month", {"month": month, "year": year}, **limits)


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


@pytest.mark.parametrize(("month", "year"), [("3", "2026"), ("٠٣", "٢٠٢٦"), (" مارس", "2026"), ("Mars", " 2026 ")])
def test_a_month_is_understood_however_it_is_written(month: str, year: str) -> None:
    assert read_month(month, year) == "2026-03"


@pytest.mark.parametrize(
    ("month", "year", "key", "part"),
    [
        ("", "2026", "month_missing", "month"),
        ("3", "", "year_missing", "year"),
        ("13", "2026", "month_invalid", "month"),
        ("3", "26", "year_short", "year"),
        ("3", "1447", "year_hijri", "year"),
    ],
)
def test_a_wrong_month_says_which_part_is_wrong(month: str, year: str, key: str, part: str) -> None:
    assert month_refusal(month, year) == (f"field.date.{key}", {"part": part})


def test_a_month_keeps_to_its_limits_as_a_whole() -> None:
    assert read_month("3", "2026", not_after="today", not_before="today") == "2026-03"
    assert read_month("1", "2020", not_before="2020-01-31") == "2020-01"
    assert month_refusal("4", "2026", not_after="today") == ("field.month.after_today", {})
    assert month_refusal("2", "2026", not_before="today") == ("field.month.before_today", {})
    assert month_refusal("12", "2019", not_before="2020-01-31") == ("field.month.before", {"month": "2020-01"})
    assert month_refusal("2", "2020", not_after="2020-01") == ("field.month.after", {"month": "2020-01"})


def test_a_month_is_shown_by_its_moroccan_name() -> None:
    assert show("month", "2026-08", "ar") == "غشت 2026"
    assert show("month", "2026-08", "fr") == "août 2026"
    assert show("month", "last spring", "fr") == ""


def test_a_limit_that_a_rule_worked_out_as_a_moment_counts_as_its_day() -> None:
    moment = "2026-03-10T00:00:00+00:00"
    assert read_date("10", "3", "2026", not_after=moment) == "2026-03-10"
    assert date_refusal("11", "3", "2026", not_after=moment) == ("field.date.after", {"date": "2026-03-10"})
