"""What a reader is told when something cannot be done: what happened, and what to do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.domain.errors import PortalError
from portal.fields.base import Wrong
from portal.i18n import N_, plain_date, translate
from portal.presenting.isolation import isolated
from portal.presenting.law import article
from portal.presenting.wrongs import wrong_text


@dataclass(frozen=True)
class Shown:
    """An error in the reader's language."""

    title: str
    text: str


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
    "error.too_many": Words(N_("Too many attempts"), N_("Wait a few minutes, then try again.")),
    "error.too_large": Words(N_("Too much was sent at once"), N_("Send fewer files at a time, or lighter ones.")),
    "error.unavailable": Words(
        N_("A service we need does not answer"),
        N_("Nothing is lost. Try again in a few minutes, or come to the counter."),
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
        N_("It is too late to ask for information"),
        N_("It may be asked for in the first half of the period only, which ended on %(until)s (%(article)s)."),
    ),
    "law.reasons_missing": Words(N_("Give the reasons"), N_("A refusal states its reasons (%(article)s).")),
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
    "apply.not_ready": Words(
        N_("Your file is not ready to be sent"),
        N_("Some answers are missing or need a correction. Complete them, then send the file."),
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
    "file.too_many": Words(
        N_("Too many files for this document"), N_("Remove one first. Largest number of files: %(count)s.")
    ),
    "catalogue.unsound": Words(
        N_("The services contain faults"), N_("Nothing was published. The check of the services lists every fault.")
    ),
}
"""The words of every error of the portal, by its key."""

SHOWN_BELOW: Mapping[str, str] = {
    "case.already_decided": N_("A decision was taken in the meantime. It is shown below."),
    "case.moved": N_(
        "Something was done on this file while you were looking at it. It is shown below as it now stands."
    ),
}
"""The words of the errors that the case itself explains, once it stands below them."""


def explain_error(error: PortalError, language: str) -> Shown:
    """An error in a language; one whose key has no words is shown as our fault, which it then is."""
    if isinstance(error, Wrong):
        return Shown(translate(language, N_("There is a problem")), wrong_text(error, language))
    words = MESSAGES.get(error.key, UNEXPECTED)
    params = {name: _written(name, value, language) for name, value in error.params.items()}
    return Shown(translate(language, words.title), translate(language, words.text, params))


def told_over_the_case(error: PortalError, language: str) -> str:
    """What is told on the page of the case itself, where nothing has to be opened again."""
    message = SHOWN_BELOW.get(error.key)
    return translate(language, message) if message else explain_error(error, language).text


def _written(name: str, value: str, language: str) -> str:
    if name == "article":
        return isolated(article(value)[language], language)
    if name == "until":
        return plain_date(date.fromisoformat(value), language)
    return value
