"""What a service asks: questions, alone or in groups that repeat, on pages; and the questions before the form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from portal.domain.rules import Condition, Expression, Facts, always
from portal.domain.text import Text

GROUP = "group"
"""The type of a question that repeats others: its answer is a list of entries, each a mapping of their ids to answers."""

NUMBERS = ("minimum", "maximum")
DAYS = ("not_before", "not_after")
COUNTS = ("least", "most")


@dataclass(frozen=True)
class Option:
    """One answer to a closed question; a long list may stand under headings, its ``group``."""

    value: str
    label: Text
    group: Text | None = None


@dataclass(frozen=True)
class Limits:
    """What an answer must keep to; a limit that is None does not apply.

    Lengths count characters, ``minimum`` and ``maximum`` bound numbers, ``not_after`` and ``not_before`` are
    ``"today"`` or an ISO date, ``least`` and ``most`` count options, files or entries. ``ruled`` has the limits that
    are given as a rule, by their names.
    """

    min_length: int | None = None
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    not_before: str | None = None
    not_after: str | None = None
    least: int | None = None
    most: int | None = None
    ruled: Mapping[str, Expression] = field(default_factory=dict)

    def settled(self, facts: Facts) -> "Limits":
        """The same limits with every rule worked out; one that the facts leave open does not apply."""
        worked_out: dict[str, Any] = {name: _constant(name, rule(facts)) for name, rule in self.ruled.items()}
        return replace(self, ruled={}, **worked_out)


def _constant(name: str, value: object) -> Decimal | str | int | None:
    if value is None:
        return None
    if name in NUMBERS:
        return Decimal(str(value)).normalize()
    if name in DAYS:
        return value.isoformat() if isinstance(value, date) else str(value)
    return int(float(str(value)))


class ResultKind(StrEnum):
    """What a computed value is."""

    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    DATE = "date"
    TRUTH = "truth"


@dataclass(frozen=True)
class Field:
    """One question of a form. ``type`` names a module of ``portal.fields``, or is ``group``.

    ``required`` is a constant unless ``required_if`` rules it. ``prefill`` says where an answer may already be known:
    ``<what>`` of the person, ``earlier.<question>`` of her last case, ``<platform>.<attribute>`` of a register.
    ``value`` and ``result`` are a computed value's, ``text`` an information's, ``accept`` and ``max_mb`` a file's,
    ``fields`` and ``entry`` (the heading of each entry) a group's.
    """

    id: str
    type: str
    label: Text
    hint: Text | None = None
    required: bool = True
    required_if: Condition | None = None
    when: Condition = always
    conditional: bool = False
    prefill: str | None = None
    options: tuple[Option, ...] = ()
    limits: Limits = field(default_factory=Limits)
    sensitive: bool = False
    statement: Text | None = None
    text: Text | None = None
    value: Expression | None = None
    result: ResultKind | None = None
    accept: tuple[str, ...] = ("pdf", "jpeg", "png")
    max_mb: int = 10
    fields: tuple["Field", ...] = ()
    entry: Text | None = None

    @cached_property
    def labels(self) -> Mapping[str, Text]:
        """The label of each option, by its value."""
        return {option.value: option.label for option in self.options}

    @property
    def asks(self) -> bool:
        """Whether the reader answers it herself: a text informs, a computed value follows from other answers."""
        return self.type not in ("info", "computed")

    def settled(self, facts: Facts) -> "Field":
        """The same question with every rule about its answer worked out; itself where it has none."""
        if self.required_if is None and not self.limits.ruled:
            return self
        required = self.required if self.required_if is None else self.required_if(facts)
        return replace(self, required=required, required_if=None, limits=self.limits.settled(facts))


@dataclass(frozen=True)
class PageRule:
    """A rule over several answers of a page: where it does not hold, ``says`` is shown beside the question ``at``."""

    holds: Condition
    says: Text
    at: str


@dataclass(frozen=True)
class Page:
    """The questions asked together, under one title; ``staff_title`` is what staff read over their answers."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    hint: Text | None = None
    when: Condition = always
    staff_title: Text | None = None
    rules: tuple[PageRule, ...] = ()


class Verdict(StrEnum):
    """What the questions before the form tell: go on, there is no point, or it is done elsewhere."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    SENT_ON = "sent_on"


@dataclass(frozen=True)
class Instead:
    """Where somebody goes instead: another service of the portal by its slug, or an address."""

    title: Text
    service: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class EligibilityOutcome:
    """What somebody is told whose answers meet a condition; the first that holds counts, the last has none."""

    id: str
    verdict: Verdict
    title: Text
    text: Text
    when: Condition = always
    instead: tuple[Instead, ...] = ()


@dataclass(frozen=True)
class Eligibility:
    """The questions before sign-in. Nothing of their answers is kept."""

    fields: tuple[Field, ...]
    outcomes: tuple[EligibilityOutcome, ...]

    def outcome(self, facts: Facts) -> EligibilityOutcome:
        """What these answers lead to."""
        return next(one for one in self.outcomes if one.when(facts))


def every_field(fields: tuple[Field, ...]) -> Iterator[Field]:
    """These questions and all that their groups repeat."""
    for one in fields:
        yield one
        yield from every_field(one.fields)
