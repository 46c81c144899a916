"""Proves what the states of a workflow declare: timers that cannot loop, joins that can complete, committees that decide."""

from collections.abc import Iterable, Mapping

from portal.catalogue.flow import place_of
from portal.catalogue.flow_conditions import decides_unheard, reads_committee, unit_kinds
from portal.catalogue.proofs import repeated
from portal.catalogue.reading import IDENTIFIER, Reading, closest
from portal.domain.flow import ActionRule, Consultation, Count, Opinion, Result, Role, State, StateKind, Timer, UnitKind
from portal.domain.periods import DEPOSIT_DAYS
from portal.domain.rules import always
from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory

STAFF = (Role.CLERK, Role.AGENT, Role.CHIEF)
DECISIONS = (Result.GRANTED, Result.REFUSED)
ALL_DEPOSIT_DAYS = DEPOSIT_DAYS + 10
"""Days of the calendar after which the term to complete a file is over, even where its end falls among days off."""


def prove_states(definition: ServiceDefinition, reading: Reading, territory: Territory | None) -> None:
    """Notes every rule that the timers, consultations and committees of the states break."""
    for state in definition.states.values():
        _prove_timers(definition, state, reading)
        if state.consultation is not None:
            _prove_consultation(definition, state, state.consultation, reading, territory)
        if state.committee is not None:
            _prove_committee(definition, state, reading)
    _prove_no_loop(definition, reading)


def prove_unit_kinds(definition: ServiceDefinition, reading: Reading, territory: Territory | None) -> None:
    """Notes kinds of unit that a case can never be at, or that the province does not have."""
    possible = unit_kinds(definition)
    for number, rule in enumerate(definition.actions):
        place = place_of(number)
        for kind in rule.at:
            if kind not in possible:
                reading.fault_at(
                    "action.at",
                    place,
                    f"'{rule.action}' is for cases at a unit of kind {kind.value}, where none can be: "
                    f"add the kind to 'authority', or a transfer to it",
                )
        for kind in rule.transfers:
            if message := _missing_kind(kind, territory):
                reading.fault_at("action.transfer", place, f"'{rule.action}' cannot transfer a case: {message}")


def is_client_id(word: str) -> bool:
    """Whether a word could be the client id that a partner signs in with."""
    return IDENTIFIER.fullmatch(word.replace("-", "_")) is not None and word[-1].isalnum()


def started_by_the_system(definition: ServiceDefinition, state: State) -> Mapping[str, str]:
    """The actions that the system does from a state, each with what starts it."""
    started = {timer.action: f"the timer '{timer.id}'" for timer in state.timers if timer.action}
    if state.consultation is not None:
        started[state.consultation.action] = f"the opinions of '{state.id}'"
    return started


def _missing_kind(kind: UnitKind, territory: Territory | None) -> str | None:
    if territory is None or any(unit.kind is kind for unit in territory.units):
        return None
    return f"the province has no unit of kind {kind.value}"


def _prove_timers(definition: ServiceDefinition, state: State, reading: Reading) -> None:
    for name in repeated(timer.id for timer in state.timers):
        reading.fault_at("state.timers", state.id, f"two timers of '{state.id}' are called '{name}'")
    for timer in state.timers:
        place = f"{state.id}.{timer.id}"
        if state.kind is StateKind.DECIDED:
            reading.fault_at("timer", place, f"'{state.id}' is a decision: no timer runs once a case is closed")
            continue
        for message in _faults_of_timer(definition, state, timer):
            reading.fault_at("timer", place, message)


