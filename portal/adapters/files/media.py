"""Looks at files whose sender nobody knows: what they are, whether they can be read, and what they show.

Everything here treats its input as hostile. What costs little is done in this process under a lock; drawing a page,
which a small file can make last for hours, is done by another process with little time and memory to spend.
The libraries are loaded at the first file: the worker, which is sent none, does without their megabytes.
"""

import io
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

MOST_PAGES = 200
PIXELS = {"jpeg": 60_000_000, "progressive": 25_000_000, "png": 20_000_000}
"""The largest pictures read: a progressive JPEG or a PNG has to be held whole in memory."""

MOST_SCANS = 64
"""A progressive photograph has about ten scans; each costs a walk over the whole picture."""

END_OF_JPEG = b"\xff\xd9"

DRAWING_SECONDS = 20
_DRAW = Path(__file__).with_name("draw.py")

_pdfium = threading.Lock()
"""The library that reads PDFs may be used by one thread at a time only."""

_decoding = threading.Semaphore(2)
"""How many pictures are held in memory at once."""

_drawing = threading.Semaphore(2)


class Undrawable(Exception):
    """The page cannot be drawn, or not within its time."""


def kind_of(content: bytes) -> str | None:
    """``pdf``, ``jpeg`` or ``png`` by what the file begins with, or None for anything else."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return None


def is_sound(content: bytes, kind: str) -> bool:
    """Whether a file is what it begins like, can be read to its end, and is of a reasonable size."""
    return _is_sound_pdf(content) if kind == "pdf" else _is_sound_picture(content, kind)


def _is_sound_pdf(content: bytes) -> bool:
    from pypdfium2 import PdfiumError

    try:
        with _opened(content) as document:
            return 0 < len(document) <= MOST_PAGES
    except PdfiumError:
        return False


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    from pypdfium2 import PdfDocument

    with _pdfium, closing(PdfDocument(content)) as document:
        yield document


def _is_sound_picture(content: bytes, kind: str) -> bool:
    from PIL import Image, ImageFile, UnidentifiedImageError

    # Within the picture's own data this pair of bytes cannot occur: it always begins a scan.
    if kind == "jpeg" and content.count(b"\xff\xda") > MOST_SCANS:
        return False
    try:
        with warnings.catch_warnings(), _decoding:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind.upper()]) as picture:
                limit = PIXELS["progressive" if picture.info.get("progressive") else kind]
                if picture.width * picture.height > limit:
                    return False
                # Read through to its end, if coarsely: what cannot be drawn now could not be shown to a clerk later.
                # A photograph that ends as one should was not cut short; decoding it would cost a whole page's time.
                if not (kind == "jpeg" and content.endswith(END_OF_JPEG)):
                    # WeasyPrint, where it is loaded, makes Pillow forgive what was cut short.
                    ImageFile.LOAD_TRUNCATED_IMAGES = False
                    picture.draft("RGB", (200, 200))
                    picture.load()
        return True
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return False


def page_count(content: bytes, kind: str) -> int:
    """How many pages there are to draw."""
    if kind != "pdf":
        return 1
    with _opened(content) as document:
        return len(document)


def draw_page(content: bytes, kind: str, page: int) -> bytes:
    """A page, counted from 1, as a JPEG drawn anew: nothing active in the original survives; raises Undrawable."""
    # It runs that one file and nothing else of the portal, and is given no part of our environment.
    command = [sys.executable, "-I", str(_DRAW), kind, str(page)]
    if not _drawing.acquire(timeout=DRAWING_SECONDS):
        raise Undrawable()
    try:
        done = subprocess.run(  # noqa: S603  Our own file, with arguments made by us.
            command, input=content, capture_output=True, timeout=DRAWING_SECONDS, check=True, env={}
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Undrawable() from error
    finally:
        _drawing.release()
    return done.stdout
