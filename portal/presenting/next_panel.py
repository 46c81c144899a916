"""What comes next in a case, and by when, addressed to its applicant: the words of the law's clock, and what she can do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from portal.domain.acts import Act
from portal.domain.clock import ClockState, LegalClock
from portal.domain.events import Event, PeriodExtended
from portal.domain.periods import LAWS
from portal.domain.remedies import Remedy
from portal.domain.service import Result, ServiceDefinition, Silence, State, UnitKind
from portal.i18n import (
    N_,
    date_from_today,
    moment_in_words,
    month_and_day,
    office_date,
    plain_date,
    translate,
    translate_count,
)
from portal.presenting.deadlines import by_date
from portal.presenting.isolation import isolated, quoted
from portal.presenting.law import article, of_law_55_19
from portal.presenting.period import Period, days_in_words, days_late, period_of


@dataclass(frozen=True)
class PanelAction:
    """The one thing to do next."""

    label: str
    url: str


@dataclass(frozen=True)
class Option:
    """Something that can be done today; ``until`` says by when, and is empty where nothing ends it."""

    label: str
    until: str = ""
    url: str | None = None


@dataclass(frozen=True)
class Panel:
    """What comes next in a case, and by when."""

    lead: str
    headline: str
    text: str = ""
    period: Period | None = None
    explain_url: str | None = None
    action: PanelAction | None = None
    options: tuple[Option, ...] = ()


class Doing(NamedTuple):
    """An action that the applicant may take now."""

    label: str
    url: str


class _Said(NamedTuple):
    lead: str
    headline: str
    text: str


def next_panel(
    clock: LegalClock,
    today: date,
    language: str,
    *,
    unit_kind: UnitKind,
    silence: Silence = Silence.APPEAL,
    state: State | None = None,
    explain_url: str | None = "#explain",
    action_url: str | None = None,
    appeals: Sequence[str] = (),
    reason: str = "",
    remedies: Sequence[Remedy] = (),
    turned: bool = False,
    promised_at: datetime | None = None,
    options: Iterable[Option] = (),
) -> Panel:
    """What the applicant is told of her case; ``state`` words a decision, ``action_url`` is where she acts on it.

    ``appeals`` are the service's own words on remedies, which stand for those of law 55-19; ``remedies`` are those that
    the portal takes and that she has not used, open or over, ``turned`` whether she has used one. ``reason`` is why the
    period was extended, if it was; ``promised_at`` when the office answers in practice, before the law's last day.
    """
    after = (tuple(appeals), reason, tuple(remedies), turned)
    say = _Speaker(clock, today, language, unit_kind, silence, *after)
    now = clock.state(today)
    match now:
        case ClockState.NOT_STARTED:
            said, action = say.incomplete(), N_("Add the documents")
        case ClockState.SUSPENDED:
            said, action = say.suspended()
        case ClockState.RUNNING | ClockState.EXTENDED:
            said, action = say.running(promised_at), N_("See the file")
        case ClockState.EXPIRED:
            said, action = say.overdue(), N_("See the file")
        case ClockState.STOPPED:
            said, action = say.decided(state), N_("See the decision")
    return Panel(
        lead=said.lead,
        headline=said.headline,
        text=said.text,
        # A drawing says how much time is left: once it is decided there is nothing to wait for.
        period=None if now is ClockState.STOPPED else period_of(clock, today, language),
        explain_url=explain_url,
        action=PanelAction(translate(language, action), action_url) if action_url else None,
        options=tuple(options),
    )


def promised_words(promised_at: datetime | None, today: date, language: str) -> str:
    """By when the office answers in practice; nothing once that has passed, for the law's last day then stands alone."""
    if promised_at is None or office_date(promised_at) < today:
        return ""
    when = moment_in_words(promised_at, language)
    return translate(language, N_("In practice the office answers the request by %(when)s."), {"when": when})


def overdue_words(promised_at: datetime | None, now: datetime, language: str) -> str:
    """For the office itself: that what it does in practice was not done this time; nothing before that moment."""
    if promised_at is None or now <= promised_at:
        return ""
    when = moment_in_words(promised_at, language)
    return translate(
        language, N_("In practice the office answers by %(when)s: that moment has passed."), {"when": when}
    )


AWAITED = {
    None: N_("Bring the missing documents"),
    Act.INFORMATION: N_("Answer the office’s question"),
    Act.REPLACEMENT: N_("Bring the documents to be replaced"),
    Act.ORIGINALS: N_("Show the originals at the counter"),
}
"""What a case can wait for, by the act that asked for it; without one it is incomplete."""


