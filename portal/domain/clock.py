"""The law's clock of one case: derived from its journal, it tells where it stands and explains itself.

How days are counted is written in ``periods``; its names are offered here too, so that callers need one import.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from portal.domain.acts import REQUESTS, RULES, Act
from portal.domain.clock_dates import ClockDates
from portal.domain.clock_events import MOVED_BY, ClockEvent, ClockEventKind, Impossible, clock_event, moves
from portal.domain.clock_state import Allowance, ClockState, Reading, Step
from portal.domain.explaining import explain
from portal.domain.periods import (
    DEPOSIT_DAYS,
    LAWS,
    Calendar,
    Law,
    Suspension,
    Unit,
    counted,
    deposit_deadline,
    due_date,
    first_half_ends,
    in_first_half,
    law_named,
    remaining,
    silence_on,
)

__all__ = [
    "DEPOSIT_DAYS",
    "LAWS",
    "MOVED_BY",
    "Act",
    "Allowance",
    "Calendar",
    "ClockEvent",
    "ClockEventKind",
    "ClockState",
    "Impossible",
    "Law",
    "LegalClock",
    "Reading",
    "Step",
    "Suspension",
    "Unit",
    "clock_event",
    "counted",
    "deposit_deadline",
    "due_date",
    "first_half_ends",
    "in_first_half",
    "moves",
    "remaining",
    "silence_on",
]


@dataclass(frozen=True)
class LegalClock(ClockDates):
    """The clock of one case: its dates, what the law still lets be done to them, and how they come about."""

    def reading(self, today: date) -> Reading:
        """All that the clock shows on a day, which is none before the last event of the journal."""
        waiting, used = self.suspension, self.used(today)
        return Reading(
            state=self.state(today),
            used=used,
            left=self.total - used,
            total=self.total,
            due_on=self.due_on,
            half_ends_on=self.half_ends_on,
            citizen_due_on=self.citizen_due_on,
            suspended_since=waiting.sent if waiting is not None else None,
            suspended_for=waiting.act if waiting is not None else None,
            silent_on=self.silent_on,
            decided_on=self.decided_on,
            allowed=self.allowances(today),
            steps=self.explain(),
        )

    def allowances(self, today: date) -> tuple[Allowance, ...]:
        """What the law still lets the administration do to the clock, and until when."""
        return tuple(self.allowance(act, today) for act in _UNTIL)

    def allowance(self, act: Act, today: date) -> Allowance:
        """Whether an act may still be done on a day; those that depend on no clock are always open."""
        article = self._article_of(act)
        why = self._forbidden(act, today)
        if why or act not in _UNTIL:
            return Allowance(act, not why, None, article, why)
        until = self.due_on if act is Act.EXTENSION else self.half_ends_on if self.asks_once else None
        return Allowance(act, True, until, article)

    def _forbidden(self, act: Act, today: date) -> str:
        if act is Act.RETURN:
            until = self.citizen_due_on
            return "not_yet_returned" if until is None or today <= until else ""
        if act not in _UNTIL:
            return ""
        state = self.state(today)
        if state in (ClockState.NOT_STARTED, ClockState.SUSPENDED, ClockState.STOPPED):
            return state.value
        if act is Act.EXTENSION:
            return self._forbids_extension(state)
        if not self.asks_once:
            return ""
        if RULES[act].once and any(span.act is act for span in self.suspensions):
            return "asked_once"
        return "" if self.in_first_half(today) else "second_half"

    def _forbids_extension(self, state: ClockState) -> str:
        if not self.longest_extension:
            return "not_listed"
        if self.extension or self.extended:
            return "extended_once"
        return "expired" if state is ClockState.EXPIRED else ""

    def changed(self, law: str, days: int) -> Self:
        """The clock under another period, counted from the same day 0; an extension holds as far as its law knows of one."""
        return replace(self, law=law, days=days, extension=law_named(law).keeps(self.extension))

    @property
    def longest_extension(self) -> int:
        """The longest extension that both the service and the law of the period allow."""
        most = law_named(self.law).extends
        return self.extends if most is None else min(self.extends, most)

    def _article_of(self, act: Act) -> str:
        law = law_named(self.law)
        if law.simplification:
            return RULES[act].article
        return law.extends_article if act is Act.EXTENSION else ""

    def explain(self) -> tuple[Step, ...]:
        """How the due date comes about, in the order of the days.

        Keys: ``incomplete``, ``complete`` (``reopened`` in its place once it was), ``extended`` (``lapsed`` where none of it
        holds under the period that came after it), ``counted``,
        ``suspended``, ``replacing`` or ``doubted`` by the act, ``resumed``, ``open_suspension``, ``answer_due``,
        ``half``, ``rolled``, ``due``, ``silent``, ``decided``. Dates are in ``on``, ``start`` and ``end``, numbers in
        ``days`` and ``left``.
        """
        return explain(self)


_UNTIL = (*REQUESTS, Act.EXTENSION)
"""The acts that the clock lets be done until a day, and then no more."""
