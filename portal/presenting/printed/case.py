"""What is known of a case, and of a document itself, when it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.case import People
from portal.domain.clock import LegalClock
from portal.domain.events import Event
from portal.domain.flow import Period
from portal.domain.service import Result, ServiceDefinition, Text
from portal.domain.territory import Territory, Unit


@dataclass(frozen=True)
class EarlierInPrint:
    """A case that another follows, as it stood when the document was asked for; ``number`` is that of its decision."""

    reference: str
    service: Text
    authority: Text
    filed_on: date
    decided_on: date | None = None
    silent_on: date | None = None
    outcome: Result | None = None
    partly: bool = False
    number: str = ""


@dataclass(frozen=True)
class CaseInPrint:
    """A case as it stood at the event that asked for the document; ``brought`` has a document's id once per file.

    ``period`` is the one that its answers give, which holds from the day it is complete; ``earlier`` are the cases that
    it follows, the nearest first.
    """

    reference: str
    definition: ServiceDefinition
    unit: Unit
    people: People
    answers: Mapping[str, Any]
    statements: tuple[str, ...]
    brought: tuple[str, ...]
    secret: str
    events: tuple[tuple[datetime, Event], ...]
    clock: LegalClock
    period: Period
    earlier: tuple[EarlierInPrint, ...] = ()


@dataclass(frozen=True)
class Printing:
    """What one printed document has of its own."""

    number: str
    code: str
    issued_at: datetime
    base_url: str
    territory: Territory
    demo: bool
