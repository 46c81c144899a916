"""What a citizen is told where an answer cannot be taken: always what to do, never what she is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from portal import i18n
from portal.domain.service import Field
from portal.domain.workflow import REASONS
from portal.fields.base import Told, Wrong
from portal.fields.figures import figure_words
from portal.fields.group import entry_fields, heading
from portal.fields.money import dirhams
from portal.fields.month import month_in_words
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
    "field.month.needed": N_("Enter the month and the year"),
    "field.month.before_today": N_("Enter this month or a later one"),
    "field.month.before": N_("Enter a month that is not before %(month)s"),
    "field.month.after_today": N_("Enter this month or an earlier one"),
    "field.month.after": N_("Enter a month that is not after %(month)s"),
    "field.choice.needed": N_("Choose an answer"),
    "field.choice.unknown": N_("Choose one of the answers shown"),
    "field.choices.needed": N_("Tick at least one answer"),
    "field.choices.too_few": N_("Tick more answers: at least %(min)s are needed"),
    "field.choices.too_many": N_("Tick fewer answers: %(max)s at most"),
    "field.select.needed": N_("Choose an answer from the list"),
    "field.phone.needed": N_("Enter a phone number such as 06 12 34 56 78"),
    "field.phone.invalid": N_("Check the phone number: it is written like 06 12 34 56 78, or begins with + abroad"),
    "field.email.needed": N_("Enter an e-mail address such as name@example.ma"),
    "field.email.invalid": N_("Check the e-mail address: it is written like name@example.ma"),
    "field.cnie.needed": N_("Enter the number of the identity card, such as AB123456"),
    "field.cnie.invalid": N_("Check the card's number: one or two letters, then up to six digits, such as AB123456"),
    "field.rnp.needed": N_("Enter the number of the population register: 10 digits"),
    "field.rnp.invalid": N_("Check the number of the population register: it has 10 digits"),
    "field.ice.needed": N_("Enter the company's number (ICE): 15 digits"),
    "field.ice.invalid": N_("Check the company's number (ICE): it has 15 digits"),
    "field.ice.mistyped": N_("Check the company's number (ICE) digit by digit: one of them is wrong"),
    "field.rib.needed": N_("Enter the number of the bank account (RIB): 24 digits"),
    "field.rib.invalid": N_("Check the number of the bank account (RIB): it has 24 digits"),
    "field.rib.mistyped": N_("Check the number of the bank account (RIB) digit by digit: one of them is wrong"),
    "field.rib.foreign": N_("Enter an account in Morocco: its RIB has 24 digits, its IBAN begins with MA"),
    "field.massar.needed": N_("Enter the pupil's Massar code, such as G123456789"),
    "field.massar.invalid": N_("Check the Massar code: one letter, then nine digits, such as G123456789"),
    "field.cnss.needed": N_("Enter the CNSS number: 9 digits"),
    "field.cnss.invalid": N_("Check the CNSS number: it has 9 digits"),
    "field.e_stamp.needed": N_("Enter the number of the electronic stamp: 16 digits"),
    "field.e_stamp.invalid": N_("Check the number of the electronic stamp: it has 16 digits"),
    "field.commune.needed": N_("Choose the commune from the list"),
    "field.commune.unknown": N_("Choose one of the communes in the list"),
    "field.address.needed": N_("Enter the address: the place, then the street or how to find it"),
    "field.address.text_missing": N_("Complete the address: enter the street, or how to find the place"),
    "field.address.postcode": N_("Enter the postcode with five digits, such as 63300, or leave it empty"),
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
    "field.integer.whole": N_("Enter a whole number, without a fraction"),
    "field.money.needed": N_("Enter an amount in dirhams"),
    "field.money.centimes": N_("Enter the amount with two digits after the comma at most, such as 1500,50"),
    "field.money.too_low": N_("Enter an amount that is not below %(amount)s"),
    "field.money.too_high": N_("Enter an amount that is not above %(amount)s"),
    "field.file.needed": N_("Choose a file and send it"),
    "field.file.too_few": N_("Send more files: at least %(min)s are needed"),
    "field.file.too_many": N_("Remove some of the files: %(max)s at most are taken"),
    "field.group.too_few": N_("Fill in more of them: at least %(min)s are needed"),
    "field.group.too_many": N_("Remove some of them: %(max)s at most are taken"),
    "field.statement.needed": N_("Tick the box to confirm, so that you can go on"),
}
"""The message of each key of Wrong, by its English id."""

NAMELESS = frozenset(
    {
        "field.required",
        "field.group.too_few",
        "field.group.too_many",
        "field.file.needed",
        "field.choice.needed",
        "field.choice.unknown",
        "field.choices.needed",
        "field.choices.too_few",
        "field.choices.too_many",
        "field.select.needed",
        "field.number.needed",
    }
)
"""Messages that do not say what they are about: where the question's label is not beside them, they come after it."""


