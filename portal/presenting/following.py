"""What follows a case, in words: where she can turn, before whom, until when, by which rule; and what she turned to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.domain.events import CaseSubmitted, Event
from portal.domain.remedies import Remedy
from portal.domain.service import Field, Limits, Occasion, Text
from portal.i18n import N_, date_from_today, languages, long_date, plain_date, translate
from portal.presenting.isolation import isolated
from portal.presenting.law import article
from portal.presenting.sheet import deadline_words

SINCE_REFUSED = N_("The request was refused on %(date)s.")
SINCE_PARTLY = N_("The request was granted in part on %(date)s.")
SINCE_SILENT = N_("No answer came in time: the silence set in on %(date)s.")

HAPPENED: Mapping[Occasion, str] = {
    Occasion.REFUSED: SINCE_REFUSED,
    Occasion.PARTLY: SINCE_PARTLY,
    Occasion.SILENCE: SINCE_SILENT,
}
RECEIVED = "received-on"


@dataclass(frozen=True)
class RemedyCard:
    """One way to turn; ``until`` is her last day in words, empty where nothing sets one, ``over`` that it has passed.

    ``url`` is where it is filed; of one that is over, where she says that the decision reached her later, if it matters.
    """

    slug: str
    title: str
    summary: str
    before: str
    answer: str
    until: str
    over: str
    article: str
    url: str | None


@dataclass(frozen=True)
class LinkedCase:
    """A case that follows this one, or the one that it follows; without ``url`` where the reader may not open it."""

    title: str
    reference: str
    state: str
    kind: str
    url: str | None


def remedy_card(remedy: Remedy, before: str, today: date, language: str, url: str | None) -> RemedyCard:
    """A way to turn ``before`` somebody, as it stands on a day."""
    rule = isolated(article(remedy.article)[language], language) if remedy.article else ""
    is_open = remedy.open(today)
    return RemedyCard(
        slug=remedy.service.slug,
        title=remedy.service.title[language],
        summary=remedy.service.summary[language],
        before=before,
        answer=deadline_words(remedy.service, language),
        until=_until(remedy, today, language) if is_open else "",
        over="" if is_open else _over(remedy, rule, language),
        article=rule,
        url=url if is_open or remedy.counts_from_receipt else None,
    )


def happened_words(remedy: Remedy, language: str) -> str:
    """What happened to the first case, and when."""
    return translate(language, HAPPENED[remedy.occasion], {"date": plain_date(remedy.since, language)})


def late_words(remedy: Remedy, language: str, *, to_citizen: bool) -> tuple[str, ...]:
    """What somebody reads who comes after the last day counted from the decision: that it is over, and what can be said."""
    rule = isolated(article(remedy.article)[language], language) if remedy.article else ""
    told = (
        N_(
            "This day is counted from the decision itself, of %(date)s. If the decision reached you later, write the day "
            "on which you received it: the time is then counted from that day."
        )
        if to_citizen
        else N_(
            "This day is counted from the decision itself, of %(date)s. If the decision reached the applicant later, write "
            "the day on which the applicant declares to have received it: the time is then counted from that day."
        )
    )
    return _over(remedy, rule, language), translate(language, told, {"date": plain_date(remedy.since, language)})


def received_question(remedy: Remedy, *, to_citizen: bool) -> Field:
    """On which day the decision was received; its id is one that no question of a service can have."""
    asked = (
        N_("On which day did you receive the decision?")
        if to_citizen
        else N_("On which day did the applicant receive the decision?")
    )
    hint = N_("The office that decides reads this day and judges it. What proves it can be attached.")
    limits = Limits(not_before=remedy.since.isoformat(), not_after="today")
    return Field(RECEIVED, "date", _in_all(asked), hint=_in_all(hint), limits=limits)


def _in_all(message: str) -> Text:
    return Text({language: translate(language, message) for language in languages()})


def declared_words(events: Iterable[Event], language: str, *, to_citizen: bool) -> str:
    """That a case was filed after the last day counted from the decision, and what its applicant declares; or nothing."""
    submitted = next((event for event in events if isinstance(event, CaseSubmitted)), None)
    if submitted is None or not submitted.received_on:
        return ""
    told = (
        N_("You declared that you received the decision on %(date)s. The time was counted from that day.")
        if to_citizen
        else N_(
            "Filed after the last day counted from the decision. The applicant declares to have received the decision on "
            "%(date)s: it is for you to judge."
        )
    )
    return translate(language, told, {"date": long_date(date.fromisoformat(submitted.received_on), language)})


def _until(remedy: Remedy, today: date, language: str) -> str:
    return date_from_today(remedy.until, today, language) if remedy.until is not None else ""


def _over(remedy: Remedy, rule: str, language: str) -> str:
    """That its time has passed, and by which rule."""
    day = plain_date(remedy.until, language) if remedy.until is not None else ""
    if not rule:
        return translate(language, N_("It was possible until %(date)s."), {"date": day})
    return translate(language, N_("It was possible until %(date)s (%(article)s)."), {"date": day, "article": rule})
