"""YAML read safely, with the line of everything kept: a smaller language than YAML, so that what is seen is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from portal.catalogue.faults import Fault, Sentence, Unsound

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,9}")
# YAML 1.1 would also read yes, no, on and off as true or false, and a Norwegian would lose her country.
CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

Value = str | int | Decimal | bool | None


@dataclass(frozen=True)
class Scalar:
    """One word, number or sentence."""

    value: Value
    line: int


@dataclass(frozen=True)
class Entries:
    """A mapping; each key keeps its own line."""

    items: Mapping[str, "Node"]
    lines: Mapping[str, int]
    line: int


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    line: int


Node = Scalar | Entries | Items


def parse(file: str, text: str) -> Node:
    """The tree of one file; raises Unsound, naming the line, for whatever is not plain YAML."""
    if len(text.encode()) > MAX_BYTES:
        raise Unsound([Fault(file, 1, Sentence("the file is larger than %(most)s KB", most=MAX_BYTES // 1024))])
    try:
        # Some editors put a byte order mark in front; the text is kept with it, and read without.
        return _Builder(file, text.removeprefix("\ufeff")).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        context = f" {error.context}" if error.context else ""
        raise Unsound(
            [Fault(file, line, Sentence("this is not YAML: %(problem)s", problem=f"{error.problem}{context}"))]
        ) from None
    except yaml.YAMLError:
        line = 1 + next((i for i, row in enumerate(text.split("\n")) if re.search(r"[\x00-\x08\x0b-\x1f]", row)), 0)
        raise Unsound([Fault(file, line, Sentence("the file holds a character that no text should"))]) from None


class _Builder:
    """Builds the tree from the parser's events: PyYAML's own loaders forget lines and let a second key win."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.event: Callable[[], Any] = yaml.CSafeLoader(text).get_event

    def document(self) -> Node:
        self.event()  # The stream's start.
        if isinstance(self.event(), yaml.StreamEndEvent):
            raise self.fault(1, Sentence("the file is empty"))
        root = self.node(self.event(), 0)
        self.event()
        if not isinstance(after := self.event(), yaml.StreamEndEvent):
            raise self.fault(_line(after), Sentence("a file holds one document: remove the '---'"))
        return root

    def fault(self, line: int, message: Sentence) -> Unsound:
        return Unsound([Fault(self.file, line, message)])

    def node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        # Aliases can make a small file expand to gigabytes, and tags can name Python objects.
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self.fault(line, Sentence("anchors (&) and aliases (*) are not allowed: write the value again"))
        if event.tag:
            raise self.fault(line, Sentence("tags (!) are not allowed"))
        if depth > MAX_DEPTH:
            raise self.fault(line, Sentence("more than %(most)s levels of nesting", most=MAX_DEPTH))
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(_plain(event.value) if event.implicit[0] else event.value, line)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(line, depth)
        return self.sequence(line, depth)

    def mapping(self, line: int, depth: int) -> Entries:
        items: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := self.event(), yaml.MappingEndEvent):
            key_line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise self.fault(key_line, Sentence("a key must be a plain word"))
            if event.value in items:
                said = Sentence(
                    "the key '%(key)s' is given twice (first at line %(line)s)",
                    key=event.value,
                    line=lines[event.value],
                )
                raise self.fault(key_line, said)
            lines[event.value] = key_line
            items[event.value] = self.node(self.event(), depth + 1)
        return Entries(items, lines, line)

    def sequence(self, line: int, depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := self.event(), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Items(tuple(items), line)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _plain(word: str) -> Value:
    """What an unquoted word means; codes with a leading zero or several dots, and dates, stay words."""
    if word in CONSTANTS:
        return CONSTANTS[word]
    if INTEGER.fullmatch(word):
        return int(word)
    if DECIMAL.fullmatch(word):
        return Decimal(word)
    return word
