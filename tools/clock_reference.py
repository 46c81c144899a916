"""Writes the laws and the worked examples into docs/clock.md: `python -m tools.clock_reference`.

`python -m tools.clock_reference check` says whether the page is still what the examples say.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from portal.domain.clock import LAWS, Calendar, Unit

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "unit" / "clock_examples.yaml"
PAGE = ROOT / "docs" / "clock.md"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORDS: Mapping[str, str] = {
    "filed": "filed, incomplete",
    "completed": "complete",
    "information": "further information asked for",
    "answered": "answered",
    "replacement": "replacement of a document asked for",
    "replaced": "document replaced",
    "originals": "originals asked for",
    "seen": "originals seen",
    "extended": "extended by {} days",
    "changed": "counted under {} from now on: {} days",
    "silence": "silence recorded",
    "decided": "decided",
    "reopened": "reopened",
}
"""What happens in an example, in words."""


@dataclass(frozen=True)
class Happened:
    """One event of an example: its day, or its moment in UTC."""

    when: date | datetime
    word: str
    more: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """One worked example. ``expected`` are those of its figures that it names; ``looks`` what is seen on a day."""

    number: int
    law: str
    days: int
    extends: int
    calendar: str
    events: tuple[Happened, ...]
    expected: Mapping[str, date | None]
    looks: Mapping[date, tuple[str, int, int]]
    remedy: Mapping[str, Any] | None
    why: str


@dataclass(frozen=True)
class Chapter:
    """Examples of one rule."""

    title: str
    text: str
    examples: tuple[Example, ...]


def read(file: Path = EXAMPLES) -> tuple[Mapping[str, Calendar], Mapping[str, str], list[Chapter]]:
    """The calendars, what each is in words, and the examples."""
    known = yaml.safe_load(file.read_text("utf-8"))
    calendars = {name: _calendar(one, known["calendars"]) for name, one in known["calendars"].items()}
    said = {name: one["said"] for name, one in known["calendars"].items()}
    chapters = [
        Chapter(one["title"], one["text"], tuple(_example(each) for each in one["examples"]))
        for one in known["chapters"]
    ]
    return calendars, said, chapters


def _calendar(one: Mapping[str, Any], others: Mapping[str, Any]) -> Calendar:
    base = others[one["like"]] if "like" in one else {"closed": [], "weekend": one["weekend"]}
    off = {*base["closed"], *one["closed"]} - {*one.get("opened", ())}
    return Calendar(frozenset(off), frozenset(DAYS.index(day) for day in base["weekend"]))


def _example(one: Mapping[str, Any]) -> Example:
    return Example(
        number=one["n"],
        law=one["law"],
        days=one["days"],
        extends=one.get("extends", 0),
        calendar=one.get("calendar", "offices"),
        events=tuple(_happened(event) for event in one["events"]),
        expected={name: one[name] for name in ("due", "half", "citizen", "silence") if name in one},
        looks={day: _look(seen) for day, seen in one.get("looks", {}).items()},
        remedy=one.get("remedy"),
        why=one["why"],
    )


def _happened(event: str) -> Happened:
    when, word, *more = event.split()
    moment = datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when)
    return Happened(moment, word, tuple(more))


def _look(seen: str) -> tuple[str, int, int]:
    state, used, left = seen.split()
    return state, int(used), int(left)


MARK = "<!-- From here on made by python -m tools.clock_reference. -->\n"
HEAD = """
## The laws

| Law | At most | Days | Article |
|---|---:|---|---|
{laws}

## The examples

Where nothing is said of the calendar, the office is closed on {offices}.
"""


def page() -> str:
    """The page with its laws and examples as they are; the rules above the mark are written by hand."""
    _, said, chapters = read()
    laws = "\n".join(
        f"| `{law.key}` | {law.ceiling if law.ceiling is not None else '–'} "
        f"| {'working' if law.unit is Unit.WORKING else 'calendar'} | {law.article} |"
        for law in LAWS.values()
    )
    rules, mark, _ = PAGE.read_text("utf-8").partition(MARK)
    parts = [rules, mark, HEAD.format(laws=laws, offices=said["offices"])]
    for chapter in chapters:
        parts.append(f"\n### {chapter.title}\n\n{chapter.text.strip()}\n")
        parts.append("\n| № | What happened | Due | Half | Besides | Why |\n|---:|---|---|---|---|---|\n")
        parts.extend(f"| {' | '.join(_cells(example, said))} |\n" for example in chapter.examples)
    return "".join(parts)


def _cells(one: Example, said: Mapping[str, str]) -> Iterator[str]:
    yield str(one.number)
    period = f"`{one.law}`, {one.days} days"
    where = "" if one.calendar == "offices" else f"; calendar: {said[one.calendar]}"
    yield f"{period}{where}<br>" + "<br>".join(_said(event) for event in one.events)
    for name in ("due", "half"):
        yield _day(one.expected[name]) if name in one.expected else ""
    besides = [f"{day:%-d %B}: {_look_in_words(look)}" for day, look in one.looks.items()]
    if one.expected.get("citizen"):
        besides.insert(0, f"her last day {_day(one.expected['citizen'])}")
    if one.expected.get("silence"):
        besides.append(f"silence {_day(one.expected['silence'])}")
    if one.remedy:
        besides.append(f"appeal until {_day(one.remedy['until'])}")
    yield "<br>".join(besides)
    yield one.why.strip()


def _said(event: Happened) -> str:
    words = WORDS[event.word].format(*event.more)
    when = f"{event.when:%-d %B %Y, %H:%M} UTC" if isinstance(event.when, datetime) else f"{event.when:%-d %B %Y}"
    return f"{when}: {words}"


def _look_in_words(look: tuple[str, int, int]) -> str:
    state, used, left = look
    return f"{state.replace('_', ' ')}, {used} used, {left} left"


def _day(day: date | None) -> str:
    return "none" if day is None else f"{day:%a %-d %B %Y}"


def main(command: str = "write") -> int:
    if command == "check":
        if PAGE.read_text("utf-8") == page():
            return 0
        print("docs/clock.md is no longer what the examples say: run python -m tools.clock_reference", file=sys.stderr)
        return 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
