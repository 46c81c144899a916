"""Tells the operator of what the portal depends on and does not get: its reader is only asked to try again."""

import structlog

from portal.domain.errors import PortalError, Unavailable
from portal.ports import Overloaded

log = structlog.get_logger("portal.http")


def note_outage(error: PortalError) -> None:
    """Logs what somebody should look after, with its cause; nothing for what passes by itself, is meant, or was logged."""
    cause = error.__cause__
    if isinstance(error, Unavailable) and cause is not None and not isinstance(cause, Overloaded):
        said = f"{type(cause).__name__}: {cause}".rstrip(": ")
        log.error("something the portal depends on is down", kind=error.key, cause=said)
