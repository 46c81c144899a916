"""Margins, borders and sizes of boxes, worked out once for each style instead of for each box and each try to place it.

Where no percentage is among them they are what the style says, whatever stands around the box.
"""

from functools import lru_cache
from importlib import import_module
from typing import Any

from tinycss2.color5 import parse_color
from weasyprint.layout.percent import resolve_percentages
from weasyprint.svg import utils as svg

_LENGTHS = (
    *(f"{what}_{side}" for what in ("margin", "padding") for side in ("left", "right", "top", "bottom")),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
_LAYOUTS = ("absolute", "block", "column", "float", "inline", "page", "table")
"""The parts of the engine that ask; those for flexible boxes and grids change styles on the way."""

_IT_DEPENDS: dict[str, Any] = {}

SHARED = "shared"
"""The attribute of a kept box that holds the lengths it shares with others."""


def _resolve(box: Any, containing_block: Any) -> None:
    style = box.style
    used = getattr(style, "used", None)
    if used is None:
        used = style.used = _used(style)
    if used is _IT_DEPENDS:
        resolve_percentages(box, containing_block)
        return
    own = box.__dict__
    if (shared := own.get(SHARED)) is None:
        own.update(used)
        return
    for name, value in used.items():
        if name in shared and shared[name] == value:
            own.pop(name, None)
        else:
            own[name] = value


def _used(style: Any) -> dict[str, Any]:
    if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
        return _IT_DEPENDS
    used: dict[str, Any] = {}
    for name in _LENGTHS:
        value = style[name]
        if value is None or value == "auto":
            used[name] = 0 if value == "auto" and name.startswith("min_") else value
        elif getattr(value, "unit", None) == "px":
            used[name] = value.value
        else:
            return _IT_DEPENDS
    return used | {name: style[name] for name in _BORDERS}


def use_known_lengths() -> None:
    """Makes every document of this process profit, without another byte in it; calling it again changes nothing."""
    for name in _LAYOUTS:
        layout: Any = import_module(f"weasyprint.layout.{name}")
        layout.resolve_percentages = _resolve
    if svg.parse_color is parse_color:
        svg.parse_color = lru_cache(maxsize=256)(parse_color)
