"""Examples: small stories, told by the designer of a service, that prove it does what she meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Reading, Section
from portal.catalogue.yaml_source import Entries, Items, Node, Scalar
from portal.domain.service import IdentityLevel, Role, Text, Verdict

FOLDER = "examples/"
EXAMPLE, STEP = Sentence("the example"), Sentence("a step")
VOTES = ("for", "against", "abstain")
ONLY_CASES = ("identity", "documents", "sworn", "path", "final", "first", "repeats")
"""What an example of the questions before sign-in has nothing of: no case comes of it."""


@dataclass(frozen=True)
class Step:
    """Something that happens on a day of the story."""

    on: date
    line: int


@dataclass(frozen=True)
class ActionStep(Step):
    """One action: who does it, what she says, which documents she brings, which unit she transfers to.

    What the office ``obtains`` itself is recorded just before.
    """

    action: str
    by: Role
    says: Mapping[str, Any]
    documents: tuple[str, ...] = ()
    to: str | None = None
    obtains: tuple[str, ...] = ()


@dataclass(frozen=True)
class ObtainStep(Step):
    """The office records documents that it obtained itself from another administration."""

    obtains: tuple[str, ...]


@dataclass(frozen=True)
class OpinionStep(Step):
    """An opinion comes from whoever was asked for it."""

    opinion: str
    says: Mapping[str, Any]


@dataclass(frozen=True)
class VoteStep(Step):
    """Members of the committee vote, who had not yet: how many say what."""

    votes: Mapping[str, int]


@dataclass(frozen=True)
class WaitStep(Step):
    """Nothing happens but time, until that day."""


@dataclass(frozen=True)
class Example:
    """A file as it is submitted, what must come of it at once, and the steps that lead to its end.

    ``first`` is the office that the case is at which this one follows, ``repeats`` tells that the same person was refused
    the same before. An example of the questions before sign-in has an ``outcome`` and its ``verdict`` instead, and no case.
    """

    file: str
    title: Text
    today: date
    identity: IdentityLevel
    answers: Mapping[str, Any]
    documents: tuple[str, ...]
    sworn: tuple[str, ...]
    unit: str | None
    needed: tuple[str, ...]
    fee: Decimal | None
    state: str
    path: tuple[Step, ...]
    final: str
    lines: Mapping[str, int]
    outcome: str | None = None
    verdict: Verdict | None = None
    first: str | None = None
    repeats: bool = False

    def line(self, *keys: str) -> int:
        """Where the first of these that is written stands."""
        return next((self.lines[key] for key in keys if key in self.lines), 1)


def read_example(file: str, node: Node, reading: Reading) -> Example:
    """The example, as far as it can be read; what is wrong with it is noted in the reading."""
    section = Section(file, node, reading, EXAMPLE)
    expect = section.section("expect")
    before = expect is not None and expect.has("outcome")
    example = _of_eligibility(file, section, expect) if expect and before else _of_case(file, section, expect)
    if expect:
        expect.close()
    section.close()
    return example


def _of_case(file: str, section: Section, expect: Section | None) -> Example:
    today = _day(section, "today")
    return Example(
        file=file,
        title=section.text("title"),
        today=today,
        identity=section.choice("identity", IdentityLevel),
        answers=_values(section, "answers"),
        documents=section.words("documents", required=False),
        sworn=section.words("sworn", required=False),
        unit=(expect.string("unit", "") or None) if expect else None,
        needed=expect.words("needed", required=False) if expect else (),
        fee=expect.decimal("fee") if expect else None,
        state=expect.string("state") if expect else "",
        path=tuple(_step(row, today) for row in section.sections("path", STEP, required=False)),
        final=section.string("final"),
        lines=_lines(section, expect),
        first=section.string("first", "") or None,
        repeats=section.boolean("repeats", False),
    )


def _of_eligibility(file: str, section: Section, expect: Section) -> Example:
    for key in ONLY_CASES:
        if section.has(key):
            section.fault(
                Sentence(
                    "'%(key)s' has no place here: 'outcome' is told before sign-in, and no case comes of it", key=key
                ),
                key,
            )
    return Example(
        file=file,
        title=section.text("title"),
        today=_day(section, "today"),
        identity=IdentityLevel.NONE,
        answers=_values(section, "answers"),
        documents=(),
        sworn=(),
        unit=None,
        needed=(),
        fee=None,
        state="",
        path=(),
        final="",
        lines=_lines(section, expect),
        outcome=expect.string("outcome"),
        verdict=expect.choice("is", Verdict),
    )


def _day(section: Section, key: str) -> date:
    word = section.string(key)
    try:
        return date.fromisoformat(word)
    except ValueError:
        section.fault(Sentence("'%(key)s' must be a date such as 2026-03-02", key=key), key)
        return date.min


def _step(section: Section, today: date) -> Step:
    """One step, told by its first word; without a day it happens on the day of the one before, or of the submission."""
    if section.has("wait"):
        step: Step = WaitStep(_day(section, "wait"), section.line)
    else:
        on = _day(section, "on") if section.has("on") else date.min
        step = _act(section, on)
    section.close()
    return step


def _act(section: Section, on: date) -> Step:
    if section.has("opinion"):
        return OpinionStep(on, section.line, section.string("opinion"), _values(section, "says"))
    if section.has("vote"):
        return VoteStep(on, section.line, _votes(section))
    if section.has("obtains") and not section.has("action"):
        return ObtainStep(on, section.line, section.words("obtains"))
    return ActionStep(
        on,
        section.line,
        action=section.string("action"),
        by=section.choice("by", Role),
        says=_values(section, "says"),
        documents=section.words("documents", required=False),
        to=section.string("to", "") or None,
        obtains=section.words("obtains", required=False),
    )


def _votes(step: Section) -> dict[str, int]:
    section = step.optional_section("vote")
    if section is None:
        return {}
    votes = {word: section.integer(word, 0, most=100) for word in VOTES}
    section.close()
    if not any(votes.values()):
        step.fault(Sentence("'vote' says how many are for and against, as in {for: 3, against: 1}"), "vote")
    return votes


def _values(section: Section, key: str) -> dict[str, Any]:
    """A mapping of words to values of any shape: a list for several, a mapping for the parts of one."""
    found = section.optional_section(key)
    return {word: _plain(node) for word, node in found.items.items()} if found else {}


def _plain(node: Node) -> Any:
    match node:
        case Scalar():
            return node.value
        case Items():
            return [_plain(one) for one in node.items]
        case Entries():
            return {word: _plain(one) for word, one in node.items.items()}


def _lines(section: Section, expect: Section | None) -> dict[str, int]:
    lines = dict(section.lines)
    if expect:
        lines |= expect.lines
    if answers := section.optional_section("answers"):
        for name, node in answers.items.items():
            lines |= {f"answers.{name}": answers.lines[name], **_lines_inside(f"answers.{name}", node)}
    return lines


def _lines_inside(name: str, node: Node) -> dict[str, int]:
    """Where the answers inside the entries of a group stand, named as their controls are: ``children-2-name``."""
    lines: dict[str, int] = {}
    for number, entry in enumerate(node.items if isinstance(node, Items) else (), start=1):
        lines[f"{name}-{number}"] = entry.line
        if isinstance(entry, Entries):
            for word, inner in entry.items.items():
                inside = f"{name}-{number}-{word}"
                lines |= {inside: entry.lines[word], **_lines_inside(inside, inner)}
    return lines