def options_of(
    clock: LegalClock,
    today: date,
    language: str,
    doings: Iterable[Doing],
    *,
    awaited_url: str | None = None,
    answer_by: date | None = None,
    remedies: Iterable[Remedy] = (),
    remedies_url: str = "",
) -> tuple[Option, ...]:
    """What the applicant can do today, what is awaited of her first.

    ``doings`` are the actions that stand open to her and that nobody waits for; ``answer_by`` is a last day that the
    service itself sets her; ``remedies_url`` is what her remedies are filed below, where she may file them.
    """
    found, waiting = [], clock.suspension
    last = clock.citizen_due_on or answer_by
    awaited = clock.state(today) in (ClockState.NOT_STARTED, ClockState.SUSPENDED)
    if awaited and (last is None or last >= today):
        label = translate(language, AWAITED[waiting.act if waiting is not None else None])
        found.append(Option(label, _until(last, today, language), awaited_url))
    found += [Option(doing.label, "", doing.url) for doing in doings]
    found += [
        Option(
            one.service.title[language],
            _until(one.until, today, language),
            f"{remedies_url}/{one.service.slug}" if remedies_url else None,
        )
        for one in remedies
        if one.open(today)
    ]
    return tuple(found)


def _until(day: date | None, today: date, language: str) -> str:
    if day is None:
        return ""
    return translate(language, N_("until %(date)s"), {"date": date_from_today(day, today, language)})


def extension_reason(definition: ServiceDefinition, events: Iterable[Event], language: str) -> str:
    """Why the period was extended, as the service lists it and as the office wrote; empty where it was not."""
    extended = [event for event in events if isinstance(event, PeriodExtended)]
    if not extended:
        return ""
    listed = definition.deadline.extension
    written = " ".join(str(extended[-1].inputs.get("reasons") or "").split())
    said = [listed.reason[language].rstrip(".")] if listed is not None else []
    return " – ".join([*said, *([quoted(written.rstrip("."))] if written else [])])


