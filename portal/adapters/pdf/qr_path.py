"""The QR code of an address, as the path of an SVG: sharp at any size, and small enough to stand in a page."""

import re
from dataclasses import dataclass
from functools import lru_cache

_PATH = re.compile(r'<path d="([^"]+)"')
_SIZE = re.compile(r'<svg width="(\d+)"')


@dataclass(frozen=True)
class QrPath:
    """The dark modules, in a square of ``size`` modules a side, the quiet zone included."""

    size: int
    path: str


@lru_cache(maxsize=256)
def qr_path(content: str) -> QrPath:
    """The code, readable with a seventh of it damaged."""
    # Loaded at the first leaflet: no other page needs it, and it weighs on every process that serves them.
    import zxingcpp

    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_svg()
    size, path = _SIZE.search(drawn), _PATH.search(drawn)
    if size is None or path is None:
        raise ValueError("the library drew no path")
    return QrPath(int(size[1]), path[1])
