"""What documents are filled in with: a service that gets it wrong is told so by file and line, and its twin passes."""

import pytest

from portal.catalogue.faults import Unsound
from portal.catalogue.loader import load_service
from portal.catalogue.output_proofs import UNPRINTED
from tests.unit.printed_permit import FILES, SHEET, SLUG
from tests.unit.sound_service import TERRITORY, changed

S, F, W = "service.yaml", "form.yaml", "workflow.yaml"
LINE = '{ar: "المصاريف: {fee}.", fr: "Frais : {fee}."}'
AT = SHEET[: SHEET.index(LINE)].count("\n") + 1
"""The line of the paragraph that the tests reword."""


def paragraph(name: str, end: str = "") -> tuple[str, str, str]:
    return S, LINE, f'{{ar: "هكذا: {{{name}}}{end}", fr: "Ainsi : {{{name}}}{end}"}}'


def faults_of(*changes: tuple[str, str, str]) -> list[str]:
    try:
        load_service(SLUG, changed(FILES, *changes), territory=TERRITORY)
    except Unsound as unsound:
        return [str(fault) for fault in unsound.faults]
    return []


@pytest.mark.parametrize(
    ("broken", "fault", "twin"),
    [
        ("answers.dya", "the form has no question 'dya', did you mean 'day'?", "answers.day"),
        ("answers.plan", "an answer of type file cannot stand in a paragraph", "answers.kit"),
        ("answers.remark", "'remark' is not always answered: require it of all", "answers.spot"),
        ("answers.health", "'health' is sensitive: it is not printed", "answers.copies"),
        ("answers.unwell", "'unwell' is made of a sensitive answer: it is not printed", "answers.twice"),
        ("answers.open", "'open' is not always answered: require it of all", "answers.twice"),
        ("said.untill", "'grant' issues 'permit' and does not ask 'untill', did you mean 'until'?", "said.until"),
        ("said.note", "'note' is not always answered: require it of all", "said.hours"),
        ("said.reasons", "'grant' issues 'permit' and does not ask 'reasons'", "said.hours"),
        ("answer.day", "the placeholder '{answer.day}' does not exist", "fee"),
        ("feee", "the placeholder '{feee}' does not exist, did you mean 'fee'?", "fee"),
    ],
)
def test_a_placeholder_has_something_to_stand_for(broken: str, fault: str, twin: str) -> None:
    (found,) = faults_of(paragraph(broken))
    assert found.startswith(f"service.yaml:{AT}: {fault}"), found
    assert faults_of(paragraph(twin)) == []


def test_a_long_answer_ends_its_paragraph() -> None:
    (fault,) = faults_of(paragraph("answers.programme", "."))
    assert fault == f"service.yaml:{AT}: 'programme' may be long: the paragraph ends with it, in every language"
    assert faults_of(paragraph("answers.programme")) == []


def test_no_type_that_is_no_run_of_words_is_printed() -> None:
    assert {"file", "statement", "consent", "group", "info"} == UNPRINTED
    swear = "statement: {ar: أصرح, fr: Je déclare}"
    for kind, keys in (("statement", swear), ("consent", swear), ("info", "text: {ar: اعلم, fr: Sachez}")):
        extra = f"      - {{id: extra, type: {kind}, label: {{ar: كذا, fr: Ceci}}, {keys}}}\n"
        asked = (F, "      - {id: phone,", f"{extra}      - {{id: phone,")
        example = ("examples/fair.yaml", "health: 1}", "health: 1}" if kind == "info" else "health: 1, extra: true}")
        assert faults_of(asked, example) == []
        assert f"an answer of type {kind} cannot stand" in faults_of(asked, example, paragraph("answers.extra"))[0]


def test_what_is_asked_only_of_some_is_not_printed() -> None:
    some = (F, "{id: sure, type: yes_no,", "{id: sure, when: \"answers.purpose == 'fair'\", type: yes_no,")
    whole = (F, "متأكد؟, fr: Sûr ?}, required: false}", "متأكد؟, fr: Sûr ?}}")
    told = ("examples/fair.yaml", "health: 1}", "health: 1, sure: true}")
    assert faults_of(whole, told, paragraph("answers.sure")) == []
    assert "'sure' is not always answered" in faults_of(some, whole, told, paragraph("answers.sure"))[0]
    page = (F, "  - id: sum\n", "  - id: sum\n    when: \"answers.purpose == 'fair'\"\n")
    assert any(
        "'sure' is not always answered" in one for one in faults_of(page, whole, told, paragraph("answers.sure"))
    )
    assert any("'twice' is not always answered" in one for one in faults_of(page))


def test_every_action_that_issues_a_document_asks_what_it_says() -> None:
    at_once = "{action: grant_at_once, from: lodged, to: granted, by: [agent], label: {ar: قبول, fr: Accorder}, "
    silent = (W, "  - action: refuse\n", f"  - {at_once}effects: [issue.permit]}}\n  - action: refuse\n")
    assert any("'grant_at_once' issues 'permit' and does not ask 'until'" in one for one in faults_of(silent))
    never = (W, "effects: [issue.permit, notify]", "effects: [notify]")
    assert any("no action issues 'permit', so nobody is asked 'until'" in one for one in faults_of(never))


