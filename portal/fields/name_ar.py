"""A person's name in Arabic letters."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.words import Words

# The letters of every language written in this script, for some names here have گ, ڭ, پ or ڤ; and the vowel marks.
LETTER = "\u0621-\u063a\u0641-\u064a\u0671-\u06d3\u06d5"
MARKS = "\u064b-\u0655\u0670"


class NameAr(Words):
    """A name in Arabic letters, with spaces, hyphens and apostrophes, and without tatweel."""

    default_longest = 100
    needed = "field.name_ar.needed"
    misspelt = "field.name_ar.script"
    pattern = re.compile(rf"^[{LETTER}][{LETTER}{MARKS} '-]*$")

    def clean(self, typed: str) -> str:
        return cleaning.name(typed)

    def sample(self, _field: Field) -> list[Any]:
        return [None, "فاطمة الزهراء بن علي"]
