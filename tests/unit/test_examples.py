"""Examples are told again as the portal would do it: the form as if typed, the workflow, its clock, and passing time."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.catalogue.loader import load_examples

from .small_service import (
    ELIGIBLE,
    EXAMPLE,
    FILES,
    FLOW,
    TERRITORY,
    Change,
    changed,
    faults_of,
    story_faults,
)

TOLD: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "told_examples.yaml").read_text("utf-8")
)
PATH = EXAMPLE[EXAMPLE.index("path:\n") :]


def ends(path: str, final: str, *answers: Change) -> list[str]:
    """What the loader says of the example with another path and end."""
    return faults_of(
        {**FILES, "examples/market.yaml": changed(EXAMPLE, (PATH, f"path:\n{path}final: {final}\n"), *answers)}
    )


def indented(path: str) -> str:
    return textwrap.indent(path, "  ")


def line_of(words: str) -> int:
    return EXAMPLE[: EXAMPLE.index(words)].count("\n") + 1


@pytest.mark.parametrize("row", TOLD["answers"], ids=lambda row: row["says"])
def test_what_is_answered_is_read_as_if_it_had_been_typed(row: dict[str, str]) -> None:
    faults = story_faults((row["said"], row["instead"]))
    assert any(row["says"] in fault for fault in faults), faults
    assert story_faults((row["said"], row["good"])) == []


def test_a_fault_in_an_entry_names_its_line() -> None:
    (fault,) = story_faults(("born: 1990-05-01", "born: 1990-13-01"))
    assert fault.startswith(f"examples/market.yaml:{line_of('{name: Amina')}: ")


@pytest.mark.parametrize("row", TOLD["steps"], ids=lambda row: row["says"])
def test_a_step_that_the_portal_would_not_take_is_a_fault_at_its_line(row: dict[str, str]) -> None:
    faults = ends(f"  - {row['step']}\n", "lodged")
    place = f"examples/market.yaml:{line_of('path:') + 1}: "
    assert any(fault.startswith(place) and row["says"] in fault for fault in faults), faults


@pytest.mark.parametrize("row", TOLD["stories"], ids=lambda row: row["what"])
def test_the_steps_of_a_story_lead_where_the_portal_would(row: dict[str, str]) -> None:
    assert ends(indented(row["path"]), row["final"]) == []
    assert any("the story ends in the state" in fault for fault in ends(indented(row["path"]), "withdrawn"))


@pytest.mark.parametrize("row", TOLD["partings"], ids=lambda row: row["what"])
def test_a_story_that_the_portal_would_not_tell_is_a_fault(row: dict[str, str]) -> None:
    assert any(row["says"] in fault for fault in ends(indented(row["path"]), "lodged"))


def test_the_law_returns_a_file_that_is_never_completed() -> None:
    lacking = (("stalls: 8", "stalls: 20"), ("needed: [], state: lodged", "needed: [plan], state: depositing"))
    # Thirty days from Monday 2 March end on Thursday 2 April: nothing happens before the day after.
    assert ends("  - {wait: 2026-04-02}\n", "depositing", *lacking) == []
    assert ends("  - {wait: 2026-04-03}\n", "returned", *lacking) == []
    completed = (
        "  - {action: complete_file, by: applicant, on: 2026-03-09, documents: [plan]}\n  - {wait: 2026-04-04}\n"
    )
    assert ends(completed, "lodged", *lacking) == []
    (fault,) = ends("  - {action: complete_file, by: applicant}\n", "lodged", *lacking)
    assert fault.endswith("the file still lacks plan")


def test_a_document_may_be_replaced_by_the_statement_that_stands_for_it() -> None:
    sworn = (("stalls: 8", "stalls: 20"), ("needed: []", "needed: [plan]"), ("expect:", "sworn: [plan]\nexpect:"))
    assert ends("", "lodged", *sworn) == []
    assert any("the documents needed are plan" in fault for fault in ends("", "lodged", *sworn[:1]))


def test_computed_values_are_seen_by_the_workflow() -> None:
    flow = changed(
        FLOW,
        (
            "to: consultation, by: [agent, chief],",
            'to: consultation, by: [agent, chief], when: "answers.rent != null && answers.rent == 12.0",',
        ),
    )
    assert faults_of({**FILES, "workflow.yaml": flow}) == []
    dearer = changed(EXAMPLE, ("stalls: 8", "stalls: 10"))
    (fault,) = faults_of({**FILES, "workflow.yaml": flow, "examples/market.yaml": dearer})
    assert "the condition of 'consult' does not hold" in fault


def test_without_a_territory_places_and_units_are_taken_as_they_are() -> None:
    assert faults_of(FILES, None) == []
    assert TERRITORY.is_place("02.113.03.11")


@pytest.mark.parametrize("row", TOLD["before"], ids=lambda row: row["says"])
def test_an_example_of_the_questions_before_sign_in_tells_where_they_lead(row: dict[str, Any]) -> None:
    faults = faults_of({**FILES, "examples/welcome.yaml": changed(ELIGIBLE, tuple(row["change"]))})
    assert any(row["says"] in fault for fault in faults), faults
    assert faults_of({**FILES, "examples/welcome.yaml": changed(ELIGIBLE, tuple(row["good"]))}) == []


def test_the_other_outcomes_are_reached_too() -> None:
    away = changed(
        ELIGIBLE,
        ("{here: true, since: 5}", "{here: false}"),
        ("{outcome: welcome, is: eligible}", "{outcome: elsewhere, is: sent_on}"),
    )
    new = changed(
        ELIGIBLE, ("since: 5", "since: 0"), ("{outcome: welcome, is: eligible}", "{outcome: recent, is: not_eligible}")
    )
    assert faults_of({**FILES, "examples/away.yaml": away, "examples/new.yaml": new}) == []


def test_examples_can_be_read_without_the_service() -> None:
    story, before = load_examples(FILES)
    assert [type(step).__name__ for step in story.path] == [
        "ActionStep",
        "OpinionStep",
        "OpinionStep",
        "VoteStep",
        "ActionStep",
    ]
    assert (before.outcome, before.verdict) == ("welcome", "eligible")


def test_a_timer_fires_again_when_a_case_comes_back_to_its_state() -> None:
    frozen = "  frozen: {kind: running, label: {ar: مجمد, fr: Gelé}}\n  granted: {kind"
    moves = (
        "  - {action: freeze, from: lodged, to: frozen, by: [system], label: {ar: تجميد, fr: Geler}}\n"
        "  - {action: thaw, from: frozen, to: lodged, by: [agent], label: {ar: تسخين, fr: Dégeler}}\n"
        "  - {action: skip"
    )
    flow = changed(FLOW, ("  granted: {kind", frozen), ("  - {action: skip", moves), ("warn: [chief]}", "do: freeze}"))
    twice = "  - {wait: 2026-03-07}\n  - {action: thaw, by: agent}\n  - {wait: 2026-03-12}\n"
    story = changed(EXAMPLE, (PATH, f"path:\n{twice}final: frozen\n"))
    assert faults_of({**FILES, "workflow.yaml": flow, "examples/market.yaml": story}) == []
