"""The fonts of documents: ours and no other, and what they can draw."""

import io
import re
from collections.abc import Iterable
from functools import reduce
from pathlib import Path

from cffi import FFI  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, TTLibError
from weasyprint.text.ffi import ffi, fontconfig, gobject, pangoft2
from weasyprint.text.fonts import FontConfiguration

from portal.ports import Unreachable

_FACE = re.compile(r"@font-face\s*{([^}]*)}")
_FAMILY, _WEIGHT = re.compile(r"font-family:\s*([\w-]+)"), re.compile(r"font-weight:\s*(\d+)")
_FILE = re.compile(r'url\("fonts:([\w.-]+)"\)')

_more = FFI()
_more.cdef("void *FcConfigCreate(void);")
_made = _more.dlopen("libfontconfig.so.1")


class OwnFonts(FontConfiguration):  # type: ignore[misc]
    """Fonts that a style sheet names, without those of the machine.

    The engine would draw a letter that ours lack in whatever font the machine has: another page on every machine.
    """

    def __init__(self) -> None:
        # What the base class does, from an empty configuration instead of the machine's.
        empty = _more.cast("uintptr_t", _made.FcConfigCreate())
        self._config = ffi.cast("FcConfig *", int(empty))
        self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), self._config)
        fontconfig.FcConfigDestroy(self._config)
        self._folder = None
        self.strut_layouts: dict[object, object] = {}
        self.font_features: dict[object, object] = {}


class Faces:
    """The faces that a style sheet declares; raises Unreachable, with its name, for a font that cannot be read.

    The engine leaves such a font out and goes on: the page would be drawn with letters missing.
    """

    def __init__(self, style: str, folder: Path) -> None:
        drawn: dict[str, set[int]] = {}
        self.families: set[str] = set()
        for face in _FACE.findall(style):
            family, weight, file = (pattern.search(face) for pattern in (_FAMILY, _WEIGHT, _FILE))
            if family is None or weight is None or file is None:
                raise ValueError(f"a font face without family, weight or file: {face.strip()}")
            self.families.add(family[1])
            drawn.setdefault(weight[1], set()).update(_letters_of(folder / file[1]))
        self.letters = frozenset(map(chr, _in_all(drawn.values())))
        """The characters that every weight can draw."""


def _in_all(sets: Iterable[set[int]]) -> set[int]:
    return reduce(set.intersection, sets)


def _letters_of(path: Path) -> set[int]:
    try:
        with TTFont(io.BytesIO(path.read_bytes()), lazy=True) as font:
            return set(font.getBestCmap())
    except (OSError, TTLibError, KeyError, AssertionError) as fault:
        raise Unreachable(f"the font {path.name} of the documents cannot be read") from fault
