"""How often something may be tried."""

import hashlib
import hmac
import ipaddress
import math
import time
from datetime import UTC, datetime

from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter
from starlette.requests import Request

from portal.domain.errors import TooMany

# An office behind one address has many clerks and many citizens: the address's limit is wider than the account's.
SIGN_IN_ACCOUNT = parse("5 per 15 minutes")
SIGN_IN_ADDRESS = parse("60 per 15 minutes")
TRACK_CASE = parse("10 per 15 minutes")
TRACK_ADDRESS = parse("60 per 15 minutes")
VERIFY_ADDRESS = parse("120 per 15 minutes")
VERIFY_PARTNER = parse("120 per minute")
LOOK_ADDRESS = parse("30 per 15 minutes")
LOOK_PARTNER = parse("30 per minute")
"""Files that the register does not know: each may take two seconds of a processor, of which the others take nothing."""

TOKEN_PARTNER = parse("30 per minute")
TRACK_ONE = parse("60 per 15 minutes")
START_ADDRESS = parse("240 per hour")
UPLOAD_ADDRESS = parse("600 per hour")
SUBMIT_ADDRESS = parse("120 per hour")
SUBMIT_OWNER = parse("60 per hour")
STUDIO_UPLOAD = parse("60 per hour")
STUDIO_TRIAL = parse("60 per hour")
STUDIO_REPLAY = parse("20 per hour")
STUDIO_REPLAY_SERVICE = parse("6 per hour")
LOOK_UP_OWNER = parse("20 per hour")
REPORT_ADDRESS = parse("20 per hour")
REPORT_ALL = parse("120 per hour")
"""Reports on the yearly figures that are made anew; those that exist are given to anybody."""

MISSED_ADDRESS = parse("30 per hour")
"""Searches in vain that are kept; beyond it they are answered all the same."""


class Limiter:
    """Counts attempts by a name of what is tried and of whom; the names are hashed before they are stored."""

    def __init__(self, strategy: FixedWindowRateLimiter, key: bytes) -> None:
        self._strategy, self._key = strategy, key

    def count(self, item: RateLimitItem, what: str, whom: str) -> None:
        """Counts one attempt; raises TooMany beyond the limit, with the moment from which it may be tried again."""
        if not self._strategy.hit(item, what, self._hidden(whom)):
            raise self._too_many(item, what, whom)

    def check(self, item: RateLimitItem, what: str, whom: str) -> None:
        """Raises TooMany when the limit is used up, counting nothing."""
        if not self._strategy.test(item, what, self._hidden(whom)):
            raise self._too_many(item, what, whom)

    def forgive(self, item: RateLimitItem, what: str, whom: str) -> None:
        """Forgets the attempts, as after a success."""
        self._strategy.clear(item, what, self._hidden(whom))

    def _too_many(self, item: RateLimitItem, what: str, whom: str) -> TooMany:
        ends = self._strategy.get_window_stats(item, what, self._hidden(whom)).reset_time
        seconds = max(1, math.ceil(ends - time.time()))
        # Rounded up to the minute: who comes back when told to must not be turned away by some seconds.
        return TooMany(seconds=str(seconds), at=datetime.fromtimestamp(ends + 59, UTC).isoformat())

    def _hidden(self, whom: str) -> str:
        return hmac.digest(self._key, whom.encode(), hashlib.sha256).hex()[:32]


def address_of(request: Request) -> str:
    """The caller's address; of IPv6 the network, whose every address one subscriber may use."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False).network_address)
