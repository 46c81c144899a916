"""What a reader is told when something cannot be done: what happened, and what to do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from portal.domain.errors import PortalError
from portal.fields.base import Wrong
from portal.i18n import N_, plain_date, time_in_words, translate
from portal.presenting.isolation import isolated
from portal.presenting.law import article
from portal.presenting.wrongs import wrong_text


@dataclass(frozen=True)
class Shown:
    """An error in the reader's language; ``steps`` are what she can do now."""

    title: str
    text: str
    steps: tuple[str, ...] = ()


class Words(NamedTuple):
    """The message ids of one error."""

    title: str
    text: str


UNEXPECTED = Words(
    N_("Something went wrong"), N_("The fault is ours, and what you had saved is kept. Try again in a moment.")
)

MESSAGES: Mapping[str, Words] = {
    "error.unexpected": UNEXPECTED,
    "error.not_found": Words(
        N_("There is no such page"),
        N_("Check the address or the reference. A file that is not yours cannot be shown to you."),
    ),
    "error.not_allowed": Words(
        N_("You may not do this"), N_("Your account does not have the right to do this, or not on this file.")
    ),
    "error.sign_in_needed": Words(N_("Sign in to continue"), N_("This page is only for people who have signed in.")),
    "error.bad_proof": Words(
        N_("This page has been open for too long"), N_("Nothing was changed. Go back, reload the page and try again.")
    ),
    "error.visit_ended": Words(
        N_("Your visit has ended"),
        N_(
            "Without an account, a visit lasts 24 hours; after that we cannot know you again. What you have just typed "
            "was not sent, and no server keeps it: go back to copy it, then start again."
        ),
    ),
    "error.too_many": Words(N_("Too many attempts"), N_("Wait a few minutes, then try again.")),
    "error.maintenance": Words(
        N_("The portal is closed for maintenance"),
        N_("We are working on it. What you had saved is kept."),
    ),
    "error.too_large": Words(N_("Too much was sent at once"), N_("Send fewer files at a time, or lighter ones.")),
    "error.unavailable": Words(
        N_("A service we need does not answer"),
        N_("Nothing is lost. Try again in a few minutes, or come to the counter."),
    ),
    "error.busy": Words(
        N_("Many files are being checked right now"),
        N_("Nothing is lost. Send yours again in a few seconds, or type the code printed under the QR."),
    ),
    "error.clocks_disagree": Words(
        N_("The portal's machines do not agree on the date"),
        N_("Nothing was changed, and nothing is lost. Try again in a moment."),
    ),
    "error.invalid": Words(
        N_("What was sent cannot be read"), N_("Go back, check what you entered, and send it again.")
    ),
    "law.forbidden": Words(N_("The law does not allow this"), N_("This is the rule of the %(article)s.")),
    "law.second_request": Words(
        N_("Information has already been asked for once"),
        N_("Further information may be asked for once only (%(article)s)."),
    ),
    "law.request_too_late": Words(
        N_("It is too late to ask the applicant for anything"),
        N_("This can be asked for in the first half of the period only, which ended on %(until)s (%(article)s)."),
    ),
    "law.originals_again": Words(
        N_("Originals have already been asked for"),
        N_("Originals are asked for in one request only, whatever is in doubt (%(article)s)."),
    ),
    "law.not_listed": Words(
        N_("The period of this service cannot be extended"),
        N_("Only the services listed for an expertise or a public inquiry can have it extended (%(article)s)."),
    ),
    "law.second_extension": Words(
        N_("The period has already been extended"), N_("A period is extended once only (%(article)s).")
    ),
    "law.extension_too_long": Words(
        N_("This extension is too long"),
        N_("Enter from 1 to %(most)s days: that is the most for this service (%(article)s)."),
    ),
    "law.period_over": Words(
        N_("The period is over"),
        N_("A period that has run out is neither extended nor changed: answer without delay (%(article)s)."),
    ),
    "law.other_period_over": Words(
        N_("That period is already over"),
        N_("Counted under it, the last day to answer was %(until)s: go on under the present period (%(article)s)."),
    ),
    "law.not_running": Words(
        N_("The period is not running"),
        N_("The file is incomplete, or waits for the applicant already: nothing else is asked meanwhile."),
    ),
    "law.silence_is_approval": Words(
        N_("The request is already deemed accepted"),
        N_("The period ran out, and silence grants this request: it can no longer be refused (%(article)s)."),
    ),
    "law.not_repeated": Words(
        N_("This request was not refused before"),
        N_("Only a request that repeats one already refused may be left without an answer (%(article)s)."),
    ),
    "law.refusal_overturned": Words(
        N_("That refusal no longer stands"),
        N_(
            "It was taken up again, or something filed against it was granted. Examine this request like any other "
            "(%(article)s)."
        ),
    ),
    "law.not_yet_returned": Words(
        N_("It is too early to return this file"),
        N_("The applicant still has time to complete it (%(article)s)."),
    ),
    "law.remedy_too_late": Words(
        N_("The time for this has passed"), N_("It was possible until %(until)s (%(article)s).")
    ),
    "law.reasons_missing": Words(N_("Give the reasons"), N_("This decision must state its reasons (%(article)s).")),
    "law.consent_missing": Words(
        N_("The applicant has not agreed to this"),
        N_("What another administration holds is fetched with the citizen's prior consent only (%(article)s)."),
    ),
    "case.already_decided": Words(
        N_("This file is already closed"), N_("A decision was taken in the meantime. Open the file again to read it.")
    ),
    "case.moved": Words(
        N_("This file has changed"),
        N_("Something was done on it while you were looking at it. Open it again, check it, and go on."),
    ),
    "case.action_not_possible": Words(
        N_("This cannot be done now"), N_("The file has reached another step. Open it again to see what can be done.")
    ),
    "case.taken_by_someone": Words(
        N_("A colleague is working on this file"), N_("The colleague can give it back, and a chief can take it over.")
    ),
    "case.reopening_too_late": Words(
        N_("It is too late to take this decision up again"), N_("This was possible until %(until)s.")
    ),
    "case.journal_contradicts": Words(
        N_("The record of this file contradicts itself"),
        N_("Nothing more can be done on it until an operator has looked at it. Nothing is lost: tell the operator."),
    ),
    "case.documents_needed": Words(
        N_("Choose the documents"), N_("Choose at least one document that was really brought in this file.")
    ),
    "case.unit_needed": Words(
        N_("Choose where the file goes"), N_("Choose an office other than the one that has the file.")
    ),
    "opinion.not_asked": Words(
        N_("This opinion is not asked for"), N_("Check the reference. Only those who are asked can give an opinion.")
    ),
    "opinion.already_given": Words(
        N_("This opinion has been given"), N_("It stands as it was given. Open the file again to read it.")
    ),
    "opinion.closed": Words(
        N_("This file no longer awaits opinions"), N_("It went on in the meantime. Nothing more needs to be done.")
    ),
    "apply.not_ready": Words(
        N_("Your file is not ready to be sent"),
        N_("Some answers are missing or need a correction. Complete them, then send the file."),
    ),
    "apply.outdated": Words(
        N_("This service has changed since you began"),
        N_("Your answers are kept. Open your request again to see what is different."),
    ),
    "service.withdrawn": Words(
        N_("This service is no longer offered here"),
        N_(
            "No new request can be made. What has already been handed in goes on as before: you can follow it, and it "
            "will be answered."
        ),
    ),
    "file.empty": Words(N_("This file is empty"), N_("Choose another file, or take the photo again.")),
    "file.too_large": Words(
        N_("This file is too large"), N_("Send a lighter one. Largest size in megabytes: %(megabytes)s.")
    ),
    "file.wrong_kind": Words(
        N_("This kind of file is not accepted"),
        N_("Send a photo or a scan of the document. Accepted kinds: %(kinds)s."),
    ),
    "file.broken": Words(
        N_("This file cannot be opened"),
        N_("It may be damaged or locked by a password. Save it again, or take a photo of the document."),
    ),
    "file.was_set_aside": Words(
        N_("This very file was set aside"),
        N_("The office has set this very file aside. Read why, then send another one."),
    ),
    "file.came_too_late": Words(
        N_("This document came too late"),
        N_(
            "Nobody waits for it any more: it was not added, and nothing of it was kept. The page of the file says what "
            "can be done now."
        ),
    ),
    "file.too_many": Words(
        N_("Too many files for this document"), N_("Remove one first. Largest number of files: %(count)s.")
    ),
    "file.try_out_full": Words(
        N_("This try-out is full"),
        N_(
            "This try-out is full. Largest size in megabytes: %(megabytes)s. Largest number of files: %(count)s. Send a "
            "lighter file, or start another try-out."
        ),
    ),
    "studio.same_person": Words(
        N_("A second person decides on this"),
        N_("Whoever uploaded or proposed a version cannot publish it. Another publisher looks at it first."),
    ),
    "studio.overtaken": Words(
        N_("Something has changed in the meantime"),
        N_("A colleague decided on this version, or another one came into force. Look at the service again."),
    ),
    "studio.same_files": Words(
        N_("Another service has exactly these files"),
        N_("It was published in the meantime. Give this service its own title and texts, and upload it again."),
    ),
    "studio.no_longer_sound": Words(
        N_("This version is no longer sound"),
        N_("The province has changed since it was proposed. Withdraw it, upload it again, and read its faults."),
    ),
    "studio.try_ended": Words(
        N_("This try-out has ended"),
        N_("A try-out lasts an hour, and what was typed into it is erased then. Start another one."),
    ),
    "feast.days_needed": Words(N_("Enter the days of the feast"), N_("Enter at least one day of the feast.")),
    "feast.not_in_year": Words(
        N_("These days are not all in that year"), N_("Enter days of %(year)s: the feast is confirmed for that year.")
    ),
    "feast.beyond_calendar": Words(
        N_("The calendar does not reach that year"), N_("Choose a year from %(first)s to %(last)s.")
    ),
    "feast.days_apart": Words(
        N_("The days of a feast follow each other"),
        N_("Check the days: they follow each other, each time that the feast comes in the year."),
    ),
    "feast.day_twice": Words(
        N_("One day is written twice"), N_("%(day)s is written twice: write each day of the feast once.")
    ),
    "feast.too_long": Words(
        N_("A feast is not that long"), N_("Check the days. Largest number of days of a feast: %(most)s.")
    ),
    "feast.far_from_estimate": Words(
        N_("These days are far from the estimate"),
        N_(
            "The feast is expected around %(expected)s, and these days lie more than 15 days from it. Check the month; "
            "if they are right, confirm that you are sure."
        ),
    ),
    "closure.reversed": Words(
        N_("The last day comes before the first"), N_("Enter a last day that is the first one or comes after it.")
    ),
    "closure.too_long": Words(
        N_("This closure is too long"), N_("Check the two days. Largest number of days of a closure: %(most)s.")
    ),
    "feast.past": Words(
        N_("A day that has come stays off"),
        N_(
            "%(day)s would be a working day after the fact, and last days would have passed unseen. Nothing was changed."
        ),
    ),
    "closure.over": Words(
        N_("This closure is over"),
        N_("It has ended, or ends today: its days stay off, for last days were counted by them. Nothing was changed."),
    ),
    "closure.too_early": Words(
        N_("This closure began too long ago"),
        N_(
            "A closure is entered within %(most)s days of its first day: enter one that is no earlier than %(since)s. "
            "What was late before then stays late."
        ),
    ),
    "closure.beyond_calendar": Words(
        N_("The calendar does not reach that year"), N_("Enter days from %(first)s to %(last)s.")
    ),
    "calendar.cases_touched": Words(
        N_("Open files can be touched"),
        N_("This change can give files another last day: %(count)s. Confirm that you want it."),
    ),
    "closure.unnamed": Words(
        N_("Say why the office is closed"), N_("Write why the office is closed, in Arabic and in French.")
    ),
    "closure.unit_unknown": Words(N_("There is no such office"), N_("Choose an office from the list.")),
    "catalogue.unsound": Words(
        N_("The services contain faults"), N_("Nothing was published. The check of the services lists every fault.")
    ),
}
"""The words of every error of the portal, by its key."""