@dataclass(frozen=True)
class _Speaker:
    """Words what the clock is doing: each method gives lead, headline and text."""

    clock: LegalClock
    today: date
    language: str
    unit_kind: UnitKind
    silence: Silence
    appeals: tuple[str, ...] = ()
    reason: str = ""
    remedies: tuple[Remedy, ...] = ()
    turned: bool = False

    @property
    def _follows(self) -> bool:
        """Whether the case follows another, so that what comes after it is its service's own to say."""
        return bool(self.appeals) and not LAWS[self.clock.law].first

    def incomplete(self) -> _Said:
        until = self.clock.deposit_due_on
        lead = self._say(N_("Documents are still missing from your file"))
        if until is not None and self.today > until:
            return _Said(
                lead,
                self._by(N_("The time to bring them ended on %(date)s"), until),
                self._say(N_("The file may now be returned to you. Ask at the counter if you can still complete it.")),
            )
        return _Said(
            lead,
            self._by(N_("Bring them by %(date)s at the latest"), until),
            self._say(N_("Otherwise the file is returned to you. The time to answer you starts when it is complete.")),
        )

    def suspended(self) -> tuple[_Said, str]:
        """What the pause waits for, and the label of what ends it."""
        waiting = self.clock.suspension
        lead = self._say(
            N_("The time to answer you has been paused since %(date)s"), date=self._recent(self.clock.suspended_since)
        )
        match waiting.act if waiting is not None else Act.INFORMATION:
            case Act.REPLACEMENT:
                return self._replacing(lead), N_("Add the documents")
            case Act.ORIGINALS:
                shown = N_("If you show them today, an answer is due to you by %(date)s at the latest.")
                headline = self._say(N_("Show the originals of your documents at the counter"))
                return _Said(lead, headline, self._if_today(shown)), N_("See the file")
            case _:
                answered = N_("If you answer today, an answer is due to you by %(date)s at the latest.")
                return _Said(lead, self._left_once_answered(), self._if_today(answered)), N_("Answer the request")

    def _replacing(self, lead: str) -> _Said:
        until = self.clock.answer_due_on
        if until is not None and self.today > until:
            return _Said(
                lead,
                self._by(N_("The time to replace the documents ended on %(date)s"), until),
                self._say(N_("The file may now be returned to you. Ask at the counter if you can still complete it.")),
            )
        told = N_("If you bring them today, an answer is due to you by %(date)s at the latest.")
        otherwise = self._say(N_("Otherwise the file is returned to you (%(article)s)."), article=self._article(10))
        headline = self._by(N_("Replace the documents asked for by %(date)s at the latest"), until)
        return _Said(lead, headline, f"{otherwise} {self._if_today(told)}")

    def _left_once_answered(self) -> str:
        left = self.clock.remaining(self.today)
        if not left:
            return self._say(N_("A decision is due as soon as you have answered"))
        return translate_count(
            self.language,
            "%(count)s day will be left once you answer",
            "%(count)s days will be left once you answer",
            left,
        )

    def _if_today(self, message: str) -> str:
        return self._by(message, self.clock.due_if_answered(self.today))

    def running(self, promised_at: datetime | None) -> _Said:
        return _Said(
            self._extended() or self._say(N_("Your file is complete, and the office is studying it")),
            self._by(N_("An answer is due to you by %(date)s at the latest"), self.clock.due_on),
            f"{self._if_silent()} {promised_words(promised_at, self.today, self.language)}".strip(),
        )

    def _extended(self) -> str:
        """That the period was extended, by how much and why."""
        if not self.clock.extension:
            return ""
        days = days_in_words(self.clock.extension, self.clock.law, self.language)
        if not self.reason:
            return self._say(N_("The time to answer you was extended by %(days)s"), days=days)
        return self._say(
            N_("The time to answer you was extended by %(days)s: %(reason)s"), days=days, reason=self.reason
        )

    def _if_silent(self) -> str:
        """What it means if no answer comes by the last day."""
        if not of_law_55_19(self.clock.law) and not self._follows:
            return self._say(N_("If no answer comes by then, you can turn to the Ombudsman."))
        if self.silence is Silence.APPROVAL:
            told = N_("If no answer comes by then, your request is deemed accepted (%(article)s).")
            return self._say(told, article=self._article(19))
        remedy = self._say(N_("And if no answer comes by then, or if you disagree with it?"))
        return f"{remedy} {self._appeal()}"

    def overdue(self) -> _Said:
        lead = self._by(N_("The last day to answer you was %(date)s"), self.clock.due_on)
        late = days_late(self.clock, self.today, self.language)
        headline = self._say(N_("The answer you are owed is %(late)s"), late=late)
        if not of_law_55_19(self.clock.law) and not self._follows:
            return _Said(lead, headline, self._say(N_("You can write to the office again, or turn to the Ombudsman.")))
        if self.silence is Silence.APPROVAL:
            return _Said(lead, self._say(N_("Your request is deemed accepted")), self._granted_by_silence())
        return _Said(lead, headline, self._appeal())

    def _granted_by_silence(self) -> str:
        if self.turned:
            return self._say(N_("What you have filed since is listed below."))
        told = N_("Silence means acceptance: you can ask for the document, which is due within 7 days (%(article)s).")
        return self._say(told, article=self._article(19))

    def decided(self, state: State | None) -> _Said:
        result = state.outcome if state is not None else None
        closed = result in (Result.RETURNED, Result.WITHDRAWN)
        lead = by_date(
            self.language,
            N_("The file was closed on %(date)s") if closed else N_("A decision was taken on %(date)s"),
            self.clock.decided_on,
        )
        headline = state.label[self.language] if state is not None else self._say(N_("The file is closed"))
        told = state.explanation[self.language] if state is not None and state.explanation is not None else ""
        if result is Result.GRANTED and self.silence is Silence.APPROVAL and self.clock.silent_on is not None:
            lead = by_date(
                self.language, N_("No answer had come by %(date)s, the last day to answer you"), self.clock.due_on
            )
            told = f"{told} {self._granted_by_silence()}".strip()
        if result is Result.REFUSED and of_law_55_19(self.clock.law):
            told = f"{told} {self._appeal()}".strip()
        return _Said(lead, headline, told)

    def _appeal(self) -> str:
        if self.turned:
            return self._say(N_("What you have filed since is listed below."))
        ends = [one.until for one in self.remedies if one.until is not None]
        if ends and max(ends) < self.today:
            return self._by(N_("The time to appeal ended on %(date)s."), max(ends))
        if self.appeals:
            places, *others = (one.rstrip(".") for one in self.appeals)
            for other in others:
                places = self._say(N_("%(first)s; %(next)s"), first=places, next=other)
            return self._say(N_("You can turn to: %(places)s."), places=places)
        told = (
            N_(
                "You can appeal to the president of the commune's council within 30 days; that appeal is answered "
                "within 15 days (%(article)s)."
            )
            if self.unit_kind is UnitKind.COMMUNE
            else N_(
                "You can appeal to the governor of the province within 30 days; that appeal is answered "
                "within 15 days (%(article)s)."
            )
        )
        return self._say(told, article=self._article(21))

    def _say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)

    def _by(self, message: str, day: date | None) -> str:
        """A day by which something is due: the date, and beside it how far it is."""
        return self._say(message, date=date_from_today(day, self.today, self.language)) if day is not None else ""

    def _article(self, number: int) -> str:
        return isolated(article(f"55-19/{number}")[self.language], self.language)

    def _recent(self, day: date | None) -> str:
        if day is None:
            return ""
        return (month_and_day if day.year == self.today.year else plain_date)(day, self.language)
