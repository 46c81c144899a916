"""What the seal in a document's QR says of it: little enough for a coarse code, and no more of a person than is needed."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import orjson

from portal.domain.issued import DocumentKind
from portal.domain.seals import LONGEST_TEXT, WORDS_TOGETHER
from portal.domain.service import text
from portal.ports_of_documents import PrintedDocument, Sealed
from portal.presenting.law import BOTH

_CUT = "…"
_MASK = "•••"
_SHOWN = 3
"""How many characters of an identifier are left: of a card's number too few to find its holder by."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def sealed(document: PrintedDocument, kind: DocumentKind, identifier: bytes) -> Sealed:
    """What is sealed of a document; ``identifier`` are the ten octets of its code.

    Of people it says what the case's JSON does, which says what the paper does: never more, and masked.
    """
    about = orjson.loads(document.data) if document.data else {}
    holder = about.get("holder") or {}
    names = holder.get("name") or {}
    title_ar, title_fr, name_ar, name_fr = _fitted(
        WORDS_TOGETHER - len(document.number.encode()),
        *_read(_plain(document.title[language]) for language in BOTH),
        *_read(masked_name(names.get(language, "")) for language in BOTH),
    )
    return Sealed(
        id=identifier,
        kind=kind.value,
        number=document.number,
        title=text(title_ar, title_fr),
        name=text(name_ar, name_fr),
        identifier=masked_identifier(holder.get("cnie") or ""),
        outcome=about.get("outcome") or "",
        issued_at=document.issued_at.replace(microsecond=0),
        expires_on=document.expires_on,
        digest=hashlib.sha256(document.data).digest(),
    )


def masked_name(name: str) -> str:
    """A name that only those who know it recognise: its first word, and how each other word begins («Amina E…»)."""
    first, *others = _plain(name).split(" ")
    return " ".join((first, *(one if len(one) == 1 else one[0] + _CUT for one in others)))


def masked_identifier(number: str) -> str:
    """The number of a card without what somebody could be found by; one that is masked already stays as it is."""
    plain = "".join(one for one in number.upper() if one.isascii() and one.isalnum())
    if not number:
        return ""
    return _MASK + plain[-_SHOWN:] if len(plain) > 5 or number.startswith(_MASK) else _MASK


def seal_link(base_url: str, seal: str) -> str:
    """What the QR holds: the page that reads the seal, in capitals wherever that changes nothing.

    Capitals, digits and the signs of an address take half the room of small letters in a QR code. Scheme and host mean
    the same in either case; a path in front of ours may not, and keeps its own.
    """
    address = urlsplit(base_url)
    # A name in other letters is asked for by its form in ASCII.
    host = (address.hostname or "").encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    port = f":{address.port}" if address.port else ""
    return f"{address.scheme}://{host}{port}".upper() + f"{address.path.rstrip('/')}/V/{seal}"


def _read(words: Iterable[str]) -> Iterator[str]:
    """A text as it is read in each language: words of one that stand in for the other take room twice."""
    both = text(*words)
    return (both[language] for language in BOTH)


def _plain(words: str) -> str:
    """The words in one line, composed, without marks that nobody sees."""
    composed = unicodedata.normalize("NFC", words)
    seen = (" " if one.isspace() else one for one in composed if one.isspace() or _is_seen(one))
    return " ".join("".join(seen).split())


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN


def _fitted(most: int, *texts: str) -> list[str]:
    """The texts, each short enough, the longest cut first until all of them take no more than so many octets."""
    for allowed in range(LONGEST_TEXT, 0, -1):
        fitted = [_cut(one, allowed) for one in texts]
        if len("".join(fitted).encode()) <= most:
            return fitted
    return ["" for _ in texts]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + _CUT
