"""Examples: small stories, told by the designer of a service, that prove it does what she meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.catalogue.reading import Reading, Section
from portal.catalogue.yaml_source import Node
from portal.domain.service import IdentityLevel, Role, Text

FOLDER = "examples/"


@dataclass(frozen=True)
class ExampleStep:
    """One action of the story: who does it and when, what she says, which documents she brings."""

    action: str
    by: Role
    says: Mapping[str, Any]
    documents: tuple[str, ...]
    on: date
    line: int


@dataclass(frozen=True)
class Example:
    """A file as it is submitted, what must come of it at once, and the actions that lead to its end."""

    file: str
    title: Text
    today: date
    identity: IdentityLevel
    answers: Mapping[str, Any]
    documents: tuple[str, ...]
    sworn: tuple[str, ...]
    unit: str | None
    needed: tuple[str, ...]
    state: str
    path: tuple[ExampleStep, ...]
    final: str
    lines: Mapping[str, int]


def read_example(file: str, node: Node, reading: Reading) -> Example:
    """The example, as far as it can be read; what is wrong with it is noted in the reading."""
    section = Section(file, node, reading, "the example")
    expect = section.section("expect")
    today = _today(section, "today")
    example = Example(
        file=file,
        title=section.text("title"),
        today=today,
        identity=section.choice("identity", IdentityLevel),
        answers=section.values("answers"),
        documents=section.words("documents", required=False),
        sworn=section.words("sworn", required=False),
        unit=(expect.string("unit", "") or None) if expect else None,
        needed=expect.words("needed", required=False) if expect else (),
        state=expect.string("state") if expect else "",
        path=tuple(_step(row, today) for row in section.sections("path", "a step", required=False)),
        final=section.string("final"),
        lines=_lines(section, expect),
    )
    if expect:
        expect.close()
    section.close()
    return example


def _today(section: Section, key: str) -> date:
    word = section.string(key)
    try:
        return date.fromisoformat(word)
    except ValueError:
        section.fault(f"'{key}' must be a date such as 2026-03-02", key)
        return date.min


def _step(section: Section, today: date) -> ExampleStep:
    step = ExampleStep(
        action=section.string("action"),
        by=section.choice("by", Role),
        says=section.values("says"),
        documents=section.words("documents", required=False),
        on=_today(section, "on") if section.has("on") else today,
        line=section.line,
    )
    section.close()
    return step


def _lines(section: Section, expect: Section | None) -> dict[str, int]:
    lines = dict(section.lines)
    if expect:
        lines |= expect.lines
    if answers := section.optional_section("answers"):
        lines |= {f"answers.{name}": line for name, line in answers.lines.items()}
    return lines
