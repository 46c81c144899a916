"""What has happened to a case, in the past tense. Each event is a line of its journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Something that happened. ``kind`` is the class's name, and what the journal stores beside the data."""

    registry: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls) -> None:
        Event.registry[cls.__name__] = cls

    @property
    def kind(self) -> str:
        return type(self).__name__

    def data(self) -> dict[str, Any]:
        return dict(vars(self))

    @staticmethod
    def from_data(kind: str, data: Mapping[str, Any]) -> "Event":
        """The event a journal line stands for; a field that this version no longer knows is dropped."""
        cls = Event.registry[kind]
        known = cls.__dataclass_fields__
        return cls(**{key: value for key, value in data.items() if key in known})


@dataclass(frozen=True)
class CaseSubmitted(Event):
    """The file was handed in, online or at the counter. ``missing`` lists the documents it lacks."""

    service: str
    unit: str
    at_counter: bool = False
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FileCompleted(Event):
    """Every required document is there: the administration's period starts (law 55-19, art. 16)."""

    action: str = ""
    documents: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentsAdded(Event):
    """Some, but not all, of the missing documents were brought."""

    documents: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CaseTaken(Event):
    """An agent took the case on."""


@dataclass(frozen=True)
class CaseReleased(Event):
    """The agent gave the case back to the unit's queue."""


@dataclass(frozen=True)
class CaseMoved(Event):
    """A workflow action moved the case without deciding it or touching its clock."""

    action: str
    source: str
    target: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InformationRequested(Event):
    """The applicant was asked for further information: the clock stands still (law 55-19, art. 14)."""

    action: str
    source: str
    target: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InformationProvided(Event):
    """The applicant answered: the clock resumes with what was left."""

    action: str
    source: str
    target: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseDecided(Event):
    """The case ended, with its outcome and what the decision says."""

    action: str
    source: str
    target: str
    outcome: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentIssued(Event):
    """A signed document was issued."""

    document: str
    number: str


@dataclass(frozen=True)
class MessageSent(Event):
    """The applicant was told."""

    channel: str


@dataclass(frozen=True)
class CasePushed(Event):
    """The case was handed to a national platform."""

    platform: str
    remote_reference: str


@dataclass(frozen=True)
class FollowUpReported(Event):
    """A platform or partner reported what became of the case. ``label`` is its status in both languages."""

    source: str
    status: str
    label: dict[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class EffectGivenUp(Event):
    """An effect failed for good and waits for an operator."""

    effect: str
