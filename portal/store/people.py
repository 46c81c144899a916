"""Citizens' accounts, found by issuer and subject. What the identity provider said of them is sealed."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from portal.ports import Claims
from portal.store.tables import PEOPLE
from portal.store.vault import Vault


def record(connection: Connection, vault: Vault, claims: Claims, language: str, now: datetime) -> str:
    """The id of the account of whoever signed in: made at the first visit, brought up to date at each."""
    subject = f"{claims.issuer} {claims.subject}"
    found = connection.execute(select(PEOPLE.c.id).where(PEOPLE.c.issuer_subject == subject)).scalar()
    person_id = found or uuid.uuid4().hex
    values = {
        "claims_sealed": vault.seal_json(claims_data(claims), f"person:{person_id}"),
        "cnie_hash": vault.lookup("cnie", claims.cnie) if claims.cnie else None,
        "level": claims.level,
        "language": language,
        "seen_at": now,
    }
    if found:
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == found).values(values))
    else:
        connection.execute(insert(PEOPLE).values(id=person_id, issuer_subject=subject, created_at=now, **values))
    return person_id


def claims_data(claims: Claims) -> dict[str, str]:
    """The claims as they are sealed, and as conditions and prefills see them under ``identity``."""
    data = {name: getattr(claims, name) for name in Claims.__dataclass_fields__ if name != "extra"}
    return {**data, **claims.extra}


_CLAIMS = select(PEOPLE.c.claims_sealed).where(PEOPLE.c.id == bindparam("person"))
_PROFILE = select(PEOPLE.c.profile_sealed).where(PEOPLE.c.id == bindparam("person"))


def find_claims(connection: Connection, vault: Vault, person_id: str) -> Mapping[str, str]:
    """What the identity provider said of an account, or nothing if there is no such account."""
    sealed = connection.execute(_CLAIMS, {"person": person_id}).scalar()
    return vault.open_json(sealed, f"person:{person_id}") if sealed else {}


def find_profile(connection: Connection, vault: Vault, person_id: str) -> Mapping[str, str]:
    """What a person chose to keep of herself, or nothing."""
    sealed = connection.execute(_PROFILE, {"person": person_id}).scalar()
    return vault.open_json(sealed, f"profile:{person_id}") if sealed else {}


def keep_profile(connection: Connection, vault: Vault, person_id: str, profile: Mapping[str, str]) -> None:
    """Keeps what a person wants to find again in her next request; nothing is kept of what she left empty."""
    told = {name: value for name, value in profile.items() if value}
    sealed = vault.seal_json(told, f"profile:{person_id}") if told else None
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(profile_sealed=sealed))
