"""What becomes of a case by those that follow it: its people and its unit learn how each of them ended."""

from collections.abc import Iterable
from datetime import date

from portal.actions import clockwork
from portal.actions.deps import Deps
from portal.domain.case import SYSTEM, Actor, Case
from portal.domain.events import Event, RemedyDecided, SilenceRecorded
from portal.domain.remedies import UNDECIDED
from portal.domain.service import Result, Role, ServiceDefinition, Silence
from portal.i18n import office_date
from portal.store import cases, following, journal
from portal.store.cases import Dossier
from portal.store.journal import Line
from portal.store.unit_of_work import Work

ALERTS = ","
"""What separates the roles that a case alerts."""

CLAIMS = frozenset({"55-19-claim", "55-19-authority", "55-19-attestation"})
"""The periods of those who are asked for the act that a silence has granted (law 55-19, art. 20)."""


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
    The act that a silence owed, once it is delivered, leaves her nothing to do; where its claim was taken back it is owed
    as before.
    """
    first = cases.get(work.connection, work.vault, linked.first_id or "", lock=True)
    if first is None:
        return
    definition = deps.registry.version(first.case.service, first.case.digest)
    lines = journal.read(work.connection, first.case.id, first.seal)
    delivering, ended = delivers(deps.registry.version(linked.service, linked.digest)), first.case.outcome
    alert = first.alert
    if outcome is Result.GRANTED:
        over = ended is Result.GRANTED or (ended is not None and ended.value in UNDECIDED)
        alert = without_act(work, deps, first) if delivering and over else _with_chief(alert)
    elif outcome.value in UNDECIDED and delivering and _owes_act(work, deps, first, definition, lines):
        alert = _with_chief(alert)
    event = RemedyDecided(linked.service, linked.reference, outcome.value)
    note(work, deps, first, definition, lines, event, SYSTEM, alert)
    if outcome is Result.GRANTED and delivering:
        _tell_origin(work, deps, first, definition)


def _with_chief(alert: str) -> str:
    return ALERTS.join(dict.fromkeys(one for one in (*alert.split(ALERTS), Role.CHIEF.value) if one))


def delivers(definition: ServiceDefinition) -> bool:
    """Whether what is granted under a service is the act that a silence has granted: its claim, or what follows that."""
    follows = definition.follows
    if follows is None:
        return False
    return follows.silence is Silence.APPROVAL or (bool(follows.laws) and CLAIMS.issuperset(follows.laws))


def without_act(work: Work, deps: Deps, dossier: Dossier) -> str:
    """Whom a case alerts once the act that a silence owed is seen to: nobody, unless something else was granted after it."""
    for one in following.of_case(work.connection, dossier.case.id):
        if one.outcome == Result.GRANTED.value and not delivers(deps.registry.version(one.service, one.digest)):
            return dossier.alert
    return ""


def _owes_act(work: Work, deps: Deps, dossier: Dossier, definition: ServiceDefinition, lines: Iterable[Line]) -> bool:
    """Whether a silence has granted a case, and nobody has delivered the act yet."""
    granted = dossier.case.outcome is Result.GRANTED and definition.deadline.silence is Silence.APPROVAL
    silent = any(isinstance(one.event, SilenceRecorded) for one in lines)
    return granted and silent and not _is_delivered(work, deps, dossier.case.id)


def _is_delivered(work: Work, deps: Deps, case_id: str) -> bool:
    return any(
        delivers(deps.registry.version(one.service, one.digest))
        and (one.outcome == Result.GRANTED.value or _is_delivered(work, deps, one.id))
        for one in following.of_case(work.connection, case_id)
    )


def _tell_origin(work: Work, deps: Deps, claimed: Dossier, definition: ServiceDefinition) -> None:
    """Ends the alert of the case whose act was claimed first, and then obtained from somebody above its office."""
    origin: Dossier | None = claimed
    while origin is not None and origin.case.first_id and delivers(definition):
        origin = cases.get(work.connection, work.vault, origin.case.first_id, lock=True)
        if origin is not None:
            definition = deps.registry.version(origin.case.service, origin.case.digest)
    if origin is None or origin is claimed or origin.case.outcome is not Result.GRANTED or not origin.alert:
        return
    cases.record(work.connection, origin, [], SYSTEM, work.now, {"alert": without_act(work, deps, origin)})


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
