"""What a citizen is told where an answer cannot be taken: always what to do, never what she is."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal

from portal import i18n
from portal.domain.service import Field
from portal.domain.workflow import REASONS
from portal.fields.base import Wrong
from portal.i18n import N_

MESSAGES: Mapping[str, str] = {
    "field.required": N_("Enter your answer"),
    "field.too_long": N_("Shorten your answer: it can have up to %(max)s characters"),
    "field.too_short": N_("Write a little more: at least %(min)s characters are needed"),
    "field.name_ar.needed": N_("Enter the name in Arabic letters"),
    "field.name_ar.script": N_("Write this name in Arabic letters only, without digits or signs"),
    "field.name_fr.needed": N_("Enter the name in Latin letters"),
    "field.name_fr.script": N_("Write this name in Latin letters only, without digits or signs"),
    "field.date.needed": N_("Enter the date: day, month and year"),
    "field.date.day_missing": N_("Complete the date: enter the day"),
    "field.date.month_missing": N_("Complete the date: enter the month"),
    "field.date.year_missing": N_("Complete the date: enter the year"),
    "field.date.day_invalid": N_("Enter the day as a number from 1 to 31"),
    "field.date.month_invalid": N_("Enter the month as a number from 1 to 12, or by its name"),
    "field.date.year_invalid": N_("Enter the year with four digits, such as 1985"),
    "field.date.year_short": N_("Write the whole year with four digits: 1985, not 85"),
    "field.date.year_hijri": N_("Enter the year of the Gregorian calendar, such as 1985"),
    "field.date.no_such_day": N_("This month does not have that day: check the date"),
    "field.date.before_today": N_("Enter today's date or a later one"),
    "field.date.before": N_("Enter a date that is not before %(date)s"),
    "field.date.after_today": N_("Enter today's date or an earlier one"),
    "field.date.after": N_("Enter a date that is not after %(date)s"),
    "field.choice.needed": N_("Choose an answer"),
    "field.choice.unknown": N_("Choose one of the answers shown"),
    "field.phone.needed": N_("Enter a phone number such as 06 12 34 56 78"),
    "field.phone.invalid": N_("Check the phone number: it is written like 06 12 34 56 78, or begins with + abroad"),
    "field.email.needed": N_("Enter an e-mail address such as name@example.ma"),
    "field.email.invalid": N_("Check the e-mail address: it is written like name@example.ma"),
    "field.cnie.needed": N_("Enter the number of the identity card, such as AB123456"),
    "field.cnie.invalid": N_("Check the card's number: one or two letters, then up to six digits, such as AB123456"),
    "field.place.needed": N_("Choose the place from the list"),
    "field.place.unknown": N_("Choose one of the places in the list"),
    "field.point.needed": N_("Put the pin on the map"),
    "field.point.lat_missing": N_("Complete the coordinates: enter the latitude too"),
    "field.point.lon_missing": N_("Complete the coordinates: enter the longitude too"),
    "field.point.invalid": N_("Enter the coordinates in degrees, such as 34.92 and -2.32"),
    "field.point.outside": N_(
        "This point is outside the province: put the pin on the map, or remove it and describe the place"
    ),
    "field.number.needed": N_("Enter a number"),
    "field.number.invalid": N_("Enter a number in digits, such as 1500 or 12,5"),
    "field.number.too_many_digits": N_("Enter a shorter number: it can have up to %(max)s digits"),
    "field.number.too_low": N_("Enter a number that is not below %(min)s"),
    "field.number.too_high": N_("Enter a number that is not above %(max)s"),
    "field.statement.needed": N_("Tick the box to confirm, so that you can go on"),
}
"""The message of each key of Wrong, by its English id."""


def wrong_text(wrong: Wrong, language: str) -> str:
    """The message in a language, with its dates and numbers written as that language writes them."""
    params = {name: _written(name, value, language) for name, value in wrong.params.items()}
    return i18n.translate(language, MESSAGES[wrong.key], params)


def beside(question: Field, wrong: Wrong, language: str) -> str:
    """The message beside the question itself, where its label stands already."""
    if wrong.key == "field.required" and question.id == REASONS:
        return i18n.translate(language, N_("Write the reasons of the refusal"))
    return wrong_text(wrong, language)


def in_summary(question: Field, wrong: Wrong, language: str) -> str:
    """The message in the summary above the page, which names the question where the message itself does not."""
    message = beside(question, wrong, language)
    if wrong.key != "field.required" or question.id == REASONS:
        return message
    label = question.label[language]
    if label.endswith(("?", "؟")):
        return f"{label} {message}"
    return i18n.translate(language, N_("%(label)s: enter your answer"), {"label": label})


def _written(name: str, value: str, language: str) -> str:
    if name == "date":
        return i18n.plain_date(date.fromisoformat(value), language)
    if name in ("min", "max"):
        return format_decimal(Decimal(value), locale=i18n.locale(language), decimal_quantization=False)
    return value
