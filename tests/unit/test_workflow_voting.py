"""How a committee's votes are counted, and who may cast one."""

import pytest

from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import ActionNotPossible, Invalid, NotAllowed, NotFound
from portal.domain.events import CaseMoved, VoteCast
from portal.domain.flow import Committee, Majority, Role
from portal.domain.text import text
from portal.domain.voting import cast, count, tally, votes_since_entry

from .small_service import FILES, load
from .test_workflow import CHIEF, MEMBER, case_in

MARKET = load(FILES)
SIMPLE = Committee(text("لجنة", "Commission"), quorum=3)
TWO_THIRDS = Committee(text("لجنة", "Commission"), quorum=3, majority=Majority.TWO_THIRDS)


def votes(favourable: int = 0, against: int = 0, abstain: int = 0) -> list[VoteCast]:
    said = ["for"] * favourable + ["against"] * against + ["abstain"] * abstain
    return [VoteCast(f"m{number}", choice) for number, choice in enumerate(said)]


@pytest.mark.parametrize(
    ("favourable", "against", "abstain", "simple", "two_thirds"),
    [
        (0, 0, 0, None, None),
        (2, 0, 0, None, None),
        (3, 0, 0, "accepted", "accepted"),
        (2, 1, 0, "accepted", "accepted"),
        (1, 2, 0, "rejected", "rejected"),
        # Abstentions make the quorum, and are left out of the majority.
        (2, 0, 1, "accepted", "accepted"),
        (1, 0, 2, "accepted", "accepted"),
        (0, 0, 3, "rejected", "rejected"),
        # A tie rejects.
        (2, 2, 0, "rejected", "rejected"),
        (1, 1, 1, "rejected", "rejected"),
        # More than half is not always two thirds.
        (3, 2, 0, "accepted", "rejected"),
        (4, 2, 0, "accepted", "accepted"),
        (5, 3, 4, "accepted", "rejected"),
    ],
)
def test_votes_are_counted_by_quorum_and_majority(
    favourable: int, against: int, abstain: int, simple: str | None, two_thirds: str | None
) -> None:
    assert tally(SIMPLE, votes(favourable, against, abstain)) == simple
    assert tally(TWO_THIRDS, votes(favourable, against, abstain)) == two_thirds


def test_the_last_vote_of_each_member_counts() -> None:
    said = [*votes(3), VoteCast("m0", "against"), VoteCast("m1", "against")]
    assert tally(SIMPLE, said) == "rejected"
    assert count(said).voted == 3


def test_votes_count_from_the_latest_entry_into_the_state() -> None:
    back = CaseMoved("back", "sitting", "lodged")
    again = CaseMoved("skip", "lodged", "sitting")
    assert votes_since_entry([*votes(3), back, again, VoteCast("m9", "for")]) == (VoteCast("m9", "for"),)


def test_a_member_votes_while_a_committee_sits() -> None:
    sitting = case_in("sitting", sitting=True)
    policies.check_can_see(MEMBER, sitting)
    assert cast(MARKET, sitting, MEMBER, "for", " D'accord. ") == VoteCast("member", "for", "D'accord.")
    with pytest.raises(Invalid):
        cast(MARKET, sitting, MEMBER, "maybe")
    with pytest.raises(ActionNotPossible):
        cast(MARKET, case_in("lodged"), MEMBER, "for")
    with pytest.raises(NotFound):
        policies.check_can_see(MEMBER, case_in("lodged"))


@pytest.mark.parametrize("actor", [CHIEF, Actor("m", frozenset({Role.COMMITTEE}), "commune-berkane")])
def test_whoever_is_no_member_of_the_unit_s_committee_does_not_vote(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        cast(MARKET, case_in("sitting", sitting=True), actor, "for")
    assert not policies.can_vote(actor, case_in("sitting", sitting=True))
    assert not policies.can_vote(MEMBER, case_in("granted"))
