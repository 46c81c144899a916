"""Searches that found nothing: the words and how often, never who typed them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, literal, select, update

from portal.store.tables import MISSED_SEARCHES
from portal.store.upsert import dialect_insert

MOST_LETTERS = 60
OFTEN = 3
"""Times after which words are those of several people, rather than what somebody typed of herself."""

MOST_NEW_A_DAY = 200
"""New rows a day; beyond it, somebody is playing with the box, and only what is known already is counted."""


@dataclass(frozen=True)
class MissedSearch:
    """Words searched for in vain, in the language of the page they were typed on."""

    words: str
    language: str
    count: int
    last_on: date


_COUNT = (
    update(MISSED_SEARCHES)
    .where(MISSED_SEARCHES.c.words == bindparam("these"), MISSED_SEARCHES.c.language == bindparam("said_in"))
    .values(count=MISSED_SEARCHES.c.count + 1, last_on=bindparam("today"))
    .returning(MISSED_SEARCHES.c.count)
)


def note(connection: Connection, words: str, language: str, today: date) -> None:
    """Counts one search in vain. The caller has taken out what may be a number of somebody's."""
    words = words[:MOST_LETTERS].strip()
    if not words:
        return
    counted = connection.execute(_COUNT, {"these": words, "said_in": language, "today": today}).first()
    if counted is None:
        _add(connection, words, language, today)


def _add(connection: Connection, words: str, language: str, today: date) -> None:
    new_today = select(func.count()).where(MISSED_SEARCHES.c.first_on == today).scalar_subquery()
    row = {"words": words, "language": language, "count": 1, "first_on": today, "last_on": today}
    values = select(*(literal(value, MISSED_SEARCHES.c[name].type) for name, value in row.items()))
    insertion = dialect_insert(connection, MISSED_SEARCHES).from_select(
        list(row), values.where(new_today < MOST_NEW_A_DAY)
    )
    # Another process may have added them since we looked.
    connection.execute(
        insertion.on_conflict_do_update(
            index_elements=["words", "language"], set_={"count": MISSED_SEARCHES.c.count + 1, "last_on": today}
        )
    )


def missed(connection: Connection, *, least: int = 1, limit: int = 500) -> list[MissedSearch]:
    """What was searched for in vain at least so many times, most often first."""
    table = MISSED_SEARCHES
    statement = (
        select(table.c.words, table.c.language, table.c.count, table.c.last_on)
        .where(table.c.count >= least)
        .order_by(table.c.count.desc(), table.c.last_on.desc(), table.c.words)
        .limit(limit)
    )
    return [MissedSearch(*row) for row in connection.execute(statement)]


def forget(connection: Connection, before: date, *, fewer_than: int | None = None) -> None:
    """Removes what was last searched for before a day, if so seldom that it tells nothing."""
    old = delete(MISSED_SEARCHES).where(MISSED_SEARCHES.c.last_on < before)
    connection.execute(old if fewer_than is None else old.where(MISSED_SEARCHES.c.count < fewer_than))
