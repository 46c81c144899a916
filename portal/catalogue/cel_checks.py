"""What a rule may be made of: its length, its nesting, the names and functions in it. Nothing is evaluated here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from portal.catalogue.cel_engine import cel
from portal.catalogue.cel_values import FUNCTIONS as OWN
from portal.catalogue.cel_values import Variable
from portal.catalogue.faults import Sentence
from portal.catalogue.reading import closest
from portal.fields.base import ValueKind

MAX_LENGTH = 500
MAX_COMPREHENSIONS = 1
MAX_NESTING = 10
MAX_CHOICES = 10
MAX_PATTERN = 100
MAX_REPEATS = 100

STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
INDEX = re.compile(r"(?<=[\w)\]])\[\s*\d+\s*\]")
COMPREHENSION = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)")
OVER_A_GROUP = re.compile(r"answers\s*\.\s*(\w+)\s*\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)")
TOTAL = re.compile(r"\btotal\s*\(\s*answers\s*\.\s*(\w+)\s*,\s*(['\"])(.*?)\2")
REFERENCE = re.compile(r"(?<![\w.])(answers|identity|case)\b(?:\s*\.\s*([A-Za-z_]\w*))?")
COMPARED = re.compile(r"(?<![\w.])(answers|identity|case)\.(\w+)\s*(?:==|!=)\s*(['\"])(.*?)\3")
LISTED = re.compile(r"(?<![\w.])(answers|identity|case)\.(\w+)\s+in\s+\[([^\]]*)\]")
WITHIN = re.compile(r"(['\"])([^'\"]*)\1\s+in\s+answers\.(\w+)")
NULL_LIST = re.compile(r"answers\.(\w+)\s*[!=]=\s*null|null\s*[!=]=\s*answers\.(\w+)")
MATCHES = re.compile(r"\bmatches\s*\(")
PATTERN = re.compile(r"\bmatches\s*\(\s*('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")\s*\)")
REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
FUNCTIONS = frozenset(
    [
        *OWN,
        "age",
        "population",
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
LISTS = (ValueKind.LIST, ValueKind.ENTRIES)
DAYS = (ValueKind.DATE, ValueKind.MONTH)
ADDED_TO = re.compile(r"(?<![\w.])(today|answers\s*\.\s*(\w+))\s*([+-])\s*(\d[\d.]*)")

Names = Mapping[str, Mapping[str, Variable]]


class BadCondition(Exception):
    """The rule cannot be used; ``sentence`` says why to whoever wrote it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Uses:
    """What a rule speaks of: names after their roots, words in quotes, and the entries of groups by field."""

    expression: str
    bare: str
    names: tuple[tuple[str, str], ...]
    bound: tuple[str, ...]
    words: frozenset[str]
    entries: Mapping[str, frozenset[str]]


@lru_cache(maxsize=4096)
def uses_of(expression: str) -> Uses:
    """What can be told of a rule from its text alone."""
    bare = STRING.sub("''", expression)
    entries: dict[str, frozenset[str]] = {}
    for group, name in OVER_A_GROUP.findall(bare):
        fields = re.findall(rf"(?<![\w.]){name}\s*\.\s*([A-Za-z_]\w*)", bare)
        entries[group] = entries.get(group, frozenset()) | frozenset(fields)
    for group, _, name in TOTAL.findall(expression):
        entries[group] = entries.get(group, frozenset()) | {name}
    return Uses(
        expression,
        bare,
        tuple(dict.fromkeys(REFERENCE.findall(bare))),
        tuple(COMPREHENSION.findall(bare)),
        frozenset(word[1:-1] for word in STRING.findall(expression)),
        entries,
    )


def prepared(expression: str) -> cel.Program:
    """The program of a rule, in which every number is a decimal number; raises BadCondition for a bad syntax.

    CEL refuses to multiply 2 by 2.0: whoever writes a service need not know that numbers come in two kinds.
    """
    try:
        return cel.compile(_with_doubles(expression))
    except ValueError as error:
        raise BadCondition(_syntax(str(error))) from None


