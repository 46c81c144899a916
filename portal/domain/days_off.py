"""What an administrator may confirm of a feast, and enter as days on which an office is closed."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import pairwise

from portal.domain.errors import PortalError

FAR_FROM_ESTIMATE = timedelta(days=15)
"""The tables of the moon are wrong by a day or two: what is further off is another year's feast, or a slip."""

BESIDE = timedelta(days=2)
"""How far a day of a feast may lie from the one before."""

LONGEST_FEAST = 5
LONGEST_CLOSURE = 60


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


def check_feast(
    year: int, days: Iterable[date], expected: Collection[date], years: tuple[int, int], *, sure: bool = False
) -> tuple[date, ...]:
    """The days of a feast in their order, if they may be confirmed; ``expected`` are the estimated ones.

    ``years`` are the first and the last of the calendar. Raises DaysOffWrong.
    """
    found = tuple(sorted(set(days)))
    if not found:
        raise FeastDaysNeeded()
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


def check_closure(first: date, last: date) -> None:
    """Raises DaysOffWrong for days on which no office can be closed."""
    if last < first:
        raise ClosureReversed()
    if (last - first).days >= LONGEST_CLOSURE:
        raise ClosureTooLong(most=str(LONGEST_CLOSURE))


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
