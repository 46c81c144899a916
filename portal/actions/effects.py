"""What follows from changes of cases, carried out by the worker: each handler runs at least once and records once."""

from collections.abc import Callable, Mapping

from portal.actions import archiving, dispatch, issue, notify, previews, replay, reports
from portal.actions.deps import Deps
from portal.domain.case import SYSTEM
from portal.domain.events import EffectGivenUp, NumberAbandoned
from portal.store import cases, documents, effects
from portal.store.cases import Dossier
from portal.store.effects import Effect
from portal.store.unit_of_work import Work

Handler = Callable[[Deps, Effect], None]

HANDLERS: Mapping[str, Handler] = {
    "issue": issue.issue,
    "notify": notify.notify,
    "remind": notify.remind,
    "dispatch": dispatch.dispatch,
    "replay": replay.run,
    "preview": previews.draw,
    "report": reports.draw,
    "archive": archiving.raise_left,
}
"""One handler per family of effects; the part of a name before its dot is the family."""


def run_effect(deps: Deps, effect_id: str, name: str) -> None:
    """Carries one effect out, unless it is done: the row is the record, not the queue."""
    with deps.reading() as work:
        effect = effects.get(work.connection, effect_id)
    if effect is None or effect.done_at is not None:
        return
    HANDLERS[name.partition(".")[0]](deps, effect)


def give_up(deps: Deps, effect_id: str, name: str, error: str) -> None:
    """Leaves an effect to the operator, visibly: in its row and in the case's journal."""
    with deps.unit_of_work() as work:
        effect, dossier = _held(work, effect_id)
        if effect is None or effect.done_at is not None or effect.failed_at is not None:
            return
        effects.failed(work.connection, effect_id, _quotable(error), work.now)
        if dossier is not None:
            cases.record(work.connection, dossier, [EffectGivenUp(name)], SYSTEM, work.now)


def wait_on(deps: Deps, effect_id: str, error: str) -> None:
    """Lets the operator see why an effect is not done yet."""
    with deps.unit_of_work() as work:
        effects.waits(work.connection, effect_id, _quotable(error))


def _held(work: Work, effect_id: str) -> tuple[Effect | None, Dossier | None]:
    """An effect and its case, both locked: the case first, as whoever carries the effect out takes them."""
    effect = effects.get(work.connection, effect_id)
    dossier = cases.get(work.connection, work.vault, effect.case_id, lock=True) if effect is not None else None
    return effects.get(work.connection, effect_id, lock=True), dossier


def _quotable(error: str) -> str:
    """What may be kept of an error in clear: our own adapters' words name nobody, any other's might."""
    kind = error.partition(":")[0]
    return error if kind in ("Unreachable", "NoRoom", "Rejected") else kind


def abandon(deps: Deps, effect_id: str, why: str) -> bool:
    """Ends an effect that was given up, for good: a number reserved for it is recorded as abandoned, and why.

    False where there is nothing of the kind: what is still tried is not abandoned.
    """
    with deps.unit_of_work() as work:
        effect, dossier = _held(work, effect_id)
        if effect is None or effect.done_at is not None or effect.failed_at is None:
            return False
        effects.done(work.connection, effect_id, work.now, {"abandoned": why})
        if effect.name == reports.NAME:
            reports.abandon(work, effect, why)
        issued = documents.by_effect(work.connection, work.vault, effect_id)
        if issued is not None and dossier is not None:
            documents.abandon(work.connection, effect_id, why, work.now)
            cases.record(
                work.connection, dossier, [NumberAbandoned(issued.document, issued.number, why)], SYSTEM, work.now
            )
    return True


def retry(deps: Deps, effect_id: str) -> bool:
    """Takes an effect that was given up up again; False when there is nothing to retry."""
    with deps.unit_of_work() as work:
        effect = effects.get(work.connection, effect_id, lock=True)
        if effect is None or effect.done_at is not None:
            return False
        effects.try_again(work.connection, effect_id)
        work.jobs.retry(work.connection, effect_id, effect.name)
    return True
