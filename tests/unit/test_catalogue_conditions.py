"""Conditions: proved to answer true or false, then evaluated on whatever the answers are."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue import conditions
from portal.catalogue.conditions import (
    BadCondition,
    Declared,
    PreparedFacts,
    ValueKind,
    Variable,
    compile_condition,
    prepare,
)

NAMES = Declared(
    {
        "housing": Variable(ValueKind.CHOICE, ("owner", "tenant")),
        "rooms": Variable(ValueKind.NUMBER),
        "born": Variable(ValueKind.DATE),
        "agrees": Variable(ValueKind.TRUTH),
        "name": Variable(ValueKind.TEXT),
    }
)


@pytest.fixture
def declared() -> Declared:
    return NAMES


def holds(expression: str, declared: Declared, **answers: Any) -> bool:
    condition = compile_condition(expression, declared)
    return condition({"answers": answers, "identity": {"level": "low"}, "case": {}, "today": date(2026, 3, 2)})


@pytest.mark.parametrize(
    ("expression", "answers", "expected"),
    [
        ("answers.housing == 'tenant'", {"housing": "tenant"}, True),
        ("answers.housing == 'tenant'", {}, False),
        ("answers.housing in ['owner', 'tenant']", {"housing": "owner"}, True),
        ("answers.rooms != null && answers.rooms > 2", {"rooms": 3}, True),
        ("answers.rooms != null && answers.rooms > 2", {"rooms": Decimal("2.5")}, True),
        ("answers.rooms != null && answers.rooms > 2", {"rooms": ""}, False),
        ("answers.born != null && answers.born < today", {"born": "1990-01-01"}, True),
        ("answers.born != null && answers.born < today", {"born": date(2030, 1, 1)}, False),
        ("answers.agrees == true", {"agrees": True}, True),
        ("answers.agrees == true", {"agrees": "no"}, False),
        ("length(answers.name) == 4", {"name": "سلام"}, True),
        ("length(answers.name) == 0", {}, True),
        ("identity.level == 'low'", {}, True),
        ("['a', 'b'].exists(x, x == answers.name)", {"name": "b"}, True),
    ],
)
def test_a_condition_answers(expression: str, answers: dict[str, Any], expected: bool, declared: Declared) -> None:
    assert holds(expression, declared, **answers) is expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("answers.rooms > 2", "neither true nor false when answers.rooms is empty: test it first"),
        ("answers.agrees", "neither true nor false"),
        ("answers.rooms", "neither true nor false"),
        ("answers.romms == 2", "'answers.romms' does not exist, did you mean 'rooms'?"),
        ("answers['rooms'] == 2", "'answers' is followed by a point and a name, as in answers.housing"),
        ("case.secret == 'x'", "'case.secret' does not exist"),
        ("answers.housing == 'renter'", "'renter' is not an option of the question 'housing'"),
        ("answers.housing in ['owner', 'tennant']", "did you mean 'tenant'?"),
        ("size(answers.name) > 2", "use length(…) of a text, count(…) of a list instead of size(…)"),
        ("lenght(answers.name) > 2", "the function 'lenght' is unknown, did you mean 'length'?"),
        ("unknown == 1", "'unknown' is unknown"),
        ("answers.rooms ==", "this condition cannot be read"),
        ("true " + "&& true " * 80, "at most 500 characters"),
        ("[1].all(x, [2].all(y, x != y))", "one list only"),
        ("", "this condition cannot be read"),
    ],
)
def test_a_condition_that_could_fail_is_refused(expression: str, message: str, declared: Declared) -> None:
    with pytest.raises(BadCondition) as raised:
        compile_condition(expression, declared)
    assert message in str(raised.value)


def test_facts_prepared_once_serve_many_conditions(declared: Declared) -> None:
    first = compile_condition("answers.housing == 'owner'", declared)
    second = compile_condition("answers.agrees == true", declared)
    facts = prepare({"answers": {"housing": "owner"}, "today": date(2026, 3, 2)})
    assert first(facts)
    assert not second(facts)
    assert facts.context(declared) is facts.context(declared)
    assert prepare(facts) is facts
    assert isinstance(facts, PreparedFacts)
    assert facts["answers"] == {"housing": "owner"}


SCALARS = st.one_of(st.none(), st.text(max_size=5), st.integers(), st.booleans(), st.floats(), st.dates())
PROVED = compile_condition(
    "answers.housing == 'owner' || (answers.rooms != null && answers.rooms >= 1) || answers.agrees == true "
    "|| (answers.born != null && answers.born < today) || length(answers.name) > 3",
    NAMES,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["housing", "rooms", "born", "agrees", "name", "else"]), SCALARS))
def test_a_proved_condition_never_fails_whatever_is_answered(answers: dict[str, Any]) -> None:
    assert PROVED({"answers": answers, "today": date(2026, 3, 2)}) in (True, False)


def test_rules_that_are_slow_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "MOST_SECONDS", 0.05)
    declared = Declared({f"q{number}": Variable(ValueKind.TRUTH) for number in range(14)})
    slow = " && ".join(f"answers.q{number} == true" for number in range(14))
    refused = None
    for number in range(200):
        try:
            compile_condition(f"{slow} && {number}.0 < 500.0", declared)
        except BadCondition as bad:
            refused = str(bad)
            break
    assert refused is not None
    assert refused.startswith("trying the conditions before this one took more than")
