"""What designers do at a terminal: begin a service, try it, draw it, compare its versions."""

import shutil
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from typer.testing import CliRunner, Result

from portal.catalogue.loader import check_folder
from portal.cli.commands import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """A services folder with the province in it, and no service."""
    shutil.copytree(ROOT / "services/territory", tmp_path / "territory")
    shutil.copy(ROOT / "services/calendar.yaml", tmp_path)
    return tmp_path


def portal(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=typed)


@pytest.fixture
def begun(services: Path) -> Path:
    assert portal("new", "ma-demande", str(services)).exit_code == 0
    return services


def test_a_new_service_is_sound_from_the_first_minute(services: Path) -> None:
    for slug, mode in (("ma-demande", "processed"), ("ailleurs", "handoff")):
        done = portal("new", slug, str(services), "--mode", mode)
        assert done.exit_code == 0, done.output
        assert len(list((services / "catalogue" / slug / "v1" / "examples").iterdir())) >= 3
    assert [str(fault) for fault in check_folder(services)] == []


def test_every_file_of_a_new_service_tells_editors_where_its_schema_is(begun: Path) -> None:
    for file in (begun / "catalogue/ma-demande/v1").rglob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        address = first.removeprefix("# yaml-language-server: $schema=")
        assert address != first
        assert (file.parent / address).resolve().parent == ROOT / "docs/services/schema"
        assert (file.parent / address).is_file(), file


def test_a_name_that_is_taken_or_no_name_is_refused_and_nothing_is_written(begun: Path) -> None:
    before = {file: file.read_bytes() for file in begun.rglob("*") if file.is_file()}
    for slug in ("ma-demande", "Ma_Demande", "../up", "-x", "a" * 80):
        done = portal("new", "--", slug, str(begun))
        assert done.exit_code == 1, slug
    assert {file: file.read_bytes() for file in begun.rglob("*") if file.is_file()} == before


def test_a_workflow_is_drawn_in_each_format(begun: Path, tmp_path: Path) -> None:
    for form, first in (("svg", "<svg"), ("mermaid", "stateDiagram-v2"), ("bpmn", "<?xml")):
        done = portal("draw", "ma-demande", "--services", str(begun), "--format", form)
        assert done.exit_code == 0
        assert done.output.startswith(first)
        out = tmp_path / f"drawn.{form}"
        assert (
            portal("draw", "ma-demande", "--services", str(begun), "--format", form, "--out", str(out)).exit_code == 0
        )
        assert out.read_text(encoding="utf-8") == done.output
        if form != "mermaid":
            Tree.fromstring(done.output)  # noqa: S314  It is ours.


def test_what_has_no_workflow_or_does_not_exist_is_told_in_a_line(begun: Path) -> None:
    portal("new", "ailleurs", str(begun), "--mode", "handoff")
    for words in (
        ("draw", "ailleurs", "--services", str(begun)),
        ("draw", "nothing", "--services", str(begun)),
        ("draw", "ma-demande", "--version", "7", "--services", str(begun)),
        ("diff", "ma-demande", "1", "2", "--services", str(begun)),
        ("try", "nothing", "--services", str(begun)),
        ("try", "ma-demande", "--services", str(begun), "--answers", str(begun / "none.yaml")),
    ):
        done = portal(*words)
        assert done.exit_code == 1, words
        assert len(done.output.strip().splitlines()) == 1, done.output


def test_the_difference_of_two_versions_is_told_in_the_designers_language(begun: Path) -> None:
    folder = begun / "catalogue/ma-demande"
    shutil.copytree(folder / "v1", folder / "v2")
    same = portal("diff", "ma-demande", "1", "2", "--services", str(begun))
    sheet = folder / "v2/service.yaml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("days: 30", "days: 15"), encoding="utf-8")
    french = portal("diff", "ma-demande", "1", "2", "--services", str(begun)).output
    arabic = portal("diff", "ma-demande", "1", "2", "--services", str(begun), "--lang", "ar").output
    assert len(same.output.splitlines()) == 1
    assert "15 jours" in french
    assert "30 jours" in french
    assert "15 يوما" in arabic


def test_a_form_is_filled_in_by_answers_from_a_file(begun: Path) -> None:
    answers = begun / "catalogue/ma-demande/v1/examples/granted.yaml"
    done = portal("try", "ma-demande", "--services", str(begun), "--answers", str(answers))
    assert done.exit_code == 0, done.output
    assert "Amina Zenagui" in done.output
    assert "Un document qui le prouve" in done.output


def test_a_wrong_answer_is_explained_in_the_readers_language_and_asked_again(begun: Path) -> None:
    typed = "\n".join(["أمينة", "Amina 7", "Amina", "Ahfir", "12", "", "1", "abc", "assez long"]) + "\n"
    done = portal("try", "ma-demande", "--services", str(begun), typed=typed)
    assert done.exit_code == 0, done.output
    assert "lettres latines" in done.output.partition("! ")[2]
    assert "06 12 34 56 78" in done.output
    assert "Ahfir" in done.output.rpartition("\n- ")[2]
    assert "assez long" in done.output


def test_questions_that_do_not_apply_are_not_asked(begun: Path) -> None:
    other = portal(
        "try",
        "ma-demande",
        "--services",
        str(begun),
        typed="\n".join(["أمينة", "Amina", "Ahfir", "", "2", "سعيد", "une copie", ""]),
    )
    assert "Nom de la personne concernée" in other.output
    assert "Un document qui le prouve" not in other.output


def test_whoever_cannot_ask_is_told_before_the_form(begun: Path) -> None:
    portal("new", "ailleurs", str(begun), "--mode", "handoff")
    done = portal("try", "ailleurs", "--services", str(begun), typed="15\n1\n")
    assert done.exit_code == 0
    assert "réservé aux adultes" in done.output


def test_nobody_at_the_terminal_ends_the_command(begun: Path) -> None:
    assert portal("try", "ma-demande", "--services", str(begun)).exit_code == 1


def test_what_cannot_be_written_is_told_in_a_line(begun: Path, tmp_path: Path) -> None:
    told = portal("draw", "ma-demande", "--services", str(begun), "--out", str(tmp_path / "none" / "drawn.svg"))
    assert told.exit_code == 1
    assert "cannot be written: No such file or directory" in told.output
    assert "there is no folder" in portal("check", str(tmp_path / "none")).output
