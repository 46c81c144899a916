"""Proves a workflow sound: every state can be reached and left, by people who exist, as the law wants it."""

import functools
from collections.abc import Collection, Iterable, Iterator

from portal.catalogue.act_proofs import prove_acts, prove_duties
from portal.catalogue.faults import Sentence
from portal.catalogue.flow import place_of
from portal.catalogue.flow_conditions import prove_conditions
from portal.catalogue.flow_ends import prove_ends
from portal.catalogue.flow_states_proofs import DECISIONS, STAFF, prove_states, prove_unit_kinds, started_by_the_system
from portal.catalogue.proofs import repeated
from portal.catalogue.reading import Reading, closest
from portal.domain.acts import Act
from portal.domain.flow import ActionRule, Role, State, StateKind
from portal.domain.issued import RECEIPT
from portal.domain.service import ServiceDefinition, Source
from portal.domain.territory import Territory
from portal.domain.workflow import REASONS, UNIT

PEOPLE = frozenset({Role.APPLICANT, *STAFF})
"""The people that policies.check_can_act lets act on a case."""

ACTORS = PEOPLE | {Role.SYSTEM}
STRANGERS = {Role.COMMITTEE: Sentence("a committee votes"), Role.PARTNER: Sentence("a partner gives opinions")}
"""What those do who never do an action."""

WORDS = ("long_text", "short_text")
"""The types of question whose answers are a person's own words."""


MOST_STATES, MOST_MOVES = 40, 120
"""How large a workflow may be: four times the largest we know, and what can still be drawn and proved in a second or two.

Anybody may ask for the picture of a published one.
"""


def prove_flow(
    definition: ServiceDefinition,
    reading: Reading,
    platforms: Collection[str] | None,
    territory: Territory | None = None,
) -> None:
    """Notes every rule the workflow breaks; ``platforms`` are the ones the province is connected to, None for any.

    Without a ``territory`` nothing is proved about the units that exist.
    """
    if not _prove_size(definition, reading):
        return
    if not _prove_starts(definition, reading) or not _prove_ends_of_actions(definition, reading):
        return  # Without known states, what follows would only repeat the same faults in other words.
    _prove_actors(definition, reading)
    connected = _prove_reachable(definition, reading)
    _prove_effects(definition, reading, platforms)
    _prove_lawful(definition, reading)
    prove_acts(definition, reading)
    prove_duties(definition, reading)
    _prove_issues(definition, reading)
    prove_unit_kinds(definition, reading, territory)
    prove_states(definition, reading, territory)
    prove_conditions(definition, reading)
    if connected:
        prove_ends(definition, reading)


def _prove_size(definition: ServiceDefinition, reading: Reading) -> bool:
    states, moves = len(definition.states), sum(len(rule.sources) for rule in definition.actions)
    if states > MOST_STATES:
        said = Sentence(
            "a workflow has at most %(most)s states, this one has %(states)s", most=MOST_STATES, states=states
        )
        reading.fault_at("workflow", "states", said)
    elif moves > MOST_MOVES:
        said = Sentence(
            "the actions of a workflow leave states at most %(most)s times, these %(moves)s times",
            most=MOST_MOVES,
            moves=moves,
        )
        reading.fault_at("workflow", "states", said)
    return states <= MOST_STATES and moves <= MOST_MOVES


def _prove_starts(definition: ServiceDefinition, reading: Reading) -> bool:
    sound = True
    wanted = {"initial": (definition.initial, StateKind.RUNNING)}
    if definition.depositing is not None:
        wanted["depositing"] = (definition.depositing, StateKind.DEPOSITING)
    for key, (name, kind) in wanted.items():
        state = definition.states.get(name)
        if state is None:
            said = _no_state(name, definition)
        elif state.kind is not kind:
            said = Sentence(
                "'%(key)s' must be a state of kind %(kind)s, '%(state)s' is %(found)s",
                key=key,
                kind=kind,
                state=name,
                found=state.kind,
            )
        else:
            continue
        sound = False
        reading.fault_at("workflow", key, said)
    asked = any(doc.source is Source.CITIZEN and not doc.optional for doc in definition.documents)
    if asked and definition.depositing is None:
        said = Sentence(
            "the service asks for documents: it needs 'depositing', for incomplete files (law 55-19, art. 10)"
        )
        reading.fault_at("workflow", "initial", said)
    return sound


def _no_state(name: str, definition: ServiceDefinition) -> Sentence:
    return Sentence("the state '%(state)s' does not exist%(meant)s", state=name, meant=closest(name, definition.states))


def _prove_ends_of_actions(definition: ServiceDefinition, reading: Reading) -> bool:
    sound = True
    for number, rule in enumerate(definition.actions):
        for key, names in (("action.from", rule.sources), ("action.to", (rule.target,))):
            for name in names:
                if name not in definition.states:
                    sound = False
                    reading.fault_at(key, place_of(number), _no_state(name, definition))
    _prove_written_once(definition, reading)
    return sound