def _faults_of_timer(definition: ServiceDefinition, state: State, timer: Timer) -> Iterable[str]:
    who = (*STAFF, Role.COMMITTEE) if state.committee else STAFF
    for role in timer.warns:
        if role not in who:
            listed = ", ".join(one.value for one in who)
            yield f"the timer '{timer.id}' cannot warn the role {role.value}: it warns {listed}"
    if timer.action is not None:
        yield from _faults_of_system_action(definition, state, timer.action, f"the timer '{timer.id}'")
        if state.kind is StateKind.DEPOSITING and _too_soon(definition, state, timer):
            yield (
                f"the timer '{timer.id}' ends the case before the {DEPOSIT_DAYS} days are over in which the file can be "
                f"completed: {DEPOSIT_DAYS} days counted as legal at least, or {ALL_DEPOSIT_DAYS} of the calendar "
                "(law 55-19, art. 10)"
            )


def _too_soon(definition: ServiceDefinition, state: State, timer: Timer) -> bool:
    """Whether a timer would close an incomplete file that can still be completed."""
    rule = definition.rule(timer.action or "", state.id)
    closes = rule is not None and definition.states[rule.target].kind is StateKind.DECIDED
    return closes and timer.term.days < (DEPOSIT_DAYS if timer.term.count is Count.LEGAL else ALL_DEPOSIT_DAYS)


def _faults_of_system_action(definition: ServiceDefinition, state: State, action: str, what: str) -> Iterable[str]:
    rule = definition.rule(action, state.id)
    if rule is None:
        known = sorted({one.action for one in definition.actions if state.id in one.sources})
        yield f"{what} does '{action}', which is no action from '{state.id}'{closest(action, known)}"
    elif Role.SYSTEM not in rule.by:
        yield f"{what} does '{action}', which is not for the system: write system in its 'by'"


def _prove_no_loop(definition: ServiceDefinition, reading: Reading) -> None:
    """Time alone must not move a case in a circle: timers, and opinions that are joined without having come."""
    edges = {
        state.id: {rule.target for action in _driven_by_time(state) if (rule := definition.rule(action, state.id))}
        for state in definition.states.values()
    }
    for state in definition.states.values():
        if state.id in _reached_from(edges, state.id):
            kind = "state.timers" if state.timers else "state.opinions"
            reading.fault_at(
                kind,
                state.id,
                f"time alone would move a case from '{state.id}' back to '{state.id}', again and again: "
                f"let a person do one of the actions between",
            )


def _driven_by_time(state: State) -> Iterable[str]:
    yield from (timer.action for timer in state.timers if timer.action)
    if state.consultation is not None and state.consultation.term is not None:
        yield state.consultation.action


def _reached_from(edges: Mapping[str, set[str]], start: str) -> set[str]:
    found = set(edges[start])
    while more := set[str]().union(*(edges.get(name, set()) for name in found)) - found:
        found |= more
    return found


def _prove_consultation(
    definition: ServiceDefinition,
    state: State,
    consultation: Consultation,
    reading: Reading,
    territory: Territory | None,
) -> None:
    asked = len(consultation.opinions)
    if state.kind is not StateKind.RUNNING:
        reading.fault_at(
            "state.opinions", state.id, f"opinions are asked in a running state, '{state.id}' is {state.kind}"
        )
    if consultation.needed > asked:
        reading.fault_at(
            "opinions.needed",
            state.id,
            f"{consultation.needed} opinions are needed in '{state.id}', but only {asked} are asked: "
            "they could never be joined",
        )
    for name in repeated(opinion.id for opinion in consultation.opinions):
        reading.fault_at("state.opinions", state.id, f"two opinions of '{state.id}' are called '{name}'")
    for opinion in consultation.opinions:
        for message in _faults_of_opinion(opinion, territory):
            reading.fault_at("opinion", f"{state.id}.{opinion.id}", message)
    _prove_asked_everywhere(state, consultation, reading, territory)
    _prove_join(definition, state, consultation, reading)


