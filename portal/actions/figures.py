"""Counts the yearly figures anew: what the public page of indicators reads, no request ever counts."""

from datetime import date

from portal.actions.deps import Deps
from portal.domain.figures import APPEAL_LAWS
from portal.domain.withholding import published
from portal.i18n import office_date
from portal.store import figures


def count_years(deps: Deps) -> int:
    """Counts this year and the last once a day, and any earlier one that never was; how many years were counted.

    Safe to run at any time and by several workers: the latest count is kept.
    """
    years = _due(deps)
    for year in years:
        with deps.reading() as work:
            counted_at = work.now
            cells = figures.count(work.connection, year, office_date(counted_at), appeal_services(deps))
        # Read outside the transaction: counting a million cases must not hold up whoever hands one in.
        with deps.unit_of_work() as work:
            figures.keep(work.connection, year, published(cells), counted_at)
    return len(years)


def appeal_services(deps: Deps) -> list[str]:
    """The services by which one appeals against a decision, or against the silence on a request."""
    services = deps.registry.in_force.services.values()
    return sorted(one.slug for one in services if one.deadline.law in APPEAL_LAWS)


def _due(deps: Deps) -> list[int]:
    with deps.reading() as work:
        today = office_date(work.now)
        counted = {one.year: office_date(one.counted_at) for one in figures.wholes(work.connection)}
        renewed = [year for year in (today.year, today.year - 1) if _is_due(counted.get(year), today)]
        # Only then, since it reads every case.
        first = figures.first_year(work.connection) if renewed else None
    if first is None:
        return renewed
    return renewed + [year for year in range(today.year - 2, first - 1, -1) if year not in counted]


def _is_due(counted_on: date | None, today: date) -> bool:
    return counted_on is None or counted_on < today
