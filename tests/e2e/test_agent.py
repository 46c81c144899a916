"""An agent examines a case, asks once, and decides; the citizen follows it all from her own page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import paper
from tests.e2e.person import Somebody
from tests.e2e.running import AGENT, RunningPortal
from tests.e2e.ways import act, ask_and_answer, decided_document, file_residence, open_case, receipt_of, take

pytestmark = pytest.mark.e2e


def test_an_agent_asks_then_approves_and_the_citizen_downloads_the_signed_certificate(
    portal: RunningPortal, somebody: Callable[..., Somebody], photo: Path, tmp_path: Path
) -> None:
    citizen, agent = somebody(), somebody()
    reference = file_residence(citizen, "fatima", photo)
    receipt_of(citizen)
    open_case(agent, AGENT, reference)
    look_at_document(agent)
    take(agent, AGENT)
    agent.picture("counter-case")
    ask_and_answer(agent, citizen, reference)
    act(agent, reference, "approve")
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(decided_document(citizen, reference))
    citizen.picture("case")
    assert "VALID" in paper.pyhanko_accepts(certificate, portal.root_certificate)
    words = paper.words_of(certificate)
    assert "Fatima Zahra Benali" in words
    assert "السكنى" in words
    citizen.press("Your files", "header")
    expect(citizen.page.locator("main")).to_contain_text(reference)
    agent.go(f"/{agent.language}/counter")
    expect(agent.page.locator("main")).not_to_contain_text(reference)


def look_at_document(agent: Somebody) -> None:
    """The lease is drawn in the page itself."""
    case = agent.path
    agent.follow(agent.page.locator(".documents a[href*='/files/']"))
    sheet = agent.page.locator(".sheets img").first
    expect(sheet).to_be_visible()
    agent.page.wait_for_function("document.querySelector('.sheets img').naturalWidth > 100")
    agent.go(case)


def test_a_second_request_for_information_is_refused_with_its_article(
    somebody: Callable[..., Somebody], photo: Path
) -> None:
    citizen, agent = somebody(), somebody()
    reference = file_residence(citizen, "fatima", photo)
    open_case(agent, AGENT, reference)
    ask_and_answer(agent, citizen, reference)
    forbidden = agent.page.locator("#forbidden")
    expect(forbidden).to_be_visible()
    forbidden.locator("summary").click()
    expect(forbidden.locator(".hint")).to_contain_text("14")
    expect(agent.page.locator("main a[href$='/actions/ask_more_info']")).to_have_count(0)
