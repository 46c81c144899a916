"""Cuts the fonts of the pages from IBM Plex: ``python -m tools.fonts node_modules/@fontsource``.

static/fonts/README.md says what each file is for and why it holds what it holds.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
WEIGHTS = {400: "Regular", 600: "SemiBold"}
# The licence reserves the name "Plex" for the original.
FAMILY = "Guichet Sans"

# The Arabic of Morocco: the alphabet, its vowel signs, and the letters that names from elsewhere need (پ چ ڤ گ ڭ ک ی).
ARABIC_LETTERS = [
    *(0x60C, 0x61B, 0x61F, *range(0x621, 0x63B), *range(0x640, 0x653), 0x670, 0x66A),
    *(0x67E, 0x686, 0x6A4, 0x6A9, 0x6AD, 0x6AF, 0x6CC),
]
ARABIC_FEATURES = ["ccmp", "init", "medi", "fina", "rlig", "liga", "calt", "mark", "mkmk", "kern"]
# What stands inside Arabic: digits, punctuation, references, and French names as far as they are common.
AMONG_ARABIC = [*range(0x20, 0x7F), 0xA0, *map(ord, "«»°·×–—‘’“”•…ÀÉàâçèéêëîïôùû")]
LATIN = [
    *(*range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x2013, 0x2014, *range(0x2018, 0x201B)),
    *(*range(0x201C, 0x201F), 0x2022, 0x2026, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2191, 0x2193, 0x2212),
]
LATIN_FEATURES = ["kern", "liga"]
# The language's own name, on French pages: the only Arabic most of them show.
OWN_NAME = [*map(ord, "العربية")]


def cut(source: Path, letters: Iterable[int], features: list[str], dropped: Sequence[str] = ()) -> TTFont:
    """The letters of a font and what their features make of them; screens of today need no hinting."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=features, hinting=False, name_IDs=[0, 13, 14])
    options.drop_tables += ["STAT", *dropped]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    return font


def joined(first: TTFont, second: TTFont) -> TTFont:
    """Two fonts of one design as one."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, font in enumerate((first, second)):
            path = Path(folder) / f"{number}.ttf"
            font.flavor = None
            font.save(path)
            paths.append(str(path))
        whole = Merger().merge(paths)
    # The day it was cut says nothing, and would give the file another address each time.
    whole.recalcTimestamp = False
    whole["head"].created, whole["head"].modified = first["head"].created, first["head"].modified
    return whole


def save(font: TTFont, name: str, weight: int) -> int:
    """Writes one file of the pages; its size."""
    style = WEIGHTS[weight]
    for number, text in ((1, FAMILY), (2, style), (4, f"{FAMILY} {style}"), (6, f"{FAMILY}-{style}".replace(" ", ""))):
        font["name"].setName(text, number, 3, 1, 0x409)
    font.flavor = "woff2"
    path = FONTS / f"guichet-{name}.woff2"
    font.save(path)
    return path.stat().st_size


def make(packages: Path) -> dict[str, int]:
    """Every font of the pages, and the bytes each weighs."""
    made = {}
    for weight in WEIGHTS:
        arabic = packages / "ibm-plex-sans-arabic" / "files" / f"ibm-plex-sans-arabic-arabic-{weight}-normal.woff2"
        beside = packages / "ibm-plex-sans-arabic" / "files" / f"ibm-plex-sans-arabic-latin-{weight}-normal.woff2"
        latin = packages / "ibm-plex-sans" / "files" / f"ibm-plex-sans-latin-{weight}-normal.woff2"
        # The Arabic half has a space of its own. Kerning the few Latin words would cost 1.7 kB.
        others = [letter for letter in AMONG_ARABIC if letter not in (0x20, 0xA0)]
        whole = joined(cut(arabic, [*ARABIC_LETTERS, 0x20, 0xA0], ARABIC_FEATURES), cut(beside, others, []))
        made[f"arabic-{weight}"] = save(whole, f"arabic-{weight}", weight)
        made[f"latin-{weight}"] = save(cut(latin, LATIN, LATIN_FEATURES), f"latin-{weight}", weight)
    word = packages / "ibm-plex-sans-arabic" / "files" / "ibm-plex-sans-arabic-arabic-400-normal.woff2"
    made["own-name"] = save(cut(word, OWN_NAME, ["init", "medi", "fina"], ["GDEF"]), "own-name", 400)
    return made


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path, help="the folder @fontsource of node_modules")
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    for name, size in make(parser.parse_args(arguments).packages).items():
        print(f"{name:12} {size:6} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
