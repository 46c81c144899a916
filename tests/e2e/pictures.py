"""The pictures of the documentation: taken by the journeys, small enough for a repository."""

import io
import os
from pathlib import Path

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
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


def differs(path: Path, picture: Image.Image) -> bool:
    """Whether somebody would see a difference."""
    with Image.open(path) as old:
        if old.size != picture.size:
            return True
        difference = ImageChops.difference(old.convert("L"), picture.convert("L"))
    return any(count for count in difference.histogram()[VISIBLE:])
