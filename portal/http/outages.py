"""Tells the operator of what the portal depends on and does not get: its reader is only asked to try again."""

import structlog

from portal.domain.errors import Busy, PortalError, Unavailable, UnderMaintenance

log = structlog.get_logger("portal.http")


def note_outage(error: PortalError) -> None:
    """Logs what somebody should look after, with its cause; nothing for what passes by itself or is meant."""
    if isinstance(error, Unavailable) and not isinstance(error, Busy | UnderMaintenance):
        cause = error.__cause__
        said = f"{type(cause).__name__}: {cause}".rstrip(": ") if cause is not None else ""
        log.error("something the portal depends on is down", kind=error.key, cause=said)
