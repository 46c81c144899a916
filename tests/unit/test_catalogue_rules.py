"""Computed values, lists and groups in CEL: what they give, and what is refused because it could fail or take long."""

import time
from datetime import date
from typing import Any

import pytest

from portal.catalogue.conditions import (
    BadCondition,
    Declared,
    ValueKind,
    Variable,
    compile_condition,
    compile_expression,
    prepare,
)
from portal.domain.service import ResultKind

CHILD = {"age": Variable(ValueKind.NUMBER), "school": Variable(ValueKind.CHOICE, ("public", "private"))}
NAMES = Declared(
    {
        "income": Variable(ValueKind.NUMBER),
        "born": Variable(ValueKind.DATE),
        "since": Variable(ValueKind.MONTH),
        "student": Variable(ValueKind.TRUTH),
        "name": Variable(ValueKind.TEXT),
        "kinds": Variable(ValueKind.LIST, ("food", "school")),
        "children": Variable(ValueKind.ENTRIES, entries=CHILD),
    }
)
TODAY = date(2026, 3, 2)


def facts(**answers: Any) -> dict[str, Any]:
    return {"answers": answers, "identity": {"level": "low"}, "case": {}, "today": TODAY}


def value(expression: str, result: ResultKind, **answers: Any) -> object:
    return compile_expression(expression, NAMES, result)(facts(**answers))


N, M, T, D, B = ResultKind.NUMBER, ResultKind.MONEY, ResultKind.TEXT, ResultKind.DATE, ResultKind.TRUTH


@pytest.mark.parametrize(
    ("expression", "result", "answers", "expected"),
    [
        ("answers.income", N, {"income": 12}, 12.0),
        ("answers.income", N, {}, None),
        ("answers.income != null ? answers.income * 2 : 0", N, {"income": 12.5}, 25.0),
        ("answers.income != null ? answers.income / 3 : null", M, {"income": 10}, 3.33),
        ("answers.income != null ? answers.income * 1.005 : null", M, {"income": 1}, 1.01),
        ("count(answers.children)", N, {}, 0.0),
        ("count(answers.children) * 100 + count(answers.kinds)", N, {"children": [{}, {}], "kinds": ["food"]}, 201.0),
        ("total(answers.children, 'age')", N, {"children": [{"age": 3}, {"age": None}, {"age": "4"}]}, 7.0),
        ("age(answers.born)", N, {"born": "2008-03-03"}, 17.0),
        ("age(answers.born)", N, {"born": "2008-03-02"}, 18.0),
        ("age(answers.born)", N, {}, None),
        ("years_between(answers.born, today)", N, {"born": "2024-02-29"}, 2.0),
        ("months_between(answers.since, today)", N, {"since": "2025-12"}, 3.0),
        ("days_between(today, answers.born)", N, {"born": "2026-02-28"}, -2.0),
        ("answers.born", D, {"born": "1990-01-31"}, date(1990, 1, 31)),
        ("today", D, {}, TODAY),
        ("answers.student == true ? 'a' : 'b'", T, {"student": True}, "a"),
        ("length(answers.name) > 3", B, {"name": "سلام"}, True),
    ],
)
def test_an_expression_gives_a_value_of_its_kind(
    expression: str, result: ResultKind, answers: dict[str, Any], expected: object
) -> None:
    assert value(expression, result, **answers) == expected


@pytest.mark.parametrize(
    ("expression", "result", "message"),
    [
        ("answers.student", N, "this rule gives no number when answers.student is True"),
        ("answers.income * 2", N, "this rule gives no number when answers.income is empty: test it first"),
        ("answers.income != null ? 1 / answers.income : 0", N, "gives no number when answers.income is 0.0"),
        ("answers.name", M, "this rule gives no amount"),
        ("answers.income", T, "this rule gives no text"),
        ("answers.income", D, "this rule gives no date"),
        ("answers.name", B, "this rule is neither true nor false"),
        ("total(answers.children, 'school')", N, "adds up numbers: name a number of a group's entries"),
        ("total(answers.children, 'ages')", N, "the group 'children' has no question 'ages', did you mean 'age'?"),
        ("size(answers.children)", N, "count(…) of a list instead of size(…)"),
    ],
)
def test_an_expression_that_gives_something_else_is_refused(expression: str, result: ResultKind, message: str) -> None:
    with pytest.raises(BadCondition) as raised:
        compile_expression(expression, NAMES, result)
    assert message in str(raised.value)


def test_an_expression_that_must_give_a_value_may_not_give_null() -> None:
    compile_expression("answers.income", NAMES, N)
    with pytest.raises(BadCondition, match=r"when answers\.income is empty"):
        compile_expression("answers.income", NAMES, N, optional=False)


