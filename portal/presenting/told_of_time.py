"""What the law's clock and its acts did to a case, in the words of whoever reads its timeline."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.acts import RULES, Act
from portal.domain.events import (
    ApplicantReminded,
    DeadlineNear,
    DocumentsReplaced,
    DueDateMoved,
    Event,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    RemedyDecided,
    RemedyFiled,
    ReplacementRequested,
    SilenceRecorded,
)
from portal.domain.periods import LAWS
from portal.domain.service import Result, ServiceDefinition, Silence
from portal.i18n import N_, comma, long_date, office_date, translate, translate_count
from portal.presenting.isolation import isolated
from portal.presenting.law import article, of_law_55_19
from portal.presenting.period import days_in_words
from portal.presenting.staff_panel import ALERTED

BY_TIME = (SilenceRecorded, DueDateMoved, ApplicantReminded, DeadlineNear, RemedyFiled, RemedyDecided)
"""What time, the calendar and other cases bring about: it names nobody."""

REASONS = ("reasons",)
"""What the applicant reads of an act: why it was done. Its other answers are the office's own."""

OUTCOMES: Mapping[str, str] = {
    Result.GRANTED.value: N_("The request was accepted."),
    Result.REFUSED.value: N_("The request was refused."),
    Result.RETURNED.value: N_("The file was returned."),
    Result.WITHDRAWN.value: N_("It was withdrawn."),
    Result.REFERRED.value: N_("It was passed on to another body."),
}
REMINDED: Mapping[str, str] = {
    "deposit": N_("A reminder was sent: the missing documents are awaited until %(date)s"),
    "replacement": N_("A reminder was sent: the documents to replace are awaited until %(date)s"),
    "remedy": N_("A reminder was sent: an appeal is possible until %(date)s"),
}
MOVED: Mapping[str, tuple[str, str]] = {
    "answer": (
        N_("Last day to answer: %(after)s."),
        N_("Last day to answer: %(after)s, and no longer %(before)s."),
    ),
    "file": (
        N_("Last day for the applicant: %(after)s."),
        N_("Last day for the applicant: %(after)s, and no longer %(before)s."),
    ),
    "yours": (
        N_("Your last day: %(after)s."),
        N_("Your last day: %(after)s, and no longer %(before)s."),
    ),
    "remedy": (
        N_("An appeal is possible until %(after)s."),
        N_("An appeal is possible until %(after)s, and no longer %(before)s."),
    ),
}
"""What is said of a last day that moved, by whose it is: without the one before it, and with it."""
REMINDED_OTHERWISE = N_("A reminder was sent: the last day is %(date)s")


@dataclass(frozen=True)
class Teller:
    """How the reader is spoken to: ``listed`` names documents, ``inputs`` quotes what somebody said while acting.

    ``services`` are the titles of the services that can follow a case, by their slugs.
    """

    definition: ServiceDefinition
    language: str
    to_citizen: bool
    listed: Callable[[str, Sequence[str]], str]
    inputs: Callable[[str, str, Mapping[str, Any], Sequence[str] | None], str]
    services: Mapping[str, str]

    def say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)

    def article(self, source: str) -> str:
        return isolated(article(source)[self.language], self.language)

    def day(self, day: str) -> str:
        return long_date(date.fromisoformat(day), self.language)

    def said(self, action: str, source: str, inputs: Mapping[str, Any]) -> str:
        """What was said while acting, as far as this reader reads it."""
        return self.inputs(action, source, inputs, REASONS if self.to_citizen else None)


def told_of_acts(teller: Teller, event: Event) -> tuple[str, str] | None:
    """The title and the text of an act of law; None for any other event."""
    match event:
        case ReplacementRequested():
            title = N_("You are asked to replace documents") if teller.to_citizen else N_("Replacement requested")
            asked = teller.listed(N_("Documents to replace: %(documents)s."), event.documents)
            return teller.say(title), _joined(asked, teller.said(event.action, event.source, event.inputs))
        case DocumentsReplaced():
            arrived = N_("The documents were replaced: the period runs again")
            return teller.say(arrived), teller.listed(N_("Documents received: %(documents)s."), event.documents)
        case OriginalsRequested():
            title = N_("You are asked to show originals") if teller.to_citizen else N_("Originals requested")
            asked = teller.listed(N_("Originals to show: %(documents)s."), event.documents)
            return teller.say(title), _joined(asked, teller.said(event.action, event.source, event.inputs))
        case OriginalsSeen():
            seen = teller.say(N_("The originals were seen: the period runs again"))
            return seen, teller.said(event.action, event.source, event.inputs)
        case PeriodExtended():
            days = days_in_words(event.days, teller.definition.deadline.law, teller.language)
            return (
                teller.say(N_("The period was extended. Days added: %(days)s"), days=days),
                teller.said(event.action, event.source, event.inputs),
            )
        case PeriodChanged():
            days = days_in_words(event.days, event.law, teller.language)
            period = N_("Another period holds for this file: %(days)s (%(article)s)")
            return (
                teller.say(period, days=days, article=teller.article(LAWS[event.law].article)),
                teller.said(event.action, event.source, event.inputs),
            )
        case _:
            return _told_of_time(teller, event) or _told_of_remedies(teller, event)


