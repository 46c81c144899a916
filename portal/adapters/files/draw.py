"""Draws one page of a hostile file: reads it from standard input, writes a JPEG. Run as a process of its own.

``python draw.py KIND PAGE``. Its time and memory are limited by the system, whatever the file asks for.
"""

import io
import resource
import sys
from typing import Any

WIDTH = 1100
HEIGHT = 3 * WIDTH
SECONDS = 10
BYTES = 1_500_000_000


def _from_pdf(content: bytes, page: int) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if not 0 < page <= len(document):
        raise SystemExit(2)
    sheet = document[page - 1]
    # A page may be a thousand times as long as it is wide.
    scale = min(WIDTH / max(sheet.get_width(), 1), HEIGHT / max(sheet.get_height(), 1))
    return sheet.render(scale=scale).to_pil()


def _from_picture(content: bytes, page: int) -> Any:
    from PIL import Image, ImageOps

    if page != 1:
        raise SystemExit(2)
    picture = Image.open(io.BytesIO(content))
    picture.draft("RGB", (WIDTH, HEIGHT))
    picture.thumbnail((WIDTH, HEIGHT))
    # Telephones keep a picture lying on its side, with a note on how it was held.
    return ImageOps.exif_transpose(picture)


def main(kind: str, page: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    content = sys.stdin.buffer.read()
    drawn = _from_pdf(content, page) if kind == "pdf" else _from_picture(content, page)
    drawn = drawn.convert("RGB")
    drawn.thumbnail((WIDTH, HEIGHT))
    drawn.save(sys.stdout.buffer, "JPEG", quality=82)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
