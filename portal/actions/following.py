"""What becomes of a case by those that follow it: its people and its unit learn how each of them ended."""

from portal.actions import clockwork
from portal.actions.deps import Deps
from portal.domain.case import SYSTEM, Actor, Case
from portal.domain.events import Event, RemedyDecided
from portal.domain.service import Result, Role, ServiceDefinition
from portal.store import cases, journal
from portal.store.cases import Dossier
from portal.store.journal import Line
from portal.store.unit_of_work import Work

ALERTS = ","
"""What separates the roles that a case alerts."""


def tell_first(work: Work, deps: Deps, linked: Case, outcome: Result) -> None:
    """Enters in the first case how one that follows it has ended, in the transaction that ends it.

    A refusal against which something was granted alerts its chief: it is hers to draw the consequences.
    """
    first = cases.get(work.connection, work.vault, linked.first_id or "", lock=True)
    if first is None:
        return
    definition = deps.registry.version(first.case.service, first.case.digest)
    lines = journal.read(work.connection, first.case.id, first.seal)
    roles = [role for role in first.alert.split(ALERTS) if role]
    if outcome is Result.GRANTED and first.case.outcome is Result.REFUSED and Role.CHIEF.value not in roles:
        roles.append(Role.CHIEF.value)
    event = RemedyDecided(linked.service, linked.reference, outcome.value)
    note(work, deps, first, definition, lines, event, SYSTEM, ALERTS.join(roles))


def note(
    work: Work,
    deps: Deps,
    dossier: Dossier,
    definition: ServiceDefinition,
    lines: list[Line],
    event: Event,
    actor: Actor,
    alert: str,
) -> None:
    """Enters in a case something about what follows it, whom that alerts, and what time will then do."""
    case = dossier.case
    after = [*lines, Line(0, work.now, "", "", "", event)]
    kept = clockwork.columns(deps.registry, definition, case.unit, case.filed_on, case.state, after)
    cases.record(work.connection, dossier, [event], actor, work.now, {"timer_on": kept["timer_on"], "alert": alert})