def _told_of_time(teller: Teller, event: Event) -> tuple[str, str] | None:
    """What time and the calendar brought about."""
    match event:
        case SilenceRecorded():
            return teller.say(N_("No answer came by %(date)s"), date=teller.day(event.due_on)), _silence(teller, event)
        case DueDateMoved():
            return teller.say(N_("The calendar of days off changed")), _moved(teller, event)
        case ApplicantReminded():
            words = REMINDED.get(event.deadline, REMINDED_OTHERWISE)
            return teller.say(words, date=teller.day(event.due_on)), ""
        case DeadlineNear():
            warned = comma(teller.language).join(teller.say(ALERTED[one]) for one in event.warned if one in ALERTED)
            told = teller.say(N_("Warned: %(roles)s."), roles=warned) if warned else ""
            return warning_words(event.warning, teller.language), told
        case _:
            return None


def _silence(teller: Teller, event: SilenceRecorded) -> str:
    if event.meaning == Silence.APPROVAL.value:
        granted = N_("Silence means acceptance: the request is deemed accepted (%(article)s).")
        return teller.say(granted, article=teller.article(RULES[Act.SILENCE].article))
    if not of_law_55_19(teller.definition.deadline.law) or teller.definition.follows is not None:
        # What can then be done is named, with its own rule, where it can be filed.
        return ""
    open_to = (
        N_("You can appeal (%(article)s).") if teller.to_citizen else N_("The applicant can appeal (%(article)s).")
    )
    return teller.say(open_to, article=teller.article("55-19/21"))


def _moved(teller: Teller, event: DueDateMoved) -> str:
    if event.after is None:
        return ""
    whose = "yours" if event.of == "file" and teller.to_citizen else event.of
    anew, instead = MOVED.get(whose, MOVED["answer"])
    if event.before is None:
        return teller.say(anew, after=teller.day(event.after))
    return teller.say(instead, after=teller.day(event.after), before=teller.day(event.before))


def _told_of_remedies(teller: Teller, event: Event) -> tuple[str, str] | None:
    """What became of cases that follow this one."""
    match event:
        case RemedyFiled():
            filed = teller.say(N_("Filed after this one: %(service)s"), service=_service(teller, event.service))
            return filed, teller.say(
                N_("Its reference: %(reference)s."), reference=isolated(event.reference, teller.language)
            )
        case RemedyDecided():
            decided = teller.say(N_("Decided after this one: %(service)s"), service=_service(teller, event.service))
            outcome = OUTCOMES.get(event.outcome, "")
            reference = isolated(event.reference, teller.language)
            named = teller.say(N_("Its reference: %(reference)s."), reference=reference)
            return decided, _joined(teller.say(outcome) if outcome else "", named)
        case _:
            return None


def _service(teller: Teller, slug: str) -> str:
    return teller.services.get(slug, slug)


def warning_words(warning: str, language: str) -> str:
    """At which point of the period those who decide were warned; ``warning`` is the name of an alarm."""
    point, _, days = warning.partition("-")
    match point:
        case "half":
            return translate(language, N_("Half of the period has passed"))
        case "quarter":
            return translate(language, N_("A quarter of the period is left"))
        case "before" if days.isdigit():
            return translate_count(
                language, "The last day is %(count)s day away", "The last day is %(count)s days away", int(days)
            )
        case "after" if days.isdigit():
            return translate_count(
                language,
                "The last day passed at least %(count)s day ago",
                "The last day passed at least %(count)s days ago",
                int(days),
            )
        case "return":
            return translate(language, N_("The time to bring documents is over, and the file could not be returned"))
        case _:
            return translate(language, N_("A last day is near"))


def recorded_late(event: Event, at: datetime, language: str) -> str:
    """When something was due that time brought about and that was recorded on a later day, as after an outage."""
    on: str = getattr(event, "on", "")
    if not on or date.fromisoformat(on) >= office_date(at):
        return ""
    params = {"on": long_date(date.fromisoformat(on), language), "recorded": long_date(office_date(at), language)}
    return translate(language, N_("Due on %(on)s, recorded on %(recorded)s."), params)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
