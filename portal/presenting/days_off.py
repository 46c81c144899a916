"""Feasts, closures and the changes of the calendar, as a reader is told of them."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.domain.text import Text
from portal.i18n import N_, comma, languages, long_date, plain_date, translate, translate_count

FEAST_NAMES: Mapping[str, str] = {
    "eid_al_fitr": N_("Eid al-Fitr"),
    "eid_al_adha": N_("Eid al-Adha"),
    "islamic_new_year": N_("Islamic New Year"),
    "prophets_birthday": N_("The Prophet's Birthday"),
}
"""What each feast is called, by its key."""


RULES = "rules"
"""The cause of a recount after other warnings, or other services that follow a case, were published."""


def feast_name(feast: str, language: str) -> str:
    return translate(language, FEAST_NAMES[feast])


def feast_and_year(feast: str, year: int, language: str) -> str:
    """A feast of one year, such as «Aïd al-Fitr 2027»."""
    return translate(language, N_("%(feast)s %(year)s"), {"feast": feast_name(feast, language), "year": str(year)})


def days_in_words(days: Sequence[date], language: str) -> str:
    """Some days, each with its day of the week."""
    return comma(language).join(long_date(day, language) for day in days)


def from_to(first: date, last: date, language: str) -> str:
    """A day, or the first and the last of several."""
    if first == last:
        return long_date(first, language)
    params = {"first": long_date(first, language), "last": long_date(last, language)}
    return translate(language, N_("From %(first)s to %(last)s"), params)


def cause_words(cause: str, language: str) -> str:
    """Why last days moved: the cause that a recount and the event ``DueDateMoved`` name."""
    kind, *parts = cause.split(":")
    if kind == "feast" and len(parts) == 2 and parts[0] in FEAST_NAMES:
        params = {"feast": feast_and_year(parts[0], int(parts[1]), language)}
        return translate(language, N_("The days of %(feast)s were settled."), params)
    if kind in ("closure", "opening") and len(parts) == 2:
        first, last = (date.fromisoformat(part) for part in parts)
        params = {"first": plain_date(first, language), "last": plain_date(last, language)}
        closed = N_("Closed from %(first)s to %(last)s.")
        return translate(language, closed if kind == "closure" else N_("Open from %(first)s to %(last)s."), params)
    if cause == RULES:
        return translate(language, N_("The warnings of the offices, or what can follow a file, changed."))
    return translate(language, N_("The calendar of the offices changed."))


def touched_in_each(count: int) -> Text:
    """What whoever changes the calendar agrees to, in every language."""
    return Text({language: _touched(count, language) for language in languages()})


def _touched(count: int, language: str) -> str:
    return translate_count(
        language,
        "I agree: %(count)s file can get another last day, and its applicant is told.",
        "I agree: %(count)s files can get another last day, and their applicants are told.",
        count,
    )


def said_in_each(message: str) -> Text:
    """An interface text in every language, for a question that is asked of staff."""
    return Text({language: translate(language, message) for language in languages()})
