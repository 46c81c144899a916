"""The tree that a reader aloud follows: what each part of a page is, in which language, and in which order.

The engine's own tree follows the page, where each line is Arabic and then French: every sentence would be heard twice before
the next. Here a passage in two columns is read as a whole in Arabic and then as a whole in French, as far as the next thing
that both share (a reference, words quoted from somebody, the QR code). The engine also knows no language but the document's,
reads out the foot of every page, cuts what goes on to the next page into two, and calls each line of a paragraph an element.

The HTML says what each part is: ``h1``, ``h2``, ``p``, ``a``, ``img`` as usual, and ``role`` holds a structure type of PDF
1.7 (ISO 32000-1, 14.8.4) where the element has none of its own; ``role="none"`` is decoration, ``role="foot"`` stands on every
page and is read on the last, ``role="again"`` says on later pages what the first one said, and is not read. A class ``ar`` or
``fr`` names a column.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from portal.adapters.pdf.heads import AGAIN

_ROLES = {"h1": "H1", "h2": "H2", "p": "P", "a": "Link", "img": "Figure"}
_COLUMNS = frozenset({"ar", "fr"})
_HOLDERS = frozenset({"H1", "H2", "P", "TH", "TD", "LBody", "Figure"})
"""What may hold words itself; elsewhere they get a paragraph."""
_INLINE = frozenset({"Span", "Link"})
_FOOT, _MARGIN, _HEADING = "foot", "margin", "heading"
_PAGINATION = {_FOOT: "/Footer", _MARGIN: "/Footer", _HEADING: "/Header", AGAIN: "/Header"}
_POINTS = 0.75  # of a CSS pixel


class _Part(NamedTuple):
    """An element of the HTML that becomes one of the tree, as soon as something is found in it."""

    element: Any
    role: str
    language: str  # as the element itself says; empty where it says nothing


class _Place(NamedTuple):
    """Where the walk stands: the open parts, the block, the column (empty: both share it) and the language."""

    block: _Part
    parts: tuple[_Part, ...] = ()
    column: str = ""
    language: str = ""
    repeated: str = ""

    def inside(self, box: Any) -> "_Place":
        """The place inside a box, given what its HTML says of it."""
        source = box.element
        if source is None or any(part.element is source for part in self.parts):
            return self
        role, column, repeated = source.get("role") or _ROLES.get(source.tag, ""), self.column, self.repeated
        if role in (_FOOT, AGAIN):
            role, repeated = "", role
        if source.tag == "thead":
            repeated = _HEADING
        if not column:
            column = next((one for one in (source.get("class") or "").split() if one in _COLUMNS), "")
        language = source.get("lang") or self.language
        if source.tag == "span" and not role and language != self.language:
            role = "Span"
        own = source.get("lang") or ""
        parts = (*self.parts, _Part(source, role, own)) if role else self.parts
        block = self.block if source.tag in ("span", "br", "a") else _Part(source, "P", own)
        return _Place(block, parts, column, language, repeated)

    def path(self) -> tuple[_Part, ...]:
        """The parts around what stands here, with a paragraph among them where none may hold words."""
        if any(part.role in _HOLDERS for part in self.parts):
            return self.parts
        outer = tuple(part for part in self.parts if part.role not in _INLINE)
        return (*outer, self.block, *self.parts[len(outer) :])


class Tree:
    """The structure tree of one document, filled page by page."""

    def __init__(self, pdf: Any, language: str) -> None:
        self._pdf = pdf
        self._made: dict[tuple[int, str], Any] = {}
        self._first_seen: dict[int, int] = {}
        self._languages: dict[int, str] = {}
        self._passage = 0
        self._last_shared = True
        self._parents: list[Any] = []
        self._annotations: list[tuple[Any, Any]] = []
        self.root = self._object({"Type": "/StructTreeRoot"})
        self._document = self._element("Document", self.root, language)
        self._language = language
        self.root["K"] = pydyf.Array([self._document.reference])

    def add_page(self, number: int, page: Any, stream: Any, *, last: bool) -> None:
        """Everything that was drawn on a page, put where it is read."""
        self._page, self._height, self._marks, self._last = number, page.height, stream._tags, last
        self._on_page: dict[int, Any] = {}
        self._left_out: dict[int, str] = {}
        for box in page._page_box.children:
            self._walk(box, _Place(_Part(box, "P", ""), language=self._language))
        self._left_out |= {mark["mcid"]: "" for mark in self._marks.values()}
        _make_artifacts(stream, self._left_out)
        count = max(self._on_page, default=-1) + 1
        self._parents.append(pydyf.Array(self._on_page.get(one, "null") for one in range(count)))

    def finish(self) -> None:
        """The way back, from what is drawn to its element."""
        numbers = pydyf.Array()
        for key, held in enumerate(self._parents):
            numbers.extend((key, self._object_array(held)))
        for key, (annotation, element) in enumerate(self._annotations, start=len(self._parents)):
            annotation["StructParent"] = key
            numbers.extend((key, element.reference))
        self.root["ParentTree"] = self._object({"Nums": numbers}).reference
        self.root["ParentTreeNextKey"] = len(self._parents) + len(self._annotations)

    def _walk(self, box: Any, place: _Place) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            place = place._replace(repeated=_MARGIN)
        place = place.inside(box)
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            self._content(box, place)
            return
        if box.link_annotation:
            self._link(box, place)
        for child in _as_read(box):
            self._walk(child, place)

    def _content(self, box: Any, place: _Place) -> None:
        mark = self._marks.pop(box, None)
        if mark is None:
            return  # Nothing was drawn: a line of spaces.
        number = mark["mcid"]
        if self._is_repeated(place) or any(part.role == "none" for part in place.parts):
            self._left_out[number] = place.repeated
            return
        element = self._element_at(place)
        if isinstance(box, boxes.ReplacedBox):
            self._describe(element, box)
        here = self._pdf.page_references[self._page]
        if element.setdefault("Pg", here) == here:
            element["K"].append(number)
        else:
            element["K"].append(pydyf.Dictionary({"Type": "/MCR", "Pg": here, "MCID": number}))
        self._on_page[number] = element.reference

    def _is_repeated(self, place: _Place) -> bool:
        """Whether this stands on other pages too, and is read there: the foot on the last, a heading on its first."""
        if place.repeated == _HEADING:
            return self._first_seen.setdefault(id(place.block.element), self._page) != self._page
        return place.repeated in (_MARGIN, AGAIN) or (place.repeated == _FOOT and not self._last)

    def _element_at(self, place: _Place) -> Any:
        """The element of a place, made with those around it where it is the first thing found in them."""
        if bool(place.column) == self._last_shared:
            self._last_shared = not place.column
            self._passage += bool(place.column)
        element = self._document
        if place.column:
            element = self._once((self._passage, place.column), "Sect", element, place.column)
        for part in place.path():
            element = self._once((id(part.element), place.column), part.role, element, part.language)
        return element

    def _once(self, key: tuple[int, str], role: str, parent: Any, language: str) -> Any:
        element = self._made.get(key)
        if element is None:
            element = self._made[key] = self._element(role, parent, language)
            parent["K"].append(element.reference)
        return element

    def _element(self, role: str, parent: Any, language: str) -> Any:
        element = self._object(
            {"Type": "/StructElem", "S": f"/{role}", "P": parent.reference, "K": pydyf.Array()},
        )
        inherited = self._languages.get(parent.number, "")
        if language and language != inherited:
            element["Lang"] = pydyf.String(language)
        self._languages[element.number] = language or inherited
        if role == "TH":
            element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Row"})
        return element

    def _describe(self, element: Any, box: Any) -> None:
        element["Alt"] = pydyf.String(box.element.get("alt", ""))
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, self._height - top - box.height, left + box.width, self._height - top)
        element["A"] = pydyf.Dictionary(
            {"O": "/Layout", "Placement": "/Block", "BBox": pydyf.Array(edge * _POINTS for edge in edges)}
        )

    def _link(self, box: Any, place: _Place) -> None:
        element, annotation = self._element_at(place), box.link_annotation
        annotation["Contents"] = pydyf.String(box.element.get("title", ""))
        page = self._pdf.page_references[self._page]
        element.setdefault("Pg", page)
        element["K"].append(pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": page}))
        self._annotations.append((annotation, element))

    def _object(self, values: dict[str, Any]) -> Any:
        made = pydyf.Dictionary(values)
        self._pdf.add_object(made)
        return made

    def _object_array(self, values: Any) -> bytes:
        self._pdf.add_object(values)
        return bytes(values.reference)


def _as_read(box: Any) -> Sequence[Any]:
    """The parts of a box in the order they are read: in a row first the columns, the label before its value."""
    if getattr(box, "element_tag", "") != "tr":
        return tuple(box.children)
    return sorted(box.children, key=_turn)


def _turn(cell: Any) -> tuple[bool, bool]:
    source = cell.element
    return not _COLUMNS & set((source.get("class") or "").split()), source.get("role") != "TH"


def _make_artifacts(stream: Any, left_out: dict[int, str]) -> None:
    """Turns what the engine marked as content into what is not read, with what it is where it stands on every page."""
    if not left_out:
        return
    for place, properties in _marks_in(stream.stream):
        kind = left_out.get(properties["MCID"])
        if kind is not None:
            stream.stream[place] = "/Artifact"
            properties.clear()
            properties.update({"Type": "/Pagination", "Subtype": _PAGINATION[kind]} if kind else {"Type": "/Layout"})


def _marks_in(operations: list[Any]) -> Iterator[tuple[int, Any]]:
    for place, operation in enumerate(operations):
        if isinstance(operation, pydyf.Dictionary) and "MCID" in operation:
            yield place - 1, operation


def _add_structure(pdf: Any, document: Any, _version: Any, page_streams: Sequence[Any]) -> None:
    tree = Tree(pdf, document.metadata.lang)
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        tree.add_page(number, page, stream, last=number == len(page_streams) - 1)
    tree.finish()
    pdf.catalog["StructTreeRoot"] = tree.root.reference
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def use_our_structure() -> None:
    """Makes every document of this process tell its structure in this way; calling it again changes nothing.

    It replaces a function of the engine, which is why requirements pin its version and tests read the result.
    """
    weasyprint.pdf.add_tags = _add_structure
