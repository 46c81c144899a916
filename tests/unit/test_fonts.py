"""The fonts of the pages hold what their style sheet promises, and each language finds its letters in its own files."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from portal.i18n import ROOT as LOCALES
from portal.i18n import translations
from tools.fonts import FONTS

ROOT = Path(__file__).resolve().parents[2]
FACE = re.compile(
    r'@font-face \{[^}]*?font-family: "([^"]+)"[^}]*?guichet-([\w-]+)\.woff2[^}]*?unicode-range: ([^;]+);'
)
ARABIC = re.compile("[\u0600-\u06ff]+")
# Marks that order or join letters, and line ends: browsers ask no font for them.
WITHOUT_SHAPE = {*range(0x20), *range(0x200C, 0x2010), *range(0x2060, 0x206A), 0x202F}


def promised() -> dict[str, set[int]]:
    """The letters that the style sheet looks for in each file."""
    found = {}
    for _family, name, ranges in FACE.findall((ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")):
        ends = [one.strip().removeprefix("U+").split("-") for one in ranges.split(",")]
        found[name] = {letter for end in ends for letter in range(int(end[0], 16), int(end[-1], 16) + 1)}
    return found


def held(name: str) -> set[int]:
    return set(TTFont(FONTS / f"guichet-{name}.woff2").getBestCmap())


def texts(language: str) -> str:
    """What the portal says in a language, and what its services say in that language's letters."""
    said = "".join(str(text) for text in translations(language)._catalog.values())  # type: ignore[attr-defined]
    declared = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "services").rglob("*.yaml"))
    return said + "".join(ARABIC.findall(declared) if language == "ar" else ARABIC.split(declared))


def test_every_file_is_named_in_the_style_sheet() -> None:
    assert sorted(promised()) == sorted(path.stem.removeprefix("guichet-") for path in FONTS.glob("*.woff2"))


@pytest.mark.parametrize("name", ["arabic-400", "arabic-600", "latin-400", "latin-600", "own-name"])
def test_a_file_holds_the_letters_it_is_fetched_for_and_is_fetched_for_all_it_holds(name: str) -> None:
    letters, wanted = held(name), promised()[name]
    assert letters <= wanted, sorted(map(hex, letters - wanted))
    # The Arabic block is named whole: what is left out of it is in no other file either.
    missing = wanted - letters - WITHOUT_SHAPE - set(range(0x600, 0x700))
    assert missing == set(), sorted(map(hex, missing))


@pytest.mark.parametrize(("language", "script"), [("ar", "arabic"), ("fr", "latin")])
def test_no_text_of_ours_needs_letters_from_a_third_file(language: str, script: str) -> None:
    assert (LOCALES / language).is_dir()
    said = set(texts(language))
    for weight in ("400", "600"):
        shown = held(f"{script}-{weight}") | WITHOUT_SHAPE
        missing = {letter for letter in said if ord(letter) not in shown}
        assert missing == set()
