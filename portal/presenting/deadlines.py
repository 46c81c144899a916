"""The law's clock in words: a badge for a row, a panel for a case, and how its deadline was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from portal.domain.clock import ClockState, LegalClock, Step
from portal.domain.periods import LAWS, Unit
from portal.domain.service import Result, Silence, State, StateKind, UnitKind
from portal.i18n import (
    N_,
    date_from_today,
    days_away,
    long_date,
    month_and_day,
    number,
    plain_date,
    translate,
    translate_count,
)
from portal.presenting.isolation import isolated
from portal.presenting.law import article, of_law_55_19

SOON = 7
"""Days before its due date from which a case presses; in a period no longer than that, the last day does."""


@dataclass(frozen=True)
class Badge:
    """A deadline as a few words and a colour: ``on_time``, ``soon``, ``late``, ``paused`` or ``done``."""

    label: str
    kind: str
    title: str = ""


@dataclass(frozen=True)
class Period:
    """The period as a ruler: days used, days for which it has been held, days in all; ``label`` says it in words."""

    used: int
    held: int
    total: int
    label: str


@dataclass(frozen=True)
class PanelAction:
    """The one thing to do next."""

    label: str
    url: str


@dataclass(frozen=True)
class Panel:
    """What comes next in a case, and by when, addressed to its applicant."""

    lead: str
    headline: str
    text: str = ""
    period: Period | None = None
    explain_url: str | None = None
    action: PanelAction | None = None


@dataclass(frozen=True)
class ExplainStep:
    """One step of how a deadline was counted, and the article that says so."""

    text: str
    article: str


@lru_cache(maxsize=8192)
def badge(due_on: date | None, kind: StateKind, today: date, language: str, days: int = 60) -> Badge:
    """The badge of a case in a state of ``kind``; ``days`` is the length of the whole period.

    ``due_on`` is the administration's day, or while the file is incomplete the citizen's own.
    """
    if kind is StateKind.DECIDED:
        return Badge(translate(language, N_("Closed")), "done")
    if kind is StateKind.DEPOSITING:
        title = by_date(language, N_("Documents to be brought by %(date)s at the latest"), due_on)
        return Badge(translate(language, N_("Waiting for documents")), "paused", title)
    # A request sent after the last day has paused nothing: that case is late.
    if due_on is None:
        title = translate(language, N_("The period is paused until the applicant answers"))
        return Badge(translate(language, N_("Waiting for an answer")), "paused", title)
    left = (due_on - today).days
    pressing = SOON if days > SOON else 1
    colour = "late" if left < 0 else "soon" if left <= pressing else "on_time"
    return Badge(
        distance(left, language), colour, by_date(language, N_("Answer due by %(date)s at the latest"), due_on)
    )


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
) -> Panel:
    """What the applicant is told of her case; ``state`` words a decision, ``action_url`` is where she acts on it.

    ``appeals`` are the service's own words on remedies, which stand for those of law 55-19.
    """
    say = _Speaker(clock, today, language, unit_kind, silence, tuple(appeals))
    match clock.state(today):
        case ClockState.NOT_STARTED:
            lead, headline, text = say.incomplete()
            action = N_("Add the documents")
        case ClockState.SUSPENDED:
            lead, headline, text = say.suspended()
            action = N_("Answer the request")
        case ClockState.RUNNING | ClockState.EXTENDED:
            lead, headline, text = say.running()
            action = N_("See the file")
        case ClockState.EXPIRED:
            lead, headline, text = say.overdue()
            action = N_("See the file")
        case ClockState.STOPPED:
            lead, headline, text = say.decided(state)
            action = N_("See the decision")
    return Panel(
        lead=lead,
        headline=headline,
        text=text,
        # A ruler says how much time is left: once it is decided there is nothing to wait for.
        period=None if clock.state(today) is ClockState.STOPPED else period_of(clock, today, language),
        explain_url=explain_url,
        action=PanelAction(translate(language, action), action_url) if action_url else None,
    )


@dataclass(frozen=True)
class _Speaker:
    """Words what the clock is doing: each method gives lead, headline and text."""

    clock: LegalClock
    today: date
    language: str
    unit_kind: UnitKind
    silence: Silence
    appeals: tuple[str, ...] = ()

    def incomplete(self) -> tuple[str, str, str]:
        until = self.clock.deposit_due_on
        lead = self._say(N_("Documents are still missing from your file"))
        if until is not None and self.today > until:
            return (
                lead,
                self._by(N_("The time to bring them ended on %(date)s"), until),
                self._say(N_("The file may now be returned to you. Ask at the counter if you can still complete it.")),
            )
        return (
            lead,
            self._by(N_("Bring them by %(date)s at the latest"), until),
            self._say(N_("Otherwise the file is returned to you. The time to answer you starts when it is complete.")),
        )

    def suspended(self) -> tuple[str, str, str]:
        since, left = self.clock.suspended_since, self.clock.remaining(self.today)
        lead = self._say(N_("The time to answer you has been paused since %(date)s"), date=self._recent(since))
        headline = (
            translate_count(
                self.language,
                "%(count)s day will be left once you answer",
                "%(count)s days will be left once you answer",
                left,
            )
            if left
            else self._say(N_("A decision is due as soon as you have answered"))
        )
        due = self.clock.due_if_answered(self.today)
        return (
            lead,
            headline,
            self._by(N_("If you answer today, a decision is due to you by %(date)s at the latest."), due),
        )

    def running(self) -> tuple[str, str, str]:
        lead = self._say(N_("Your file is complete, and the office is studying it"))
        headline = self._by(self._due_message(), self.clock.due_on)
        if not of_law_55_19(self.clock.law):
            return lead, headline, self._say(N_("If no answer comes by then, you can turn to the Ombudsman."))
        if self.silence is Silence.APPROVAL:
            return (
                lead,
                headline,
                self._say(
                    N_("If no answer comes by then, your request is deemed accepted (%(article)s)."),
                    article=self._article("55-19/19"),
                ),
            )
        remedy = self._say(N_("If no answer comes by then, or if you disagree with it, you have a remedy."))
        return lead, headline, f"{remedy} {self._appeal()}"

    def overdue(self) -> tuple[str, str, str]:
        lead = self._by(N_("The last day to answer you was %(date)s"), self.clock.due_on)
        headline = self._say(N_("The time allowed has passed"))
        if not of_law_55_19(self.clock.law):
            return lead, headline, self._say(N_("You can write to the office again, or turn to the Ombudsman."))
        if self.silence is Silence.APPROVAL:
            told = N_(
                "Silence means acceptance: you can ask for the document, which is due within 7 days (%(article)s)."
            )
            return lead, headline, self._say(told, article=self._article("55-19/19"))
        return lead, headline, self._appeal()

    def decided(self, state: State | None) -> tuple[str, str, str]:
        result = state.outcome if state is not None else None
        closed = result in (Result.RETURNED, Result.WITHDRAWN)
        lead = by_date(
            self.language,
            N_("The file was closed on %(date)s") if closed else N_("A decision was taken on %(date)s"),
            self.clock.decided_on,
        )
        headline = state.label[self.language] if state is not None else self._say(N_("The file is closed"))
        told = state.explanation[self.language] if state is not None and state.explanation is not None else ""
        if result is Result.REFUSED and of_law_55_19(self.clock.law):
            told = f"{told} {self._appeal()}".strip()
        return lead, headline, told

    def _due_message(self) -> str:
        if of_law_55_19(self.clock.law):
            return N_("A decision is due to you by %(date)s at the latest")
        return N_("An answer is due to you by %(date)s at the latest")

    def _appeal(self) -> str:
        if self.appeals:
            return " ".join(f"{one.rstrip('.')}." for one in self.appeals)
        told = (
            N_(
                "You can appeal to the president of the commune's council within 30 days. The answer is due "
                "within 15 days (%(article)s)."
            )
            if self.unit_kind is UnitKind.COMMUNE
            else N_(
                "You can appeal to the governor of the province within 30 days. The answer is due "
                "within 15 days (%(article)s)."
            )
        )
        return self._say(told, article=self._article("55-19/21"))

    def _say(self, message: str, **params: str) -> str:
        return translate(self.language, message, params)

    def _by(self, message: str, day: date | None) -> str:
        """A day by which something is due: the date, and beside it how far it is."""
        return self._say(message, date=date_from_today(day, self.today, self.language)) if day is not None else ""

    def _article(self, source: str) -> str:
        return isolated(article(source)[self.language], self.language)

    def _recent(self, day: date | None) -> str:
        if day is None:
            return ""
        return (month_and_day if day.year == self.today.year else plain_date)(day, self.language)


def period_of(clock: LegalClock, today: date, language: str) -> Period | None:
    """The ruler of the period; none before it has begun."""
    if clock.complete_on is None:
        return None
    total, used = clock.days + clock.extension, clock.used(today)
    since = clock.suspended_since
    held = min((today - since).days + 1, total - used) if since is not None else 0
    params = {"used": number(used, language), "left": number(total - used, language)}
    told = (
        N_("Days passed: %(used)s. Days left: %(left)s.")
        if since is None
        else N_("Days passed: %(used)s. The period is paused. Days left: %(left)s.")
    )
    return Period(used, max(held, 0), total, translate(language, told, params))


EXPLANATIONS = {
    "incomplete": N_(
        "The file was handed in on %(start)s without all its documents. They can be brought until %(end)s. "
        "The period starts when the file is complete."
    ),
    "complete": N_("The file became complete on %(on)s, a day that does not count. Period allowed: %(days)s."),
    "reopened": N_("The decision was taken up again on %(on)s, a day that does not count. Period allowed: %(days)s."),
    "extended": N_(
        "The period was extended for an expertise or a public inquiry. Days added: %(days)s. Whole period: %(left)s."
    ),
    "counted": N_("Days that count, from %(start)s to %(end)s: %(days)s."),
    "suspended": N_("Further information was asked for on %(on)s: the period is paused from that day."),
    "resumed": N_("The answer came on %(on)s: the period runs again from the next day. Days left: %(left)s."),
    "open_suspension": N_("The answer is still awaited. Days left once it comes: %(left)s."),
    "half": N_("Further information can be asked for in the first half of the period only: until %(on)s."),
    "rolled": N_(
        "%(start)s cannot be the last day, for the office is closed or the period paused. It moves to %(end)s."
    ),
    "due": N_("Last day to answer: %(on)s."),
    "decided": N_("The file was closed on %(on)s. Days used: %(days)s."),
}
"""What each step of the clock's explanation says, by its key."""


