"""What time does to a case by the law alone: the applicant is reminded, those who decide are warned, files are returned
and silences recorded. Which of these is due follows from the clock and from the journal, never from when anybody looked.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.clock import LegalClock
from portal.domain.clock_events import MOVED_BY, ClockEventKind
from portal.domain.events import (
    ApplicantReminded,
    CaseReopened,
    DeadlineNear,
    DueDateMoved,
    Event,
    SilenceRecorded,
)
from portal.domain.flow import Role
from portal.domain.periods import ONE_DAY, silence_on

AWAITED_ANEW = frozenset(
    {
        ClockEventKind.COMPLETED,
        ClockEventKind.SUSPENDED,
        ClockEventKind.RESUMED,
        ClockEventKind.STOPPED,
        ClockEventKind.REOPENED,
    }
)
"""What begins or ends that something is awaited of the applicant: what she was told of her last day before it is over."""

REMINDERS = (10, 3, 1)
"""So many days before a last day of hers the applicant is reminded of it."""


class Point(StrEnum):
    """The points of a period at which those who decide can be warned."""

    HALF = "half"
    QUARTER = "quarter"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Warn:
    """Whom an office warns at a point of the period; ``days`` before the last day, or after it, where the point says so."""

    at: Point
    roles: tuple[Role, ...]
    days: int = 0

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return f"{self.at.value}-{self.days}" if self.days else self.at.value


WARNINGS = (
    Warn(Point.HALF, (Role.AGENT,)),
    Warn(Point.QUARTER, (Role.AGENT,)),
    Warn(Point.BEFORE, (Role.AGENT, Role.CHIEF), 3),
    Warn(Point.AFTER, (Role.CHIEF,), 1),
    Warn(Point.AFTER, (Role.SECRETARY_GENERAL,), 8),
)
"""Whom an office warns that has not said otherwise."""


class Kind(StrEnum):
    """What an alarm brings about, in the order in which those of one day are seen to."""

    REMIND = "remind"
    WARN = "warn"
    RETURN = "return"
    SILENCE = "silence"


@dataclass(frozen=True)
class Alarm:
    """Something that falls due ``on`` a day; ``due_on`` is the last day that it is about, ``name`` what it is called."""

    kind: Kind
    on: date
    due_on: date
    name: str = ""
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Told:
    """Last days as they were told, where the calendar has changed and nobody was told of it yet.

    ``file`` is the applicant's own for what is awaited of her, ``answer`` that of the administration.
    """

    file: date | None = None
    answer: date | None = None


NOTHING_ELSE = Told()
"""What was told is what the clock says."""


def alarms(
    clock: LegalClock,
    warnings: Iterable[Warn] = WARNINGS,
    *,
    returns: bool = False,
    remedy_until: date | None = None,
) -> list[Alarm]:
    """All that time does to a case as its clock stands, in the order of the days.

    ``returns`` is whether the workflow returns the file from where it is, ``remedy_until`` the last day of the
    applicant's remedy, where one is open to her.
    """
    found = [*_reminders(clock, remedy_until)]
    hers = clock.citizen_due_on
    if hers is not None and returns:
        found.append(Alarm(Kind.RETURN, hers + ONE_DAY, hers, "return"))
    if clock.decided_on is None and clock.complete_on is not None and clock.due_on is not None:
        found.extend(_warnings(clock, clock.due_on, warnings))
        found.append(Alarm(Kind.SILENCE, silence_on(clock.due_on), clock.due_on))
    return sorted(found, key=_order)


def pending(
    found: Iterable[Alarm],
    events: Sequence[Event],
    moved: Iterable[tuple[DueDateMoved, date]] = (),
    told: Told = NOTHING_ELSE,
) -> list[Alarm]:
    """Those of the alarms that the journal does not know to have gone off; ``moved`` are its moves, each with its day.

    Where a last day was brought forward, nobody is warned of it again at a point at which she was warned of the later
    one. The applicant was told of the move: what she would have been reminded of by that day, she is not reminded of.
    No file is returned and no silence sets in before the last day that was ``told`` of it is over.
    """
    moves = {(move.after, day) for move, day in moved if _forward(move)}
    gone_off = _gone_off(events)
    return [
        alarm
        for alarm in _after_what_was_told(found, events, told)
        if not (gone_off.knows(alarm) or (alarm.kind is Kind.REMIND and _told_anyway(alarm, moves)))
    ]


@dataclass
class _GoneOff:
    """What a journal knows to have gone off: by the day, and by the point before which last day."""

    reminded: set[tuple[str, str]] = field(default_factory=set)
    warned: set[tuple[str, str]] = field(default_factory=set)
    points: set[tuple[str, int, str]] = field(default_factory=set)
    silent: bool = False

    def knows(self, alarm: Alarm) -> bool:
        if alarm.kind is Kind.SILENCE:
            return self.silent
        # A return that the case's own facts forbade has warned the chief instead.
        days = self.reminded if alarm.kind is Kind.REMIND else self.warned
        return (alarm.name, alarm.on.isoformat()) in days or (*_point(alarm), alarm.due_on.isoformat()) in self.points


def _point(alarm: Alarm) -> tuple[str, int]:
    """The point of the period that an alarm stands for: reminders of one last day differ by their days before it."""
    return alarm.name, (alarm.due_on - alarm.on).days if alarm.kind is Kind.REMIND else 0


def _gone_off(events: Iterable[Event]) -> _GoneOff:
    known, points = _GoneOff(), set[tuple[str, int, str]]()
    for event in events:
        match event:
            case ApplicantReminded():
                known.reminded.add((event.deadline, event.on))
                days = date.fromisoformat(event.due_on) - date.fromisoformat(event.on)
                points.add((event.deadline, days.days, event.due_on))
            case DeadlineNear():
                known.warned.add((event.warning, event.on))
                points.add((event.warning, 0, event.due_on))
            case DueDateMoved(after=str(after)) if _forward(event):
                carried = {(name, days, after) for name, days, due_on in points if due_on == event.before}
                points |= carried
                known.points |= carried
            case SilenceRecorded():
                known.silent = True
            case CaseReopened():
                known.silent = False
    return known


def _forward(move: DueDateMoved) -> bool:
    """Whether a last day was brought forward. ISO dates sort as their days do."""
    return move.before is not None and move.after is not None and move.after < move.before


def _told_anyway(alarm: Alarm, moves: Collection[tuple[str | None, date]]) -> bool:
    return any(due_on == alarm.due_on.isoformat() and alarm.on <= day for due_on, day in moves)


def _after_what_was_told(found: Iterable[Alarm], events: Iterable[Event], told: Told) -> list[Alarm]:
    """The alarms, none of which takes effect before the latest day that was told of it is over.

    A file is returned after the latest of all the days that its applicant was given for it; a silence is dated by the
    day that was told of the answer.
    """
    hers = _days_given(events) if told.file is None else [*_days_given(events), told.file]
    return sorted((_put_off(one, max(hers, default=None), told.answer) for one in found), key=_order)


def _put_off(alarm: Alarm, file: date | None, answer: date | None) -> Alarm:
    if alarm.kind is Kind.RETURN and file is not None:
        return replace(alarm, on=max(alarm.on, file + ONE_DAY))
    if alarm.kind is Kind.SILENCE and answer is not None and answer > alarm.due_on:
        return replace(alarm, on=silence_on(answer), due_on=answer)
    return alarm


def _days_given(events: Iterable[Event]) -> list[date]:
    """The days that the journal's moves gave the applicant for what is awaited of her now, wherever her case has been."""
    found: list[date] = []
    for event in events:
        if MOVED_BY.get(type(event)) in AWAITED_ANEW:
            found.clear()
        elif isinstance(event, DueDateMoved) and event.of == "file":
            found.extend(date.fromisoformat(day) for day in (event.before, event.after) if day is not None)
    return found


