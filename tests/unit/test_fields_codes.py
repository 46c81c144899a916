"""Telephones, addresses of mail, and numbers that registers, banks and offices give out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from portal.fields.phone import spaced

from .field_samples import read, refusal, show

RIB = "007780000123456789012396"


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


@pytest.mark.parametrize("typed", ["123456", "ABC123", "AB1234567", "AB", "ا123456"])
def test_what_is_no_card_number_is_refused(typed: str) -> None:
    assert refusal("cnie", typed) == ("field.cnie.invalid", {})


@pytest.mark.parametrize("number", ["+212661234567", "0661234567", "06 61 23 45 67"])
def test_a_moroccan_phone_is_shown_in_one_form(number: str) -> None:
    assert spaced(number.replace(" ", "")) == "06 61 23 45 67"


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("rnp", " 12 3456-7890", "1234567890"),
        ("rnp", "١٢٣٤٥٦٧٨٩٠", "1234567890"),
        ("cnss", "123.456.789", "123456789"),
        ("e_stamp", "2026 0312 0000 4567", "2026031200004567"),
        ("e_stamp", "٢٠٢٦٠٣١٢٠٠٠٠٤٥٦٧", "2026031200004567"),
        ("ice", "001561191 0000 66", "001561191000066"),
        ("ice", "٠٠١٥٦١١٩١٠٠٠٠٦٦", "001561191000066"),
        ("massar", "g 123 456 789", "G123456789"),
        ("massar", "G١٢٣٤٥٦٧٨٩", "G123456789"),
    ],
)
def test_a_number_of_a_register_is_kept_without_what_it_is_written_with(kind: str, typed: str, kept: str) -> None:
    assert read(kind, typed) == kept
    assert read(kind, show(kind, kept)) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        ("rnp", "123456789", "invalid"),
        ("rnp", "12345678901", "invalid"),
        ("rnp", "A234567890", "invalid"),
        ("cnss", "12345678", "invalid"),
        ("cnss", "123456789²", "invalid"),
        ("e_stamp", "1234 5678", "invalid"),
        ("ice", "00156119100006", "invalid"),
        ("ice", "001561191000065", "mistyped"),
        ("ice", "001561119000066", "mistyped"),
        ("massar", "123456789", "invalid"),
        ("massar", "GG12345678", "invalid"),
        ("massar", "ج123456789", "invalid"),
    ],
)
def test_what_no_register_gave_out_is_refused(kind: str, typed: str, key: str) -> None:
    assert refusal(kind, typed) == (f"field.{kind}.{key}", {})


@pytest.mark.parametrize(
    "typed",
    [
        RIB,
        "007 780 0001234567890123 96",
        "RIB: 007-780-0001234567890123-96",
        "٠٠٧٧٨٠٠٠٠١٢٣٤٥٦٧٨٩٠١٢٣٩٦",
        f"MA{iban.calc_check_digits('MA00' + RIB)}{RIB}",
        f"iban ma{iban.calc_check_digits('MA00' + RIB)} {RIB[:12]} {RIB[12:]}",
    ],
)
def test_an_account_is_kept_as_its_rib_however_it_is_given(typed: str) -> None:
    assert read("rib", typed) == RIB


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (RIB[:-1], "invalid"),
        ("007780000123456789012397", "mistyped"),
        ("070780000123456789012396", "mistyped"),
        (f"MA00{RIB}", "mistyped"),
        (f"MA{iban.calc_check_digits('MA00' + RIB)}{RIB[:-2]}", "invalid"),
        ("FR1420041010050500013M02606", "foreign"),
    ],
)
def test_an_account_that_cannot_be_credited_is_refused(typed: str, key: str) -> None:
    assert refusal("rib", typed) == (f"field.rib.{key}", {})


@given(st.integers(0, 10**22 - 1), st.integers(0, 23), st.integers(1, 9))
def test_no_single_wrong_digit_of_an_account_goes_unseen(number: int, place: int, more: int) -> None:
    body = f"{number:022}"
    rib = f"{body}{97 - int(body) * 100 % 97:02}"
    assert read("rib", rib) == rib
    other = str((int(rib[place]) + more) % 10)
    assert refusal("rib", rib[:place] + other + rib[place + 1 :]) == ("field.rib.mistyped", {})


def test_long_numbers_are_shown_in_groups() -> None:
    assert show("rib", RIB, "ar") == "007 780 0001234567890123 96"
    assert show("e_stamp", "2026031200004567") == "2026 0312 0000 4567"
    assert show("rnp", "1234567890") == "1234567890"
