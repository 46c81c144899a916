"""The pages of a form of document, and what it takes to set another document's words and pictures into them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from weasyprint import DEFAULT_OPTIONS
from weasyprint.document import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.urls import get_link

from portal.adapters.pdf.reuse_drawing import Drawing, prune
from portal.adapters.pdf.reuse_flows import (
    Flow,
    Setter,
    Slot,
    Unlike,
    check_words,
    flows_of,
    in_order,
    text_boxes,
)
from portal.adapters.pdf.reuse_markup import Markup
from portal.adapters.pdf.reuse_units import Units

_OWNING = ("src", "alt", "href", "title")


@dataclass(frozen=True)
class Owner:
    """An element with a picture, a meaning or an address of its own, and the boxes that stand for it."""

    element: Any
    boxes: tuple[Any, ...]


class Form:
    """Pages that were laid out for one document; ``moved`` counts the last ones in a row for which parts had to be moved."""

    def __init__(
        self,
        slots: Sequence[Slot],
        root: Any,
        html: Any,
        context: LayoutContext,
        first: Document,
    ) -> None:
        self.moved = 0
        self._first = first
        self._pages = [page._page_box for page in first.pages]
        self._drawings = [Drawing() for _ in self._pages]
        self._drawn = False
        self._slots = slots
        self._flows = flows_of(self._pages)
        self._flows_by_slot = _by_slot(self._flows)
        self._altered: list[Flow] = []
        self._others: dict[int, Any] | None = {}
        self._changed: set[int] = set()
        self._setter = Setter(context)
        self._base_url = html.base_url
        self._root = root
        self._units = Units(self._pages[0], root, self._setter.context) if len(self._pages) == 1 else None
        self._owners = _owners(html.etree_element, [root, *self._pages])
        for page, drawing in zip(first.pages, self._drawings, strict=True):
            page.paint = partial(self._watch, drawing, page._page_box)

    def set(self, markup: Markup) -> list[Flow]:
        """Sets another document of this form into the pages: the flows that it has no room for, where nothing may move.

        Raises Unlike where it needs a layout of its own.
        """
        self.restore()
        changed = [number for number, words in enumerate(markup.words) if words != self._slots[number].words]
        if any(number not in self._flows_by_slot for number in changed):
            raise Unlike("words that stand on no line")
        for number in changed:
            check_words(markup.words[number])
        for own in markup.own:
            self._own(self._owners[own.tag][own.element], own.name, own.value)
        self._changed = set(changed)
        for number in changed:
            self._slots[number].set(markup.words[number])
        flows = {id(flow): flow for number in changed for flow in self._flows_by_slot[number]}.values()
        return [flow for flow in flows if not self._fits(flow)]

    def make_room(self, flows: Iterable[Flow]) -> None:
        """Lays out again the parts of the page that hold these flows, and moves others; raises Unlike where that does not do."""
        if self._units is None:
            raise Unlike("a document of several pages")
        self._others = None
        self._units.lay_out({self._units.holding(flow.box) for flow in flows})

    def document(self) -> Document:
        """The document that was set last."""
        first = self._first
        pages = [Page(box) for box in self._pages]
        document = Document(pages, DocumentMetadata(), first.url_fetcher, first.font_config, {}, first.output_intent)
        if self._others is not None and self._drawn:
            for page, drawing in zip(pages, self._drawings, strict=True):
                last = drawing is self._drawings[-1]
                page.paint = partial(_paint_again, drawing, self._others, document.fonts if last else None)
        return document

    def forget(self) -> None:
        """Frees the pages at once: their boxes hold each other, and would lie there until the collector comes by."""
        self.restore()
        trees = [self._root, *self._pages]
        for box in {id(box): box for tree in trees for box in in_order(tree)}.values():
            box.__dict__.clear()

    def _fits(self, flow: Flow) -> bool:
        """Sets the lines of a flow anew, where they are as many and as high as before."""
        try:
            lines = self._setter.set(flow)
        except Unlike:
            return False
        flow.box.children = lines
        self._altered.append(flow)
        texts = tuple(text_boxes(lines))
        if len(texts) != len(flow.texts):
            # Other words end the lines: the marks that the drawing made are not as many.
            self._others = None
        if self._others is not None:
            self._others |= {id(old): new for old, new in zip(flow.texts, texts, strict=True)}
        return True

    def restore(self) -> None:
        """Puts the first document's words back, and with them gives up what the last one's took."""
        if self._units is not None:
            self._units.restore()
        for number in self._changed:
            self._slots[number].box.text = self._slots[number].box.first_text
        for flow in self._altered:
            flow.box.children = flow.lines
        self._changed, self._altered, self._others = set(), [], {}

    def _own(self, owner: Owner, name: str, value: str) -> None:
        if owner.element.get(name) == value:
            return
        if name == "href":
            for box in owner.boxes:
                if box.link:
                    box.link = get_link(value, self._base_url)
        elif name == "src":
            for box in owner.boxes:
                if isinstance(box, boxes.ReplacedBox):
                    self._set_picture(box, value)
        owner.element.set(name, value)

    def _set_picture(self, box: Any, address: str) -> None:
        # A cache for each picture: the next document has one of its own, and this one would stay for ever.
        picture = get_image_from_uri(
            {},
            self._first.url_fetcher,
            DEFAULT_OPTIONS,
            address,
            context=self._setter.context,
            orientation=box.style["image_orientation"],
        )
        if picture is None:
            raise Unlike("a picture that cannot be drawn")
        if "auto" in (box.style["width"], box.style["height"]):
            size = (box.style["image_resolution"], box.style["font_size"])
            if picture.get_intrinsic_size(*size) != box.replacement.get_intrinsic_size(*size):
                raise Unlike("a picture of another size")
        box.replacement = picture

    def _watch(self, drawing: Drawing, page_box: Any, stream: Any, scale: float = 1) -> None:
        drawing.first(page_box, stream, scale)
        self._drawn = all(one.usable for one in self._drawings)


def _paint_again(
    drawing: Drawing, others: Mapping[int, Any], fonts: dict[Any, Any] | None, stream: Any, scale: float = 1
) -> None:
    drawing.again(stream, others)
    if fonts is not None:
        prune(fonts)


def _by_slot(flows: Sequence[Flow]) -> dict[int, list[Flow]]:
    found: dict[int, list[Flow]] = {}
    for flow in flows:
        for number in flow.slots:
            found.setdefault(number, []).append(flow)
    return found


def _owners(root: Any, trees: Sequence[Any]) -> dict[str, list[Owner]]:
    """The elements of the body with attributes of their own, by tag and in their order."""
    standing: dict[int, dict[int, Any]] = {}
    for tree in trees:
        for box in in_order(tree):
            if box.element is not None:
                standing.setdefault(id(box.element), {})[id(box)] = box
    found: dict[str, list[Owner]] = {}
    for element in root.find("body").iter():
        if any(name in element.attrib for name in _OWNING):
            found.setdefault(element.tag, []).append(Owner(element, tuple(standing.get(id(element), {}).values())))
    return found
