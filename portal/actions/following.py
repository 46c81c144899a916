"""What becomes of a case by those that follow it: its people and its unit learn how each of them ended."""

from collections.abc import Iterable
from datetime import date

from portal.actions import clockwork
from portal.actions.deps import Deps
from portal.domain.case import SYSTEM, Actor, Case
from portal.domain.events import Event, RemedyDecided
from portal.domain.service import Result, Role, ServiceDefinition
from portal.i18n import office_date
from portal.store import cases, following, journal
from portal.store.cases import Dossier
from portal.store.journal import Line
from portal.store.unit_of_work import Work

ALERTS = ","
"""What separates the roles that a case alerts."""


def is_overturned(work: Work, case: Case) -> bool:
    """Whether the refusal that a request repeats no longer stands: judged when it is acted upon, not when it was filed."""
    return case.open and bool(case.repeats) and not following.still_refused(work.connection, case.repeats or "")


def upheld_on(lines: Iterable[Line]) -> date | None:
    """The last day on which something that follows a case was granted."""
    granted = Result.GRANTED.value
    days = [
        office_date(one.at) for one in lines if isinstance(one.event, RemedyDecided) and one.event.outcome == granted
    ]
    return max(days, default=None)


def tell_first(work: Work, deps: Deps, linked: Case, outcome: Result) -> None:
    """Enters in the first case how one that follows it has ended, in the transaction that ends it.

    A refusal, or a silence, against which something was granted alerts its chief: it is hers to draw the consequences.
    """
    first = cases.get(work.connection, work.vault, linked.first_id or "", lock=True)
    if first is None:
        return
    definition = deps.registry.version(first.case.service, first.case.digest)
    lines = journal.read(work.connection, first.case.id, first.seal)
    roles = [role for role in first.alert.split(ALERTS) if role]
    if outcome is Result.GRANTED and Role.CHIEF.value not in roles:
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
    changes = {**clockwork.columns_beside(work, kept, case, [event]), "alert": alert}
    cases.record(work.connection, dossier, [event], actor, work.now, changes)
