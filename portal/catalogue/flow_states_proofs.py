"""Proves what the states of a workflow declare: timers that cannot loop, joins that can complete, committees that decide."""

from collections.abc import Iterable, Mapping

from portal.catalogue.faults import Sentence
from portal.catalogue.flow import place_of
from portal.catalogue.flow_conditions import decides_unheard, reads_committee, unit_kinds
from portal.catalogue.proofs import repeated
from portal.catalogue.reading import IDENTIFIER, Reading, closest
from portal.domain.acts import Act
from portal.domain.flow import ActionRule, Consultation, Count, Opinion, Result, Role, State, StateKind, Timer, UnitKind
from portal.domain.periods import DEPOSIT_DAYS
from portal.domain.rules import always
from portal.domain.service import ServiceDefinition
from portal.domain.territory import Territory

STAFF = (Role.CLERK, Role.AGENT, Role.CHIEF)
BY_TIME = (Act.RETURN, Act.SILENCE)
"""The acts that nobody does: they come of themselves, on the day that the law says."""

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
                said = Sentence(
                    "'%(action)s' is for cases at a unit of kind %(kind)s, where none can be: "
                    "add the kind to 'authority', or a transfer to it",
                    action=rule.action,
                    kind=kind,
                )
                reading.fault_at("action.at", place, said)
        for kind in rule.transfers:
            if why := _missing_kind(kind, territory):
                said = Sentence("'%(action)s' cannot transfer a case: %(why)s", action=rule.action, why=why)
                reading.fault_at("action.transfer", place, said)


def is_client_id(word: str) -> bool:
    """Whether a word could be the client id that a partner signs in with."""
    return IDENTIFIER.fullmatch(word.replace("-", "_")) is not None and word[-1].isalnum()


def started_by_the_system(definition: ServiceDefinition, state: State) -> frozenset[str]:
    """The actions that the system does from a state."""
    timed = [timer.action for timer in state.timers if timer.action]
    joined = [state.consultation.action] if state.consultation is not None else []
    of_law = [rule.action for rule in definition.actions if rule.act in BY_TIME and state.id in rule.sources]
    return frozenset([*timed, *joined, *of_law])


def _missing_kind(kind: UnitKind, territory: Territory | None) -> Sentence | None:
    if territory is None or any(unit.kind is kind for unit in territory.units):
        return None
    return Sentence("the province has no unit of kind %(kind)s", kind=kind)


def _prove_timers(definition: ServiceDefinition, state: State, reading: Reading) -> None:
    for name in repeated(timer.id for timer in state.timers):
        said = Sentence("two timers of '%(state)s' are called '%(name)s'", state=state.id, name=name)
        reading.fault_at("state.timers", state.id, said)
    for timer in state.timers:
        place = f"{state.id}.{timer.id}"
        if state.kind is StateKind.DECIDED:
            said = Sentence("'%(state)s' is a decision: no timer runs once a case is closed", state=state.id)
            reading.fault_at("timer", place, said)
            continue
        for message in _faults_of_timer(definition, state, timer):
            reading.fault_at("timer", place, message)


def _faults_of_timer(definition: ServiceDefinition, state: State, timer: Timer) -> Iterable[Sentence]:
    who = (*STAFF, Role.COMMITTEE) if state.committee else STAFF
    for role in timer.warns:
        if role not in who:
            yield Sentence(
                "the timer '%(timer)s' cannot warn the role %(role)s: it warns %(roles)s",
                timer=timer.id,
                role=role,
                roles=", ".join(one.value for one in who),
            )
    if timer.action is not None:
        what = Sentence("the timer '%(timer)s'", timer=timer.id)
        yield from _faults_of_system_action(definition, state, timer.action, what)
        if state.kind is StateKind.DEPOSITING and _too_soon(definition, state, timer):
            yield Sentence(
                "the timer '%(timer)s' ends the case before the %(days)s days are over in which the file can be "
                "completed: %(days)s days counted as legal at least, or %(all)s of the calendar (law 55-19, art. 10)",
                timer=timer.id,
                days=DEPOSIT_DAYS,
                all=ALL_DEPOSIT_DAYS,
            )


