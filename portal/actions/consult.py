"""Opinions of other units and of partners: giving one, and bringing them together."""

from collections.abc import Mapping
from typing import Any

from portal.actions import clockwork
from portal.actions.dating import check_dated, dated
from portal.actions.deps import Deps
from portal.actions.perform import ALERTS, OpenCase, apply, foreseen, judged, opened_case
from portal.domain import consulting, policies
from portal.domain.case import SYSTEM, Actor
from portal.domain.consulting import Joined, Request, is_joined
from portal.domain.errors import NotFound, OpinionNotAsked, PortalError
from portal.domain.events import OpinionsJoined, TimerFired
from portal.domain.service import Consultation, Opinion, Role
from portal.i18n import office_date
from portal.store import cases, opinions
from portal.store.unit_of_work import Work


def open_asked(
    work: Work, deps: Deps, reference: str, opinion: str, actor: Actor, *, lock: bool = False
) -> tuple[OpenCase, Request, Opinion]:
    """The case on which an opinion is or was asked of this very actor, how it was asked, and what it says.

    Raises OpinionNotAsked, or NotFound where there is no such case: to everybody else the two look alike.
    """
    dossier = cases.find(work.connection, work.vault, reference, lock=lock)
    if dossier is None:
        raise NotFound()
    opened = opened_case(work, deps, dossier)
    request = opened.standing.request(opinion)
    policies.check_can_give_opinion(actor, request)
    found = asked_of(opened, opinion)
    if request is None or found is None:
        raise OpinionNotAsked()
    if lock:
        opened.check_sound()
        check_dated(dossier.case.id, opened.lines, work.now)
    return opened, request, found


def asked_of(opened: OpenCase, opinion: str) -> Opinion | None:
    """An opinion of the latest consultation, as the workflow declares it."""
    state = opened.definition.states.get(opened.standing.state)
    return state.consultation.opinion(opinion) if state is not None and state.consultation is not None else None


def give(work: Work, deps: Deps, actor: Actor, reference: str, opinion: str, inputs: Mapping[str, Any]) -> None:
    """Gives an opinion; with the last one that was needed, the case moves on at once.

    Raises OpinionNotAsked, OpinionAlreadyGiven or OpinionsClosed.
    """
    opened, request, _ = open_asked(work, deps, reference, opinion, actor, lock=True)
    event = consulting.give(opened.standing, opinion, request.of, inputs, office_date(work.now))
    case = opened.dossier.case
    cases.record(work.connection, opened.dossier, [event], actor, work.now)
    opinions.given(work.connection, case.id, event.round, opinion, work.now)
    dossier = cases.get(work.connection, work.vault, case.id, lock=True)
    if dossier is None:
        raise NotFound()
    now = opened_case(work, deps, dossier)
    consultation = now.state.consultation
    how = is_joined(consultation, now.standing, office_date(work.now)) if consultation is not None else None
    if consultation is not None and how is not None:
        join(work, deps, now, consultation, how)


def join(work: Work, deps: Deps, opened: OpenCase, consultation: Consultation, how: Joined, on: str = "") -> None:
    """Brings the opinions together, and moves the case on as the system; ``on`` is when it was due, if that is past.

    Where the case's own facts forbid the move, the unit's chief is warned: the opinions are there, and hers to act on.
    """
    joined = OpinionsJoined(opened.standing.round, how == "late", on)
    then = foreseen(work, deps, opened, [joined])
    try:
        outcome = judged(work, then, consultation.action, SYSTEM)
    except PortalError:
        chief = Role.CHIEF.value
        warned = TimerFired(consultation.action, "", [chief], on)
        lines = foreseen(work, deps, opened, [joined, warned]).lines
        case = opened.dossier.case
        kept = clockwork.columns(deps.registry, opened.definition, case.unit, case.filed_on, case.state, lines)
        roles = dict.fromkeys(one for one in (*opened.dossier.alert.split(ALERTS), chief) if one)
        changes = {"timer_on": kept["timer_on"], "alert": ALERTS.join(roles)}
        cases.record(work.connection, opened.dossier, [joined, warned], SYSTEM, work.now, changes)
        opinions.end(work.connection, opened.dossier.case.id, work.now)
        return
    apply(work, deps, opened, dated(outcome, on), SYSTEM, before=[joined])
