"""Keeps what the stand-ins received, in one SQLite file that outlives a restart."""

import json
import sqlite3
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (
    number INTEGER PRIMARY KEY AUTOINCREMENT, remote_reference TEXT UNIQUE, key TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL, body TEXT NOT NULL, received_at TEXT NOT NULL, repeats INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS callbacks (
    id TEXT PRIMARY KEY, remote_reference TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL,
    copies INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting', answer INTEGER, created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (due) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS sms (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL, body TEXT NOT NULL,
    received_at TEXT NOT NULL, repeats INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, language TEXT NOT NULL, received_at TEXT NOT NULL
);
"""

Row = dict[str, Any]


class Storage:
    """The sandbox's memory. It is used from one thread only, that of the event loop."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {SCHEMA}")

    def close(self) -> None:
        self._database.close()

    def clear(self) -> None:
        """Forgets everything received."""
        for table in ("cases", "callbacks", "sms", "mails"):
            self._run(f"DELETE FROM {table}")  # noqa: S608 - the names are the four above

    def keep_case(self, key: str, reference: str, body: Mapping[str, Any]) -> tuple[Row, bool]:
        """The case under this key, and whether it was there already."""
        known = self._one("UPDATE cases SET repeats = repeats + 1 WHERE key = ? RETURNING *", key)
        if known:
            return known, True
        content = json.dumps(body, ensure_ascii=False)
        row = self._one(
            "INSERT INTO cases (key, reference, body, received_at) VALUES (?, ?, ?, ?) RETURNING number",
            key, reference, content, _now(),
        )  # fmt: skip
        remote = f"JISR-{datetime.now(UTC):%y}-{row['number']:06d}"
        return self._one(
            "UPDATE cases SET remote_reference = ? WHERE number = ? RETURNING *", remote, row["number"]
        ), False

    def case(self, remote_reference: str) -> Row | None:
        return self._one("SELECT * FROM cases WHERE remote_reference = ?", remote_reference) or None

    def cases(self, limit: int = 500) -> list[Row]:
        """The cases received, the latest first, each with its body decoded."""
        found = self._all("SELECT * FROM cases ORDER BY number DESC LIMIT ?", limit)
        return [{**row, "body": json.loads(row["body"])} for row in found]

    def queue_callback(self, callback: str, remote: str, status: str, body: str, *, due: float, copies: int) -> None:
        self._run(
            "INSERT INTO callbacks (id, remote_reference, status, body, due, copies, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            callback, remote, status, body, due, copies, _now(),
        )  # fmt: skip

    def next_callback(self) -> Row | None:
        """The one to send soonest."""
        return self._one("SELECT * FROM callbacks WHERE state = 'waiting' ORDER BY due, created_at LIMIT 1") or None

    def note_delivered(self, callback: str, answer: int) -> None:
        """One copy arrived; the callback is done once all have."""
        self._run(
            "UPDATE callbacks SET delivered = delivered + 1, attempts = 0, answer = ?, due = ?, "
            "state = CASE WHEN delivered + 1 >= copies THEN 'delivered' ELSE 'waiting' END WHERE id = ?",
            answer, time.time(), callback,
        )  # fmt: skip

    def note_failed(self, callback: str, answer: int | None, again_in: float | None) -> None:
        """A copy did not arrive; it is tried again, or given up where ``again_in`` is None."""
        state, due = ("given_up", 0.0) if again_in is None else ("waiting", time.time() + again_in)
        self._run(
            "UPDATE callbacks SET attempts = attempts + 1, answer = ?, due = ?, state = ? WHERE id = ?",
            answer, due, state, callback,
        )  # fmt: skip

    def callbacks(self, limit: int = 500) -> list[Row]:
        found = self._all("SELECT * FROM callbacks ORDER BY created_at DESC LIMIT ?", limit)
        return [{**row, "body": json.loads(row["body"])} for row in found]

    def keep_sms(self, key: str, recipient: str, body: str) -> tuple[Row, bool]:
        """The text message under this key, and whether it was there already."""
        known = self._one("UPDATE sms SET repeats = repeats + 1 WHERE key = ? RETURNING *", key)
        if known:
            return known, True
        return self._one(
            "INSERT INTO sms (key, recipient, body, received_at) VALUES (?, ?, ?, ?) RETURNING *",
            key, recipient, body, _now(),
        ), False  # fmt: skip

    def sms(self, limit: int = 500) -> list[Row]:
        return self._all("SELECT * FROM sms ORDER BY id DESC LIMIT ?", limit)

    def keep_mail(self, message_id: str, sender: str, recipient: str, subject: str, body: str, language: str) -> None:
        self._run(
            "INSERT INTO mails (message_id, sender, recipient, subject, body, language, received_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            message_id, sender, recipient, subject, body, language, _now(),
        )  # fmt: skip

    def mails(self, limit: int = 500) -> list[Row]:
        return self._all("SELECT * FROM mails ORDER BY id DESC LIMIT ?", limit)

    def counts(self) -> dict[str, int]:
        """How many of each were kept in all."""
        return {
            table: self._one(f"SELECT count(*) AS total FROM {table}")["total"]  # noqa: S608 - the names are these four
            for table in ("cases", "callbacks", "sms", "mails")
        }

    def _run(self, statement: str, *values: object) -> None:
        self._database.execute(statement, values)

    def _one(self, statement: str, *values: object) -> Row:
        rows = self._all(statement, *values)
        return rows[0] if rows else {}

    def _all(self, statement: str, *values: object) -> list[Row]:
        return [dict(row) for row in self._database.execute(statement, values).fetchall()]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
