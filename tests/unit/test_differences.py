"""What changes between two versions of a service: nothing is left unsaid, and everybody is told what concerns her."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from portal.domain.service import Option, Role, ServiceDefinition, StateKind, Text, text
from portal.presenting.differences import differences
from tests.support.everything import Rule, everything, question, words

UNSAID = ("slug", "version", "digest", "conditional")
"""What names a version, and what only repeats that a rule is there."""

OTHERWISE: Mapping[str, Any] = {
    "initial": ("sitting", "granted"),
    "depositing": ("lodged", "sitting"),
    "target": ("withdrawn", "lodged"),
    "sources": (("sitting",), ("lodged",)),
    "paid_by": (("cash",), ()),
    "law": ("31-13", "55-19"),
}
"""Names that must stay those of something that exists."""


def variants(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The same thing with one detail changed, for each detail of it, and where that is."""
    if name in OTHERWISE:
        yield name, next(one for one in OTHERWISE[name] if one != value)
    elif isinstance(value, Text):
        for language in value:
            yield language, Text({**value.values, language: f"{value[language]} +"})
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _of_its_parts(value)
    elif isinstance(value, tuple):
        yield from _of_its_members(value)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from ((f"{key}.{path}", {**value, key: changed}) for path, changed in variants(member))
    elif value is not None:
        yield "", other(value)


def _of_its_parts(value: Any) -> Iterator[tuple[str, Any]]:
    for one in fields(value):
        if one.name not in UNSAID:
            for path, changed in variants(getattr(value, one.name), one.name):
                yield f"{one.name}.{path}", replace(value, **{one.name: changed})


def _of_its_members(value: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for place, member in enumerate(value):
        for path, changed in variants(member):
            yield f"{place}.{path}", (*value[:place], changed, *value[place + 1 :])
    if value:
        yield "fewer", value[1:]


def other(value: Any) -> Any:
    match value:
        case Enum():
            members = list(type(value))
            return members[(members.index(value) + 1) % len(members)]
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case str():
            return f"{value}_x"
        case _:
            assert callable(value)
            return Rule("something else")


def test_every_detail_that_changes_is_told() -> None:
    whole = everything()
    untold = [path for path, changed in variants(whole) if not differences(whole, changed, "fr")]
    untold += [path for path, changed in variants(whole) if not differences(changed, whole, "ar")]
    assert not untold


def test_what_is_the_same_is_not_told() -> None:
    assert not differences(everything(), everything(), "ar")


def removed(service: ServiceDefinition) -> ServiceDefinition:
    """The same without whatever may be absent."""
    absent: dict[str, Any] = {
        "handoff": None,
        "eligibility": None,
        "next_steps": None,
        "appeals": (),
        "to_confirm": (),
        "depositing": None,
        "follows": None,
    }
    return replace(service, **absent)


@pytest.mark.parametrize(
    "name", ["handoff", "eligibility", "next_steps", "appeals", "to_confirm", "depositing", "follows"]
)
def test_what_appears_or_goes_is_told(name: str) -> None:
    old = removed(everything())
    new = replace(old, **{name: getattr(everything(), name)})
    assert differences(old, new, "fr")
    assert differences(new, old, "fr")


def test_an_extension_or_another_period_that_appears_or_goes_is_told_to_everybody() -> None:
    old = everything()
    for deadline in (replace(old.deadline, extension=None), replace(old.deadline, instead=())):
        new = replace(old, deadline=deadline)
        for found in (differences(old, new, "fr"), differences(new, old, "ar")):
            assert len(found.citizens) == len(found.agents) == len(found.partners) == 1


def with_question(service: ServiceDefinition, change: Callable[[Any], Any]) -> ServiceDefinition:
    first = service.pages[0]
    return replace(
        service, pages=(replace(first, fields=(change(first.fields[0]), *first.fields[1:])), *service.pages[1:])
    )


def test_a_new_question_concerns_the_citizen_the_agent_and_a_partner_that_reads_it() -> None:
    old = everything()
    page = replace(old.pages[1], fields=(*old.pages[1].fields, question("colour")))
    found = differences(old, replace(old, pages=(old.pages[0], page)), "fr")
    assert any("colour en français" in line for line in found.citizens)
    assert any("colour en français" in line for line in found.agents)
    assert any("colour" in line for line in found.partners)


def test_the_help_beside_a_question_does_not_concern_partners() -> None:
    old = everything()
    found = differences(old, with_question(old, lambda one: replace(one, hint=words("other help"))), "fr")
    assert found.citizens
    assert not found.partners


def test_an_opinion_of_an_office_concerns_no_partner_and_one_of_a_partner_does() -> None:
    old = everything()
    state = old.states["consultation"]
    assert state.consultation is not None
    for place, concerns in ((0, False), (1, True)):
        opinions = tuple(one for number, one in enumerate(state.consultation.opinions) if number != place)
        fewer = replace(state, consultation=replace(state.consultation, opinions=opinions))
        found = differences(old, replace(old, states={**old.states, "consultation": fewer}), "fr")
        assert bool(found.partners) is concerns


def test_a_warning_to_the_chief_is_not_told_to_citizens() -> None:
    old = everything()
    state = old.states["lodged"]
    timer = replace(state.timers[0], warns=(Role.CHIEF, Role.AGENT))
    found = differences(old, replace(old, states={**old.states, "lodged": replace(state, timers=(timer,))}), "fr")
    assert found.agents
    assert not found.citizens


def test_a_rule_written_alike_is_the_same_though_it_was_compiled_anew() -> None:
    old = everything()
    assert not differences(old, with_question(old, lambda one: replace(one, when=Rule("answers.b == 1"))), "ar")
    assert differences(old, with_question(old, lambda one: replace(one, when=Rule("answers.b == 2"))), "ar")


def test_a_long_list_of_answers_is_told_by_its_numbers() -> None:
    many = tuple(Option(f"v{number}", text("جواب", "réponse")) for number in range(40))
    found = differences(everything(), with_question(everything(), lambda one: replace(one, options=many)), "fr")
    assert sum("name en français" in line for line in found.citizens) == 1


def test_a_state_that_pauses_the_clock_is_told_to_everybody() -> None:
    old = everything()
    paused = replace(old.states["sitting"], kind=StateKind.SUSPENDED)
    found = differences(old, replace(old, states={**old.states, "sitting": paused}), "fr")
    assert found.citizens
    assert found.agents
    assert found.partners
