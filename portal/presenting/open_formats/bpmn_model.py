"""A workflow as the elements of BPMN 2.0: tasks, events, gateways and the flows between them.

A state is a task of whoever acts in it, its end an event; where several actions leave it a gateway follows. Opinions are a
subprocess with tasks in parallel, votes a task of several people, timers events on the edge of the task.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.domain.service import Consultation, Role, ServiceDefinition, State, StateKind, Term, Text
from portal.i18n import N_, languages, translate
from portal.presenting.workflow_graph import Move, moves
from portal.presenting.workflow_words import both, opinion_of, roles_words, term_words

START, COMPLETE = "start", "is_complete"


@dataclass
class Element:
    """One element. ``kind`` is its name in BPMN; those within a subprocess are its ``inner``."""

    id: str
    kind: str
    name: str = ""
    words: str = ""
    host: str = ""
    interrupts: bool = True
    term: Term | None = None
    message: bool = False
    owners: tuple[Role, ...] = ()
    votes: int = 0
    needed: str = ""
    inner: list["Element"] = field(default_factory=list)
    flows: list["Flow"] = field(default_factory=list)


@dataclass(frozen=True)
class Flow:
    """A sequence flow; ``condition`` is written in CEL."""

    id: str
    source: str
    target: str
    name: str = ""
    words: str = ""
    condition: str = ""


@dataclass
class Process:
    """Everything of one workflow; elements on the edge of another one name it as their host."""

    id: str
    name: str
    words: str
    elements: list[Element] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def join(self, source: str, target: str, name: str = "", words: str = "", condition: str = "") -> None:
        self.flows.append(Flow(f"flow_{len(self.flows) + 1}", source, target, name, words, condition))


def said(message: str) -> str:
    """A text of the portal's own in every language it offers, one a line."""
    return "\n".join(dict.fromkeys(translate(language, message) for language in languages()))


def lines(text: Text) -> str:
    """A text in all its languages, one a line."""
    return both(text, "\n")


def process_of(definition: ServiceDefinition) -> Process:
    """The process of a workflow."""
    name = f"Process_{definition.slug.replace('-', '_')}"
    process = Process(name, lines(definition.title), lines(definition.summary))
    _add_start(process, definition)
    found = moves(definition)
    for state in definition.states.values():
        own = [move for move in found if state.id in move.sources]
        if state.kind is StateKind.DECIDED:
            _add_end(process, state, own)
        elif state.consultation is not None:
            _add_consultation(process, state, state.consultation, own)
        else:
            _add_task(process, state, own)
    return process


def _entry(state: str) -> str:
    return f"state_{state}"


def _add_start(process: Process, definition: ServiceDefinition) -> None:
    process.elements.append(Element(START, "startEvent", said(N_("The file is handed in"))))
    if definition.depositing is None:
        process.join(START, _entry(definition.initial))
        return
    process.elements.append(Element(COMPLETE, "exclusiveGateway", said(N_("Is the file complete?"))))
    process.join(START, COMPLETE)
    process.join(COMPLETE, _entry(definition.initial), said(N_("Yes")))
    process.join(COMPLETE, _entry(definition.depositing), said(N_("No")))


def _explained(state: State) -> str:
    return lines(state.explanation) if state.explanation else ""


def _add_end(process: Process, state: State, own: Sequence[Move]) -> None:
    """A decision; where it can be taken up again, the case ends only if nobody does."""
    if not own:
        process.elements.append(Element(_entry(state.id), "endEvent", lines(state.label), _explained(state)))
        return
    choice, end = f"after_{state.id}", f"end_{state.id}"
    process.elements += [
        Element(_entry(state.id), "intermediateThrowEvent", lines(state.label), _explained(state)),
        Element(choice, "exclusiveGateway", said(N_("Is it taken up again?"))),
        Element(end, "endEvent", lines(state.label)),
    ]
    process.join(_entry(state.id), choice)
    process.join(choice, end, said(N_("No")))
    for move in own:
        _join_move(process, choice, move)