@pytest.mark.parametrize(
    ("expression", "answers", "expected"),
    [
        ("'food' in answers.kinds", {"kinds": ["food"]}, True),
        ("'food' in answers.kinds", {}, False),
        ("answers.children.exists(c, c.age != null && c.age < 6)", {"children": [{"age": 5}, {}]}, True),
        ("answers.children.exists(c, c.age != null && c.age < 6)", {}, False),
        ("answers.children.all(c, c.school == 'public')", {"children": [{"school": "public"}]}, True),
        ("answers.children.filter(c, c.school == 'public').map(c, c.age)", {}, None),
        ("count(answers.children.filter(c, c.age != null && c.age < 6)) >= 2", {"children": [{"age": 1}] * 2}, True),
        ("answers.children[0].age == 4", {}, None),
    ],
)
def test_lists_and_groups_are_seen_as_lists(expression: str, answers: dict[str, Any], expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(BadCondition):
            compile_condition(expression, NAMES)
    else:
        assert compile_condition(expression, NAMES)(facts(**answers)) is expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("answers.kinds == null", "'answers.kinds' is a list, empty and never null: write count(answers.kinds) == 0"),
        ("'fod' in answers.kinds", "'fod' is not an option of the question 'kinds', did you mean 'food'?"),
        ("answers.children.exists(c, c.school == 'publik')", "'publik' is not an option of the question 'school'"),
        ("answers.children.exists(c, c.age < 6)", "is a list with an empty 'age': test it first"),
        ("case.opinions == 'lat'", "'lat' is not an option of the question 'opinions', did you mean 'late'?"),
        ("case.unit_kind == 'annex'", "did you mean 'annexe'?"),
    ],
)
def test_a_condition_on_a_list_that_could_never_hold_or_fail_is_refused(expression: str, message: str) -> None:
    with pytest.raises(BadCondition) as raised:
        compile_condition(expression, NAMES)
    assert message in str(raised.value)


def test_a_case_tells_its_opinions_its_committee_its_unit_and_whether_it_was_reopened() -> None:
    rule = (
        "case.opinions == 'late' && case.committee == 'accepted' && case.unit_kind == 'annexe' && case.reopened == true"
    )
    condition = compile_condition(rule, NAMES)
    case = {"opinions": "late", "committee": "accepted", "unit_kind": "annexe", "reopened": True}
    assert condition({"case": case, "today": TODAY})
    assert not condition({"case": case | {"opinions": None}, "today": TODAY})


HOSTILE = {
    "long": ("true " + "&& true " * 80, "at most 500 characters, this one has 645"),
    "deep": ("(" * 11 + "true" + ")" * 11, "brackets in brackets 10 deep at most, this one 11"),
    "very deep": ("[" * 249 + "]" * 249, "brackets in brackets 10 deep at most"),
    "choices": ("true ? " * 20 + "true" + " : true" * 20, "chooses with '?' at most 10 times"),
    "two lists": ("answers.children.all(c, answers.children.all(d, c.age == d.age))", "one list only"),
    "nested patterns": ("answers.name != null && answers.name.matches('(a{0,99}){0,99}')", "repeats up to 9801 times"),
    "long pattern": (f"answers.name != null && answers.name.matches('{'a*' * 51}')", "at most 100 characters"),
    "pattern of an answer": ("answers.name != null && answers.name.matches(answers.name)", "written in quotes"),
    "patterns in a loop": (
        "answers.name != null && ['b', 'c'].exists(x, answers.name.matches('(.|x){100}$') == (x == 'a'))",
        "matches(…) cannot be used while going through a list",
    ),
    "many patterns": (
        "answers.name != null && (" + " || ".join([r"answers.name.matches('(\\pL?\\pN?|\\pM?\\pN?){99}$')"] * 8) + ")",
        "ms on long answers, 50 at most",
    ),
}


@pytest.mark.parametrize(("expression", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_condition_that_would_run_for_long_is_refused_at_once(expression: str, message: str) -> None:
    start = time.thread_time()
    with pytest.raises(BadCondition) as raised:
        compile_condition(expression, NAMES)
    assert message in str(raised.value)
    assert time.thread_time() - start < 2


def test_the_largest_answers_are_evaluated_in_a_moment() -> None:
    """The costliest condition that is accepted: a pattern on a text of ten thousand letters."""
    rule = compile_condition("answers.name != null && answers.name.matches('^([ab]{0,9}){0,9}$')", NAMES)
    start = time.thread_time()
    rule(prepare(facts(children=[{"age": n} for n in range(20)], name="a" * 10_000)))
    assert time.thread_time() - start < 0.05


def test_what_is_published_is_compiled_only_when_it_is_needed() -> None:
    declared = Declared({"income": Variable(ValueKind.NUMBER)}, published=True)
    rule = compile_condition("answers.income == 3 && answers.gone == 1", declared)
    assert rule._program is None
    assert declared.used["answers"] == {"income"}
    assert rule.references == {("answers", "income")}
