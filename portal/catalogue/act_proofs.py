"""Proves the acts of law in a workflow: between which states, by whom, and which of them a service must have."""

from collections.abc import Iterable

from portal.catalogue.acts import GROUND, STANDARD, TYPES, Awaited, awaited, is_for
from portal.catalogue.faults import Sentence
from portal.catalogue.flow import place_of
from portal.catalogue.flow_states_proofs import BY_TIME, STAFF
from portal.catalogue.period_proofs import fault_of_period
from portal.catalogue.reading import Reading
from portal.domain.acts import REQUESTS, RULES, Act
from portal.domain.flow import ActionRule, Result, Role, State, StateKind
from portal.domain.lawful import DOCUMENTS, legal_act
from portal.domain.periods import LAWS
from portal.domain.rules import always
from portal.domain.service import ServiceDefinition, Silence, Source

TOLD = (Act.REPLACEMENT, Act.ORIGINALS, Act.EXTENSION, Act.RETURN, Act.SILENCE)
"""The acts of which the applicant is told, so that she knows what is asked of her, and the new date."""

ON_DOCUMENTS = (Act.REPLACEMENT, Act.ORIGINALS)
PICKED = ("choice", "select")
"""The types of question that have one answer out of a list."""

A_RUNNING_STATE = Sentence("a running state")
A_SUSPENDED_STATE = Sentence("a suspended state")
FROM = {
    **dict.fromkeys((*REQUESTS, Act.EXTENSION, Act.SILENCE, Act.REPETITION), A_RUNNING_STATE),
    Act.RETURN: Sentence("an incomplete file, or one whose documents are being replaced,"),
}
TO = {
    **dict.fromkeys(REQUESTS, A_SUSPENDED_STATE),
    Act.EXTENSION: Sentence("the same state"),
    Act.RETURN: Sentence("a decision with the outcome returned"),
    Act.SILENCE: Sentence("a decision with the outcome granted"),
    Act.REPETITION: Sentence("a decision that grants nothing"),
}