def _with_doubles(expression: str) -> str:
    kept: list[str] = []
    end = 0
    for word in STRING.finditer(expression):
        kept += [_doubles(expression[end : word.start()]), word[0]]
        end = word.end()
    return "".join([*kept, _doubles(expression[end:])])


def _doubles(source: str) -> str:
    """The same source with ``2`` as ``2.0``; places in a list stay whole."""
    kept: list[str] = []
    end = 0
    for index in INDEX.finditer(source):
        kept += [NUMBER.sub(r"\g<0>.0", source[end : index.start()]), index[0]]
        end = index.end()
    return "".join([*kept, NUMBER.sub(r"\g<0>.0", source[end:])])


def check_shape(expression: str) -> None:
    """Refuses what is too long, too deeply nested or could be much work, before anything is made of it."""
    if len(expression) > MAX_LENGTH:
        raise BadCondition(
            Sentence(
                "a condition has at most %(most)s characters, this one has %(length)s",
                most=MAX_LENGTH,
                length=len(expression),
            )
        )
    uses = uses_of(expression)
    if len(uses.bound) > MAX_COMPREHENSIONS:
        raise BadCondition(Sentence("a condition may go through one list only (all, exists, map, filter: once)"))
    depth = deepest = 0
    for letter in uses.bare:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_NESTING:
        raise BadCondition(
            Sentence(
                "a condition has brackets in brackets %(most)s deep at most, this one %(deepest)s",
                most=MAX_NESTING,
                deepest=deepest,
            )
        )
    if uses.bare.count("?") > MAX_CHOICES:
        raise BadCondition(
            Sentence(
                "a condition chooses with '?' at most %(most)s times: use a computed value before it", most=MAX_CHOICES
            )
        )
    _check_patterns(uses)


def _check_patterns(uses: Uses) -> None:
    """A pattern is written out, short, and repeats little: what it costs is known before anybody answers."""
    patterns = [word[1:-1] for word in PATTERN.findall(uses.expression)]
    if len(MATCHES.findall(uses.bare)) > len(patterns):
        raise BadCondition(Sentence("matches(…) needs its pattern written in quotes: an answer cannot be a pattern"))
    if patterns and uses.bound:
        raise BadCondition(
            Sentence("matches(…) cannot be used while going through a list: each time would cost as much again")
        )
    for pattern in patterns:
        if len(pattern) > MAX_PATTERN:
            raise BadCondition(Sentence("a pattern has at most %(most)s characters", most=MAX_PATTERN))
        repeats = 1
        for least, most in REPEAT.findall(pattern):
            repeats *= max(int(least), int(most or least), 1)
        if repeats > MAX_REPEATS:
            raise BadCondition(
                Sentence(
                    "the pattern '%(written)s' repeats up to %(repeats)s times: %(most)s at most",
                    written=pattern,
                    repeats=repeats,
                    most=MAX_REPEATS,
                )
            )


def check_names(program: cel.Program, uses: Uses, names: Names) -> None:
    """Refuses every name, function, field or option that does not exist."""
    for root, name in uses.names:
        if not name:
            example = f"{root}.{next(iter(names[root]), 'name')}"
            raise BadCondition(
                Sentence("'%(root)s' is followed by a point and a name, as in %(example)s", root=root, example=example)
            )
        if name not in names[root]:
            meant = closest(name, names[root])
            raise BadCondition(Sentence("'%(name)s' does not exist%(meant)s", name=f"{root}.{name}", meant=meant))
    _check_words(program, uses, names)
    _check_days(uses, names["answers"])
    _check_entries(uses, names["answers"])
    _check_options(uses, names)
    _check_lists(uses, names["answers"])


