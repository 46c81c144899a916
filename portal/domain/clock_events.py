"""What moves the law's clock of a case: the events of its journal, one after the other, and what among them cannot be."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from portal.domain.acts import Act
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
from portal.domain.periods import ONE_DAY, Suspension, law_named


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


class ClockEvent(NamedTuple):
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

_WITH_DAYS = frozenset({ClockEventKind.COMPLETED, ClockEventKind.EXTENDED, ClockEventKind.CHANGED})
_INFORMATION = Act.INFORMATION
_ACTS: Mapping[type[Event], Act] = {ReplacementRequested: Act.REPLACEMENT, OriginalsRequested: Act.ORIGINALS}


def moves(event: Event) -> bool:
    """Whether an event of the journal moves the clock."""
    return type(event) in MOVED_BY


def clock_event(event: Event, on: date, number: int = 0) -> ClockEvent | None:
    """What an event of the journal does to the clock, on a day of the office; None where it leaves it alone."""
    found = type(event)
    kind = MOVED_BY.get(found)
    if kind is None:
        return None
    if found is SilenceRecorded:
        # It is dated as the law says, however late a worker recorded it.
        return ClockEvent(kind, date.fromisoformat(vars(event)["on"]), number=number)
    if kind in _WITH_DAYS:
        said = vars(event)
        return ClockEvent(kind, on, said["days"], said.get("law", ""), number=number)
    return ClockEvent(kind, on, 0, "", _ACTS.get(found, _INFORMATION), number)


class Impossible(ValueError):
    """A journal that cannot be; ``key`` names what contradicts what."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(slots=True)
class Story:
    """What a journal has told of a case so far, as a clock keeps it (see ``clock.LegalClock``).

    ``own`` is the period of the service, or of the answers once the file is complete: a reopening goes back to it.
    ``extended`` tells that the period was extended, although one that holds since may know of no extension.
    """

    law: str
    days: int
    filed_on: date
    complete_on: date | None = None
    suspensions: list[Suspension] = field(default_factory=list)
    waiting: ClockEvent | None = None
    extension: int = 0
    extended: bool = False
    decided_on: date | None = None
    reopened_on: date | None = None
    silent_on: date | None = None
    flaw: str = ""
    own: tuple[str, int] = field(init=False)
    latest: date = field(init=False)

    def __post_init__(self) -> None:
        self.own, self.latest = (self.law, self.days), self.filed_on

    def tell(self, events: Iterable[ClockEvent], *, strict: bool) -> None:
        """Takes events in the order they happened. Raises Impossible; unless ``strict``, the first one is the ``flaw``."""
        seen = 0
        for event in events:
            if event.number:
                if event.number <= seen:
                    continue
                seen = event.number
            try:
                self._take(event)
            except Impossible as impossible:
                if strict:
                    raise
                self.flaw = self.flaw or impossible.key

    def so_far(self) -> tuple[Suspension, ...]:
        """The suspensions, with the one whose answer is awaited."""
        if self.waiting is None:
            return tuple(self.suspensions)
        return (*self.suspensions, Suspension(self.waiting.on, None, self.waiting.act))

    def _take(self, event: ClockEvent) -> None:
        kind, on = event.kind, event.on
        if on < self.latest and kind is not ClockEventKind.SILENT:
            raise Impossible("backwards", f"{kind} on {on}, after an event of {self.latest}")
        if self.decided_on is not None and kind is not ClockEventKind.REOPENED:
            raise Impossible("after_decision", f"{kind} on {on}: only a reopening moves a decided case")
        _TAKES[kind](self, event)
        if on > self.latest:
            self.latest = on

    def _start(self, event: ClockEvent) -> None:
        if self.complete_on is not None:
            raise Impossible("completed_twice", "a file becomes complete once")
        self._count_as(event)
        self.complete_on = event.on
        # The period that the answers gave is also that of a new examination.
        self.own = self.law, self.days

    def _count_as(self, event: ClockEvent) -> None:
        """Under the period that the event names, if it names one.

        One above the law's ceiling was proved to be below it when the service was published: the ceiling has been
        lowered since, and binds what is filed from then on.
        """
        if not event.law:
            return
        try:
            law = law_named(event.law)
        except ValueError as error:
            raise Impossible("period", str(error)) from error
        if event.days < 0:
            raise Impossible("period", "a period is not negative")
        self.law, self.days = event.law, event.days
        self.extension = law.keeps(self.extension)

    def _suspend(self, event: ClockEvent) -> None:
        if self.complete_on is None:
            raise Impossible("suspended_unstarted", "a clock that has not started cannot be suspended")
        if self.waiting is not None:
            raise Impossible("suspended_twice", "a suspended clock cannot be suspended")
        self.waiting = event

    def _resume(self, event: ClockEvent) -> None:
        if self.waiting is None:
            raise Impossible("resumed_unsuspended", "only a suspended clock can resume")
        self.suspensions.append(Suspension(self.waiting.on, event.on, self.waiting.act))
        self.waiting = None

    def _extend(self, event: ClockEvent) -> None:
        if self.complete_on is None:
            raise Impossible("extended_unstarted", "a clock that has not started cannot be extended")
        if event.days < 1:
            raise Impossible("period", "an extension lasts a day at least")
        self.extension, self.extended = self.extension + event.days, True

    def _fall_silent(self, event: ClockEvent) -> None:
        if self.complete_on is None:
            raise Impossible("silent_unstarted", "an administration cannot be silent on an incomplete file")
        if self.silent_on is not None:
            raise Impossible("silent_twice", "the silence of an administration sets in once")
        on, due_on = event.on, event.on - ONE_DAY
        asked = any(span.sent <= due_on and (span.answered or due_on) >= due_on for span in self.so_far())
        if due_on <= self.complete_on or asked:
            raise Impossible("silent_early", f"silence on {on} of a file that nobody had to decide on {due_on}")
        self.silent_on = on

    def _stop(self, event: ClockEvent) -> None:
        self.decided_on = event.on

    def _reopen(self, event: ClockEvent) -> None:
        """A new period, whose day 0 is the reopening; nothing of the one before is counted in it."""
        if self.decided_on is None:
            raise Impossible("reopened_undecided", "only a decided case can be reopened")
        self.law, self.days = self.own
        self.complete_on = self.reopened_on = event.on
        self.suspensions, self.waiting = [], None
        self.extension, self.extended, self.decided_on, self.silent_on = 0, False, None, None


_TAKES: Mapping[ClockEventKind, Callable[[Story, ClockEvent], None]] = {
    ClockEventKind.COMPLETED: Story._start,
    ClockEventKind.SUSPENDED: Story._suspend,
    ClockEventKind.RESUMED: Story._resume,
    ClockEventKind.EXTENDED: Story._extend,
    ClockEventKind.CHANGED: Story._count_as,
    ClockEventKind.SILENT: Story._fall_silent,
    ClockEventKind.STOPPED: Story._stop,
    ClockEventKind.REOPENED: Story._reopen,
}
