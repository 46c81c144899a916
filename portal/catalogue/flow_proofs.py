"""Proves a workflow sound: every state can be reached and left, by people who exist, as the law wants it."""

from collections.abc import Collection

from portal.catalogue.flow import place_of
from portal.catalogue.proofs import repeated
from portal.catalogue.reading import Reading, closest
from portal.domain.service import ActionRule, Result, Role, ServiceDefinition, Source, StateKind
from portal.domain.workflow import REASONS

ACTORS = frozenset({Role.APPLICANT, Role.CLERK, Role.AGENT, Role.CHIEF, Role.SYSTEM})
"""The roles that policies.check_can_act lets act on a case."""


def prove_flow(definition: ServiceDefinition, reading: Reading, platforms: Collection[str] | None) -> None:
    """Notes every rule the workflow breaks; ``platforms`` are the ones the province is connected to, None for any."""
    if not _prove_starts(definition, reading) or not _prove_ends_of_actions(definition, reading):
        return  # Without known states, what follows would only repeat the same faults in other words.
    _prove_reachable(definition, reading)
    _prove_actors(definition, reading)
    _prove_effects(definition, reading, platforms)
    _prove_lawful(definition, reading)
    _prove_issues(definition, reading)


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
    pairs = [f"{rule.action} from {source}" for rule in definition.actions for source in rule.sources]
    for pair in repeated(pairs):
        reading.fault_at("workflow", "states", f"the action {pair} is written twice")
    return sound


def _prove_reachable(definition: ServiceDefinition, reading: Reading) -> None:
    starts = {definition.initial} | ({definition.depositing} if definition.depositing else set())
    forward = [(source, rule.target) for rule in definition.actions for source in rule.sources]
    reached = _closure(starts, forward)
    ends = {name for name, state in definition.states.items() if state.kind is StateKind.DECIDED}
    ending = _closure(ends, [(target, source) for source, target in forward])
    for name in definition.states:
        if name not in reached:
            reading.fault_at("state", name, f"no action leads to the state '{name}'")
        elif name not in ending:
            reading.fault_at(
                "state", name, f"no way leads from the state '{name}' to a decision: a case would be stuck"
            )


def _closure(starts: Collection[str | None], edges: list[tuple[str, str]]) -> set[str | None]:
    found = set(starts)
    while more := {target for source, target in edges if source in found} - found:
        found |= more
    return found


def _prove_actors(definition: ServiceDefinition, reading: Reading) -> None:
    for number, rule in enumerate(definition.actions):
        if not ACTORS.intersection(rule.by):
            reading.fault_at(
                "action.by",
                place_of(number),
                f"nobody could do '{rule.action}': {_listed(rule.by)} cannot act on a case",
            )


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
        for source in rule.sources:
            if message := _fault_of_move(definition, rule, source):
                reading.fault_at("action", place, message)
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
    asked = {field.id for field in rule.asks if field.required}
    if before.kind is StateKind.DECIDED:
        return f"'{source}' is a decision, where a case ends: no action can leave it"
    if after.kind is StateKind.DEPOSITING:
        return f"'{rule.action}' cannot make a file incomplete again (law 55-19, art. 10)"
    if after.outcome is Result.REFUSED and REASONS not in asked:
        return f"'{rule.action}' refuses, so it must ask for '{REASONS}' (law 55-19, art. 18)"
    if after.kind is StateKind.SUSPENDED and before.kind is not StateKind.SUSPENDED:
        if before.kind is not StateKind.RUNNING:
            return f"only a running file can be suspended, '{source}' is {before.kind.value}"
        if not asked:
            return f"'{rule.action}' suspends the clock, so it must ask what is wanted (law 55-19, art. 14)"
    decides = after.outcome in (Result.GRANTED, Result.REFUSED)
    # Law 09-08: a decision is never taken by a machine alone; nor can the person who asks take it.
    if decides and {Role.APPLICANT, Role.SYSTEM}.intersection(rule.by):
        return f"'{rule.action}' decides: only the administration's people can do it"
    return None