def _faults_of_opinion(opinion: Opinion, territory: Territory | None) -> Iterable[str]:
    if opinion.partner is not None and not is_client_id(opinion.partner):
        yield f"'{opinion.partner}' cannot be the id of a partner: small letters a-z, digits, - and _"
    if opinion.unit is not None and (message := _missing_kind(opinion.unit, territory)):
        yield f"nobody could give the opinion '{opinion.id}': {message}"
    if not any(field.asks for field in opinion.asks):
        yield f"the opinion '{opinion.id}' needs 'asks': at least one question to answer"
    for name in repeated(field.id for field in opinion.asks):
        yield f"'{name}' is asked twice"


def _prove_asked_everywhere(
    state: State, consultation: Consultation, reading: Reading, territory: Territory | None
) -> None:
    """Not every kind of unit covers every place, and where none does nobody is asked: somebody must be, wherever it is."""
    if territory is None or any(opinion.partner for opinion in consultation.opinions):
        return
    kinds = [opinion.unit for opinion in consultation.opinions if opinion.unit is not None]
    missed = next((place for place in territory.places() if not territory.covering(kinds, place)), None)
    if kinds and missed is not None:
        reading.fault_at(
            "state.opinions",
            state.id,
            f"nobody would be asked for an opinion in {missed.name['fr']} ({missed.value}): no unit of these kinds covers it",
        )


def _prove_join(definition: ServiceDefinition, state: State, consultation: Consultation, reading: Reading) -> None:
    for message in _faults_of_system_action(definition, state, consultation.action, f"'then' of '{state.id}'"):
        reading.fault_at("opinions.then", state.id, message)
    rule = definition.rule(consultation.action, state.id)
    if rule is not None and rule.when is not always:
        reading.fault_at(
            "opinions.then",
            state.id,
            f"'{rule.action}' joins the opinions, so it cannot have a condition: "
            "where that does not hold the case would wait for ever",
        )
    if rule is not None and rule.at and (left_out := sorted(unit_kinds(definition) - set(rule.at))):
        reading.fault_at(
            "opinions.then",
            state.id,
            f"'{rule.action}' joins the opinions, so it must be for every kind of unit that a case can be at: "
            f"'at' leaves out {left_out[0].value}",
        )
    if consultation.term is None and not any(_staff_can_leave(one, state) for one in definition.actions):
        reading.fault_at(
            "state.opinions",
            state.id,
            f"if an opinion never comes, the case stays in '{state.id}' for ever: "
            "give 'within', or an action by which staff go on",
        )
    limit = definition.deadline
    if consultation.term is not None and limit.stated and consultation.term.days > limit.days:
        reading.fault_at(
            "opinions.within",
            state.id,
            f"the opinions may take {consultation.term.days} days, more than the {limit.days} of the whole deadline",
        )


def _staff_can_leave(rule: ActionRule, state: State) -> bool:
    return state.id in rule.sources and not rule.transfers and any(role in STAFF for role in rule.by)


def _prove_committee(definition: ServiceDefinition, state: State, reading: Reading) -> None:
    def fault(message: str) -> None:
        reading.fault_at("state.committee", state.id, message)

    if state.kind is not StateKind.RUNNING:
        fault(f"a committee sits in a running state, '{state.id}' is {state.kind.value}")
    leaving = [(number, rule) for number, rule in enumerate(definition.actions) if state.id in rule.sources]
    if not any(reads_committee(rule) and Role.CHIEF in rule.by for _, rule in leaving):
        fault(
            f"nothing follows from what the committee says in '{state.id}': "
            "a chief needs an action from it whose 'when' reads case.committee"
        )
    for number, rule in leaving:
        target = definition.states[rule.target]
        if target.outcome in DECISIONS and not reads_committee(rule):
            reading.fault_at(
                "action",
                place_of(number),
                f"'{rule.action}' decides in '{state.id}' whatever the committee said: "
                "its 'when' must read case.committee",
            )
        elif target.outcome in DECISIONS and decides_unheard(definition, rule, state.id):
            reading.fault_at(
                "action.when",
                place_of(number),
                f"'{rule.action}' could decide in '{state.id}' before the quorum has voted: its 'when' must not hold "
                "as long as case.committee is empty",
            )
