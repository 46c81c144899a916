"""What a person is told when her case changes: short, and nothing that whoever else reads her phone should learn.

A message names neither the service nor anybody: only the reference, what happened, by when, and where to look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.domain.acts import Act
from portal.domain.entries import enters
from portal.domain.events import (
    CaseDecided,
    CaseReopened,
    CaseSubmitted,
    CaseTransferred,
    DocumentRevoked,
    DocumentsReplaced,
    DueDateMoved,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
    SilenceRecorded,
)
from portal.domain.service import Result, Silence
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
REPLACE = News("replace", N_("File %(reference)s: documents must be replaced by %(date)s. %(link)s"))
ORIGINALS = News("originals", N_("File %(reference)s: show the originals asked for at the counter. %(link)s"))
RESUMED = News("resumed", N_("File %(reference)s: we have what was asked for. Answer due by %(date)s. %(link)s"))
EXTENDED = News("extended", N_("File %(reference)s: the time to answer is extended. Answer due by %(date)s. %(link)s"))
PERIOD = News("period", N_("File %(reference)s: an answer is now due by %(date)s. %(link)s"))
SILENT = News("silent", N_("File %(reference)s: no answer came in time. See what you can do now. %(link)s"))
SILENT_APPEAL = News(
    "silent_appeal", N_("File %(reference)s: no answer came in time. You can appeal until %(date)s. %(link)s")
)
SILENT_OVER = News(
    "silent_over",
    N_(
        "File %(reference)s: no answer came in time, and the time to appeal is over. You can still write to the Ombudsman. "
        "%(link)s"
    ),
)
ACCEPTED = News(
    "accepted", N_("File %(reference)s: no answer came in time, so your request is deemed accepted. %(link)s")
)
REPEATED = News("repeated", N_("File %(reference)s: this request had already been decided. Read why. %(link)s"))
REMINDED_OF_REPLACEMENT = News(
    "reminded_replacement",
    N_("Reminder: replace the documents asked for in file %(reference)s by %(date)s. %(link)s"),
)
REMINDED_OF_REMEDY = News(
    "reminded_remedy", N_("Reminder: you can appeal in file %(reference)s until %(date)s. %(link)s")
)
MOVED = News("moved", N_("File %(reference)s: the last day to answer you is now %(date)s. %(link)s"))
MOVED_YOURS = News(
    "moved_yours", N_("File %(reference)s: you now have until %(date)s. See it online or at the counter. %(link)s")
)
MOVED_REMEDY = News("moved_remedy", N_("File %(reference)s: you can now appeal until %(date)s. %(link)s"))
REVOKED = News(
    "revoked", N_("File %(reference)s: a document of it no longer stands. See why online or at the counter. %(link)s")
)
REVOKED_AND_REPLACED = News(
    "revoked_replaced", N_("File %(reference)s: a document of it was replaced. Take the new one. %(link)s")
)
OTHER = News("news", N_("There is news of file %(reference)s. See it online or at the counter. %(link)s"))

_CLOSED = {Result.RETURNED.value: RETURNED, Result.WITHDRAWN.value: WITHDRAWN}
_BY_LAW = {Act.SILENCE: ACCEPTED, Act.REPETITION: REPEATED}
"""What is said of a decision that the law takes, or lets be taken, in the office's place."""
_REMINDERS = {
    "deposit": REMINDED_OF_DOCUMENTS,
    "replacement": REMINDED_OF_REPLACEMENT,
    "remedy": REMINDED_OF_REMEDY,
}

_TOLD = (SilenceRecorded, PeriodExtended, PeriodChanged, DueDateMoved, DocumentRevoked)
"""What is told though the case enters no state by it."""


def is_news(event: Event) -> bool:
    """Whether the applicant is told of an event, rather than of what brought it about."""
    return enters(event) or isinstance(event, _TOLD)


class Days(NamedTuple):
    """The last days of a case just after an event: the office's, the applicant's own, and that of her remedy.

    ``remedy_over`` is whether this last one has passed by the time she is told: no message names a day that is past.
    """

    due_on: date | None = None
    hers: date | None = None
    remedy: date | None = None
    remedy_over: bool = False


