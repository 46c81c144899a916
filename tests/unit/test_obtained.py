"""What the office fetches from another administration: conditions see whether it came, and examples tell when it did."""

from datetime import date
from typing import Any

import pytest

from portal.catalogue.conditions import BadCondition, Declared, Variable, compile_condition, compile_expression
from portal.domain.service import ResultKind
from portal.fields.base import ValueKind

from .small_service import EXAMPLE, FILES, FLOW, WITHOUT_A_STORY, changed, faults_of

RECORD = """\
  - id: tax
    title: {ar: شهادة ضريبية, fr: Attestation fiscale}
    from: administration
    holder: {ar: الخزينة, fr: La Trésorerie}
    basis: [charter]
outputs:
"""
SHEET = changed(FILES["service.yaml"], ("outputs:\n", RECORD))
WAITING = changed(
    FLOW, ("\"case.committee == 'accepted'\"", "\"case.committee == 'accepted' && case.obtained == true\"")
)
GRANT = "  - {action: grant,"


def told(example: str) -> list[str]:
    return faults_of({**FILES, "service.yaml": SHEET, "workflow.yaml": WAITING, "examples/market.yaml": example})


def test_a_story_grants_only_once_the_office_recorded_what_it_obtains() -> None:
    assert any("the condition of 'grant' does not hold" in fault for fault in told(EXAMPLE))
    assert told(changed(EXAMPLE, (GRANT, f"  - {{obtains: [tax]}}\n{GRANT}"))) == []
    assert told(changed(EXAMPLE, (GRANT, "  - {obtains: [tax], action: grant,"))) == []
    twice = changed(EXAMPLE, (GRANT, f"  - {{obtains: [tax, tax]}}\n{GRANT}"))
    assert any("the office has no document 'tax' to obtain here" in fault for fault in told(twice))
    brought = changed(EXAMPLE, (GRANT, f"  - {{obtains: [plan]}}\n{GRANT}"))
    assert any("the office has no document 'plan' to obtain here" in fault for fault in told(brought))


def test_a_condition_on_what_no_office_obtains_can_never_hold() -> None:
    never = changed(
        FLOW, ("by: [agent], label: {ar: اسأل", 'by: [agent], when: "case.obtained == false", label: {ar: اسأل')
    )
    found = faults_of({**WITHOUT_A_STORY, "workflow.yaml": never})
    assert any("'ask' can never be done from 'lodged'" in one and "nothing is left to obtain" in one for one in found)
    assert faults_of({**WITHOUT_A_STORY, "service.yaml": SHEET, "workflow.yaml": never}) == []


def test_a_case_is_never_stuck_once_everything_was_obtained() -> None:
    stuck = changed(
        FLOW,
        ("\"case.committee == 'accepted'\"", "\"case.committee == 'accepted' && case.obtained != true\""),
    )
    found = faults_of({**WITHOUT_A_STORY, "service.yaml": SHEET, "workflow.yaml": stuck})
    assert any("stuck in the state 'sitting'" in one and "case.obtained is true" in one for one in found), found
    assert faults_of({**WITHOUT_A_STORY, "service.yaml": SHEET, "workflow.yaml": WAITING}) == []


DATES = {"born": Variable(ValueKind.DATE), "rooms": Variable(ValueKind.NUMBER)}
TODAY: dict[str, Any] = {"today": date(2026, 2, 20), "answers": {"born": "2026-02-01", "rooms": 3}}


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("days_after(today, 10)", date(2026, 3, 2)),
        ("today + duration('240h')", date(2026, 3, 2)),
        ("days_after(answers.born, -1)", date(2026, 1, 31)),
        ("days_after(answers.born, answers.rooms)", date(2026, 2, 4)),
    ],
)
def test_a_day_is_counted_from_another(rule: str, day: date) -> None:
    compiled = compile_expression(rule, Declared(DATES), ResultKind.DATE)
    assert compiled(TODAY) == day


def test_a_day_after_one_that_is_missing_is_none() -> None:
    compiled = compile_expression("days_after(answers.born, 3)", Declared(DATES), ResultKind.DATE)
    assert compiled({"today": date(2026, 2, 20), "answers": {}}) is None


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("today + 10", "write days_after(today, 10)"),
        ("answers.born - 3", "write days_after(answers.born, -3)"),
    ],
)
def test_a_number_added_to_a_date_is_told_how(rule: str, message: str) -> None:
    with pytest.raises(BadCondition) as raised:
        compile_expression(rule, Declared(DATES), ResultKind.DATE)
    assert message in str(raised.value)


def test_the_hint_of_an_empty_answer_fits_the_rule() -> None:
    with pytest.raises(BadCondition) as raised:
        compile_expression("answers.rooms * 2", Declared(DATES), ResultKind.NUMBER)
    assert "as in answers.rooms == null ? null : …" in str(raised.value)
    with pytest.raises(BadCondition) as raised:
        compile_condition("answers.rooms > 2", Declared(DATES))
    assert "as in answers.rooms != null && …" in str(raised.value)


def test_the_article_of_an_appeal_is_a_law_and_its_article() -> None:
    for article, sound in (("article 21", False), ("55-19", False), ("55-19/21", True), ("2-17-265/9-1", True)):
        appeal = f"appeals: [{{before: {{ar: العامل, fr: Le gouverneur}}, days: 30, article: {article}}}]\n"
        found = faults_of({**FILES, "service.yaml": FILES["service.yaml"] + appeal})
        assert any(f"'{article}' is no article" in one for one in found) is not sound, found


@pytest.mark.parametrize("partner", ["Min Sante", "min-", "-min"])
def test_what_cannot_be_a_client_id_is_refused(partner: str) -> None:
    asked = changed(FLOW, ("of: province", f'of: "partner.{partner}"'))
    assert any("cannot be the id of a partner" in one for one in faults_of({**WITHOUT_A_STORY, "workflow.yaml": asked}))
    good = changed(FLOW, ("of: province", 'of: "partner.min-sante"'))
    assert faults_of({**WITHOUT_A_STORY, "workflow.yaml": good}) == []
