"""What a province declares for one service: the procedure sheet, its form and its workflow, as plain values.

The names of forms, workflows, rules and texts are offered here too, so that callers need one import.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from portal.domain.deadline import Deadline, Extension, Follows, Occasion, OtherPeriod, Silence
from portal.domain.flow import (
    ActionRule,
    Committee,
    Consultation,
    Count,
    Majority,
    Opinion,
    Period,
    Result,
    Role,
    State,
    StateKind,
    Term,
    Timer,
    UnitKind,
)
from portal.domain.form import (
    GROUP,
    Eligibility,
    EligibilityOutcome,
    Field,
    Instead,
    Limits,
    Option,
    Page,
    PageRule,
    ResultKind,
    Verdict,
    every_field,
)
from portal.domain.issued import STANDARD, DocumentKind
from portal.domain.rules import Condition, Expression, Facts, always
from portal.domain.text import STAND_INS, Text, text

__all__ = [
    "ANSWERS",
    "BRACES",
    "FIRST",
    "GROUP",
    "SAID",
    "STAND_INS",
    "ActionRule",
    "Appeal",
    "Authority",
    "Committee",
    "Condition",
    "Consultation",
    "Count",
    "Deadline",
    "Document",
    "Eligibility",
    "EligibilityOutcome",
    "Expression",
    "Extension",
    "Facts",
    "Fee",
    "FeeDue",
    "Field",
    "Follows",
    "HandOff",
    "IdentityLevel",
    "Instead",
    "LegalBasis",
    "Limits",
    "Majority",
    "Mode",
    "Occasion",
    "Opinion",
    "Option",
    "OtherPeriod",
    "Output",
    "Page",
    "PageRule",
    "Period",
    "Privacy",
    "Result",
    "ResultKind",
    "Role",
    "ServiceDefinition",
    "Silence",
    "Source",
    "State",
    "StateKind",
    "Term",
    "Text",
    "Timer",
    "ToConfirm",
    "UnitKind",
    "Verdict",
    "always",
    "every_field",
    "text",
]

BRACES = re.compile(r"\{([^{}]*)\}")
"""A placeholder in a text, and its name."""

FIRST = "first"
"""How the unit is found where a case follows another: by that one. Its place is kept among the answers by this name."""

ANSWERS, SAID = "answers.", "said."
"""What the placeholder of an answer begins with: to a question of the form, or of the action that issues the document."""


class Mode(StrEnum):
    """Whether the portal processes a request, or only shows the way to where that is done."""

    PROCESSED = "processed"
    HANDOFF = "handoff"


class IdentityLevel(StrEnum):
    """How sure the portal must be of who is asking, from an anonymous visitor up to a card read by a machine."""

    NONE = "none"
    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(IdentityLevel).index(self)


class Source(StrEnum):
    """Who brings a document: the citizen, or the administration itself (law 55-19, art. 4(8) and 24)."""

    CITIZEN = "citizen"
    ADMINISTRATION = "administration"


@dataclass(frozen=True)
class LegalBasis:
    """A text of law the service rests on (law 55-19, art. 3); its documents name it by its ``id``."""

    title: Text
    url: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Authority:
    """Which unit decides: of one of ``kinds``, covering the place found at ``by``.

    ``by`` is ``"residence"`` (the applicant's commune and district), ``"answers.<field>"``, or ``"first"`` where the case
    follows another: then its own unit where it is of one of the kinds, else the one that covers its place.
    """

    kinds: tuple[UnitKind, ...]
    by: str


@dataclass(frozen=True)
class Fee:
    """What the citizen pays, and how; zero is free.

    ``quantity`` is how many times the amount is due, ``per`` names what is counted. Where ``waived`` holds nothing is
    due, for the reason in ``waiver``. ``note`` says what the figure leaves out.
    """

    amount: Decimal
    currency: str = "MAD"
    paid_by: tuple[str, ...] = ()
    quantity: Expression | None = None
    per: Text | None = None
    waived: Condition | None = None
    waiver: Text | None = None
    note: Text | None = None

    def due(self, facts: Facts) -> "FeeDue":
        """What these answers make due; a quantity left open counts once."""
        if self.waived is not None and self.waived(facts):
            return FeeDue(Decimal(0), 1, True, self.currency)
        counted = self.quantity(facts) if self.quantity is not None else 1
        quantity = 1 if counted is None else max(0, int(counted))
        return FeeDue(self.amount * quantity, quantity, False, self.currency)


@dataclass(frozen=True)
class FeeDue:
    """What one case costs, as it was when the file was handed in."""

    amount: Decimal
    quantity: int
    waived: bool
    currency: str = "MAD"

    def data(self) -> dict[str, object]:
        """As the journal keeps it: the amount as decimal digits."""
        return {"amount": str(self.amount), "quantity": self.quantity, "waived": self.waived, "currency": self.currency}

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "FeeDue":
        """What the journal kept."""
        quantity = int(str(data.get("quantity", 1)))
        return cls(Decimal(str(data["amount"])), quantity, data.get("waived") is True, str(data.get("currency", "MAD")))


@dataclass(frozen=True)
class Privacy:
    """The notice of law 09-08: why the data is collected, for how long, and who receives it."""

    purpose: Text
    retention_years: int
    recipients: tuple[Text, ...]


@dataclass(frozen=True)
class Document:
    """A document the procedure sheet lists, because the texts of law in ``basis`` provide for it.

    ``alternative`` is a sworn statement that may replace it (law 55-19, art. 7). What the administration fetches comes
    from ``holder``: over a ``platform``, or recorded by an agent who obtained it.
    """

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
    sensitive: bool = False
    basis: tuple[str, ...] = ()
    holder: Text | None = None

    @property
    def by_hand(self) -> bool:
        """Whether an agent obtains it from whoever holds it, and records it: no platform gives it."""
        return self.source is Source.ADMINISTRATION and self.platform is None


@dataclass(frozen=True)
class HandOff:
    """Where a service that the portal does not process is done: at an office, or on a national platform at ``url``."""

    name: Text
    steps: tuple[Text, ...]
    url: str | None = None
    appointment: Text | None = None


@dataclass(frozen=True)
class Appeal:
    """Where to turn against a decision or a silence, and in how many days; ``article`` is the rule it rests on.

    It is open against offices of the kinds ``at``, where any are named.
    """

    before: Text
    days: int | None = None
    article: str | None = None
    note: Text | None = None
    at: tuple[UnitKind, ...] = ()


@dataclass(frozen=True)
class ToConfirm:
    """Something the sheet says that nobody could verify: ``item`` is its path in service.yaml, ``note`` what to ask whom.

    Citizens are not told it as law; the designer sees it marked.
    """

    item: str
    note: Text


@dataclass(frozen=True)
class Output:
    """A document the administration issues: a title and paragraphs, these with placeholders (catalogue.output_proofs).

    ``kind`` says what it is, whatever its title; its number and its page follow from it.
    """

    id: str
    title: Text
    paragraphs: tuple[Text, ...]
    validity_months: int | None = None
    kind: DocumentKind = DocumentKind.DECISION


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
    mode: Mode = Mode.PROCESSED
    handoff: HandOff | None = None
    eligibility: Eligibility | None = None
    appeals: tuple[Appeal, ...] = ()
    to_confirm: tuple[ToConfirm, ...] = ()
    life_events: tuple[str, ...] = ()
    follows: Follows | None = None

    @property
    def processed(self) -> bool:
        """Whether a file can be handed in here."""
        return self.mode is Mode.PROCESSED

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every question of the form, by its id; what a group repeats stands inside the group."""
        return {question.id: question for page in self.pages for question in page.fields}

    def unconfirmed(self, item: str) -> bool:
        """Whether something the sheet says is still to be confirmed, itself or as a part of something that is."""
        return any(item == one.item or item.startswith(f"{one.item}.") for one in self.to_confirm)

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def is_standard(self, document_id: str) -> bool:
        """Whether it is one of the documents that every service issues.

        A version published before one of their names was taken issues a document of its own under that name.
        """
        return document_id in STANDARD and document_id not in self.outputs

    def document(self, document_id: str) -> Document | None:
        return next((document for document in self.documents if document.id == document_id), None)

    def rule(self, action: str, state: str) -> ActionRule | None:
        """The rule for an action from a state, or None where the workflow has none."""
        return next((rule for rule in self.actions if rule.action == action and state in rule.sources), None)
