"""What time does to a case: when the timers of its state fire, and the last day of a term."""

from collections.abc import Collection
from datetime import date, timedelta

from portal.domain.flow import Count, State, Term, Timer
from portal.domain.periods import ONE_DAY, Calendar, day_after, law_named, silence_on


def last_day(term: Term, start: date, calendar: Calendar, law: str) -> date:
    """The last day of a term, on which something may still be done; ``start`` is its day 0.

    Calendar days are simply added. Legal days are the délais francs of ``law`` (law 55-19, art. 31): all of them count
    in full, and a day off rolls on to a working day. The ceiling of the law binds decisions, not these terms.
    """
    if term.count is Count.CALENDAR:
        return start + timedelta(days=term.days)
    return calendar.next_working(day_after(start, term.days, calendar, law_named(law).unit) + ONE_DAY)


def due_on(term: Term, entered_on: date, calendar: Calendar, law: str) -> date:
    """The day on which a timer fires in a case that entered its state on ``entered_on`` and is still there.

    After so many calendar days it fires on the last of them, after so many legal days on the day after the last.
    """
    last = last_day(term, entered_on, calendar, law)
    return last if term.count is Count.CALENDAR else silence_on(last)


def pending(
    state: State, entered_on: date, fired: Collection[str], calendar: Calendar, law: str
) -> tuple[date, Timer] | None:
    """The timer of a state that fires next, and when; None when all have fired (``fired``: their ids since the entry).

    Of two that fire on one day the first written goes first, but whoever is only to be warned is warned before
    anything moves the case.
    """
    waiting = [
        (due_on(timer.term, entered_on, calendar, law), timer) for timer in state.timers if timer.id not in fired
    ]
    return min(waiting, key=lambda one: (one[0], one[1].action is not None), default=None)


def ends_on(state: State, entered_on: date, calendar: Calendar, law: str) -> date | None:
    """The last day before time itself moves a case out of a state; None where no timer of it acts."""
    acting = [due_on(timer.term, entered_on, calendar, law) for timer in state.timers if timer.action is not None]
    return min(acting) - ONE_DAY if acting else None