def _too_soon(definition: ServiceDefinition, state: State, timer: Timer) -> bool:
    """Whether a timer would close an incomplete file that can still be completed."""
    rule = definition.rule(timer.action or "", state.id)
    closes = rule is not None and definition.states[rule.target].kind is StateKind.DECIDED
    return closes and timer.term.days < (DEPOSIT_DAYS if timer.term.count is Count.LEGAL else ALL_DEPOSIT_DAYS)


def _faults_of_system_action(
    definition: ServiceDefinition, state: State, action: str, what: Sentence
) -> Iterable[Sentence]:
    rule = definition.rule(action, state.id)
    if rule is None:
        known = sorted({one.action for one in definition.actions if state.id in one.sources})
        yield Sentence(
            "%(what)s does '%(action)s', which is no action from '%(state)s'%(meant)s",
            what=what,
            action=action,
            state=state.id,
            meant=closest(action, known),
        )
    elif Role.SYSTEM not in rule.by:
        yield Sentence(
            "%(what)s does '%(action)s', which is not for the system: write system in its 'by'",
            what=what,
            action=action,
        )


def _prove_no_loop(definition: ServiceDefinition, reading: Reading) -> None:
    """Time alone must not move a case in a circle: timers, and opinions that are joined without having come."""
    edges = {
        state.id: {rule.target for action in _driven_by_time(state) if (rule := definition.rule(action, state.id))}
        for state in definition.states.values()
    }
    for state in definition.states.values():
        if state.id in _reached_from(edges, state.id):
            kind = "state.timers" if state.timers else "state.opinions"
            said = Sentence(
                "time alone would move a case from '%(state)s' back to '%(state)s', again and again: "
                "let a person do one of the actions between",
                state=state.id,
            )
            reading.fault_at(kind, state.id, said)


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
        said = Sentence(
            "opinions are asked in a running state, '%(state)s' is %(kind)s", state=state.id, kind=state.kind
        )
        reading.fault_at("state.opinions", state.id, said)
    if consultation.needed > asked:
        said = Sentence(
            "%(needed)s opinions are needed in '%(state)s', but only %(asked)s are asked: they could never be joined",
            needed=consultation.needed,
            state=state.id,
            asked=asked,
        )
        reading.fault_at("opinions.needed", state.id, said)
    for name in repeated(opinion.id for opinion in consultation.opinions):
        said = Sentence("two opinions of '%(state)s' are called '%(name)s'", state=state.id, name=name)
        reading.fault_at("state.opinions", state.id, said)
    for opinion in consultation.opinions:
        for message in _faults_of_opinion(opinion, territory):
            reading.fault_at("opinion", f"{state.id}.{opinion.id}", message)
    _prove_asked_everywhere(state, consultation, reading, territory)
    _prove_join(definition, state, consultation, reading)


def _faults_of_opinion(opinion: Opinion, territory: Territory | None) -> Iterable[Sentence]:
    if opinion.partner is not None and not is_client_id(opinion.partner):
        yield Sentence(
            "'%(name)s' cannot be the id of a partner: small letters a-z, digits, - and _", name=opinion.partner
        )
    if opinion.unit is not None and (why := _missing_kind(opinion.unit, territory)):
        yield Sentence("nobody could give the opinion '%(opinion)s': %(why)s", opinion=opinion.id, why=why)
    if not any(field.asks for field in opinion.asks):
        yield Sentence("the opinion '%(opinion)s' needs 'asks': at least one question to answer", opinion=opinion.id)
    for name in repeated(field.id for field in opinion.asks):
        yield Sentence("'%(name)s' is asked twice", name=name)


