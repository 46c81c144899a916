"""Proves that the conditions of a workflow can hold: an action that nobody could ever do is a mistake."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from portal.catalogue.acts import awaited, is_for
from portal.catalogue.cel_checks import Uses, uses_of
from portal.catalogue.conditions import CASE, IDENTITY, KINDS, RESULTS, CelCondition, CelRule, ValueKind, Variable
from portal.catalogue.faults import Sentence
from portal.catalogue.flow import place_of
from portal.catalogue.reading import Reading
from portal.domain.acts import Act
from portal.domain.flow import ActionRule, StateKind, UnitKind
from portal.domain.form import Field
from portal.domain.service import ServiceDefinition

MAX_TRIES = 300
CLOSED = frozenset({ValueKind.TRUTH, ValueKind.CHOICE})
"""The kinds of value of which every one is tried, so that what never held cannot hold."""

DAYS = (date(1950, 1, 1), date(2026, 2, 28), date(2040, 12, 31))

A_REFERENCE = "BRK-26-0000-0000-0"
"""What stands for the case that another repeats."""

Name = tuple[str, str]


def prove_conditions(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes every action whose condition cannot hold in a state it starts from, and what no workflow can see."""
    fields = {name: _variable(field) for name, field in definition.fields.items() if field.asks or field.value}
    for number, rule in enumerate(definition.actions):
        _prove_asked(rule.asks, f"action {number}", reading)
        if not isinstance(rule.when, CelCondition):
            continue
        if _reads_identity(rule.when):
            reading.fault_at("action.when", place_of(number), _not_kept(rule.action))
            continue
        for source in rule.sources:
            if _never_holds(rule.when, fields, case_values(definition, rule, source)):
                said = Sentence(
                    "'%(action)s' can never be done from '%(state)s': its condition cannot hold there%(why)s",
                    action=rule.action,
                    state=source,
                    why=_why(definition, rule.when, source),
                )
                reading.fault_at("action.when", place_of(number), said)
    for state in definition.states.values():
        for opinion in state.consultation.opinions if state.consultation else ():
            _prove_asked(opinion.asks, f"opinion {state.id}.{opinion.id}", reading)


def _prove_asked(asks: Iterable[Field], place: str, reading: Reading) -> None:
    for field in asks:
        if any(map(_reads_identity, (field.when, field.required_if, *field.limits.ruled.values()))):
            reading.fault_at(place, field.id, _not_kept(field.id))


def _reads_identity(rule: object) -> bool:
    return isinstance(rule, CelRule) and any(root == "identity" for root, _ in rule.references)


def _not_kept(name: str) -> Sentence:
    return Sentence("the condition of '%(name)s' cannot see 'identity', which is not kept with the case", name=name)


def reads_committee(rule: ActionRule) -> bool:
    """Whether an action depends on what the committee said."""
    return isinstance(rule.when, CelCondition) and ("case", "committee") in rule.when.references


def decides_unheard(definition: ServiceDefinition, rule: ActionRule, source: str) -> bool:
    """Whether an action could be done in a state before its committee's quorum has voted."""
    if not isinstance(rule.when, CelCondition):
        return True
    uses, names = uses_of(rule.when.expression), sorted(rule.when.references)
    fields = {name: _variable(field) for name, field in definition.fields.items() if field.asks or field.value}
    values: dict[Name, tuple[Any, ...]] = {
        ("case", name): of for name, of in case_values(definition, rule, source).items()
    }
    for root, name in names:
        if root == "answers":
            values[root, name] = _known((root, name), fields).samples(uses.words | uses.entries.get(name, frozenset()))
    values["case", "committee"] = (None,)
    return _holds_somewhere(rule.when, uses, names, {name: values[name] for name in names if name in values})


def unit_kinds(definition: ServiceDefinition) -> frozenset[UnitKind]:
    """The kinds of unit a case can be at: those that decide, and those it can be transferred to."""
    transferred = (kind for rule in definition.actions for kind in rule.transfers)
    return frozenset([*definition.authority.kinds, *transferred])


def obtains_by_hand(definition: ServiceDefinition) -> bool:
    """Whether some case waits for a document that an agent fetches from another administration."""
    return any(one.by_hand and not one.optional for one in definition.documents)


