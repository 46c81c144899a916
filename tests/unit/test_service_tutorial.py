"""docs/services/tutorial.md, followed to the letter: after every step the service is sound, and every command works."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portal.catalogue.loader import check_folder
from portal.cli.commands import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/services/tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(yaml|sh)\n(.*?)```", re.DOTALL)
NAMED = re.compile(r"# (?:(v\d): )?(\S+)(?: \((add|instead of \"(.*)\")\))?\n")
SOUND_FROM = 5
"""The step that completes the first version."""


def steps() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        number = re.match(r"(\d+)\. ", part)
        if number:
            yield int(number[1]), BLOCK.findall(part)


def write(block: str, service: Path) -> None:
    named = NAMED.match(block)
    assert named, block[:60]
    version, name, how, old = named.groups()
    file = service / (version or "v1") / name
    text = block[named.end() :]
    if how == "add":
        text = file.read_text(encoding="utf-8") + text
    elif how:
        before = file.read_text(encoding="utf-8")
        assert before.count(old) == 1
        text = before.replace(old, text.strip())
    file.write_text(text, encoding="utf-8")


def run(commands: str) -> None:
    """The commands of a block; those of the shell are few, and done in Python."""
    for line in commands.strip().splitlines():
        program, *words = line.split()
        match program:
            case "mkdir":
                Path(words[-1]).mkdir(parents=True)
            case "cp":
                *sources, target = words[1:]
                for source in sources:
                    found = ROOT / source if source.startswith("services/") else Path(source)
                    there = Path(target) / found.name if target.endswith("/") else Path(target)
                    (shutil.copytree if found.is_dir() else shutil.copy)(found, there)
            case "portal":
                done = CliRunner().invoke(app, words)
                assert done.exit_code == 0, f"{line}: {done.output}"


def test_the_tutorial_can_be_followed_to_the_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    service = Path("my-services/catalogue/banderole")
    done = []
    for number, blocks in steps():
        for kind, block in blocks:
            if kind == "sh":
                run(block)
            else:
                write(block, service)
        if number >= SOUND_FROM:
            assert [str(fault) for fault in check_folder("my-services")] == []
        done.append(number)
    assert done == list(range(1, 8))
    assert Path("banderole.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_slip_that_the_tutorial_speaks_of_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    service = Path("my-services/catalogue/banderole")
    for number, blocks in steps():
        for kind, block in blocks if number <= SOUND_FROM else []:
            if kind == "yaml":
                write(block, service)
            elif "portal" not in block:
                run(block)
    file = service / "v1/workflow.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("from: lodged", "from: lodge", 1), encoding="utf-8")
    found = [str(fault) for fault in check_folder("my-services")]
    assert any("did you mean 'lodged'" in fault for fault in found)
