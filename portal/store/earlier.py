"""What a person answered in her latest case of a service, so that she may use it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from portal.store.tables import CASES
from portal.store.vault import Vault


@dataclass(frozen=True)
class EarlierCase:
    """A case she filed: when, under which version, and what she answered."""

    reference: str
    digest: str
    filed_on: date
    answers: Mapping[str, Any]


_LATEST = (
    select(CASES.c.id, CASES.c.reference, CASES.c.digest, CASES.c.filed_on, CASES.c.key_wrapped, CASES.c.answers_sealed)
    .where(CASES.c.citizen_id == bindparam("citizen"), CASES.c.service == bindparam("slug"))
    # A case whose key was erased has nothing left to offer.
    .where(CASES.c.key_wrapped.is_not(None))
    .order_by(CASES.c.filed_at.desc())
    .limit(1)
)


def latest(connection: Connection, vault: Vault, citizen_id: str, service: str) -> EarlierCase | None:
    """Her latest case of a service, or None."""
    row = connection.execute(_LATEST, {"citizen": citizen_id, "slug": service}).first()
    if row is None:
        return None
    answers = vault.case_seal(row.id, row.key_wrapped).open_json(row.answers_sealed, f"answers:{row.id}")
    return EarlierCase(row.reference, row.digest, row.filed_on, answers)
