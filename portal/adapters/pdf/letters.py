"""What is printed for a character that none of our fonts can draw: never a blank, never another letter."""

import unicodedata
from collections.abc import Iterator

# Signs of direction and ends of line mean something to whoever isolates the text afterwards.
_MEANT = frozenset("\t\n\r\u2028\u2068\u2069")

# Three marks on one letter are the most that a language of ours writes; more would run into the lines around.
_MARKS = 3


class Letters:
    """Puts every text into characters that can be drawn, given those that the fonts have."""

    def __init__(self, drawn: frozenset[str]) -> None:
        self._drawn = drawn
        self._plain = frozenset(one for one in drawn | _MEANT if not unicodedata.combining(one))

    def __call__(self, words: str) -> str:
        """The text, with «[U+1F600]» for a character without a letter in our fonts.

        Whoever types an emoji into an answer still gets her receipt, and whoever reads it sees that something stood there.
        """
        if self._plain.issuperset(words):
            return words
        # Where the narrow space of French numbers is not drawn, a wide one does not break either.
        words = words.replace("\u202f", "\u00a0")
        return "".join(self._each(unicodedata.normalize("NFC", words)))

    def _each(self, words: str) -> Iterator[str]:
        marks = 0
        for one in words:
            marks = marks + 1 if unicodedata.combining(one) else 0
            if one in _MEANT or (one in self._drawn and marks <= _MARKS):
                yield one
            elif unicodedata.category(one) not in ("Cc", "Cf") and one not in _SELECTORS:
                yield self._spelled(one)

    def _spelled(self, one: str) -> str:
        # A letter of another shape, as «ﻻ» or «ﬁ», is the same letter to whoever reads it.
        same = unicodedata.normalize("NFKC", one)
        return same if same != one and self._drawn.issuperset(same) else f"[U+{ord(one):04X}]"


_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""They choose between two drawings of the character before them, and are nothing themselves."""
