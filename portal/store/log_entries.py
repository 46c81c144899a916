"""What waits to enter the public log: written in the transaction of what it tells, so that none is ever forgotten."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from portal.store.tables_of_proofs import LOG_PENDING

DOCUMENT = "document"
"""A signed file was made; its detail is ``sha256`` (hexadecimal)."""

REVOCATION = "revocation"
"""A document no longer stands; its detail is ``for``, a ``RevokedFor``."""

JOURNAL = "journal"
"""Where a case's journal ends; entered for every case whose journal has grown since it was logged last."""


def await_entry(connection: Connection, kind: str, subject: str, now: datetime, detail: Mapping[str, Any]) -> None:
    """Has something enter the log at its next head. ``subject`` is the id of a document or report."""
    connection.execute(insert(LOG_PENDING).values(kind=kind, subject=subject, detail=dict(detail), at=now))
