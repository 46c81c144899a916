"""The style sheet as browsers get it: the readable files under ``static/css`` as one, without what only people read."""

import re
from collections.abc import Mapping

ORDER = ("tokens", "base", "layout", "components", "print")
"""The files of the sheet; the first names the layers in the order in which they prevail."""

NAME = "css/portal.css"

# Texts and addresses stay as they are; spaces and comments count as one space at most.
_PIECE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^"')]*\))|(?:\s|/\*.*?\*/)+""", re.DOTALL)
# A space before a colon may part two selectors, and one beside a sign is a part of the sum: these stay.
_NEEDLESS = re.compile(r" ?([{};,]) ?|(?<=:) ")


def joined(contents: Mapping[str, bytes]) -> bytes:
    """One sheet out of the files; raises KeyError for one that is not there."""
    sheets = {name: contents[f"css/{name}.css"].decode() for name in ORDER}
    sheets["print"] = f"@media print {{{sheets['print']}}}"
    return small("\n".join(sheets.values())).encode()


def small(css: str) -> str:
    """A style sheet that says the same in fewer characters."""
    kept: list[str] = []
    between: list[str] = []
    end = 0
    for piece in _PIECE.finditer(css):
        between.append(css[end : piece.start()])
        end = piece.end()
        if piece.group(1) is None:
            between.append(" ")
        else:
            kept += [_tight("".join(between)), piece.group(1)]
            between = []
    kept.append(_tight("".join(between) + css[end:]))
    return "".join(kept).strip()


def _tight(css: str) -> str:
    return _NEEDLESS.sub(lambda found: found.group(1) or "", css).replace(";}", "}")
