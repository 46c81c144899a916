"""Keeps codes, dates and numbers of laws readable inside Arabic text."""

import re
from functools import lru_cache

from markupsafe import Markup, escape

from portal.i18n import direction

LEFT_TO_RIGHT, BY_ITS_FIRST_LETTER, END = "\u2066", "\u2068", "\u2069"

_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Digits joined by a dash or a slash turn around inside Arabic; so does a name that mixes letters and digits.
_RUN = re.compile(r"[A-Za-z0-9]+(?:[-/.:_]+[A-Za-z0-9]+)+")

LONGEST = 2000
"""Characters of a text that is looked through: those of the portal are shorter, and a pattern takes long for longer ones."""

# Words of another script, and numbers in several pieces such as those of telephones; not a number alone, nor the stop after it.
_LETTERS = "A-Za-zÀ-ÿ"
_FOREIGN = re.compile(
    rf"((?:\+?\d+(?:(?:[-/.:_ ]+|,)\d+)+|[@+]?[{_LETTERS}0-9]*[{_LETTERS}][{_LETTERS}0-9]*)"
    rf"(?:[-/.:_@'’ ]+[{_LETTERS}0-9]+)*)"
)


@lru_cache(maxsize=4096)
def apart(words: str | Markup) -> Markup:
    """A text that runs right to left, as HTML: what is of another script in it stands in a ``<bdi>`` of its own."""
    if isinstance(words, Markup) or len(words) > LONGEST:
        return escape(words)
    return Markup("").join(
        Markup('<bdi dir="ltr">{}</bdi>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(_FOREIGN.split(words))
    )


def isolated(words: str, language: str) -> str:
    """The text, its Latin and numeric runs with a dash, slash or dot isolated if the language runs right to left."""
    if direction(language) == "ltr":
        return words
    return _RUN.sub(lambda run: f"{LEFT_TO_RIGHT}{run.group()}{END}", words)


def in_its_script(name: str, language: str) -> str:
    """A person's name, isolated where it is written in Latin letters and the language runs right to left."""
    return quoted(name) if direction(language) == "rtl" and re.search(f"[{_LETTERS}]", name) else name


def quoted(words: str) -> str:
    """What somebody typed, isolated: it runs the way its own first letter does, whatever stands around it.

    Marks of direction typed among the words are dropped: one of them would end the isolation early.
    """
    words = _MARKS.sub("", words)
    return f"{BY_ITS_FIRST_LETTER}{words}{END}" if words else ""