def message_about(
    event: Event,
    *,
    channel: Channel,
    language: str,
    reference: str,
    days: Days,
    base_url: str,
    act: Act | None = None,
) -> Said:
    """What is said of an event; ``days`` are those of the case's clock just after it, ``act`` what it is to the law."""
    news = _news_of(event, days, act)
    return _said(news, channel, language, reference, _day_of(event, days), base_url)


def reminder(
    *, channel: Channel, language: str, reference: str, deadline: str, until: date | None, base_url: str
) -> Said:
    """What somebody is told again: ``deadline`` names the last day of hers that is near, empty where there is none."""
    news = _REMINDERS.get(deadline, REMINDED) if until is not None else REMINDED
    return _said(news, channel, language, reference, until, base_url)


def _said(news: News, channel: Channel, language: str, reference: str, day: date | None, base_url: str) -> Said:
    link = f"{base_url}/{language}/track"
    if channel is Channel.SMS:
        params = {"reference": reference, "date": _short(day, language), "link": link}
        # A space that does not break is a letter that makes an SMS twice as dear.
        return Said("", translate(language, news.sms, params).replace(NO_BREAK, " "))
    date_in_words = plain_date(day, language) if day else ""
    return Said(*mail(news.mail, language, reference=reference, date=date_in_words, link=link))


def _news_of(event: Event, days: Days, act: Act | None) -> News:
    match event:
        case CaseSubmitted() | FileCompleted() if days.due_on is not None:
            return COMPLETE
        case CaseSubmitted() | FileCompleted():
            return LACKING if days.hers is not None else RECEIVED
        case CaseDecided():
            return _BY_LAW[act] if act in _BY_LAW else _CLOSED.get(event.outcome, DECIDED)
        case CaseTransferred():
            return TRANSFERRED
        case DocumentRevoked():
            return REVOKED_AND_REPLACED if event.again else REVOKED
        case SilenceRecorded(meaning=Silence.APPROVAL.value):
            return ACCEPTED
        case SilenceRecorded() if days.remedy_over:
            return SILENT_OVER
        case SilenceRecorded():
            return SILENT if days.remedy is None else SILENT_APPEAL
        case _:
            return _asked(event, days) or _runs_again(event, days) or OTHER


def _asked(event: Event, days: Days) -> News | None:
    """What the applicant is asked for, if that is what happened."""
    match event:
        case InformationRequested():
            return ASKED
        case ReplacementRequested() if days.hers is not None:
            return REPLACE
        case OriginalsRequested():
            return ORIGINALS
        case DueDateMoved(of="remedy"):
            return MOVED_REMEDY
        case DueDateMoved() if event.after is not None and (event.of == "file" or days.due_on is None):
            return MOVED_YOURS
        case _:
            return None


_UNTIL: Mapping[type[Event], News] = {
    InformationProvided: ANSWERED,
    DocumentsReplaced: RESUMED,
    OriginalsSeen: RESUMED,
    PeriodExtended: EXTENDED,
    PeriodChanged: PERIOD,
    CaseReopened: REOPENED,
    DueDateMoved: MOVED,
}
"""What is said of events after which an answer is due by another day than before."""


def _runs_again(event: Event, days: Days) -> News | None:
    return _UNTIL.get(type(event)) if days.due_on is not None else None


def _day_of(event: Event, days: Days) -> date | None:
    """The day that a message names."""
    if isinstance(event, DueDateMoved) and event.after is not None:
        return date.fromisoformat(event.after)
    if isinstance(event, SilenceRecorded):
        return days.remedy
    return days.due_on or days.hers


def _short(day: date | None, language: str) -> str:
    """A date for an SMS: names of months such as «août» need letters that make a French one twice as dear."""
    if day is None:
        return ""
    return plain_date(day, language) if direction(language) == "rtl" else f"{day:%d/%m/%Y}"
