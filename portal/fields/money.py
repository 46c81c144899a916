"""An amount of money, in dirhams."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from portal import i18n
from portal.domain.service import Field, Limits
from portal.fields.base import Surroundings, Wrong
from portal.fields.figures import Figure, json_number

NO_BREAK = "\u00a0"
# Whoever writes the currency along has written the amount all the same.
CURRENCY = re.compile(r"(?:MAD|DHS?|DIRHAMS?|درهما|درهم|دراهم)\.?", re.IGNORECASE)
CENTIMES = Decimal("0.01")


class Money(Figure):
    """An amount of dirhams, to the centime; nobody owes less than nothing unless the question's limits allow it."""

    latin = False
    needed = "field.money.needed"

    def clean(self, typed: str) -> str:
        return CURRENCY.sub("", super().clean(typed)).strip()

    def limits(self, field: Field) -> Limits:
        return field.limits if field.limits.minimum is not None else replace(field.limits, minimum=Decimal(0))

    def check(self, value: Decimal) -> None:
        if value != value.quantize(CENTIMES):
            raise Wrong("field.money.centimes")

    def too_low(self, least: Decimal) -> Wrong:
        return Wrong("field.money.too_low", amount=format(least, "f"))

    def too_high(self, most: Decimal) -> Wrong:
        return Wrong("field.money.too_high", amount=format(most, "f"))

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        return "" if value is None else dirhams(Decimal(str(value)), language)

    def sample(self, field: Field) -> list[Any]:
        bounds = [json_number(bound) for bound in (field.limits.minimum, field.limits.maximum) if bound is not None]
        return [None, 0, 1, 12.5, 1_000_000, *bounds]


def dirhams(amount: Decimal, language: str) -> str:
    """An amount as a language writes it, with the centimes where there are some: «1.500,50 درهم», «1 500,50 dirhams»."""
    whole = amount == amount.to_integral_value()
    figure = format_decimal(amount, "#,##0" if whole else "#,##0.00", locale=i18n.locale(language))
    return f"{figure}{NO_BREAK}{_currency(amount, language)}"


def _currency(amount: Decimal, language: str) -> str:
    form = i18n.locale(language).plural_form(amount)
    if i18n.direction(language) == "ltr":
        return "dirham" if form == "one" else "dirhams"
    return {"few": "دراهم", "many": "درهما"}.get(form, "درهم")