def _order(alarm: Alarm) -> tuple[date, int, str]:
    return alarm.on, list(Kind).index(alarm.kind), alarm.name


def _reminders(clock: LegalClock, remedy_until: date | None) -> Iterable[Alarm]:
    hers = clock.citizen_due_on
    if hers is not None:
        name = "deposit" if clock.complete_on is None else "replacement"
        since = clock.filed_on if clock.suspended_since is None else clock.suspended_since
        yield from _before(name, hers, since)
    since = clock.decided_on or clock.silent_on or clock.filed_on
    if remedy_until is not None:
        yield from _before("remedy", remedy_until, since)


def _before(name: str, until: date, since: date) -> Iterable[Alarm]:
    """The reminders of a last day; none on the very day that began its period, when she is told of it anyway."""
    for days in REMINDERS:
        on = until - timedelta(days=days)
        if on > since:
            yield Alarm(Kind.REMIND, on, until, name)


def _warnings(clock: LegalClock, due_on: date, warnings: Iterable[Warn]) -> Iterable[Alarm]:
    for warn in warnings:
        on = _day_of(clock, due_on, warn)
        if on is not None and clock.complete_on is not None and on > clock.complete_on:
            yield Alarm(Kind.WARN, on, due_on, warn.name, warn.roles)


def _day_of(clock: LegalClock, due_on: date, warn: Warn) -> date | None:
    match warn.at:
        case Point.HALF:
            return clock.half_ends_on
        case Point.QUARTER:
            return clock.quarter_on
        case Point.BEFORE:
            return due_on - timedelta(days=warn.days)
        case Point.AFTER:
            return due_on + timedelta(days=warn.days)