def has_all_documents(definition: ServiceDefinition, state: str) -> bool:
    """Whether nothing is missing from a file in a state: neither what it never had, nor what is to be replaced."""
    incomplete = definition.states[state].kind is StateKind.DEPOSITING
    return not incomplete and not is_for(awaited(definition), state, Act.REPLACEMENT)


def case_values(definition: ServiceDefinition, rule: ActionRule, source: str) -> Mapping[str, tuple[Any, ...]]:
    """What ``case`` can hold when this action is considered in a state."""
    state = definition.states[source]
    reopened = any(
        definition.states[name].kind is StateKind.DECIDED for one in definition.actions for name in one.sources
    )
    return {
        "state": (source,),
        "documents_complete": (has_all_documents(definition, source),),
        "obtained": (False, True) if obtains_by_hand(definition) else (True,),
        "opinions": _opinions(definition, rule, source),
        "committee": (None, "accepted", "rejected") if state.committee else (None,),
        "unit_kind": tuple(kind.value for kind in rule.at or sorted(unit_kinds(definition))),
        "reopened": (False, True) if reopened else (False,),
        "repeats": (None, A_REFERENCE),
    }


def _opinions(definition: ServiceDefinition, rule: ActionRule, source: str) -> tuple[str | None, ...]:
    consultation = definition.states[source].consultation
    if consultation is not None:
        joined = ("complete", "late") if consultation.term else ("complete",)
        return joined if rule.action == consultation.action else (None,)
    asked = [state.consultation for state in definition.states.values() if state.consultation]
    if not asked:
        return (None,)
    return (None, "complete", "late") if any(one.term for one in asked) else (None, "complete")


def _why(definition: ServiceDefinition, condition: CelCondition, source: str) -> str:
    """The end of a sentence that names what the condition waits for in vain; empty where nothing is known of it."""
    state, names = definition.states[source], {name for root, name in condition.references if root == "case"}
    if "committee" in names and state.committee is None:
        return Sentence(", for no committee sits in that state")
    if "documents_complete" in names and not has_all_documents(definition, source):
        return Sentence(", for documents are missing as long as a file is in that state")
    if "obtained" in names and not obtains_by_hand(definition):
        return Sentence(", for no document is from the administration without a platform: nothing is left to obtain")
    if "opinions" in names:
        return Sentence(": see when opinions are asked, and joined")
    return ""


def _variable(field: Field) -> Variable:
    kind = RESULTS[field.result] if field.result is not None else KINDS[field.type]
    return Variable(kind, tuple(field.labels), {one.id: _variable(one) for one in field.fields})


def _never_holds(
    condition: CelCondition, fields: Mapping[str, Variable], values: Mapping[str, tuple[Any, ...]]
) -> bool:
    uses = uses_of(condition.expression)
    names = sorted(condition.references)
    known = {name: _known(name, fields) for name in names}
    open_ended = "today" in uses.bare or any(
        root != "case" and known[root, name].kind not in CLOSED for root, name in names
    )
    answers = {name: known[name].samples(uses.words | uses.entries.get(name[1], frozenset())) for name in names}
    in_state = {name: values[name[1]] if name[0] == "case" else answers[name] for name in names}
    if math.prod(map(len, in_state.values())) * len(DAYS) > MAX_TRIES or _holds_somewhere(
        condition, uses, names, in_state
    ):
        return False
    # Where samples do not exhaust what an answer can be, only the state is to blame for what holds in another one.
    return not open_ended or _holds_somewhere(condition, uses, names, answers)


def _known(name: Name, fields: Mapping[str, Variable]) -> Variable:
    root, word = name
    found = {"case": CASE, "identity": IDENTITY, "answers": fields}[root]
    return found.get(word, Variable(ValueKind.TEXT))


def _holds_somewhere(
    condition: CelCondition, uses: Uses, names: Iterable[Name], values: Mapping[Name, tuple[Any, ...]]
) -> bool:
    days = DAYS if "today" in uses.bare else DAYS[:1]
    return any(condition(facts) for facts in itertools.islice(_facts(list(names), values, days), MAX_TRIES))


def _facts(
    names: list[Name], values: Mapping[Name, tuple[Any, ...]], days: tuple[date, ...]
) -> Iterator[dict[str, Any]]:
    for combined in itertools.product(*(values[name] for name in names)):
        for day in days:
            facts: dict[str, Any] = {"answers": {}, "identity": {}, "case": {}, "today": day}
            for (root, name), value in zip(names, combined, strict=True):
                facts[root][name] = value
            yield facts
