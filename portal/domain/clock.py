"""The law's clock of one case: derived from its journal, it tells where it stands and explains itself.

How days are counted is written in ``periods``; its names are offered here too, so that callers need one import.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from portal.domain.acts import REQUESTS, RULES, Act
from portal.domain.events import (
    CaseDecided,
    CaseReopened,
    DocumentsReplaced,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
    SilenceRecorded,
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
    day_counted_as,
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

    NOT_STARTED = "not_started"
    RUNNING = "running"
    SUSPENDED = "suspended"
    EXTENDED = "extended"
    STOPPED = "stopped"
    EXPIRED = "expired"


class ClockEventKind(StrEnum):
    """What can happen to the clock."""

    COMPLETED = "completed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    CHANGED = "changed"
    SILENT = "silent"
    STOPPED = "stopped"
    REOPENED = "reopened"


@dataclass(frozen=True)
class ClockEvent:
    """Something that moved the clock on a day of the office's own time zone.

    ``days`` is the length of an extension, or with ``law`` that of the period that holds from then on; ``act`` is what
    suspended it. ``number`` is the line of the journal: the same line twice is the same event. 0 is none.
    """

    kind: ClockEventKind
    on: date
    days: int = 0
    law: str = ""
    act: Act = Act.INFORMATION
    number: int = 0


MOVED_BY: Mapping[type[Event], ClockEventKind] = {
    FileCompleted: ClockEventKind.COMPLETED,
    InformationRequested: ClockEventKind.SUSPENDED,
    ReplacementRequested: ClockEventKind.SUSPENDED,
    OriginalsRequested: ClockEventKind.SUSPENDED,
    InformationProvided: ClockEventKind.RESUMED,
    DocumentsReplaced: ClockEventKind.RESUMED,
    OriginalsSeen: ClockEventKind.RESUMED,
    PeriodExtended: ClockEventKind.EXTENDED,
    PeriodChanged: ClockEventKind.CHANGED,
    SilenceRecorded: ClockEventKind.SILENT,
    CaseDecided: ClockEventKind.STOPPED,
    CaseReopened: ClockEventKind.REOPENED,
}
"""What each event of a journal does to the clock; any other leaves it alone."""

_ACTS: Mapping[type[Event], Act] = {ReplacementRequested: Act.REPLACEMENT, OriginalsRequested: Act.ORIGINALS}


def clock_event(event: Event, on: date, number: int = 0) -> ClockEvent | None:
    """What an event of the journal does to the clock, on a day of the office; None where it leaves it alone."""
    kind = MOVED_BY.get(type(event))
    if kind is None:
        return None
    if isinstance(event, SilenceRecorded):
        # It is dated as the law says, however late a worker recorded it.
        return ClockEvent(kind, date.fromisoformat(event.on), number=number)
    days, law = getattr(event, "days", 0), getattr(event, "law", "")
    return ClockEvent(kind, on, days, law, _ACTS.get(type(event), Act.INFORMATION), number)


class Impossible(ValueError):
    """A journal that cannot be; ``key`` names what contradicts what."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Allowance:
    """Whether the law still lets an act be done, ``until`` when, and by which article.

    ``why`` names what forbids it (a key of presenting.deadlines.FORBIDDEN), and is empty where it is ``open``.
    """

    act: Act
    open: bool
    until: date | None
    article: str
    why: str = ""


