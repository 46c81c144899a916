"""What time does to a case by the law alone: the applicant is reminded, those who decide are warned, files are returned
and silences recorded. Which of these is due follows from the clock and from the journal, never from when anybody looked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.clock import LegalClock
from portal.domain.events import ApplicantReminded, CaseReopened, DeadlineNear, Event, SilenceRecorded
from portal.domain.flow import Role
from portal.domain.periods import ONE_DAY, silence_on

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
    order = list(Kind)
    return sorted(found, key=lambda alarm: (alarm.on, order.index(alarm.kind), alarm.name))


def pending(found: Iterable[Alarm], events: Sequence[Event]) -> list[Alarm]:
    """Those of the alarms that the journal does not know to have gone off."""
    reminded, warned, silent = set[tuple[str, str]](), set[tuple[str, str]](), False
    for event in events:
        match event:
            case ApplicantReminded():
                reminded.add((event.deadline, event.on))
            case DeadlineNear():
                warned.add((event.warning, event.on))
            case SilenceRecorded():
                silent = True
            case CaseReopened():
                silent = False
    # A return that the case's own facts forbade has warned the chief instead.
    done = {Kind.REMIND: reminded, Kind.WARN: warned, Kind.RETURN: warned}
    return [
        alarm
        for alarm in found
        if not (
            silent if alarm.kind is Kind.SILENCE else (alarm.name, alarm.on.isoformat()) in done.get(alarm.kind, ())
        )
    ]


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