def _prove_asked_everywhere(
    state: State, consultation: Consultation, reading: Reading, territory: Territory | None
) -> None:
    """Not every kind of unit covers every place, and where none does nobody is asked: somebody must be, wherever it is."""
    if territory is None or any(opinion.partner for opinion in consultation.opinions):
        return
    kinds = [opinion.unit for opinion in consultation.opinions if opinion.unit is not None]
    missed = next((place for place in territory.places() if not territory.covering(kinds, place)), None)
    if kinds and missed is not None:
        said = Sentence(
            "nobody would be asked for an opinion in %(name)s (%(place)s): no unit of these kinds covers it",
            name=missed.name,
            place=missed.value,
        )
        reading.fault_at("state.opinions", state.id, said)


def _prove_join(definition: ServiceDefinition, state: State, consultation: Consultation, reading: Reading) -> None:
    what = Sentence("'then' of '%(state)s'", state=state.id)
    for message in _faults_of_system_action(definition, state, consultation.action, what):
        reading.fault_at("opinions.then", state.id, message)
    rule = definition.rule(consultation.action, state.id)
    for message in _faults_of_joining(definition, rule) if rule is not None else ():
        reading.fault_at("opinions.then", state.id, message)
    if consultation.term is None and not any(_staff_can_leave(one, state) for one in definition.actions):
        said = Sentence(
            "if an opinion never comes, the case stays in '%(state)s' for ever: "
            "give 'within', or an action by which staff go on",
            state=state.id,
        )
        reading.fault_at("state.opinions", state.id, said)
    limit = definition.deadline
    if consultation.term is not None and limit.stated and consultation.term.days > limit.days:
        said = Sentence(
            "the opinions may take %(days)s days, more than the %(most)s of the whole deadline",
            days=consultation.term.days,
            most=limit.days,
        )
        reading.fault_at("opinions.within", state.id, said)


def _faults_of_joining(definition: ServiceDefinition, rule: ActionRule) -> Iterable[Sentence]:
    if rule.when is not always:
        yield Sentence(
            "'%(action)s' joins the opinions, so it cannot have a condition: "
            "where that does not hold the case would wait for ever",
            action=rule.action,
        )
    if rule.at and (left_out := sorted(unit_kinds(definition) - set(rule.at))):
        yield Sentence(
            "'%(action)s' joins the opinions, so it must be for every kind of unit that a case can be at: "
            "'at' leaves out %(kind)s",
            action=rule.action,
            kind=left_out[0],
        )


def _staff_can_leave(rule: ActionRule, state: State) -> bool:
    return state.id in rule.sources and not rule.transfers and any(role in STAFF for role in rule.by)


def _prove_committee(definition: ServiceDefinition, state: State, reading: Reading) -> None:
    if state.kind is not StateKind.RUNNING:
        said = Sentence("a committee sits in a running state, '%(state)s' is %(kind)s", state=state.id, kind=state.kind)
        reading.fault_at("state.committee", state.id, said)
    leaving = [(number, rule) for number, rule in enumerate(definition.actions) if state.id in rule.sources]
    if not any(reads_committee(rule) and Role.CHIEF in rule.by for _, rule in leaving):
        said = Sentence(
            "nothing follows from what the committee says in '%(state)s': "
            "a chief needs an action from it whose 'when' reads case.committee",
            state=state.id,
        )
        reading.fault_at("state.committee", state.id, said)
    for number, rule in leaving:
        if definition.states[rule.target].outcome in DECISIONS:
            _prove_heard(definition, state, rule, place_of(number), reading)


def _prove_heard(definition: ServiceDefinition, state: State, rule: ActionRule, place: str, reading: Reading) -> None:
    """A decision follows what the committee said, once it has said it."""
    if not reads_committee(rule):
        said = Sentence(
            "'%(action)s' decides in '%(state)s' whatever the committee said: its 'when' must read case.committee",
            action=rule.action,
            state=state.id,
        )
        reading.fault_at("action", place, said)
    elif decides_unheard(definition, rule, state.id):
        said = Sentence(
            "'%(action)s' could decide in '%(state)s' before the quorum has voted: its 'when' must not hold "
            "as long as case.committee is empty",
            action=rule.action,
            state=state.id,
        )
        reading.fault_at("action.when", place, said)
