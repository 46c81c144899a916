"""Asks a time-stamping authority over HTTP (RFC 3161), and believes no answer unseen."""

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from portal.adapters.signing.asking import Asker
from portal.adapters.signing.tokens import NotATimeStamp, read_token
from portal.adapters.signing.trusted import Trusted
from portal.ports import Unreachable
from portal.ports_of_documents import TimeStamps

_log = logging.getLogger(__name__)

# How far an authority's clock and ours may be apart: more, and one of them stamps what nobody will believe.
_APART = timedelta(minutes=10)
# Room for a token whose size is not known yet, in bytes; then for what the next one may have more than the last.
_AT_FIRST, _TO_SPARE = 8192, 256


class Stamps(TimeStamps, Protocol):
    """An authority, and the room that its next token will take."""

    def room(self) -> int:
        """How many bytes to keep for a token, were it only had later; 0 where there is no authority."""
        ...


class NoTimeStamps(Stamps):
    """Where no authority is configured."""

    def room(self) -> int:
        return 0

    def stamp(self, digest: bytes) -> bytes:
        raise Unreachable("no time-stamping authority is configured")


class HttpTimeStamps(Stamps):
    """The authority behind ``url``, with a name and password if it asks for them.

    Its certificate must lead to one of ``trusted().roots``. When it fails it is left alone for ``rest`` seconds, so that
    of many documents only the first waits for it in vain.
    """

    def __init__(
        self,
        url: str,
        trusted: Callable[[], Trusted],
        asker: Asker,
        *,
        user: str = "",
        password: str = "",
        rest: float = 15,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url, self._trusted, self._asker = url, trusted, asker
        self._user = (user, password) if user else None
        self._rest, self._resting_until = rest, 0.0
        self._now = now
        self._size = 0

    def room(self) -> int:
        return self._size + _TO_SPARE if self._size else _AT_FIRST

    def stamp(self, digest: bytes) -> bytes:
        """Its token (DER) over a SHA-256 digest, checked; raises Unreachable, also where the answer is no time stamp."""
        if time.monotonic() < self._resting_until:
            raise Unreachable("the time-stamping authority failed a moment ago")
        try:
            token = self._asked(digest)
            self._size = len(token)
            return token
        except Unreachable as fault:
            self._resting_until = time.monotonic() + self._rest
            _log.warning("the time-stamping authority cannot be used: %s", fault)
            raise

    def _asked(self, digest: bytes) -> bytes:
        nonce = secrets.randbits(63) | 1 << 62
        request = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        )
        answer = self._asker.post(
            self._url, request.dump(), "application/timestamp-query", "application/timestamp-reply", self._user
        )
        token = _token_in(answer)
        try:
            said = read_token(token, digest, self._trusted().roots)
        except NotATimeStamp as fault:
            raise Unreachable(f"its answer is no time stamp: {fault}") from fault
        if said.nonce != nonce:
            raise Unreachable("it answered another request")
        if abs(said.at - self._now()) > _APART:
            raise Unreachable("its clock and ours are too far apart")
        return token


def _token_in(answer: bytes) -> bytes:
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        token = bytes(response["time_stamp_token"].dump()) if status in {"granted", "granted_with_mods"} else b""
    except (ValueError, TypeError, KeyError) as error:
        raise Unreachable("its answer cannot be read") from error
    if not token:
        raise Unreachable(f"it refused: {status}")
    return token


class Stamper(TimeStamper):
    """The same authority, as pyHanko asks for document time stamps."""

    def __init__(self, authority: TimeStamps) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority = authority

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = self._authority.stamp(message_digest)
        except Unreachable as fault:
            raise TimestampRequestError(str(fault)) from fault
        return cms.ContentInfo.load(token)


class Attempt(TimeStamper):
    """One attempt to have a signature stamped; without a token nothing is lost but the time, and it can be had later."""

    def __init__(self, authority: TimeStamps) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority = authority
        self.token: bytes | None = None

    def over(self, digest: bytes) -> bytes | None:
        """The token, or None while there is none to be had."""
        with suppress(Unreachable):
            self.token = self._authority.stamp(digest)
        return self.token
