"""A phone number."""

import re
from typing import Any

import phonenumbers

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong

MOROCCO = 212
# Mobile 06 and 07, fixed 05, special 08. The library's own list of Moroccan ranges lags behind the regulator's.
MOROCCAN = re.compile(r"(?:\+212|00212|212)?0?([5-8][0-9]{8})")
SEPARATORS = re.compile(r"[\s().\-‐–—/]+")
DIALLED = re.compile(r"\+?[0-9]{6,20}")


class Phone(SingleControl):
    """A phone number, Moroccan unless it begins with another country's code; kept in the form of E.164."""

    latin = True
    needed = "field.phone.needed"

    def clean(self, typed: str) -> str:
        return SEPARATORS.sub("", cleaning.code(typed))

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> str:
        if ours := MOROCCAN.fullmatch(typed):
            return f"+{MOROCCO}{ours[1]}"
        number = _parse(typed) if DIALLED.fullmatch(typed) else None
        if number is None or number.country_code == MOROCCO or not phonenumbers.is_valid_number(number):
            raise Wrong("field.phone.invalid")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def write(self, field: Field, value: Any) -> dict[str, str]:
        return {field.id: spaced(value) if value else ""}

    def show(self, _field: Field, value: Any, _language: str, _around: Surroundings) -> str:
        return spaced(value) if value else ""

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[1-9][0-9]{4,14}$"}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "+212612345678", "+33612345678"]


def _parse(typed: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(typed, "MA")
    except phonenumbers.NumberParseException:
        return None


def spaced(value: str) -> str:
    """As people write it: ``06 12 34 56 78``, or with its country's code where that is not ours."""
    if ours := MOROCCAN.fullmatch(value):
        digits = "0" + ours[1]
        return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
    number = _parse(value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if number else value
