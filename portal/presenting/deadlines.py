"""The law's clock in words: a badge for a row, how a deadline was counted, and how far a day is."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from portal.domain.acts import Act
from portal.domain.clock import LegalClock, Step
from portal.domain.service import StateKind
from portal.i18n import N_, days_away, long_date, translate, translate_count
from portal.presenting.isolation import isolated
from portal.presenting.law import article
from portal.presenting.period import days_in_words

SOON = 7
"""Days before its due date from which a case presses; in a period no longer than that, the last day does."""


@dataclass(frozen=True)
class Badge:
    """A deadline as a few words and a colour: ``on_time``, ``soon``, ``late``, ``paused`` or ``done``."""

    label: str
    kind: str
    title: str = ""


@dataclass(frozen=True)
class ExplainStep:
    """One step of how a deadline was counted, and the article that says so."""

    text: str
    article: str


WAITS = N_("Waiting for an answer")
WAITS_FOR = {
    Act.REPLACEMENT.value: N_("Waiting for a replacement document"),
    Act.ORIGINALS.value: N_("Waiting for originals"),
}
"""What a suspended case waits for, by the act that suspends it."""

AWAITED = {
    Act.REPLACEMENT.value: N_("A replacement is awaited of you"),
    Act.ORIGINALS.value: N_("Your originals are awaited"),
}
"""The same, said to the applicant."""


@lru_cache(maxsize=8192)
def badge(
    due_on: date | None,
    kind: StateKind,
    today: date,
    language: str,
    days: int = 60,
    waits_for: str = "",
    *,
    hers: bool = False,
) -> Badge:
    """The badge of a case in a state of ``kind``; ``days`` is the length of the whole period.

    ``due_on`` is the administration's day, or while the file is incomplete the citizen's own. ``waits_for`` is the act
    that suspends it, ``hers`` whether the applicant herself reads it.
    """
    if kind is StateKind.DECIDED:
        return Badge(translate(language, N_("Closed")), "done")
    if kind is StateKind.DEPOSITING:
        title = by_date(language, N_("Documents to be brought by %(date)s at the latest"), due_on)
        return Badge(translate(language, N_("Waiting for documents")), "paused", title)
    # A request sent after the last day has paused nothing: that case is late.
    if due_on is None:
        if hers:
            awaited = AWAITED.get(waits_for, N_("Your answer is awaited"))
            return Badge(translate(language, awaited), "paused", translate(language, N_("The period is paused")))
        title = translate(language, N_("The period is paused until the applicant answers"))
        return Badge(translate(language, WAITS_FOR.get(waits_for, WAITS)), "paused", title)
    left = (due_on - today).days
    pressing = SOON if days > SOON else 1
    colour = "late" if left < 0 else "soon" if left <= pressing else "on_time"
    return Badge(
        distance(left, language), colour, by_date(language, N_("Answer due by %(date)s at the latest"), due_on)
    )


EXPLANATIONS = {
    "incomplete": N_(
        "The file was handed in on %(start)s without all its documents. They can be brought until %(end)s: 30 full "
        "days, counted without the first and the last. The period starts when the file is complete."
    ),
    "complete": N_("The file became complete on %(on)s, a day that does not count. Period allowed: %(days)s."),
    "reopened": N_("The decision was taken up again on %(on)s, a day that does not count. Period allowed: %(days)s."),
    "extended": N_("The period was extended. Days added: %(days)s. Whole period: %(left)s."),
    "lapsed": N_("The extension given before does not hold for this period of %(days)s."),
    "counted": N_("Days that count, from %(start)s to %(end)s: %(days)s."),
    "suspended": N_("Further information was asked for on %(on)s: the period is paused from that day."),
    "replacing": N_("New copies of documents were asked for on %(on)s: the period is paused from that day."),
    "doubted": N_("The originals of documents were asked for on %(on)s: the period is paused from that day."),
    "resumed": N_("What was asked for came on %(on)s: the period runs again from the next day. Days left: %(left)s."),
    "open_suspension": N_("What was asked for is still awaited. Days left once it comes: %(left)s."),
    "answer_due": N_("Last day to bring the new copies: %(on)s. After it the file is returned."),
    "half": N_("Further information can be asked for in the first half of the period only: until %(on)s."),
    "rolled": N_("The office is closed on %(start)s: the last day is the next one on which it is open, %(end)s."),
    "due": N_("Last day to answer: %(on)s."),
    "silent": N_("No answer had come by the last day: the administration has been silent since %(on)s."),
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


def distance(left: int, language: str) -> str:
    """How far a last day is, or for how long it has passed."""
    if left >= 0:
        return days_away(left, language)
    return translate_count(language, "%(count)s day late", "%(count)s days late", -left)


def by_date(language: str, message: str, day: date | None) -> str:
    return translate(language, message, {"date": long_date(day, language)}) if day is not None else ""
