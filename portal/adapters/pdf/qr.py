"""The QR code of a document, as a PNG."""

import base64
import struct
import zlib
from typing import Any

import zxingcpp
from PIL import Image

# Eight pixels a module print sharply at any size we use; level Q still reads through a stain on a tenth of the code.
_PIXELS_PER_MODULE = 8
_LEVEL = "Q"

# A PNG (ISO/IEC 15948): eight bits of grey for each dot, and before each row of dots how it was filtered.
_SIGNATURE, _GREY = b"\x89PNG\r\n\x1a\n", (8, 0, 0, 0, 0)
_AS_IT_IS, _AS_ABOVE = b"\0", b"\2"


def qr_png(content: str) -> bytes:
    """A QR code in black and white; the page leaves the quiet zone around it, which would cost the modules their size."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL)
    drawn: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    height, width = drawn.shape
    modules = Image.frombytes("L", (width, height), memoryview(drawn).tobytes())
    size = width * _PIXELS_PER_MODULE
    dots = modules.resize((size, height), Image.Resampling.NEAREST).tobytes()
    # The rows of a module are said to be as the one above (filter 2, no difference): hardly anything is left to compress.
    same = (_AS_ABOVE + bytes(size)) * (_PIXELS_PER_MODULE - 1)
    rows = b"".join(_AS_IT_IS + dots[start : start + size] + same for start in range(0, len(dots), size))
    packer = zlib.compressobj(strategy=zlib.Z_RLE)
    header = struct.pack(">IIBBBBB", size, height * _PIXELS_PER_MODULE, *_GREY)
    packed = packer.compress(rows) + packer.flush()
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def qr_data_url(content: str) -> str:
    """The same picture as the address of an ``img`` element."""
    return "data:image/png;base64," + base64.b64encode(qr_png(content)).decode("ascii")
