"""What time does to cases: the law's own dates, the timers of workflows, and opinions whose term has passed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

import structlog

from portal.actions import clockwork, entering, legal_time
from portal.actions.consult import join
from portal.actions.dating import dated, dated_before, due_day
from portal.actions.deps import Deps
from portal.actions.perform import ALERTS, OpenCase, apply, foreseen, judged, opened_case
from portal.domain.alarms import Alarm, Kind
from portal.domain.case import SYSTEM
from portal.domain.consulting import is_joined
from portal.domain.errors import CaseMoved, PortalError
from portal.domain.events import Event, TimerFired
from portal.domain.service import Role, Timer
from portal.i18n import office_date
from portal.store import cases, sweeps
from portal.store.unit_of_work import Work

log = structlog.get_logger("portal.timers")

BATCH = 200
MOST_STEPS = 40
"""How often time may move one case on in one sweep: a workflow that could go round was refused when it was loaded."""

BACKWARD = timedelta(minutes=1)
"""By how much the clocks of two machines may differ before one of them is taken to have been set back."""

FORWARD = timedelta(days=90)
"""By how much a sweep may come after the latest one; beyond it a clock was set ahead, or nothing was swept for a season.

Either way periods would run out by the hundred: time waits until an operator has looked (see ``trust_clock``).
"""

NAME = "time"

TIMER, OPINIONS, CAUGHT_UP = "timer", "opinions", "caught_up"
"""What a step can be, besides the kinds of alarms: a timer of the workflow, opinions joined, a date brought up to the journal."""

STEPS = (*(kind.value for kind in Kind), TIMER, OPINIONS, CAUGHT_UP)
"""Every kind of step, in the order in which figures show them."""


def sweep(deps: Deps) -> int:
    """Does to every case what time has brought about, the oldest first; how many steps there were.

    Each step is a transaction of its own that looks at the case anew, so a second sweep, or one beside it, finds
    nothing left to do. A case that somebody changes meanwhile is left to the next one. A machine whose clock was set
    back waits until its time is past the latest that any of them worked at, one whose clock was set ahead for an operator.
    """
    done, place = 0, (date.min, "")
    while True:
        now = deps.clock.now()
        if not _goes_on(deps, now):
            return done
        with deps.reading() as work:
            batch = cases.timed(work.connection, office_date(now), place, BATCH)
        steps = Counter(step for _, case_id in batch for step in _steps(deps, case_id, now))
        if steps:
            with deps.unit_of_work() as work:
                sweeps.count(work.connection, steps)
        done += steps.total()
        if len(batch) < BATCH:
            return done
        place = batch[-1]


def trust_clock(deps: Deps) -> None:
    """Lets sweeps go on by this machine's time, after the clock of another was ahead and everything waited for it."""
    with deps.unit_of_work() as work:
        sweeps.trust(work.connection, NAME, work.now)


class Waits(StrEnum):
    """Why time waits: this machine's clock is behind what was last worked at, or too far ahead of it."""

    BEHIND = "behind"
    AHEAD = "ahead"


def waits(now: datetime, latest: datetime | None) -> Waits | None:
    """Why a machine at ``now`` does nothing after the ``latest`` moment worked at; None where time goes on."""
    if latest is None or latest - BACKWARD <= now <= latest + FORWARD:
        return None
    return Waits.BEHIND if now < latest else Waits.AHEAD


def _goes_on(deps: Deps, now: datetime) -> bool:
    """Whether this machine's time may be trusted: it is neither behind what was last worked at nor far ahead of it."""
    with deps.unit_of_work() as work:
        latest = sweeps.reached(work.connection, NAME, now, FORWARD)
    moments = {"now": now.isoformat(), "latest": latest.isoformat()}
    match waits(now, latest):
        case Waits.BEHIND:
            log.warning("the clock was set back: waiting", **moments)
        case Waits.AHEAD:
            log.error("the clock was set ahead: waiting for an operator", **moments)
        case None:
            return True
    return False


def _steps(deps: Deps, case_id: str, since: datetime) -> list[str]:
    """Does everything that is due in one case; what it was. The clock was trusted at ``since``."""
    done: list[str] = []
    try:
        while len(done) < MOST_STEPS and (one := step(deps, case_id, since)):
            done.append(one)
    except CaseMoved:
        pass
    except Exception as error:
        # One case that cannot be moved must not hold up all others. Its words may quote anybody's data.
        log.error("a timer failed", case=case_id, error=type(error).__name__)
    return done


