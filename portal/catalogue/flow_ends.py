"""Proves that every case can end: whatever was answered, wherever it is, whatever others said of it.

Every way that a case can take is followed, once for each telling combination of answers. What a condition says of
answers that cannot be listed (a text, a date, a computed value) is taken to hold: only what surely goes wrong is noted.
"""

import functools
import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from portal.catalogue.acts import awaited, is_for
from portal.catalogue.cel_checks import numbers_in
from portal.catalogue.conditions import KINDS, CelCondition, ValueKind
from portal.catalogue.faults import Sentence
from portal.catalogue.flow_conditions import A_REFERENCE, obtains_by_hand
from portal.catalogue.flow_states_proofs import STAFF, started_by_the_system
from portal.catalogue.reading import Reading
from portal.domain.acts import Act
from portal.domain.flow import ActionRule, Result, Role, StateKind, UnitKind
from portal.domain.form import Field, Page
from portal.domain.service import ServiceDefinition
from portal.domain.voting import ACCEPTED, VERDICTS

MAX_WAYS = 400
"""Combinations of answers that are followed; where there are more, what conditions say of answers is taken to hold."""

PEOPLE = frozenset({Role.APPLICANT, *STAFF})

Answers = Mapping[str, Any]
Question = tuple[Field, Page]
"""A question and the page that it stands on."""


class Stand(NamedTuple):
    """Where a case stands: its state, its office, and what its workflow's conditions may ask of it."""

    state: str
    unit: UnitKind
    reopened: bool = False
    opinions: str | None = None
    committee: str | None = None
    obtained: bool = True
    repeats: str | None = None


class _Step(NamedTuple):
    rule: ActionRule | None
    to: Stand


