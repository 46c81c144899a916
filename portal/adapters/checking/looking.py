"""What is said of a file, line by line: each line stands for itself, so that what was found before time ran out counts.

Runs in a confined process only. Every line is a JSON object; the last one says ``done``.
"""

import base64
import os
from collections.abc import Iterator
from typing import Any

import orjson

from portal.adapters.checking import pages, structure
from portal.adapters.checking.asked import Asked, Unusable
from portal.adapters.signing import differences as _differences  # noqa: F401  Loaded with the rest: later nothing opens.
from portal.adapters.signing.integrity import integrity_of
from portal.ports_of_documents import Integrity, Unfit

NOT_NOW = b'{"busy":true}\n'
"""What is answered while what our signatures are known by cannot be read: it may just be being replaced."""

MOST_TEXTS = 8
LONGEST_TEXT = 2000
"""How many QR codes of a page are told, and how long each may be: ours have some five hundred characters."""


def prepare() -> None:
    """Loads everything that looking at a file takes, so that nothing has to be opened any more."""
    pages.prepare()
    structure.prepare()


def answer_to(sent: bytes, descriptor: int) -> None:
    """Looks at the file in ``sent`` and writes what is found to a descriptor."""
    asked = Asked.read(sent)
    try:
        _ = asked.ours.trusted
    except Exception:
        _write(descriptor, NOT_NOW)
        return
    for said in _lines(asked):
        _write(descriptor, orjson.dumps(said) + b"\n")


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _lines(asked: Asked) -> Iterator[dict[str, Any]]:
    try:
        if asked.known:
            yield from _grown(asked)
        elif (kind := pages.kind_of(asked.content)) == "pdf":
            yield from _pdf(asked)
        elif kind is not None:
            yield {"integrity": Integrity.NOT_A_PDF.value, "picture": True}
            yield {"texts": _bounded(pages.texts_of_picture(asked.content))}
        else:
            yield {"integrity": Integrity.NOT_A_PDF.value}
    except Unusable as fault:
        yield {"refused": fault.why.value}
    except MemoryError:
        yield {"refused": Unfit.TOO_COSTLY.value}
    except Exception:
        yield {"refused": Unfit.BROKEN.value}
    yield {"done": True}


def _grown(asked: Asked) -> Iterator[dict[str, Any]]:
    """Of a file that one of ours grew into: what ours shows. Nothing of what was added is read."""
    yield {"integrity": Integrity.CHANGED.value}
    ours = asked.content[: asked.known]
    yield {"page_count": pages.count(ours)}
    for picture in pages.pictures_of(ours):
        yield {"page": base64.b64encode(picture).decode("ascii")}


def _pdf(asked: Asked) -> Iterator[dict[str, Any]]:
    integrity = integrity_of(asked.content, asked.ours.trusted)
    yield {"integrity": integrity.value}
    if integrity is Integrity.VALID:
        yield structure.signed_by(asked.content)
    elif integrity is Integrity.CHANGED and structure.is_protected(asked.content):
        # A copy of ours that somebody saved with a password: nobody can tell what else was done to it.
        raise Unusable(Unfit.PROTECTED)
    elif integrity is Integrity.FOREIGN:
        structure.check_sound(asked.content)
        yield {"texts": _bounded(pages.texts_of_pdf(asked.content))}


def _bounded(texts: list[str]) -> list[str]:
    return [one for one in texts if len(one) <= LONGEST_TEXT][:MOST_TEXTS]