def prove_acts(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes every rule of law that the actions of a workflow break, and each act that it lacks."""
    waiting = awaited(definition)
    for number, rule in enumerate(definition.actions):
        _prove_action(definition, rule, number, waiting, reading)
        if rule.period is not None and (message := _fault_of_period(definition, rule)):
            reading.fault_at("action.period", place_of(number), message)
    for name, acts in waiting.items():
        _prove_waiting(definition, name, acts, reading)
    _prove_resumed(definition, waiting, reading)


def prove_duties(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes what the law wants of every service and this workflow lacks."""
    for number, rule in enumerate(definition.actions):
        if message := _fault_of_ground(definition, rule):
            reading.fault_at("action", place_of(number), message)
    _prove_returned(definition, awaited(definition), reading)
    _prove_granted_by_silence(definition, reading)
    _prove_extended(definition, reading)


def _prove_action(
    definition: ServiceDefinition, rule: ActionRule, number: int, waiting: Awaited, reading: Reading
) -> None:
    place = place_of(number)
    for source in rule.sources:
        act = legal_act(definition, source, rule)
        if act is None:
            continue
        if message := _fault_of_states(definition, rule, act, definition.states[source], waiting):
            reading.fault_at("action.act" if rule.act else "action", place, message)
        if message := _fault_of_roles(rule, act):
            reading.fault_at("action.by", place, message)
    if rule.act is None:
        return
    for message in (*_faults_of_act(definition, rule, rule.act), *_faults_of_asking(definition, rule, rule.act)):
        reading.fault_at("action.act", place, message)
    for field in rule.asks:
        types = TYPES.get(field.id, ()) if field.id in STANDARD.get(rule.act, ()) else ()
        if types and field.type not in types:
            said = Sentence(
                "'%(name)s' is what an act of law asks: a question of type %(type)s", name=field.id, type=types[0]
            )
            reading.fault_at(f"action {number}", field.id, said)


def _fault_of_states(
    definition: ServiceDefinition, rule: ActionRule, act: Act, before: State, waiting: Awaited
) -> Sentence | None:
    """Why an act cannot lead from where it does to where it does."""
    after = definition.states[rule.target]
    match act:
        case Act.EXTENSION:
            sound = before.kind is StateKind.RUNNING and after is before
        case Act.RETURN:
            replacing = is_for(waiting, before.id, Act.REPLACEMENT)
            sound = (before.kind is StateKind.DEPOSITING or replacing) and after.outcome is Result.RETURNED
        case Act.SILENCE:
            sound = before.kind is StateKind.RUNNING and after.outcome is Result.GRANTED
        case Act.REPETITION:
            decided = after.kind is StateKind.DECIDED and after.outcome is not Result.GRANTED
            sound = before.kind is StateKind.RUNNING and decided
        case _:
            sound = before.kind is StateKind.RUNNING and after.kind is StateKind.SUSPENDED
    if sound:
        return None
    return Sentence(
        "'%(action)s' has 'act: %(act)s', which leads from %(from)s to %(to)s: not from '%(source)s' to '%(target)s'",
        action=rule.action,
        act=act,
        source=before.id,
        target=after.id,
        **{"from": FROM[act], "to": TO[act]},
    )


def _fault_of_roles(rule: ActionRule, act: Act) -> Sentence | None:
    """Why those who may do an action cannot do that act."""
    if act in BY_TIME:
        if set(rule.by) == {Role.SYSTEM}:
            return None
        return Sentence(
            "'%(action)s' has 'act: %(act)s', which nobody does: it comes of itself on the day that the law says. "
            "Write 'by: [system]'",
            action=rule.action,
            act=act,
        )
    others = [role for role in rule.by if role not in STAFF]
    if not others:
        return None
    return Sentence(
        "'%(action)s' is an act of the administration (%(act)s): the role %(role)s cannot do it",
        action=rule.action,
        act=act,
        role=others[0],
    )


def _faults_of_act(definition: ServiceDefinition, rule: ActionRule, act: Act) -> Iterable[Sentence]:
    if rule.transfers:
        yield Sentence("'%(action)s' is an act of law: it cannot transfer the case as well", action=rule.action)
    if act in BY_TIME:
        yield from _faults_of_time(definition, rule, act)
    if act in TOLD and "notify" not in rule.effects:
        yield Sentence(
            "the applicant must be told of '%(action)s' (%(act)s): its 'effects' need notify",
            action=rule.action,
            act=act,
        )
    if act is Act.RETURN and not any(effect.startswith("issue.") for effect in rule.effects):
        yield Sentence(
            "'%(action)s' returns a file, so it must issue a document that says so: its 'effects' need issue.<output>",
            action=rule.action,
        )
    if act is Act.EXTENSION and definition.deadline.extension is None:
        yield Sentence(
            "'%(action)s' extends the period, but the service is not listed for that: "
            "write 'extension' under 'deadline' (law 55-19, art. 17)",
            action=rule.action,
        )
    if act is Act.SILENCE and definition.deadline.silence is not Silence.APPROVAL:
        yield Sentence(
            "'%(action)s' grants what nobody answered, but 'silence' of the deadline is not approval "
            "(law 55-19, art. 19)",
            action=rule.action,
        )


def _faults_of_asking(definition: ServiceDefinition, rule: ActionRule, act: Act) -> Iterable[Sentence]:
    """What is wrong with the questions that the law wants asked, where the service writes them itself."""
    brought = {one.id for one in definition.documents if one.source is Source.CITIZEN}
    if act in ON_DOCUMENTS and not brought:
        yield Sentence(
            "'%(action)s' (%(act)s) is about documents that citizens bring, and this service asks for none",
            action=rule.action,
            act=act,
        )
    asked = {field.id for field in rule.asks if field.required and field.required_if is None and not field.conditional}
    for name in STANDARD.get(act, ()):
        if name not in asked:
            yield Sentence(
                "'%(action)s' must always ask for '%(name)s': the law wants it (%(act)s)",
                action=rule.action,
                name=name,
                act=act,
            )
    offered = {one.value for field in rule.asks if field.id == DOCUMENTS for one in field.options}
    for name in sorted(offered - brought) if act in ON_DOCUMENTS and brought else ():
        yield Sentence(
            "'%(action)s' offers '%(name)s', which is no document that citizens bring", action=rule.action, name=name
        )


def _faults_of_time(definition: ServiceDefinition, rule: ActionRule, act: Act) -> Iterable[Sentence]:
    """What comes of itself comes always, and on no other day."""
    if rule.when is not always or rule.at:
        yield Sentence(
            "'%(action)s' comes of itself (%(act)s), so it can have neither 'when' nor 'at': "
            "where these do not hold the case would wait for ever",
            action=rule.action,
            act=act,
        )
    for source in rule.sources:
        state = definition.states[source]
        timed = any(timer.action == rule.action for timer in state.timers)
        if timed or (state.consultation is not None and state.consultation.action == rule.action):
            yield Sentence(
                "'%(action)s' comes of itself on the day that the law says (%(act)s): "
                "neither a timer nor opinions of '%(state)s' can bring it about",
                action=rule.action,
                act=act,
                state=source,
            )


def _fault_of_period(definition: ServiceDefinition, rule: ActionRule) -> Sentence | None:
    """Why an action cannot give a file another period."""
    kinds = {definition.states[name].kind for name in (*rule.sources, rule.target)}
    if kinds != {StateKind.RUNNING}:
        return Sentence(
            "'%(action)s' has 'period', so it must lead from a running state to a running one", action=rule.action
        )
    if rule.act is not None or rule.transfers:
        return Sentence(
            "'%(action)s' has 'period', so it can be neither an act of law nor a transfer", action=rule.action
        )
    if Role.APPLICANT in rule.by:
        return Sentence("'%(action)s' changes the period: the applicant cannot do it", action=rule.action)
    period = rule.period
    return fault_of_period(period.law, period.days) if period is not None else None


def _fault_of_ground(definition: ServiceDefinition, rule: ActionRule) -> Sentence | None:
    """Why a refusal does not say on which of the service's grounds it rests (law 55-19, art. 18)."""
    if not definition.states[rule.target].refuses or rule.act is Act.REPETITION:
        return None
    asked = next((field for field in rule.asks if field.id == GROUND), None)
    always_asked = asked is not None and asked.required and asked.required_if is None and not asked.conditional
    if asked is not None and always_asked and asked.type in PICKED:
        return None
    return Sentence(
        "'%(action)s' refuses, so it must always ask for '%(name)s', a question of type %(type)s with the grounds on "
        "which this service refuses (law 55-19, art. 18)",
        action=rule.action,
        name=GROUND,
        type=PICKED[0],
    )


def _prove_waiting(definition: ServiceDefinition, name: str, acts: frozenset[Act], reading: Reading) -> None:
    """What a file waits for in a suspended state must be one thing, and come in the way that belongs to it."""
    if len(acts) > 1:
        said = Sentence(
            "a file waits in '%(state)s' for different things (%(acts)s): give each its own state",
            state=name,
            acts=", ".join(sorted(acts)),
        )
        reading.fault_at("state", name, said)
        return
    for number, rule in enumerate(definition.actions):
        kind = definition.states[rule.target].kind
        if name in rule.sources and kind is StateKind.SUSPENDED and acts == {Act.REPLACEMENT}:
            said = Sentence(
                "'%(action)s' cannot move a file whose documents are being replaced: it stays until they have come",
                action=rule.action,
            )
            reading.fault_at("action", place_of(number), said)
        if name not in rule.sources or kind is not StateKind.RUNNING:
            continue
        if acts == {Act.REPLACEMENT} and rule.asks:
            said = Sentence(
                "'%(action)s' brings the documents that were asked for anew: it cannot ask for anything else",
                action=rule.action,
            )
            reading.fault_at("action.asks", place_of(number), said)
        if acts == {Act.ORIGINALS} and not {Role.CLERK, Role.AGENT} >= set(rule.by):
            said = Sentence(
                "'%(action)s' says that the originals were seen: only the roles clerk and agent can do it",
                action=rule.action,
            )
            reading.fault_at("action.by", place_of(number), said)


def _prove_resumed(definition: ServiceDefinition, waiting: Awaited, reading: Reading) -> None:
    """Whoever is awaited can end the pause: the applicant, or the counter that sees the originals she shows."""
    for name, state in definition.states.items():
        if state.kind not in (StateKind.SUSPENDED, StateKind.DEPOSITING):
            continue
        if is_for(waiting, name, Act.ORIGINALS):
            if not _can_resume(definition, name, Role.CLERK, Role.AGENT):
                said = Sentence(
                    "nobody can say in the state '%(state)s' that the originals were seen: the clerk or the agent "
                    "needs an action that resumes the file",
                    state=name,
                )
                reading.fault_at("state", name, said)
        elif not _can_resume(definition, name, Role.APPLICANT):
            said = Sentence(
                "the applicant cannot leave the state '%(state)s': she needs an action that resumes the file",
                state=name,
            )
            reading.fault_at("state", name, said)


def _can_resume(definition: ServiceDefinition, name: str, *roles: Role) -> bool:
    return any(
        name in rule.sources
        and set(roles).intersection(rule.by)
        and definition.states[rule.target].kind is StateKind.RUNNING
        for rule in definition.actions
    )


def _prove_returned(definition: ServiceDefinition, waiting: Awaited, reading: Reading) -> None:
    """Under law 55-19 a file does not wait for its documents for ever."""
    law = LAWS.get(definition.deadline.law)
    if law is None or not law.simplification:
        return
    for name, state in definition.states.items():
        if state.kind is not StateKind.DEPOSITING and not is_for(waiting, name, Act.REPLACEMENT):
            continue
        if not _has(definition, Act.RETURN, name):
            said = Sentence(
                "in '%(state)s' documents are awaited for 30 days, then the file is returned (law 55-19, art. %(article)s): "
                "write an action from it with 'act: return' and 'by: [system]'",
                state=name,
                article=RULES[Act.RETURN].article.partition("/")[2],
            )
            reading.fault_at("state", name, said)


def _prove_granted_by_silence(definition: ServiceDefinition, reading: Reading) -> None:
    if definition.deadline.silence is not Silence.APPROVAL:
        return
    for name, state in definition.states.items():
        if state.kind is StateKind.RUNNING and not _has(definition, Act.SILENCE, name):
            said = Sentence(
                "silence is approval here, so a file in '%(state)s' is granted once its period is over "
                "(law 55-19, art. %(article)s): write an action from it with 'act: silence' and 'by: [system]'",
                state=name,
                article=RULES[Act.SILENCE].article.partition("/")[2],
            )
            reading.fault_at("state", name, said)


def _prove_extended(definition: ServiceDefinition, reading: Reading) -> None:
    if definition.deadline.extension is None or any(rule.act is Act.EXTENSION for rule in definition.actions):
        return
    said = Sentence("the period can be extended, but no action does it: write one with 'act: extension'")
    reading.fault_at("deadline", "extension", said)


def _has(definition: ServiceDefinition, act: Act, state: str) -> bool:
    return any(rule.act is act and state in rule.sources for rule in definition.actions)
