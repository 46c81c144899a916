"""What happened to a case, newest first, in the words of whoever reads it: its applicant, or the counter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from portal.domain.events import (
    CaseDecided,
    CaseMoved,
    CasePushed,
    CaseReleased,
    CaseReopened,
    CaseSubmitted,
    CaseTaken,
    CaseTransferred,
    DeadlineNear,
    DocumentIssued,
    DocumentObtained,
    DocumentRevoked,
    DocumentsAdded,
    EffectGivenUp,
    Event,
    FileCompleted,
    FollowUpReported,
    InformationProvided,
    InformationRequested,
    KeyErased,
    MessageSent,
    NumberAbandoned,
    OpinionGiven,
    OpinionsJoined,
    OpinionsRequested,
    TimerFired,
    VoteCast,
)
from portal.domain.service import Field, Role, ServiceDefinition, Text
from portal.fields.base import Surroundings
from portal.i18n import N_, OFFICE_ZONE, comma, long_date, moment_in_words, translate
from portal.ports import Channel
from portal.presenting.isolation import in_its_script, isolated, quoted
from portal.presenting.law import article, of_law_55_19
from portal.presenting.printed import document_title
from portal.presenting.revoked import told_of_replacing, told_of_revoking
from portal.presenting.said import all_said
from portal.presenting.staff_panel import ALERTED
from portal.presenting.told_of_advice import Advice, called, told_of_advice
from portal.presenting.told_of_time import BY_TIME, Teller, recorded_late, told_of_acts


class Audience(StrEnum):
    """Who reads: citizens see neither the names of staff nor what happens inside the office."""

    CITIZEN = "citizen"
    COUNTER = "counter"


@dataclass(frozen=True)
class Link:
    """Where something can be read."""

    label: str
    url: str


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened; ``current`` marks where the case stands now."""

    title: str
    when: str
    datetime: str
    text: str = ""
    current: bool = False
    links: tuple[Link, ...] = ()


Happened = tuple[datetime, str, str, Event]
"""When, in which role, by whom, and what."""

_INTERNAL = (
    CaseTaken,
    CaseReleased,
    MessageSent,
    EffectGivenUp,
    NumberAbandoned,
    VoteCast,
    TimerFired,
    DeadlineNear,
    KeyErased,
)
_BY_NOBODY = (
    DocumentIssued,
    FollowUpReported,
    MessageSent,
    CasePushed,
    EffectGivenUp,
    NumberAbandoned,
    OpinionsRequested,
    OpinionsJoined,
    TimerFired,
    *BY_TIME,
)
"""What follows from what somebody did before, and names nobody."""

_TOLD_CITIZENS = ("ground", "reasons", "reply")
"""What a decision says to the citizen; other answers its agent gave are the office's own."""


class _Told(NamedTuple):
    title: str
    text: str = ""
    links: tuple[Link, ...] = ()


def entries(
    events: Sequence[Happened],
    definition: ServiceDefinition,
    language: str,
    audience: Audience | str,
    documents: Mapping[str, str],
    *,
    unit: str = "",
    platforms: Mapping[str, Text] | None = None,
    others: Mapping[str, Text] | None = None,
    obtained: Mapping[str, str] | None = None,
    around: Surroundings | None = None,
    services: Mapping[str, Text] | None = None,
    revoked: Mapping[str, str] | None = None,
) -> list[TimelineEntry]:
    """The timeline of a case whose ``events`` come oldest first.

    ``documents`` gives the address of each signed document by its number, ``unit`` the deciding office's name in the
    language, ``platforms`` the names of the national platforms, ``others`` those of units and partners, by their ids,
    ``obtained`` the address of each document that the office fetched, by its id, ``services`` the titles of those that
    can follow a case, by their slugs, ``revoked`` what is said of documents that stand no longer, by their numbers. What
    answers are about is ``around``.
    """
    known = (platforms or {}, others or {}, obtained or {}, services or {})
    narrator = _Narrator(definition, language, Audience(audience), documents, unit, *known, around, revoked or {})
    shown = []
    for happened in reversed(events):
        if isinstance(happened[3], CaseTransferred):
            # Until then the file was another office's.
            narrator = replace(narrator, unit=narrator.other(happened[3].from_unit))
        if narrator.shows(happened[3]):
            shown.append((happened, narrator.tell(happened)))
    return [
        TimelineEntry(
            title=told.title,
            when=moment_in_words(at, language),
            datetime=at.astimezone(OFFICE_ZONE).isoformat(timespec="seconds"),
            text=told.text,
            current=position == 0,
            links=told.links,
        )
        for position, ((at, _, _, _), told) in enumerate(shown)
    ]


