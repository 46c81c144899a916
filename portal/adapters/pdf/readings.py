"""What each drawn letter is read back as, where the engine can only guess.

A letter under a vowel sign, such as «أُ», is two glyphs that belong together. The engine lets one stand for both and the other
for nothing, wherever else in the document they stand: each word with that letter loses it when it is copied or read
aloud. The font itself knows better.
"""

import io
import re
from functools import lru_cache
from typing import Any

import weasyprint.pdf
from fontTools.ttLib import TTFont

_ARABIC = re.compile("[\u0600-\u06ff]+")
_SINGLE, _EXTENSION = 1, 7

_build = weasyprint.pdf.build_fonts_dictionary


def _build_with_readings(pdf: Any, fonts: Any, *arguments: Any) -> Any:
    for font in fonts.values():
        guessed = font.to_unicode
        doubtful = [glyph for glyph, words in guessed.items() if len(words) != 1]
        known = _readings_of(font.file_content) if doubtful else {}
        guessed.update({glyph: known[glyph] for glyph in doubtful if glyph in known})
    return _build(pdf, fonts, *arguments)


@lru_cache(maxsize=32)
def _readings_of(content: bytes) -> dict[int, str]:
    """The one Arabic letter that each glyph is a shape of, by its number."""
    with TTFont(io.BytesIO(content), lazy=True) as font:
        letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if _ARABIC.fullmatch(chr(code))}
        shapes = _shapes_of(font)
        # A shape may have a shape of its own: what a ligature begins with, of a letter at the end of a word.
        for _ in range(3):
            letters |= {to: letters[of] for of, to in shapes if of in letters and to not in letters}
        return {font.getGlyphID(glyph): letter for glyph, letter in letters.items()}


def _shapes_of(font: TTFont) -> list[tuple[str, str]]:
    if "GSUB" not in font:
        return []
    subtables = [
        subtable.ExtSubTable if lookup.LookupType == _EXTENSION else subtable
        for lookup in font["GSUB"].table.LookupList.Lookup
        for subtable in lookup.SubTable
    ]
    return [pair for one in subtables if one.LookupType == _SINGLE for pair in one.mapping.items()]


def use_our_readings() -> None:
    """Makes every document of this process readable letter by letter; calling it again changes nothing."""
    weasyprint.pdf.build_fonts_dictionary = _build_with_readings
