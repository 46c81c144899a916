"""The signed list of the documents that no longer stand, for those who check seals without a network."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from portal.actions.deps import Deps
from portal.adapters.sealing import cbor
from portal.domain.errors import Unavailable
from portal.domain.issued import RevokedFor
from portal.i18n import office_date
from portal.ports import Unreachable
from portal.ports_of_documents import Sealer, Statement
from portal.store import documents
from portal.store.documents import Revocations
from portal.store.unit_of_work import Store

VERSION = 1
MADE_EVERY = timedelta(minutes=5)
"""How often the list is made anew where nothing was revoked: so its age tells that nothing was."""

GOOD_FOR = timedelta(days=1)
"""How long whoever holds the list can do without a newer one."""

MARK = 8
"""Octets that stand for a document: the first of the SHA-256 of its id, from which nobody finds the document."""

REASONS = {
    RevokedFor.REOPENED: 1,
    RevokedFor.ERROR: 2,
    RevokedFor.WRONG_PERSON: 3,
    RevokedFor.FRAUD: 4,
    RevokedFor.REPLACED: 5,
}
"""What the last octet of an entry means; 0 is a reason that was not recorded."""

Mark = tuple[datetime, Revocations, bytes]
"""What tells one list from the next: when it was made, what had been revoked by then, and the key that signs."""

_kept: WeakKeyDictionary[Store, tuple[Mark, bytes]] = WeakKeyDictionary()


def revocation_list(deps: Deps) -> bytes:
    """The list as a statement (REVOCATIONS), made every five minutes and at once when a document was revoked since.

    Raises Unavailable where it cannot be signed.
    """
    now, key = deps.clock.now(), _key_in_use(deps.sealer)
    with deps.reading() as work:
        found = documents.revocations(work.connection)
        made_at = _made_at(now, found.latest)
        mark, held = (made_at, found, key), _kept.get(deps.store)
        if held is not None and held[0] == mark:
            return held[1]
        revoked = documents.revoked(work.connection, work.vault)
    entries = [(identifier, why) for identifier, _, why, expires_on in revoked if _stands(expires_on, made_at)]
    try:
        statement = deps.sealer.state(Statement.REVOCATIONS, payload(entries, made_at))
    except Unreachable as error:
        raise Unavailable() from error
    _kept[deps.store] = mark, statement
    return statement


def _key_in_use(sealer: Sealer) -> bytes:
    """What names the key that signs now: a list must not go on under one that was withdrawn. Empty where there is none."""
    try:
        published = sealer.keys()
    except Unreachable as error:
        raise Unavailable() from error
    return published[0].kid if published else b""


def payload(revoked: Iterable[tuple[bytes, str]], made_at: datetime) -> bytes:
    """What the list says, given the ids of documents and the reasons: docs/seal.md describes it octet by octet."""
    entries = {hashlib.sha256(identifier).digest()[:MARK]: _reason(why) for identifier, why in revoked}
    joined = b"".join(mark + bytes([reason]) for mark, reason in sorted(entries.items()))
    return cbor.written([VERSION, int(made_at.timestamp()), int((made_at + GOOD_FOR).timestamp()), joined])


def _reason(why: str) -> int:
    return REASONS[RevokedFor(why)] if why else 0


def _stands(expires_on: date | None, made_at: datetime) -> bool:
    """Whether anybody could still take the document for a good one: what has expired says so itself."""
    return expires_on is None or expires_on >= office_date(made_at)


def _made_at(now: datetime, latest: datetime | None) -> datetime:
    """The beginning of these five minutes: every process makes the same list, which caches then know again.

    Where a document was revoked since, the second of that: of two lists a reader must know which is the later one.
    """
    seconds = int(now.timestamp())
    floor = now.replace(microsecond=0) - timedelta(seconds=seconds % int(MADE_EVERY.total_seconds()))
    # A revocation from the future is one of a clock that was wrong, and says nothing about when this list is made.
    return latest.replace(microsecond=0) if latest is not None and floor < latest <= now else floor