def _prove_written_once(definition: ServiceDefinition, reading: Reading) -> None:
    written: set[tuple[str, str]] = set()
    for number, rule in enumerate(definition.actions):
        for source in rule.sources:
            if (rule.action, source) in written:
                said = Sentence(
                    "the action '%(action)s' from '%(state)s' is written twice", action=rule.action, state=source
                )
                reading.fault_at("action.from", place_of(number), said)
            written.add((rule.action, source))


def _prove_reachable(definition: ServiceDefinition, reading: Reading) -> bool:
    """Only what somebody can really do leads anywhere: an action without an actor moves no case."""
    connected = True
    starts = {definition.initial} | ({definition.depositing} if definition.depositing else set())
    moves = list(_moves(definition))
    reached = _closure(starts, moves)
    ends = {name for name, state in definition.states.items() if state.kind is StateKind.DECIDED}
    ending = _closure(ends, [(target, source) for source, target in moves])
    for name in definition.states:
        if name not in reached:
            connected = False
            reading.fault_at("state", name, Sentence("no action leads to the state '%(state)s'", state=name))
        elif name not in ending:
            connected = False
            said = Sentence("no way leads from the state '%(state)s' to a decision: a case would be stuck", state=name)
            reading.fault_at("state", name, said)
    return connected


def _moves(definition: ServiceDefinition) -> Iterator[tuple[str, str]]:
    """From where to where a case can really go."""
    for rule in definition.actions:
        for source in rule.sources:
            started = started_by_the_system(definition, definition.states[source])
            if PEOPLE.intersection(rule.by) or (Role.SYSTEM in rule.by and rule.action in started):
                yield source, rule.target


def _closure(starts: Collection[str | None], edges: list[tuple[str, str]]) -> set[str | None]:
    found = set(starts)
    while more := {target for source, target in edges if source in found} - found:
        found |= more
    return found


def _prove_actors(definition: ServiceDefinition, reading: Reading) -> None:
    for number, rule in enumerate(definition.actions):
        if message := _fault_of_actors(definition, rule):
            reading.fault_at("action.by", place_of(number), message)


def _fault_of_actors(definition: ServiceDefinition, rule: ActionRule) -> Sentence | None:
    strangers = [role for role in rule.by if role not in ACTORS]
    if not ACTORS.intersection(rule.by):
        return Sentence(
            "nobody could do '%(action)s': %(roles)s cannot act on a case", action=rule.action, roles=_listed(rule.by)
        )
    if strangers and (instead := STRANGERS.get(strangers[0])):
        return Sentence(
            "%(roles)s cannot do '%(action)s': %(instead)s",
            roles=_listed(strangers),
            action=rule.action,
            instead=instead,
        )
    if strangers:
        return Sentence("%(roles)s cannot do '%(action)s'", roles=_listed(strangers), action=rule.action)
    if Role.SYSTEM not in rule.by:
        return None
    for source in rule.sources:
        alone = not PEOPLE.intersection(rule.by)
        if alone and rule.action not in started_by_the_system(definition, definition.states[source]):
            return Sentence(
                "'%(action)s' is left to the system, but no timer of '%(state)s' does it and no opinions lead to it: "
                "it could never be done",
                action=rule.action,
                state=source,
            )
    if asked := [field.id for field in rule.asks if field.required or field.required_if]:
        return Sentence(
            "'%(action)s' asks for '%(name)s', which the system cannot say: do not require it",
            action=rule.action,
            name=asked[0],
        )
    return None


def _listed(roles: Collection[Role]) -> str:
    """The roles in words, at least one."""
    names = [role.value for role in roles]
    return functools.reduce(lambda one, other: Sentence("%(role)s and %(other)s", role=one, other=other), names)


