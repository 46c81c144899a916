"""Proves the questions before sign-in: they look back only, and every outcome is told to somebody."""

import itertools
import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from portal.catalogue.cel_checks import numbers_in, uses_of
from portal.catalogue.conditions import CelCondition, prepare
from portal.catalogue.faults import Sentence
from portal.catalogue.form_proofs import answers_in
from portal.catalogue.reading import Reading
from portal.domain.service import Eligibility, Field, ServiceDefinition
from portal.fields import FIELD_TYPES
from portal.fields.base import ValueKind

MOST_TRIES = 20_000
MOST_QUESTIONS, MOST_OUTCOMES = 20, 20
"""More would tire whoever answers, and keep a process busy for minutes with the tries below."""

DAY = date(2026, 3, 2)


def prove_eligibility(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes every rule that the questions before sign-in break."""
    eligibility = definition.eligibility
    if eligibility is None:
        return
    _prove_size(eligibility, reading)
    _prove_fields(eligibility, reading)
    _prove_outcomes(definition.slug, eligibility, reading)
    if not reading.faults:
        _prove_reachable(eligibility, reading)


def _prove_size(eligibility: Eligibility, reading: Reading) -> None:
    name = eligibility.fields[0].id if eligibility.fields else ""
    if (found := len(eligibility.fields)) > MOST_QUESTIONS:
        said = Sentence(
            "'eligibility' has at most %(most)s questions, here are %(found)s", most=MOST_QUESTIONS, found=found
        )
        reading.fault_at("eligibility", name, said)
    if (found := len(eligibility.outcomes)) > MOST_OUTCOMES:
        said = Sentence(
            "'eligibility' has at most %(most)s outcomes, here are %(found)s", most=MOST_OUTCOMES, found=found
        )
        reading.fault_at("eligibility", name, said)


def _prove_fields(eligibility: Eligibility, reading: Reading) -> None:
    asked: set[str] = set()
    for field in eligibility.fields:
        for answer in sorted(answers_in(field.when) | answers_in(field.required_if)):
            if answer not in asked:
                said = Sentence(
                    "the condition of '%(field)s' needs '%(answer)s', which is not asked before it",
                    field=field.id,
                    answer=answer,
                )
                reading.fault_at("eligibility", field.id, said)
        if field.id in asked:
            said = Sentence("two questions are called '%(id)s': give each its own id", id=field.id)
            reading.fault_at("eligibility", field.id, said)
        asked.add(field.id)


def _prove_outcomes(slug: str, eligibility: Eligibility, reading: Reading) -> None:
    seen: set[str] = set()
    for outcome in eligibility.outcomes:
        if outcome.id in seen:
            said = Sentence("two outcomes are called '%(id)s': give each its own id", id=outcome.id)
            reading.fault_at("outcome", outcome.id, said)
        seen.add(outcome.id)
        for way in outcome.instead:
            if way.service == slug:
                said = Sentence("a way to go instead leads to another service than this one")
                reading.fault_at("instead", way.service, said)


def _prove_reachable(eligibility: Eligibility, reading: Reading) -> None:
    """Answers around everything that the conditions speak of are tried, until each outcome has been told once."""
    missing = {outcome.id for outcome in eligibility.outcomes}
    for answers in _tries(eligibility):
        facts = prepare({"answers": answers, "today": DAY})
        missing.discard(eligibility.outcome(facts).id)
        if not missing:
            return
    for name in sorted(missing):
        said = Sentence("no answers lead to the outcome '%(name)s': an earlier one always comes first", name=name)
        reading.fault_at("outcome", name, said)


def _tries(eligibility: Eligibility) -> Iterator[dict[str, Any]]:
    rules = [outcome.when for outcome in eligibility.outcomes if isinstance(outcome.when, CelCondition)]
    used = {answer for rule in rules for answer in rule.answers}
    numbers = numbers_in(rule.expression for rule in rules)
    words = frozenset(word for rule in rules for word in uses_of(rule.expression).words)
    fields = [field for field in eligibility.fields if field.id in used]
    choices = [_values(field, numbers, words) for field in fields]
    names = [field.id for field in fields]
    if math.prod(map(len, choices)) > MOST_TRIES:
        # The first values are the telling ones: as many of each as fit together.
        most = max(2, math.floor(MOST_TRIES ** (1 / len(choices))))
        choices = [values[:most] for values in choices]
    for values in itertools.islice(itertools.product(*choices), MOST_TRIES):
        yield dict(zip(names, values, strict=True))


def _values(field: Field, numbers: Iterable[float], words: frozenset[str]) -> list[Any]:
    match FIELD_TYPES[field.type].kind:
        case ValueKind.NUMBER:
            around = [number + step for number in sorted(numbers) for step in (0, -1, 1)]
            return list(dict.fromkeys([*around, 0.0, 1_000_000.0, None]))
        case ValueKind.DATE | ValueKind.MONTH:
            return [*_days(numbers), None]
        case ValueKind.TRUTH:
            return [True, False, None]
        case ValueKind.LIST:
            options = _telling(field, words)
            return [[], *([option] for option in options), options]
        case ValueKind.CHOICE:
            return [*_telling(field, words), None]
        case _:
            return [*sorted(words), "a", None]


def _telling(field: Field, words: frozenset[str]) -> list[str]:
    options = [option.value for option in field.options]
    return [*(one for one in options if one in words), *[one for one in options if one not in words][:1]]


def _days(numbers: Iterable[float]) -> list[str]:
    """Days so many years, months and days before and after today, and the days next to them."""
    found = {DAY}
    for number in (int(number) for number in numbers if number <= 36_500):
        for sign in (-1, 1):
            found.add(DAY + timedelta(days=sign * number))
            months = DAY.year * 12 + DAY.month - 1
            for back in (number, number * 12):
                year, month = divmod(months + sign * back, 12)
                if 1900 <= year <= 2100:
                    found.add(date(year, month + 1, DAY.day))
    near = {day + timedelta(days=step) for day in found for step in (-1, 0, 1)}
    return [day.isoformat() for day in sorted(near)]
