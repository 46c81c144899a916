"""Counts the yearly figures anew: what the public page of indicators reads, no request ever counts.

What is published changes once a month: the difference of the counts of two days would tell how single files ended. Chiefs
watch the work of each day elsewhere, and only that of their own office.
"""

from datetime import date

from portal.actions.deps import Deps
from portal.domain.figures import APPEAL_LAWS
from portal.domain.withholding import published, published_apart
from portal.i18n import office_date
from portal.store import figures


def count_years(deps: Deps, *, anew: bool = False) -> int:
    """Counts this year and the last as soon as a month has begun, and any year that was not since it ended.

    ``anew`` counts them whatever was counted before. Returns how many years were counted. Safe to run at any time and by
    several workers: the latest count is kept.
    """
    years = _due(deps, anew)
    independent = [one.id for one in deps.registry.territory.units if one.independent]
    for year in years:
        with deps.reading() as work:
            counted_at = work.now
            cells = figures.count(work.connection, year, office_date(counted_at), appeal_services(deps), independent)
        # Read outside the transaction: counting a million cases must not hold up whoever hands one in.
        with deps.unit_of_work() as work:
            found = {**published(cells.requests), **published_apart(cells.following)}
            figures.keep(work.connection, year, found, counted_at)
    return len(years)


def appeal_services(deps: Deps) -> list[str]:
    """The services by which one appeals against a decision, or against the silence on a request."""
    services = deps.registry.in_force.services.values()
    return sorted(one.slug for one in services if one.deadline.law in APPEAL_LAWS)


def _due(deps: Deps, anew: bool) -> list[int]:
    with deps.reading() as work:
        today = office_date(work.now)
        counted = {one.year: office_date(one.counted_at) for one in figures.wholes(work.connection)}
        latest = (today.year, today.year - 1)
        renewed = [year for year in latest if anew or _is_due(year, counted.get(year), today)]
        # Only then, since it reads every case.
        first = figures.first_year(work.connection) if renewed else None
    if first is None:
        return renewed
    return renewed + [year for year in range(today.year - 2, first - 1, -1) if _is_due(year, counted.get(year), today)]


def _is_due(year: int, counted_on: date | None, today: date) -> bool:
    if counted_on is None:
        return True
    if year < today.year - 1:
        return counted_on.year <= year
    return (counted_on.year, counted_on.month) < (today.year, today.month)
