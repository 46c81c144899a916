"""Keeps codes, dates and numbers of laws readable inside plain Arabic text, where no markup can isolate them."""

import re

from portal.i18n import direction

LEFT_TO_RIGHT, BY_ITS_FIRST_LETTER, END = "\u2066", "\u2068", "\u2069"

_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Digits joined by a dash or a slash turn around inside Arabic; so does a name that mixes letters and digits.
_RUN = re.compile(r"[A-Za-z0-9]+(?:[-/.:_]+[A-Za-z0-9]+)+")


def isolated(words: str, language: str) -> str:
    """The text, its Latin and numeric runs with a dash, slash or dot isolated if the language runs right to left."""
    if direction(language) == "ltr":
        return words
    return _RUN.sub(lambda run: f"{LEFT_TO_RIGHT}{run.group()}{END}", words)


def quoted(words: str) -> str:
    """What somebody typed, isolated: it runs the way its own first letter does, whatever stands around it.

    Marks of direction typed among the words are dropped: one of them would end the isolation early.
    """
    words = _MARKS.sub("", words)
    return f"{BY_ITS_FIRST_LETTER}{words}{END}" if words else ""
