"""An agent among dozens of cases of every kind: what is most urgent comes first, and says so."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from portal.cli.demo import prepare
from portal.cli.seed import MovableClock, claims_of, seed
from portal.cli.seed_people import EMPLOYEES, PASSWORD
from portal.sandbox.persons import PERSONS
from portal.settings import Settings
from portal.wiring import wire
from tests.e2e.person import Somebody
from tests.e2e.pictures import Album
from tests.e2e.running import Employee, RunningPortal, running_portal

pytestmark = pytest.mark.e2e


def people_a_province(made: RunningPortal) -> None:
    """The people and cases of the demonstration."""
    environment = made.environment
    settings = Settings(
        _env_file=None,
        data_dir=made.folder,
        database_url=environment["PORTAL_DATABASE_URL"],
        secret_key=environment["PORTAL_SECRET_KEY"],
    )
    clock = MovableClock(datetime.now(UTC))
    deps = wire(settings, clock=clock)
    scopes = ("profile", "email", "phone", "address")
    listed = [{"id": one.id, "level": one.level, "claims": one.claims(scopes)} for one in PERSONS]
    prepare(settings, deps, clock.now())
    assert seed(deps, clock, claims_of(listed, environment["PORTAL_OIDC_ISSUER"]), "a secret for the partner")
    deps.store.engine.dispose()


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    # Without a worker: hundreds of documents that nobody reads here would be drawn and signed.
    folder = tmp_path_factory.mktemp("province")
    database = f"sqlite:///{folder}/portal.db"
    with running_portal(folder, database, fill=people_a_province, worker=False) as made:
        yield made


def test_the_queue_shows_what_is_most_urgent_first(
    province: RunningPortal, chromium: Browser, language: str, album: Album
) -> None:
    known = next(one for one in EMPLOYEES if one.login == "agent.annexe1")
    agent = Somebody(chromium, province, language, album)
    agent.sign_in_at_counter(
        Employee(known.login, known.unit, known.role.value, known.name_ar, known.name_fr), PASSWORD
    )
    rows = agent.page.locator("table.queue tbody tr")
    assert rows.count() > 3
    expect(rows.first.locator(".tag.due")).to_have_class(re.compile(r"\blate\b"))
    agent.picture("counter-queue")
    agent.follow(rows.first.get_by_role("link"))
    agent.picture("counter-late")
    agent.close()
    assert not agent.wrong
