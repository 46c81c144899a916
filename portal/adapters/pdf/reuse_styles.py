"""Lets the pages that are kept share their styles: those of other pages, and of other boxes, mostly say the same.

The engine makes a style for each element and for each box without one: six kilobytes, three hundred times on a page. That is
much of what a kept page would weigh.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint.css.computed_values import COMPUTER_FUNCTIONS
from weasyprint.css.properties import INITIAL_NOT_COMPUTED, INITIAL_VALUES

from portal.adapters.pdf.reuse_flows import in_order

# But for the names by the direction of reading, which the engine turns into those of sides before it asks.
_NAMES = tuple(sorted(set(INITIAL_VALUES) - (INITIAL_NOT_COMPUTED - set(COMPUTER_FUNCTIONS))))
_BESIDE = ("first_line_style", "first_letter_style")


class SharedStyles:
    """Every style that kept pages have, once; ``len`` says how many there are."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self._known)

    def share(self, trees: Iterable[Any]) -> None:
        """Gives the boxes of these trees, laid out or not yet, styles that say the same and are shared."""
        found: dict[int, Any] = {}
        held: list[Any] = []  # An id stands for a style for as long as that style is there.
        for holder, name in _holders(trees):
            style = getattr(holder, name)
            if style is not None:
                held.append(style)
                setattr(holder, name, self._shared(style, found, held))

    def _shared(self, style: Any, found: dict[int, Any], held: list[Any]) -> Any:
        shared = found.get(id(style))
        if shared is not None:
            return shared
        parent = style.parent_style
        if parent is not None:
            held.append(parent)
            parent = self._shared(parent, found, held)
        # Whatever was not asked for yet is worked out now: afterwards all that tells two styles apart is what they say.
        says = (type(style), id(parent), *(_as_key(style[name]) for name in _NAMES), _others(style))
        shared = self._known.setdefault(says, style)
        if shared is style and parent is not None:
            style.parent_style = parent
        found[id(style)] = found[id(shared)] = shared
        return shared


def _holders(trees: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Whatever has a style, and where."""
    for tree in trees:
        for box in in_order(tree):
            yield box, "style"
            for name in _BESIDE:
                if getattr(box, name, None) is not None:
                    yield box, name
            layout = getattr(box, "pango_layout", None)
            if layout is not None and getattr(layout, "style", None) is not None:
                yield layout, "style"


def _others(style: Any) -> Any:
    return _as_key({name: value for name, value in style.items() if name not in INITIAL_VALUES})


def _as_key(value: Any) -> Any:
    """Something equal for values of one type that say the same, and for no others: 0 is not False."""
    kind = type(value)
    if kind is str or kind is bytes or value is None:
        return value
    if isinstance(value, dict):
        return (kind, tuple((name, _as_key(each)) for name, each in sorted(value.items())))
    if isinstance(value, (list, tuple)):
        return (kind, tuple(map(_as_key, value)))
    try:
        hash(value)
    except TypeError:
        return (kind, id(value))
    return (kind, value)
