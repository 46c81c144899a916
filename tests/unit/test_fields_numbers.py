"""Numbers and amounts, as Moroccans write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.fields import FIELD_TYPES
from portal.fields.base import Wrong
from portal.presenting.wrongs import wrong_text

from .field_samples import AROUND, question, read, refusal, show


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
    answer = read("decimal", typed)
    assert answer == value
    assert type(answer) is type(value)


@pytest.mark.parametrize("typed", ["douze", "12 5", "1.2.3", "1e5", "NaN", "Infinity", "--1", "12,", "0x10", "1,2,3"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert refusal("decimal", typed) == ("field.number.invalid", {})


def test_a_number_keeps_to_its_limits_and_to_what_json_keeps_exactly() -> None:
    limits = {"minimum": Decimal("0.5"), "maximum": Decimal(10)}
    assert read("decimal", "0,5", **limits) == 0.5
    assert refusal("decimal", "0,4", **limits) == ("field.number.too_low", {"min": "0.5"})
    assert refusal("decimal", "11", **limits) == ("field.number.too_high", {"max": "10"})
    assert refusal("decimal", "1234567890123456") == ("field.number.too_many_digits", {"max": "15"})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_a_number_comes_back_from_its_control_unchanged(value: Decimal) -> None:
    answer = read("decimal", format(value, "f").replace(".", ","))
    assert Decimal(str(answer)) == value
    written = FIELD_TYPES["decimal"].write(question("decimal"), answer)
    assert FIELD_TYPES["decimal"].read(question("decimal"), written, AROUND) == answer


def test_a_number_is_shown_with_moroccan_signs() -> None:
    assert show("decimal", 12345.6789, "ar") == "12.345,6789"
    assert show("decimal", 3, "ar") == "3"


@pytest.mark.parametrize(
    ("typed", "value"), [("3", 3), ("٣", 3), ("1.500", 1500), ("1 500", 1500), ("-2", -2), ("3,0", 3)]
)
def test_a_whole_number_is_read_as_one(typed: str, value: int) -> None:
    answer = read("integer", typed)
    assert answer == value
    assert type(answer) is int


def test_a_fraction_is_no_whole_number() -> None:
    assert refusal("integer", "2,5") == ("field.integer.whole", {})
    assert refusal("integer", "deux") == ("field.number.invalid", {})
    assert refusal("integer", "0", minimum=Decimal(1)) == ("field.number.too_low", {"min": "1"})


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1500", 1500),
        ("1 500,50", 1500.5),
        ("1.500,50 DH", 1500.5),
        ("MAD 1500", 1500),
        ("١٥٠٠ درهم", 1500),
        ("1500 dhs.", 1500),
        ("12,5", 12.5),
        ("0", 0),
    ],
)
def test_an_amount_is_read_with_or_without_its_currency(typed: str, value: float) -> None:
    assert read("money", typed) == value


def test_an_amount_has_centimes_and_is_not_owed() -> None:
    assert refusal("money", "12,345") == ("field.money.centimes", {})
    assert refusal("money", "-1") == ("field.money.too_low", {"amount": "0"})
    assert refusal("money", "1000,50", maximum=Decimal(1000)) == ("field.money.too_high", {"amount": "1000"})
    assert read("money", "-1", minimum=Decimal(-5)) == -1
    assert read("money", "MAD") is None
    assert refusal("money", "1500 €") == ("field.number.invalid", {})


@pytest.mark.parametrize(
    ("value", "ar", "fr"),
    [
        (20, "20\u00a0درهما", "20\u00a0dirhams"),
        (3, "3\u00a0دراهم", "3\u00a0dirhams"),
        (1500.5, "1.500,50\u00a0درهم", "1\u202f500,50\u00a0dirhams"),
        (0, "0\u00a0درهم", "0\u00a0dirham"),
    ],
)
def test_an_amount_is_shown_in_dirhams_and_with_centimes_where_there_are_some(value: float, ar: str, fr: str) -> None:
    assert show("money", value, "ar") == ar
    assert show("money", value, "fr") == fr


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**10))
def test_an_amount_comes_back_from_its_control_unchanged(value: Decimal) -> None:
    answer = read("money", format(value, "f").replace(".", ","))
    assert Decimal(str(answer)) == value
    assert (
        FIELD_TYPES["money"].read(question("money"), FIELD_TYPES["money"].write(question("money"), answer), AROUND)
        == answer
    )


@pytest.mark.parametrize(
    ("value", "ar", "fr"),
    [(1960, "1960", "1960"), (9999, "9999", "9999"), (12345, "12.345", "12\u202f345"), (2.5, "2,5", "2,5")],
)
def test_a_whole_number_that_may_be_a_year_has_no_mark_among_its_digits(value: float, ar: str, fr: str) -> None:
    kind = "integer" if value == int(value) else "decimal"
    assert (show(kind, value, "ar"), show(kind, value, "fr")) == (ar, fr)
    assert "1915" in wrong_text(Wrong("field.number.too_low", min="1915"), "ar")
