"""The pictures of the documentation: taken by the journeys, small enough for a repository."""

import io
import os
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
KEY_PAGES = {
    "home": "The home page",
    "services": "A search for a service",
    "service": "The sheet of a service",
    "question": "A question",
    "error": "A mistake to mend",
    "documents": "The documents, one received",
    "check": "The answers, to be checked",
    "submitted": "The file was received",
    "case": "A file and its history",
    "verify": "A document found genuine",
    "counter-queue": "The queue of an office",
    "counter-case": "A file at the counter",
    "eligibility": "Whether a service is for her",
    "tasks": "A long form at a glance",
    "counter-opinion": "The opinion of another office",
    "studio-version": "A version before it is published",
}
"""The pages whose pictures are taken in both languages, on both screens, in light and dark."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
COLOURS = 128
TALLEST = 2200
VISIBLE = 24
"""A difference in brightness that somebody would notice, out of 255."""


class Album:
    """Keeps pictures when PORTAL_PICTURES is set; one that shows what is there already is left alone."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.wanted = os.environ.get("PORTAL_PICTURES") == "1"

    def keep(self, name: str, png: bytes) -> None:
        """Writes the screenshot of a page."""
        with Image.open(io.BytesIO(png)) as shot:
            self.keep_page(name, shot.convert("RGB"))

    def keep_page(self, name: str, picture: Image.Image) -> None:
        """Writes ``name``.png unless the one that is there looks the same."""
        if not self.wanted:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.png"
        picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
        small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        if not path.exists() or differs(path, small):
            small.save(path, optimize=True)


def picture_name(page: str, language: str, width: int, scheme: str = "light") -> str:
    """What the picture of a page is called, without its ending."""
    return f"{page}-{language}-{width}{'-dark' if scheme == 'dark' else ''}"


def contact_sheet() -> str:
    """All pictures of the key pages on one page."""
    lines = [
        "# The portal in pictures",
        "",
        "Taken by `make e2e` on its journeys: sixteen pages in Arabic and in French, 360 and 1280 pixels wide, light and dark.",
    ]
    for page, title in KEY_PAGES.items():
        lines += ["", f"## {title}", "", "| | Arabic | French | Arabic, dark | French, dark |", "|---|---|---|---|---|"]
        for width in (360, 1280):
            cells = [
                f'<img src="{picture_name(page, language, width, scheme)}.png" width="{width // 6 + 100}" alt="{title}">'
                for scheme in SCHEMES
                for language in ("ar", "fr")
            ]
            lines.append(f"| {width} px | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def differs(path: Path, picture: Image.Image) -> bool:
    """Whether somebody would see a difference."""
    with Image.open(path) as old:
        if old.size != picture.size:
            return True
        difference = ImageChops.difference(old.convert("L"), picture.convert("L"))
    return any(count for count in difference.histogram()[VISIBLE:])
