"""What citizens bring: who and what in the database, the sealed content in the file store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from portal.store.tables import FILES
from portal.store.vault import Seal


@dataclass(frozen=True)
class StoredFile:
    """One file of a draft or case; ``size`` in bytes. ``set_aside_at`` is when another was asked for in its place."""

    id: str
    case_id: str
    document: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime
    set_aside_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it is still what was brought, and was not found defective."""
        return self.set_aside_at is None

    @property
    def key(self) -> str:
        """Where the file store keeps the content."""
        return f"{self.case_id[:2]}/{self.case_id}/{self.id}"

    @property
    def context(self) -> str:
        """What its content is sealed for."""
        return f"file:{self.id}"


def add(connection: Connection, seal: Seal, file: StoredFile) -> None:
    connection.execute(
        insert(FILES).values(
            id=file.id,
            case_id=file.case_id,
            document=file.document,
            name_sealed=seal.close(file.name.encode(), f"name:{file.id}"),
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            uploaded_at=file.uploaded_at,
        )
    )


_FIND = select(
    FILES.c.id,
    FILES.c.case_id,
    FILES.c.document,
    FILES.c.name_sealed,
    FILES.c.media_type,
    FILES.c.size,
    FILES.c.sha256,
    FILES.c.uploaded_at,
    FILES.c.set_aside_at,
)
_OF_CASE = _FIND.where(FILES.c.case_id == bindparam("case")).order_by(FILES.c.uploaded_at, FILES.c.id)


def of_case(connection: Connection, seal: Seal, case_id: str) -> list[StoredFile]:
    """The files of a draft or case, in the order they came."""
    rows = connection.execute(_OF_CASE, {"case": case_id}).all()
    return [_file(seal, row) for row in rows]


def find(connection: Connection, seal: Seal, case_id: str, file_id: str) -> StoredFile | None:
    """A file of this case; the id of another case's file finds nothing."""
    row = connection.execute(_FIND.where(FILES.c.id == file_id, FILES.c.case_id == case_id)).first()
    return _file(seal, row) if row else None


def remove(connection: Connection, files: Sequence[StoredFile]) -> None:
    connection.execute(delete(FILES).where(FILES.c.id.in_([file.id for file in files])))


def set_aside(connection: Connection, case_id: str, documents: Sequence[str], now: datetime) -> None:
    """Notes that the files of some documents were found defective: they are kept, and others are awaited."""
    connection.execute(
        update(FILES)
        .where(FILES.c.case_id == case_id, FILES.c.document.in_(documents), FILES.c.set_aside_at.is_(None))
        .values(set_aside_at=now)
    )


def _file(seal: Seal, row: Any) -> StoredFile:
    name = seal.open(row[3], f"name:{row[0]}").decode()
    return StoredFile(row[0], row[1], row[2], name, row[4], row[5], row[6], row[7], row[8])