@dataclass(frozen=True)
class _Narrator:
    definition: ServiceDefinition
    language: str
    audience: Audience
    documents: Mapping[str, str]
    unit: str
    platforms: Mapping[str, Text]
    others: Mapping[str, Text]
    obtained: Mapping[str, str]
    services: Mapping[str, Text]
    around: Surroundings | None
    revoked: Mapping[str, str]

    @property
    def to_citizen(self) -> bool:
        return self.audience is Audience.CITIZEN

    def shows(self, event: Event) -> bool:
        # A file that was complete when handed in says so in that entry.
        if isinstance(event, FileCompleted) and not event.action:
            return False
        return not (self.to_citizen and isinstance(event, _INTERNAL))

    def tell(self, happened: Happened) -> _Told:
        at, role, name, event = happened
        told = self._tell_of_file(event) or self._tell_of_acts(event)
        told = told or self._tell_of_others(event) or self._tell_of_advice(event) or self._tell_of_office(event)
        told = told._replace(text=f"{told.text} {recorded_late(event, at, self.language)}".strip())
        if isinstance(event, _BY_NOBODY) or (self.to_citizen and isinstance(event, OpinionGiven)):
            return told
        author = self._author(role, name)
        if not told.text and not self.to_citizen and role == Role.APPLICANT.value:
            # That the applicant did it goes without saying, but for closing a file.
            author = self._say(N_("At the applicant’s request.")) if isinstance(event, CaseDecided) else ""
        return told._replace(text=" ".join(part for part in (author, told.text) if part))

    def _tell_of_file(self, event: Event) -> _Told | None:
        match event:
            case CaseSubmitted():
                return _Told(self._submitted(event), self._with(event))
            case FileCompleted():
                return _Told(self._say(N_("The file is complete")), self._received(event.documents))
            case DocumentsAdded():
                still = self._listed(N_("Documents still missing: %(documents)s."), event.missing)
                added = " ".join(part for part in (self._received(event.documents), still) if part)
                return _Told(self._say(N_("Documents were added")), added)
            case InformationRequested():
                title = (
                    N_("You are asked for further information")
                    if self.to_citizen
                    else N_("Further information requested")
                )
                asked = self._inputs(event.action, event.source, event.inputs)
                return _Told(self._say(title), f"{asked} {self._once()}".strip())
            case InformationProvided():
                answered = self._inputs(event.action, event.source, event.inputs)
                arrived = N_("Your answer has arrived") if self.to_citizen else N_("The applicant’s answer has arrived")
                return _Told(self._say(arrived), answered)
            case CaseMoved():
                said = "" if self.to_citizen else self._inputs(event.action, event.source, event.inputs)
                return _Told(self._state(event.target), said)
            case CaseDecided():
                only = _TOLD_CITIZENS if self.to_citizen else None
                return _Told(self._state(event.target), self._inputs(event.action, event.source, event.inputs, only))
            case _:
                return None

    def _tell_of_acts(self, event: Event) -> _Told | None:
        """What the law's clock and its acts did."""
        titles = {slug: title[self.language] for slug, title in self.services.items()}
        teller = Teller(self.definition, self.language, self.to_citizen, self._listed, self._inputs, titles)
        told = told_of_acts(teller, event)
        return _Told(*told) if told is not None else None

    def _once(self) -> str:
        """That nothing more will be asked, where the law says so."""
        if not of_law_55_19(self.definition.deadline.law):
            return ""
        message = N_("The administration may ask for this once only (%(article)s).")
        return self._say(message, article=self._article("55-19/14"))

    def _tell_of_others(self, event: Event) -> _Told | None:
        """What concerns other offices."""
        match event:
            case CaseTransferred():
                passed = N_("The file was passed on to: %(name)s")
                said = "" if self.to_citizen else self._inputs(event.action, event.source, event.inputs)
                return _Told(self._say(passed, name=self.other(event.to_unit)), said)
            case CaseReopened():
                only = _TOLD_CITIZENS if self.to_citizen else None
                said = self._inputs(event.action, event.source, event.inputs, only)
                return _Told(self._say(N_("The decision is taken up again: a new period starts")), said)
            case TimerFired():
                return self._timer(event)
            case DocumentObtained():
                url = self.obtained.get(event.document)
                title = self._document(event.document)
                return _Told(
                    self._say(N_("Obtained from another administration: %(document)s"), document=title),
                    links=(Link(self._say(N_("See this document")), url),) if url else (),
                )
            case _:
                return None

    def _tell_of_advice(self, event: Event) -> _Told | None:
        """What those said who do not decide alone."""
        told = told_of_advice(Advice(self.definition, self.language, self.to_citizen, self.others, self.around), event)
        return _Told(*told) if told is not None else None

    def _timer(self, event: TimerFired) -> _Told:
        warned = comma(self.language).join(self._say(ALERTED[role]) for role in event.warned if role in ALERTED)
        told = self._say(N_("Warned: %(roles)s."), roles=warned) if warned else ""
        if event.action:
            return _Told(self._say(N_("The time set for this step has passed: the portal moved the file on")), told)
        return _Told(self._say(N_("The file has been at this step for a long time")), told)

    def other(self, name: str) -> str:
        """What another office or a partner is called."""
        return called(self.others, name, self.language)

    def _tell_of_office(self, event: Event) -> _Told:
        match event:
            case DocumentIssued():
                return self._issued(event)
            case DocumentRevoked() | NumberAbandoned():
                title = document_title(self.definition, event.document)[self.language]
                return _Told(*(told_of_revoking(event, title, self.language) or ("",)))
            case CaseTaken():
                return _Told(self._say(N_("The file was taken on")))
            case CaseReleased():
                return _Told(self._say(N_("The file was given back to the queue")))
            case MessageSent():
                by_sms, by_mail = N_("The applicant was told by SMS"), N_("The applicant was told by e-mail")
                return _Told(self._say(by_sms if event.channel == Channel.SMS.value else by_mail))
            case CasePushed():
                where = self._platform(event.platform)
                known_as = self._say(
                    N_("Its reference there: %(reference)s."), reference=isolated(event.remote_reference, self.language)
                )
                return _Told(self._say(N_("The file was passed on to: %(name)s"), name=where), known_as)
            case FollowUpReported():
                said = {code: words for code, words in event.label.items() if words}
                label = Text({"ar": event.status, **said})[self.language]
                return _Told(
                    label, " ".join(part for part in (f"{self._platform(event.source)}.", quoted(event.note)) if part)
                )
            case EffectGivenUp():
                step = isolated(event.effect, self.language)
                return _Told(
                    self._say(N_("An automatic step failed")),
                    self._say(N_("An operator has to start it again: %(step)s."), step=step),
                )
            case _:
                return _Told(self._say(N_("The file changed")))

    def _submitted(self, event: CaseSubmitted) -> str:
        lacking = bool(event.missing)
        if event.at_counter:
            return self._say(
                N_("File handed in at the counter") if lacking else N_("Complete file handed in at the counter")
            )
        return self._say(N_("File sent online") if lacking else N_("Complete file sent online"))

    def _with(self, event: CaseSubmitted) -> str:
        """What it follows, when the decision that it is about was received, and what it still lacks."""
        first, missing = N_("It follows the file %(reference)s."), N_("Documents missing: %(documents)s.")
        follows = self._say(first, reference=isolated(event.first, self.language)) if event.first else ""
        received = ""
        if event.received_on:
            day = long_date(date.fromisoformat(event.received_on), self.language)
            received = self._say(N_("The decision was received on %(date)s, as the applicant declares."), date=day)
        return " ".join(part for part in (follows, received, self._listed(missing, event.missing)) if part)

    def _issued(self, event: DocumentIssued) -> _Told:
        title = document_title(self.definition, event.document)[self.language]
        url = self.documents.get(event.number)
        label = self._say(N_("%(title)s (signed PDF)"), title=title)
        gone = self.revoked.get(event.number, "")
        number = "" if self.to_citizen else isolated(event.number, self.language)
        words = ". ".join(part for part in (number, told_of_replacing(event.replaces, self.language), gone) if part)
        return _Told(title, f"{words}." if words != number else number, (Link(label, url),) if url else ())

    def _author(self, role: str, name: str) -> str:
        """Who did it: citizens read the office's name, the counter the colleague's."""
        staff = ALERTED.get(role)
        if self.to_citizen:
            return f"{self.unit}." if staff and self.unit else ""
        if role == Role.APPLICANT.value:
            return self._say(N_("The applicant."))
        name = in_its_script(name, self.language)
        if staff is None:
            return f"{name}." if name else ""
        return f"{name} ({self._say(staff)})." if name else f"{self._say(staff)}."

    def _inputs(self, action: str, source: str, inputs: Mapping[str, Any], only: Sequence[str] | None = None) -> str:
        """What was said while acting, in the order the workflow asks; with labels where there is more than one."""
        rule = self.definition.rule(action, source)
        asked = {field.id: field for field in rule.asks} if rule is not None else {}
        return self._said(asked, inputs, only)

    def _said(self, asked: Mapping[str, Field], inputs: Mapping[str, Any], only: Sequence[str] | None = None) -> str:
        told = {name: value for name, value in inputs.items() if only is None or name in only}
        return " · ".join(all_said(asked.values(), told, self.language, self.around))

    def _received(self, documents: Sequence[str]) -> str:
        return self._listed(N_("Documents received: %(documents)s."), documents)

    def _listed(self, message: str, documents: Sequence[str]) -> str:
        if not documents:
            return ""
        return self._say(message, documents=comma(self.language).join(self._document(one) for one in documents))

    def _document(self, document_id: str) -> str:
        document = self.definition.document(document_id)
        return document.title[self.language] if document is not None else document_id

    def _state(self, state: str) -> str:
        known = self.definition.states.get(state)
        return known.label[self.language] if known is not None else self._say(N_("The file changed"))

    def _platform(self, name: str) -> str:
        return called(self.platforms, name, self.language)

    def _article(self, source: str) -> str:
        return isolated(article(source)[self.language], self.language)

    def _say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)