def prove_ends(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes each state in which some case would be stuck, and each pause that some applicant could not end."""
    noted: set[str] = set()
    told = _telling_questions(definition)
    values = _values_of(definition, told)
    if math.prod(map(len, values)) > MAX_WAYS:
        told, values = {}, []
    for answers in _ways(definition, told, values):
        follower = _Follower(definition, answers, frozenset(told))
        for state, stand, message in follower.faults():
            if state not in noted:
                noted.add(state)
                reading.fault_at("state", state, _with_facts(message, _facts(definition, follower, stand)))


class _Follower:
    """Every way of the cases in which these answers were given."""

    def __init__(self, definition: ServiceDefinition, answers: Answers, told: frozenset[str]) -> None:
        self.definition, self.answers, self.told = definition, answers, told
        self.waiting = awaited(definition)
        self.steps: dict[Stand, list[_Step]] = {}
        starts = [name for name in (definition.initial, definition.depositing) if name is not None]
        # What is to be obtained matters only where some action waits for it.
        first = not (obtains_by_hand(definition) and any(map(_reads_obtained, definition.actions)))
        # So does that it was refused before.
        before = (None, A_REFERENCE) if any(map(_reads_repeats, definition.actions)) else (None,)
        waiting = [
            Stand(name, kind, obtained=first, repeats=refused)
            for name in starts
            for kind in definition.authority.kinds
            for refused in before
        ]
        while waiting:
            stand = waiting.pop()
            if stand not in self.steps:
                self.steps[stand] = list(self._steps(stand))
                waiting.extend(step.to for step in self.steps[stand])

    def faults(self) -> Iterator[tuple[str, Stand, Sentence]]:
        """The states that are wrong, with where a case would stand and what would become of it."""
        ending = self._ending()
        stuck = [stand for stand in self.steps if stand not in ending]
        # Where one leads to another the last is to blame, where they go round among themselves each is.
        last = [one for one in stuck if all(step.to.state == one.state for step in self._going_on(one))]
        for stand in last or stuck:
            said = Sentence(
                "a case could be stuck in the state '%(state)s', with no way that leads on to a decision",
                state=stand.state,
            )
            yield stand.state, stand, said
        for stand, steps in self.steps.items():
            paused = self._kind(stand) in (StateKind.SUSPENDED, StateKind.DEPOSITING)
            if paused and self._could_resume(stand) and not any(self._resumes(step) for step in steps):
                said = Sentence("the applicant could not leave the state '%(state)s'", state=stand.state)
                yield stand.state, stand, said

    def _could_resume(self, stand: Stand) -> bool:
        """Whether some action lets the applicant resume the file; where none does, that is noted elsewhere."""
        return not is_for(self.waiting, stand.state, Act.ORIGINALS) and any(
            stand.state in rule.sources
            and Role.APPLICANT in rule.by
            and self.definition.states[rule.target].kind is StateKind.RUNNING
            for rule in self.definition.actions
        )

    def _going_on(self, stand: Stand) -> Iterator[_Step]:
        """The ways on from there. That its applicant gives up, or is never answered, is no dealing with what she asks."""
        return (
            step
            for step in self.steps[stand]
            if step.rule is None or not (self._gives_up(step.rule) or step.rule.act is Act.SILENCE)
        )

    def _resumes(self, step: _Step) -> bool:
        by_her = step.rule is not None and Role.APPLICANT in step.rule.by
        return by_her and self._kind(step.to) is StateKind.RUNNING

    def _ending(self) -> set[Stand]:
        """From where a case can end."""
        found = {stand for stand in self.steps if self._kind(stand) is StateKind.DECIDED}
        leading: dict[Stand, list[Stand]] = {}
        for stand in self.steps:
            for step in self._going_on(stand):
                leading.setdefault(step.to, []).append(stand)
        waiting = list(found)
        while waiting:
            for stand in leading.get(waiting.pop(), ()):
                if stand not in found:
                    found.add(stand)
                    waiting.append(stand)
        return found

    def _gives_up(self, rule: ActionRule) -> bool:
        withdrawn = self.definition.states[rule.target].outcome is Result.WITHDRAWN
        return withdrawn and not any(role in STAFF or role is Role.SYSTEM for role in rule.by)

    def _kind(self, stand: Stand) -> StateKind:
        return self.definition.states[stand.state].kind

    def _steps(self, stand: Stand) -> Iterator[_Step]:
        state = self.definition.states[stand.state]
        started = started_by_the_system(self.definition, state)
        if state.committee is not None and stand.committee is None:
            yield from (_Step(None, stand._replace(committee=verdict)) for verdict in VERDICTS)
        if not stand.obtained:
            yield _Step(None, stand._replace(obtained=True))
        for rule in self.definition.actions:
            if stand.state not in rule.sources or (rule.at and stand.unit not in rule.at):
                continue
            joins = state.consultation is not None and rule.action == state.consultation.action
            if joins and Role.SYSTEM in rule.by:
                late = ("late",) if state.consultation is not None and state.consultation.term else ()
                for joined in ("complete", *late):
                    yield from self._moves(rule, stand._replace(opinions=joined))
            if PEOPLE.intersection(rule.by) or (Role.SYSTEM in rule.by and rule.action in started and not joins):
                yield from self._moves(rule, stand)

    def _moves(self, rule: ActionRule, stand: Stand) -> Iterator[_Step]:
        if not self._holds(rule, stand):
            return
        target = self.definition.states[rule.target]
        reopened = stand.reopened or self._kind(stand) is StateKind.DECIDED
        opinions = None if target.consultation is not None else stand.opinions
        for unit in rule.transfers or (stand.unit,):
            yield _Step(rule, Stand(rule.target, unit, reopened, opinions, None, stand.obtained, stand.repeats))

    def _holds(self, rule: ActionRule, stand: Stand) -> bool:
        """Whether an action can be done there, on some day."""
        if rule.act is Act.REPETITION and stand.repeats is None:
            return False
        if not isinstance(rule.when, CelCondition):
            return True
        if not rule.when.answers <= self.told:
            return True
        seen = {
            "state": stand.state,
            "documents_complete": not is_for(self.waiting, stand.state, Act.REPLACEMENT)
            and self._kind(stand) is not StateKind.DEPOSITING,
            "obtained": stand.obtained,
            "opinions": stand.opinions,
            "committee": stand.committee,
            "unit_kind": stand.unit.value,
            "reopened": stand.reopened,
            "repeats": stand.repeats,
        }
        # What looks at the day may hold on another one.
        dated = "today" in rule.when.expression
        return dated or rule.when({"answers": self.answers, "identity": {}, "case": seen, "today": None})


def _reads_obtained(rule: ActionRule) -> bool:
    return isinstance(rule.when, CelCondition) and ("case", "obtained") in rule.when.references


def _reads_repeats(rule: ActionRule) -> bool:
    reads = isinstance(rule.when, CelCondition) and ("case", "repeats") in rule.when.references
    return reads or rule.act is Act.REPETITION


def _with_facts(message: Sentence, facts: list[Sentence]) -> Sentence:
    if not facts:
        return message
    said = functools.reduce(lambda one, more: Sentence("%(fact)s and %(more)s", fact=one, more=more), facts)
    return Sentence("%(fault)s, when %(facts)s", fault=message, facts=said)


def _facts(definition: ServiceDefinition, follower: _Follower, stand: Stand) -> list[Sentence]:
    """The answers and the facts that matter there, in words."""
    rules = [one for one in definition.actions if stand.state in one.sources]
    names = {name for one in rules if isinstance(one.when, CelCondition) for name in one.when.references}
    said = [
        _fact(f"answers.{name}", follower.answers.get(name))
        for root, name in sorted(names)
        if root == "answers" and name in follower.told
    ]
    if len({one.unit for one in follower.steps}) > 1 and (
        any(one.at for one in rules) or ("case", "unit_kind") in names
    ):
        said.append(Sentence("the case is at a unit of kind %(kind)s", kind=stand.unit))
    if stand.committee is not None:
        accepted = stand.committee == ACCEPTED
        said.append(Sentence("the committee has accepted it" if accepted else "the committee has rejected it"))
    if ("case", "obtained") in names:
        said.append(_fact("case.obtained", stand.obtained))
    if ("case", "opinions") in names:
        said.append(_fact("case.opinions", stand.opinions, quoted=False))
    if ("case", "reopened") in names:
        said.append(_fact("case.reopened", stand.reopened))
    if ("case", "repeats") in names or any(one.act is Act.REPETITION for one in rules):
        said.append(_fact("case.repeats", stand.repeats))
    return said


def _fact(name: str, value: Any, *, quoted: bool = True) -> Sentence:
    """What a name holds, its value as a rule would write it."""
    match value:
        case None:
            return Sentence("%(name)s is empty", name=name)
        case bool():
            value = str(value).lower()
        case float():
            value = f"{value:g}"
        case _ if quoted:
            value = repr(value)
    return Sentence("%(name)s is %(value)s", name=name, value=value)


def _telling_questions(definition: ServiceDefinition) -> dict[str, Question]:
    """The questions that conditions of actions read, with those that these depend on; only such as can be listed."""
    asked = {field.id: (field, page) for page in definition.pages for field in page.fields}
    wanted = [
        name for rule in definition.actions if isinstance(rule.when, CelCondition) for name in sorted(rule.when.answers)
    ]
    found: dict[str, Question] = {}
    while wanted:
        name = wanted.pop()
        if name in asked and name not in found:
            found[name] = asked[name]
            wanted += [one for rule in _rules_of(*asked[name]) for one in sorted(rule.answers)]
    # A question that cannot be listed takes with it those that are asked by it.
    while unlisted := [name for name, (field, page) in found.items() if not _listed(field, page, found)]:
        for name in unlisted:
            del found[name]
    return found


def _rules_of(field: Field, page: Page) -> Iterator[CelCondition]:
    for rule in (page.when, field.when, field.required_if):
        if isinstance(rule, CelCondition):
            yield rule


def _listed(field: Field, page: Page, known: Collection[str]) -> bool:
    if KINDS.get(field.type) not in (ValueKind.TRUTH, ValueKind.CHOICE, ValueKind.NUMBER) or not field.asks:
        return False
    rules = list(_rules_of(field, page))
    dated = any("today" in rule.expression or ("identity", "level") in rule.references for rule in rules)
    return not dated and not field.limits.ruled and all(rule.answers <= set(known) for rule in rules)


def _values_of(definition: ServiceDefinition, told: Mapping[str, Question]) -> list[tuple[Any, ...]]:
    """The answers to each of these questions that can make a difference."""
    rules = [rule.when.expression for rule in definition.actions if isinstance(rule.when, CelCondition)]
    rules += [rule.expression for field, page in told.values() for rule in _rules_of(field, page)]
    numbers = numbers_in(rules)
    return [tuple(_values(field, numbers)) for field, _ in told.values()]


def _ways(
    definition: ServiceDefinition, told: Mapping[str, Question], values: Iterable[tuple[Any, ...]]
) -> Iterator[Answers]:
    """Every combination of answers that the form lets somebody give."""
    for combined in itertools.product(*values):
        answers = dict(zip(told, combined, strict=True))
        if _can_be(definition, told, answers):
            yield answers


def _values(field: Field, numbers: Iterable[float]) -> Iterator[Any]:
    """The answers to a question that can make a difference, none among them."""
    yield None
    match KINDS[field.type]:
        case ValueKind.TRUTH:
            yield from (True, False)
        case ValueKind.CHOICE:
            yield from field.labels
        case _:
            least, most = field.limits.minimum, field.limits.maximum
            near = {Decimal(str(one)) + step for one in numbers for step in (-1, 0, 1)}
            for number in sorted(near | {one for one in (least, most) if one is not None} or {Decimal(1)}):
                if (least is None or number >= least) and (most is None or number <= most):
                    yield float(number)


def _can_be(definition: ServiceDefinition, told: Mapping[str, Question], answers: Answers) -> bool:
    """Whether the form would take these answers."""
    facts = {"answers": answers, "identity": {}, "case": {}, "today": None}
    for name, (field, page) in told.items():
        needed = field.required if field.required_if is None else field.required_if(facts)
        if page.when(facts) and field.when(facts):
            if needed and answers[name] is None:
                return False
        elif answers[name] is not None:
            return False
    return all(
        rule.holds(facts)
        for page in definition.pages
        for rule in page.rules
        if isinstance(rule.holds, CelCondition)
        and rule.holds.answers <= set(told)
        and "today" not in rule.holds.expression
    )
