"""What a person is told when her case changes: short, and nothing that whoever else reads her phone should learn.

A message names neither the service nor anybody: only the reference, what happened, by when, and where to look.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.domain.events import (
    CaseDecided,
    CaseSubmitted,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
)
from portal.domain.service import Result
from portal.i18n import N_, direction, plain_date, translate
from portal.ports import Channel
from portal.presenting.isolation import isolated


@dataclass(frozen=True)
class Said:
    """One message; an SMS has no subject."""

    subject: str
    body: str


class Words(NamedTuple):
    """One kind of news, by message id: an e-mail's subject and its sentences, and the whole of an SMS."""

    subject: str
    sentences: tuple[str, ...]
    sms: str


COMPLETE = Words(
    N_("Your file is complete"),
    (
        N_("Your file has been received, and it is complete."),
        N_("An answer is due to you by %(date)s at the latest."),
    ),
    N_("File %(reference)s received and complete. Answer due by %(date)s. %(link)s"),
)
RECEIVED = Words(
    N_("Your file has been received"),
    (N_("Your file has been received."),),
    N_("File %(reference)s received. %(link)s"),
)
LACKING = Words(
    N_("Documents are missing from your file"),
    (
        N_("Your file has been received, but documents are missing from it."),
        N_("Bring them by %(date)s at the latest, online or at the counter; otherwise the file is returned to you."),
    ),
    N_("File %(reference)s: documents are missing. Bring them by %(date)s. %(link)s"),
)
ASKED = Words(
    N_("You are asked for further information"),
    (
        N_("The office asks you for further information to study your file."),
        N_("You can answer online or at the counter. The time to answer you is paused until then."),
    ),
    N_("File %(reference)s: we need information from you. Answer online or at the counter. %(link)s"),
)
ANSWERED = Words(
    N_("Your answer has been received"),
    (
        N_("Your answer has been received, and the time to answer you runs again."),
        N_("An answer is due to you by %(date)s at the latest."),
    ),
    N_("File %(reference)s: your information was received. Answer due by %(date)s. %(link)s"),
)
DECIDED = Words(
    N_("A decision has been taken on your file"),
    (N_("A decision has been taken on your file."), N_("You can read it online, or ask for it at the counter.")),
    N_("File %(reference)s: a decision has been taken. Read it online or at the counter. %(link)s"),
)
RETURNED = Words(
    N_("Your file has been returned to you"),
    (N_("Your file has been returned to you."), N_("You will find why in your file. You can file again at any time.")),
    N_("File %(reference)s has been returned to you. Read why online or at the counter. %(link)s"),
)
WITHDRAWN = Words(
    N_("Your file has been withdrawn"),
    (N_("Your file has been withdrawn, as you asked."), N_("You can file again at any time.")),
    N_("File %(reference)s has been withdrawn, as you asked. %(link)s"),
)
NEWS = Words(
    N_("There is news of your file"),
    (N_("There is news of your file."), N_("You can read it online, or ask at the counter.")),
    N_("There is news of file %(reference)s. See it online or at the counter. %(link)s"),
)

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
    words = _words_for(event, due_on, deposit_due_on)
    day = due_on or deposit_due_on
    link = f"{base_url}/{language}/track"
    if channel is Channel.SMS:
        params = {"reference": reference, "date": _short(day, language), "link": link}
        return Said("", translate(language, words.sms, params))
    return _email(words, language, reference, plain_date(day, language) if day else "", link)


def _words_for(event: Event, due_on: date | None, deposit_due_on: date | None) -> Words:
    match event:
        case CaseSubmitted() | FileCompleted() if due_on is not None:
            return COMPLETE
        case CaseSubmitted() | FileCompleted():
            return LACKING if deposit_due_on is not None else RECEIVED
        case InformationRequested():
            return ASKED
        case InformationProvided() if due_on is not None:
            return ANSWERED
        case CaseDecided():
            return _CLOSED.get(event.outcome, DECIDED)
        case _:
            return NEWS


def _email(words: Words, language: str, reference: str, day: str, link: str) -> Said:
    told = " ".join(translate(language, sentence, {"date": day}) for sentence in words.sentences)
    shown = isolated(reference, language)
    paragraphs = [
        translate(language, N_("Hello,")),
        told,
        translate(language, N_("Reference of the file: %(reference)s"), {"reference": shown}),
        # A link stays bare: mail programs would take the mark that isolates it for a part of the address.
        translate(
            language,
            N_("To follow it, with this reference and the secret code of your receipt: %(link)s"),
            {"link": link},
        ),
    ]
    return Said(f"{translate(language, words.subject)} – {shown}", "\n\n".join(paragraphs) + "\n")


def _short(day: date | None, language: str) -> str:
    """A date for an SMS: names of months such as «août» need letters that make a French one twice as dear."""
    if day is None:
        return ""
    return plain_date(day, language) if direction(language) == "rtl" else f"{day:%d/%m/%Y}"
