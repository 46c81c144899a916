"""Takes typed values out of a YAML tree, and says what is missing, misspelt or of the wrong kind."""

import difflib
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from portal.catalogue.faults import Fault, Sentence, Unsound
from portal.catalogue.yaml_source import Entries, Items, Node, Scalar
from portal.domain.service import Text
from portal.domain.text import typeset

LANGUAGES = ("ar", "fr")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
PLAIN = re.compile(r"<\s*[A-Za-z/!?]|\bjava\s*script\s*:|\bvbscript\s*:|&#|\bdata\s*:\s*text/html", re.IGNORECASE)
"""What no text of a service may hold: markup, or an address that runs a script. Texts are plain words."""

SIGNS = ("<", ":", "&#")
"""One of which stands in whatever ``PLAIN`` finds: looking for these costs a fraction."""

ADDRESS = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(:[0-9]{1,5})?(/[^\s\"'<>]*)?", re.IGNORECASE)
SCRIPTS = {"ar": re.compile(r"[\u0600-\u06ff]"), "fr": re.compile(r"[A-Za-zÀ-ÿ]")}
NO_TEXT = Text({"ar": "", "fr": ""})

E = TypeVar("E", bound=StrEnum)


def closest(word: str, known: Collection[str]) -> str:
    """The end of a sentence that names what the writer probably meant; empty where nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return Sentence(", did you mean '%(near)s'?", near=near[0]) if near else ""


# The names of sections recur, and are needed whether anything is wrong with them or not.
@lru_cache(maxsize=1024)
def _quoted(key: str) -> Sentence:
    return Sentence("'%(name)s'", name=key)


@lru_cache(maxsize=1024)
def _each_of(key: str) -> Sentence:
    return Sentence("each of '%(key)s'", key=key)


@lru_cache(maxsize=4096)
def _one_named(name: str, word: str) -> Sentence:
    return Sentence("%(name)s '%(word)s'", name=name, word=word)


def _no_name(word: str) -> Sentence:
    return Sentence("'%(word)s' cannot be a name: use small letters a-z, digits and _ (at most 40)", word=word)


class Reading:
    """What was found while reading some files: faults, so that all are seen at once, and where each thing stands.

    What is already ``published`` is only read: rules made since must not make the cases filed under it unreadable.
    """

    def __init__(self, *, published: bool = False) -> None:
        self.published = published
        self.faults: list[Fault] = []
        self.texts: list[tuple[str, int, Text]] = []
        self._places: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, file: str, line: int, message: Sentence) -> None:
        self.faults.append(Fault(file, line, message))

    def remember(self, kind: str, name: str, section: "Section", key: str = "") -> None:
        """Notes where something stands, for the proofs made once everything is read."""
        self._places[kind, name] = (section.file, section.line_of(key))

    def remembers(self, kind: str, name: str) -> bool:
        """Whether something was noted."""
        return (kind, name) in self._places

    def fault_at(self, kind: str, name: str, message: Sentence) -> None:
        """Reports a fault of something noted before."""
        self.add(*self._places.get((kind, name), ("service.yaml", 1)), message)

    def stop_if_any(self) -> None:
        """Raises Unsound when something was found."""
        if self.faults:
            raise Unsound(self.faults)


class Section:
    """One mapping of one file. Every key asked for is known; ``close`` reports the others."""

    def __init__(self, file: str, node: Node, reading: Reading, name: str) -> None:
        self.file, self.reading, self.name = file, reading, name
        self.line = node.line
        self.known: set[str] = set()
        self.items: Mapping[str, Node] = {}
        self.lines: Mapping[str, int] = {}
        self.readable = isinstance(node, Entries)
        if isinstance(node, Entries):
            self.items, self.lines = node.items, node.lines
        else:
            reading.add(file, node.line, Sentence("%(name)s must be written as 'key: value' lines", name=name))

    def fault(self, message: Sentence, key: str | None = None) -> None:
        self.reading.add(self.file, self.lines.get(key or "", self.line), message)

    def rule(self, message: Sentence, key: str | None = None) -> None:
        """Reports what breaks a rule of the language, though it can be read; what is published may keep it."""
        if not self.reading.published:
            self.fault(message, key)

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def has(self, key: str) -> bool:
        """Whether the key is given with a value."""
        self.known.add(key)
        node = self.items.get(key)
        return node is not None and (type(node) is not Scalar or node.value is not None)

    def close(self) -> None:
        """Reports the keys that nothing asked for."""
        for key in self.items:
            if key not in self.known:
                meant = closest(key, self.known)
                said = Sentence("unknown key '%(key)s' in %(name)s%(meant)s", key=key, name=self.name, meant=meant)
                self.fault(said, key)

    def needs(self, key: str) -> bool:
        """Whether the key is given; reports it when it is not."""
        if self.has(key):
            return True
        if self.readable:
            self.fault(Sentence("%(name)s needs '%(key)s'", name=self.name, key=key), key)
        return False

    def scalar(self, key: str) -> Scalar | None:
        if not self.has(key):
            return None
        node = self.items[key]
        if isinstance(node, Scalar):
            return node
        self.fault(Sentence("'%(key)s' must be a single value", key=key), key)
        return None

    def string(self, key: str, default: str | None = None) -> str:
        if default is None and not self.needs(key):
            return ""
        node = self.scalar(key)
        if node is None or node.value is None:
            return default or ""
        if isinstance(node.value, bool):
            return str(node.value).lower()
        return str(node.value)

    def identifier(self, key: str) -> str:
        """A name of our own making: a lower-case letter, then letters, digits and underscores."""
        word = self.string(key)
        if word and not IDENTIFIER.fullmatch(word):
            self.fault(_no_name(word), key)
        return word

    def integer(self, key: str, default: int | None = None, *, least: int = 0, most: int = 1_000_000) -> int:
        if default is None and not self.needs(key):
            return least
        node = self.scalar(key)
        if node is None:
            return default if default is not None else least
        if isinstance(node.value, bool) or not isinstance(node.value, int) or not least <= node.value <= most:
            said = Sentence(
                "'%(key)s' must be a whole number from %(least)s to %(most)s", key=key, least=least, most=most
            )
            self.fault(said, key)
            return least
        return node.value

    def optional_integer(self, key: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        return self.integer(key, least=least, most=most) if self.has(key) else None

    def decimal(self, key: str) -> Decimal | None:
        node = self.scalar(key)
        if node is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | Decimal):
            self.fault(Sentence("'%(key)s' must be a number", key=key), key)
            return None
        return Decimal(node.value)

    def boolean(self, key: str, default: bool) -> bool:
        node = self.scalar(key)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.fault(Sentence("'%(key)s' must be true or false", key=key), key)
            return default
        return node.value

    def choice(self, key: str, kinds: type[E], default: E | None = None) -> E:
        """One member of a closed list."""
        first = default or next(iter(kinds))
        if default is None and not self.needs(key):
            return first
        node = self.scalar(key)
        return first if node is None else self.member(str(node.value), kinds, key, first)

    def choices(self, key: str, kinds: type[E]) -> tuple[E, ...]:
        """Members of a closed list, written as one word or as a list of words."""
        return tuple(self.member(word, kinds, key, next(iter(kinds))) for word in self.words(key))

    def member(self, word: str, kinds: type[E], key: str, default: E) -> E:
        with suppress(ValueError):
            return kinds(word)
        known = [kind.value for kind in kinds]
        meant = closest(word, known) or Sentence(": use %(known)s", known=", ".join(known))
        self.fault(Sentence("'%(word)s' is not a known '%(key)s'%(meant)s", word=word, key=key, meant=meant), key)
        return default

    def words(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of words; a single word stands for a list of one."""
        if not (self.needs(key) if required else self.has(key)):
            return ()
        node = self.items[key]
        rows = node.items if isinstance(node, Items) else (node,)
        words = [str(row.value) for row in rows if isinstance(row, Scalar) and row.value is not None]
        if len(words) != len(rows):
            self.fault(Sentence("'%(key)s' must be a word or a list of words", key=key), key)
        if required and not rows:
            self.fault(Sentence("'%(key)s' cannot be an empty list", key=key), key)
        return tuple(words)

    def text(self, key: str) -> Text:
        """A text in every language."""
        return self.read_text(self.items[key], _quoted(key)) if self.needs(key) else NO_TEXT

    def address(self, key: str) -> str | None:
        """The address of a site, None where there is none."""
        word = self.string(key, "") or None
        if word and not ADDRESS.fullmatch(word):
            self.fault(Sentence("'%(key)s' is a whole address, starting with https://", key=key), key)
        return word

    def optional_text(self, key: str) -> Text | None:
        return self.read_text(self.items[key], _quoted(key)) if self.has(key) else None

    def texts(self, key: str, *, required: bool = True) -> tuple[Text, ...]:
        """A list of texts, each in every language."""
        return tuple(self.read_text(row, _each_of(key)) for row in self.rows(key, required=required))

    def read_text(self, node: Node, name: str) -> Text:
        section = Section(self.file, node, self.reading, name)
        values: dict[str, str] = {}
        for language in LANGUAGES:
            values[language] = section.string(language)
        for language in section.items:
            if language not in LANGUAGES and LANGUAGE_CODE.fullmatch(language):
                values[language] = section.string(language)
        section.close()
        for language, value in values.items():
            if value and language in SCRIPTS and not SCRIPTS[language].search(value):
                said = Sentence(
                    "%(name)s in '%(language)s' is not written in that language's letters", name=name, language=language
                )
                section.fault(said, language)
            if not self.reading.published and any(sign in value for sign in SIGNS) and PLAIN.search(value):
                said = Sentence(
                    "%(name)s in '%(language)s' holds markup or a script: plain words only",
                    name=name,
                    language=language,
                )
                section.rule(said, language)
        text = Text({language: typeset(language, value) for language, value in values.items()})
        self.reading.texts.append((self.file, section.line, text))
        return text

    def rows(self, key: str, *, required: bool = True) -> tuple[Node, ...]:
        if not (self.needs(key) if required else self.has(key)):
            return ()
        node = self.items[key]
        if isinstance(node, Items):
            return node.items
        self.fault(Sentence("'%(key)s' must be a list: start each line of it with '- '", key=key), key)
        return ()

    def sections(self, key: str, name: str, *, required: bool = True) -> tuple["Section", ...]:
        """A list of mappings."""
        return tuple(Section(self.file, row, self.reading, name) for row in self.rows(key, required=required))

    def section(self, key: str) -> "Section | None":
        """A mapping inside this one; None, and a fault, where it is missing."""
        return self.optional_section(key) if self.needs(key) else None

    def optional_section(self, key: str) -> "Section | None":
        return Section(self.file, self.items[key], self.reading, _quoted(key)) if self.has(key) else None

    def named_sections(self, key: str, name: str, *, required: bool = True) -> tuple[tuple[str, "Section"], ...]:
        """A mapping from names of the designer's choice to mappings."""
        section = self.section(key) if required else self.optional_section(key)
        if section is None:
            return ()
        for word in section.items:
            if not IDENTIFIER.fullmatch(word):
                section.fault(_no_name(word), word)
        return tuple(
            (
                word,
                Section(self.file, node, self.reading, _one_named(name, word)).at(section.lines[word]),
            )
            for word, node in section.items.items()
        )

    def at(self, line: int) -> "Section":
        """The same section, whose faults point at the line of its name."""
        self.line = line
        return self

    def mapping(self, key: str) -> dict[str, str]:
        """A mapping of words to words."""
        section = self.optional_section(key)
        return {word: section.string(word) for word in section.items} if section else {}

    def values(self, key: str) -> "dict[str, str | int | Decimal | bool | None]":
        """A mapping of words to single values of any kind."""
        section = self.optional_section(key)
        if section is None:
            return {}
        nodes = {word: section.scalar(word) for word in section.items}
        return {word: node.value for word, node in nodes.items() if node is not None}
