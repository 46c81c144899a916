"""Reads workflow.yaml: the states of a case, who may move it, and what time, other units and committees do to it."""

from dataclasses import dataclass
from typing import NamedTuple

from portal.catalogue.conditions import Declared
from portal.catalogue.faults import Sentence
from portal.catalogue.questions import read_field
from portal.catalogue.reading import Section
from portal.catalogue.rules import read_condition
from portal.domain.acts import Act
from portal.domain.flow import (
    ActionRule,
    Committee,
    Consultation,
    Count,
    Majority,
    Opinion,
    Period,
    Result,
    Role,
    State,
    StateKind,
    Term,
    Timer,
    UnitKind,
)
from portal.domain.form import Field

FILE = "workflow.yaml"
PARTNER = "partner."
"""What an opinion's ``of`` begins with where a partner is asked, by its client id."""
ALL = "all"
LONGEST_TERM = 1_000

STATE = Sentence("state")
AN_ACTION = Sentence("an action")
A_TIMER = Sentence("a timer")
AN_OPINION = Sentence("an opinion")
WHAT_IS_ASKED = Sentence("what is asked")

NOT_ASKED = {
    "point": Sentence("only a page of the form can, beside its place"),
    "computed": Sentence("the form computes"),
    "group": Sentence("an action asks single questions"),
}
"""What neither an action nor an opinion can ask for, and why."""

NOT_ASKED_OF_OTHERS = {
    "file": Sentence("an opinion is given in words, ask for a text"),
    "statement": Sentence("only the applicant swears"),
    "consent": Sentence("only the applicant consents"),
}
"""What an opinion cannot ask for besides: whoever gives it is another office, or a partner's program."""


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
        states={name: _state(name, row, declared) for name, row in section.named_sections("states", STATE)},
        actions=tuple(
            _action(row, declared, number) for number, row in enumerate(section.sections("actions", AN_ACTION))
        ),
    )
    for key in ("initial", "depositing", "states"):
        section.reading.remember("workflow", key, section, key)
    section.close()
    return flow


def place_of(number: int) -> str:
    """The name under which the place of the n-th action is remembered: several actions may share their name."""
    return str(number)


def _state(name: str, section: Section, declared: Declared) -> State:
    state = State(
        id=name,
        kind=section.choice("kind", StateKind),
        label=section.text("label"),
        outcome=section.choice("outcome", Result) if section.has("outcome") else None,
        issues=section.string("issues", "") or None,
        explanation=section.optional_text("explanation"),
        timers=tuple(_timer(row, name) for row in section.sections("timers", A_TIMER, required=False)),
        consultation=_consultation(section, name, declared),
        committee=_committee(section),
        partly=section.boolean("partly", False),
    )
    if state.partly and state.outcome is not Result.GRANTED:
        said = Sentence("%(name)s has 'partly': that is of a decision with the outcome granted", name=section.name)
        section.fault(said, "partly")
    if state.kind is StateKind.DECIDED and state.outcome is None:
        section.fault(Sentence("%(name)s is decided, so it needs 'outcome'", name=section.name))
    if state.kind is not StateKind.DECIDED and state.outcome is not None:
        said = Sentence(
            "%(name)s is %(kind)s: only a decided state has an 'outcome'", name=section.name, kind=state.kind
        )
        section.fault(said, "outcome")
    section.reading.remember("state", name, section)
    for key in ("timers", "opinions", "committee"):
        section.reading.remember(f"state.{key}", name, section, key)
    section.close()
    return state


def _timer(section: Section, state: str) -> Timer:
    timer = Timer(
        id=section.identifier("id"),
        term=_term(section, "after") or Term(1, Count.CALENDAR),
        action=section.string("do", "") or None,
        warns=section.choices("warn", Role) if section.has("warn") else (),
    )
    if not timer.action and not timer.warns:
        section.fault(Sentence("a timer needs 'do', the action to take, or 'warn', the roles to tell"))
    section.needs("after")
    section.reading.remember("timer", f"{state}.{timer.id}", section)
    section.close()
    return timer


def _term(parent: Section, key: str) -> Term | None:
    """So many days and how they are counted, where the key is given."""
    section = parent.optional_section(key)
    if section is None:
        return None
    term = Term(section.integer("days", least=1, most=LONGEST_TERM), section.choice("count", Count))
    section.close()
    return term


