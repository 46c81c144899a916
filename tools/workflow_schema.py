"""What may be written in workflow.yaml and in examples, as JSON Schema."""

from portal.catalogue.examples import VOTES
from portal.catalogue.flow_proofs import ACTORS
from portal.catalogue.flow_states_proofs import STAFF
from portal.domain.acts import Act
from portal.domain.service import (
    IdentityLevel,
    Majority,
    Result,
    Role,
    StateKind,
    UnitKind,
    Verdict,
)
from tools.schema_parts import CEL, NAME, TEXT, Schema, described, list_of, mapping, number, one_of, period, words


def workflow() -> Schema:
    """workflow.yaml."""
    asks = list_of({"$ref": "#/definitions/question"}, "What is asked of whoever acts.")
    term = {"$ref": "#/definitions/term"}
    timer = mapping(
        {
            "id": described(NAME, "Its own name."),
            "after": described(term, "How long after the file entered the state."),
            "do": described(NAME, "The action that the portal then takes."),
            "warn": words(
                one_of((*STAFF, Role.COMMITTEE)), "The roles of staff that are told; `committee` only where one sits."
            ),
        },
        ["id", "after"],
    )
    timer["anyOf"] = [{"required": ["do"]}, {"required": ["warn"]}]
    opinion = mapping(
        {
            "id": described(NAME, "Its own name."),
            "of": described(
                {"anyOf": [one_of(UnitKind), {"type": "string", "pattern": r"^partner\..+"}]},
                "A kind of office, or `partner.<client id>`.",
            ),
            "title": described(TEXT, "What is asked."),
            "asks": asks,
        },
        ["id", "of", "title", "asks"],
    )
    state = mapping(
        {
            "kind": one_of(StateKind, "What it means for the law's clock."),
            "label": described(TEXT, "The state, as everybody reads it."),
            "explanation": described(TEXT, "What it means for the citizen."),
            "outcome": one_of(Result, "How the file ended, of a decided state."),
            "partly": {"type": "boolean", "description": "Of a granting one: a part of what was asked for is refused."},
            "issues": described(NAME, "The output it gives."),
            "timers": list_of(timer, "What happens by itself after a time."),
            "opinions": mapping(
                {
                    "ask": list_of(opinion, "The opinions, asked at once.", least=1),
                    "needed": described({"anyOf": [{"const": "all"}, {"type": "integer", "minimum": 1}]}, "How many."),
                    "within": described(term, "How long they are awaited."),
                    "then": described(NAME, "The action that the portal takes when they are in."),
                },
                ["ask", "then"],
                "Opinions asked of other offices or partners.",
            ),
            "committee": mapping(
                {
                    "title": described(TEXT, "The committee."),
                    "quorum": number("How many must have voted.", 1, 100),
                    "majority": one_of(Majority, "How many votes decide."),
                },
                ["title", "quorum"],
                "A vote of the office's committee.",
            ),
        },
        ["kind", "label"],
    )
    state["if"] = {"properties": {"kind": {"const": StateKind.DECIDED.value}}}
    state["then"], state["else"] = {"required": ["outcome"]}, {"not": {"required": ["outcome"]}}
    action = mapping(
        {
            "action": described(NAME, "Its name."),
            "from": words(NAME, "The states it leaves."),
            "to": described(NAME, "The state it leads to."),
            "by": words(one_of([role for role in Role if role in ACTORS]), "Who may do it."),
            "at": words(one_of(UnitKind), "Only while the file is at an office of these kinds."),
            "when": described(CEL, "Only if the condition holds."),
            "label": described(TEXT, "What its button says."),
            "asks": asks,
            "effects": words(
                {"type": "string", "pattern": r"^(notify|remind|issue\..+|dispatch\..+)$"},
                "What follows: `issue.<output>`, `notify`, `dispatch.<platform>`, `remind`.",
            ),
            "transfer": words(one_of(UnitKind), "The kinds of office among which the actor chooses."),
            "within": described(term, "How long after the decision it can be taken up again; it then asks `reasons`."),
            "act": one_of(Act, "What it is in the eyes of the law: see the acts below."),
            "period": period("The period that a file is counted under from then on, from its day 0."),
        },
        ["action", "from", "to", "by", "label"],
    )
    states = {"type": "object", "propertyNames": NAME, "additionalProperties": state, "minProperties": 1}
    return mapping(
        {
            "initial": described(NAME, "The state of a complete file."),
            "depositing": described(NAME, "The state of a file from which documents are missing."),
            "states": described(states, "The states, by their names."),
            "actions": list_of(action, "The actions.", least=1),
        },
        ["initial", "states", "actions"],
    )


def example() -> Schema:
    """A file of examples/."""
    anything: Schema = {"type": "object"}
    day = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    step = mapping(
        {
            "action": described(NAME, "The action taken."),
            "by": one_of(Role, "By whom."),
            "on": described(day, "On which day; the same as before, unless said."),
            "says": described(anything, "What she answers to what is asked."),
            "documents": words(NAME, "What she brings."),
            "obtains": words(NAME, "What the office obtained itself, recorded just before, or alone."),
            "to": described({"type": "string"}, "The office a file is transferred to."),
            "opinion": described(NAME, "The opinion that comes."),
            "vote": mapping(dict.fromkeys(VOTES, number("How many.", 0, 100)), description="The votes cast."),
            "wait": described(day, "Nothing happens but time, until that day."),
        }
    )
    step["oneOf"] = [
        {"required": ["action", "by"]},
        {"required": ["opinion"]},
        {"required": ["vote"]},
        {"required": ["wait"]},
        {"required": ["obtains"], "not": {"required": ["action"]}},
    ]
    expect = mapping(
        {
            "unit": described({"type": "string"}, "The office it goes to."),
            "needed": list_of(NAME, "The documents needed of the citizen."),
            "fee": described({"type": "number"}, "What is due."),
            "state": described(NAME, "The state once it is handed in."),
            "outcome": described(NAME, "What the questions before sign-in lead to."),
            "is": one_of(Verdict, "And what that means."),
        },
        description="What must come of it.",
    )
    return mapping(
        {
            "title": described(TEXT, "The story in a few words."),
            "today": described(day, "The day it is handed in."),
            "identity": one_of(IdentityLevel, "How sure we are of who asks."),
            "answers": described(anything, "The answers, as they would be typed."),
            "documents": words(NAME, "What is brought at once."),
            "sworn": words(NAME, "What a sworn statement replaces."),
            "first": described({"type": "string"}, "The office of the file that this one follows."),
            "repeats": {"type": "boolean", "description": "The same person was refused the same before (art. 15)."},
            "expect": expect,
            "path": list_of(step, "What happens then."),
            "final": described(NAME, "The state it ends in."),
        },
        ["title", "today", "answers", "expect"],
    )
