"""A text of several lines."""

from portal.fields import cleaning
from portal.fields.words import Words


class LongText(Words):
    """A text of several lines, of 2,000 characters unless its limits say otherwise; a line ends with ``\\n``."""

    default_longest = 2_000

    def clean(self, typed: str) -> str:
        return cleaning.paragraphs(typed)
