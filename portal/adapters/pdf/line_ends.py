"""Lets a line end with words before a run of another script, where all of them fit but the space after them.

The engine breaks such a line after its first word: it counts the space, which is not drawn at the end of a line, finds that
the words do not fit, and that Pango sees nothing to break in them. So «صاحب(ة)» stood alone above the line it begins.
"""

from math import inf
from typing import Any

from weasyprint.layout import inline

_split = inline.split_first_line
_COLLAPSING = ("normal", "nowrap", "pre-line")


def use_whole_lines() -> None:
    """Makes every document of this process profit; calling it again changes nothing."""
    inline.split_first_line = _whole


def _whole(text: str, style: Any, context: Any, max_width: Any, *arguments: Any, **named: Any) -> Any:
    """What the engine's own function finds, unless the words fit and only the space after them does not."""
    found = _split(text, style, context, max_width, *arguments, **named)
    _, _, resume_at, *_ = found
    words = text.rstrip(" ")
    if resume_at is None or max_width in (None, inf) or words == text or style["white_space"] not in _COLLAPSING:
        return found
    if resume_at >= len(words.encode()):
        return found
    # The space is beyond the end, and would push what is read from the right out of its margin. What follows goes to the
    # next line: in our fonts no letter or digit is as narrow as a space.
    fit = _split(words, style, context, max_width, *arguments, **named)
    return fit if fit[2] is None and fit[3] <= max_width else found
