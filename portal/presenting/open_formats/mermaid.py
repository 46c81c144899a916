"""A workflow as Mermaid text (mermaid.js.org, stateDiagram-v2), for wikis and notes."""

import re

from portal.domain.service import ServiceDefinition, StateKind
from portal.presenting.workflow_graph import moves, starts
from portal.presenting.workflow_picture import who_words
from portal.presenting.workflow_words import both

SIGNS = re.compile(r"[:;\"#<>%\n]")


def state_diagram(definition: ServiceDefinition) -> str:
    """The diagram in both languages; a service without a workflow gives nothing."""
    if not definition.states:
        return ""
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{_safe(both(state.label))}" as {state.id}' for state in definition.states.values()]
    lines += [f"    [*] --> {state.id}" for state in starts(definition)]
    for move in moves(definition):
        languages = tuple(move.rule.label)
        who = [who_words(move, one) for one in languages]
        said = f"{both(move.rule.label)} ({' / '.join(dict.fromkeys(who))})"
        lines += [f"    {source} --> {move.target} : {_safe(said)}" for source in move.sources]
    left = {source for move in moves(definition) for source in move.sources}
    lines += [
        f"    {state.id} --> [*]"
        for state in definition.states.values()
        if state.kind is StateKind.DECIDED and state.id not in left
    ]
    return "\n".join(lines) + "\n"


def _safe(words: str) -> str:
    """The words with every sign that Mermaid would read as its own written by its number."""
    return SIGNS.sub(lambda sign: f"#{ord(sign[0])};", words)
