"""What every table is made of: the portal's own metadata, and the columns that many share."""

from typing import Any, cast

from sqlalchemy import JSON, Column, Index, LargeBinary, MetaData, Table, text
from sqlmodel import Field, SQLModel

from portal.store.types import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """The portal's own metadata, apart from any other library's tables in the same database."""

    metadata = MetaData(naming_convention=NAMING)


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime(), nullable=nullable, index=index))


def sealed(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(LargeBinary, nullable=nullable))


def json_column() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def index_where(condition: str, name: str, *columns: str) -> Index:
    """A partial index: of the rows that fulfil a condition."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a model: queries and hot writes use it directly."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]
