"""Small things said well: conditions in words, old values beside new ones, and what a terminal answers."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from portal.actions.trial import Trial, played_name
from portal.cli.commands import app
from portal.domain.service import Count, FeeDue, Term, Text
from portal.fields.base import Wrong
from portal.presenting.condition_words import condition_words, fields_of
from portal.presenting.differences import differences
from portal.presenting.fees import due_words, fee_notes
from portal.presenting.open_formats.mermaid import state_diagram
from portal.presenting.workflow_picture import workflow_svg
from portal.presenting.wrongs import summary_of
from tests.support.everything import Rule, everything, question

ROOT = Path(__file__).parents[2]


def portal(*typed: str) -> Result:
    return CliRunner().invoke(app, list(typed))


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A services folder with a service that asks whether it is for whoever asks."""
    shutil.copytree(ROOT / "services/territory", tmp_path / "territory")
    shutil.copy(ROOT / "services/calendar.yaml", tmp_path)
    assert portal("new", "ma-demande", str(tmp_path)).exit_code == 0
    form = tmp_path / "catalogue/ma-demande/v1/form.yaml"
    before = """eligibility:
  fields:
    - {id: adult, type: yes_no, required: true, label: {ar: هل أنت راشد؟, fr: Êtes-vous majeur ?}}
  outcomes:
    - {id: young, is: not_eligible, when: "answers.adult == false", title: {ar: لا, fr: Réservé}, text: {ar: لا, fr: Non}}
    - {id: fine, is: eligible, title: {ar: نعم, fr: Vous pouvez demander}, text: {ar: نعم, fr: Oui}}
"""
    form.write_text(form.read_text(encoding="utf-8") + before, encoding="utf-8")
    return tmp_path


def test_a_file_of_answers_covers_the_questions_before_the_form(begun: Path, tmp_path: Path) -> None:
    example = begun / "catalogue/ma-demande/v1/examples/granted.yaml"
    left_out = portal("try", "ma-demande", "--services", str(begun), "--answers", str(example))
    assert left_out.exit_code == 0, left_out.output
    assert "Êtes-vous majeur" not in left_out.output
    given = tmp_path / "given.yaml"
    given.write_text("adult: false\n", encoding="utf-8")
    refused = portal("try", "ma-demande", "--services", str(begun), "--answers", str(given))
    assert refused.exit_code == 0, refused.output
    assert "Réservé" in refused.output


def test_where_nobody_can_type_the_command_says_what_to_do(begun: Path) -> None:
    done = portal("try", "ma-demande", "--services", str(begun))
    assert done.exit_code == 1
    assert "--answers" in done.output
    assert "Aborted" not in done.output


def test_an_answer_of_the_file_is_refused_in_the_readers_language(begun: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.yaml"
    given.write_text("adult: true\nname_ar: Amina\n", encoding="utf-8")
    done = portal("try", "ma-demande", "--services", str(begun), "--answers", str(given), "--lang", "ar")
    refused = next(line for line in done.output.splitlines() if line.startswith("! "))
    assert "اكتب" in refused
    assert "Write this name" not in refused


def test_proving_a_folder_leaves_nothing_where_it_is_done(begun: Path, tmp_path: Path) -> None:
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", "check", str(begun)],
        cwd=empty,
        env={**surroundings, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0
    assert list(empty.iterdir()) == []


def test_a_picture_says_how_long_opinions_are_awaited() -> None:
    service = everything()
    state = service.states["consultation"]
    assert state.consultation is not None
    term = replace(state.consultation, term=Term(77, Count.CALENDAR))
    asked = replace(service, states={**service.states, "consultation": replace(state, consultation=term)})
    assert "77" in workflow_svg(asked, "fr")
    assert "77" in state_diagram(asked)
    whole = replace(term, needed=len(term.opinions))
    every = replace(service, states={**service.states, "consultation": replace(state, consultation=whole)})
    assert f"{len(term.opinions)}/{len(term.opinions)}" not in workflow_svg(every, "fr")


def test_a_condition_is_said_by_the_words_of_its_questions() -> None:
    service = everything()
    fields = fields_of(service)
    asked = next(one for one in fields.values() if one.options)
    said = condition_words(f"answers.{asked.id} == '{asked.options[0].value}' && true", fields, "fr")
    assert asked.label["fr"] in said
    assert asked.options[0].label["fr"] in said
    assert "answers." not in said
    assert "&&" not in said


def test_a_changed_condition_and_a_changed_term_are_told_with_what_they_were() -> None:
    old = everything()
    page = replace(old.pages[1], when=Rule("answers.somewhere == 5"))
    (line,) = differences(old, replace(old, pages=(old.pages[0], page)), "fr").citizens
    assert "answers.somewhere = 5" in line
    state = old.states["lodged"]
    timer = replace(state.timers[0], term=Term(99, state.timers[0].term.count))
    slower = replace(old, states={**old.states, "lodged": replace(state, timers=(timer,))})
    lines = differences(old, slower, "fr").agents
    assert any("99" in line and str(state.timers[0].term.days) in line for line in lines)


def test_a_name_changed_in_one_language_is_not_told_as_changed_in_the_other() -> None:
    old = everything()
    new = replace(old, title=Text({**old.title.values, "fr": "Un autre nom"}))
    (line,) = differences(old, new, "ar").citizens
    assert line.count(old.title["ar"]) == 1
    (line,) = differences(old, new, "fr").citizens
    assert "Un autre nom" in line


def test_a_fee_is_said_in_words_and_a_reason_goes_on_after_its_colon() -> None:
    service = everything()
    said = due_words(service, FeeDue(Decimal(60), 3, waived=False), "fr")
    assert "×" not in said
    assert "20 dirhams par copy" in said
    waived = replace(service, fee=replace(service.fee, waiver=Text({"ar": "الجمعيات", "fr": "Les associations."})))
    assert any(line.endswith("les associations.") for line in fee_notes(waived, "fr"))
    named = replace(service, fee=replace(service.fee, waiver=Text({"ar": "الجمعيات", "fr": "RAMED en cours."})))
    assert any(line.endswith("RAMED en cours.") for line in fee_notes(named, "fr"))


def test_the_summary_names_the_question_whose_answer_is_to_be_chosen() -> None:
    field = question("link")
    for language in ("ar", "fr"):
        ((_, line),) = summary_of([field], {"link": Wrong("field.choice.needed")}, language)
        assert field.label[language] in line


def test_a_colleague_played_in_a_try_out_is_named_by_her_role_in_words() -> None:
    for who, number in (("chief", ""), ("committee-2", "2")):
        trial = Trial("id", "session", "version", "2026-01-01T00:00:00+00:00", who=who)
        for language in ("ar", "fr"):
            said = played_name(trial, language)
            assert said.partition(" ")[0] != who
            assert number in said
