"""No page, question or document can be called as the portal calls something of its own pages."""

import pytest

from portal.catalogue.reserved import BEFORE_SIGN_IN, BUTTONS, OF_A_FORM, OF_QUESTIONS, STEPS
from portal.domain.issued import STANDARD
from tests.unit.sound_service import HANDED_OFF, SOUND, changed, faults_of, load

PAGE, QUESTION = "- id: more\n", "{id: details,"
DOCUMENT, ASKED = "- id: rent\n", "{id: architect, type: yes_no,"


@pytest.mark.parametrize("word", sorted(STEPS))
def test_a_page_cannot_take_the_address_of_a_step(word: str) -> None:
    found = faults_of(changed(SOUND, ("form.yaml", PAGE, f"- id: {word}\n")))
    assert any(f"'{word}' cannot be the id of a page" in fault and fault.startswith("form.yaml:") for fault in found), (
        found
    )


@pytest.mark.parametrize("word", sorted(OF_QUESTIONS))
def test_a_question_cannot_take_the_name_of_a_part_of_its_page(word: str) -> None:
    found = faults_of(changed(SOUND, ("form.yaml", QUESTION, f"{{id: {word},")))
    assert any(f"'{word}' cannot be the id of a question" in fault for fault in found), found


@pytest.mark.parametrize("word", ["form", "version", "main"])
def test_nor_can_what_an_action_asks_or_a_document(word: str) -> None:
    document = faults_of(changed(SOUND, ("service.yaml", DOCUMENT, f"- id: {word}\n")))
    assert any(f"'{word}' cannot be the id of a document" in fault for fault in document), document
    asked = faults_of(changed(SOUND, ("workflow.yaml", "{id: reasons,", f"{{id: {word},")))
    assert any(f"'{word}' cannot be the id of a question" in fault for fault in asked), asked


def test_the_questions_before_sign_in_may_be_called_as_buttons_they_do_not_have() -> None:
    old = HANDED_OFF["form.yaml"]
    for word in sorted(BUTTONS):
        load(
            changed(
                HANDED_OFF,
                (
                    "form.yaml",
                    "",
                    old.replace("architect,", f"{word},").replace("answers.architect", f"answers.{word}"),
                ),
            )
        )
    for word in sorted(OF_A_FORM | BEFORE_SIGN_IN):
        renamed = old.replace("architect,", f"{word},").replace("answers.architect", f"answers.{word}")
        assert any(
            "cannot be the id of a question" in fault
            for fault in faults_of(changed(HANDED_OFF, ("form.yaml", "", renamed)))
        )


def test_in_a_group_and_for_a_twin_such_words_are_free() -> None:
    load(changed(SOUND, ("form.yaml", "{id: first_name, type: short_text,", "{id: status, type: short_text,")))
    load(changed(SOUND, ("form.yaml", PAGE, "- id: checks\n"), ("form.yaml", QUESTION, "{id: forms,")))


@pytest.mark.parametrize("word", sorted(STANDARD))
def test_a_document_we_issue_cannot_take_the_name_of_one_that_every_service_issues(word: str) -> None:
    renamed = changed(
        SOUND,
        ("service.yaml", "  sent_back:\n", f"  {word}:\n"),
        ("workflow.yaml", "issue.sent_back", f"issue.{word}"),
    )
    line = renamed["service.yaml"][: renamed["service.yaml"].index(f"  {word}:")].count("\n") + 1
    found = faults_of(renamed)
    assert any(
        fault.startswith(f"service.yaml:{line}: '{word}' cannot be the id of a document we issue") for fault in found
    ), found


def test_no_action_asks_for_what_the_portal_issues_by_itself() -> None:
    for word in ("completion", "request", "slip"):
        asked = changed(SOUND, ("workflow.yaml", "issue.sent_back", f"issue.{word}, issue.sent_back"))
        assert any(f"the portal issues '{word}' by itself" in fault for fault in faults_of(asked))
