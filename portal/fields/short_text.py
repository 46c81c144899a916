"""A text of one line."""

from portal.fields.words import Words


class ShortText(Words):
    """A text of one line, of 200 characters unless its limits say otherwise."""
