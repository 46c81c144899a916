"""Some things the layout engine does at a needless price, done once here; the pages stay the same to the last pixel."""

import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.images import RasterImage
from weasyprint.pdf import fonts
from weasyprint.pdf.stream import Stream

from portal.adapters.pdf.lengths import use_known_lengths
from portal.adapters.pdf.line_ends import use_whole_lines
from portal.adapters.pdf.styles import use_filled_styles

Finisher = Callable[[Any, pydyf.PDF], None]


class _OpenArrays:
    """The engine's door to C. It asks for an array type of each length anew, and each costs five milliseconds to declare.

    An array type without a length holds as many, and is declared once.
    """

    def __init__(self, ffi: Any) -> None:
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ffi, name)

    def new(self, declared: str, *values: Any) -> Any:
        if values:
            declared = re.sub(r"\[\d+\]$", "[]", declared)
        return self._ffi.new(declared, *values)


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF in its final form: the engine asks for each twice, and would compress it twice."""

    data: bytes = b""
    compressible: bool = False

    def __init__(self, source: pydyf.Object) -> None:
        super().__init__()
        self.number, self.offset = source.number, source.offset
        self.generation, self.free = source.generation, source.free
        self.compressible = source.compressible
        if source.free != "f":
            self.data = _stream(source) if type(source) in _PLAIN_STREAMS and source.compress else source.data


_PLAIN_STREAMS = (pydyf.Stream, Stream)
_LEVEL = 6
"""Of compression: the engine's own, the highest, takes twice the time for one byte in a hundred."""


def _stream(source: Any) -> bytes:
    """What the engine makes of a stream to be compressed."""
    content = zlib.compress(b"\n".join([_to_bytes(one) for one in source.stream]), _LEVEL)
    extra = pydyf.Dictionary({**source.extra, "Filter": "/FlateDecode", "Length": len(content)})
    return b"\n".join((extra.data, b"stream", content, b"endstream"))


_write = pydyf._to_bytes


def _to_bytes(item: Any) -> bytes:
    """What the engine's own function gives: it is called tens of thousands of times for a document, mostly for these."""
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    if kind is int:
        return b"%d" % item
    return bytes(_write(item))


_HEADER = struct.Struct(">8xI4sIIBBBBB")
_GREY = (8, 0, 0, 0, 0)
"""Of a PNG: eight bits of grey for each dot, without transparency, row by row."""

_compressed = RasterImage._get_png_data


def _as_it_came(picture: Any) -> bytes:
    """The dots of a picture, compressed as a PDF holds them: a PNG in grey holds them so already."""
    content = picture.fp.getvalue() if picture.format == "PNG" and hasattr(picture.fp, "getvalue") else b""
    if len(content) < _HEADER.size or _HEADER.unpack_from(content)[4:] != _GREY:
        return bytes(_compressed(picture))
    at, found = 8, []
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IDAT":
            found.append(content[at + 8 : at + 8 + length])
        at += 12 + length
    return b"".join(found)


def mend() -> None:
    """Makes every document of this process profit; calling it again changes nothing."""
    if not isinstance(fonts.ffi, _OpenArrays):
        fonts.ffi = _OpenArrays(fonts.ffi)
    RasterImage._get_png_data = staticmethod(_as_it_came)
    pydyf._to_bytes = _to_bytes
    use_filled_styles()
    use_known_lengths()
    use_whole_lines()


def written_once(finisher: Finisher) -> Finisher:
    """A finisher after which nothing of the document changes any more, so that each part is written only once."""

    def finish(document: Any, pdf: pydyf.PDF) -> None:
        finisher(document, pdf)
        pdf.objects[:] = [_Written(one) for one in pdf.objects]

    return finish
