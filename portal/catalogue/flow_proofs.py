"""Proves a workflow sound: every state can be reached and left, by people who exist, as the law wants it."""

from collections.abc import Collection, Iterable, Iterator

from portal.catalogue.flow import place_of
from portal.catalogue.flow_conditions import prove_conditions
from portal.catalogue.flow_ends import prove_ends
from portal.catalogue.flow_states_proofs import DECISIONS, STAFF, prove_states, prove_unit_kinds, started_by_the_system
from portal.catalogue.proofs import repeated
from portal.catalogue.reading import Reading, closest
from portal.domain.flow import ActionRule, Result, Role, State, StateKind
from portal.domain.service import ServiceDefinition, Source
from portal.domain.territory import Territory
from portal.domain.workflow import REASONS, UNIT

PEOPLE = frozenset({Role.APPLICANT, *STAFF})
"""The people that policies.check_can_act lets act on a case."""

ACTORS = PEOPLE | {Role.SYSTEM}
STRANGERS = {Role.COMMITTEE: "a committee votes", Role.PARTNER: "a partner gives opinions"}
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
    _prove_issues(definition, reading)
    prove_unit_kinds(definition, reading, territory)
    prove_states(definition, reading, territory)
    prove_conditions(definition, reading)
    if connected:
        prove_ends(definition, reading)


def _prove_size(definition: ServiceDefinition, reading: Reading) -> bool:
    states, moves = len(definition.states), sum(len(rule.sources) for rule in definition.actions)
    if states > MOST_STATES:
        reading.fault_at("workflow", "states", f"a workflow has at most {MOST_STATES} states, this one has {states}")
    elif moves > MOST_MOVES:
        message = f"the actions of a workflow leave states at most {MOST_MOVES} times, these {moves} times"
        reading.fault_at("workflow", "states", message)
    return states <= MOST_STATES and moves <= MOST_MOVES


def _prove_starts(definition: ServiceDefinition, reading: Reading) -> bool:
    sound = True
    wanted = {"initial": (definition.initial, StateKind.RUNNING)}
    if definition.depositing is not None:
        wanted["depositing"] = (definition.depositing, StateKind.DEPOSITING)
    for key, (name, kind) in wanted.items():
        state = definition.states.get(name)
        if state is None:
            message = f"the state '{name}' does not exist{closest(name, definition.states)}"
        elif state.kind is not kind:
            message = f"'{key}' must be a state of kind {kind.value}, '{name}' is {state.kind.value}"
        else:
            continue
        sound = False
        reading.fault_at("workflow", key, message)
    asked = any(doc.source is Source.CITIZEN and not doc.optional for doc in definition.documents)
    if asked and definition.depositing is None:
        reading.fault_at(
            "workflow",
            "initial",
            "the service asks for documents: it needs 'depositing', for incomplete files (law 55-19, art. 10)",
        )
    return sound


def _prove_ends_of_actions(definition: ServiceDefinition, reading: Reading) -> bool:
    sound = True
    for number, rule in enumerate(definition.actions):
        for key, names in (("action.from", rule.sources), ("action.to", (rule.target,))):
            for name in names:
                if name not in definition.states:
                    sound = False
                    reading.fault_at(
                        key, place_of(number), f"the state '{name}' does not exist{closest(name, definition.states)}"
                    )
    _prove_written_once(definition, reading)
    return sound


def _prove_written_once(definition: ServiceDefinition, reading: Reading) -> None:
    written: set[tuple[str, str]] = set()
    for number, rule in enumerate(definition.actions):
        for source in rule.sources:
            if (rule.action, source) in written:
                reading.fault_at(
                    "action.from", place_of(number), f"the action '{rule.action}' from '{source}' is written twice"
                )
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
            reading.fault_at("state", name, f"no action leads to the state '{name}'")
        elif name not in ending:
            connected = False
            reading.fault_at(
                "state", name, f"no way leads from the state '{name}' to a decision: a case would be stuck"
            )
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


def _fault_of_actors(definition: ServiceDefinition, rule: ActionRule) -> str | None:
    strangers = [role for role in rule.by if role not in ACTORS]
    if not ACTORS.intersection(rule.by):
        return f"nobody could do '{rule.action}': {_listed(rule.by)} cannot act on a case"
    if strangers:
        instead = f": {STRANGERS[strangers[0]]}" if strangers[0] in STRANGERS else ""
        return f"{_listed(strangers)} cannot do '{rule.action}'{instead}"
    if Role.SYSTEM not in rule.by:
        return None
    for source in rule.sources:
        alone = not PEOPLE.intersection(rule.by)
        if alone and rule.action not in started_by_the_system(definition, definition.states[source]):
            return (
                f"'{rule.action}' is left to the system, but no timer of '{source}' does it and no opinions lead to it: "
                "it could never be done"
            )
    if asked := [field.id for field in rule.asks if field.required or field.required_if]:
        return f"'{rule.action}' asks for '{asked[0]}', which the system cannot say: do not require it"
    return None


def _listed(roles: Collection[Role]) -> str:
    return " and ".join(role.value for role in roles) or "nobody"


