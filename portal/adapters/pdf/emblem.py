"""The emblem of a unit: a drawing that brings nothing from elsewhere."""

import base64
import re
from functools import lru_cache
from xml.etree import ElementTree

from portal.ports import Rejected

_DRAWN = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "metadata",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
    ]
)
"""Shapes and what colours or cuts them: no picture, no script, no style sheet, no letters (they would need a font)."""
_INSIDE = re.compile(r"""url\(\s*["']?#""")
_LONGEST = 200_000  # characters


class _Drawing(ElementTree.TreeBuilder):
    """What the parser builds. A document type ends it, whatever stands around it: without one there is no entity to expand."""

    def doctype(self, name: str, public: str, system: str) -> None:
        """Raises Rejected: the parser asks for this wherever it finds a document type, before it reads on in it."""
        raise Rejected("the emblem of the unit declares a document type")


@lru_cache(maxsize=64)
def emblem_url(svg: str) -> str:
    """The drawing as the address of an ``img`` element; raises Rejected where it holds anything but shapes of its own."""
    if len(svg) > _LONGEST:
        raise Rejected("the emblem of the unit is too long")
    try:
        drawing = ElementTree.fromstring(svg, ElementTree.XMLParser(target=_Drawing()))  # noqa: S314  See _Drawing.
    except ElementTree.ParseError as fault:
        raise Rejected(f"the emblem of the unit is no SVG: {fault}") from fault
    for element in drawing.iter():
        name = str(element.tag).rpartition("}")[2]
        if name not in _DRAWN:
            raise Rejected(f"the emblem of the unit holds <{name}>: only shapes are drawn")
        for attribute, value in element.attrib.items():
            _check(attribute.rpartition("}")[2], value)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _check(attribute: str, value: str) -> None:
    outside = attribute in ("href", "src") and not value.startswith("#")
    if outside or len(_INSIDE.findall(value)) != value.lower().count("url(") or "\\" in value:
        raise Rejected(f"the emblem of the unit points outside itself: {attribute}")
