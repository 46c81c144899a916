"""A month of the Gregorian calendar, typed in two controls."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from portal import i18n
from portal.domain.service import Field, Limits
from portal.fields.base import FieldType, Surroundings, ValueKind, Wrong
from portal.fields.cleaning import code
from portal.fields.date import read_month, read_year

PARTS = ("month", "year")
MONTH = re.compile(r"^[0-9]{4}-(0[1-9]|1[0-2])$")


class Month(FieldType):
    """A month, kept as ``2026-03``; it may be typed as a number or by its name. Its limits are whole months too."""

    kind = ValueKind.MONTH
    needed = "field.month.needed"

    def controls(self, field: Field) -> tuple[str, ...]:
        return tuple(f"{field.id}-{part}" for part in PARTS)

    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> str | None:
        month, year = (code(raw.get(control, "")) for control in self.controls(field))
        if not (month or year):
            return None
        if not month:
            raise Wrong("field.date.month_missing", part="month")
        if not year:
            raise Wrong("field.date.year_missing", part="year")
        number = read_month(month)
        value = f"{read_year(year):04}-{number:02}"
        _check_limits(field.limits, value, around.today)
        return value

    def write(self, field: Field, value: Any) -> dict[str, str]:
        known = isinstance(value, str) and MONTH.fullmatch(value)
        year, _, month = value.partition("-") if known else ("", "", "")
        return dict(zip(self.controls(field), (month.lstrip("0"), year), strict=True))

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        if not (isinstance(value, str) and MONTH.fullmatch(value)):
            return ""
        return month_in_words(value, language)

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": MONTH.pattern}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "1950-01", "2026-02", "2040-12"]


def month_in_words(month: str, language: str) -> str:
    """A month as a language writes it: «مارس 2026»."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=i18n.locale(language))


def _check_limits(limits: Limits, value: str, today: date) -> None:
    if limits.not_before and value < _bound(limits.not_before, today):
        raise _beyond("before", limits.not_before)
    if limits.not_after and value > _bound(limits.not_after, today):
        raise _beyond("after", limits.not_after)


def _bound(limit: str, today: date) -> str:
    return (today.isoformat() if limit == "today" else limit)[:7]


def _beyond(side: str, limit: str) -> Wrong:
    if limit == "today":
        return Wrong(f"field.month.{side}_today")
    return Wrong(f"field.month.{side}", month=limit[:7])
