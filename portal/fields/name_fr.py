"""A person's name in Latin letters."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.words import Words

LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"


class NameFr(Words):
    """A name in Latin letters, accents included, with spaces, hyphens and apostrophes."""

    default_longest = 100
    latin = True
    needed = "field.name_fr.needed"
    misspelt = "field.name_fr.script"
    pattern = re.compile(rf"^[{LETTER}][{LETTER} '-]*$")

    def clean(self, typed: str) -> str:
        return cleaning.name(typed)

    def sample(self, _field: Field) -> list[Any]:
        return [None, "Fatima-Zahra BEN ALI"]
