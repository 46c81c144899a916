"""A province full of cases, as the demonstration makes them, for those who look at busy counters."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from portal.cli.demo import prepare
from portal.cli.seed import MovableClock, claims_of, seed
from portal.cli.seed_people import EMPLOYEES, PASSWORD
from portal.sandbox.persons import PERSONS
from portal.settings import Settings
from portal.wiring import wire
from tests.e2e.running import Employee, RunningPortal, running_portal

OUT_OF_REACH = "http://127.0.0.1:9/idp"
"""An identity provider that never answers."""


def people_a_province(made: RunningPortal) -> None:
    """The people and cases of the demonstration."""
    environment = made.environment
    environment |= {"PORTAL_DEMO": "true", "PORTAL_OIDC_ISSUER": OUT_OF_REACH}
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
    assert seed(deps, clock, claims_of(listed, OUT_OF_REACH), "a secret for the partner")
    deps.store.engine.dispose()


@contextmanager
def running_province(folder: Path) -> Iterator[RunningPortal]:
    """Without a worker: hundreds of documents that nobody reads here would be drawn and signed."""
    database = f"sqlite:///{folder}/portal.db"
    with running_portal(folder, database, fill=people_a_province, worker=False) as made:
        yield made


def employees() -> dict[str, tuple[Employee, str]]:
    """Those of the province by login, each with the password."""
    return {
        one.login: (Employee(one.login, one.unit, one.role.value, one.name_ar, one.name_fr), PASSWORD)
        for one in EMPLOYEES
    }