def _check_words(program: cel.Program, uses: Uses, names: Names) -> None:
    for name in program.variables():
        if name not in (*names, "today", *uses.bound) and not name.startswith("@"):
            raise BadCondition(
                Sentence("'%(name)s' is unknown: a condition sees answers, identity, case and today", name=name)
            )
    for name in program.functions():
        if name == "size":
            raise BadCondition(
                Sentence("use length(…) of a text, count(…) of a list instead of size(…), which counts bytes")
            )
        if name[0].isalpha() and name not in FUNCTIONS:
            meant = closest(name, FUNCTIONS)
            raise BadCondition(Sentence("the function '%(name)s' is unknown%(meant)s", name=name, meant=meant))


def _check_days(uses: Uses, answers: Mapping[str, Variable]) -> None:
    for day, name, sign, number in ADDED_TO.findall(uses.bare):
        if not name or answers[name].kind in DAYS:
            less = "-" if sign == "-" else ""
            raise BadCondition(
                Sentence(
                    "'%(rule)s' adds a number to a date: write %(instead)s",
                    rule=f"{day} {sign} {number}",
                    instead=f"days_after({day}, {less}{number})",
                )
            )


def _check_lists(uses: Uses, answers: Mapping[str, Variable]) -> None:
    for found in NULL_LIST.findall(uses.bare):
        name = found[0] or found[1]
        if answers[name].kind in LISTS:
            raise BadCondition(
                Sentence(
                    "'answers.%(name)s' is a list, empty and never null: write count(answers.%(name)s) == 0", name=name
                )
            )


def _check_entries(uses: Uses, answers: Mapping[str, Variable]) -> None:
    for group, fields in uses.entries.items():
        known = answers[group].entries
        if answers[group].kind is not ValueKind.ENTRIES:
            continue
        for name in sorted(fields - known.keys()):
            raise BadCondition(
                Sentence(
                    "the group '%(group)s' has no question '%(name)s'%(meant)s",
                    group=group,
                    name=name,
                    meant=closest(name, known),
                )
            )
    for group, _, name in TOTAL.findall(uses.expression):
        inner = answers[group].entries.get(name)
        if inner is None or inner.kind is not ValueKind.NUMBER:
            raise BadCondition(
                Sentence(
                    "%(rule)s adds up numbers: name a number of a group's entries",
                    rule=f"total(answers.{group}, '{name}')",
                )
            )


def _check_options(uses: Uses, names: Names) -> None:
    """A word compared with a closed question must be one of its options: else the condition could never hold."""
    compared = [(root, name, word) for root, name, _, word in COMPARED.findall(uses.expression)]
    for root, name, words in LISTED.findall(uses.expression):
        compared += [(root, name, word[1:-1]) for word in STRING.findall(words)]
    compared += [("answers", name, word) for _, word, name in WITHIN.findall(uses.expression)]
    for root, name, word in compared:
        _check_option(names[root].get(name), name, word)
    for group, bound in OVER_A_GROUP.findall(uses.bare):
        inner = re.compile(rf"(?<![\w.]){bound}\.(\w+)\s*(?:==|!=)\s*(['\"])(.*?)\2")
        for name, _, word in inner.findall(uses.expression):
            _check_option(names["answers"][group].entries.get(name), name, word)


def _check_option(variable: Variable | None, name: str, word: str) -> None:
    if variable is None or not variable.options or variable.kind not in (ValueKind.CHOICE, ValueKind.LIST):
        return
    if word not in variable.options:
        raise BadCondition(
            Sentence(
                "'%(word)s' is not an option of the question '%(name)s'%(meant)s",
                word=word,
                name=name,
                meant=closest(word, variable.options),
            )
        )


def _syntax(message: str) -> Sentence:
    """What is wrong with the syntax, by the useful line of the parser's message."""
    found = re.search(r"<input>:\d+:(\d+): (?:Syntax error: )?([^\n|]*)", message)
    if found is None:
        return Sentence("this condition cannot be read: its syntax is wrong")
    return Sentence(
        "this condition cannot be read: %(problem)s (character %(place)s)",
        problem=found[2].strip()[:120],
        place=found[1],
    )


def numbers_in(expressions: Iterable[str]) -> frozenset[float]:
    """The numbers that rules speak of."""
    return frozenset(
        float(number)
        for expression in expressions
        for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", STRING.sub("''", expression))
    )
