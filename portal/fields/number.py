"""A number, as Moroccans write it: ``12.345,6``."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from portal import i18n
from portal.domain.service import Field, Limits
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong

# A JSON number keeps fifteen digits exactly, whichever language reads it.
MOST_DIGITS = 15
MARKS = str.maketrans({"٫": ",", "،": ",", "٬": ".", "−": "-", "‐": "-", "–": "-"})
# A point before exactly three digits parts thousands, as on every Moroccan bill; elsewhere it is a decimal point.
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([ .'])[0-9]{3})(?:\1[0-9]{3})*(?:,[0-9]+)?")
ENGLISH_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class Number(SingleControl):
    """A number, kept as a JSON number: whole where it is whole."""

    latin = True
    needed = "field.number.needed"

    def clean(self, typed: str) -> str:
        return cleaning.code(typed).translate(MARKS)

    def parse(self, field: Field, typed: str, _around: Surroundings) -> int | float:
        value = _decimal(typed)
        _check_limits(field.limits, value)
        return _json(value)

    def write(self, field: Field, value: Any) -> dict[str, str]:
        # With a comma, a fraction of three digits is not taken for thousands when it is read again.
        return {field.id: "" if value is None else format(Decimal(str(value)), "f").replace(".", ",")}

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        if value is None:
            return ""
        return format_decimal(Decimal(str(value)), locale=i18n.locale(language), decimal_quantization=False)

    def schema(self, field: Field) -> dict[str, Any]:
        bounds = {"minimum": field.limits.minimum, "maximum": field.limits.maximum}
        return {"type": "number", **{key: _json(bound) for key, bound in bounds.items() if bound is not None}}

    def sample(self, field: Field) -> list[Any]:
        bounds = [_json(bound) for bound in (field.limits.minimum, field.limits.maximum) if bound is not None]
        return [None, 0, 1, -1, 12.5, 1_000_000, *bounds]


def _decimal(typed: str) -> Decimal:
    if sum(sign.isdigit() for sign in typed) > MOST_DIGITS:
        raise Wrong("field.number.too_many_digits", max=str(MOST_DIGITS))
    if THOUSANDS.fullmatch(typed):
        return Decimal(re.sub("[ .']", "", typed).replace(",", "."))
    if ENGLISH_THOUSANDS.fullmatch(typed):
        return Decimal(typed.replace(",", ""))
    if PLAIN.fullmatch(typed):
        return Decimal(typed.replace(",", "."))
    raise Wrong("field.number.invalid")


def _json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _check_limits(limits: Limits, value: Decimal) -> None:
    if limits.minimum is not None and value < limits.minimum:
        raise Wrong("field.number.too_low", min=format(limits.minimum, "f"))
    if limits.maximum is not None and value > limits.maximum:
        raise Wrong("field.number.too_high", max=format(limits.maximum, "f"))
