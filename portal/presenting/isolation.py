"""Keeps codes, dates and numbers of laws readable inside Arabic text."""

import re
from functools import lru_cache
from unicodedata import bidirectional

from markupsafe import Markup, escape

from portal.i18n import direction

LEFT_TO_RIGHT, BY_ITS_FIRST_LETTER, END = "\u2066", "\u2068", "\u2069"

_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Digits joined by a dash or a slash turn around inside Arabic; so does a name that mixes letters and digits.
_RUN = re.compile(r"[A-Za-z0-9]+(?:[-/.:_]+[A-Za-z0-9]+)+")

# Whoever fills a form must not be able to turn the words of a signed document around, nor to hide some of them.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)

LONGEST = 2000
"""Characters of a text that is looked through: those of the portal are shorter, and a pattern takes long for longer ones."""

# Words of another script, and numbers in several pieces such as those of telephones; not a number alone, nor the stop after it.
_LETTERS = "A-Za-zÀ-ÿ"
_FOREIGN = re.compile(
    rf"((?:\+?\d+(?:(?:[-/.:_ ]+|,)\d+)+|[@+]?(?:\d+[-/.:_])*[{_LETTERS}0-9]*[{_LETTERS}][{_LETTERS}0-9]*)"
    rf"(?:[-/.:_@'’ ]+[{_LETTERS}0-9]+)*)"
)

_CODE = re.compile(r"\b([A-Z]{1,4}(?:-[A-Z0-9]+){2,})\b")


def visible(text: str) -> str:
    """The text without control characters and without marks that change its direction."""
    return _INVISIBLE.sub("", text)


@lru_cache(maxsize=4096)
def apart(words: str | Markup) -> Markup:
    """A text that runs right to left, as HTML: what is of another script in it stands in a ``<bdi>`` of its own."""
    if isinstance(words, Markup) or len(words) > LONGEST:
        return escape(words)
    return Markup("").join(
        Markup('<bdi dir="ltr">{}</bdi>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(_FOREIGN.split(words))
    )


def whole(words: str | Markup) -> Markup:
    """A text as HTML in which the references of files and the numbers of documents stay on one line, left to right."""
    if isinstance(words, Markup) or _CODE.search(words) is None:
        return escape(words)
    return Markup("").join(
        Markup('<bdi class="num" dir="ltr">{}</bdi>').format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(_CODE.split(words))
    )


def isolated(words: str, language: str) -> str:
    """The text, its Latin and numeric runs with a dash, slash or dot isolated if the language runs right to left."""
    if direction(language) == "ltr":
        return words
    return _RUN.sub(lambda run: f"{LEFT_TO_RIGHT}{run.group()}{END}", words)


def runs_right_to_left(words: str) -> bool:
    """Whether a text is of a script that does, as its first letter tells."""
    kinds = (bidirectional(letter) for letter in words)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def written(words: str) -> Markup:
    """What somebody typed, as HTML: its dates and references stand as they were typed, in whichever language that was."""
    return apart(words) if runs_right_to_left(words) else escape(words)


def in_its_script(name: str, language: str) -> str:
    """A person's name, isolated where it is written in Latin letters and the language runs right to left."""
    return quoted(name) if direction(language) == "rtl" and re.search(f"[{_LETTERS}]", name) else name


def quoted(words: str) -> str:
    """What somebody typed, isolated: it runs the way its own first letter does, whatever stands around it.

    Marks of direction typed among the words are dropped: one of them would end the isolation early.
    """
    words = _MARKS.sub("", words)
    return f"{BY_ITS_FIRST_LETTER}{words}{END}" if words else ""


def quoted_on_page(words: str) -> str:
    """The same where it is shown as it stands: its dates and references are isolated too."""
    plain = _MARKS.sub("", words)
    if not runs_right_to_left(plain):
        return quoted(words)
    return f"{BY_ITS_FIRST_LETTER}{_RUN.sub(lambda run: f'{LEFT_TO_RIGHT}{run.group()}{END}', plain)}{END}"
