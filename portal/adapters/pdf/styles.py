"""Styles of elements that start from what no rule sets.

The engine asks for some eighty properties of each box, and works each of them out by going through everything that could bear
on it. For nearly all of them no rule says anything: then it is the initial value, or the parent's.
"""

from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

# What the engine looks at in a way of its own, whoever sets it.
_PECULIAR = frozenset({"page", "position", "float", "display"})
_PROPAGATED = "text_decoration_"
_PARTS = frozenset({"first-line", "first-letter"})
"""Of these it counts what was worked out, so that nothing may be there that was not asked for."""

_SET_BY_NOBODY = {
    name: value
    for name, value in INITIAL_VALUES.items()
    if name not in INHERITED
    and name not in INITIAL_NOT_COMPUTED
    and name not in _PECULIAR
    and not name.startswith(_PROPAGATED)
    and not check_math(value)
}
_INHERITED = frozenset(
    name for name in INHERITED if name not in PHYSICAL_FUNCTIONS and not name.startswith(_PROPAGATED)
)

# A margin may be set by its side or by its place in the direction of reading.
_LOGICAL = frozenset(
    function(block="ttb", inline=direction) for function in PHYSICAL_FUNCTIONS.values() for direction in ("ltr", "rtl")
)
_WITHOUT_SIDES = {name: value for name, value in _SET_BY_NOBODY.items() if name not in PHYSICAL_FUNCTIONS}

_begin, _begin_anonymous, _work_out = ComputedStyle.__init__, AnonymousStyle.__init__, ComputedStyle.__missing__


def _begin_filled(style: Any, parent: Any, cascaded: Any, pseudo_type: Any, *others: Any) -> None:
    if pseudo_type not in _PARTS:
        style.update(_SET_BY_NOBODY if _LOGICAL.isdisjoint(cascaded) else _WITHOUT_SIDES)
        for name in cascaded:
            style.pop(name, None)
    _begin(style, parent, cascaded, pseudo_type, *others)


def _begin_anonymous_filled(style: Any, parent: Any) -> None:
    style.update(_SET_BY_NOBODY)
    _begin_anonymous(style, parent)


def _work_out_if_set(style: Any, name: str) -> Any:
    if name in _INHERITED and name not in style.cascaded and style.parent_style is not None:
        value = style[name] = style.parent_style[name]
        return value
    return _work_out(style, name)


def use_filled_styles() -> None:
    """Makes every document of this process profit, without another byte in it; calling it again changes nothing."""
    ComputedStyle.__init__ = _begin_filled
    AnonymousStyle.__init__ = _begin_anonymous_filled
    ComputedStyle.__missing__ = _work_out_if_set
