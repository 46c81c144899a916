"""What a person is told when her case changes: short, and nothing that whoever else reads her phone should learn.

A message names neither the service nor anybody: only the reference, what happened, by when, and where to look.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.domain.events import (
    CaseDecided,
    CaseReopened,
    CaseSubmitted,
    CaseTransferred,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
)
from portal.domain.service import Result
from portal.domain.text import NO_BREAK
from portal.i18n import N_, direction, plain_date, translate
from portal.ports import Channel
from portal.presenting.mail import mail


@dataclass(frozen=True)
class Said:
    """One message; an SMS has neither a subject nor HTML."""

    subject: str
    body: str
    html: str = ""


class News(NamedTuple):
    """One kind of news: the folder of its e-mail under ``templates/mail``, and the whole of an SMS, by message id."""

    mail: str
    sms: str


COMPLETE = News("complete", N_("File %(reference)s received and complete. Answer due by %(date)s. %(link)s"))
RECEIVED = News("received", N_("File %(reference)s received. %(link)s"))
LACKING = News("lacking", N_("File %(reference)s: documents are missing. Bring them by %(date)s. %(link)s"))
ASKED = News("asked", N_("File %(reference)s: we need information from you. Answer online or at the counter. %(link)s"))
ANSWERED = News("answered", N_("File %(reference)s: your information was received. Answer due by %(date)s. %(link)s"))
DECIDED = News(
    "decided", N_("File %(reference)s: a decision has been taken. Read it online or at the counter. %(link)s")
)
RETURNED = News(
    "returned", N_("File %(reference)s has been returned to you. Read why online or at the counter. %(link)s")
)
WITHDRAWN = News("withdrawn", N_("File %(reference)s has been withdrawn, as you asked. %(link)s"))
REOPENED = News("reopened", N_("File %(reference)s is being examined again. Answer due by %(date)s. %(link)s"))
TRANSFERRED = News("transferred", N_("File %(reference)s has been passed on to another office. %(link)s"))
REMINDED = News(
    "reminded", N_("Reminder: file %(reference)s is waiting for you. See it online or at the counter. %(link)s")
)
REMINDED_OF_DOCUMENTS = News(
    "reminded_documents",
    N_("Reminder: file %(reference)s still needs documents. Bring them by %(date)s. %(link)s"),
)
OTHER = News("news", N_("There is news of file %(reference)s. See it online or at the counter. %(link)s"))

_CLOSED = {Result.RETURNED.value: RETURNED, Result.WITHDRAWN.value: WITHDRAWN}


def message_about(
    event: Event,
    *,
    channel: Channel,
    language: str,
    reference: str,
    due_on: date | None,
    deposit_due_on: date | None,
    base_url: str,
) -> Said:
    """What is said of an event; the dates are those of the case's clock just after it."""
    news = _news_of(event, due_on, deposit_due_on)
    return _said(news, channel, language, reference, due_on or deposit_due_on, base_url)


def reminder(
    *, channel: Channel, language: str, reference: str, awaited: bool, until: date | None, base_url: str
) -> Said:
    """What somebody is told again: whether something is ``awaited`` of her, and ``until`` when her documents are."""
    news = REMINDED_OF_DOCUMENTS if awaited and until is not None else REMINDED
    return _said(news, channel, language, reference, until, base_url)


def _said(news: News, channel: Channel, language: str, reference: str, day: date | None, base_url: str) -> Said:
    link = f"{base_url}/{language}/track"
    if channel is Channel.SMS:
        params = {"reference": reference, "date": _short(day, language), "link": link}
        # A space that does not break is a letter that makes an SMS twice as dear.
        return Said("", translate(language, news.sms, params).replace(NO_BREAK, " "))
    date_in_words = plain_date(day, language) if day else ""
    return Said(*mail(news.mail, language, reference=reference, date=date_in_words, link=link))


def _news_of(event: Event, due_on: date | None, deposit_due_on: date | None) -> News:
    match event:
        case CaseSubmitted() | FileCompleted() if due_on is not None:
            return COMPLETE
        case CaseSubmitted() | FileCompleted():
            return LACKING if deposit_due_on is not None else RECEIVED
        case InformationRequested():
            return ASKED
        case InformationProvided() if due_on is not None:
            return ANSWERED
        case CaseReopened() if due_on is not None:
            return REOPENED
        case CaseTransferred():
            return TRANSFERRED
        case CaseDecided():
            return _CLOSED.get(event.outcome, DECIDED)
        case _:
            return OTHER


def _short(day: date | None, language: str) -> str:
    """A date for an SMS: names of months such as «août» need letters that make a French one twice as dear."""
    if day is None:
        return ""
    return plain_date(day, language) if direction(language) == "rtl" else f"{day:%d/%m/%Y}"
