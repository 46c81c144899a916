"""Conditions written in CEL (cel.dev): checked by name, tried on typed samples, then evaluated in microseconds.

A condition sees ``answers.<question>``, ``identity.<…>``, ``case.<…>`` and ``today``, and gives true or false.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

import cel

from portal.catalogue.reading import closest
from portal.domain.service import Facts

MAX_LENGTH = 500
MAX_COMPREHENSIONS = 1
MAX_SAMPLES = 256

COMPREHENSION = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)")
STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
REFERENCE = re.compile(r"(?<![\w.])(answers|identity|case)\b(?:\s*\.\s*([A-Za-z_]\w*))?")
COMPARED = re.compile(r"answers\.(\w+)\s*(?:==|!=)\s*(['\"])(.*?)\2")
LISTED = re.compile(r"answers\.(\w+)\s+in\s+\[([^\]]*)\]")
FUNCTIONS = frozenset(
    [
        "length",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "getFullYear",
        "getMonth",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "timestamp",
        "duration",
        "int",
        "double",
        "string",
        "has",
    ]
)


class BadCondition(Exception):
    """The condition cannot be used; the message says why to whoever wrote it."""


class ValueKind(StrEnum):
    """What CEL will see of an answer."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    CHOICE = "choice"


KINDS: Mapping[str, ValueKind] = {
    "number": ValueKind.NUMBER,
    "date": ValueKind.DATE,
    "yes_no": ValueKind.TRUTH,
    "statement": ValueKind.TRUTH,
    "consent": ValueKind.TRUTH,
    "choice": ValueKind.CHOICE,
}
"""What answers of each field type are in a condition; every other type is text."""


@dataclass(frozen=True)
class Variable:
    """One name a condition may use, and the values it can take."""

    kind: ValueKind
    options: tuple[str, ...] = ()

    def samples(self) -> tuple[Any, ...]:
        """Values at the edges of what is possible; the first is always null."""
        match self.kind:
            case ValueKind.NUMBER:
                return (None, 0.0, 1.0, -1.0, 1_000_000.0)
            case ValueKind.DATE:
                return (None, _moment(date(1950, 1, 1)), _moment(date(2026, 2, 28)), _moment(date(2040, 12, 31)))
            case ValueKind.TRUTH:
                return (None, True, False)
            case ValueKind.CHOICE:
                return (None, *self.options)
            case ValueKind.TEXT:
                return (None, "a", "نص طويل شيئًا ما، لا أكثر", "1990-01-01")


IDENTITY: Mapping[str, Variable] = {
    "level": Variable(ValueKind.CHOICE, ("none", "low", "substantial", "high")),
}
CASE: Mapping[str, Variable] = {
    "state": Variable(ValueKind.TEXT),
    "documents_complete": Variable(ValueKind.TRUTH),
}
ROOTS = ("answers", "identity", "case")
TODAY = Variable(ValueKind.DATE)


class Declared:
    """The names that the conditions of one service may use; it learns which of them they do use."""

    def __init__(self, answers: Mapping[str, Variable]) -> None:
        self.names: Mapping[str, Mapping[str, Variable]] = {"answers": answers, "identity": IDENTITY, "case": CASE}
        # Only what some condition reads is handed to CEL: converting a whole form costs a hundred times one evaluation.
        self.used: dict[str, set[str]] = {root: set() for root in ROOTS}

    def context(self, facts: Facts) -> cel.Context:
        """What CEL sees of the facts: numbers as doubles, dates as timestamps, null for whatever is missing."""
        context = _context(_moment(facts.get("today")))
        for root in ROOTS:
            given: Mapping[str, Any] = facts.get(root) or {}
            names = self.names[root]
            context.add_variable(root, {name: _value(names[name].kind, given.get(name)) for name in self.used[root]})
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


class CelCondition:
    """A compiled condition: call it with facts, it answers true or false. Missing answers are null."""

    __slots__ = ("_declared", "_program", "expression", "references")

    def __init__(
        self, expression: str, program: cel.Program, declared: Declared, references: frozenset[tuple[str, str]]
    ) -> None:
        self.expression = expression
        self.references = references
        self._program = program
        self._declared = declared

    def __call__(self, facts: Facts) -> bool:
        context = facts.context(self._declared) if isinstance(facts, PreparedFacts) else self._declared.context(facts)
        return self._program.execute(context) is True

    @property
    def answers(self) -> frozenset[str]:
        """The questions it depends on."""
        return frozenset(name for root, name in self.references if root == "answers")

    def __repr__(self) -> str:
        return f"CelCondition({self.expression!r})"


def compile_condition(expression: str, declared: Declared) -> CelCondition:
    """The condition, proved to give true or false whatever the answers, nulls included; raises BadCondition."""
    if len(expression) > MAX_LENGTH:
        raise BadCondition(f"a condition has at most {MAX_LENGTH} characters, this one has {len(expression)}")
    bare = STRING.sub("''", expression)
    bound = COMPREHENSION.findall(bare)
    if len(bound) > MAX_COMPREHENSIONS:
        raise BadCondition("a condition may go through one list only (all, exists, map, filter: once)")
    try:
        program = cel.compile(expression)
    except ValueError as error:
        raise BadCondition(f"this condition cannot be read: {_syntax(str(error))}") from None
    references = _references(bare, declared)
    _check_names(program, bound)
    _check_options(expression, declared)
    _try_samples(program, references, declared)
    for root, name in references:
        declared.used[root].add(name)
    return CelCondition(expression, program, declared, frozenset(references))


