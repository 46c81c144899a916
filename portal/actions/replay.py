"""Replay: what a version would have made of the cases that the one in force has closed. Nothing is written to any case.

Each case's journal is lived through once more under the other version: what people did is done again where it can be,
on the same days, and timers and terms do what they would have done. Of all that is read, only coarse counts and the
names of states and actions are kept: whoever designs a service may not read its files (``replay_counts`` says how).
Who asked for a replay and when is kept with it, and told in the history of the service.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any

from portal.actions.candidates import version_of
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.actions.replay_counts import OPEN, OTHERWISE, SAME, STUCK, Ending, counts
from portal.catalogue.examples import ActionStep, OpinionStep, Step, VoteStep
from portal.catalogue.telling import Telling
from portal.domain.events import (
    CaseDecided,
    CaseSubmitted,
    CaseTransferred,
    Event,
    FileCompleted,
    OpinionGiven,
    VoteCast,
)
from portal.domain.form import Field
from portal.domain.periods import Calendar
from portal.domain.service import Role, ServiceDefinition, StateKind
from portal.domain.territory import Territory
from portal.i18n import OFFICE_ZONE, office_date
from portal.store import effects, publications
from portal.store.effects import Effect
from portal.store.journal import Line
from portal.store.publications import SERVICE
from portal.store.studio_cases import ClosedCase, closed, count_closed
from portal.store.unit_of_work import Work

MOST = 10_000
"""How many cases are replayed at most, the last filed first."""

SECONDS = 300.0
"""How long a replay may take; what it has not reached by then it says."""

CHUNK = 200
NAME = "replay"
ASKED = "asked"
"""Under which name an effect's result holds who asked for it, and when."""


def replay_case(
    old: ServiceDefinition, new: ServiceDefinition, case: ClosedCase, territory: Territory, calendar: Calendar
) -> Ending:
    """One closed case under another version; pure."""
    before = case.outcome.value if case.outcome else ""
    was_late = _late(old, case.filed_on, case.lines, calendar)
    submitted = next((line.event for line in case.lines if isinstance(line.event, CaseSubmitted)), None)
    unit = submitted.unit if submitted is not None else case.unit
    missing = [one for one in (submitted.missing if submitted is not None else []) if new.document(one) is not None]
    step, state_id = "", ""
    try:
        telling = Telling(
            new,
            territory,
            case.answers,
            unit=unit,
            unit_kind=territory.unit(unit).kind,
            place=_place(new, case.answers),
            today=case.filed_on,
            missing=missing,
        )
        for line in case.lines:
            step, state_id = _name(line.event), telling.state.id
            told = _step(new, state_id, line, missing)
            if told is not None:
                telling.take(told)
        telling.wait(office_date(case.lines[-1].at))
    except Exception:
        # CEL alone raises a dozen kinds. What it says may quote an answer, and that a replay fails as a whole would tell
        # that there is a case at which it does: only where it happened is kept.
        return Ending(STUCK, before=before, was_late=was_late, state=state_id, step=step)
    state = telling.state
    lines = [
        Line(position, _noon(day), "", "", "", event)
        for position, (event, day) in enumerate(zip(telling.events, telling.dates, strict=True), 1)
    ]
    late = _late(new, case.filed_on, lines, calendar)
    if state.kind is not StateKind.DECIDED:
        return Ending(OPEN, late, was_late, before, "", state.id)
    after = state.outcome.value if state.outcome else ""
    return Ending(SAME if after == before else OTHERWISE, late, was_late, before, after, state.id)


def _name(event: Event) -> str:
    return str(getattr(event, "action", "") or getattr(event, "opinion", "") or event.kind)


def _step(definition: ServiceDefinition, state: str, line: Line, missing: list[str]) -> Step | None:
    """What somebody did, as a step to be taken again; None for what happens by itself or moves nothing."""
    event, on = line.event, office_date(line.at)
    if isinstance(event, OpinionGiven):
        return OpinionStep(on, 0, event.opinion, _said(_opinion_asks(definition, state, event.opinion), event.inputs))
    if isinstance(event, VoteCast):
        return VoteStep(on, 0, {event.choice: 1})
    action = getattr(event, "action", "")
    if not action or event.kind == "TimerFired" or line.actor_role == Role.SYSTEM.value:
        return None
    rule = definition.rule(action, state)
    documents = tuple(missing) if isinstance(event, FileCompleted) else ()
    target = event.to_unit if isinstance(event, CaseTransferred) else None
    said = _said(rule.asks if rule is not None else (), getattr(event, "inputs", {}))
    return ActionStep(on, 0, action, Role(line.actor_role), said, documents, target)