def wrong_text(wrong: Wrong, language: str) -> str:
    """The message in a language, with its dates and numbers written as that language writes them."""
    if isinstance(wrong, Told):
        return wrong.says[language]
    params = {name: _written(name, value, language) for name, value in wrong.params.items()}
    return i18n.translate(language, MESSAGES[wrong.key], params)


def beside(question: Field, wrong: Wrong, language: str) -> str:
    """The message beside the question itself, where its label stands already."""
    if wrong.key == "field.required" and question.id == REASONS:
        return i18n.translate(language, N_("Write the reasons"))
    return wrong_text(wrong, language)


def in_summary(question: Field, wrong: Wrong, language: str) -> str:
    """The message in the summary above the page, which names the question where the message itself does not."""
    message = beside(question, wrong, language)
    if wrong.key not in NAMELESS or question.id == REASONS:
        return message
    return _named(question, message, wrong, language)


def _named(question: Field, message: str, wrong: Wrong, language: str) -> str:
    """A message after the label of the question that it is about."""
    label = question.label[language]
    if label.endswith(("?", "؟")):
        return f"{label} {message}"
    if wrong.key == "field.required":
        return i18n.translate(language, N_("%(label)s: enter your answer"), {"label": label})
    return _after(label, message, wrong, language)


def _after(label: str, message: str, wrong: Wrong, language: str) -> str:
    """«Child 2: enter the date»: a sentence of ours goes on in small letters, one of the service's own as it is written."""
    said = message if isinstance(wrong, Told) or message[:2].isupper() else message[:1].lower() + message[1:]
    return i18n.translate(language, N_("%(label)s: %(message)s"), {"label": label, "message": said})


def summary_of(fields: Sequence[Field], errors: Mapping[str, Wrong], language: str) -> list[tuple[str, str]]:
    """Every line of the summary above a page: the control it leads to, and the message.

    What is wrong within an entry of a group names the entry: «Child 2: enter the day»; where the same would be said of
    several questions, each line names its own. The lines stand in the order of the questions, and lead to the very
    control where a question has several.
    """
    found = [(control, wrong, _located(fields, control, language)) for control, wrong in errors.items()]
    placed = sorted(((*at, control, wrong) for control, wrong, at in found if at is not None), key=lambda one: one[0])
    said = [in_summary(question, wrong, language) for _, question, _, _, wrong in placed]
    alike = Counter(zip((tuple(over) for _, _, over, _, _ in placed), said, strict=True))
    lines = []
    for (_, question, headings, control, wrong), message in zip(placed, said, strict=True):
        if alike[tuple(headings), message] > 1:
            message = _named(question, message, wrong, language)
        lines.append((leads_to(question, control, wrong), _under(headings, question, message, wrong, language)))
    return lines


def _under(headings: Sequence[str], question: Field, message: str, wrong: Wrong, language: str) -> str:
    """A message after the headings of the entries that the question is in."""
    if not headings:
        return message
    over = i18n.comma(language).join(headings)
    label = question.label[language]
    if not message.startswith(label):
        return _after(over, message, wrong, language)
    if label.endswith(("?", "؟")):
        return i18n.translate(language, N_("%(label)s: %(message)s"), {"label": over, "message": message})
    return f"{over}{i18n.comma(language)}{message}"


def leads_to(question: Field, control: str, wrong: Wrong) -> str:
    """The control to correct, of a question that has several."""
    part = wrong.params.get("part")
    return f"{control}-{part}" if part and question.type == "address" else control


def _located(fields: Sequence[Field], control: str, language: str) -> tuple[tuple[int, ...], Field, list[str]] | None:
    """Where a question stands on the page, the question, and the headings of the entries it is in."""
    for position, question in enumerate(fields):
        if question.id == control:
            return (position,), question, []
        if question.type != "group" or not control.startswith(f"{question.id}-"):
            continue
        number = control.removeprefix(f"{question.id}-").partition("-")[0]
        found = _located(entry_fields(question, int(number)), control, language) if number.isdecimal() else None
        if found is not None:
            place, inner, headings = found
            return (position, int(number), *place), inner, [heading(question, int(number), language), *headings]
    return None


def _written(name: str, value: str, language: str) -> str:
    match name:
        case "date":
            return i18n.plain_date(date.fromisoformat(value), language)
        case "month":
            return month_in_words(value, language)
        case "amount":
            return dirhams(Decimal(value), language)
        case "min" | "max":
            return figure_words(Decimal(value), language)
        case _:
            return value
