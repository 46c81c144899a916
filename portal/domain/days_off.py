"""What an administrator may confirm of a feast, and enter as days on which an office is closed."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import pairwise

from portal.domain.errors import PortalError
from portal.domain.periods import Calendar

FAR_FROM_ESTIMATE = timedelta(days=15)
"""The tables of the moon are wrong by a day or two: what is further off is another year's feast, or a slip."""

BESIDE = timedelta(days=2)
"""How far a day of a feast may lie from the one before."""

LONGEST_FEAST = 5
LONGEST_CLOSURE = 60

ENTERED_WITHIN = timedelta(days=7)
"""How long after it began a closure can still be entered, as one that a storm brought: what was due by then is due later."""


class DaysOffWrong(PortalError):
    """What was said of a day off cannot be; ``about`` names what is wrong of it: days, first, last, name or unit."""

    status = 422
    about = "days"


class FeastDaysNeeded(DaysOffWrong):
    """A feast has a day at least."""

    key = "feast.days_needed"


class FeastNotInYear(DaysOffWrong):
    """The days of a feast lie in the ``year`` for which they are confirmed."""

    key = "feast.not_in_year"


class FeastBeyondCalendar(DaysOffWrong):
    """The calendar knows the feasts from the year ``first`` to the year ``last`` only."""

    key = "feast.beyond_calendar"


class FeastDaysApart(DaysOffWrong):
    """The days of a feast follow each other, each time that it comes in the year."""

    key = "feast.days_apart"


class FeastDayTwice(DaysOffWrong):
    """One ``day`` (ISO) of a feast is named twice: another was meant, or it has fewer."""

    key = "feast.day_twice"


class FeastTooLong(DaysOffWrong):
    """No feast lasts longer than ``most`` days."""

    key = "feast.too_long"


class FeastFarFromEstimate(DaysOffWrong):
    """The days lie more than two weeks from the ``expected`` one (ISO): whoever confirms them says that she is sure."""

    key = "feast.far_from_estimate"


class ClosureReversed(DaysOffWrong):
    """The last day of a closure does not come before its first."""

    key, about = "closure.reversed", "last"


class ClosureTooLong(DaysOffWrong):
    """A closure of more than ``most`` days is a slip."""

    key, about = "closure.too_long", "last"


class ClosureUnnamed(DaysOffWrong):
    """Why an office is closed is said in every language."""

    key, about = "closure.unnamed", "name"


class ClosureUnitUnknown(DaysOffWrong):
    """There is no such office."""

    key, about = "closure.unit_unknown", "unit"


class FeastPast(DaysOffWrong):
    """What has passed, or is today, stays off: ``day`` (ISO) would be worked after the fact, and last days come too early."""

    key = "feast.past"


class ClosureOver(DaysOffWrong):
    """A closure that has ended, or ends today, is not taken back: whoever found the door shut was right to go."""

    key, about = "closure.over", "last"


class ClosureTooEarly(DaysOffWrong):
    """A closure is entered within ``most`` days of its beginning, which comes no earlier than ``since`` (ISO)."""

    key, about = "closure.too_early", "first"


class ClosureBeyondCalendar(DaysOffWrong):
    """The calendar knows the days off from the year ``first`` to the year ``last`` only."""

    key, about = "closure.beyond_calendar", "last"


class CasesTouched(PortalError):
    """A change can touch ``count`` cases that are under way: whoever makes it is told how many, and says that she is sure."""

    status, key = 409, "calendar.cases_touched"

    def __init__(self, count: int) -> None:
        super().__init__(count=str(count))
        self.count = count


def check_feast(
    year: int, days: Iterable[date], expected: Collection[date], years: tuple[int, int], *, sure: bool = False
) -> tuple[date, ...]:
    """The days of a feast in their order, if they may be confirmed; ``expected`` are the estimated ones.

    ``years`` are the first and the last of the calendar. Raises DaysOffWrong.
    """
    given = sorted(days)
    found = tuple(dict.fromkeys(given))
    if not found:
        raise FeastDaysNeeded()
    twice = next((one for one, other in pairwise(given) if one == other), None)
    if twice is not None:
        raise FeastDayTwice(day=twice.isoformat())
    if not years[0] <= year <= years[1]:
        raise FeastBeyondCalendar(first=str(years[0]), last=str(years[1]))
    if any(day.year != year for day in found):
        raise FeastNotInYear(year=str(year))
    runs = _runs(found)
    # The lunar year is shorter than ours: now and then a feast comes twice in one.
    if len(runs) != len(_runs(expected)):
        raise FeastDaysApart()
    if any(len(run) > LONGEST_FEAST for run in runs):
        raise FeastTooLong(most=str(LONGEST_FEAST))
    for day in () if sure else found:
        nearest = min(expected, key=lambda other: abs(other - day))
        if abs(nearest - day) > FAR_FROM_ESTIMATE:
            raise FeastFarFromEstimate(expected=nearest.isoformat())
    return found


def check_kept(found: Collection[date], expected: Collection[date]) -> None:
    """Raises FeastTooLong where a feast, with its days that have passed and stay off, grows beyond any that moved once.

    Otherwise whoever confirmed it again each day would hold the law's clock still.
    """
    most = len(expected) + LONGEST_FEAST
    if len(found) > most:
        raise FeastTooLong(most=str(most))


def check_closure(
    first: date,
    last: date,
    *,
    today: date,
    years: tuple[int, int],
    calendar: Calendar,
    others: Collection[tuple[date, date]] = (),
) -> None:
    """Raises DaysOffWrong for days on which an office cannot be closed, by the ``calendar`` that it has so far.

    ``others`` are its other closures: those between which it does not work once are one. ``years`` are the first and the
    last of the calendar.
    """
    if last < first:
        raise ClosureReversed()
    if first < today - ENTERED_WITHIN:
        raise ClosureTooEarly(since=(today - ENTERED_WITHIN).isoformat(), most=str(ENTERED_WITHIN.days))
    if not years[0] <= first.year <= last.year <= years[1]:
        raise ClosureBeyondCalendar(first=str(years[0]), last=str(years[1]))
    begins, ends = _joined(first, last, calendar, others)
    if (ends - begins).days >= LONGEST_CLOSURE:
        raise ClosureTooLong(most=str(LONGEST_CLOSURE))


def _joined(first: date, last: date, calendar: Calendar, others: Collection[tuple[date, date]]) -> tuple[date, date]:
    """The first and the last day of all closures that a new one overlaps or adjoins."""
    left = sorted(others)
    while near := [
        one
        for one in left
        if calendar.worked_between(last, one[0]) == 0 and calendar.worked_between(one[1], first) == 0
    ]:
        first, last = min(first, *(one[0] for one in near)), max(last, *(one[1] for one in near))
        left = [one for one in left if one not in near]
    return first, last


def _runs(days: Collection[date]) -> list[list[date]]:
    """The days parted wherever more than one day lies between two of them."""
    ordered = sorted(days)
    runs = [ordered[:1]] if ordered else []
    for earlier, later in pairwise(ordered):
        if later - earlier <= BESIDE:
            runs[-1].append(later)
        else:
            runs.append([later])
    return runs
