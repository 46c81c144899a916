"""The law's clock of a case as it was, or would be, on a day or at a moment: by the journal up to then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.actions.deps import Deps
from portal.actions.facts import clock_of, unit_of
from portal.domain.clock import LegalClock
from portal.domain.events import CaseDecided, CaseReopened
from portal.domain.remedies import Remedy, remedies
from portal.domain.service import Result, ServiceDefinition
from portal.i18n import office_date
from portal.store.cases import Dossier
from portal.store.journal import Line

LAST = date(2199, 12, 31)
"""The last day that is asked about: whoever means a later one has mistyped it."""


@dataclass(frozen=True)
class ClockOnDay:
    """A case's clock with the day it is read on, and the office that had the case then."""

    definition: ServiceDefinition
    unit: str
    day: date
    clock: LegalClock
    remedies: tuple[Remedy, ...]


def clock_on(deps: Deps, dossier: Dossier, journal: Iterable[Line], at: date | datetime) -> ClockOnDay | None:
    """The clock at the end of a day or at a moment, by the whole journal; None for before the case was filed.

    It counts by the calendar as it is known today: a feast confirmed since is a day off in every past reading too.
    """
    case = dossier.case
    definition = deps.registry.version(case.service, case.digest)
    lines = list(_until(journal, at))
    if not lines:
        return None
    day = office_date(at) if isinstance(at, datetime) else at
    unit = unit_of(lines) or case.unit
    clock = clock_of(definition, case.filed_on, lines, deps.registry.calendar_of(unit))
    return ClockOnDay(definition, unit, day, clock, tuple(_remedies(deps, definition, clock, unit, lines)))


def _until(lines: Iterable[Line], at: date | datetime) -> Iterable[Line]:
    """What had been entered by then: the journal of a case grows, and is never rewritten."""
    if isinstance(at, datetime):
        return (line for line in lines if line.at <= at)
    return (line for line in lines if office_date(line.at) <= at)


def _remedies(
    deps: Deps, definition: ServiceDefinition, clock: LegalClock, unit: str, lines: Sequence[Line]
) -> list[Remedy]:
    try:
        kind = deps.registry.territory.unit(unit).kind
    except LookupError:
        # The office is no more: what could be filed against it cannot be told.
        return []
    ended = _decided(lines)
    outcome = Result(ended.outcome) if ended is not None else None
    partly = ended is not None and definition.states[ended.target].partly
    return remedies(definition, clock, outcome, kind, deps.registry.following(), partly=partly)


def _decided(lines: Sequence[Line]) -> CaseDecided | None:
    """The decision that stood after these lines."""
    for line in reversed(lines):
        match line.event:
            case CaseReopened():
                return None
            case CaseDecided() as decided:
                return decided
    return None
