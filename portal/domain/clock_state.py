"""What the law's clock of a case shows: where it stands, what is still allowed, and the steps that explain it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.acts import Act


class ClockState(StrEnum):
    """What the law's clock is doing."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    SUSPENDED = "suspended"
    EXTENDED = "extended"
    STOPPED = "stopped"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Step:
    """One step of the explanation: dates in ``params`` are ISO.

    ``article`` is ``law/number`` or the law alone, and empty where the law of the period says nothing of the step.
    """

    key: str
    params: Mapping[str, str]
    article: str


@dataclass(frozen=True)
class Allowance:
    """Whether the law still lets an act be done, ``until`` when, and by which article.

    ``why`` names what forbids it (a key of presenting.clock_told.FORBIDDEN), and is empty where it is ``open``.
    """

    act: Act
    open: bool
    until: date | None
    article: str
    why: str = ""


@dataclass(frozen=True)
class Reading:
    """What the clock shows on one day: its state, its days, its dates, what is still allowed, and how it came about."""

    state: ClockState
    used: int
    left: int
    total: int
    due_on: date | None
    half_ends_on: date | None
    citizen_due_on: date | None
    suspended_since: date | None
    suspended_for: Act | None
    silent_on: date | None
    decided_on: date | None
    allowed: tuple[Allowance, ...]
    steps: tuple[Step, ...]
