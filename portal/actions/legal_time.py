"""What the law lets time do to a case: reminders, warnings, the return of a file, and the silence of the administration."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from portal.actions import clockwork
from portal.actions.dating import dated, due_day
from portal.actions.deps import Deps
from portal.actions.perform import ALERTS, OpenCase, apply, foreseen, judged
from portal.domain.acts import Act
from portal.domain.alarms import Alarm, Kind, Told
from portal.domain.case import SYSTEM
from portal.domain.errors import PortalError
from portal.domain.events import ApplicantReminded, DeadlineNear, Event, SilenceRecorded
from portal.domain.service import Role, Silence
from portal.store import calendar, cases, effects, recounting
from portal.store.unit_of_work import Work


def due(work: Work, deps: Deps, opened: OpenCase, today: date) -> list[Alarm]:
    """What is to go off now: the alarm whose day came first or, of reminders and warnings that were missed, all of a kind.

    After an outage the applicant is reminded once, of what is left, and those who decide are warned once, all of them:
    of what came before a silence that is still to be recorded, and then of what came after it.
    """
    case, told = opened.dossier.case, _told(work, opened, today)
    coming = clockwork.coming(deps.registry, opened.definition, case.unit, opened.clock, case.state, opened.lines, told)
    late = [alarm for alarm in coming if alarm.on <= today]
    notices = list(takewhile(lambda alarm: alarm.kind in (Kind.REMIND, Kind.WARN), late))
    if not notices:
        return late[:1]
    first = notices[0]
    return [alarm for alarm in notices if alarm.kind is first.kind and alarm.due_on == first.due_on]


def _told(work: Work, opened: OpenCase, today: date) -> Told:
    """What the case's row says was told of last days that by the calendar as it now is are over.

    Only a recount tells of the move, and a sweep may come before it. Where it could not read the case nothing was told:
    the applicant keeps her day. A silence waits while a recount is open, and no longer.
    """
    clock, case = opened.clock, opened.dossier.case
    file = answer = None
    if clock.citizen_due_on is not None and clock.citizen_due_on < today:
        file = recounting.kept_of(work.connection, case.id).citizen_due_on
    if clock.due_on is not None and clock.due_on < today and calendar.any_open(work.connection):
        answer = case.due_on
    return Told(file, answer)


def go_off(work: Work, deps: Deps, opened: OpenCase, alarms: Sequence[Alarm]) -> None:
    """Does what alarms of one kind bring about, in the caller's transaction."""
    match alarms[0].kind:
        case Kind.REMIND:
            _remind(work, deps, opened, alarms)
        case Kind.WARN:
            _warn(work, deps, opened, alarms)
        case Kind.RETURN:
            _return(work, deps, opened, alarms[0])
        case Kind.SILENCE:
            _fall_silent(work, deps, opened, alarms[0])


def _remind(work: Work, deps: Deps, opened: OpenCase, alarms: Sequence[Alarm]) -> None:
    """Reminds the applicant once of a last day of hers, unless it is over by now."""
    events = [ApplicantReminded(one.name, one.on.isoformat(), one.due_on.isoformat()) for one in alarms]
    _note(work, deps, opened, events, (), ("remind",) if alarms[-1].due_on >= opened.facts["today"] else ())


def _warn(work: Work, deps: Deps, opened: OpenCase, alarms: Sequence[Alarm]) -> None:
    events = [
        DeadlineNear(one.name, one.on.isoformat(), one.due_on.isoformat(), [role.value for role in one.roles])
        for one in alarms
    ]
    _note(work, deps, opened, events, [role.value for one in alarms for role in one.roles])


def _return(work: Work, deps: Deps, opened: OpenCase, alarm: Alarm) -> None:
    """Returns a file that was not completed in time (law 55-19, art. 10); the chief is told where its facts forbid it."""
    rule = clockwork.rule_of(opened.definition, opened.dossier.case.state, Act.RETURN)
    assert rule is not None  # noqa: S101  The alarm is there because the rule is.
    try:
        outcome = judged(work, opened, rule.action, SYSTEM)
    except PortalError:
        told = [Role.CHIEF.value]
        near = DeadlineNear(alarm.name, alarm.on.isoformat(), alarm.due_on.isoformat(), told)
        _note(work, deps, opened, [near], told)
        return
    apply(work, deps, opened, dated(outcome, due_day(alarm.on, work.now)), SYSTEM)


def _fall_silent(work: Work, deps: Deps, opened: OpenCase, alarm: Alarm) -> None:
    """Records that the administration did not answer in time, and what that means (law 55-19, art. 19 and 21)."""
    meaning = opened.definition.deadline.silence
    silent = SilenceRecorded(alarm.on.isoformat(), alarm.due_on.isoformat(), meaning.value)
    rule = clockwork.rule_of(opened.definition, opened.dossier.case.state, Act.SILENCE)
    if meaning is Silence.APPROVAL and rule is not None:
        try:
            outcome = judged(work, foreseen(work, deps, opened, [silent]), rule.action, SYSTEM)
        except PortalError:
            pass
        else:
            # An act is now owed to the applicant, who may claim it: it is the chief's to see to.
            owed = {"alert": Role.CHIEF.value}
            apply(work, deps, opened, dated(outcome, due_day(alarm.on, work.now)), SYSTEM, before=[silent], more=owed)
            return
    _note(work, deps, opened, [silent], [Role.CHIEF.value], ("notify",))


def _note(
    work: Work,
    deps: Deps,
    opened: OpenCase,
    events: Sequence[Event],
    warned: Sequence[str],
    wanted: Sequence[str] = (),
) -> None:
    """Enters what happened without moving the case, whom it alerts, and what follows from it."""
    dossier, case = opened.dossier, opened.dossier.case
    lines = foreseen(work, deps, opened, events).lines
    kept = clockwork.columns(deps.registry, opened.definition, case.unit, case.filed_on, case.state, lines)
    roles = dict.fromkeys(one for one in (*dossier.alert.split(ALERTS), *warned) if one)
    changes = {**clockwork.columns_beside(work, kept, case, events), "alert": ALERTS.join(roles)}
    if Role.SECRETARY_GENERAL.value in roles:
        changes["escalated"] = True
    length = cases.record(work.connection, dossier, events, SYSTEM, work.now, changes)
    effects.request(work.connection, work.jobs, case.id, length, wanted, work.now)
