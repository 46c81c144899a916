"""The same journey on PostgreSQL: citizen and agent, with every process connected to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.running import AGENT, RunningPortal, running_portal
from tests.e2e.ways import act, ask_and_answer, decided_document, file_residence, open_case, receipt_of, take
from tests.support.databases import POSTGRES, Databases

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]


@pytest.fixture
def on_postgres(databases: Databases, tmp_path: Path) -> Iterator[RunningPortal]:
    if not POSTGRES:
        pytest.skip("no PostgreSQL: set PORTAL_TEST_POSTGRES_URL, or install its server")
    with databases.lent("postgres") as url, running_portal(tmp_path, url) as made:
        yield made


@pytest.mark.parametrize("language", ["ar"], indirect=True)
def test_a_case_goes_all_the_way_on_postgresql(
    on_postgres: RunningPortal, somebody: Callable[..., Somebody], photo: Path, tmp_path: Path
) -> None:
    citizen, agent = somebody(at=on_postgres), somebody(at=on_postgres)
    reference = file_residence(citizen, "fatima", photo)
    receipt_of(citizen)
    open_case(agent, AGENT, reference)
    take(agent, AGENT)
    ask_and_answer(agent, citizen, reference)
    act(agent, reference, "approve")
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(decided_document(citizen, reference))
    assert "VALID" in paper.pyhanko_accepts(certificate, on_postgres.root_certificate)
