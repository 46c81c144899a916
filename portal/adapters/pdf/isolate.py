"""Keeps numbers, codes and foreign words readable inside a text of the other direction.

The layout engine gives every run of text one direction and knows no isolation (Unicode's UAX 9 has it, the engine
does not), so that «القانون رقم 55.19» prints its number reversed. Each run of the other script therefore gets an
element of its own.
"""

import re
from collections.abc import Callable
from unicodedata import bidirectional

from markupsafe import Markup, escape

from portal.presenting.isolation import visible

_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"
_WRITTEN_LTR = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_TIFINAGH = "\u2d30-\u2d7f"
_LATIN = f"0-9{_WRITTEN_LTR}{_TIFINAGH}"
_QUOTES = "«»“”\u2039\u203a"
_WALLS = rf"{_QUOTES}()\[\]\n"

# A run begins with a letter, a digit or the sign of a number or phone, may hold spaces, dashes and brackets that close
# again, and ends with a letter, a digit, a closed bracket or the sign of a unit: what follows belongs to the sentence
# around it.
_BRACKETED = rf"\([^(){_ARABIC}\n]*\)"
_LATIN_RUN = re.compile(
    rf"[+\-−#@]?[{_LATIN}](?:(?:[^{_ARABIC}{_WALLS}]|{_BRACKETED})*(?:[{_LATIN}]|{_BRACKETED}))?(?:\s?[%°€])?"
)
_FRENCH, _AMAZIGH = re.compile(f"[{_WRITTEN_LTR}]"), re.compile(f"[{_TIFINAGH}]")
# A number or date that ends a phrase belongs to it, whole: «بتاريخ 2026-11-21».
_AT_THE_END = r"(?:\s+\d(?:[\d\-/.:,]*\d)?(?![\-/.:,]*\w)(?=\s*(?:[.,;:!?…)\]»”›\x22\x27’]|$)))?"
_ARABIC_RUN = re.compile(rf"[{_ARABIC}](?:[^{_WRITTEN_LTR}{_TIFINAGH}{_WALLS}]*[{_ARABIC}])?{_AT_THE_END}")

_VALUE = re.compile("\u2068([^\u2068\u2069]*)\u2069")


# Broken after its dash, a word is read back without it: «ci-dessus» as «cidessus»; so is a reference.
_DASHED = re.compile(f"(?<=[{_WRITTEN_LTR}0-9])-(?=[{_WRITTEN_LTR}0-9])")
_NO_BREAK = "-\u2060"


_DATE = re.compile(r"(?<!\d)(\d{1,2}(?:er)?) ([^\W\d_]+) (\d{4})(?!\d)")
"""A date in words, which is read as one: it stands on one line."""


def isolate(text: str, language: str) -> Markup:
    """The text as safe HTML, with every run of the other direction in an element of its own; lines stay lines.

    What stands between U+2068 and U+2069 is one run whatever it holds: an address keeps its number on its own side.
    """
    text = _DATE.sub("\\1\u00a0\\2\u00a0\\3", text)
    parts: list[Markup] = []
    end = 0
    for match in _VALUE.finditer(text):
        parts += [_isolated(text[end : match.start()], language), _value(match.group(1), language)]
        end = match.end()
    parts.append(_isolated(text[end:], language))
    return Markup(_DASHED.sub(_NO_BREAK, Markup("").join(parts)))  # noqa: S704  A dash stands in no tag of ours.


def language_of(text: str) -> str:
    """The language of the two that a text is written in, as its first letter tells."""
    kinds = (bidirectional(character) for character in text)
    return "ar" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "fr"


def _value(text: str, language: str) -> Markup:
    own = language_of(text)
    inside = _isolated(text, own)
    if own == language:
        return inside
    if own == "ar":
        return Markup('<span dir="rtl" lang="ar">{}</span>').format(inside)
    return _left_to_right(text, inside)


def _left_to_right(text: str, inside: str) -> Markup:
    """A run inside Arabic: digits are read out in Arabic, words in the language they are written in."""
    if _FRENCH.search(text):
        return Markup('<span dir="ltr" lang="fr">{}</span>').format(inside)
    if _AMAZIGH.search(text):
        return Markup('<span dir="ltr" lang="zgh">{}</span>').format(inside)
    return Markup('<span dir="ltr">{}</span>').format(inside)


def _isolated(text: str, language: str) -> Markup:
    lines = visible(text.replace("\r\n", "\n").replace("\u2028", "\n")).split("\n")
    wrap = _wrap_latin if language == "ar" else _wrap_arabic
    return Markup("<br/>").join(wrap(line) for line in lines)


def _wrap_latin(line: str) -> Markup:
    # A line without any Arabic, such as a name or an address, is foreign as a whole, with its brackets and stops.
    if _LATIN_RUN.search(line) and not _ARABIC_RUN.search(line):
        return _left_to_right(line, line)
    return _wrapped(line, _LATIN_RUN, lambda run: _left_to_right(run, run))


def _wrap_arabic(line: str) -> Markup:
    return _wrapped(
        line, _ARABIC_RUN, lambda run: Markup('<span dir="rtl" lang="ar">{}</span>').format(_wrap_latin(run))
    )


def _wrapped(line: str, pattern: re.Pattern[str], wrap: Callable[[str], Markup]) -> Markup:
    parts: list[Markup] = []
    end = 0
    for match in pattern.finditer(line):
        parts += [escape(line[end : match.start()]), wrap(match.group())]
        end = match.end()
    parts.append(escape(line[end:]))
    return Markup("").join(parts)
