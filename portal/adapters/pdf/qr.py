"""The QR code of a document, as a PNG."""

import base64
import io
from typing import Any

import zxingcpp
from PIL import Image

# Eight pixels a module print sharply at any size we use; level Q still reads through a stain on a tenth of the code.
_PIXELS_PER_MODULE = 8
_LEVEL = "Q"


def qr_png(content: str) -> bytes:
    """A QR code with its quiet zone, in black and white."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL)
    drawn: Any = barcode.to_image(scale=_PIXELS_PER_MODULE)
    height, width = drawn.shape
    picture = Image.frombytes("L", (width, height), memoryview(drawn).tobytes())
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def qr_data_url(content: str) -> str:
    """The same picture as the address of an ``img`` element."""
    return "data:image/png;base64," + base64.b64encode(qr_png(content)).decode("ascii")
