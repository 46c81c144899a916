"""A date of the Gregorian calendar, typed in three controls."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import i18n
from portal.domain.service import Field, Limits
from portal.fields.base import FieldType, Surroundings, ValueKind, Wrong
from portal.fields.cleaning import code

PARTS = ("day", "month", "year")
ONE_OR_TWO_DIGITS = re.compile(r"[0-9]{1,2}")
FOUR_DIGITS = re.compile(r"[0-9]{4}")
SHORT_YEAR = re.compile(r"'?[0-9]{1,3}")
YEARS = range(1800, 2200)
# Nobody's answer lies in the fourteenth century, but today's Hijri years do.
HIJRI_YEARS = range(1300, 1500)
FRENCH = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
# The Moroccan name first, then how it is also written; without hamza, as ``_plain`` leaves it.
ARABIC = (
    "يناير جانفي",
    "فبراير فيفري فبرابر",
    "مارس",
    "ابريل افريل",
    "ماي مايو",
    "يونيو يونيه جوان",
    "يوليوز يوليو يوليه جويلية",
    "غشت اغسطس اوت",
    "شتنبر سبتمبر",
    "اكتوبر",
    "نونبر نوفمبر",
    "دجنبر ديسمبر",
)
MONTHS: Mapping[str, int] = {
    **{word: number for number, words in enumerate(ARABIC, start=1) for word in words.split()},
    **{word: number for number, word in enumerate(FRENCH, start=1)},
}


class Date(FieldType):
    """A day, kept as ISO; the month may be typed as a number or by its name, in Arabic or French."""

    kind = ValueKind.DATE
    needed = "field.date.needed"

    def controls(self, field: Field) -> tuple[str, ...]:
        return tuple(f"{field.id}-{part}" for part in PARTS)

    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> str | None:
        day, month, year = (code(raw.get(control, "")) for control in self.controls(field))
        if not (day or month or year):
            return None
        for part, typed in zip(PARTS, (day, month, year), strict=True):
            if not typed:
                raise Wrong(f"field.date.{part}_missing", part=part)
        value = _date(_day(day), read_month(month), read_year(year))
        _check_limits(field.limits, value, around.today)
        return value.isoformat()

    def write(self, field: Field, value: Any) -> dict[str, str]:
        day = _from_iso(value)
        parts = (str(day.day), str(day.month), str(day.year)) if day else ("", "", "")
        return dict(zip(self.controls(field), parts, strict=True))

    def show(self, _field: Field, value: Any, language: str, _around: Surroundings) -> str:
        day = _from_iso(value)
        return i18n.plain_date(day, language) if day else ""

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "1950-01-01", "2026-02-28", "2040-12-31"]


def _from_iso(value: Any) -> date | None:
    # What an identity provider says of a birth date may be unknown or incomplete: it is then asked anew.
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def _day(typed: str) -> int:
    if not ONE_OR_TWO_DIGITS.fullmatch(typed) or not 1 <= int(typed) <= 31:
        raise Wrong("field.date.day_invalid", part="day")
    return int(typed)


def read_month(typed: str) -> int:
    """The month of a number or a name, in Arabic or French; raises Wrong."""
    if ONE_OR_TWO_DIGITS.fullmatch(typed) and 1 <= int(typed) <= 12:
        return int(typed)
    word = _plain(typed)
    if word in MONTHS:
        return MONTHS[word]
    # "janv.", "févr", "sept": a beginning is enough where only one month has it.
    begun = {number for name, number in MONTHS.items() if name.startswith(word)} if len(word) >= 3 else set()
    if len(begun) != 1:
        raise Wrong("field.date.month_invalid", part="month")
    return begun.pop()


def _plain(word: str) -> str:
    """A word without accents, hamza, capitals or a final point."""
    letters = unicodedata.normalize("NFKD", word.casefold()).rstrip(".")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def read_year(typed: str) -> int:
    """A year of four digits; raises Wrong."""
    if SHORT_YEAR.fullmatch(typed):
        raise Wrong("field.date.year_short", part="year")
    if not FOUR_DIGITS.fullmatch(typed):
        raise Wrong("field.date.year_invalid", part="year")
    year = int(typed)
    if year in HIJRI_YEARS:
        raise Wrong("field.date.year_hijri", part="year")
    if year not in YEARS:
        raise Wrong("field.date.year_invalid", part="year")
    return year


def _date(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Wrong("field.date.no_such_day", part="day") from None


def _check_limits(limits: Limits, value: date, today: date) -> None:
    if limits.not_before and value < _bound(limits.not_before, today):
        raise _beyond("before", limits.not_before)
    if limits.not_after and value > _bound(limits.not_after, today):
        raise _beyond("after", limits.not_after)


def _bound(limit: str, today: date) -> date:
    return today if limit == "today" else date.fromisoformat(limit[:10])


def _beyond(side: str, limit: str) -> Wrong:
    return Wrong(f"field.date.{side}_today") if limit == "today" else Wrong(f"field.date.{side}", date=limit[:10])
