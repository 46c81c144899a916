"""The QR code of a document, as a PNG."""

import base64
import io
import zlib
from typing import Any

import zxingcpp
from PIL import Image

# Eight pixels a module print sharply at any size we use; level Q still reads through a stain on a tenth of the code.
_PIXELS_PER_MODULE = 8
_LEVEL = "Q"


def qr_png(content: str) -> bytes:
    """A QR code in black and white; the page leaves the quiet zone around it, which would cost the modules their size."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL)
    drawn: Any = barcode.to_image(scale=_PIXELS_PER_MODULE, add_quiet_zones=False)
    height, width = drawn.shape
    picture = Image.frombytes("L", (width, height), memoryview(drawn).tobytes())
    out = io.BytesIO()
    # Of rows that come eight times each, a run-length code is as short, and made in half of the time.
    picture.save(out, "PNG", compress_type=zlib.Z_RLE)
    return out.getvalue()


def qr_data_url(content: str) -> str:
    """The same picture as the address of an ``img`` element."""
    return "data:image/png;base64," + base64.b64encode(qr_png(content)).decode("ascii")
