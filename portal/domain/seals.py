"""How much a seal says at most, so that its QR code stays coarse enough to be read from paper."""

LONGEST_TEXT = 40
"""Characters of a title or a name."""

LONGEST_NUMBER = 48
"""Characters of a document's number: those of a portal whose units have codes take about seventeen."""

LONGEST_IDENTIFIER = 6
"""Characters of a masked identifier: three bullets, and the last three of its own."""

WORDS_TOGETHER = 205
"""Octets (UTF-8) of the number, both titles and both names: a QR code of version 20 holds that, at level Q."""
