"""Conditions and computed values written in CEL (cel.dev): checked by name, tried on typed samples, then fast.

A rule sees ``answers.<question>``, ``identity.<…>``, ``case.<…>`` and ``today``. A condition gives true or false, an
expression a number, a text, a date or a truth.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.catalogue.cel_checks import BadCondition, check_names, check_shape, prepared, uses_of
from portal.catalogue.cel_engine import cel
from portal.catalogue.cel_samples import try_samples
from portal.catalogue.cel_values import Variable, context_on, moment, seen
from portal.catalogue.faults import Sentence
from portal.domain.service import GROUP, Facts, Option, ResultKind, UnitKind
from portal.fields import FIELD_TYPES
from portal.fields.base import ValueKind

__all__ = [
    "CASE",
    "IDENTITY",
    "KINDS",
    "RESULTS",
    "BadCondition",
    "CelCondition",
    "CelExpression",
    "CelRule",
    "Declared",
    "PreparedFacts",
    "ValueKind",
    "Variable",
    "compile_condition",
    "compile_expression",
    "prepare",
]

KINDS: Mapping[str, ValueKind] = {
    GROUP: ValueKind.ENTRIES,
    **{name: field_type.kind for name, field_type in FIELD_TYPES.items()},
}
"""What answers of each field type are in a condition."""

RESULTS: Mapping[ResultKind, ValueKind] = {
    ResultKind.NUMBER: ValueKind.NUMBER,
    ResultKind.MONEY: ValueKind.NUMBER,
    ResultKind.TEXT: ValueKind.TEXT,
    ResultKind.DATE: ValueKind.DATE,
    ResultKind.TRUTH: ValueKind.TRUTH,
}
"""What a computed value is in a condition."""

NOTHING_OF: Mapping[ResultKind, Sentence] = {
    ResultKind.NUMBER: Sentence("this rule gives no number"),
    ResultKind.MONEY: Sentence("this rule gives no amount"),
    ResultKind.TEXT: Sentence("this rule gives no text"),
    ResultKind.DATE: Sentence("this rule gives no date"),
    ResultKind.TRUTH: Sentence("this rule is neither true nor false"),
}

IDENTITY: Mapping[str, Variable] = {
    "level": Variable(ValueKind.CHOICE, ("none", "low", "substantial", "high")),
}
CASE: Mapping[str, Variable] = {
    "state": Variable(ValueKind.TEXT),
    "documents_complete": Variable(ValueKind.TRUTH),
    "obtained": Variable(ValueKind.TRUTH),
    "opinions": Variable(ValueKind.CHOICE, ("complete", "late")),
    "committee": Variable(ValueKind.CHOICE, ("accepted", "rejected")),
    "unit_kind": Variable(ValueKind.CHOICE, tuple(UnitKind)),
    "reopened": Variable(ValueKind.TRUTH),
    "repeats": Variable(ValueKind.TEXT),
}
NEITHER = Sentence("this condition is neither true nor false")
ROOTS = ("answers", "identity", "case")
MOST_SECONDS = 5
"""Processor time that trying all the rules of one form or workflow may take; the largest we know take a hundredth of it."""


class Declared:
    """The names that the rules of one service may use; it learns which of them they do use.

    ``lists`` are the options of the long lists in the service's folder. Of what is ``published`` nothing is proved
    again, and a rule is compiled when it is first needed.
    """

    def __init__(
        self,
        answers: Mapping[str, Variable],
        *,
        identity: Mapping[str, Variable] = IDENTITY,
        case: Mapping[str, Variable] = CASE,
        lists: Mapping[str, tuple[Option, ...]] | None = None,
        published: bool = False,
    ) -> None:
        self.names: Mapping[str, Mapping[str, Variable]] = {"answers": answers, "identity": identity, "case": case}
        self.lists = lists or {}
        self.published = published
        # Only what some rule reads is handed to CEL: converting a whole form costs a hundred times one evaluation.
        self.used: dict[str, set[str]] = {root: set() for root in ROOTS}
        self.spent = 0.0

    def context(self, facts: Facts) -> cel.Context:
        """What CEL sees of the facts."""
        context = context_on(moment(facts.get("today")), facts.get("populations"))
        for root in ROOTS:
            given: Mapping[str, Any] = facts.get(root) or {}
            names = self.names[root]
            context.add_variable(root, {name: seen(names[name], given.get(name)) for name in self.used[root]})
        return context


class PreparedFacts(Mapping[str, Any]):
    """Facts that remember what was made of them for CEL: prepare them once a request, evaluate many conditions."""

    def __init__(self, facts: Facts) -> None:
        self._facts = dict(facts)
        self._contexts: dict[Declared, cel.Context] = {}

    def __getitem__(self, key: str) -> Any:
        return self._facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def context(self, declared: Declared) -> cel.Context:
        found = self._contexts.get(declared)
        if found is None:
            found = self._contexts[declared] = declared.context(self._facts)
        return found


def prepare(facts: Facts) -> PreparedFacts:
    """The same facts, cheap to evaluate several conditions on; they must not change afterwards."""
    return facts if isinstance(facts, PreparedFacts) else PreparedFacts(facts)


class CelRule:
    """What conditions and expressions share: their text, the names they use, and a program compiled when needed."""

    __slots__ = ("_program", "declared", "expression", "references")

    def __init__(self, expression: str, declared: Declared, references: frozenset[tuple[str, str]]) -> None:
        self.expression = expression
        self.references = references
        self.declared = declared
        self._program: cel.Program | None = None

    @property
    def program(self) -> cel.Program:
        """The compiled program; raises BadCondition for what cannot be read."""
        if self._program is None:
            self._program = prepared(self.expression)
        return self._program

    def evaluate(self, facts: Facts) -> Any:
        """What CEL makes of the facts."""
        context = facts.context(self.declared) if isinstance(facts, PreparedFacts) else self.declared.context(facts)
        return self.program.execute(context)

    @property
    def answers(self) -> frozenset[str]:
        """The questions it depends on."""
        return frozenset(name for root, name in self.references if root == "answers")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.expression!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # A program is the engine's own: a rule that is kept is compiled again when it is needed.
        return type(self), (self.expression, self.declared, self.references)


class CelCondition(CelRule):
    """A condition: call it with facts, it answers true or false. Missing answers are null, missing lists empty."""

    __slots__ = ()

    def __call__(self, facts: Facts) -> bool:
        return self.evaluate(facts) is True


class CelExpression(CelRule):
    """A computed value: call it with facts, it gives a value of its kind, or None where the facts leave it open."""

    __slots__ = ("result",)

    def __init__(
        self, expression: str, declared: Declared, references: frozenset[tuple[str, str]], result: ResultKind
    ) -> None:
        super().__init__(expression, declared, references)
        self.result = result

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.expression, self.declared, self.references, self.result)

    def __call__(self, facts: Facts) -> float | str | bool | date | None:
        value = self.evaluate(facts)
        return as_result(value, self.result) if fits(value, self.result) else None


def compile_condition(expression: str, declared: Declared) -> CelCondition:
    """The condition, proved to give true or false whatever the answers, nulls included; raises BadCondition."""
    if not declared.published:
        check_shape(expression)
    condition = CelCondition(expression, declared, _names_in(expression, declared))
    if not declared.published:
        _prove(condition, lambda value: isinstance(value, bool), NEITHER)
    return condition


def compile_expression(
    expression: str, declared: Declared, result: ResultKind, *, optional: bool = True
) -> CelExpression:
    """The expression, proved to give a value of that kind whatever the answers; raises BadCondition.

    It may give null only where it is ``optional``: a computed value or a limit that the answers leave open.
    """
    if not declared.published:
        check_shape(expression)
    compiled = CelExpression(expression, declared, _names_in(expression, declared), result)
    if not declared.published:
        otherwise = "%s == null ? null : …" if optional else "%s == null ? … : …"
        _prove(
            compiled, lambda value: optional if value is None else fits(value, result), NOTHING_OF[result], otherwise
        )
    return compiled


def fits(value: Any, result: ResultKind) -> bool:
    """Whether CEL's value is of a kind."""
    match RESULTS[result]:
        case ValueKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case ValueKind.DATE:
            return isinstance(value, datetime)
        case ValueKind.TRUTH:
            return isinstance(value, bool)
        case _:
            return isinstance(value, str)


