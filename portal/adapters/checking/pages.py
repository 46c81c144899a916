"""Draws pages of hostile files, and reads the QR codes on them. For confined processes only."""

import io
import warnings
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.adapters.checking.asked import Unusable
from portal.ports_of_documents import Unfit

FORMATS = {"jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF"}
MOST_PIXELS = 40_000_000
MOST_PIXELS_WHOLE = 16_000_000
"""The largest pictures read; a JPEG can be read at a part of its size, the others have to be held whole."""

MOST_SCANS = 64
"""A progressive photograph has about ten; each is a walk over the whole picture."""

SHOWN = 3
"""How many pages are drawn: of what was there before a change, and in search of a QR code."""

SHOWN_WIDTH = 1240
"""Every word of an A4 page can be read at 150 dots an inch."""

SHOWN_COLOURS = 32
"""Our pages are text on paper: so few colours keep letters sharp at a third of the bytes of a photograph."""

SMALL, LARGER = 1500, (2.0, 1.5)
"""A picture with no longer side than this is searched once more twice and half as large again, as message apps make them small:
a dot of the QR that is two or three of the picture's is told from its neighbours only then."""

SCANNED_WIDTHS = (1400, 2400)
"""How wide a page or picture is made to search it: the first finds what is drawn or photographed well, in a third of the time."""


def prepare() -> None:
    """Loads the readers of pictures, and goes once through all that drawing takes."""
    Image.preinit()
    Image.init()
    blank = Image.new("L", (64, 64), 255)
    _texts(blank)
    for name in FORMATS:
        kept = io.BytesIO()
        blank.save(kept, name)
        texts_of_picture(kept.getvalue())


def kind_of(content: bytes) -> str | None:
    """``pdf`` or a picture's format by what the file begins with, or None for anything else."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    found = next((name for name, sign in FORMATS.items() if content.startswith(sign)), None)
    return None if found == "webp" and content[8:12] != b"WEBP" else found


def count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document)


def pictures_of(pdf: bytes) -> Iterator[bytes]:
    """The first pages of a PDF of ours, each as a PNG as soon as it is drawn."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for at in range(min(len(document), SHOWN)):
            yield _png(_drawn(document, at, SHOWN_WIDTH, colour=True))


def texts_of_pdf(pdf: bytes) -> list[str]:
    """What the QR codes on the first pages of a PDF say."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for at in range(min(len(document), SHOWN)):
            for width in SCANNED_WIDTHS:
                if found := _texts(_drawn(document, at, width)):
                    return found
    return []


def texts_of_picture(content: bytes) -> list[str]:
    """What the QR codes in a picture say; raises Unusable."""
    # Within a picture's own data this pair of bytes cannot occur: it always begins a scan.
    if kind_of(content) == "jpeg" and content.count(b"\xff\xda") > MOST_SCANS:
        raise Unusable(Unfit.TOO_COSTLY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[name.upper() for name in FORMATS]) as picture:
                whole = picture.format != "JPEG" or bool(picture.info.get("progressive"))
                if picture.width * picture.height > (MOST_PIXELS_WHOLE if whole else MOST_PIXELS):
                    raise Unusable(Unfit.TOO_LARGE)
                picture.draft("L", (SCANNED_WIDTHS[-1], SCANNED_WIDTHS[-1]))
                grey = _upright(picture.convert("L"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable(Unfit.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unusable(Unfit.BROKEN) from error
    for width in SCANNED_WIDTHS:
        smaller = grey.copy()
        smaller.thumbnail((width, width))
        if found := _texts(smaller):
            return found
    for factor in LARGER if max(grey.size) <= SMALL else ():
        larger = grey.resize((round(grey.width * factor), round(grey.height * factor)), Image.Resampling.LANCZOS)
        if found := _texts(larger):
            return found
    return []


def _texts(picture: Any) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [one.text for one in found if one.valid]


def _drawn(document: Any, at: int, width: int, *, colour: bool = False) -> Any:
    with closing(document[at]) as page:
        # A page may be a thousand times as long as it is wide.
        scale = min(width / max(page.get_width(), 1), 2 * width / max(page.get_height(), 1))
        return page.render(scale=scale, grayscale=not colour).to_pil()


def _upright(picture: Any) -> Any:
    """A picture as the camera says it was held; as it is where what the camera says cannot be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture


def _png(picture: Any) -> bytes:
    kept = io.BytesIO()
    picture.convert("RGB").quantize(SHOWN_COLOURS, method=Image.Quantize.FASTOCTREE).save(kept, "PNG")
    return kept.getvalue()
