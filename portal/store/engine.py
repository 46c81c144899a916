"""Engines for the two databases, set up so that writers on SQLite queue instead of failing."""

import sqlite3
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

SQLITE_CARE = "FULL"
"""Each commit reaches the disk before it counts: a paper that was handed out is still in the register after a power cut."""

BUSY_MS = 10_000
JSON = {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}
# An error of the database would quote the values it was given, and errors are logged.
OPTIONS = {**JSON, "hide_parameters": True}
SQLITE_ARGUMENTS = {"timeout": BUSY_MS / 1000, "check_same_thread": False, "cached_statements": 512}


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``.

    On SQLite every transaction starts with BEGIN IMMEDIATE: a deferred one that turns into a write fails at once when
    another writer is at work. Readers ask for ``AUTOCOMMIT`` and take no lock at all.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size)
    return create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, pool_use_lifo=True, pool_recycle=1800, **OPTIONS
    )


def make_readers(engine: Engine) -> Engine:
    """An engine of the same database for reading outside transactions; disposed of with the first.

    Its connections stay in AUTOCOMMIT: switching one over and back again for each page costs more than a short query.
    """
    options: dict[str, Any] = {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_use_lifo": True,
        "isolation_level": "AUTOCOMMIT",
        "pool_reset_on_return": None,
        "skip_autocommit_rollback": True,
        **OPTIONS,
    }
    if engine.dialect.name == "sqlite":
        readers = create_engine(engine.url, connect_args=SQLITE_ARGUMENTS, **options)
        event.listen(readers, "connect", _set_up_sqlite)
    else:
        readers = create_engine(engine.url, pool_recycle=1800, **options)
    event.listen(engine, "engine_disposed", lambda _engine: readers.dispose())
    return readers


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # The driver's own implicit BEGIN is a deferred one.
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        f"synchronous={SQLITE_CARE}",
        "foreign_keys=ON",
        "cache_size=-4000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=20, pool_use_lifo=True, connect_args=SQLITE_ARGUMENTS, **OPTIONS
    )
    event.listen(engine, "connect", _set_up_sqlite)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
