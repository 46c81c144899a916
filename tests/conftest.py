"""What every test may ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.store import engine
from tests.support.browser import Browser
from tests.support.databases import POSTGRES, Databases
from tests.support.portal import TestPortal, make_portal

# The databases of tests need not outlast a power cut, and each commit would wait for the disk.
engine.SQLITE_CARE = "OFF"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_kind(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres" and not POSTGRES:
        pytest.skip("no PostgreSQL: set PORTAL_TEST_POSTGRES_URL, or install its server")
    return str(request.param)


@pytest.fixture
def database_url(databases: Databases, engine_kind: str) -> Iterator[str]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    with databases.lent(engine_kind) as url:
        yield url


@pytest.fixture
def portal(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    """The whole portal, on each database in turn; ``made_by`` says which, where it is not the province's own."""
    said = request.node.get_closest_marker("made_by")
    made = said.args[0](database_url, tmp_path, **said.kwargs) if said else make_portal(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def browser(portal: TestPortal) -> Browser:
    return Browser(portal)


@pytest.fixture
def another_browser(portal: TestPortal) -> Callable[[], Browser]:
    return lambda: Browser(portal)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not POSTGRES:
        missed = len([one for one in terminalreporter.stats.get("skipped", []) if "PostgreSQL" in str(one.longrepr)])
        if missed:
            terminalreporter.section("POSTGRESQL WAS NOT TESTED", sep="!", red=True, bold=True)
            terminalreporter.line(f"{missed} tests did not run because no PostgreSQL server was found.")