def _add_task(process: Process, state: State, own: Sequence[Move]) -> None:
    task = Element(_entry(state.id), "userTask", lines(state.label), _explained(state))
    by_hand = [move for move in own if move.timer is None]
    task.owners = tuple(dict.fromkeys(role for move in by_hand for role in move.rule.by))
    if state.committee is not None:
        task.votes = state.committee.quorum
        task.name += f"\n{lines(state.committee.title)}"
        task.owners = (Role.COMMITTEE, *task.owners)
    process.elements.append(task)
    if len(by_hand) == 1:
        _join_move(process, task.id, by_hand[0])
    elif by_hand:
        choice = f"choice_{state.id}"
        process.elements.append(Element(choice, "exclusiveGateway"))
        process.join(task.id, choice)
        for move in by_hand:
            _join_move(process, choice, move)
    _add_timers(process, state, own)


def _add_timers(process: Process, state: State, own: Sequence[Move]) -> None:
    for move in own:
        if move.timer is not None:
            event = f"timer_{state.id}_{move.timer.id}"
            words = _silence() if move.silent else _days(move.timer.term)
            process.elements.append(
                Element(event, "boundaryEvent", host=_entry(state.id), term=move.timer.term, words=words)
            )
            _join_move(process, event, move)
    for timer in state.timers:
        if timer.warns:
            event, warning = f"warning_{state.id}_{timer.id}", f"warn_{state.id}_{timer.id}"
            who = "\n".join(roles_words(timer.warns, one) for one in tuple(state.label))
            process.elements += [
                Element(
                    event,
                    "boundaryEvent",
                    host=_entry(state.id),
                    interrupts=False,
                    term=timer.term,
                    words=_days(timer.term),
                ),
                Element(warning, "sendTask", f"{said(N_('Warn'))}\n{who}"),
            ]
            process.join(event, warning, _days(timer.term))


def _add_consultation(process: Process, state: State, consultation: Consultation, own: Sequence[Move]) -> None:
    """A subprocess that ends when enough opinions have come; its term, and whatever ends it early, lie on its edge."""
    whole = Element(_entry(state.id), "subProcess", lines(state.label), _explained(state))
    every = consultation.needed >= len(consultation.opinions)
    start, fork, joint, end = (f"{name}_{state.id}" for name in ("asked", "fork", "joint", "joined"))
    whole.inner = [Element(start, "startEvent"), Element(fork, "parallelGateway")]
    joining = Element(joint, "parallelGateway" if every else "complexGateway")
    joining.needed = "" if every else f"{consultation.needed}/{len(consultation.opinions)}"
    ends = [(start, fork), (joint, end)]
    for opinion in consultation.opinions:
        asked = f"opinion_{state.id}_{opinion.id}"
        of = "\n".join(
            dict.fromkeys(opinion_of(opinion.unit, opinion.partner, language) for language in tuple(opinion.title))
        )
        owners = (Role.PARTNER,) if opinion.partner else (Role.AGENT, Role.CHIEF)
        whole.inner.append(Element(asked, "userTask", lines(opinion.title), of, owners=owners))
        ends += [(fork, asked), (asked, joint)]
    whole.inner += [joining, Element(end, "endEvent")]
    whole.flows = [Flow(f"{state.id}_flow_{number}", *pair) for number, pair in enumerate(ends)]
    process.elements.append(whole)
    for move in [move for move in own if move.joins]:
        _join_move(process, whole.id, move)
        if consultation.term is not None:
            late = f"late_{state.id}"
            process.elements.append(
                Element(late, "boundaryEvent", host=whole.id, term=consultation.term, words=_days(consultation.term))
            )
            process.join(late, _entry(move.target), _days(consultation.term))
    for move in [move for move in own if not move.joins and move.timer is None]:
        event = f"early_{state.id}_{move.name.replace('-', '_')}"
        process.elements.append(Element(event, "boundaryEvent", host=whole.id, message=True))
        _join_move(process, event, move)
    _add_timers(process, state, own)


def _silence() -> str:
    return said(N_("when the period is over and nobody has answered"))


def _days(term: Term) -> str:
    return "\n".join(dict.fromkeys(term_words(term, language) for language in languages()))


def _join_move(process: Process, source: str, move: Move) -> None:
    who = "\n".join(dict.fromkeys(roles_words(move.rule.by, language) for language in tuple(move.rule.label)))
    condition = str(getattr(move.rule.when, "expression", ""))
    process.join(source, _entry(move.target), lines(move.rule.label), who, condition)
