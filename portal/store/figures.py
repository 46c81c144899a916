"""The yearly figures (law 55-19, art. 28): counted from the cases in one pass, kept with their sums, and read from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, not_, or_, select, update

from portal.domain.figures import COUNTS, Figures, bounds_of
from portal.domain.service import Result
from portal.domain.withholding import ALL, FOLLOWING, Published, Scope, Withheld
from portal.store.tables import CASES
from portal.store.tables_of_clock import YEAR_FIGURES
from portal.store.upsert import insert_or_ignore

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Counted:
    """The figures of a scope as they were last counted."""

    year: int
    unit: str
    service: str
    published: Published
    counted_at: datetime

    @property
    def figures(self) -> Figures:
        return self.published.figures

    @property
    def withheld(self) -> Withheld:
        return self.published.withheld


@dataclass(frozen=True)
class Cells:
    """What was counted: requests by unit and service, and by its service what follows another file."""

    requests: dict[Scope, Figures]
    following: dict[str, Figures]


_APPEALED = CASES.alias("following")
_DECIDED = CASES.c.outcome.in_([one.value for one in (Result.GRANTED, Result.REFUSED, Result.REFERRED)])
_OPEN = CASES.c.closed_at.is_(None)
_DATED = and_(_DECIDED, CASES.c.due_on.is_not(None), CASES.c.decided_on.is_not(None))
_SILENT = CASES.c.silent_on.is_not(None)
_TODAY = bindparam("today", type_=CASES.c.due_on.type)


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def count(
    connection: Connection, year: int, today: date, appeals: Sequence[str], independent: Sequence[str] = ()
) -> Cells:
    """What became until ``today`` of the cases filed in a year, by the unit they are at and their service.

    ``appeals`` are the services by which one appeals: a case that another of these follows was appealed against.
    What is at an ``independent`` unit is not counted.
    """
    following = (
        select(_APPEALED.c.first_id)
        .where(_APPEALED.c.first_id.is_not(None), _APPEALED.c.service.in_(appeals))
        .distinct()
        .subquery()
    )
    sums = {
        "received": func.count(),
        "complete": _sum(CASES.c.complete_on.is_not(None)),
        "decided": _sum(_DECIDED),
        "in_time": _sum(and_(_DATED, CASES.c.decided_on <= CASES.c.due_on, not_(_SILENT))),
        "late": _sum(
            or_(_SILENT, and_(_DATED, CASES.c.decided_on > CASES.c.due_on), and_(_OPEN, CASES.c.due_on < _TODAY))
        ),
        "silent": _sum(_SILENT),
        "refused": _sum(CASES.c.outcome == Result.REFUSED.value),
        "appealed": _sum(following.c.first_id.is_not(None)),
        "returned": _sum(CASES.c.outcome == Result.RETURNED.value),
        "withdrawn": _sum(CASES.c.outcome == Result.WITHDRAWN.value),
        "open": _sum(_OPEN),
        "untimed": _sum(and_(_DECIDED, or_(CASES.c.due_on.is_(None), CASES.c.decided_on.is_(None)), not_(_SILENT))),
    }
    used = case((_DECIDED, CASES.c.days_used)).label("used")
    follows = CASES.c.first_id.is_not(None).label("follows")
    first, end = bounds_of(year)
    found = connection.execute(
        select(CASES.c.unit, CASES.c.service, used, follows, *(sums[name].label(name) for name in COUNTS))
        .select_from(CASES.outerjoin(following, following.c.first_id == CASES.c.id))
        .where(CASES.c.filed_on >= first, CASES.c.filed_on < end, CASES.c.unit.not_in(independent))
        .group_by(CASES.c.unit, CASES.c.service, "used", "follows"),
        {"today": today},
    )
    cells = Cells({}, {})
    for row in found:
        counts = {name: int(getattr(row, name)) for name in COUNTS}
        part = Figures(**counts, days={row.used: counts["decided"]} if row.used is not None else {})
        if row.follows:
            cells.following[row.service] = cells.following.get(row.service, Figures()) + part
        else:
            cells.requests[row.unit, row.service] = cells.requests.get((row.unit, row.service), Figures()) + part
    return cells


def first_year(connection: Connection) -> int | None:
    """The year in which the first case was filed."""
    first = connection.execute(select(func.min(CASES.c.filed_on))).scalar()
    return first.year if first is not None else None


def keep(connection: Connection, year: int, found: Mapping[Scope, Published], counted_at: datetime) -> bool:
    """Puts what was counted in the place of an older count; False where another worker has counted later."""
    insert_or_ignore(
        connection,
        YEAR_FIGURES,
        year=year,
        unit=ALL,
        service=ALL,
        figures=as_data(Published(Figures())),
        counted_at=NEVER,
    )
    whole = (YEAR_FIGURES.c.year == year, YEAR_FIGURES.c.unit == ALL, YEAR_FIGURES.c.service == ALL)
    # The row of the whole province holds off whoever counts the same year beside us.
    held = connection.execute(select(YEAR_FIGURES.c.counted_at).where(*whole).with_for_update()).scalar_one()
    if held >= counted_at:
        return False
    parts = or_(YEAR_FIGURES.c.unit != ALL, YEAR_FIGURES.c.service != ALL)
    connection.execute(delete(YEAR_FIGURES).where(YEAR_FIGURES.c.year == year, parts))
    connection.execute(
        update(YEAR_FIGURES).where(*whole).values(figures=as_data(found[ALL, ALL]), counted_at=counted_at)
    )
    rows = [
        {"year": year, "unit": unit, "service": service, "figures": as_data(one), "counted_at": counted_at}
        for (unit, service), one in found.items()
        if (unit, service) != (ALL, ALL)
    ]
    if rows:
        connection.execute(insert(YEAR_FIGURES), rows)
    return True


def as_data(one: Published) -> dict[str, Any]:
    """Figures as they are kept."""
    return {**one.figures.data(), "withheld": one.withheld.value}


def published_from(data: Mapping[str, Any]) -> Published:
    """Figures as they were kept."""
    return Published(Figures.from_data(data), Withheld(data.get("withheld", "")))


_ROWS = select(
    YEAR_FIGURES.c.year,
    YEAR_FIGURES.c.unit,
    YEAR_FIGURES.c.service,
    YEAR_FIGURES.c.figures,
    YEAR_FIGURES.c.counted_at,
)
_OF_YEAR = _ROWS.where(YEAR_FIGURES.c.year == bindparam("year"))
_ONE = _OF_YEAR.where(YEAR_FIGURES.c.unit == bindparam("unit"), YEAR_FIGURES.c.service == bindparam("service"))
_ONE_LOCKED = _ONE.with_for_update()
_BY_SERVICE = _OF_YEAR.where(YEAR_FIGURES.c.unit == bindparam("unit"), YEAR_FIGURES.c.service != ALL)
_BY_UNIT = _OF_YEAR.where(YEAR_FIGURES.c.service == bindparam("service"), YEAR_FIGURES.c.unit.not_in((ALL, FOLLOWING)))
_WHOLE = _ROWS.where(YEAR_FIGURES.c.unit == ALL, YEAR_FIGURES.c.service == ALL)


def read(
    connection: Connection, year: int, unit: str = ALL, service: str = ALL, *, lock: bool = False
) -> Counted | None:
    """What was last counted of a scope; None where there was nothing to count."""
    bounds = {"year": year, "unit": unit, "service": service}
    row = connection.execute(_ONE_LOCKED if lock else _ONE, bounds).first()
    return _counted(row) if row else None


def by_service(connection: Connection, year: int, unit: str = ALL) -> list[Counted]:
    """The figures of each service, at one unit, at all, or of what follows other files."""
    return [_counted(row) for row in connection.execute(_BY_SERVICE, {"year": year, "unit": unit})]


def by_unit(connection: Connection, year: int, service: str = ALL) -> list[Counted]:
    """The figures of each unit, in one service or in all."""
    return [_counted(row) for row in connection.execute(_BY_UNIT, {"year": year, "service": service})]


def wholes(connection: Connection) -> list[Counted]:
    """The figures of the whole province in every year that was counted, the latest year first."""
    return [_counted(row) for row in connection.execute(_WHOLE.order_by(YEAR_FIGURES.c.year.desc()))]


def _counted(row: Any) -> Counted:
    return Counted(row.year, row.unit, row.service, published_from(row.figures), row.counted_at)
