"""Decisions prepared by a committee: its members vote while a case is in a state, and the votes are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import policies
from portal.domain.case import Actor, Case
from portal.domain.entries import since_entry
from portal.domain.errors import ActionNotPossible, Invalid
from portal.domain.events import Event, VoteCast
from portal.domain.flow import Committee, Majority
from portal.domain.service import ServiceDefinition


class Vote(StrEnum):
    """What a member can say."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


ACCEPTED = "accepted"
REJECTED = "rejected"
VERDICTS = (ACCEPTED, REJECTED)


@dataclass(frozen=True)
class Ballot:
    """The votes of a committee, counted; each member's last vote counts."""

    favourable: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def voted(self) -> int:
        """How many members have voted; those who abstain were present, and count for the quorum."""
        return self.favourable + self.against + self.abstained

    def verdict(self, committee: Committee) -> str | None:
        """``accepted`` or ``rejected``; None until the quorum has voted.

        Abstentions are left out of the majority. A simple majority is more for than against, so that a tie rejects,
        as does a committee in which everybody abstains; two thirds are two thirds or more.
        """
        if self.voted < committee.quorum:
            return None
        if committee.majority is Majority.TWO_THIRDS:
            accepted = self.favourable > 0 and 3 * self.favourable >= 2 * (self.favourable + self.against)
        else:
            accepted = self.favourable > self.against
        return ACCEPTED if accepted else REJECTED


def votes_since_entry(events: Iterable[Event]) -> tuple[VoteCast, ...]:
    """The votes that count: those cast since the case entered the state it is in."""
    return tuple(event for event in since_entry(events) if isinstance(event, VoteCast))


def count(votes: Iterable[VoteCast]) -> Ballot:
    """The votes by what they say; whoever voted twice counts once, by the last."""
    last = {vote.member: vote.choice for vote in votes}
    said = list(last.values())
    return Ballot(said.count(Vote.FOR), said.count(Vote.AGAINST), said.count(Vote.ABSTAIN))


def tally(committee: Committee, votes: Iterable[VoteCast]) -> str | None:
    """What the committee says of the case by these votes: None, ``accepted`` or ``rejected``."""
    return count(votes).verdict(committee)


def cast(definition: ServiceDefinition, case: Case, actor: Actor, choice: str, note: str = "") -> VoteCast:
    """One member's vote; a second one replaces the first.

    Raises NotAllowed for whoever is no member of the unit's committee, ActionNotPossible where no committee sits, and
    Invalid for a choice that is none.
    """
    policies.check_can_vote(actor, case)
    if definition.states[case.state].committee is None:
        raise ActionNotPossible(action="vote")
    if choice not in set(Vote):
        raise Invalid(detail=f"a vote is one of {', '.join(Vote)}")
    return VoteCast(actor.id, str(choice), note.strip())