def _opinion_asks(definition: ServiceDefinition, state: str, opinion: str) -> tuple[Field, ...]:
    consultation = definition.states[state].consultation
    asked = consultation.opinion(opinion) if consultation is not None else None
    return asked.asks if asked is not None else ()


def _said(asks: Iterable[Field], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was said then, what is asked now; a file that came with it is not brought again."""
    return {
        field.id: inputs[field.id]
        for field in asks
        if field.type != "file" and inputs.get(field.id) not in (None, "", [])
    }


def _place(definition: ServiceDefinition, answers: Mapping[str, Any]) -> str:
    by = definition.authority.by
    name = definition.applicant.get("place", "") if by == "residence" else by.removeprefix("answers.")
    found = answers.get(name)
    return str((found.get("place") if isinstance(found, Mapping) else found) or "")


def _late(definition: ServiceDefinition, filed_on: date, lines: Iterable[Line], calendar: Calendar) -> bool:
    """Whether the decision came after the law's last day."""
    held = list(lines)
    decided = [number for number, line in enumerate(held) if isinstance(line.event, CaseDecided)]
    if not decided or not definition.deadline.stated:
        return False
    last = held[decided[-1]]
    due = clock_of(definition, filed_on, held[: decided[-1]], calendar).due_on
    return due is not None and office_date(last.at) > due


def _noon(day: date) -> datetime:
    return datetime.combine(day, clock_time(12), OFFICE_ZONE)


def request(work: Work, key: str, by: str) -> str:
    """Asks the worker for a replay of a version; its id. A second request while one waits is only noted with it."""
    held = effects.of_case(work.connection, _owner(key))
    waiting = [one.id for one in held if one.done_at is None and one.failed_at is None]
    # Asked once more, so that what the worker writes meanwhile and what is noted here come one after the other.
    known = effects.get(work.connection, waiting[0], lock=True) if waiting else None
    if known is None or known.done_at is not None:
        [effect_id] = effects.request(work.connection, work.jobs, _owner(key), len(held) + 1, (NAME,), work.now)
        before = []
    else:
        effect_id, before = known.id, list(known.result.get(ASKED, ()))
    effects.note(work.connection, effect_id, {ASKED: [*before, [by, work.now.isoformat()]]})
    return effect_id


@dataclass(frozen=True)
class Asked:
    """A request for a replay of the version of a key."""

    key: str
    by: str
    at: datetime


def asked(work: Work, keys: Collection[str]) -> list[Asked]:
    """Every request there was for a replay of these versions, candidates or published."""
    return [
        Asked(effect.case_id.removeprefix(f"{NAME}-"), by, datetime.fromisoformat(at))
        for effect in effects.of_cases(work.connection, [_owner(key) for key in keys])
        for by, at in effect.result.get(ASKED, ())
    ]


def latest(work: Work, key: str) -> Effect | None:
    """The last replay of a version, done or not."""
    held = effects.of_case(work.connection, _owner(key))
    return max(held, key=lambda one: one.position) if held else None


def _owner(key: str) -> str:
    return f"{NAME}-{key}"


def run(deps: Deps, effect: Effect) -> None:
    """Replays a version over the closed cases of the one in force, and keeps the coarse counts."""
    result = replay(deps, effect.case_id.removeprefix(f"{NAME}-"))
    with deps.unit_of_work() as work:
        known = effects.get(work.connection, effect.id, lock=True) or effect
        effects.done(work.connection, effect.id, work.now, {ASKED: list(known.result.get(ASKED, ())), **result})


@dataclass(frozen=True)
class Lived:
    """What a replay arrived at, case by case: for its counts alone, and never kept."""

    endings: list[Ending]
    closed: int
    against: int | None
    finished: bool


def replay(deps: Deps, key: str) -> dict[str, Any]:
    """The coarse counts of a replay."""
    lived = live_through(deps, key)
    return {"against": lived.against, "finished": lived.finished, **counts(lived.endings, lived.closed)}


def live_through(deps: Deps, key: str) -> Lived:
    """Every case lived through; read in chunks, so that nobody waits for it, and outside any transaction."""
    with deps.reading() as work:
        new, _ = version_of(deps, work, key)
        pointer = publications.in_force(work.connection, SERVICE, new.slug)
        if pointer is None:
            return Lived([], 0, None, finished=True)
        old = deps.registry.version(new.slug, pointer[0])
        total = count_closed(work.connection, old.slug, old.digest)
        until, endings, finished = time.monotonic() + SECONDS, [], True
        for case in closed(work.connection, work.vault, old.slug, old.digest, most=MOST, chunk=CHUNK):
            if time.monotonic() > until:
                finished = False
                break
            endings.append(replay_case(old, new, case, deps.registry.territory, deps.registry.calendar))
    return Lived(endings, total, old.version, finished=finished)
