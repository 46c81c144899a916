"""What an applicant can turn to after a refusal or a silence: the services that follow a case, and until when each does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.domain import timers
from portal.domain.clock import LegalClock
from portal.domain.events import CaseReopened, Event, RemedyFiled
from portal.domain.service import Follows, Occasion, Result, ServiceDefinition, Silence, UnitKind


@dataclass(frozen=True)
class Remedy:
    """A service that can follow a case: since ``since``, which is its day 0, and ``until``, None where nothing ends it."""

    service: ServiceDefinition
    occasion: Occasion
    since: date
    until: date | None

    @property
    def article(self) -> str:
        follows = self.service.follows
        return (follows.article or "") if follows is not None else ""

    def open(self, today: date) -> bool:
        """Whether it can still be filed on a day."""
        return self.until is None or today <= self.until


def remedies(
    first: ServiceDefinition,
    clock: LegalClock,
    outcome: Result | None,
    unit_kind: UnitKind,
    services: Iterable[ServiceDefinition],
) -> list[Remedy]:
    """What follows a case that stands so, of all ``services``, in their order; those whose time is over among them."""
    found = []
    for service in services:
        follows = service.follows
        if follows is None or not _fits(follows, first, clock, unit_kind):
            continue
        happened = _happened(follows, first.deadline.silence, clock, outcome)
        if happened is None:
            continue
        occasion, since = happened
        within = follows.within
        until = timers.last_day(within, since, clock.calendar, first.deadline.law) if within is not None else None
        found.append(Remedy(service, occasion, since, until))
    return found


def remind_until(found: Iterable[Remedy], events: Iterable[Event]) -> date | None:
    """The last day of which the applicant is reminded: the first to end, unless she has already turned to somebody."""
    turned = False
    for event in events:
        # A decision that is taken up again makes what was filed against it the story of another period.
        turned = isinstance(event, RemedyFiled) or (turned and not isinstance(event, CaseReopened))
    if turned:
        return None
    return min((one.until for one in found if one.until is not None), default=None)


def _fits(follows: Follows, first: ServiceDefinition, clock: LegalClock, unit_kind: UnitKind) -> bool:
    return (
        (not follows.laws or clock.law in follows.laws)
        and (not follows.at or unit_kind in follows.at)
        and (not follows.services or first.slug in follows.services)
    )


def _happened(
    follows: Follows, silence: Silence, clock: LegalClock, outcome: Result | None
) -> tuple[Occasion, date] | None:
    """What happened to the first case that this service follows, and on which day.

    A silence that is no approval is over once the answer has come after all; what it refuses, it refuses late.
    """
    if Occasion.REFUSED in follows.on and outcome is Result.REFUSED and clock.decided_on is not None:
        return Occasion.REFUSED, clock.decided_on
    if Occasion.SILENCE not in follows.on or clock.silent_on is None or follows.silence not in (None, silence):
        return None
    if silence is not Silence.APPROVAL and outcome not in (None, Result.REFUSED):
        return None
    return Occasion.SILENCE, clock.silent_on
