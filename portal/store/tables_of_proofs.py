"""The tables of what proves documents: every file ever handed out, and the public log (RFC 9162)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field

from portal.store.columns import Base, moment, sealed, table_of


class IssuedFileRow(Base, table=True):
    """A signed file of a document: raising its signature makes another, and each that was handed out is ours for ever.

    ``owner_kind`` is ``document`` or ``report``; ``proof`` a digest of the rest under the portal's key, without which the
    file is not ours. No row is changed or removed.
    """

    __tablename__ = "issued_files"
    sha256: str = Field(primary_key=True)
    owner_kind: str
    owner_id: str
    level: str
    at: datetime = moment()
    proof: bytes | None = sealed(nullable=True)

    __table_args__ = (Index("ix_issued_files_owner", "owner_id"),)


class PendingLeafRow(Base, table=True):
    """What is to enter the log at its next head; written in the transaction of what it tells."""

    __tablename__ = "log_pending"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = moment()


class LeafRow(Base, table=True):
    """An entry of the log; ``hash`` is that of its leaf. ``length`` is how long a case's journal then was.

    ``entry`` is what was hashed. No row is changed or removed.
    """

    __tablename__ = "log_leaves"
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    subject: str
    length: int | None = None
    entry: bytes = sealed()
    hash: bytes = sealed()
    at: datetime = moment()

    __table_args__ = (Index("ix_log_leaves_subject", "subject", "kind", "position"),)


class NodeRow(Base, table=True):
    """The hash of a whole subtree: of ``2 ** level`` leaves from ``position * 2 ** level`` on. No row is changed."""

    __tablename__ = "log_nodes"
    level: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    hash: bytes = sealed()


class HeadRow(Base, table=True):
    """A head of the tree as it was published; ``timestamp`` comes later where the authority was away."""

    __tablename__ = "log_heads"
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    statement: bytes = sealed()
    timestamp: bytes | None = sealed(nullable=True)
    at: datetime = moment(index=True)


ISSUED_FILES = table_of(IssuedFileRow)
LOG_PENDING = table_of(PendingLeafRow)
LOG_LEAVES = table_of(LeafRow)
LOG_NODES = table_of(NodeRow)
LOG_HEADS = table_of(HeadRow)