DATED: Mapping[str, tuple[str, str]] = {
    "error.too_many": ("at", N_("You can try again at %(at)s.")),
    "law.not_yet_returned": ("until", N_("The applicant can still complete it until %(until)s (%(article)s).")),
}
"""The words for an error whose end is known, and by which of its ``params``."""

STEPS: Mapping[str, tuple[str, ...]] = {
    "error.not_found": (
        N_("Look for a service by its name, or by an everyday word."),
        N_("To follow a file, take its receipt: the reference and the secret code are printed on it."),
    ),
    "service.withdrawn": (
        N_("Look for a service by its name, or by an everyday word."),
        N_("The nearest counter tells you where to turn."),
    ),
    "error.not_allowed": (
        N_("If it is about your file, sign in with the account you made it with."),
        N_("Without an account, open it with the reference and the secret code of your receipt."),
    ),
    "error.bad_proof": (
        N_("Go back with the arrow of your browser: what you typed is often still there."),
        N_("Reload the page, then send it again."),
    ),
    "error.too_many": (
        N_("Meanwhile, take your receipt and check each letter and each digit."),
        N_("Nothing is blocked for good: this keeps strangers from guessing the codes of others."),
    ),
    "error.too_large": (
        N_("Go back with the arrow of your browser."),
        N_("Send the files one by one, each of 10 MB at most. A clear photo of each page is enough."),
    ),
    "error.unexpected": (
        N_("Wait a minute, then load the page again."),
        N_("If you were sending a request, look first whether it is already among your files."),
    ),
    "error.unavailable": (N_("Wait a minute, then load the page again."),),
    "error.busy": (N_("Go back with the arrow of your browser, then send it again."),),
    "error.clocks_disagree": (N_("Wait a minute, then do it again. If it goes on, tell the counter or the operator."),),
    "case.already_decided": (N_("Open the file again: it shows the decision."),),
    "case.moved": (N_("Open the file again, then do what is still to be done."),),
    "case.action_not_possible": (N_("Open the file again: it shows what can be done now."),),
    "file.came_too_late": (N_("Open the file again: it shows what can be done now."),),
    "apply.not_ready": (N_("Go back to your answers: what is missing is marked there."),),
}
"""What the reader can do now, by the key of the error; where nothing stands here the text says it all."""

