"""Reads what an answer must keep to: constants, or rules over earlier answers."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal.catalogue.conditions import Declared
from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Section
from portal.catalogue.rules import read_expression
from portal.catalogue.yaml_source import Scalar
from portal.domain.form import COUNTS, DAYS, GROUP, NUMBERS
from portal.domain.service import Expression, Limits, ResultKind

LENGTHS = ("min_length", "max_length")
TEXTS = frozenset({"short_text", "long_text", "name_ar", "name_fr"})
MEASURED: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "length": (LENGTHS, TEXTS),
    "number": (NUMBERS, frozenset({"integer", "decimal", "money"})),
    "day": (DAYS, frozenset({"date", "month"})),
    "number of answers": (COUNTS, frozenset({"choices", "file", GROUP})),
}
"""Which limits there are, and the types of question they are for."""


def _types(measure: str) -> str:
    return ", ".join(sorted(MEASURED[measure][1]))


OF_OTHERS: Mapping[str, Sentence] = {
    "length": Sentence("only questions of type %(types)s have a length to limit", types=_types("length")),
    "number": Sentence("only questions of type %(types)s have a number to limit", types=_types("number")),
    "day": Sentence("only questions of type %(types)s have a day to limit", types=_types("day")),
    "number of answers": Sentence(
        "only questions of type %(types)s have a number of answers to limit", types=_types("number of answers")
    ),
}
"""What is said of a limit at a question of another type."""

MOST_CHARACTERS = 10_000
MOST_ANSWERS = 100
MOST_ENTRIES = 20
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def read_limits(field: Section, kind: str, declared: Declared | None) -> Limits:
    """The limits of a question of a type; without ``declared`` none of them can be a rule."""
    section = field.optional_section("limits")
    if section is None:
        return Limits()
    found: dict[str, Any] = {}
    ruled: dict[str, Expression] = {}
    for measure, (keys, types) in MEASURED.items():
        for key in keys:
            if not section.has(key):
                continue
            if kind not in types:
                field.fault(OF_OTHERS[measure], "limits")
            elif _is_ruled(section, key) and declared is not None:
                result = ResultKind.DATE if key in DAYS else ResultKind.NUMBER
                if (rule := read_expression(section, key, declared, result)) is not None:
                    ruled[key] = rule
            else:
                found[key] = _constant(section, key, kind)
    limits = Limits(**found, ruled=ruled)
    _check(section, field, kind, limits)
    section.close()
    return limits


def _is_ruled(section: Section, key: str) -> bool:
    """Whether a limit is written as a rule: a text that is neither ``today`` nor a day."""
    node = section.items[key]
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return False
    word = node.value
    return not (key in DAYS and (word == "today" or re.fullmatch(r"[0-9-]+", word)))


def _constant(section: Section, key: str, kind: str) -> int | Decimal | str | None:
    if key in NUMBERS:
        return section.decimal(key)
    if key in LENGTHS:
        return section.integer(key, least=1, most=MOST_CHARACTERS)
    if key in COUNTS:
        return section.integer(key, least=0, most=MOST_ENTRIES if kind == GROUP else MOST_ANSWERS)
    return _day(section, key, kind)


def _day(section: Section, key: str, kind: str) -> str | None:
    word = section.string(key, "") or None
    if word is None or word == "today" or (kind == "month" and MONTH.fullmatch(word)):
        return word
    try:
        date.fromisoformat(word)
    except ValueError:
        section.fault(Sentence("'%(key)s' must be 'today', a date such as 2026-03-31, or a rule", key=key), key)
    return word


def _check(section: Section, field: Section, kind: str, limits: Limits) -> None:
    pairs: tuple[tuple[Any, Any], ...] = (
        (limits.min_length, limits.max_length),
        (limits.minimum, limits.maximum),
        (limits.least, limits.most),
        _days(limits),
    )
    if any(low is not None and high is not None and low > high for low, high in pairs):
        section.fault(Sentence("these limits leave no possible answer: the lower one is above the higher one"))
    if kind == GROUP and limits.most is None and "most" not in limits.ruled:
        field.rule(Sentence("a group needs limits.most: how many entries there can be"), "limits")


def _days(limits: Limits) -> tuple[str | None, str | None]:
    """Both days, where they can be compared: ``today`` is not known yet."""
    days = (limits.not_before, limits.not_after)
    return (None, None) if "today" in days else days
