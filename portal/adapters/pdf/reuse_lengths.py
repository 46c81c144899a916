"""Lets the boxes of pages that are kept share their lengths: a page has nine hundred boxes, most as wide in margins as others.

Every box has forty attributes of its own, of which twenty-five tell margins, borders and the like. Those of kept boxes are
looked up in one of a few tables instead: that takes longer, and is seldom asked for on a page that is laid out.
"""

from collections.abc import Iterable
from typing import Any

from weasyprint.formatting_structure.boxes import Box, ParentBox

from portal.adapters.pdf.lengths import SHARED

_SIDES = ("top", "right", "bottom", "left")
_CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
_LENGTHS = frozenset(
    {
        *(f"{what}_{side}" for what in ("margin", "padding") for side in _SIDES),
        *(f"border_{side}_width" for side in _SIDES),
        *(f"border_{corner}_radius" for corner in _CORNERS),
        *(f"{which}_{what}" for which in ("min", "max") for what in ("width", "height")),
        *("first_letter_style", "first_line_style"),
    }
)
_REMOVED = "remove_decoration_sides"

Lengths = tuple[tuple[str, Any], ...]


class SharedLengths:
    """Every set of lengths that kept boxes have, once."""

    def __init__(self) -> None:
        self._known: dict[Any, dict[str, Any]] = {}
        Box.__getattr__ = _shared
        ParentBox.copy_with_children = _copy_with_children

    def share(self, boxes: Iterable[Any]) -> None:
        """Takes what can be shared from each of these boxes; each says the same as before."""
        for box in boxes:
            own = box.__dict__
            if SHARED in own:
                continue
            shared = {name: own[name] for name in sorted(_LENGTHS & own.keys())}
            # An empty set each, which some boxes may need one day.
            left = {name: value for name, value in own.items() if name not in shared and (name != _REMOVED or value)}
            key = tuple((name, type(value), value if _plain(value) else id(value)) for name, value in shared.items())
            left[SHARED] = self._known.setdefault(key, shared)
            box.__dict__ = left


def _plain(value: Any) -> bool:
    return isinstance(value, (int, float, str, tuple, type(None)))


def _shared(box: Any, name: str) -> Any:
    """An attribute that a box does not have itself."""
    shared = box.__dict__.get(SHARED)
    if shared is not None:
        if name in shared:
            return shared[name]
        if name == _REMOVED:
            box.__dict__[name] = found = set[str]()
            return found
    raise AttributeError(name)


def _copy_with_children(box: Any, children: Any) -> Any:
    """As the engine's own, which gives every box that is laid out an empty set that hardly one needs."""
    new = box.copy()
    new.children = children
    if SHARED in box.__dict__:
        box.__dict__.pop(_REMOVED, None)
    else:
        box.remove_decoration_sides = set()
    return new
