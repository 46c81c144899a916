"""What is configured, as published: immutable, by content hash, with a pointer to what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from portal.store.tables_of_services import CURRENT, PUBLICATIONS
from portal.store.upsert import dialect_insert, insert_or_ignore

SERVICE = "service"


@dataclass(frozen=True)
class Publication:
    """One published folder: its files by relative path.

    ``published_by`` proposed it in the studio and ``approved_by`` put it in force; without them it came from the folder.
    """

    digest: str
    kind: str
    slug: str
    version: int
    files: Mapping[str, str]
    published_at: datetime | None = None
    published_by: str | None = None
    approved_by: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Published:
    """One published version of a service, without its files."""

    digest: str
    slug: str
    version: int
    published_at: datetime
    published_by: str | None
    approved_by: str | None
    note: str

    @property
    def from_folder(self) -> bool:
        return self.published_by is None


def publish(connection: Connection, publication: Publication, now: datetime) -> bool:
    """Stores a publication and puts it in force; False when it already was."""
    store(connection, publication, now)
    if in_force(connection, publication.kind, publication.slug) == (publication.digest, True):
        return False
    put_in_force(connection, publication.kind, publication.slug, publication.digest)
    return True


def store(connection: Connection, publication: Publication, now: datetime) -> bool:
    """Keeps a publication for good, whether or not it is in force; False when these very files were kept before."""
    return insert_or_ignore(
        connection,
        PUBLICATIONS,
        digest=publication.digest,
        kind=publication.kind,
        slug=publication.slug,
        version=publication.version,
        files=dict(publication.files),
        published_at=now,
        published_by=publication.published_by,
        approved_by=publication.approved_by,
        note=publication.note,
    )


def put_in_force(connection: Connection, kind: str, slug: str, digest: str) -> None:
    """Points at a publication that is kept: it is the one in force, and may be started."""
    values = {"digest": digest, "listed": True}
    insertion = dialect_insert(connection, CURRENT).values(kind=kind, slug=slug, **values)
    connection.execute(insertion.on_conflict_do_update(index_elements=["kind", "slug"], set_=values))


def put_first_in_force(connection: Connection, kind: str, slug: str, digest: str) -> bool:
    """Points at the first publication of a slug; False where somebody else's was faster: there is no row to lock yet."""
    return insert_or_ignore(connection, CURRENT, kind=kind, slug=slug, digest=digest, listed=True)


def unlist(connection: Connection, kind: str, slug: str) -> None:
    """Takes a service out of the list of those that may be started; its cases go on."""
    connection.execute(update(CURRENT).where(CURRENT.c.kind == kind, CURRENT.c.slug == slug).values(listed=False))


_CURRENT = select(CURRENT.c.kind, CURRENT.c.slug, CURRENT.c.digest, CURRENT.c.listed)


def current(connection: Connection) -> list[tuple[str, str, str, bool]]:
    """Everything in force: kind, slug, digest, and whether it is listed."""
    rows = connection.execute(_CURRENT.order_by(CURRENT.c.kind, CURRENT.c.slug)).all()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def in_force(connection: Connection, kind: str, slug: str, *, lock: bool = False) -> tuple[str, bool] | None:
    """The digest in force for a kind and slug, and whether it is listed; ``lock`` keeps other writers waiting."""
    found = select(CURRENT.c.digest, CURRENT.c.listed).where(CURRENT.c.kind == kind, CURRENT.c.slug == slug)
    row = connection.execute(found.with_for_update() if lock else found).first()
    return (row[0], row[1]) if row else None


_WHOLE = select(
    PUBLICATIONS.c.digest,
    PUBLICATIONS.c.kind,
    PUBLICATIONS.c.slug,
    PUBLICATIONS.c.version,
    PUBLICATIONS.c.files,
    PUBLICATIONS.c.published_at,
    PUBLICATIONS.c.published_by,
    PUBLICATIONS.c.approved_by,
    PUBLICATIONS.c.note,
)


def get(connection: Connection, digest: str) -> Publication | None:
    row = connection.execute(_WHOLE.where(PUBLICATIONS.c.digest == digest)).first()
    return Publication(*row) if row else None


def of_slug(connection: Connection, slug: str) -> list[Publication]:
    """Every published version of a service, whole, the oldest first."""
    found = _WHOLE.where(PUBLICATIONS.c.kind == SERVICE, PUBLICATIONS.c.slug == slug)
    rows = connection.execute(found.order_by(PUBLICATIONS.c.version, PUBLICATIONS.c.published_at)).all()
    return [Publication(*row) for row in rows]


_VERSIONS = select(
    PUBLICATIONS.c.digest,
    PUBLICATIONS.c.slug,
    PUBLICATIONS.c.version,
    PUBLICATIONS.c.published_at,
    PUBLICATIONS.c.published_by,
    PUBLICATIONS.c.approved_by,
    PUBLICATIONS.c.note,
).where(PUBLICATIONS.c.kind == SERVICE)


def versions(connection: Connection, slug: str | None = None) -> list[Published]:
    """The published versions of one service or of all, by slug and then by number, the oldest first."""
    found = _VERSIONS if slug is None else _VERSIONS.where(PUBLICATIONS.c.slug == slug)
    ordered = found.order_by(PUBLICATIONS.c.slug, PUBLICATIONS.c.version, PUBLICATIONS.c.published_at)
    return [Published(*row) for row in connection.execute(ordered).all()]
