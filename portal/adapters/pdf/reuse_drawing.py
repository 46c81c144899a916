"""Draws a page that was drawn before: what is the same is repeated, and only the words and pictures that differ are drawn.

The first drawing is watched. Each piece of text and each picture is one stretch of the page's instructions, and drawn from the
same colours as before, so that another may take its place.
"""

import ctypes
import ctypes.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import draw
from weasyprint.draw import draw_page
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import ffi

_STATE = (
    "_current_color",
    "_current_color_stroke",
    "_current_alpha",
    "_current_alpha_stroke",
    "_current_font",
    "_old_font",
)
_draw_text, _draw_picture, _add_font = draw.draw_text, draw.draw_replacedbox, Stream.add_font
_FILES: dict[str, bytes] = {}
_objects = ctypes.CDLL(ctypes.util.find_library("gobject-2.0") or "libgobject-2.0.so.0")
_objects.g_object_ref.argtypes = _objects.g_object_unref.argtypes = [ctypes.c_void_p]

Spellings = dict[Any, dict[int, str]]
"""By font: which characters each glyph stands for, as text that is copied from the page has them."""


@dataclass
class _Piece:
    """A text or picture: where its instructions stand among those of the page, and what was set before it.

    ``drawn`` are those instructions as they are written, ``before`` those between the piece before this one and its own mark.
    """

    box: Any
    tag: str
    start: int
    end: int
    state: tuple[Any, ...]
    ctm: Any
    draw: Callable[[Any, Any], None]
    spellings: Spellings = field(default_factory=dict)
    before: bytes = b""
    drawn: bytes = b""


class _Held:
    """A font of Pango's, kept from being freed for as long as this object lives."""

    def __init__(self, pango_font: Any) -> None:
        self._address = int(ffi.cast("uintptr_t", pango_font))
        _objects.g_object_ref(self._address)

    def __del__(self) -> None:
        _objects.g_object_unref(self._address)


class Drawing:
    """What was drawn on one page, to be drawn again; ``usable`` says whether it can be."""

    def __init__(self) -> None:
        self.usable = False
        self._pieces: list[_Piece] = []
        self._rest = b""
        self._resources: dict[str, dict[str, Any]] = {}
        self._fonts: dict[Any, Any] = {}

    def first(self, page_box: Any, stream: Any, scale: float) -> None:
        """Draws a page, and watches."""
        start, held = len(stream.stream), {kind: set(stream._resources[kind]) for kind in _RESOURCES}
        stream.watched_by = self
        try:
            _paint(page_box, stream, scale)
        finally:
            del stream.watched_by
        pictures = {name for name, found in stream._resources["XObject"].items() if found is None}
        drawn = {name for piece in self._pieces if piece.tag == "Figure" for name in _named(stream, piece)}
        marked = list(stream._tags.items())
        self.usable = (
            start == _START
            and pictures == drawn
            and [(piece.box, piece.tag) for piece in self._pieces] == [(box, mark["tag"]) for box, mark in marked]
            and [stream.stream[piece.start + _MARK].get("MCID") for piece in self._pieces] == list(range(len(marked)))
            and not any("SMask" in state for state in stream._resources["ExtGState"].values())
            and not any(
                font.missing or font.bitmap or font.png or font.svg or font.colr for font in stream._fonts.values()
            )
        )
        if self.usable:
            self._keep_written(stream.stream, start)
            self._resources = {
                kind: {
                    name: _kept(each)
                    for name, each in stream._resources[kind].items()
                    if name not in held[kind] and each is not None
                }
                for kind in _RESOURCES
            }
            self._fonts = {key: _kept_font(font) for key, font in stream._fonts.items()}

    def again(self, stream: Any, others: Mapping[int, Any]) -> None:
        """Draws the page once more, with ``others`` in the place of boxes of the first drawing (by their ids)."""
        for kind, found in self._resources.items():
            for name, each in found.items():
                stream._resources[kind].setdefault(name, _kept(each))
        for key, font in self._fonts.items():
            if key in stream._fonts:
                stream._fonts[key].widths = font.widths | stream._fonts[key].widths
            else:
                stream._fonts[key] = _kept_font(font)
        for number, piece in enumerate(self._pieces):
            # A mark of its own: what is no content after all is marked otherwise in the finished file.
            stream.stream += (piece.before, f"/{piece.tag}", pydyf.Dictionary({"MCID": number}), b"BDC")
            box = others.get(id(piece.box), piece.box)
            stream._tags[box] = {"tag": piece.tag, "mcid": number}
            if box is piece.box and piece.tag != "Figure":
                stream.stream.append(piece.drawn)
                for key, spelt in piece.spellings.items():
                    found = stream._fonts[key].to_unicode
                    for glyph, characters in spelt.items():
                        found.setdefault(glyph, characters)
            else:
                for name, value in zip(_STATE, piece.state, strict=True):
                    setattr(stream, name, value)
                stream._ctm_stack = [piece.ctm]
                piece.draw(stream, box)
        stream.stream.append(self._rest)

    def _keep_written(self, instructions: list[Any], start: int) -> None:
        """Keeps what stays the same as it will be written: thousands of small objects become one for each piece."""
        done = start
        for piece in self._pieces:
            piece.before = _written(instructions[done : piece.start - _MARKED])
            piece.drawn = _written(instructions[piece.start : piece.end])
            done = piece.end
        self._rest = _written(instructions[done:])

    def watch(self, stream: Any, box: Any, tag: str, how: Callable[[Any, Any], None]) -> None:
        """Draws a piece of the page, and notes where."""
        state = tuple(getattr(stream, name) for name in _STATE)
        piece = _Piece(box, tag, len(stream.stream), 0, state, stream.ctm, how)
        with _spelt_anew(stream._fonts, piece.spellings):
            how(stream, box)
        piece.end = len(stream.stream)
        self._pieces.append(piece)