@dataclass(frozen=True)
class Reading:
    """What the clock shows on one day: its state, its days, its dates, what is still allowed, and how it came about."""

    state: ClockState
    used: int
    left: int
    total: int
    due_on: date | None
    half_ends_on: date | None
    citizen_due_on: date | None
    suspended_since: date | None
    suspended_for: Act | None
    silent_on: date | None
    decided_on: date | None
    allowed: tuple[Allowance, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class LegalClock:
    """The clock of one case, as its journal tells it; ``law`` is a key of LAWS, ``calendar`` the deciding office's.

    ``extends`` is the longest extension that the service is listed for, 0 where it is not. After a reopening it is the
    clock of the new period, which ``reopened_on`` began; the one before is past. ``silent_on`` is the day on which the
    silence of the administration was recorded to have set in: from then on its last day stands, whatever the calendar
    becomes. ``flaw`` names what in the journal cannot be, and was left out of the reckoning.
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
    silent_on: date | None = None
    extends: int = 0
    flaw: str = ""

    @classmethod
    def from_journal(
        cls,
        events: Iterable[ClockEvent],
        *,
        law: str,
        days: int,
        calendar: Calendar,
        filed_on: date,
        extends: int = 0,
        strict: bool = True,
    ) -> "LegalClock":
        """The clock after ``events``, given in the order they happened; after a decision only a reopening moves it.

        Raises Impossible for a story that cannot be: an answer to no request, a request before the file was complete,
        a reopening of what was not decided, a day before the one before. Unless ``strict``, what cannot be is left out
        and named in ``flaw``.
        """
        clock = cls(law=law, days=days, calendar=calendar, filed_on=filed_on, extends=extends)
        seen, latest = 0, filed_on
        for event in events:
            if event.number and event.number <= seen:
                continue
            seen = event.number or seen
            if clock.decided_on is not None and event.kind is not ClockEventKind.REOPENED:
                continue
            try:
                if event.on < latest and event.kind is not ClockEventKind.SILENT:
                    raise Impossible("backwards", f"{event.kind} on {event.on}, after an event of {latest}")
                clock = clock._after(event, law, days)
                latest = max(latest, event.on)
                if event.kind is ClockEventKind.COMPLETED:
                    # The period that the answers gave is also that of a new examination.
                    law, days = clock.law, clock.days
            except Impossible as impossible:
                if strict:
                    raise
                clock = replace(clock, flaw=clock.flaw or impossible.key)
        return clock

    @cached_property
    def due_on(self) -> date | None:
        """Last day to decide; None while the file is incomplete or the clock suspended."""
        if self.complete_on is None:
            return None
        if self.silent_on is not None:
            return self.silent_on - ONE_DAY
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
    def suspension(self) -> Suspension | None:
        """The request whose answer the clock awaits; None while it runs, once it ran out or was stopped."""
        if self.decided_on is not None or self.due_on is not None:
            return None
        return next((span for span in self.suspensions if span.answered is None), None)

    @property
    def suspended_since(self) -> date | None:
        """The day of the request whose answer the clock awaits."""
        return self.suspension.sent if self.suspension is not None else None

    @property
    def answer_due_on(self) -> date | None:
        """The citizen's last day to replace a document (law 55-19, art. 10); None where nothing limits her answer."""
        waiting = self.suspension
        if waiting is None or RULES[waiting.act].answer_days is None:
            return None
        return deposit_deadline(waiting.sent, self.calendar)

    @property
    def citizen_due_on(self) -> date | None:
        """The last day of whatever the citizen is awaited for, if it has one."""
        return self.deposit_due_on if self.decided_on is None and self.complete_on is None else self.answer_due_on

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
            return ClockState.STOPPED
        if self.complete_on is None:
            return ClockState.NOT_STARTED
        if self.due_on is None:
            return ClockState.SUSPENDED
        if today > self.due_on:
            return ClockState.EXPIRED
        return ClockState.EXTENDED if self.extension else ClockState.RUNNING

    def reading(self, today: date) -> Reading:
        """All that the clock shows on a day, which is none before the last event of the journal."""
        waiting = self.suspension
        return Reading(
            state=self.state(today),
            used=self.used(today),
            left=self.remaining(today),
            total=self.days + self.extension,
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
        return tuple(self.allowance(act, today) for act in (*REQUESTS, Act.EXTENSION))

    def allowance(self, act: Act, today: date) -> Allowance:
        """Whether an act may still be done on a day; those that depend on no clock are always open."""
        article = self._article_of(act)
        why = self._forbidden(act, today)
        if act is Act.EXTENSION:
            return Allowance(act, not why, None if why else self.due_on, article, why)
        until = self.half_ends_on if act in REQUESTS and self.asks_once and not why else None
        return Allowance(act, not why, until, article, why)

    def _forbidden(self, act: Act, today: date) -> str:
        if act not in REQUESTS and act is not Act.EXTENSION:
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
        if not self.extends or law_named(self.law).extends == 0:
            return "not_listed"
        if self.extension:
            return "extended_once"
        return "expired" if state is ClockState.EXPIRED else ""

    def _article_of(self, act: Act) -> str:
        law = law_named(self.law)
        if law.simplification:
            return RULES[act].article
        return law.extends_article if act is Act.EXTENSION else ""

    @cached_property
    def quarter_on(self) -> date | None:
        """The day that leaves a quarter of the whole period; None while nothing is due."""
        if self.complete_on is None or self.due_on is None:
            return None
        total = self.days + self.extension
        return day_counted_as(total - total // 4, self.complete_on, self.calendar, self.law, self.suspensions)

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
        ``suspended``, ``replacing`` or ``doubted`` by the act, ``resumed``, ``open_suspension``, ``answer_due``,
        ``half``, ``rolled``, ``due``, ``silent``, ``decided``. Dates are in ``on``, ``start`` and ``end``, numbers in
        ``days`` and ``left``.
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
        if self.silent_on is not None:
            steps.append(self._step("silent", 31, on=self.silent_on))
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
            article = int(RULES[span.act].article.partition("/")[2])
            yield self._step(_SUSPENDED_BY[span.act], article, on=span.sent)
            if span.answered is None:
                yield from self._explain_half()
                if self.decided_on is None:
                    yield self._step("open_suspension", article, on=span.sent, left=left)
                    if self.answer_due_on is not None:
                        yield self._step("answer_due", article, on=self.answer_due_on)
                return
            start = span.answered
            yield self._step("resumed", article, on=start, left=left)
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
        own = "" if article in (7, 10, 14) else law.extends_article if article == 17 else law.article
        source = f"55-19/{article}" if law.simplification else own
        # A date prints itself as ISO, a number as digits.
        return Step(key, {name: str(value) for name, value in params.items()}, source)

    def _due(self, complete_on: date, suspensions: Iterable[Suspension]) -> date | None:
        return due_date(
            complete_on, self.days, self.calendar, law=self.law, suspensions=suspensions, extension=self.extension
        )

    def _after(self, event: ClockEvent, law: str, days: int) -> "LegalClock":
        """The clock after one more event; ``law`` and ``days`` are the service's own period."""
        if event.kind in _NEEDS_START and self.complete_on is None:
            raise Impossible(*_NEEDS_START[event.kind])
        match event.kind:
            case ClockEventKind.COMPLETED:
                return self._started(event)
            case ClockEventKind.SUSPENDED:
                return self._suspended(event)
            case ClockEventKind.RESUMED:
                return self._resumed(event.on)
            case ClockEventKind.EXTENDED:
                return replace(self, extension=self.extension + event.days)
            case ClockEventKind.CHANGED:
                return self._counted_as(event)
            case ClockEventKind.SILENT:
                return replace(self, silent_on=event.on)
            case ClockEventKind.STOPPED:
                return replace(self, decided_on=event.on)
            case ClockEventKind.REOPENED:
                return self._reopened(event.on, law, days)

    def _started(self, event: ClockEvent) -> "LegalClock":
        if self.complete_on is not None:
            raise Impossible("completed_twice", "a file becomes complete once")
        return replace(self._counted_as(event), complete_on=event.on)

    def _counted_as(self, event: ClockEvent) -> "LegalClock":
        """Under the period that the event names, if it names one."""
        if not event.law:
            return self
        return replace(self, law=law_named(event.law).key, days=event.days)

    def _suspended(self, event: ClockEvent) -> "LegalClock":
        if any(span.answered is None for span in self.suspensions):
            raise Impossible("suspended_twice", "a suspended clock cannot be suspended")
        return replace(self, suspensions=(*self.suspensions, Suspension(event.on, None, event.act)))

    def _resumed(self, day: date) -> "LegalClock":
        if not self.suspensions or self.suspensions[-1].answered is not None:
            raise Impossible("resumed_unsuspended", "only a suspended clock can resume")
        *before, waiting = self.suspensions
        return replace(self, suspensions=(*before, replace(waiting, answered=day)))

    def _reopened(self, day: date, law: str, days: int) -> "LegalClock":
        """A new period, whose day 0 is the reopening; nothing of the one before is counted in it."""
        if self.decided_on is None:
            raise Impossible("reopened_undecided", "only a decided case can be reopened")
        return LegalClock(
            law, days, self.calendar, self.filed_on, complete_on=day, reopened_on=day, extends=self.extends
        )


_NEEDS_START: Mapping[ClockEventKind, tuple[str, str]] = {
    ClockEventKind.SUSPENDED: ("suspended_unstarted", "a clock that has not started cannot be suspended"),
    ClockEventKind.EXTENDED: ("extended_unstarted", "a clock that has not started cannot be extended"),
    ClockEventKind.SILENT: ("silent_unstarted", "an administration cannot be silent on an incomplete file"),
}
"""What cannot happen to an incomplete file, as a key and in words."""

_SUSPENDED_BY: Mapping[Act, str] = {
    Act.INFORMATION: "suspended",
    Act.REPLACEMENT: "replacing",
    Act.ORIGINALS: "doubted",
}
"""The step of the explanation by which each act suspends the clock."""
