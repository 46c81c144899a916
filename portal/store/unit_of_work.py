"""One transaction per change, closed before the answer leaves; reads take no lock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from portal.ports import Clock, Jobs
from portal.store.engine import make_readers
from portal.store.vault import Vault


@dataclass(frozen=True)
class Work:
    """A transaction under way: what actions work with. They never commit."""

    connection: Connection
    vault: Vault
    jobs: Jobs
    now: datetime


class Store:
    """Opens transactions and readers on one database."""

    def __init__(self, engine: Engine, vault: Vault, jobs: Jobs, clock: Clock) -> None:
        self.engine, self.vault, self.jobs, self.clock = engine, vault, jobs, clock
        self._readers = make_readers(engine)
        # Writers of one process wait here in turn, which costs less than SQLite's own polling for its lock.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def unit_of_work(self) -> Iterator[Work]:
        """A transaction: commits on leaving, rolls back on an error."""
        with self._turn, self.engine.begin() as connection:
            yield Work(connection, self.vault, self.jobs, self.clock.now())

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A connection for reading, outside any transaction."""
        with self._readers.connect() as connection:
            yield Work(connection, self.vault, self.jobs, self.clock.now())
