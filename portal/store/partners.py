"""Partner ministries: their credentials, their tokens, and what they already sent."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from portal.store.sessions import hash_token
from portal.store.tables import PARTNER_TOKENS, PARTNERS, RECEIVED
from portal.store.upsert import insert_or_ignore

TOKEN_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Partner:
    """A ministry's system, and the slugs of the services granted to it; ``name`` stands where no Arabic one is known."""

    id: str
    name: str
    services: tuple[str, ...]
    name_ar: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """What it is called in each language."""
        return {"ar": self.name_ar or self.name, "fr": self.name}


_NAMED = (PARTNERS.c.id, PARTNERS.c.name, PARTNERS.c.services, PARTNERS.c.name_ar)
_FIND = select(*_NAMED).where(PARTNERS.c.active.is_(True))


def add(connection: Connection, partner: Partner, secret_hash: str, now: datetime) -> None:
    connection.execute(
        insert(PARTNERS).values(
            id=partner.id,
            name=partner.name,
            name_ar=partner.name_ar,
            secret_hash=secret_hash,
            services=list(partner.services),
            active=True,
            created_at=now,
        )
    )


def find_with_secret(connection: Connection, partner_id: str) -> tuple[Partner, str] | None:
    """A partner and the hash of its secret."""
    row = connection.execute(_FIND.add_columns(PARTNERS.c.secret_hash).where(PARTNERS.c.id == partner_id)).first()
    return (_partner(row), row[4]) if row else None


def _partner(row: Sequence[Any]) -> Partner:
    return Partner(row[0], row[1], tuple(row[2]), row[3])


def listed(connection: Connection) -> list[Partner]:
    return [_partner(row) for row in connection.execute(_FIND.order_by(PARTNERS.c.id))]


def new_token(connection: Connection, partner: Partner, now: datetime) -> str:
    """A token good for an hour; the partner's ended ones are removed on the way."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        delete(PARTNER_TOKENS).where(PARTNER_TOKENS.c.partner_id == partner.id, PARTNER_TOKENS.c.expires_at <= now)
    )
    connection.execute(
        insert(PARTNER_TOKENS).values(
            token_hash=hash_token(token), partner_id=partner.id, expires_at=now + TOKEN_LIFETIME
        )
    )
    return token


_BY_TOKEN = (
    select(*_NAMED, PARTNER_TOKENS.c.expires_at)
    .join(PARTNER_TOKENS, PARTNER_TOKENS.c.partner_id == PARTNERS.c.id)
    .where(PARTNERS.c.active.is_(True), PARTNER_TOKENS.c.token_hash == bindparam("hash"))
)


def by_token(connection: Connection, token: str, now: datetime) -> Partner | None:
    """The partner a token stands for, unless it has ended."""
    row = connection.execute(_BY_TOKEN, {"hash": hash_token(token)}).first()
    return None if row is None or row[4] <= now else _partner(row)


def first_time(connection: Connection, source: str, message_id: str, now: datetime) -> bool:
    """Records a message from outside; False when it was taken in before."""
    return insert_or_ignore(connection, RECEIVED, source=source, message_id=message_id, received_at=now)
