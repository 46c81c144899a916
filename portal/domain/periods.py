"""Délais francs: how the law counts days (law 55-19, art. 31), all of it in this one place for a jurist to amend.

Day 0 is the day the file became complete. Each later day counts one (working days only, where the law says so)
unless the clock is suspended on it. When all days have counted, the next day is the due date; if the office is
closed it rolls on to a working day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise

from portal.domain.acts import Act

ONE_DAY = timedelta(days=1)

DEPOSIT_DAYS = 30
"""Days the citizen has to complete her file, or to replace a defective document (law 55-19, art. 10)."""


class Unit(StrEnum):
    """Which days a law counts."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True)
class Law:
    """The text a period is counted under; ``ceiling`` is the longest period it allows, in its own ``unit``.

    ``first`` is whether it counts the first decision on a request, as opposed to what follows a silence or a refusal.
    ``extends`` is the longest extension it allows, None where it names no figure, and 0 where it knows of none.
    """

    key: str
    ceiling: int | None
    unit: Unit
    article: str
    first: bool = True
    extends: int | None = 0
    extends_article: str = ""

    @cached_property
    def simplification(self) -> bool:
        """Whether it counts a decision of law 55-19, whose rules on requests and documents bind its own decisions only."""
        return self.first and self.key.startswith("55-19")

    def keeps(self, extension: int) -> int:
        """What holds under this law of an extension that was given under another."""
        return extension if self.extends is None else min(extension, self.extends)


LAWS: Mapping[str, Law] = {
    law.key: law
    for law in (
        # An extension lasts as long as the expertise or the inquiry needs (art. 17): the service states its most.
        Law("55-19", 60, Unit.CALENDAR, "55-19/16", extends=None, extends_article="55-19/17"),
        Law("55-19-investment", 30, Unit.CALENDAR, "55-19/16", extends=None, extends_article="55-19/17"),
        # After a silence that is approval: the act itself, the higher authority, the governor's attestation.
        Law("55-19-claim", 7, Unit.CALENDAR, "55-19/20", first=False),
        Law("55-19-authority", 15, Unit.CALENDAR, "55-19/20", first=False),
        Law("55-19-attestation", 10, Unit.CALENDAR, "55-19/20", first=False),
        # After any other silence, or a refusal: the appeal, and the governor where a president is silent on it.
        Law("55-19-appeal", 15, Unit.CALENDAR, "55-19/21", first=False),
        Law("55-19-governor", 10, Unit.CALENDAR, "55-19/21", first=False),
        Law("31-13", 20, Unit.WORKING, "31-13", extends=20, extends_article="31-13"),
        Law("31-13-urgent", 3, Unit.CALENDAR, "31-13"),
        Law("31-13-complaint", 15, Unit.CALENDAR, "31-13/19", first=False),
        Law("2-17-265", 60, Unit.CALENDAR, "2-17-265"),
        # The organic laws give two months (commune) or three: 92 days is the longest that three months can be.
        Law("petition", 92, Unit.CALENDAR, "113-14"),
        # The Ombudsman: the law sets the portal no period, a service states what it promises.
        Law("14-16", None, Unit.CALENDAR, "14-16", first=False),
    )
}


