"""A language that nobody speaks, made of the English ids with strange letters: what bypasses translation stands out."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog

from tools import messages

CODE = "eo"
"""Esperanto stands for it: Babel knows how it writes dates, and no one here would take it for a translation."""

_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&\w+;)")
_STRANGE = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "αвсđεƒğнιĵкłмиøρqяšţυνωχýžΛВСÐЄƑĞНΙĴКŁМИØΡQЯŠŢΥѴШΧÝŽ"
)


def strange(text: str) -> str:
    """A text in letters that are not English ones, its placeholders and tags as they are."""
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_STRANGE) for part in _KEPT.split(text))


def write_pseudo_language(root: Path, folder: Path) -> Path:
    """A folder of languages: those there are, and this one, from the texts found in the code; the folder's path."""
    catalog = Catalog(locale=CODE)
    for message in messages.extract(root):
        if message.id:
            ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
            said = tuple(strange(one) for one in ids)
            catalog.add(message.id, said if len(said) > 1 else said[0])
    for language, path in messages.catalogues(root):
        copy = folder / language / "LC_MESSAGES" / "messages.po"
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())
    own = folder / CODE / "LC_MESSAGES" / "messages.po"
    own.parent.mkdir(parents=True)
    messages.write(own, CODE, catalog)
    return folder
