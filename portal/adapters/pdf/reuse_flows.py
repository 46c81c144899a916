"""Sets new words where others stood, line by line, with the engine's own line breaking.

A *flow* is a box that holds lines. Each document of a form has the same flows at the same places, as long as the new lines
are as many and as high as the old: then nothing below them moves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, isclose
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.inline import iter_line_boxes

from portal.adapters.pdf.reuse_markup import peculiar

# Positions are sums of sums: the last digits depend on the order in which they were added.
_NEAR = 1e-6


class Unlike(Exception):
    """A document cannot be made from the pages at hand: it has to be laid out by itself."""


@dataclass
class Slot:
    """A run of text before it is laid out; ``words`` are those it was first laid out with."""

    box: Any
    words: str

    def set(self, words: str) -> None:
        """Puts words in, between the blanks that stood around the others."""
        before, _, after = self.box.first_text.partition(self.words)
        self.box.text = before + words + after


@dataclass
class Flow:
    """A box that holds lines, with the text boxes that its words come from."""

    box: Any
    source: Any
    slots: tuple[int, ...]
    lines: Sequence[Any]
    movable: bool
    texts: tuple[Any, ...] = field(default=())

    def __post_init__(self) -> None:
        self.texts = tuple(text_boxes(self.lines))


def slots_of(root: Any, words: Sequence[str]) -> list[Slot]:
    """The runs of text below a box that is not laid out yet, in their order; raises Unlike when they are not these words."""
    found: list[Slot] = []
    for box in in_order(root):
        if isinstance(box, boxes.LineBox):
            box.source = box
        if isinstance(box, boxes.TextBox) and "::" not in box.element_tag and box.text.strip(" "):
            box.slot, box.first_text = len(found), box.text
            found.append(Slot(box, box.text.strip(" ")))
    if [slot.words for slot in found] != list(words):
        raise Unlike("the engine reads other words than the template writes")
    return found


def flows_of(pages: Sequence[Any]) -> list[Flow]:
    """Every box with lines on these pages."""
    return [_flow(box) for page in pages for box in in_order(page) if _holds_lines(box)]


def text_boxes(lines: Sequence[Any]) -> Iterator[Any]:
    """The text boxes of some lines, in their order."""
    return (box for line in lines for box in _in_line(line) if isinstance(box, boxes.TextBox))


class Setter:
    """Breaks words into lines, as the engine would at that place."""

    def __init__(self, first: LayoutContext) -> None:
        # A context of its own: the first one holds the styles of a whole document, which are not needed any more.
        pictures = first.get_image_from_uri
        self.context = LayoutContext(None, pictures, first.font_config, first.counter_style, first.target_collector)
        self.context.create_block_formatting_context()
        self.context.current_page, self.context.page_bottom = 1, 0.0

    def set(self, flow: Flow) -> list[Any]:
        """The new lines of a flow, from the words that its slots hold now; raises Unlike where they are not like the old."""
        if not flow.movable:
            raise Unlike("these words stand where they cannot be moved")
        lines: list[Any] = []
        top = flow.lines[0].position_y
        for line, resume_at in iter_line_boxes(
            self.context, flow.source, top, -inf, None, flow.box, [], [], None, None
        ):
            if len(lines) == len(flow.lines) or not _like(line, flow.lines[len(lines)]):
                raise Unlike("the words take more lines, or higher ones")
            line.resume_at = resume_at
            layout_box_backgrounds(None, line, None)
            lines.append(line)
        if len(lines) < len(flow.lines):
            raise Unlike("the words take fewer lines")
        return lines


def check_words(words: str) -> None:
    """Raises Unlike for words that the engine might not take as they are."""
    if peculiar(words):
        raise Unlike("a sign that says how to set the words")


def _flow(box: Any) -> Flow:
    source = box.children[0].source
    slots = tuple(one.slot for one in text_boxes([source]) if hasattr(one, "slot"))
    # Lines that go on in another box, on the next page, are no whole: neither part is set anew.
    whole = _letters(text_boxes([source])) == _letters(text_boxes(box.children))
    plain = all(_plain(one) for line in box.children for one in _in_line(line))
    return Flow(box, source, slots, box.children, whole and plain)


def _letters(found: Iterator[Any]) -> str:
    return "".join("".join(box.text.split()) for box in found)


def _plain(box: Any) -> bool:
    """Whether a part of a line is nothing but words: no picture, frame or colour behind it would have to move along."""
    if isinstance(box, boxes.TextBox):
        return True
    if not isinstance(box, boxes.LineBox | boxes.InlineBox):
        return False
    framed = any(getattr(box, f"border_{side}_width", 0) for side in ("top", "right", "bottom", "left"))
    style = box.style
    placed = style["position"] != "static" or style["float"] != "none" or style["transform"]
    clipped = getattr(box, "text_overflow", "clip") != "clip" or getattr(box, "block_ellipsis", "none") != "none"
    return box.background is None and not framed and not placed and not clipped and not box.bookmark_label


def _like(new: Any, old: Any) -> bool:
    return all(
        isclose(getattr(new, name), getattr(old, name), rel_tol=0, abs_tol=_NEAR)
        for name in ("position_y", "height", "baseline")
    )


def _holds_lines(box: Any) -> bool:
    return bool(box.children) and all(isinstance(one, boxes.LineBox) and hasattr(one, "source") for one in box.children)


def _in_line(box: Any) -> Iterator[Any]:
    """A line and what it is made of; what stands in it as a block has lines of its own."""
    yield box
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _in_line(child)


def in_order(box: Any) -> Iterator[Any]:
    """A box and all below it, as they follow each other in the document."""
    box = getattr(box, "_box", box)  # what is placed by itself stands in the tree by a stand-in
    yield box
    for child in box.all_children():
        yield from in_order(child)