def _consultation(state: Section, name: str, declared: Declared) -> Consultation | None:
    section = state.optional_section("opinions")
    if section is None:
        return None
    opinions = tuple(_opinion(row, name, declared) for row in section.sections("ask", AN_OPINION))
    if section.has("ask") and not opinions:
        section.fault(Sentence("'ask' needs at least one opinion"), "ask")
    consultation = Consultation(
        opinions=opinions,
        needed=_needed(section, len(opinions)),
        term=_term(section, "within"),
        action=section.string("then"),
    )
    for key in ("needed", "then", "within"):
        section.reading.remember(f"opinions.{key}", name, section, key)
    section.close()
    return consultation


def _needed(section: Section, asked: int) -> int:
    """How many opinions are enough: all of them unless a number says otherwise."""
    if section.string("needed", ALL) == ALL:
        return asked
    return section.integer("needed", least=1)


class _Adviser(NamedTuple):
    unit: UnitKind | None
    partner: str | None


def _opinion(section: Section, state: str, declared: Declared) -> Opinion:
    opinion_id = section.identifier("id")
    of = _adviser(section)
    opinion = Opinion(
        id=opinion_id,
        title=section.text("title"),
        unit=of.unit,
        partner=of.partner,
        asks=_asks(section, declared, f"opinion {state}.{opinion_id}", of_others=True),
    )
    section.reading.remember("opinion", f"{state}.{opinion.id}", section)
    for key in ("of", "asks"):
        section.reading.remember(f"opinion.{key}", f"{state}.{opinion.id}", section, key)
    section.close()
    return opinion


def _adviser(section: Section) -> _Adviser:
    word = section.string("of")
    if word.startswith(PARTNER):
        return _Adviser(None, word.removeprefix(PARTNER) or None)
    if word in [kind.value for kind in UnitKind]:
        return _Adviser(UnitKind(word), None)
    if word:
        said = Sentence(
            "'of' is a kind of unit (%(kinds)s) or %(partner)s<%(id)s>, not '%(word)s'",
            kinds=", ".join(kind.value for kind in UnitKind),
            partner=PARTNER,
            id=Sentence("its id"),
            word=word,
        )
        section.fault(said, "of")
    return _Adviser(None, None)


def _committee(state: Section) -> Committee | None:
    section = state.optional_section("committee")
    if section is None:
        return None
    committee = Committee(
        title=section.text("title"),
        quorum=section.integer("quorum", least=1, most=100),
        majority=section.choice("majority", Majority, Majority.SIMPLE),
    )
    section.close()
    return committee


def _action(section: Section, declared: Declared, number: int) -> ActionRule:
    when, _ = read_condition(section, "when", declared)
    rule = ActionRule(
        action=section.identifier("action"),
        sources=section.words("from"),
        target=section.string("to"),
        by=section.choices("by", Role),
        label=section.text("label"),
        asks=_asks(section, declared, f"action {number}"),
        when=when,
        effects=section.words("effects", required=False),
        at=section.choices("at", UnitKind) if section.has("at") else (),
        transfers=section.choices("transfer", UnitKind) if section.has("transfer") else (),
        within=_term(section, "within"),
        act=section.choice("act", Act) if section.has("act") else None,
        period=read_period(section, "period"),
    )
    section.reading.remember("action", place_of(number), section)
    for key in ("from", "to", "by", "effects", "asks", "at", "transfer", "within", "when", "act", "period"):
        section.reading.remember(f"action.{key}", place_of(number), section, key)
    section.close()
    return rule


def read_period(parent: Section, key: str) -> Period | None:
    """So many days counted under a law, where the key is given."""
    section = parent.optional_section(key)
    if section is None:
        return None
    period = Period(section.string("law"), section.integer("days", least=1, most=LONGEST_TERM))
    section.close()
    return period


def _asks(section: Section, declared: Declared, place: str, *, of_others: bool = False) -> tuple[Field, ...]:
    """What is asked of whoever acts; a question's condition may look at the answers and at the case."""
    found = []
    for row in section.sections("asks", WHAT_IS_ASKED, required=False):
        field = read_field(row, declared, place)
        if field.type in NOT_ASKED:
            why = NOT_ASKED[field.type]
            row.rule(Sentence("an action cannot ask for a %(type)s: %(why)s", type=field.type, why=why), "type")
        elif of_others and field.type in NOT_ASKED_OF_OTHERS:
            why = NOT_ASKED_OF_OTHERS[field.type]
            row.rule(Sentence("an opinion cannot ask for a %(type)s: %(why)s", type=field.type, why=why), "type")
        found.append(field)
    return tuple(found)