def as_result(value: Any, result: ResultKind) -> float | str | bool | date:
    """CEL's value as the portal keeps it: money to the centime, a day without its hour."""
    match result:
        case ResultKind.MONEY:
            return float(Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        case ResultKind.NUMBER:
            return float(value)
        case ResultKind.DATE:
            day: date = value.date()
            return day
    answer: str | bool = value
    return answer


def _names_in(expression: str, declared: Declared) -> frozenset[tuple[str, str]]:
    """The names a rule uses, noted for the contexts to come; unknown ones are left to the proof."""
    names = frozenset((root, name) for root, name in uses_of(expression).names if name in declared.names[root])
    for root, name in names:
        declared.used[root].add(name)
    return names


def _prove(rule: CelRule, sound: Callable[[Any], bool], what: Sentence, hint: str = "%s != null && …") -> None:
    """Raises BadCondition unless the rule names what exists, and is ``sound`` on all samples."""
    uses, names = uses_of(rule.expression), rule.declared.names
    check_names(rule.program, uses, names)
    if rule.declared.spent > MOST_SECONDS:
        raise BadCondition(
            Sentence(
                "trying the conditions before this one took more than %(most)s s: use fewer of them", most=MOST_SECONDS
            )
        )
    start = time.thread_time()
    try:
        try_samples(rule.program, uses, names, sound, what, hint)
    finally:
        rule.declared.spent += time.thread_time() - start
