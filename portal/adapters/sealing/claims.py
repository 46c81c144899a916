"""What a seal says, as CWT claims (RFC 8392) and one of our own: docs/seal.md describes them octet by octet."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portal.adapters.sealing import cbor
from portal.domain.flow import Result
from portal.domain.issued import DocumentKind
from portal.domain.seals import LONGEST_IDENTIFIER, LONGEST_NUMBER, LONGEST_TEXT, WORDS_TOGETHER
from portal.domain.service import text
from portal.i18n import OFFICE_ZONE, office_date
from portal.ports_of_documents import NotASeal, Sealed

EXPIRES, ISSUED, ID, DOCUMENT = 4, 6, 7, -65537
VERSION = 1

_ID_SIZE, _DIGEST_SIZE = 10, 32
_LATEST = 253402300799  # The last second of the year 9999.
_NUMBER = re.compile(rf"[A-Z0-9-]{{1,{LONGEST_NUMBER}}}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_HALF_A_DAY = timedelta(hours=12)


def payload_of(sealed: Sealed) -> bytes:
    """The claims; raises ValueError for what no seal may say, since no reader would take it."""
    document = [
        VERSION,
        sealed.kind,
        sealed.number,
        sealed.title["ar"],
        sealed.title["fr"],
        sealed.name["ar"],
        sealed.name["fr"],
        sealed.identifier,
        sealed.outcome,
        sealed.digest,
    ]
    claims: dict[int, Any] = {ISSUED: int(sealed.issued_at.timestamp()), ID: sealed.id, DOCUMENT: document}
    if sealed.expires_on is not None:
        claims[EXPIRES] = _first_second_after(sealed.expires_on)
    faults = _faults(claims)
    if faults:
        raise ValueError(faults)
    return cbor.written(claims)


def sealed_in(payload: bytes) -> Sealed:
    """What the claims say; raises NotASeal for anything that ``payload_of`` would not write."""
    claims = cbor.read(payload)
    faults = _faults(claims)
    if faults:
        raise NotASeal(faults)
    _, kind, number, title_ar, title_fr, name_ar, name_fr, identifier, outcome, digest = claims[DOCUMENT]
    return Sealed(
        id=claims[ID],
        kind=kind,
        number=number,
        title=text(title_ar, title_fr),
        name=text(name_ar, name_fr),
        identifier=identifier,
        outcome=outcome,
        issued_at=datetime.fromtimestamp(claims[ISSUED], UTC),
        expires_on=_last_day(claims[EXPIRES]) if EXPIRES in claims else None,
        digest=digest,
    )


def _first_second_after(day: date) -> int:
    """When a day is over at the office, in seconds."""
    return int(datetime.combine(day + timedelta(days=1), time.min, OFFICE_ZONE).timestamp())


def _last_day(expires: int) -> date:
    # Half a day earlier it is that day whatever the clocks of Morocco are decided to show by then.
    return office_date(datetime.fromtimestamp(expires, UTC) - _HALF_A_DAY)


def _faults(claims: Any) -> str:
    """The first thing that these claims may not say; nothing where they are as they should be."""
    if not isinstance(claims, dict) or {name for name in claims if name != EXPIRES} != {ISSUED, ID, DOCUMENT}:
        return "It does not make the claims of a seal"
    if not all(type(name) is int for name in claims):
        return "It names a claim otherwise"
    if not all(_is_moment(claims[name]) for name in (ISSUED, EXPIRES) if name in claims):
        return "It is of no time"
    if not _is_bytes(claims[ID], _ID_SIZE):
        return "It names no document"
    document = claims[DOCUMENT]
    if not isinstance(document, list) or len(document) != 10 or _version(document) != VERSION:
        return "It is of another version"
    return _faults_of(*document[1:])


def _faults_of(kind: Any, number: Any, *said: Any) -> str:
    *words, identifier, outcome, digest = said
    if kind not in list(DocumentKind) or outcome not in ("", *Result):
        return "It is of an unknown kind"
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        return "It has no number"
    if not all(_is_text(one, LONGEST_TEXT) for one in words) or not _is_text(identifier, LONGEST_IDENTIFIER):
        return "It says what cannot be shown"
    if len("".join((number, *words)).encode()) > WORDS_TOGETHER:
        return "It says too much"
    return "" if _is_bytes(digest, _DIGEST_SIZE) else "It has no digest"


def _version(document: list[Any]) -> int:
    return document[0] if type(document[0]) is int else 0


def _is_moment(value: Any) -> bool:
    return type(value) is int and 0 < value <= _LATEST


def _is_bytes(value: Any, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and len(value) <= most and _UNSEEN.isdisjoint(map(unicodedata.category, value))