def _references(bare: str, declared: Declared) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for root, name in REFERENCE.findall(bare):
        if not name:
            raise BadCondition(
                f"'{root}' is followed by a point and a name, as in {root}.{next(iter(_some(declared, root)))}"
            )
        if name not in declared.names[root]:
            raise BadCondition(f"'{root}.{name}' does not exist{closest(name, declared.names[root])}")
        found[root, name] = None
    return list(found)


def _some(declared: Declared, root: str) -> Iterable[str]:
    return declared.names[root] or ["name"]


def _check_names(program: cel.Program, bound: list[str]) -> None:
    for name in program.variables():
        if name not in (*ROOTS, "today", *bound) and not name.startswith("@"):
            raise BadCondition(f"'{name}' is unknown: a condition sees answers, identity, case and today")
    for name in program.functions():
        if name == "size":
            raise BadCondition("use length(…) instead of size(…), which counts bytes: two for an Arabic letter")
        if name[0].isalpha() and name not in FUNCTIONS:
            raise BadCondition(f"the function '{name}' is unknown{closest(name, FUNCTIONS)}")


def _check_options(expression: str, declared: Declared) -> None:
    """A word compared with a closed question must be one of its options: else the condition could never hold."""
    compared = [(name, word) for name, _, word in COMPARED.findall(expression)]
    for name, words in LISTED.findall(expression):
        compared += [(name, word[1:-1]) for word in STRING.findall(words)]
    for name, word in compared:
        variable = declared.names["answers"].get(name)
        if variable and variable.kind is ValueKind.CHOICE and word not in variable.options:
            raise BadCondition(f"'{word}' is not an option of the question '{name}'{closest(word, variable.options)}")


def _try_samples(program: cel.Program, references: list[tuple[str, str]], declared: Declared) -> None:
    choices = [declared.names[root][name].samples() for root, name in references]
    days = TODAY.samples()[1:] if "today" in program.variables() else TODAY.samples()[1:2]
    context = _context(days[0])
    for values in _combinations(choices):
        tried: dict[str, dict[str, Any]] = {root: {} for root in ROOTS}
        for (root, name), value in zip(references, values, strict=True):
            tried[root][name] = value
        for root in ROOTS:
            context.add_variable(root, tried[root])
        for day in days:
            context.add_variable("today", day)
            _try(program, context, dict(zip(references, values, strict=True)))


def _try(program: cel.Program, context: cel.Context, values: dict[tuple[str, str], Any]) -> None:
    try:
        result = program.execute(context)
    except Exception:  # CEL raises a dozen kinds; all of them mean that the condition has no answer.
        result = None
    if not isinstance(result, bool):
        raise BadCondition(f"this condition is neither true nor false {_when(values)}")


def _when(values: dict[tuple[str, str], Any]) -> str:
    empty = [f"{root}.{name}" for (root, name), value in values.items() if value is None]
    if empty:
        return f"when {' and '.join(empty)} is empty: test it first, as in {empty[0]} != null && …"
    return "when " + " and ".join(f"{root}.{name} is {value!r}" for (root, name), value in values.items())


def _combinations(choices: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Every combination of samples; where these are too many, every way of being empty, then each variable alone."""
    if math.prod(map(len, choices)) <= MAX_SAMPLES:
        yield from itertools.product(*choices)
        return
    yield from itertools.islice(itertools.product(*((samples[0], samples[-1]) for samples in choices)), MAX_SAMPLES)
    for base in ([samples[0] for samples in choices], [samples[-1] for samples in choices]):
        for index, samples in enumerate(choices):
            for value in samples:
                yield (*base[:index], value, *base[index + 1 :])


def _context(today: datetime | None) -> cel.Context:
    context = cel.Context()
    context.add_function("length", _length)
    context.add_variable("today", today)
    return context


def _length(text: str | None) -> int:
    """Characters, where CEL's own size() counts bytes."""
    return len(text) if text else 0


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def _value(kind: ValueKind, value: Any) -> Any:
    """An answer as CEL sees it; whatever is not of its kind counts as missing."""
    if value is None or value == "":
        return None
    match kind:
        case ValueKind.NUMBER:
            try:
                return float(value)
            except (TypeError, ValueError):
                return None
        case ValueKind.DATE:
            return _moment(value)
        case ValueKind.TRUTH:
            return (
                value
                if isinstance(value, bool)
                else {"yes": True, "true": True, "no": False, "false": False}.get(value)
            )
        case _:
            return str(value)


def _syntax(message: str) -> str:
    """The useful line of the parser's message."""
    found = re.search(r"<input>:\d+:(\d+): (?:Syntax error: )?([^\n|]*)", message)
    return f"{found[2].strip()[:120]} (character {found[1]})" if found else "its syntax is wrong"
