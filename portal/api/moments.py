"""Moments and places in a list, as they are written in an address."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import orjson

from portal.api.problems import BadRequest

# In an address a plus sign that nobody escaped arrives as a space.
_RFC_3339 = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)([Zz]|[-+ ]\d{2}:\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CASE_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
MAX_CURSOR = 400


def read_moment(text: str, name: str) -> datetime:
    """A moment as RFC 3339 writes it, in UTC; raises BadRequest naming the parameter."""
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise BadRequest(detail=f"{name} must be a moment with its offset, such as 2026-11-21T08:00:00Z (RFC 3339)")
    day, time, offset = match.groups()
    try:
        return datetime.fromisoformat(f"{day}T{_microseconds(time)}{_offset(offset)}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest(detail=f"{name} names no moment of the calendar") from None


def read_day(text: str, name: str, last: date) -> date:
    """A day of the calendar up to ``last``; raises BadRequest naming the parameter."""
    if not _DAY.fullmatch(text):
        raise BadRequest(detail=f"{name} must be a day, such as 2026-11-21")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadRequest(detail=f"{name} names no day of the calendar") from None
    if day > last:
        raise BadRequest(detail=f"{name} may be {last} at the latest")
    return day


def _microseconds(time: str) -> str:
    whole, _, fraction = time.partition(".")
    return f"{whole}.{fraction[:6]:0<6}"


def _offset(offset: str) -> str:
    return "+00:00" if offset in "Zz" else offset.replace(" ", "+")


@dataclass(frozen=True)
class Cursor:
    """The last case of a page, and the moment up to which the whole walk through the list is sure to be complete."""

    updated_at: datetime
    case_id: str
    complete_until: datetime

    def write(self) -> str:
        body = orjson.dumps([self.updated_at, self.case_id, self.complete_until], option=orjson.OPT_UTC_Z)
        return base64.urlsafe_b64encode(body).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """The place a cursor of ours stands for; raises BadRequest for anything else."""
    try:
        if len(text) > MAX_CURSOR or not text.isascii():
            raise ValueError
        values = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        updated_at, case_id, complete_until = (value if isinstance(value, str) else "" for value in values)
        if not _CASE_ID.fullmatch(case_id):
            raise ValueError
        return Cursor(read_moment(updated_at, "cursor"), case_id, read_moment(complete_until, "cursor"))
    except (ValueError, TypeError, binascii.Error, BadRequest):
        raise BadRequest(detail="cursor must be a next_cursor from an earlier answer, unchanged") from None
