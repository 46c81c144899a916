"""The short head of the second page and of those that follow: which document the sheet belongs to.

The engine draws what is fixed on every page. The first has a head of its own, so the short one is taken off it.
"""

from typing import Any

AGAIN = "again"
"""The role of the short head in the HTML."""


def without_second_head(page_box: Any) -> None:
    """Takes the short head off a page that is laid out."""
    held = [page_box]
    while held:
        box = held.pop()
        box = getattr(box, "_box", box)  # what is placed by itself stands in the tree by a stand-in
        children = getattr(box, "children", ())
        kept = [one for one in children if not _is_second_head(one)]
        if len(kept) != len(children):
            box.children = kept
            return
        held.extend(kept)


def _is_second_head(box: Any) -> bool:
    box = getattr(box, "_box", box)
    return box.element is not None and box.element.get("role") == AGAIN
