"""What time does to cases: the law's own dates, the timers of workflows, and opinions whose term has passed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import structlog

from portal.actions import clockwork, entering, legal_time
from portal.actions.consult import join
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

NAME = "time"

TIMER, OPINIONS, CAUGHT_UP = "timer", "opinions", "caught_up"
"""What a step can be, besides the kinds of alarms: a timer of the workflow, opinions joined, a date brought up to the journal."""

STEPS = (*(kind.value for kind in Kind), TIMER, OPINIONS, CAUGHT_UP)
"""Every kind of step, in the order in which figures show them."""


def sweep(deps: Deps) -> int:
    """Does to every case what time has brought about, the oldest first; how many steps there were.

    Each step is a transaction of its own that looks at the case anew, so a second sweep, or one beside it, finds
    nothing left to do. A case that somebody changes meanwhile is left to the next one. A machine whose clock was set
    back waits until its time is past the latest that any of them worked at.
    """
    done, place = 0, (date.min, "")
    while True:
        now = deps.clock.now()
        if not _goes_on(deps, now):
            return done
        with deps.reading() as work:
            batch = cases.timed(work.connection, office_date(now), place, BATCH)
        steps = Counter(step for _, case_id in batch for step in _steps(deps, case_id))
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


def _goes_on(deps: Deps, now: datetime) -> bool:
    """Whether this machine's time may be trusted: it is not behind what was last worked at."""
    with deps.unit_of_work() as work:
        latest = sweeps.reached(work.connection, NAME, now)
    if now < latest - BACKWARD:
        log.warning("the clock was set back: waiting", now=now.isoformat(), latest=latest.isoformat())
        return False
    return True


def _steps(deps: Deps, case_id: str) -> list[str]:
    """Does everything that is due in one case; what it was."""
    done: list[str] = []
    try:
        while len(done) < MOST_STEPS and (one := step(deps, case_id)):
            done.append(one)
    except CaseMoved:
        pass
    except Exception as error:
        # One case that cannot be moved must not hold up all others. Its words may quote anybody's data.
        log.error("a timer failed", case=case_id, error=type(error).__name__)
    return done


def step(deps: Deps, case_id: str) -> str:
    """Does the next thing that is due in a case, and says what it was; "" where nothing is, or another worker is at it."""
    with deps.unit_of_work() as work:
        dossier = cases.get(work.connection, work.vault, case_id, lock=True, skip=True)
        if dossier is None:
            return ""
        today = office_date(work.now)
        if dossier.timer_on is None or dossier.timer_on > today:
            return ""
        opened = opened_case(work, deps, dossier)
        if opened.clock.flaw:
            # Its timers too wait until its journal is sound again: none may fire into what cannot be.
            return _catch_up(work, deps, opened)
        alarm = legal_time.due(deps, opened, today)
        if dossier.case.open and _workflow_goes_first(deps, opened, alarm, today):
            return _workflow(work, deps, opened, today) or _catch_up(work, deps, opened)
        if alarm:
            legal_time.go_off(work, deps, opened, alarm)
            return alarm[0].kind.value
        # The column was behind the journal, which is the record.
        return _catch_up(work, deps, opened)


def _workflow_goes_first(deps: Deps, opened: OpenCase, alarms: Sequence[Alarm], today: date) -> bool:
    """Whether what the workflow itself declares comes before what the law does; of one day, it does."""
    case = opened.dossier.case
    on = entering.next_on(opened.definition, case.state, opened.lines, deps.registry.calendar_of(case.unit))
    return on is not None and on <= today and (not alarms or on <= alarms[0].on)


def _workflow(work: Work, deps: Deps, opened: OpenCase, today: date) -> str:
    """Fires a timer, or brings opinions together, and says which; "" where neither is due after all."""
    case = opened.dossier.case
    timer = entering.next_timer(opened.definition, case.state, opened.lines, deps.registry.calendar_of(case.unit))
    consultation = opened.state.consultation
    how = is_joined(consultation, opened.standing, today) if consultation is not None else None
    joining = how is not None
    if timer is not None and timer[0] <= today and _goes_first(timer, opened.standing.joins_on, joining=joining):
        fire(work, deps, opened, timer[1])
        return TIMER
    if consultation is not None and how is not None:
        join(work, deps, opened, consultation, how)
        return OPINIONS
    return ""


def _goes_first(timer: tuple[date, Timer], joins_on: date | None, *, joining: bool) -> bool:
    """Whether a timer that is due comes before opinions that are: on the same day people are warned before it moves."""
    return not joining or joins_on is None or (timer[0], timer[1].action is not None) < (joins_on, True)


def _catch_up(work: Work, deps: Deps, opened: OpenCase) -> str:
    _note(work, deps, opened, [], [])
    return CAUGHT_UP


def fire(work: Work, deps: Deps, opened: OpenCase, timer: Timer) -> None:
    """Warns whom a timer warns, and does what it does, as the system.

    Where the case's own facts forbid the action, the unit's chief is warned in its place: a timer never fails unseen.
    """
    warned = [role.value for role in timer.warns]
    if timer.action is None:
        _note(work, deps, opened, [TimerFired(timer.id, "", warned)], warned)
        return
    fired = TimerFired(timer.id, timer.action, warned)
    try:
        outcome = judged(work, foreseen(work, deps, opened, [fired]), timer.action, SYSTEM)
    except PortalError:
        warned = sorted({*warned, Role.CHIEF.value})
        _note(work, deps, opened, [TimerFired(timer.id, "", warned)], warned)
        return
    apply(work, deps, opened, outcome, SYSTEM, before=[fired], more={"alert": ALERTS.join(warned)} if warned else None)


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
    changes = {**kept, "timer_on": timer_on, "alert": ALERTS.join(roles)}
    cases.record(work.connection, opened.dossier, events, SYSTEM, work.now, changes)