@dataclass(frozen=True)
class Calendar:
    """The days an office is closed: its holidays, and the days of the week in ``weekend`` (Monday is 0)."""

    holidays: frozenset[date]
    weekend: frozenset[int] = frozenset({5, 6})

    def __post_init__(self) -> None:
        if self.weekend.issuperset(range(7)):
            raise ValueError("an office that never opens has no working day to roll to")

    def is_off(self, day: date) -> bool:
        return day.weekday() in self.weekend or day in self.holidays

    def next_working(self, day: date) -> date:
        """The day itself when the office works, else the first day after it on which it does."""
        while self.is_off(day):
            day += ONE_DAY
        return day

    def worked_between(self, start: date, end: date) -> int:
        """How many working days there are strictly between two days."""
        return max(0, self._worked_through(end.toordinal() - 1) - self._worked_through(start.toordinal()))

    def working_day(self, number: int, after: date) -> date:
        """The ``number``-th working day after a day; 0 is that day itself."""
        day = after.toordinal()
        wanted = self._worked_through(day) + number
        # A day is one working day at most: going on by as many days as working days are missing never goes too far.
        while missing := wanted - self._worked_through(day):
            day += missing
        return date.fromordinal(day)

    def _worked_through(self, ordinal: int) -> int:
        """The working days since the calendar began, 1 January of the year 1: a Monday, and day 1."""
        known = self._known.get(ordinal)
        if known is None:
            weeks, rest = divmod(ordinal, 7)
            known = weeks * self._in_week[7] + self._in_week[rest] - bisect_right(self._closed, ordinal)
            self._known[ordinal] = known
        return known

    @cached_property
    def _known(self) -> dict[int, int]:
        """What was asked before: cases live in the same few years, so that these days are few."""
        return {}

    @cached_property
    def _in_week(self) -> tuple[int, ...]:
        """How many of a week's first 0, 1, … 7 days are worked, holidays aside."""
        return tuple(accumulate((day not in self.weekend for day in range(7)), initial=0))

    @cached_property
    def _closed(self) -> tuple[int, ...]:
        """The holidays that fall on no weekend, in order, as ordinals."""
        return tuple(sorted(day.toordinal() for day in self.holidays if day.weekday() not in self.weekend))


@dataclass(frozen=True)
class Suspension:
    """The clock stands still from the day the request was ``sent`` to the day it was ``answered``, both included.

    ``answered`` is None while the answer is awaited, ``act`` is what the law calls the request.
    """

    sent: date
    answered: date | None
    act: Act = Act.INFORMATION

    def __post_init__(self) -> None:
        if self.answered is not None and self.answered < self.sent:
            raise ValueError("a request cannot be answered before it was sent")


def due_date(
    complete_on: date,
    days: int,
    calendar: Calendar,
    *,
    law: str = "55-19",
    suspensions: Iterable[Suspension] = (),
    extension: int = 0,
) -> date | None:
    """Last day to decide, neither a day off nor a suspended one; None while a suspension is open (law 55-19, art. 31).

    A request sent on the due date itself still suspends the clock: the answer is a new day 0 with nothing left to
    count, so the next working day is due. One sent after the due date changes nothing: the period has run out.

    Raises ValueError if ``days`` exceeds the law's ceiling, or if suspensions overlap or begin before ``complete_on``.
    An extension may exceed the ceiling: that is what it is for (art. 17).
    """
    rule = lawful(law, days, extension)
    return CountedDays(complete_on, calendar, rule.unit, suspensions).due(days + extension)


