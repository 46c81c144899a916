"""Reads workflow.yaml: the states of a case and who may move it."""

from dataclasses import dataclass

from portal.catalogue.conditions import Declared
from portal.catalogue.form import read_field
from portal.catalogue.reading import Section
from portal.catalogue.sheet import read_condition
from portal.domain.service import ActionRule, Result, Role, State, StateKind

FILE = "workflow.yaml"


@dataclass(frozen=True)
class Flow:
    """What workflow.yaml says."""

    initial: str
    depositing: str | None
    states: dict[str, State]
    actions: tuple[ActionRule, ...]


def read_flow(section: Section, declared: Declared) -> Flow:
    """The workflow, as far as it can be read; what is wrong with it is noted in the section's reading."""
    flow = Flow(
        initial=section.string("initial"),
        depositing=section.string("depositing", "") or None,
        states={name: _state(name, row) for name, row in section.named_sections("states", "state")},
        actions=tuple(
            _action(row, declared, number) for number, row in enumerate(section.sections("actions", "an action"))
        ),
    )
    for key in ("initial", "depositing", "states"):
        section.reading.remember("workflow", key, section, key)
    section.close()
    return flow


def place_of(number: int) -> str:
    """The name under which the place of the n-th action is remembered: several actions may share their name."""
    return str(number)


def _state(name: str, section: Section) -> State:
    state = State(
        id=name,
        kind=section.choice("kind", StateKind),
        label=section.text("label"),
        outcome=section.choice("outcome", Result) if section.has("outcome") else None,
        issues=section.string("issues", "") or None,
        explanation=section.optional_text("explanation"),
    )
    if state.kind is StateKind.DECIDED and state.outcome is None:
        section.fault(f"{section.name} is decided, so it needs 'outcome'")
    if state.kind is not StateKind.DECIDED and state.outcome is not None:
        section.fault(f"{section.name} is {state.kind.value}: only a decided state has an 'outcome'", "outcome")
    section.reading.remember("state", name, section)
    section.close()
    return state


def _action(section: Section, declared: Declared, number: int) -> ActionRule:
    when, _ = read_condition(section, "when", declared)
    asks = tuple(
        read_field(row, None, f"action {number}") for row in section.sections("asks", "what is asked", required=False)
    )
    rule = ActionRule(
        action=section.identifier("action"),
        sources=section.words("from"),
        target=section.string("to"),
        by=section.choices("by", Role),
        label=section.text("label"),
        asks=asks,
        when=when,
        effects=section.words("effects", required=False),
    )
    section.reading.remember("action", place_of(number), section)
    for key in ("from", "to", "by", "effects", "asks"):
        section.reading.remember(f"action.{key}", place_of(number), section, key)
    section.close()
    return rule
