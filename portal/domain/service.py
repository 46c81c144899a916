"""What a province declares for one service: the procedure sheet, its form and its workflow, as plain values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

Facts = Mapping[str, Any]
"""What a condition may see: ``answers``, ``identity``, ``case`` (mappings) and ``today`` (a date)."""

Condition = Callable[[Facts], bool]


def always(_facts: Facts) -> bool:
    """The condition of whatever has none."""
    return True


STAND_INS: dict[str, str] = {}
"""Which language a reader of another is shown where the province wrote nothing in hers: a process settles it once."""


@dataclass(frozen=True)
class Text:
    """One text in the languages it was written in; where the reader's is not among them another stands in, or Arabic."""

    values: Mapping[str, str]

    def __getitem__(self, language: str) -> str:
        return self.values.get(language) or self.values.get(STAND_INS.get(language, "ar")) or self.values["ar"]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def format(self, **params: str) -> "Text":
        """The same text with ``{placeholders}`` filled in, in every language."""
        return Text({language: text.format(**params) for language, text in self.values.items()})


def text(ar: str, fr: str) -> Text:
    """A text in the two languages every portal has."""
    return Text({"ar": ar, "fr": fr})


class UnitKind(StrEnum):
    """The kinds of administrative unit that decide on cases."""

    ANNEXE = "annexe"
    CAIDAT = "caidat"
    COMMUNE = "commune"
    SOCIAL_CENTRE = "social_centre"
    PROVINCE = "province"


class IdentityLevel(StrEnum):
    """How sure the portal must be of who is asking, from an anonymous visitor up to a card read by a machine."""

    NONE = "none"
    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(IdentityLevel).index(self)


class Silence(StrEnum):
    """What it means that the administration did not answer in time (law 55-19, art. 19 and 21)."""

    APPROVAL = "approval"
    APPEAL = "appeal"


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


class Source(StrEnum):
    """Who brings a document: the citizen, or the administration itself (law 55-19, art. 4(8) and 24)."""

    CITIZEN = "citizen"
    ADMINISTRATION = "administration"


@dataclass(frozen=True)
class Option:
    """One answer to a closed question."""

    value: str
    label: Text


@dataclass(frozen=True)
class Limits:
    """What an answer must keep to; a limit that is None does not apply.

    Lengths count characters, ``minimum`` and ``maximum`` bound numbers, ``not_after`` and ``not_before`` are
    ``"today"`` or an ISO date.
    """

    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    not_before: str | None = None
    not_after: str | None = None


@dataclass(frozen=True)
class Field:
    """One question of a form. ``type`` names a module of ``portal.fields``."""

    id: str
    type: str
    label: Text
    hint: Text | None = None
    required: bool = True
    when: Condition = always
    conditional: bool = False
    prefill: str | None = None
    options: tuple[Option, ...] = ()
    limits: Limits = field(default_factory=Limits)
    sensitive: bool = False
    statement: Text | None = None


@dataclass(frozen=True)
class Page:
    """The questions asked together, under one title; ``staff_title`` is what staff read over their answers."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    hint: Text | None = None
    when: Condition = always
    staff_title: Text | None = None


@dataclass(frozen=True)
class LegalBasis:
    """The text of law a service rests on (law 55-19, art. 3)."""

    title: Text
    url: str | None = None


@dataclass(frozen=True)
class Authority:
    """Which unit decides: of one of ``kinds``, covering the place found at ``by``.

    ``by`` is ``"residence"`` (the applicant's commune and district) or ``"answers.<field>"``.
    """

    kinds: tuple[UnitKind, ...]
    by: str


@dataclass(frozen=True)
class Deadline:
    """The administration's promise: ``days`` counted under ``law`` (see ``clock.LAWS``), and what silence means."""

    law: str
    days: int
    silence: Silence


@dataclass(frozen=True)
class Fee:
    """What the citizen pays, and how; zero is free."""

    amount: Decimal
    currency: str = "MAD"
    paid_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Privacy:
    """The notice of law 09-08: why the data is collected, for how long, and who receives it."""

    purpose: Text
    retention_years: int
    recipients: tuple[Text, ...]


@dataclass(frozen=True)
class Document:
    """A document the procedure sheet lists. ``alternative`` is a sworn statement that may replace it (law 55-19, art. 7)."""

    id: str
    title: Text
    source: Source = Source.CITIZEN
    hint: Text | None = None
    needed: Condition = always
    conditional: bool = False
    accept: tuple[str, ...] = ("pdf", "jpeg", "png")
    max_mb: int = 10
    optional: bool = False
    alternative: Text | None = None
    platform: str | None = None
    legal_basis: Text | None = None
    sensitive: bool = False


@dataclass(frozen=True)
class Output:
    """A document the administration issues: a title and paragraphs with a closed set of placeholders."""

    id: str
    title: Text
    paragraphs: tuple[Text, ...]
    validity_months: int | None = None


@dataclass(frozen=True)
class State:
    """One state of the workflow."""

    id: str
    kind: StateKind
    label: Text
    outcome: Result | None = None
    issues: str | None = None
    explanation: Text | None = None


@dataclass(frozen=True)
class ActionRule:
    """Who may move a case from where to where, what they must say, and what follows from it."""

    action: str
    sources: tuple[str, ...]
    target: str
    by: tuple[Role, ...]
    label: Text
    asks: tuple[Field, ...] = ()
    when: Condition = always
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ServiceDefinition:
    """One published version of a service, proved sound. ``digest`` is the hash of its files and names the version.

    Each is read once per process, so it equals itself alone, and what is made of it can be kept.
    """

    slug: str
    version: int
    digest: str
    title: Text
    summary: Text
    legal_basis: tuple[LegalBasis, ...]
    authority: Authority
    identity: IdentityLevel
    deadline: Deadline
    fee: Fee
    privacy: Privacy
    documents: tuple[Document, ...]
    pages: tuple[Page, ...]
    states: Mapping[str, State]
    initial: str
    actions: tuple[ActionRule, ...]
    outputs: Mapping[str, Output] = field(default_factory=dict)
    depositing: str | None = None
    beneficiary: Mapping[str, str] = field(default_factory=dict)
    applicant: Mapping[str, str] = field(default_factory=dict)
    next_steps: Text | None = None
    keywords: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every question of the form, by its id."""
        return {question.id: question for page in self.pages for question in page.fields}

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def document(self, document_id: str) -> Document | None:
        return next((document for document in self.documents if document.id == document_id), None)

    def rule(self, action: str, state: str) -> ActionRule | None:
        """The rule for an action from a state, or None where the workflow has none."""
        return next((rule for rule in self.actions if rule.action == action and state in rule.sources), None)
