"""Which answers count: those to questions that apply, and what follows from them. The journey and the examples share it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.domain.service import GROUP, Facts, Field, ServiceDefinition
from portal.fields.computed import Computed

COMPUTED = Computed()


def answers_that_count(
    definition: ServiceDefinition,
    given: Mapping[str, Any],
    identity: Mapping[str, Any],
    today: date,
    populations: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The answers as conditions see them and as a case keeps them; ``populations`` are the territory's.

    What was once answered to a question that no longer applies counts as not answered, also inside a group, and every
    computed value follows from what is left. One pass is enough, since conditions and values look back only.
    """
    return counted(definition, given, identity, today, populations)[0]


def counted(
    definition: ServiceDefinition,
    given: Mapping[str, Any],
    identity: Mapping[str, Any],
    today: date,
    populations: Mapping[str, int] | None = None,
) -> tuple[dict[str, Any], PreparedFacts]:
    """The answers that count, and what conditions see of them."""
    answers = dict(given)
    known = {"identity": identity, "case": {}, "today": today, "populations": populations or {}}
    facts = _facts(answers, known)
    for page in definition.pages:
        shown = page.when(facts)
        for field in page.fields:
            value = _counting(field, answers.get(field.id), facts) if shown else None
            if value != answers.get(field.id):
                answers[field.id] = value
                facts = _facts(answers, known)
    return answers, facts


def _facts(answers: Mapping[str, Any], known: Mapping[str, Any]) -> PreparedFacts:
    # A copy, for facts that were prepared must not change.
    return prepare({"answers": dict(answers), **known})


def _counting(field: Field, value: Any, facts: Facts) -> Any:
    if field.conditional and not field.when(facts):
        return None
    if field.type == "computed":
        return COMPUTED.value_of(field, facts)
    if field.type == GROUP and isinstance(value, list):
        return [_entry(field.fields, entry, facts) for entry in value]
    return value


def _entry(fields: Iterable[Field], entry: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """One entry of a group, with all its questions."""
    return {field.id: _counting(field, entry.get(field.id), facts) for field in fields if field.type != "info"}