def explanation(clock: LegalClock, language: str) -> list[ExplainStep]:
    """How the due date comes about, step by step, each with its article where there is one."""
    return [
        ExplainStep(
            translate(language, EXPLANATIONS[step.key], _step_params(step, clock.law, language)),
            isolated(article(step.article)[language], language) if step.article else "",
        )
        for step in clock.explain()
    ]


def _step_params(step: Step, law: str, language: str) -> dict[str, str]:
    return {
        name: days_in_words(int(value), law, language)
        if name in ("days", "left")
        else long_date(date.fromisoformat(value), language)
        for name, value in step.params.items()
    }


def days_in_words(count: int, law: str, language: str) -> str:
    """A number of days, of the kind that the law counts."""
    if LAWS[law].unit is Unit.WORKING:
        return translate_count(language, "%(count)s working day", "%(count)s working days", count)
    return translate_count(language, "%(count)s day", "%(count)s days", count)


def distance(left: int, language: str) -> str:
    """How far a last day is, or for how long it has passed."""
    if left >= 0:
        return days_away(left, language)
    return translate_count(language, "%(count)s day late", "%(count)s days late", -left)


def by_date(language: str, message: str, day: date | None) -> str:
    return translate(language, message, {"date": long_date(day, language)}) if day is not None else ""
