"""What a reader aloud needs and the layout engine does not write: the language of each part, and no false tables."""

from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import tags

# Our tables only place the two languages side by side: read aloud as tables they would be noise.
_LAYOUT_TAGS = frozenset({"/Table", "/TBody", "/TR", "/TD"})

_build = tags._build_box_tree


def _build_with_language(box: Any, *arguments: Any) -> Iterator[Any]:
    """The engine's own structure elements, with /Lang where the HTML says so."""
    source = box._box.element if isinstance(box, AbsolutePlaceholder) else box.element
    language = None if source is None else source.get("lang")
    for element in _build(box, *arguments):
        if language:
            element["Lang"] = pydyf.String(language)
        if source is not None and source.get("class") == "row":
            _french_label_first(element["K"])
        yield element


def _french_label_first(cells: Any) -> None:
    """A row's cells stand from right to left, so that its French half ends with the label: it is read out before."""
    if len(cells) == 4:
        cells[2], cells[3] = cells[3], cells[2]


def mark_languages() -> None:
    """Makes every document of this process name its languages; calling it again changes nothing.

    It replaces a private function, which is why requirements pin the engine's version and a test reads the result.
    """
    tags._build_box_tree = _build_with_language


def without_layout_tables(_document: Any, pdf: pydyf.PDF) -> None:
    """Turns tables into plain divisions; a ``finisher`` in the engine's words."""
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") in _LAYOUT_TAGS:
            element["S"] = "/Div"
            element.pop("A", None)