SHOWN_BELOW: Mapping[str, str] = {
    "case.already_decided": N_("A decision was taken in the meantime. It is shown below."),
    "case.moved": N_(
        "Something was done on this file while you were looking at it. It is shown below as it now stands."
    ),
    "file.came_too_late": N_(
        "The document you have just sent came too late: the file no longer waited for it, and it was not added. The file "
        "is shown below as it now stands."
    ),
}
"""The words of the errors that the case itself explains, once it stands below them."""


def explain_error(error: PortalError, language: str) -> Shown:
    """An error in a language; one whose key has no words is shown as our fault, which it then is."""
    if isinstance(error, Wrong):
        return Shown(translate(language, N_("There is a problem")), wrong_text(error, language))
    key = error.key if error.key in MESSAGES else "error.unexpected"
    words = MESSAGES[key]
    params = {name: _written(name, value, language) for name, value in error.params.items()}
    known, dated = DATED.get(key, ("", ""))
    text = dated if params.get(known) else words.text
    steps = tuple(translate(language, step) for step in STEPS.get(key, ()))
    return Shown(translate(language, words.title), translate(language, text, params), steps)


def told_over_the_case(error: PortalError, language: str) -> str:
    """What is told on the page of the case itself, where nothing has to be opened again."""
    message = SHOWN_BELOW.get(error.key)
    return translate(language, message) if message else explain_error(error, language).text


def _written(name: str, value: str, language: str) -> str:
    if name == "article":
        return isolated(article(value)[language], language)
    if name in ("until", "expected", "since", "day"):
        return plain_date(date.fromisoformat(value), language)
    if name == "at":
        return time_in_words(datetime.fromisoformat(value), language)
    return value
