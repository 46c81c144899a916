"""For how long the office that decides on an appeal reads the case it is about."""

from dataclasses import replace
from datetime import date, timedelta

from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.domain import policies
from portal.domain.case import Actor, Case
from portal.domain.remedies import remedies
from portal.i18n import office_date
from portal.store import cases, following, journal
from portal.store.unit_of_work import Work

READ_AFTER = timedelta(days=60)
"""For how long after its decision, where the law sets no term to turn against it."""


def with_readers(work: Work, deps: Deps, actor: Actor, case: Case) -> Case:
    """The case with the units that decide on what follows it, where this actor could be let in by that alone."""
    if policies.in_unit(actor, case):
        return case
    if case.escalated and deps.registry.territory.unit(case.unit).independent:
        # However it came to be marked: the province does not look into what an independent body examines.
        case = replace(case, escalated=False)
    if not actor.has(*policies.ADVISERS):
        return case
    return replace(case, following=units_reading(work, deps, case.id))


def units_reading(work: Work, deps: Deps, case_id: str) -> frozenset[str]:
    """The units that decide on what follows a case, and those that have decided on it lately enough to read it still."""
    today = office_date(work.now)
    found = following.after(work.connection, case_id)
    return frozenset(one.unit for one in found if one.open or _until(work, deps, one.id) >= today)


def _until(work: Work, deps: Deps, case_id: str) -> date:
    """The last day on which something can be done against a decision, by the decision's own terms."""
    dossier, registry = cases.get(work.connection, work.vault, case_id), deps.registry
    if dossier is None:
        return date.min
    case = dossier.case
    definition = registry.version(case.service, case.digest)
    lines = journal.read(work.connection, case.id, dossier.seal)
    clock = clock_of(definition, case.filed_on, lines, registry.calendar_of(case.unit))
    kind, partly = registry.territory.unit(case.unit).kind, definition.states[case.state].partly
    open_to_her = remedies(definition, clock, case.outcome, kind, registry.following(), partly=partly)
    ends = [one.until for one in open_to_her if one.until is not None]
    decided_on = clock.decided_on or office_date(case.closed_at or work.now)
    return max(ends, default=decided_on + READ_AFTER)
