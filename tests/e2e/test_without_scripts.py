"""The whole way, citizen and agent, in browsers that run no script at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.running import AGENT, RunningPortal
from tests.e2e.ways import act, ask_and_answer, decided_document, file_residence, open_case, receipt_of, take

pytestmark = pytest.mark.e2e


def test_everything_works_without_scripts(
    portal: RunningPortal, somebody: Callable[..., Somebody], photo: Path, tmp_path: Path
) -> None:
    citizen, agent = somebody(scripts=False), somebody(scripts=False)
    reference = file_residence(citizen, "fatima", photo)
    assert receipt_of(citizen).startswith(b"%PDF-")
    open_case(agent, AGENT, reference)
    agent.follow(agent.page.locator(".documents a[href*='/files/']"))
    expect(agent.page.locator(".sheets img").first).to_be_visible()
    agent.go(f"/{agent.language}/counter/cases/{reference}")
    take(agent, AGENT)
    ask_and_answer(agent, citizen, reference)
    act(agent, reference, "approve")
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(decided_document(citizen, reference))
    assert "VALID" in paper.pyhanko_accepts(certificate, portal.root_certificate)
