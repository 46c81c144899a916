"""A fresh, migrated database for each test, copied from one template per process: migrating each would take seconds."""

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal.migrations import migrate
from portal.store.engine import make_engine

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES_URL", "")

one_database = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
"""For tests of what no database has a part in: they run once."""


class Databases:
    """Makes databases of both kinds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[str, str] = {}

    def url_of(self, kind: str) -> str:
        """The address of an empty migrated database."""
        return self._sqlite() if kind == "sqlite" else self._postgres()

    def _sqlite(self) -> str:
        template = self._templates.get("sqlite")
        if template is None:
            template = self._templates["sqlite"] = str(self._folder / "template.db")
            engine = make_engine(f"sqlite:///{template}")
            migrate(engine)
            engine.dispose()
            # Moves everything from the write-ahead log into the one file that is copied.
            with closing(sqlite3.connect(template)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def _postgres(self) -> str:
        template = self._templates.get("postgres")
        if template is None:
            template = self._templates["postgres"] = f"template_{uuid.uuid4().hex[:12]}"
            _administer(f"CREATE DATABASE {template}")
            engine = make_engine(_with_database(template))
            migrate(engine)
            engine.dispose()
        name = f"test_{uuid.uuid4().hex[:12]}"
        _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return _with_database(name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected."""
        found = make_url(url)
        if found.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{found.database}{suffix}").unlink(missing_ok=True)
        else:
            _administer(f"DROP DATABASE IF EXISTS {found.database} WITH (FORCE)")

    def close(self) -> None:
        template = self._templates.get("postgres")
        if template is not None:
            _administer(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")

    @contextmanager
    def lent(self, kind: str) -> Iterator[str]:
        url = self.url_of(kind)
        try:
            yield url
        finally:
            self.drop(url)


def _with_database(name: str) -> str:
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
