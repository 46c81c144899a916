"""The law's clock of one case: derived from its journal, it tells where it stands and explains itself.

How days are counted is written in ``periods``; its names are offered here too, so that callers need one import.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from portal.domain.events import (
    CaseDecided,
    CaseReopened,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
)
from portal.domain.periods import (
    DEPOSIT_DAYS,
    LAWS,
    ONE_DAY,
    Calendar,
    Law,
    Suspension,
    Unit,
    counted,
    day_after,
    days_between,
    deposit_deadline,
    due_date,
    first_half_ends,
    in_first_half,
    in_order,
    law_named,
    remaining,
    silence_on,
)

__all__ = [
    "DEPOSIT_DAYS",
    "LAWS",
    "MOVED_BY",
    "Calendar",
    "ClockEvent",
    "ClockEventKind",
    "ClockState",
    "Law",
    "LegalClock",
    "Step",
    "Suspension",
    "Unit",
    "counted",
    "deposit_deadline",
    "due_date",
    "first_half_ends",
    "in_first_half",
    "remaining",
    "silence_on",
]


@dataclass(frozen=True)
class Step:
    """One step of the explanation: dates in ``params`` are ISO.

    ``article`` is ``law/number`` or the law alone, and empty where the law of the period says nothing of the step.
    """

    key: str
    params: Mapping[str, str]
    article: str


class ClockState(StrEnum):
    """What the law's clock is doing."""

    INCOMPLETE = "incomplete"
    RUNNING = "running"
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    DECIDED = "decided"


class ClockEventKind(StrEnum):
    """What can happen to the clock."""

    COMPLETED = "completed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    STOPPED = "stopped"
    REOPENED = "reopened"


@dataclass(frozen=True)
class ClockEvent:
    """Something that moved the clock on a day of the office's own time zone; ``days`` is the length of an extension."""

    kind: ClockEventKind
    on: date
    days: int = 0


MOVED_BY: Mapping[type[Event], ClockEventKind] = {
    FileCompleted: ClockEventKind.COMPLETED,
    InformationRequested: ClockEventKind.SUSPENDED,
    InformationProvided: ClockEventKind.RESUMED,
    CaseDecided: ClockEventKind.STOPPED,
    CaseReopened: ClockEventKind.REOPENED,
}
"""What each event of a journal does to the clock; any other leaves it alone."""


