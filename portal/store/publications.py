"""What is configured, as published: immutable, by content hash, with a pointer to what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from portal.store.tables import CURRENT, PUBLICATIONS
from portal.store.upsert import dialect_insert, insert_or_ignore


@dataclass(frozen=True)
class Publication:
    """One published folder: its files by relative path."""

    digest: str
    kind: str
    slug: str
    version: int
    files: Mapping[str, str]


def publish(connection: Connection, publication: Publication, now: datetime) -> bool:
    """Stores a publication and puts it in force; False when it already was."""
    insert_or_ignore(
        connection,
        PUBLICATIONS,
        digest=publication.digest,
        kind=publication.kind,
        slug=publication.slug,
        version=publication.version,
        files=dict(publication.files),
        published_at=now,
    )
    held = connection.execute(
        select(CURRENT.c.digest, CURRENT.c.listed).where(
            CURRENT.c.kind == publication.kind, CURRENT.c.slug == publication.slug
        )
    ).first()
    if held is not None and held[0] == publication.digest and held[1]:
        return False
    values = {"digest": publication.digest, "listed": True}
    insertion = dialect_insert(connection, CURRENT).values(kind=publication.kind, slug=publication.slug, **values)
    connection.execute(insertion.on_conflict_do_update(index_elements=["kind", "slug"], set_=values))
    return True


def unlist(connection: Connection, kind: str, slug: str) -> None:
    """Takes a service out of the list of those that may be started; its cases go on."""
    connection.execute(update(CURRENT).where(CURRENT.c.kind == kind, CURRENT.c.slug == slug).values(listed=False))


_CURRENT = select(CURRENT.c.kind, CURRENT.c.slug, CURRENT.c.digest, CURRENT.c.listed)


def current(connection: Connection) -> list[tuple[str, str, str, bool]]:
    """Everything in force: kind, slug, digest, and whether it is listed."""
    rows = connection.execute(_CURRENT.order_by(CURRENT.c.kind, CURRENT.c.slug)).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def get(connection: Connection, digest: str) -> Publication | None:
    row = connection.execute(
        select(
            PUBLICATIONS.c.digest,
            PUBLICATIONS.c.kind,
            PUBLICATIONS.c.slug,
            PUBLICATIONS.c.version,
            PUBLICATIONS.c.files,
        ).where(PUBLICATIONS.c.digest == digest)
    ).first()
    return Publication(*row) if row else None
