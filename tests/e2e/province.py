"""A province full of cases, as the demonstration makes them, for those who look at busy counters."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from portal.actions.passwords import hash_password
from portal.cli.demo import prepare
from portal.cli.seed import MovableClock, claims_of, seed
from portal.cli.seed_people import EMPLOYEES, PASSWORD
from portal.domain.service import Role
from portal.sandbox.persons import PERSONS
from portal.settings import Settings
from portal.store import sessions
from portal.store.sessions import StaffMember
from portal.wiring import wire
from tests.e2e.running import EMPLOYEES as FIRST
from tests.e2e.running import OFFICIALS, Employee, RunningPortal, running_portal
from tests.e2e.running import PASSWORD as OWN_PASSWORD

OUT_OF_REACH = "http://127.0.0.1:9/idp"
"""An identity provider that never answers."""


def settings_of(made: RunningPortal) -> Settings:
    """What reaches the data of a running portal from inside the tests."""
    environment = made.environment
    return Settings(
        _env_file=None,
        data_dir=made.folder,
        database_url=environment["PORTAL_DATABASE_URL"],
        secret_key=environment["PORTAL_SECRET_KEY"],
    )


def add_everybody(made: RunningPortal) -> None:
    """Accounts for all whom the journeys meet; the first by an operator's command, which publishes the services."""
    made.add_staff(FIRST[:1])
    deps = wire(settings_of(made))
    hashed = hash_password(OWN_PASSWORD)
    with deps.unit_of_work() as work:
        for one in (*FIRST[1:], *OFFICIALS):
            roles = (Role(one.role),)
            member = StaffMember(uuid.uuid4().hex, one.login, one.name_ar, one.name_fr, one.unit, roles)
            sessions.add_staff(work.connection, member, hashed, work.now)
    deps.store.engine.dispose()


def people_a_province(made: RunningPortal) -> None:
    """The people and cases of the demonstration."""
    made.environment |= {"PORTAL_DEMO": "true", "PORTAL_OIDC_ISSUER": OUT_OF_REACH}
    settings = settings_of(made)
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
