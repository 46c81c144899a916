"""The migrations lead to the tables of the code, on both databases, and nothing starts without them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

from alembic import command
from portal.actions.timers import sweep
from portal.adapters.jobs import is_ours
from portal.store import cases
from portal.store.engine import make_engine
from portal.store.schema import METADATA
from tests.support.browser import Browser
from tests.support.commands import ROOT, run_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import file_aids
from tests.support.portal import TestPortal


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


def config() -> Config:
    return Config(str(ROOT / "alembic.ini"))


def differences(engine: Engine) -> list[object]:
    """What `alembic revision --autogenerate` would write."""

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or (name is not None and is_ours(name))

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "compare_type": True, "target_metadata": METADATA}
        )
        return list(compare_metadata(context, METADATA))


def test_the_migrations_equal_the_tables(engine: Engine) -> None:
    assert differences(engine) == []


def test_a_column_that_has_no_migration_is_noticed(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cases DROP COLUMN taken_name"))
    assert len(differences(engine)) == 1


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory(str(ROOT / "alembic"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    numbers = [int(script.revision) for script in reversed(list(scripts.walk_revisions()))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_way_back_and_forth_leads_to_the_same_tables(engine: Engine) -> None:
    made = config()
    with engine.begin() as connection:
        made.attributes["connection"] = connection
        command.downgrade(made, "base")
    left = {name for name in inspect(engine).get_table_names() if is_ours(name)}
    assert left == {"alembic_version"}
    with engine.begin() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
    assert differences(engine) == []


def test_time_goes_on_for_cases_that_were_open_before_it_was_kept_in_columns(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    made, engine = config(), portal.deps.store.engine
    for step, target in ((command.downgrade, "0009"), (command.upgrade, "head")):
        with engine.begin() as connection:
            made.attributes["connection"] = connection
            step(made, target)
    portal.clock.moment = datetime.now(UTC) + timedelta(days=200)
    sweep(portal.deps)
    with portal.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    assert found is not None
    assert found.case.silent_on is not None


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> str:
    """A database that nobody has migrated."""
    found = make_url(database_url)
    if found.get_backend_name() == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("DROP SCHEMA IF EXISTS dbos CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return database_url


@pytest.mark.parametrize(
    ("engine_kind", "arguments"),
    [
        ("sqlite", ["serve", "--port", "0"]),
        ("sqlite", ["audit"]),
        pytest.param("postgres", ["worker"], marks=pytest.mark.postgres),
    ],
    indirect=["engine_kind"],
)
def test_a_database_that_is_not_migrated_is_told_in_one_line(
    empty_url: str, tmp_path: Path, arguments: list[str]
) -> None:
    told = run_portal(settings_for(empty_url, tmp_path), *arguments)
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr == "portal: the database is not migrated to this version: run `portal migrate`\n"


def test_a_database_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    told = run_portal(settings_for("postgresql+psycopg://nobody@127.0.0.1:9/portal", tmp_path), "audit")
    assert told.returncode == 1
    assert told.stderr.startswith("portal: the database does not answer: ")
    assert len(told.stderr.splitlines()) == 1


@one_database
def test_migrating_makes_an_empty_database_ready(empty_url: str, tmp_path: Path) -> None:
    settings = settings_for(empty_url, tmp_path)
    assert run_portal(settings, "migrate").returncode == 0
    audited = run_portal(settings, "audit")
    assert (audited.returncode, audited.stdout) == (0, "every journal holds, and the register of documents\n")
