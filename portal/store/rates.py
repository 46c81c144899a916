"""Counts attempts for the rate limits, in the database: every process sees the same count, and a restart forgets nothing."""

import time
from typing import Any

from limits.storage import Storage
from sqlalchemy import Connection, Engine, case, delete, select

from portal.store.tables import RATES
from portal.store.upsert import dialect_insert


class DatabaseStorage(Storage):
    """The storage the ``limits`` library counts in."""

    STORAGE_SCHEME = ["portal"]  # noqa: RUF012  The library wants a list.

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Counts one attempt more; the count starts afresh once the window has ended."""
        now = time.time()
        with self._engine.begin() as connection:
            return self._incr(connection, key, now, now + expiry, amount)

    def _incr(self, connection: Connection, key: str, now: float, expires_at: float, amount: int) -> int:
        insertion = dialect_insert(connection, RATES).values(key=key, count=amount, expires_at=expires_at)
        ended = RATES.c.expires_at <= now
        statement = insertion.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((ended, amount), else_=RATES.c.count + amount),
                "expires_at": case((ended, expires_at), else_=RATES.c.expires_at),
            },
        ).returning(RATES.c.count)
        return int(connection.execute(statement).scalar_one())

    def get(self, key: str) -> int:
        return self._row(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._row(key)[1]

    def _row(self, key: str) -> tuple[int, float]:
        now = time.time()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            row = connection.execute(select(RATES.c.count, RATES.c.expires_at).where(RATES.c.key == key)).first()
        return (row[0], row[1]) if row and row[1] > now else (0, now)

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self._engine.begin() as connection:
            return connection.execute(delete(RATES)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(RATES).where(RATES.c.key == key))

    def sweep(self) -> Any:
        """Forgets the counts whose window has ended."""
        with self._engine.begin() as connection:
            return connection.execute(delete(RATES).where(RATES.c.expires_at <= time.time())).rowcount
