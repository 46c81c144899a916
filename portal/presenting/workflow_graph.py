"""A workflow as boxes and arrows: its states, what can be done in them, and what happens there by itself.

What the law brings about on its own day, a return or a silence, is drawn as a timer is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.acts import Act
from portal.domain.periods import DEPOSIT_DAYS
from portal.domain.service import ActionRule, Count, Role, ServiceDefinition, State, Term, Timer
from portal.presenting.layered import leading_on

START = "start"


@dataclass(frozen=True)
class Move:
    """One action between states: a person's, or the system's when a ``timer``, the law or the opinions call for it.

    What the law brings about has a timer of its own, which no state declares.
    """

    name: str
    rule: ActionRule
    sources: tuple[str, ...]
    target: str
    timer: Timer | None = None
    joins: bool = False
    term: Term | None = None
    """How long it takes until it happens by itself, where it does."""

    @property
    def silent(self) -> bool:
        """Whether it comes of itself once the whole period is over, however long the file was in its state."""
        return self.timer is not None and self.rule.act is Act.SILENCE


def moves(definition: ServiceDefinition) -> tuple[Move, ...]:
    """Every action, once; one the system does is parted by the states whose timer or opinions set it off."""
    found: list[Move] = []
    for number, rule in enumerate(definition.actions):
        by_hand = list(rule.sources)
        for source in rule.sources:
            state = definition.states[source]
            for timer in state.timers:
                if timer.action == rule.action:
                    found.append(
                        Move(f"move-{number}-{source}-{timer.id}", rule, (source,), rule.target, timer, term=timer.term)
                    )
                    _drop(by_hand, source, rule)
            if (of_law := _of_law(definition, rule)) is not None:
                name = f"move-{number}-{source}-{of_law.id}"
                found.append(Move(name, rule, (source,), rule.target, of_law, term=of_law.term))
                _drop(by_hand, source, rule)
            if state.consultation is not None and state.consultation.action == rule.action:
                name, term = f"move-{number}-{source}-opinions", state.consultation.term
                found.append(Move(name, rule, (source,), rule.target, joins=True, term=term))
                _drop(by_hand, source, rule)
        if by_hand:
            found.append(Move(f"move-{number}", rule, tuple(by_hand), rule.target))
    return tuple(found)


def _of_law(definition: ServiceDefinition, rule: ActionRule) -> Timer | None:
    """When the law brings an action about: 30 days after something was asked for, or at the end of the period."""
    if rule.act is Act.RETURN:
        return Timer("of_law_return", Term(DEPOSIT_DAYS, Count.LEGAL), rule.action)
    if rule.act is Act.SILENCE:
        return Timer("of_law_silence", Term(definition.deadline.days, Count.LEGAL), rule.action)
    return None


def _drop(by_hand: list[str], source: str, rule: ActionRule) -> None:
    """What nobody but the system may do is not drawn as somebody's choice as well."""
    if set(rule.by) <= {Role.SYSTEM} and source in by_hand:
        by_hand.remove(source)


@dataclass(frozen=True)
class Arrows:
    """Arrows by the names of their boxes, and the numbers of those that lead back."""

    pairs: Sequence[tuple[str, str]]
    back: frozenset[int]


def arrows(definition: ServiceDefinition, found: Sequence[Move]) -> Arrows:
    """From where a file begins, from each state to what can be done in it, and from there to where that leads."""
    begin = [(START, f"state-{state.id}") for state in starts(definition)]
    whole = [(f"state-{source}", f"state-{move.target}") for move in found for source in move.sources]
    ahead = iter(leading_on([START, *boxes_of(definition)], [*begin, *whole], [START])[len(begin) :])
    pairs, back = list(begin), set()
    for move in found:
        leads = [next(ahead) for _ in move.sources]
        for source, leads_on in zip(move.sources, leads, strict=True):
            if not leads_on and source != move.target:
                back.add(len(pairs))
            pairs.append((f"state-{source}", move.name))
        if not any(leads):
            back.add(len(pairs))
        pairs.append((move.name, f"state-{move.target}"))
    return Arrows(pairs, frozenset(back))


def starts(definition: ServiceDefinition) -> tuple[State, ...]:
    """Where a file begins: incomplete, where anything can be missing, or complete."""
    names = [definition.depositing, definition.initial]
    return tuple(definition.states[name] for name in names if name is not None)


def boxes_of(definition: ServiceDefinition) -> Mapping[str, State]:
    """The states by the names of their boxes."""
    return {f"state-{state.id}": state for state in definition.states.values()}
