"""What a service promises and by when, what its silence means, and which cases another service may follow."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.flow import Period, Term, UnitKind
from portal.domain.rules import Condition, Facts
from portal.domain.text import Text


class Silence(StrEnum):
    """What it means that the administration did not answer in time (law 55-19, art. 19 and 21)."""

    APPROVAL = "approval"
    APPEAL = "appeal"


@dataclass(frozen=True)
class Extension:
    """The most ``days`` by which the period can be extended, once, and what makes it necessary."""

    days: int
    reason: Text


@dataclass(frozen=True)
class OtherPeriod:
    """A period for the cases whose answers fulfil a condition."""

    when: Condition
    period: Period


@dataclass(frozen=True)
class Deadline:
    """The administration's promise: ``days`` counted under ``law`` (see ``clock.LAWS``), and what silence means.

    A service that is done elsewhere may state none: then ``days`` is 0. ``note`` says what the figure leaves out. Some
    answers may give another period ``instead``. ``extension`` lists the service for an extension (law 55-19, art. 17).
    ``hours`` is within how many of its opening hours the office answers in practice, 0 where it says nothing of it.
    """

    law: str
    days: int
    silence: Silence
    note: Text | None = None
    extension: Extension | None = None
    instead: tuple[OtherPeriod, ...] = ()
    hours: int = 0

    def period(self, facts: Facts) -> Period:
        """The period that these answers give."""
        return next((one.period for one in self.instead if one.when(facts)), Period(self.law, self.days))

    @property
    def stated(self) -> bool:
        return self.days > 0


class Occasion(StrEnum):
    """What can have happened to a case so that another may follow it."""

    REFUSED = "refused"
    PARTLY = "partly"
    SILENCE = "silence"


@dataclass(frozen=True)
class Follows:
    """After which cases a service is filed, as an appeal is: it is offered from such a case alone.

    ``on`` is what happened to the first one, ``laws`` those it was counted under, ``silence`` what its silence means
    (where it is that which is followed), ``at`` the kinds of unit that decided on it, ``services`` which ones they were;
    empty means any. ``within`` is the time in which it can be filed, whose day 0 is the decision or the day on which the
    silence set in.
    """

    on: tuple[Occasion, ...]
    laws: tuple[str, ...] = ()
    silence: Silence | None = None
    at: tuple[UnitKind, ...] = ()
    services: tuple[str, ...] = ()
    within: Term | None = None
    article: str | None = None