def first_half_ends(
    complete_on: date, days: int, calendar: Calendar, *, law: str = "55-19", suspensions: Iterable[Suspension] = ()
) -> date | None:
    """The last date of the first half: day 0 and the counted days up to ⌊days / 2⌋; an extension does not move it.

    None while a suspension that began within the first half is open, for the half then cannot end.
    """
    rule = lawful(law, days)
    return CountedDays(complete_on, calendar, rule.unit, suspensions).day(days // 2)


def in_first_half(
    day: date,
    complete_on: date,
    days: int,
    calendar: Calendar,
    *,
    law: str = "55-19",
    suspensions: Iterable[Suspension] = (),
) -> bool:
    """Whether the administration may still ask for something on that day (law 55-19, art. 7, 10 and 14)."""
    end = first_half_ends(complete_on, days, calendar, law=law, suspensions=suspensions)
    return complete_on <= day and (end is None or day <= end)


def counted(
    complete_on: date, until: date, calendar: Calendar, law: str = "55-19", suspensions: Iterable[Suspension] = ()
) -> int:
    """Days that have counted since ``complete_on``, through ``until`` inclusive, however long the period is."""
    return CountedDays(complete_on, calendar, law_named(law).unit, suspensions).through(until)


def remaining(
    complete_on: date,
    days: int,
    calendar: Calendar,
    *,
    today: date,
    law: str = "55-19",
    suspensions: Iterable[Suspension] = (),
    extension: int = 0,
) -> int:
    """Days of the period still to count after ``today``; 0 from the last counted day on."""
    lawful(law, days, extension)
    return max(0, days + extension - counted(complete_on, today, calendar, law, suspensions))


def deposit_deadline(filed_on: date, calendar: Calendar) -> date:
    """The citizen's last day to complete her file; day 0 is the day she filed, or received the request (art. 10)."""
    return calendar.next_working(filed_on + (DEPOSIT_DAYS + 1) * ONE_DAY)


def silence_on(due: date) -> date:
    """The day on which the silence of the administration is recorded."""
    return due + ONE_DAY


def law_named(key: str) -> Law:
    """The law of that key; raises ValueError if there is none."""
    if key not in LAWS:
        raise ValueError(f"no law {key!r} is known to the clock")
    return LAWS[key]


def lawful(key: str, days: int, extension: int = 0) -> Law:
    """The law of that key, under which so many days can be counted; raises ValueError if they cannot."""
    law = law_named(key)
    if days < 0 or extension < 0:
        raise ValueError("a period is not negative")
    if law.ceiling is not None and days > law.ceiling:
        raise ValueError(f"{days} days exceed the {law.ceiling} that law {key} allows")
    return law


def in_order(complete_on: date, suspensions: Iterable[Suspension]) -> tuple[Suspension, ...]:
    """The suspensions in order of time; raises ValueError if they overlap or begin before the file is complete.

    A new request on the day the last one was answered is no overlap: that day is suspended either way.
    """
    spans = tuple(sorted(suspensions, key=lambda span: (span.sent, span.answered or date.max)))
    if spans and spans[0].sent < complete_on:
        raise ValueError("a clock that has not started cannot be suspended")
    for earlier, later in pairwise(spans):
        if earlier.answered is None or later.sent < earlier.answered:
            raise ValueError("suspensions overlap")
    return spans


class CountedDays:
    """The days that count from a day 0 on, however long the period is.

    Raises ValueError if suspensions overlap or begin before day 0.
    """

    def __init__(self, complete_on: date, calendar: Calendar, unit: Unit, suspensions: Iterable[Suspension]) -> None:
        self.complete_on, self.calendar, self.unit = complete_on, calendar, unit
        self.spans = in_order(complete_on, suspensions)
        start, free = complete_on, []
        for span in self.spans:
            free.append(days_between(start, span.sent, calendar, unit))
            start = span.answered or span.sent
        self.free = free
        """How many days count before each of ``spans``, since the one before it."""

    def day(self, number: int) -> date | None:
        """The date that counts as day ``number``; None if an open suspension keeps it from coming."""
        start, left = self.complete_on, number
        for span, free in zip(self.spans, self.free, strict=True):
            if free >= left:
                break
            if span.answered is None:
                return None
            start, left = span.answered, left - free
        return day_after(start, left, self.calendar, self.unit)

    def due(self, days: int) -> date | None:
        """The last day of a period of so many days; None while a suspension is open (see ``due_date``)."""
        last = self.day(days)
        if last is None:
            return None
        due = self.calendar.next_working(last + ONE_DAY)
        for span in self.spans:
            if span.sent > due:
                break
            if span.answered is None:
                return None
            if span.answered >= due:
                due = self.calendar.next_working(span.answered + ONE_DAY)
        return due

    def through(self, until: date) -> int:
        """How many days have counted through ``until``."""
        start, total = self.complete_on, 0
        for span, free in zip(self.spans, self.free, strict=True):
            if span.sent > until:
                break
            total += free
            if span.answered is None or span.answered >= until:
                return total
            start = span.answered
        return total + days_between(start, until + ONE_DAY, self.calendar, self.unit)


def days_between(start: date, end: date, calendar: Calendar, unit: Unit) -> int:
    """How many days count strictly between two dates, if the clock is not suspended there."""
    if unit is Unit.WORKING:
        return calendar.worked_between(start, end)
    return max(0, (end - start).days - 1)


def day_after(start: date, days: int, calendar: Calendar, unit: Unit) -> date:
    """The date of the ``days``-th counted day after ``start``, if nothing suspends the clock."""
    if unit is Unit.WORKING:
        return calendar.working_day(days, start)
    return start + days * ONE_DAY
