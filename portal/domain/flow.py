"""What a service's workflow declares: states, actions, timers, opinions, committees."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.acts import Act
from portal.domain.form import Field
from portal.domain.rules import Condition, always
from portal.domain.text import Text


class UnitKind(StrEnum):
    """The kinds of administrative unit that decide on cases."""

    ANNEXE = "annexe"
    CAIDAT = "caidat"
    COMMUNE = "commune"
    SOCIAL_CENTRE = "social_centre"
    PROVINCE = "province"
    OMBUDSMAN = "ombudsman"


class StateKind(StrEnum):
    """What a workflow state means for the law's clock."""

    DEPOSITING = "depositing"
    RUNNING = "running"
    SUSPENDED = "suspended"
    DECIDED = "decided"


class Result(StrEnum):
    """How a case can end."""

    GRANTED = "granted"
    REFUSED = "refused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"


class Role(StrEnum):
    """Who may act on a case."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    AGENT = "agent"
    CHIEF = "chief"
    COMMITTEE = "committee"
    GOVERNOR = "governor"
    DESIGNER = "designer"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PARTNER = "partner"
    SYSTEM = "system"
    SECRETARY_GENERAL = "secretary_general"


class Count(StrEnum):
    """How days are counted: as the calendar has them, or as the law does (délais francs, law 55-19, art. 31)."""

    CALENDAR = "calendar"
    LEGAL = "legal"


@dataclass(frozen=True)
class Term:
    """So many days, and how they are counted."""

    days: int
    count: Count


@dataclass(frozen=True)
class Timer:
    """What happens to a case that stays in a state: after ``term``, the system does ``action``, or roles are warned."""

    id: str
    term: Term
    action: str | None = None
    warns: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """An opinion asked of another unit, the one of ``unit``'s kind that covers the case's place, or of a partner."""

    id: str
    title: Text
    unit: UnitKind | None = None
    partner: str | None = None
    asks: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Consultation:
    """Opinions asked in parallel on entering a state.

    They are joined when ``needed`` of them have come, or when ``term`` has passed: the system then does ``action``.
    """

    opinions: tuple[Opinion, ...]
    needed: int
    term: Term | None
    action: str

    def opinion(self, opinion_id: str) -> Opinion | None:
        return next((one for one in self.opinions if one.id == opinion_id), None)


class Majority(StrEnum):
    """How many of the votes cast, abstentions aside, must be in favour."""

    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"


@dataclass(frozen=True)
class Committee:
    """Members of the unit's committee vote while a case is in a state; ``quorum`` is how many must have voted."""

    title: Text
    quorum: int
    majority: Majority = Majority.SIMPLE


@dataclass(frozen=True)
class State:
    """One state of the workflow; ``partly`` says of a granting one that it refuses a part of what was asked for."""

    id: str
    kind: StateKind
    label: Text
    outcome: Result | None = None
    issues: str | None = None
    explanation: Text | None = None
    timers: tuple[Timer, ...] = ()
    consultation: Consultation | None = None
    committee: Committee | None = None
    partly: bool = False

    @property
    def refuses(self) -> bool:
        """Whether a decision that ends here refuses what was asked for, or a part of it."""
        return self.outcome is Result.REFUSED or self.partly


@dataclass(frozen=True)
class Period:
    """So many days counted under a law (a key of periods.LAWS)."""

    law: str
    days: int


@dataclass(frozen=True)
class ActionRule:
    """Who may move a case from where to where, what they must say, and what follows from it.

    ``at`` limits it to cases that are at a unit of one of these kinds. ``transfers`` are the kinds of unit among which
    the actor chooses where the case goes. ``within`` is the time in which a decision may be taken up again. ``act`` is
    what it is in the eyes of the law, ``period`` the one that the file is counted under from then on.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    by: tuple[Role, ...]
    label: Text
    asks: tuple[Field, ...] = ()
    when: Condition = always
    effects: tuple[str, ...] = ()
    at: tuple[UnitKind, ...] = ()
    transfers: tuple[UnitKind, ...] = ()
    within: Term | None = None
    act: Act | None = None
    period: Period | None = None

    def issues(self, document: str) -> bool:
        """Whether a document is made once it is done."""
        return f"issue.{document}" in self.effects