def prune(fonts: dict[Any, Any]) -> None:
    """Forgets the fonts, and the widths of letters, that only the first document needed."""
    for key in [key for key, font in fonts.items() if not font.to_unicode]:
        del fonts[key]
    for font in fonts.values():
        font.widths = {glyph: width for glyph, width in font.widths.items() if glyph in font.to_unicode}


def watch_drawings() -> None:
    """Lets drawings watch; it replaces three functions of the engine, and calling it again changes nothing."""
    draw.draw_text, draw.draw_replacedbox, Stream.add_font = _text, _picture, _held_font


_RESOURCES = ("ExtGState", "XObject", "Pattern", "Shading")
_MARK, _MARKED = -2, 3
"""Where the mark stands before the instructions of a piece, of so many: the name of its tag, the mark, the operator."""

_START = 1
"""A page's instructions begin with the one that turns its axes, before anything is drawn."""


def _paint(page_box: Any, stream: Any, scale: float) -> None:
    with stream.stacked():
        stream.transform(a=scale, d=scale)
        draw_page(page_box, stream)


def _text(stream: Any, box: Any, offset_x: float, text_overflow: str, block_ellipsis: Any) -> None:
    def how(onto: Any, what: Any) -> None:
        _draw_text(onto, what, offset_x, text_overflow, block_ellipsis)

    _watched(stream, box, "Span", how)


def _picture(stream: Any, box: Any) -> None:
    _watched(stream, box, "Figure", _draw_picture)


def _written(instructions: Sequence[Any]) -> bytes:
    return b"\n".join(map(pydyf._to_bytes, instructions))


def _held_font(stream: Any, pango_font: Any) -> Any:
    """The engine's own font, with the reference it does not take: it is needed for longer than the words it was found for."""
    font, size = _add_font(stream, pango_font)
    if not hasattr(font, "held"):
        font.held = _Held(pango_font)
    return font, size


def _watched(stream: Any, box: Any, tag: str, how: Callable[[Any, Any], None]) -> None:
    drawing = getattr(stream, "watched_by", None)
    if drawing is None:
        how(stream, box)
    else:
        drawing.watch(stream, box, tag, how)


@contextmanager
def _spelt_anew(fonts: dict[Any, Any], found: Spellings) -> Iterator[None]:
    """Lets a piece say for itself what its glyphs stand for; the first to say so on a page is right there."""
    before = {key: font.to_unicode for key, font in fonts.items()}
    for font in fonts.values():
        font.to_unicode = {}
    yield
    for key, font in fonts.items():
        if font.to_unicode:
            # Each letter once, not once for every piece that it stands in.
            found[key] = {glyph: sys.intern(letters) for glyph, letters in font.to_unicode.items()}
        font.to_unicode = {**font.to_unicode, **before.get(key, {})}


def _named(stream: Any, piece: _Piece) -> Iterator[str]:
    """The pictures that a piece's instructions name."""
    for one in stream.stream[piece.start : piece.end]:
        if isinstance(one, bytes) and one.endswith(b" Do"):
            yield one[1:-3].decode()


def _kept_font(font: Any) -> Any:
    """A font from before it is cut down to the letters of a document."""
    kept = copy(font)
    # Each reading of a font is some hundred kilobytes; one for all drawings is enough.
    kept.file_content = _FILES.setdefault(font.hash, font.file_content)
    kept.widths, kept.to_unicode, kept.missing = dict(font.widths), {}, {}
    return kept


def _kept(found: Any) -> Any:
    """A copy of something drawn once, from before it is numbered in a file."""
    if isinstance(found, pydyf.Stream):
        return pydyf.Stream(list(found.stream), _kept(found.extra), found.compress)
    if isinstance(found, pydyf.Dictionary):
        return pydyf.Dictionary({name: _kept(each) for name, each in found.items()})
    if isinstance(found, pydyf.Array):
        return pydyf.Array([_kept(each) for each in found])
    return found
