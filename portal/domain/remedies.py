"""What an applicant can turn to after a refusal or a silence: the services that follow a case, and until when each does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.domain import timers
from portal.domain.clock import Calendar, LegalClock
from portal.domain.events import CaseReopened, Event, RemedyDecided, RemedyFiled
from portal.domain.service import Follows, Occasion, Result, ServiceDefinition, Silence, UnitKind

UNDECIDED = (Result.WITHDRAWN.value, Result.RETURNED.value)
"""The outcomes of a remedy on which nobody has decided anything: she may file it again in time."""


@dataclass(frozen=True)
class Remedy:
    """A service that can follow a case: since ``since``, which is its day 0, and ``until``, None where nothing ends it.

    The time to turn against a decision runs from the day on which the applicant received it, which only she knows:
    ``until`` is counted from the day of the decision, ``until_if`` from the one that she declares.
    """

    service: ServiceDefinition
    occasion: Occasion
    since: date
    until: date | None
    calendar: Calendar
    law: str

    @property
    def article(self) -> str:
        follows = self.service.follows
        return (follows.article or "") if follows is not None else ""

    def open(self, today: date) -> bool:
        """Whether it can still be filed on a day."""
        return self.until is None or today <= self.until

    @property
    def counts_from_receipt(self) -> bool:
        """Whether its time runs from the day on which something reached her; the day of a silence is the law's own."""
        return self.until is not None and self.occasion is not Occasion.SILENCE

    def until_if(self, received_on: date) -> date | None:
        """The last day to file it for somebody who received the decision on a day."""
        return _until(self.service.follows, received_on, self.calendar, self.law)


def remedies(
    first: ServiceDefinition,
    clock: LegalClock,
    outcome: Result | None,
    unit_kind: UnitKind,
    services: Iterable[ServiceDefinition],
    *,
    partly: bool = False,
) -> list[Remedy]:
    """What follows a case that stands so, of all ``services``, in their order; those whose time is over among them.

    ``partly`` is whether the decision refused a part of what it granted.
    """
    found = []
    for service in services:
        follows = service.follows
        if follows is None or not _fits(follows, first, clock, unit_kind):
            continue
        happened = _happened(follows, first.deadline.silence, clock, outcome, partly=partly)
        if happened is None:
            continue
        occasion, since = happened
        law, calendar = first.deadline.law, clock.calendar
        found.append(Remedy(service, occasion, since, _until(follows, since, calendar, law), calendar, law))
    return found


def remind_until(found: Iterable[Remedy], events: Iterable[Event]) -> date | None:
    """The last day of which the applicant is reminded: the first to end, unless she has already turned to somebody."""
    if has_turned(events):
        return None
    return min((one.until for one in found if one.until is not None), default=None)


def has_turned(events: Iterable[Event]) -> bool:
    """Whether something that follows the case was filed and was neither taken back nor returned to her."""
    filed = set[str]()
    for event in events:
        match event:
            case RemedyFiled():
                filed.add(event.reference)
            case RemedyDecided() if event.outcome in UNDECIDED:
                filed.discard(event.reference)
            case CaseReopened():
                # What was filed against a decision that is taken up again is the story of another period.
                filed.clear()
    return bool(filed)


def _until(follows: Follows | None, since: date, calendar: Calendar, law: str) -> date | None:
    if follows is None or follows.within is None:
        return None
    return timers.last_day(follows.within, since, calendar, law)


def _fits(follows: Follows, first: ServiceDefinition, clock: LegalClock, unit_kind: UnitKind) -> bool:
    return (
        (not follows.laws or clock.law in follows.laws)
        and (not follows.at or unit_kind in follows.at)
        and (not follows.services or first.slug in follows.services)
    )


def _happened(
    follows: Follows, silence: Silence, clock: LegalClock, outcome: Result | None, *, partly: bool
) -> tuple[Occasion, date] | None:
    """What happened to the first case that this service follows, and on which day.

    A silence that is no approval is over once the answer has come after all; what it refuses, it refuses late.
    """
    if Occasion.REFUSED in follows.on and outcome is Result.REFUSED and clock.decided_on is not None:
        return Occasion.REFUSED, clock.decided_on
    if Occasion.PARTLY in follows.on and partly and clock.decided_on is not None:
        return Occasion.PARTLY, clock.decided_on
    if Occasion.SILENCE not in follows.on or clock.silent_on is None or follows.silence not in (None, silence):
        return None
    if silence is not Silence.APPROVAL and outcome not in (None, Result.REFUSED):
        return None
    return Occasion.SILENCE, clock.silent_on
