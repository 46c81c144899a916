"""Forms that were sent after their session had ended: sealed, kept for a day, for the same person alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from portal.store.tables import KEPT_FORMS
from portal.store.upsert import insert_or_ignore
from portal.store.vault import Erased, Vault

KEPT_FOR = timedelta(hours=24)
AT_MOST = 20
"""How many forms are kept for one person: the newest."""


def keep(connection: Connection, vault: Vault, owner: str, path: str, typed: Mapping[str, str], now: datetime) -> None:
    """Keeps what was typed on a page, in the place of what was kept for it before."""
    forget(connection, owner, path)
    newest = select(KEPT_FORMS.c.path).where(KEPT_FORMS.c.owner == owner).order_by(KEPT_FORMS.c.kept_at.desc())
    for row in connection.execute(newest.offset(AT_MOST - 1)).all():
        forget(connection, owner, row[0])
    sealed = vault.seal_json(dict(typed), _context(owner, path))
    insert_or_ignore(connection, KEPT_FORMS, owner=owner, path=path, typed_sealed=sealed, kept_at=now)


def find(connection: Connection, vault: Vault, owner: str, path: str, now: datetime) -> dict[str, str]:
    """What somebody had typed on a page, or nothing."""
    found = select(KEPT_FORMS.c.typed_sealed).where(
        KEPT_FORMS.c.owner == owner, KEPT_FORMS.c.path == path, KEPT_FORMS.c.kept_at > now - KEPT_FOR
    )
    sealed = connection.execute(found).scalar()
    try:
        return dict(vault.open_json(sealed, _context(owner, path))) if sealed is not None else {}
    except Erased:
        return {}


def paths_of(connection: Connection, owner: str, now: datetime) -> list[str]:
    """The pages for which something is kept."""
    found = select(KEPT_FORMS.c.path).where(KEPT_FORMS.c.owner == owner, KEPT_FORMS.c.kept_at > now - KEPT_FOR)
    return [row[0] for row in connection.execute(found)]


def forget(connection: Connection, owner: str, path: str) -> None:
    connection.execute(delete(KEPT_FORMS).where(KEPT_FORMS.c.owner == owner, KEPT_FORMS.c.path == path))


def sweep(connection: Connection, now: datetime) -> None:
    """Removes what nobody came back for."""
    connection.execute(delete(KEPT_FORMS).where(KEPT_FORMS.c.kept_at <= now - KEPT_FOR))


def _context(owner: str, path: str) -> str:
    return f"kept:{owner}:{path}"