def _prove_effects(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    for number, rule in enumerate(definition.actions):
        for effect in rule.effects:
            if message := _fault_of_effect(definition, effect, platforms):
                reading.fault_at("action.effects", place_of(number), message)


def _fault_of_effect(definition: ServiceDefinition, effect: str, platforms: Collection[str] | None) -> str | None:
    name, _, what = effect.partition(".")
    if effect == "issue.receipt":
        return "the receipt is issued when the file is submitted: no action asks for it"
    if name == "issue" and what:
        known = definition.outputs
        return None if what in known else f"service.yaml has no output '{what}'{closest(what, known)}"
    if name == "dispatch" and what:
        if platforms is None or what in platforms:
            return None
        return f"the platform '{what}' is not in platforms/{closest(what, platforms)}"
    if effect in ("notify", "remind"):
        return None
    return f"'{effect}' is not an effect: use issue.<output>, notify, dispatch.<platform> or remind"


def _prove_issues(definition: ServiceDefinition, reading: Reading) -> None:
    for name, state in definition.states.items():
        if state.issues and state.issues not in definition.outputs:
            known = closest(state.issues, definition.outputs)
            reading.fault_at("state", name, f"service.yaml has no output '{state.issues}'{known}")


def _prove_lawful(definition: ServiceDefinition, reading: Reading) -> None:
    for number, rule in enumerate(definition.actions):
        place = place_of(number)
        for name in repeated(field.id for field in rule.asks):
            reading.fault_at("action.asks", place, f"'{name}' is asked twice")
        for field in rule.asks:
            if field.id == REASONS and field.type not in WORDS:
                reading.fault_at(f"action {number}", field.id, f"'{REASONS}' are words: a question of type {WORDS[0]}")
        for source in rule.sources:
            if message := _fault_of_move(definition, rule, source):
                reading.fault_at("action", place, message)
        if rule.transfers and (message := _fault_of_transfer(rule)):
            reading.fault_at("action.transfer", place, message)
    for name, state in definition.states.items():
        if state.kind in (StateKind.SUSPENDED, StateKind.DEPOSITING) and not _applicant_can_leave(definition, name):
            reading.fault_at(
                "state",
                name,
                f"the applicant cannot leave the state '{name}': she needs an action that resumes the file",
            )


def _applicant_can_leave(definition: ServiceDefinition, name: str) -> bool:
    return any(
        name in rule.sources and Role.APPLICANT in rule.by and definition.states[rule.target].kind is StateKind.RUNNING
        for rule in definition.actions
    )


def _fault_of_move(definition: ServiceDefinition, rule: ActionRule, source: str) -> str | None:
    before, after = definition.states[source], definition.states[rule.target]
    return next(iter(_faults_of_move(rule, before, after)), None)


def _faults_of_move(rule: ActionRule, before: State, after: State) -> Iterable[str]:
    asked = {field.id for field in rule.asks if field.required and not field.conditional}
    if before.kind is StateKind.DECIDED:
        yield from _faults_of_reopening(rule, before, after, asked)
    elif rule.within is not None:
        yield f"only an action that reopens a decision has 'within', '{before.id}' is {before.kind.value}"
    if rule.transfers:
        if after.kind is not before.kind:
            yield f"'{rule.action}' is a transfer: it cannot change a {before.kind.value} file into a {after.kind.value} one"
    elif after.kind is StateKind.DEPOSITING:
        yield f"'{rule.action}' cannot make a file incomplete again (law 55-19, art. 10)"
    if after.outcome is Result.REFUSED and REASONS not in asked:
        yield f"'{rule.action}' refuses, so it must ask for '{REASONS}' (law 55-19, art. 18)"
    if after.kind is StateKind.SUSPENDED and before.kind is not StateKind.SUSPENDED:
        yield from _faults_of_suspending(rule, before, asked)
    if before.kind is StateKind.DEPOSITING and after.outcome in DECISIONS:
        yield f"'{rule.action}' decides on a file that is not complete: nothing can be granted or refused before (art. 10)"
    # Law 09-08: a decision is never taken by a machine alone; nor can the person who asks take it.
    if after.outcome in DECISIONS and {Role.APPLICANT, Role.SYSTEM}.intersection(rule.by):
        yield f"'{rule.action}' decides: only the administration's people can do it"


def _faults_of_suspending(rule: ActionRule, before: State, asked: Collection[str]) -> Iterable[str]:
    if before.kind is not StateKind.RUNNING:
        yield f"only a running file can be suspended, '{before.id}' is {before.kind.value}"
    if not asked:
        yield f"'{rule.action}' suspends the clock, so it must ask what is wanted (law 55-19, art. 14)"


def _faults_of_reopening(rule: ActionRule, before: State, after: State, asked: Collection[str]) -> Iterable[str]:
    if rule.within is None:
        yield (
            f"'{before.id}' is a decision, where a case ends: no action can leave it, "
            "unless it reopens the case 'within' a time"
        )
    if after.kind is not StateKind.RUNNING:
        yield f"'{rule.action}' reopens the case, so it must lead to a running state, '{after.id}' is {after.kind.value}"
    if before.outcome is Result.REFUSED and REASONS not in asked:
        yield f"'{rule.action}' takes a refusal up again, so it must ask for '{REASONS}': why it is reopened"
    elif not rule.asks:
        yield f"'{rule.action}' reopens the case, so it must ask why"
    if Role.SYSTEM in rule.by:
        yield f"'{rule.action}' reopens the case: no machine can do it"
    if Role.APPLICANT in rule.by and before.outcome is Result.REFUSED:
        yield f"'{rule.action}' takes a refusal up again: the applicant appeals, only the administration reopens"


def _fault_of_transfer(rule: ActionRule) -> str | None:
    others = [role for role in rule.by if role not in STAFF]
    if others:
        return f"'{rule.action}' chooses a unit: {_listed(others)} cannot"
    if any(field.id == UNIT for field in rule.asks):
        return f"'{rule.action}' asks for '{UNIT}' by itself: do not write it"
    return None
