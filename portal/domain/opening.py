"""When an office is open: its hours as a value, and time counted in them, in the office's own time zone.

Hours are wall-clock times; lengths are real ones. A time of day that the clock shows twice, as when it is set back at
the beginning of Ramadan, means the first of the two; one that it leaps over means the moment of the leap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from portal.domain.periods import ONE_DAY, Calendar

Span = tuple[time, time]
"""From when to when."""
Week = tuple[tuple[Span, ...], ...]
"""The spans of each day of the week, Monday first."""

ZONE = ZoneInfo("Africa/Casablanca")


@dataclass(frozen=True)
class Season:
    """Some days, both ends included, on which other hours hold, as in Ramadan."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True)
class Opening:
    """The opening hours of one office: called with a day, the times from when to when it is open on it.

    Raises ValueError for hours that no working day of the week has: such an office would never open.
    """

    calendar: Calendar
    week: Week
    seasons: tuple[Season, ...] = ()
    zone: ZoneInfo = ZONE

    def __post_init__(self) -> None:
        for week in (self.week, *(season.week for season in self.seasons)):
            if len(week) != 7 or any(_faulty(spans) for spans in week):
                raise ValueError("a week has seven days, each with spans in order that do not overlap")
        if not any(spans and number not in self.calendar.weekend for number, spans in enumerate(self.week)):
            raise ValueError("an office that is open on no working day never opens")

    def __call__(self, day: date) -> tuple[Span, ...]:
        """The spans of a day in order; none on a day off."""
        if self.calendar.is_off(day):
            return ()
        season = next((one for one in self.seasons if one.first <= day <= one.last), None)
        return (season.week if season is not None else self.week)[day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open; not any more at the very moment it closes."""
        return any(opens <= moment < closes for opens, closes in self._moments(self._day(moment)))

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself while the office is open, else the next at which it opens, in the office's time."""
        opens, _ = next(self._from(moment))
        return self._here(opens)

    def hours_between(self, start: datetime, end: datetime) -> timedelta:
        """For how long the office is open from ``start`` to ``end``; nothing where the end comes first."""
        total = timedelta()
        if end <= start:
            return total
        for opens, closes in self._from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def after_hours(self, start: datetime, hours: int | timedelta) -> datetime:
        """The moment at which the office has been open for ``hours`` since ``start``, in the office's time.

        Hours that end just as the office closes end then, not on the next day. Raises ValueError for fewer than none.
        """
        left = timedelta(hours=hours) if isinstance(hours, int) else hours
        if left < timedelta():
            raise ValueError("hours are not negative")
        for opens, closes in self._from(start):
            if left <= closes - opens:
                return self._here(opens + left)
            left -= closes - opens
        raise AssertionError("an office that opens every week opens again")

    def _from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of each span from a moment on, without end."""
        day = self._day(start)
        while True:
            for opens, closes in self._moments(day):
                if closes > start:
                    yield max(opens, start.astimezone(UTC)), closes
            day += ONE_DAY

    def _moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self(day):
            first, last = self._first_shown(day, opens), self._first_shown(day, closes)
            # What lies within the hour that the clock leaps over is no time at all.
            if first < last:
                yield first, last

    def _first_shown(self, day: date, at: time) -> datetime:
        """The first moment at which the office's clock shows a time of a day, or a later one where it leaps over it."""
        wall = datetime.combine(day, at)
        found = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if self._here(found).replace(tzinfo=None) == wall:
            return found
        before, after = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC), found
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) / 2
            if self._here(middle).replace(tzinfo=None) < wall:
                before = middle
            else:
                after = middle
        return after.replace(microsecond=0)

    def _day(self, moment: datetime) -> date:
        return self._here(moment).date()

    def _here(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def due_at(start: datetime, hours: int, opening: Opening) -> datetime:
    """When a promise of so many counter hours falls due, counted while the office is open, in the office's time.

    What is filed while it is closed is counted from the next opening.
    """
    return opening.after_hours(opening.next_opening(start), hours)


def _faulty(spans: tuple[Span, ...]) -> bool:
    times = [at for span in spans for at in span]
    backwards = any(earlier > later for earlier, later in pairwise(times))
    return backwards or any(opens == closes for opens, closes in spans)