def _prove_effects(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    for number, rule in enumerate(definition.actions):
        for effect in rule.effects:
            if message := _fault_of_effect(definition, effect, platforms):
                reading.fault_at("action.effects", place_of(number), message)


def _fault_of_effect(definition: ServiceDefinition, effect: str, platforms: Collection[str] | None) -> Sentence | None:
    name, _, what = effect.partition(".")
    if effect == f"issue.{RECEIPT}":
        return Sentence("the receipt is issued when the file is submitted: no action asks for it")
    if name == "issue" and definition.is_standard(what):
        return Sentence("the portal issues '%(name)s' by itself: no action asks for it", name=what)
    if name == "issue" and what:
        return None if what in definition.outputs else _no_output(what, definition)
    if name == "dispatch" and what:
        if platforms is None or what in platforms:
            return None
        meant = closest(what, platforms)
        return Sentence("the platform '%(name)s' is not in platforms/%(meant)s", name=what, meant=meant)
    if effect in ("notify", "remind"):
        return None
    return Sentence(
        "'%(effect)s' is not an effect: use issue.<output>, notify, dispatch.<platform> or remind", effect=effect
    )


def _no_output(name: str, definition: ServiceDefinition) -> Sentence:
    meant = closest(name, definition.outputs)
    return Sentence("service.yaml has no output '%(name)s'%(meant)s", name=name, meant=meant)


def _prove_issues(definition: ServiceDefinition, reading: Reading) -> None:
    for name, state in definition.states.items():
        if state.issues and state.issues not in definition.outputs:
            reading.fault_at("state", name, _no_output(state.issues, definition))


def _prove_lawful(definition: ServiceDefinition, reading: Reading) -> None:
    for number, rule in enumerate(definition.actions):
        place = place_of(number)
        for name in repeated(field.id for field in rule.asks):
            reading.fault_at("action.asks", place, Sentence("'%(name)s' is asked twice", name=name))
        for field in rule.asks:
            if field.id == REASONS and field.type not in WORDS:
                said = Sentence("'%(name)s' are words: a question of type %(type)s", name=REASONS, type=WORDS[0])
                reading.fault_at(f"action {number}", field.id, said)
        for source in rule.sources:
            if message := _fault_of_move(definition, rule, source):
                reading.fault_at("action", place, message)
        if rule.transfers and (message := _fault_of_transfer(rule)):
            reading.fault_at("action.transfer", place, message)


def _fault_of_move(definition: ServiceDefinition, rule: ActionRule, source: str) -> Sentence | None:
    before, after = definition.states[source], definition.states[rule.target]
    return next(iter(_faults_of_move(rule, before, after)), None)


def _faults_of_move(rule: ActionRule, before: State, after: State) -> Iterable[Sentence]:
    asked = {field.id for field in rule.asks if field.required and not field.conditional}
    if before.kind is StateKind.DECIDED:
        yield from _faults_of_reopening(rule, before, after, asked)
    elif rule.within is not None:
        yield Sentence(
            "only an action that reopens a decision has 'within', '%(state)s' is %(kind)s",
            state=before.id,
            kind=before.kind,
        )
    if rule.transfers:
        if after.kind is not before.kind:
            yield Sentence(
                "'%(action)s' is a transfer: it cannot change a %(before)s file into a %(after)s one",
                action=rule.action,
                before=before.kind,
                after=after.kind,
            )
    elif after.kind is StateKind.DEPOSITING:
        yield Sentence("'%(action)s' cannot make a file incomplete again (law 55-19, art. 10)", action=rule.action)
    if after.refuses and REASONS not in asked and rule.act is not Act.REPETITION:
        yield Sentence(
            "'%(action)s' refuses, so it must ask for '%(name)s' (law 55-19, art. 18)", action=rule.action, name=REASONS
        )
    if after.kind is StateKind.SUSPENDED and before.kind is not StateKind.SUSPENDED:
        yield from _faults_of_suspending(rule, before, asked)
    if before.kind is StateKind.DEPOSITING and after.outcome in DECISIONS:
        yield Sentence(
            "'%(action)s' decides on a file that is not complete: nothing can be granted or refused before (art. 10)",
            action=rule.action,
        )
    # Law 09-08: a decision is never taken by a machine alone; nor can the person who asks take it. Silence is none: it is
    # the law that grants.
    if (
        after.outcome in DECISIONS
        and {Role.APPLICANT, Role.SYSTEM}.intersection(rule.by)
        and rule.act is not Act.SILENCE
    ):
        yield Sentence("'%(action)s' decides: only the administration's people can do it", action=rule.action)


def _faults_of_suspending(rule: ActionRule, before: State, asked: Collection[str]) -> Iterable[Sentence]:
    if before.kind is not StateKind.RUNNING:
        yield Sentence(
            "only a running file can be suspended, '%(state)s' is %(kind)s", state=before.id, kind=before.kind
        )
    if not asked:
        yield Sentence(
            "'%(action)s' suspends the clock, so it must ask what is wanted (law 55-19, art. 14)", action=rule.action
        )


def _faults_of_reopening(rule: ActionRule, before: State, after: State, asked: Collection[str]) -> Iterable[Sentence]:
    if rule.within is None:
        yield Sentence(
            "'%(state)s' is a decision, where a case ends: no action can leave it, "
            "unless it reopens the case 'within' a time",
            state=before.id,
        )
    if after.kind is not StateKind.RUNNING:
        yield Sentence(
            "'%(action)s' reopens the case, so it must lead to a running state, '%(state)s' is %(kind)s",
            action=rule.action,
            state=after.id,
            kind=after.kind,
        )
    if before.refuses and REASONS not in asked:
        yield Sentence(
            "'%(action)s' takes a refusal up again, so it must ask for '%(name)s': why it is reopened",
            action=rule.action,
            name=REASONS,
        )
    elif not rule.asks:
        yield Sentence("'%(action)s' reopens the case, so it must ask why", action=rule.action)
    if Role.SYSTEM in rule.by:
        yield Sentence("'%(action)s' reopens the case: no machine can do it", action=rule.action)
    if Role.APPLICANT in rule.by and before.refuses:
        yield Sentence(
            "'%(action)s' takes a refusal up again: the applicant appeals, only the administration reopens",
            action=rule.action,
        )


def _fault_of_transfer(rule: ActionRule) -> Sentence | None:
    others = [role for role in rule.by if role not in STAFF]
    if others:
        return Sentence("'%(action)s' chooses a unit: %(roles)s cannot", action=rule.action, roles=_listed(others))
    if any(field.id == UNIT for field in rule.asks):
        return Sentence("'%(action)s' asks for '%(name)s' by itself: do not write it", action=rule.action, name=UNIT)
    return None
