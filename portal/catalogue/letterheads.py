"""Reads what the documents of an office carry: its emblem (territory/emblems/*.svg), who signs, and what its stamp says.

An emblem is drawn on every document, in the process that also holds the key: it is proved a plain drawing, which runs
nothing, fetches nothing and cannot grow while it is drawn.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Reading, Section, closest
from portal.domain.service import BRACES, Text
from portal.domain.territory import UNIT, Letterhead

FOLDER = "emblems/"
MAX_EMBLEM = 20 * 1024
MAX_DEPTH = 20
NAMESPACE = "http://www.w3.org/2000/svg"
DRAWN = frozenset(
    [
        "svg",
        "g",
        "title",
        "desc",
        "defs",
        "path",
        "circle",
        "ellipse",
        "rect",
        "line",
        "polyline",
        "polygon",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
    ]
)
"""The elements of an emblem: what draws, and nothing that runs, fetches, writes or repeats."""

_WITHIN = re.compile(r"url\(\s*['\"]?#[A-Za-z][\w-]*['\"]?\s*\)")


def read_letterhead(section: Section, files: Mapping[str, str], *, of_all: bool = False) -> Letterhead:
    """What a unit, or the province for ``of_all`` its units, puts on its documents."""
    name = section.string("emblem", "")
    emblem = _emblem(section, name, files) if name else ""
    found = Letterhead(emblem, section.optional_text("signatory"), section.optional_text("stamp"))
    for key, said in (("signatory", found.signatory), ("stamp", found.stamp)):
        _check_braces(section, key, said, of_all=of_all)
    return found


def _check_braces(section: Section, key: str, said: Text | None, *, of_all: bool) -> None:
    """Notes what is written to be filled in and will not be."""
    known = {UNIT} if of_all else set()
    written = {found[0] for language in said or () for found in BRACES.finditer(said[language])} if said else set()
    for name in sorted(written - known)[:1]:
        told = Sentence("nothing is filled in for '%(name)s': only what is said for all units has {unit}", name=name)
        section.fault(told, key)


def _emblem(section: Section, name: str, files: Mapping[str, str]) -> str:
    found = files.get(f"{FOLDER}{name}")
    if found is None:
        known = [file.removeprefix(FOLDER) for file in files if file.startswith(FOLDER)]
        said = Sentence("there is no emblem '%(name)s' in emblems/%(meant)s", name=name, meant=closest(name, known))
        section.fault(said, "emblem")
    return found or ""


def prove_emblems(files: Mapping[str, str], reading: Reading) -> None:
    """Notes whatever an emblem has that a plain drawing has not, with its line."""
    for name in sorted(files):
        if name.startswith(FOLDER):
            _Proof(name, reading).prove(files[name])


class _Proof:
    """One emblem, read once from its first byte to its last."""

    def __init__(self, file: str, reading: Reading) -> None:
        self.file, self.reading = file, reading
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._element
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction

    def prove(self, source: str) -> None:
        data = source.encode()
        if len(data) > MAX_EMBLEM:
            self._fault(1, Sentence("an emblem has at most %(most)s KB", most=MAX_EMBLEM // 1024))
            return
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            self._fault(error.lineno, Sentence("the emblem is not well-formed SVG"))
        except _Refused:
            pass

    def _fault(self, line: int, message: Sentence) -> None:
        self.reading.add(self.file, line, message)

    def _note(self, message: Sentence) -> None:
        self._fault(self.parser.CurrentLineNumber, message)

    def _doctype(self, *_: Any) -> None:
        # What a document type declares could grow without end: nothing after it is read.
        self._note(Sentence("an emblem declares no document type and no entities"))
        raise _Refused

    def _instruction(self, *_: Any) -> None:
        self._note(Sentence("an emblem has no processing instructions"))

    def _end(self, *_: Any) -> None:
        self.depth -= 1

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        namespace, _, element = name.rpartition(" ")
        if self.depth == 0 and (namespace, element) != (NAMESPACE, "svg"):
            self._note(Sentence("an emblem is an <svg> of the namespace %(name)s", name=NAMESPACE))
            raise _Refused
        if self.depth == 0 and "viewBox" not in attributes:
            self._note(Sentence("the <svg> of an emblem has a viewBox"))
        if namespace != NAMESPACE or element not in DRAWN:
            self._note(Sentence("an emblem is a plain drawing: it has no <%(name)s>", name=element))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._note(Sentence("the parts of an emblem are nested at most %(most)s deep", most=MAX_DEPTH))
            raise _Refused
        for key, value in attributes.items():
            if wrong := _wrong_with(key.rpartition(" ")[2].lower(), value):
                self._note(wrong)


def _wrong_with(key: str, value: str) -> Sentence | None:
    if key.startswith("on"):
        return Sentence("an emblem runs nothing: '%(name)s' is an event", name=key)
    if key in ("href", "src", "base"):
        return Sentence("an emblem stands alone: '%(name)s' refers to something else", name=key)
    outside = _WITHIN.sub("", value).lower()
    if "url(" in outside or "@import" in outside or "\\" in outside or "expression(" in outside:
        return Sentence("an emblem stands alone: '%(name)s' refers to something else", name=key)
    return None


class _Refused(Exception):
    """The rest of an emblem is not looked at."""
