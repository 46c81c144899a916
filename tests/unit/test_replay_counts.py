"""What is kept of a replay: no count closer than in fives, and none that can be worked out from the others."""

import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.actions.replay_counts import KINDS, STEP, Ending, counts

PLACES = ("a", "b", "c")


def endings(kinds: dict[str, int], *, late: int = 0) -> list[Ending]:
    made = [Ending(kind) for kind, count in kinds.items() for _ in range(count)]
    return [Ending(one.kind, late=number < late) for number, one in enumerate(made)]


def open_in(places: dict[str, int]) -> list[Ending]:
    return [Ending("open", state=state) for state, count in places.items() for _ in range(count)]


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10), (14, 10), (9999, 9995)])
def test_every_count_is_kept_as_the_lower_end_of_its_step(count: int, told: int) -> None:
    found = counts(endings({"stuck": count}, late=count), count)
    assert found["kinds"]["stuck"] == found["late"] == found["replayed"] == found["total"] == told


def test_whether_a_rule_fits_one_person_or_nobody_looks_the_same() -> None:
    nobody = endings({"same": 12})
    somebody = [*endings({"same": 11}), Ending("otherwise", late=True, before="granted", after="refused")]
    assert counts(nobody, 12) == counts(somebody, 12)


def test_a_place_is_named_only_for_enough_cases() -> None:
    found = counts(open_in({"seen": 11, "checked": 6, "asked": 4}), 21)
    assert found["open"] == [["seen", 10], ["checked", 5]]


def test_the_order_of_the_places_does_not_tell_which_has_more() -> None:
    assert counts(open_in({"b": 9, "a": 5}), 14)["open"] == counts(open_in({"a": 9, "b": 5}), 14)["open"]


def numbers_in(told: Any) -> list[int]:
    if isinstance(told, dict):
        return [one for value in told.values() for one in numbers_in(value)]
    if isinstance(told, list):
        return [one for value in told for one in numbers_in(value)]
    return [told] if isinstance(told, int) and not isinstance(told, bool) else []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(PLACES), st.booleans()), max_size=80))
def test_nothing_kept_is_an_exact_count(cases: list[tuple[str, str, bool]]) -> None:
    found = counts([Ending(kind, late, state=place) for kind, place, late in cases], len(cases))
    assert all(number % STEP == 0 for number in numbers_in(found))


def test_the_kinds_cannot_be_had_from_the_total_and_each_other() -> None:
    """Every way that some cases can end: whatever is shown for it fits another way, in every kind."""
    fitting: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for kinds in itertools.product(range(10), repeat=len(KINDS)):
        shown = (sum(kinds) // STEP, *(count // STEP for count in kinds))
        fitting.setdefault(shown, []).append(kinds)
    for ways in fitting.values():
        for one in range(len(KINDS)):
            assert len({kinds[one] for kinds in ways}) > 1
        assert len({sum(kinds) for kinds in ways}) > 1


def fits(told: dict[str, Any], same: int, places: dict[str, int], names: int) -> bool:
    """Whether numbers could stand behind what is told, for somebody who knows how many places there are."""
    named = dict(told["open"])
    shown = {place: count - count % STEP for place, count in places.items() if count >= STEP}
    return (
        (not named or shown == named)
        and sum(places.values()) // STEP * STEP == told["kinds"]["open"]
        and (same + sum(places.values())) // STEP * STEP == told["replayed"]
        and same // STEP * STEP == told["kinds"]["same"]
        and len(places) == names
    )


@pytest.mark.parametrize("kept", [(9, 4, 4), (9, 9, 4), (5, 1, 0), (9, 9, 9), (6, 4, 3), (5, 5, 0), (9, 8, 2)])
def test_the_places_cannot_be_had_from_their_kind_and_each_other(kept: tuple[int, int, int]) -> None:
    places = {name: count for name, count in zip(PLACES, kept, strict=True) if count}
    told = counts(open_in(places), sum(kept))
    ways = [dict(zip(places, counts_, strict=True)) for counts_ in itertools.product(range(11), repeat=len(places))]
    fitting = [way for way in ways if fits(told, 0, way, len(places))]
    for name in places:
        assert len({way[name] for way in fitting}) > 1, (told, name)


def test_places_that_would_pin_each_other_down_are_left_out() -> None:
    """Five places of nine make forty-five, and nothing less would: then none of them is named."""
    pinned = dict.fromkeys("abcde", 9)
    assert Counter(pinned).total() == 45
    assert counts(open_in(pinned), 45)["open"] == []
    assert counts(open_in({**pinned, "a": 5}), 41)["open"] != []
