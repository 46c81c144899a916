"""Inserts that may find their row there already, in the words of whichever database it is."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def dialect_insert(connection: Connection, table: Table) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_or_ignore(connection: Connection, table: Table, **values: Any) -> bool:
    """Inserts a row unless its key is taken; tells whether it did."""
    # Not rowcount: with psycopg it is unknown, -1, by the time it is looked at.
    insertion = dialect_insert(connection, table).values(**values).on_conflict_do_nothing()
    return connection.execute(insertion.returning(*table.primary_key.columns)).first() is not None
