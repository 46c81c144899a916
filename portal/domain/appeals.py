"""How long somebody has to turn against a decision, by the law that it was counted under."""

from collections.abc import Mapping
from datetime import date

from portal.domain.flow import Count, Term
from portal.domain.periods import Calendar
from portal.domain.timers import last_day

TERMS: Mapping[str, Term] = {
    # Law 55-19, art. 21: thirty days to appeal, counted in full.
    "55-19": Term(30, Count.LEGAL),
    "55-19-investment": Term(30, Count.LEGAL),
    # Law 31-13, art. 19: twenty working days to complain to the head of the body.
    "31-13": Term(20, Count.LEGAL),
}
"""The time for the first appeal, by the law of the service; the other laws set none."""


def appeal_until(law: str, received_on: date, calendar: Calendar) -> date | None:
    """The last day to turn against a decision that was received on a day; None where the law sets none."""
    term = TERMS.get(law)
    return last_day(term, received_on, calendar, law) if term is not None else None
