"""A text in the languages it was written in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

STAND_INS: dict[str, str] = {}
"""Which language a reader of another is shown where the province wrote nothing in hers: a process settles it once."""

NO_BREAK = "\u00a0"
_APOSTROPHE = re.compile(r"(?<=[A-Za-zÀ-ÿŒœ])'(?=[A-Za-zÀ-ÿŒœ0-9«\u2068])")
_BEFORE_A_SIGN = re.compile(r"(?<=\S) (?=[?!;:»])|(?<=«) ")


def typeset(language: str, words: str) -> str:
    """A text as it is printed: in French the space before « ? », « ! », « ; » and « : », and within quotation marks, does
    not break, so that no line begins with a sign; those who write texts type an ordinary one.
    """
    return _BEFORE_A_SIGN.sub(NO_BREAK, words) if language == "fr" else words


def curved(words: str) -> str:
    """A French text with the apostrophes of print: on one paper there is one kind, whoever wrote its parts.

    A message by SMS keeps the plain one, which costs less.
    """
    return _APOSTROPHE.sub("’", words)


@dataclass(frozen=True)
class Text:
    """One text in the languages it was written in; where the reader's is not among them another stands in, or Arabic."""

    values: Mapping[str, str]

    def __getitem__(self, language: str) -> str:
        return self.values.get(language) or self.values.get(STAND_INS.get(language, "ar")) or self.values["ar"]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def format(self, **params: str) -> "Text":
        """The same text with ``{placeholders}`` filled in, in every language."""
        return Text({language: text.format(**params) for language, text in self.values.items()})


def text(ar: str, fr: str) -> Text:
    """A text in the two languages every portal has."""
    return Text({"ar": ar, "fr": fr})
