"""Lays one part of a page out again, where its words take more or fewer lines, and moves what stands below it.

A *unit* is a child of the body: a heading, a table. What it holds decides nothing outside of it but how far down the next one
begins, as long as everything fits the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.block import block_level_layout

from portal.adapters.pdf.reuse_flows import Unlike, in_order


@dataclass
class _Unit:
    """A child of the body: as it stands on the page, before it was laid out, and its boxes that are painted."""

    box: Any
    source: Any
    painted: Sequence[Any]


class Units:
    """The units of a page that holds a whole document; ``movable`` says whether they can be laid out again."""

    def __init__(self, page: Any, root: Any, context: LayoutContext) -> None:
        self._page, self._context = page, context
        self._html = page.children[0]
        self._body: Any = next((box for box in self._html.children if box.element_tag == "body"), None)
        self._sources: Any = _body_of(root)
        self.movable = self._body is not None and self._sources is not None and self._is_plain()
        self._units = self._found() if self.movable else []
        self._by_part = {id(part): number for number, unit in enumerate(self._units) for part in in_order(unit.box)}
        self._moved: list[tuple[Any, float, list[tuple[Any, Any]]]] = []
        self._first = tuple(self._body.children) if self._body is not None else ()

    def holding(self, box: Any) -> int:
        """The number of the unit that a box of the page stands in; raises Unlike where there is none."""
        number = self._by_part.get(id(box))
        if not self.movable or number is None:
            raise Unlike("words that stand in no part of the page of their own")
        return number

    def lay_out(self, numbers: Iterable[int]) -> None:
        """Lays units out from what their sources say now; raises Unlike where the document needs more than its page."""
        wanted, shift = set(numbers), 0.0
        children = []
        for number, unit in enumerate(self._units):
            box = unit.box
            if number in wanted:
                box = self._again(unit)
                box.translate(0, shift)
                layout_box_backgrounds(self._page, box, self._context.get_image_from_uri)
                shift += box.border_height() - unit.box.border_height()
            elif _in_flow(box) and shift:
                self._move(unit, shift)
            children.append(box)
        bottom = max(box.border_box_y() + box.border_height() for box in children if _in_flow(box))
        if bottom > self._page.content_box_y() + self._page.height:
            raise Unlike("the document no longer fits its page")
        self._body.children = tuple(children)
        for outer in (self._body, self._html):
            outer.height += shift
            self._moved.append((outer, shift, []))

    def restore(self) -> None:
        """Puts everything back where it stood."""
        if self._body is None or not self.movable:
            return
        self._body.children = self._first
        for box, shift, backgrounds in reversed(self._moved):
            if box is self._body or box is self._html:
                box.height -= shift
            else:
                box.translate(0, -shift)
            for painted, background in backgrounds:
                painted.background = background
        self._moved = []

    def _again(self, unit: _Unit) -> Any:
        source, old = unit.source, unit.box
        source.position_x, source.position_y = old.position_x, 0
        absolute: list[Any] = []
        new, resume_at, *_ = block_level_layout(
            self._context, source, -inf, None, self._body, True, absolute, absolute, []
        )
        if new is None or resume_at is not None or absolute:
            raise Unlike("a part of the page that cannot be laid out by itself")
        new.translate(old.border_box_x() - new.border_box_x(), old.border_box_y() - new.border_box_y())
        return new

    def _move(self, unit: _Unit, shift: float) -> None:
        unit.box.translate(0, shift)
        backgrounds = [(box, box.background) for box in unit.painted]
        self._moved.append((unit.box, shift, backgrounds))
        for box in unit.painted:
            layout_box_backgrounds(self._page, box, self._context.get_image_from_uri, layout_children=False)

    def _found(self) -> list[_Unit]:
        units = []
        for box, source in zip(self._body.children, self._sources, strict=True):
            parts = list(in_order(box))
            units.append(_Unit(getattr(box, "_box", box), source, [one for one in parts if one.background is not None]))
        return units

    def _is_plain(self) -> bool:
        """Whether the body is a plain stack of units, and what is placed by itself hangs on nothing that may move."""
        body, sources = self._body, self._sources
        if len(body.children) != len(sources) or body.style["height"] != "auto" or self._html.background is not None:
            return False
        same = all(box.element is source.element for box, source in zip(body.children, sources, strict=True))
        return same and all(
            _in_flow(box) or box.style["position"] == "fixed" or box.style["bottom"] == "auto" for box in body.children
        )


def _in_flow(box: Any) -> bool:
    return bool(box.is_in_normal_flow())


def _body_of(root: Any) -> Any:
    for box in root.children:
        if isinstance(box, boxes.BlockBox) and box.element_tag == "body":
            return list(box.children)
    return None
