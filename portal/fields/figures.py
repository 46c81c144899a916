"""What the types made of one number share. Numbers are read as Moroccans write them: ``12.345,6``."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from portal import i18n
from portal.domain.service import Field, Limits
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, ValueKind, Wrong

# A JSON number keeps fifteen digits exactly, whichever language reads it.
MOST_DIGITS = 15
MARKS = str.maketrans({"٫": ",", "،": ",", "٬": ".", "−": "-", "‐": "-", "–": "-"})
# A point before exactly three digits parts thousands, as on every Moroccan bill; elsewhere it is a decimal point.
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([ .'])[0-9]{3})(?:\1[0-9]{3})*(?:,[0-9]+)?")
ENGLISH_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
YEARS = 10_000
PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class Figure(SingleControl):
    """A number, kept as a JSON number: whole where it is whole."""

    kind = ValueKind.NUMBER
    latin = True
    needed = "field.number.needed"

    def clean(self, typed: str) -> str:
        return cleaning.code(typed).translate(MARKS)

    def limits(self, field: Field) -> Limits:
        """The bounds that an answer keeps to."""
        return field.limits

    def check(self, _value: Decimal) -> None:
        """Raises Wrong where the number is not one of this type."""

    def parse(self, field: Field, typed: str, _around: Surroundings) -> int | float:
        value = read_figure(typed)
        self.check(value)
        limits = self.limits(field)
        if limits.minimum is not None and value < limits.minimum:
            raise self.too_low(limits.minimum)
        if limits.maximum is not None and value > limits.maximum:
            raise self.too_high(limits.maximum)
        return json_number(value)

    def too_low(self, least: Decimal) -> Wrong:
        return Wrong("field.number.too_low", min=format(least, "f"))

    def too_high(self, most: Decimal) -> Wrong:
        return Wrong("field.number.too_high", max=format(most, "f"))

    def write(self, field: Field, value: Any) -> dict[str, str]:
        # With a comma, a fraction of three digits is not taken for thousands when it is read again.
        return {field.id: "" if value is None else format(Decimal(str(value)), "f").replace(".", ",")}

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        return "" if value is None else figure_words(Decimal(str(value)), language)

    def schema(self, field: Field) -> dict[str, Any]:
        limits = self.limits(field)
        bounds = {"minimum": limits.minimum, "maximum": limits.maximum}
        return {"type": "number", **{key: json_number(bound) for key, bound in bounds.items() if bound is not None}}


def read_figure(typed: str) -> Decimal:
    """The number of a cleaned text; raises Wrong."""
    if sum(sign.isdigit() for sign in typed) > MOST_DIGITS:
        raise Wrong("field.number.too_many_digits", max=str(MOST_DIGITS))
    if THOUSANDS.fullmatch(typed):
        return Decimal(re.sub("[ .']", "", typed).replace(",", "."))
    if ENGLISH_THOUSANDS.fullmatch(typed):
        return Decimal(typed.replace(",", ""))
    if PLAIN.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    raise Wrong("field.number.invalid")


def figure_words(value: Decimal, language: str) -> str:
    """A number as a language writes it; a whole one of four digits without a mark in it, since it may be a year."""
    if 0 <= value < YEARS and value == value.to_integral_value():
        return str(int(value))
    return format_decimal(value, locale=i18n.locale(language), decimal_quantization=False)


def json_number(value: Decimal) -> int | float:
    """As JSON writes it: without a fraction where there is none."""
    return int(value) if value == value.to_integral_value() else float(value)
