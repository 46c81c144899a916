"""What the bytes of a file tell that nobody reads as a PDF: where its revisions end, and what fills a signature's place."""

import re
from itertools import islice

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
_MOST_REVISIONS = 256


def revisions(pdf: bytes) -> list[int]:
    """Where a revision of the file may have ended, in bytes, ascending: after each ``%%EOF``, with and without its newline.

    Whoever added to a file of ours left our bytes in front: one of these lengths is that of the file as we issued it.
    """
    ends: list[int] = []
    for found in islice(_END.finditer(pdf), _MOST_REVISIONS):
        ends += range(found.start() + len(b"%%EOF"), found.end() + 1)
    return ends


def der_in(gap: bytes) -> bytes | None:
    """The signature between ``<`` and ``>``, without the zeros that fill its place; None if anything else is there."""
    if gap[:1] != b"<" or gap[-1:] != b">" or not re.fullmatch(rb"(?:[0-9A-Fa-f]{2})+", gap[1:-1]):
        return None
    filled = bytes.fromhex(gap[1:-1].decode("ascii"))
    # Upper or lower case throughout: a mixture could carry a message.
    if gap not in (b"<" + filled.hex().encode() + b">", b"<" + filled.hex().upper().encode() + b">"):
        return None
    size = _der_size(filled)
    if size is None or size > len(filled) or any(filled[size:]):
        return None
    return filled[:size]


def _der_size(content: bytes) -> int | None:
    """The size of the DER sequence that ``content`` begins with, its header included."""
    if len(content) < 2 or content[0] != 0x30:
        return None
    if content[1] < 0x80:
        return 2 + content[1]
    width = content[1] & 0x7F
    if not 1 <= width <= 4 or len(content) < 2 + width:
        return None
    return 2 + width + int.from_bytes(content[2 : 2 + width], "big")