@dataclass(frozen=True)
class LegalClock:
    """The clock of one case, as its journal tells it; ``law`` is a key of LAWS, ``calendar`` the deciding office's.

    After a reopening it is the clock of the new period, which ``reopened_on`` began; the one before is past.
    """

    law: str
    days: int
    calendar: Calendar
    filed_on: date
    complete_on: date | None = None
    suspensions: tuple[Suspension, ...] = ()
    extension: int = 0
    decided_on: date | None = None
    reopened_on: date | None = None

    @classmethod
    def from_journal(
        cls, events: Iterable[ClockEvent], *, law: str, days: int, calendar: Calendar, filed_on: date
    ) -> "LegalClock":
        """The clock after ``events``, given in the order they happened; after a decision only a reopening moves it.

        Raises ValueError for a story that cannot be: an answer to no request, a request before the file was complete,
        a reopening of what was not decided.
        """
        clock = cls(law=law, days=days, calendar=calendar, filed_on=filed_on)
        for event in events:
            if clock.decided_on is None or event.kind is ClockEventKind.REOPENED:
                clock = clock._after(event)
        return clock

    @cached_property
    def due_on(self) -> date | None:
        """Last day to decide; None while the file is incomplete or the clock suspended."""
        if self.complete_on is None:
            return None
        return self._due(self.complete_on, self.suspensions)

    @cached_property
    def half_ends_on(self) -> date | None:
        """Last date of the first half; None while incomplete, or suspended before the half was over."""
        if self.complete_on is None:
            return None
        return first_half_ends(self.complete_on, self.days, self.calendar, law=self.law, suspensions=self.suspensions)

    @property
    def deposit_due_on(self) -> date | None:
        """The citizen's last day to complete her file; None once it is complete."""
        return deposit_deadline(self.filed_on, self.calendar) if self.complete_on is None else None

    @property
    def suspended_since(self) -> date | None:
        """The day of the request whose answer the clock awaits; None while it runs, once it ran out or was stopped."""
        if self.decided_on is not None or self.due_on is not None:
            return None
        return next((span.sent for span in self.suspensions if span.answered is None), None)

    @property
    def asks_once(self) -> bool:
        """Whether the law lets further information be asked for once, in the first half only (law 55-19, art. 14)."""
        return law_named(self.law).simplification

    def in_first_half(self, day: date) -> bool:
        """Whether the administration may still ask for something on that day (law 55-19, art. 7, 10 and 14)."""
        if self.complete_on is None:
            return False
        return self.complete_on <= day and (self.half_ends_on is None or day <= self.half_ends_on)

    def used(self, today: date) -> int:
        """Days of the period that have counted through ``today``, or through the decision if that came first."""
        if self.complete_on is None:
            return 0
        until = today if self.decided_on is None else min(today, self.decided_on)
        passed = counted(self.complete_on, until, self.calendar, self.law, self.suspensions)
        return min(passed, self.days + self.extension)

    def remaining(self, today: date) -> int:
        """Days of the period still to count after ``today``; a decision freezes them."""
        return self.days + self.extension - self.used(today)

    def state(self, today: date) -> ClockState:
        """What the clock is doing after the whole journal; ``today`` only tells whether the due date has passed."""
        if self.decided_on is not None:
            return ClockState.DECIDED
        if self.complete_on is None:
            return ClockState.INCOMPLETE
        if self.due_on is None:
            return ClockState.SUSPENDED
        return ClockState.OVERDUE if today > self.due_on else ClockState.RUNNING

    def due_if_answered(self, today: date) -> date | None:
        """The due date if the open suspension were answered today; without one simply ``due_on``."""
        since = self.suspended_since
        if self.complete_on is None or since is None:
            return self.due_on
        answered = Suspension(since, max(today, since))
        closed = (answered if span.answered is None else span for span in self.suspensions)
        return self._due(self.complete_on, closed)

    def explain(self) -> tuple[Step, ...]:
        """How the due date comes about, in the order of the days.

        Keys: ``incomplete``, ``complete`` (``reopened`` in its place once it was), ``extended``, ``counted``,
        ``suspended``, ``resumed``, ``open_suspension``, ``half``, ``rolled``, ``due``, ``decided``. Dates are in
        ``on``, ``start`` and ``end``, numbers in ``days`` and ``left``.
        """
        if self.complete_on is None:
            until = deposit_deadline(self.filed_on, self.calendar)
            steps = [self._step("incomplete", 10, start=self.filed_on, end=until)]
        else:
            began = "complete" if self.reopened_on is None else "reopened"
            steps = [self._step(began, 16, on=self.complete_on, days=self.days)]
            if self.extension:
                steps.append(self._step("extended", 17, days=self.extension, left=self.days + self.extension))
            steps.extend(self._explain_counting(self.complete_on))
        if self.decided_on is not None:
            steps.append(self._step("decided", 16, on=self.decided_on, days=self.used(self.decided_on)))
        return tuple(steps)

    def _explain_counting(self, start: date) -> Iterable[Step]:
        unit, left = law_named(self.law).unit, self.days + self.extension
        for span in in_order(start, self.suspensions):
            # A request sent after the period had run out suspended nothing.
            if self.due_on is not None and span.sent > self.due_on:
                break
            free = min(left, days_between(start, span.sent, self.calendar, unit))
            yield from self._explain_run(start, free, unit)
            left -= free
            yield self._step("suspended", 14, on=span.sent)
            if span.answered is None:
                yield from self._explain_half()
                if self.decided_on is None:
                    yield self._step("open_suspension", 14, on=span.sent, left=left)
                return
            start = span.answered
            yield self._step("resumed", 14, on=start, left=left)
        yield from self._explain_run(start, left, unit)
        yield from self._explain_half()
        yield from self._explain_end(day_after(start, left, self.calendar, unit) + ONE_DAY)

    def _explain_run(self, start: date, days: int, unit: Unit) -> Iterable[Step]:
        if days:
            first = day_after(start, 1, self.calendar, unit)
            last = day_after(start, days, self.calendar, unit)
            yield self._step("counted", 31, start=first, end=last, days=days)

    def _explain_half(self) -> Iterable[Step]:
        if self.half_ends_on is not None and self.asks_once:
            yield self._step("half", 14, on=self.half_ends_on, days=self.days // 2)

    def _explain_end(self, nominal: date) -> Iterable[Step]:
        if self.due_on is None:
            return
        if nominal != self.due_on:
            yield self._step("rolled", 31, start=nominal, end=self.due_on)
        yield self._step("due", 31, on=self.due_on)

    def _step(self, key: str, article: int, **params: date | int) -> Step:
        law = law_named(self.law)
        # The articles are those of law 55-19; the other laws borrow its way of counting, not its articles, and say
        # nothing of the time to bring documents or of pauses.
        own = "" if article in (10, 14) else law.article
        source = f"55-19/{article}" if law.simplification else own
        # A date prints itself as ISO, a number as digits.
        return Step(key, {name: str(value) for name, value in params.items()}, source)

    def _due(self, complete_on: date, suspensions: Iterable[Suspension]) -> date | None:
        return due_date(
            complete_on, self.days, self.calendar, law=self.law, suspensions=suspensions, extension=self.extension
        )

    def _after(self, event: ClockEvent) -> "LegalClock":
        match event.kind:
            case ClockEventKind.COMPLETED:
                if self.complete_on is not None:
                    raise ValueError("a file becomes complete once")
                return replace(self, complete_on=event.on)
            case ClockEventKind.SUSPENDED:
                if self.complete_on is None:
                    raise ValueError("a clock that has not started cannot be suspended")
                spans = in_order(self.complete_on, (*self.suspensions, Suspension(event.on, None)))
                return replace(self, suspensions=spans)
            case ClockEventKind.RESUMED:
                if not self.suspensions or self.suspensions[-1].answered is not None:
                    raise ValueError("only a suspended clock can resume")
                *before, waiting = self.suspensions
                return replace(self, suspensions=(*before, Suspension(waiting.sent, event.on)))
            case ClockEventKind.EXTENDED:
                return replace(self, extension=self.extension + event.days)
            case ClockEventKind.STOPPED:
                return replace(self, decided_on=event.on)
            case ClockEventKind.REOPENED:
                return self._reopened(event.on)

    def _reopened(self, day: date) -> "LegalClock":
        """A new period, whose day 0 is the reopening; nothing of the one before is counted in it."""
        if self.decided_on is None:
            raise ValueError("only a decided case can be reopened")
        return LegalClock(self.law, self.days, self.calendar, self.filed_on, complete_on=day, reopened_on=day)