def step(deps: Deps, case_id: str, since: datetime | None = None) -> str:
    """Does the next thing that is due in a case, and says what it was; "" where nothing is, or another worker is at it.

    Nothing is either by a clock that jumped after it was trusted (at ``since``), or to a case whose journal goes on to a
    later day than this machine's: that is left to the next sweep.
    """
    with deps.unit_of_work() as work:
        if waits(work.now, since):
            return ""
        dossier = cases.get(work.connection, work.vault, case_id, lock=True, skip=True)
        if dossier is None:
            return ""
        today = office_date(work.now)
        if dossier.timer_on is None or dossier.timer_on > today:
            return ""
        opened = opened_case(work, deps, dossier)
        if dated_before(case_id, opened.lines, work.now):
            return ""
        if opened.clock.flaw:
            # Its timers too wait until its journal is sound again: none may fire into what cannot be.
            return _catch_up(work, deps, opened)
        alarms, on = legal_time.due(work, deps, opened, today), _workflow_on(deps, opened, today)
        if on is not None and (not alarms or on <= alarms[0].on):
            # Of one day, what the workflow itself declares comes before what the law does.
            return _workflow(work, deps, opened, today) or _catch_up(work, deps, opened)
        if alarms:
            legal_time.go_off(work, deps, opened, _before(alarms, on))
            return alarms[0].kind.value
        # The column was behind the journal, which is the record.
        return _catch_up(work, deps, opened)


def _workflow_on(deps: Deps, opened: OpenCase, today: date) -> date | None:
    """The day of what the workflow itself declares, if that has come."""
    case = opened.dossier.case
    if not case.open:
        return None
    on = entering.next_on(opened.definition, case.state, opened.lines, deps.registry.calendar_of(case.unit))
    return on if on is not None and on <= today else None


def _before(alarms: Sequence[Alarm], on: date | None) -> Sequence[Alarm]:
    """The warnings that come before what the workflow does next; reminders that were missed stay one message."""
    if on is None or alarms[0].kind is not Kind.WARN:
        return alarms
    return [alarm for alarm in alarms if alarm.on < on]


def _workflow(work: Work, deps: Deps, opened: OpenCase, today: date) -> str:
    """Fires a timer, or brings opinions together, and says which; "" where neither is due after all."""
    case = opened.dossier.case
    timer = entering.next_timer(opened.definition, case.state, opened.lines, deps.registry.calendar_of(case.unit))
    consultation = opened.state.consultation
    how = is_joined(consultation, opened.standing, today) if consultation is not None else None
    joining = how is not None
    if timer is not None and timer[0] <= today and _goes_first(timer, opened.standing.joins_on, joining=joining):
        fire(work, deps, opened, timer[1], due_day(timer[0], work.now))
        return TIMER
    if consultation is not None and how is not None:
        join(
            work, deps, opened, consultation, how, due_day(opened.standing.joins_on, work.now) if how == "late" else ""
        )
        return OPINIONS
    return ""


def _goes_first(timer: tuple[date, Timer], joins_on: date | None, *, joining: bool) -> bool:
    """Whether a timer that is due comes before opinions that are: on the same day people are warned before it moves."""
    return not joining or joins_on is None or (timer[0], timer[1].action is not None) < (joins_on, True)


def _catch_up(work: Work, deps: Deps, opened: OpenCase) -> str:
    _note(work, deps, opened, [], [])
    return CAUGHT_UP


def fire(work: Work, deps: Deps, opened: OpenCase, timer: Timer, on: str = "") -> None:
    """Warns whom a timer warns, and does what it does, as the system; ``on`` is when it was due, if that is past.

    Where the case's own facts forbid the action, the unit's chief is warned in its place: a timer never fails unseen.
    """
    warned = [role.value for role in timer.warns]
    if timer.action is None:
        _note(work, deps, opened, [TimerFired(timer.id, "", warned, on)], warned)
        return
    fired = TimerFired(timer.id, timer.action, warned, on)
    try:
        outcome = judged(work, foreseen(work, deps, opened, [fired]), timer.action, SYSTEM)
    except PortalError:
        warned = sorted({*warned, Role.CHIEF.value})
        _note(work, deps, opened, [TimerFired(timer.id, "", warned, on)], warned)
        return
    alerted = {"alert": ALERTS.join(warned)} if warned else None
    apply(work, deps, opened, dated(outcome, on), SYSTEM, before=[fired], more=alerted)


def _note(work: Work, deps: Deps, opened: OpenCase, events: Sequence[Event], warned: Iterable[str]) -> None:
    """Enters what happened without moving the case, and whom it now alerts."""
    case = opened.dossier.case
    lines, today = foreseen(work, deps, opened, events).lines, office_date(work.now)
    kept = clockwork.columns(deps.registry, opened.definition, case.unit, case.filed_on, case.state, lines)
    timer_on = kept["timer_on"]
    if not events and timer_on is not None and timer_on <= today:
        # Nothing can be done now: tomorrow is soon enough to look again.
        timer_on = today + timedelta(days=1)
    roles = dict.fromkeys(one for one in (*opened.dossier.alert.split(ALERTS), *warned) if one)
    told = clockwork.columns_beside(work, kept, case, events)
    changes = {**told, "timer_on": timer_on, "alert": ALERTS.join(roles)}
    cases.record(work.connection, opened.dossier, events, SYSTEM, work.now, changes)
