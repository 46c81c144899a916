"""Opinions asked of other units and of partners, in parallel, and when they are joined."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from portal.domain.entries import enters
from portal.domain.errors import OpinionAlreadyGiven, OpinionNotAsked, OpinionsClosed
from portal.domain.events import Event, OpinionGiven, OpinionsJoined, OpinionsRequested
from portal.domain.flow import Consultation
from portal.domain.periods import ONE_DAY, Calendar
from portal.domain.service import ServiceDefinition
from portal.domain.timers import last_day

Joined = Literal["complete", "late"]


@dataclass(frozen=True)
class Request:
    """One opinion as it was asked: of a ``unit`` or of a ``partner``, until ``due_on`` where there is a term."""

    opinion: str
    unit: str | None = None
    partner: str | None = None
    due_on: date | None = None

    @property
    def of(self) -> str:
        """The unit or the partner that is asked."""
        return self.unit or self.partner or ""

    def late(self, today: date) -> bool:
        """Whether the last day to give it has passed."""
        return self.due_on is not None and today > self.due_on


def partners_asked(definition: ServiceDefinition) -> list[str]:
    """The client ids of the partners whose opinion a workflow asks, in its order."""
    asked = (
        one.partner
        for state in definition.states.values()
        if state.consultation is not None
        for one in state.consultation.opinions
        if one.partner is not None
    )
    return list(dict.fromkeys(asked))


@dataclass(frozen=True)
class Standing:
    """How the consultation of a case stands, by its journal: the latest round, what it asked and what came.

    ``round`` is 0 before anything was asked. ``active`` tells whether the case is still in the state that asked and
    nothing was joined: only then can an opinion be given. ``joined`` is how the round ended, None where it did not, or
    where the case was moved on by somebody before.
    """

    round: int = 0
    state: str = ""
    requests: tuple[Request, ...] = ()
    given: Mapping[str, OpinionGiven] = field(default_factory=dict)
    active: bool = False
    joined: Joined | None = None

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Standing":
        """The standing after ``events``, the whole journal in order."""
        standing = cls()
        for event in events:
            standing = standing.after(event)
        return standing

    def after(self, event: Event) -> "Standing":
        """The standing once something more has happened."""
        if isinstance(event, OpinionsRequested):
            return Standing(event.round, event.state, tuple(map(_request, event.opinions)), {}, active=True)
        if isinstance(event, OpinionGiven) and self.active and event.round == self.round:
            given = {**self.given, event.opinion: event}
            return Standing(self.round, self.state, self.requests, given, active=True)
        if isinstance(event, OpinionsJoined) and event.round == self.round:
            how: Joined = "late" if event.late else "complete"
            return Standing(self.round, self.state, self.requests, self.given, joined=how)
        if enters(event) and self.active:
            return Standing(self.round, self.state, self.requests, self.given)
        return self

    def request(self, opinion: str) -> Request | None:
        return next((one for one in self.requests if one.opinion == opinion), None)

    @property
    def awaited(self) -> tuple[Request, ...]:
        """What may still be given, in the order asked."""
        return tuple(one for one in self.requests if one.opinion not in self.given) if self.active else ()

    def late(self, today: date) -> tuple[Request, ...]:
        """What is awaited although its last day has passed."""
        return tuple(one for one in self.awaited if one.late(today))

    @property
    def units(self) -> frozenset[str]:
        """The units whose opinion is awaited: they see the case, and no longer once they have given it."""
        return frozenset(one.unit for one in self.awaited if one.unit)

    @property
    def partners(self) -> frozenset[str]:
        """The partners whose opinion is awaited: they see the case, and no longer once they have given it."""
        return frozenset(one.partner for one in self.awaited if one.partner)

    @property
    def joins_on(self) -> date | None:
        """The day on which the round is joined without the missing opinions; None without a term, or once over."""
        last = [one.due_on for one in self.requests if one.due_on is not None] if self.active else []
        return max(last) + ONE_DAY if last else None


NOTHING_ASKED = Standing()


def requested(
    definition: ServiceDefinition,
    state: str,
    units: Mapping[str, str],
    today: date,
    calendar: Calendar,
    standing: Standing = NOTHING_ASKED,
) -> OpinionsRequested:
    """What entering a state asks. ``units`` has the unit that each opinion of a unit is asked of, by the opinion's id.

    Where no unit of its kind covers the case's place, an opinion has none there, and is not asked. ``standing`` is the
    case's before, for the number of the round. Raises ValueError for a state that asks nothing.
    """
    consultation = definition.states[state].consultation
    if consultation is None:
        raise ValueError(f"the state {state!r} asks for no opinion")
    term = consultation.term
    due = None if term is None else last_day(term, today, calendar, definition.deadline.law).isoformat()
    asked: list[dict[str, Any]] = []
    for opinion in consultation.opinions:
        of = {"partner": opinion.partner} if opinion.partner else {"unit": units.get(opinion.id)}
        if any(of.values()):
            asked.append({"id": opinion.id, **of, "due_on": due})
    return OpinionsRequested(state, asked, standing.round + 1)


def give(standing: Standing, opinion: str, by: str, inputs: Mapping[str, Any], today: date) -> OpinionGiven:
    """An opinion, as ``by`` (the id of a unit or partner) gives it.

    Raises OpinionNotAsked, OpinionAlreadyGiven or OpinionsClosed. After its last day it is still taken while the round
    runs: better late than never, and the law's clock has not waited. Who may act for a unit is told by
    ``policies.check_can_give_opinion``.
    """
    request = standing.request(opinion)
    if request is None or request.of != by:
        raise OpinionNotAsked()
    if opinion in standing.given:
        raise OpinionAlreadyGiven()
    if not standing.active:
        raise OpinionsClosed()
    return OpinionGiven(opinion, standing.round, by, dict(inputs))


def is_joined(consultation: Consultation, standing: Standing, today: date) -> Joined | None:
    """Whether the opinions of the running round are to be brought together: ``complete``, ``late`` or not yet.

    The system then does the consultation's action, and OpinionsJoined goes before the move in the journal.
    """
    if not standing.active:
        return None
    if len(standing.given) >= min(consultation.needed, len(standing.requests)):
        return "complete"
    return "late" if standing.joins_on is not None and today >= standing.joins_on else None


def _request(data: Mapping[str, Any]) -> Request:
    due_on = data.get("due_on")
    return Request(
        data["id"], data.get("unit"), data.get("partner"), None if due_on is None else date.fromisoformat(due_on)
    )
