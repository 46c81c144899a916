"""The files of issued documents, wherever the file store keeps them.

Each is called after its document and its own digest. The first releases called a document's only file after the document
alone: those are found under that name still.
"""

from portal.actions.deps import Deps
from portal.ports import Area


def read(deps: Deps, key: str) -> bytes:
    """What is stored under a document's key; raises FileNotFoundError."""
    try:
        return deps.files.get(Area.ISSUED, key)
    except FileNotFoundError:
        return deps.files.get(Area.ISSUED, _first_name(key))


def remove(deps: Deps, key: str) -> None:
    """Removes a file that was outgrown, under whichever name; nothing happens where it is gone already."""
    deps.files.delete(Area.ISSUED, key)
    deps.files.delete(Area.ISSUED, _first_name(key))


def _first_name(key: str) -> str:
    return key.rpartition("-")[0]