def test_a_fee_is_stated_where_there_is_one() -> None:
    free = (S, "{amount: 20, quantity: answers.copies, per: {ar: نسخة, fr: copie}, paid_by: [stamp]}", "{amount: 0}")
    example = ("examples/fair.yaml", ", fee: 40", "")
    fault = "{fee} is of a service that costs something: this one has no amount"
    assert faults_of(free, example) == [f"service.yaml:{AT}: {fault}"]
    assert faults_of(free, example, paragraph("answers.day")) == []


UNTIL = next(line + "\n" for line in SHEET.splitlines() if "{appeal_until}" in line)


def test_a_document_that_refuses_says_until_when_it_can_be_turned_against() -> None:
    (fault,) = faults_of((S, UNTIL, ""))
    at = SHEET[: SHEET.index("  refusal:")].count("\n") + 1
    assert fault == (
        f"service.yaml:{at}: 'refusal' refuses, and law 55-19 sets a time to turn against it: "
        "a paragraph says until when, with {appeal_until}"
    )
    # Laws that set no such time have nothing to say.
    assert faults_of((S, UNTIL, ""), (S, 'law: "55-19", days: 10', "law: 2-17-265, days: 10")) == []


def test_a_document_that_refuses_says_why_and_is_a_decision() -> None:
    at = SHEET[: SHEET.index("  refusal:")].count("\n") + 1
    why = next(line + "\n" for line in SHEET.splitlines() if "{reasons}" in line)
    assert faults_of((S, why, "")) == [f"service.yaml:{at}: 'refusal' refuses: a paragraph says why, with {{reasons}}"]
    titled = "    title: {ar: رفض, fr: Refus}\n"
    (fault,) = faults_of((S, titled, "    kind: certificate\n" + titled))
    assert fault == f"service.yaml:{at}: 'refusal' tells of a refusal or a return: its 'kind' is decision"
    assert faults_of((S, titled, "    kind: decision\n" + titled)) == []


def test_what_a_document_is_comes_from_a_closed_list() -> None:
    titled = "    title: {ar: رخصة, fr: Autorisation}\n"
    at = SHEET[: SHEET.index(titled)].count("\n") + 1
    for kind in ("decision", "certificate", "attestation", "appointment"):
        assert faults_of((S, titled, f"    kind: {kind}\n" + titled)) == []
    (fault,) = faults_of((S, titled, "    kind: certifcate\n" + titled))
    assert fault == f"service.yaml:{at}: 'certifcate' is not a known 'kind', did you mean 'certificate'?"
    for kind in ("receipt", "slip", "report"):
        (fault,) = faults_of((S, titled, f"    kind: {kind}\n" + titled))
        assert fault.startswith(f"service.yaml:{at}: the portal issues a '{kind}' of every file itself: use decision, ")


def test_a_decision_that_grants_but_a_part_refuses_the_rest_by_the_same_rules() -> None:
    partly = (W, "outcome: granted, issues: permit", "outcome: granted, partly: true, issues: permit")
    faults = faults_of(partly)
    assert any("'permit' refuses, and law 55-19 sets a time" in one for one in faults), faults
    assert any("'grant' refuses, so it must ask for 'reasons'" in one for one in faults), faults
    assert any("'grant' refuses, so it must always ask for 'ground'" in one for one in faults), faults
    refused = (W, "outcome: refused, issues: refusal", "outcome: refused, partly: true, issues: refusal")
    assert any("'partly': that is of a decision with the outcome granted" in one for one in faults_of(refused))


def test_a_title_has_no_placeholder() -> None:
    named = (
        S,
        "title: {ar: رخصة, fr: Autorisation}",
        'title: {ar: "رخصة {reference}", fr: "Autorisation {reference}"}',
    )
    (fault,) = faults_of(named)
    assert "the title of a document has no placeholder" in fault
    assert faults_of((S, "title: {ar: رخصة, fr: Autorisation}", "title: {ar: ترخيص, fr: Permis}")) == []


def test_values_that_look_at_each_other_are_told_of_and_never_end_the_proof() -> None:
    loop = (F, 'value: "answers.surface == null ? null : answers.surface * 2"', 'value: "answers.unwell"')
    back = (F, 'value: "answers.health == null ? null : answers.health * 2"', 'value: "answers.twice"')
    assert faults_of(loop, back)


def test_what_is_said_of_the_period_is_known_when_the_document_is_issued() -> None:
    (fault,) = faults_of(paragraph("extended_days"))
    assert fault == (
        f"service.yaml:{AT}: {{extended_days}} is of a document that only actions with 'act: extension' issue"
    )
    assert faults_of(paragraph("due_on")) == []
