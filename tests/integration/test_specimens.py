"""Before a certificate is issued, whoever decides sees how it will read; nothing of that is kept, numbered or signed."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from sqlalchemy import select

from portal.actions import specimens
from portal.adapters.press_letters import Named
from portal.adapters.press_pool import Apart
from portal.domain.errors import Unavailable
from portal.ports import Unreachable
from portal.ports_of_documents import PrintedDocument, Renderer
from portal.store.tables import CASES, DOCUMENTS, EFFECTS, FILES, JOURNAL, NUMBERS
from tests.integration.test_counter import decide
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, file_residence
from tests.support.looking import picture
from tests.support.portal import TestPortal

ROOT = Path(__file__).resolve().parents[2]
UNIT = "annexe-ahfir"
KEPT = (CASES, DOCUMENTS, EFFECTS, FILES, JOURNAL, NUMBERS)
Another = Callable[[], Browser]


@pytest.fixture
def reference(browser: Browser) -> str:
    browser.sign_in()
    return file_residence(browser)


@pytest.fixture
def agent(portal: TestPortal, another_browser: Another) -> Browser:
    return at_work(portal, another_browser, "agent", UNIT, "agent")


def at_work(portal: TestPortal, another: Another, login: str, unit: str, role: str) -> Browser:
    add_staff(portal, login, unit, role)
    browser = another()
    browser.staff_sign_in(login, PASSWORD)
    return browser


def address(reference: str, action: str = "approve", language: str = "fr") -> str:
    return f"/{language}/counter/cases/{reference}/actions/{action}/specimen.pdf"


def everything(portal: TestPortal) -> list[list[str]]:
    """All rows of what a case and its documents leave behind."""
    with portal.deps.reading() as work:
        return [sorted(repr(tuple(row)) for row in work.connection.execute(select(table))) for table in KEPT]


def test_whoever_decides_sees_the_certificate_before_and_nothing_is_kept(
    portal: TestPortal, reference: str, agent: Browser
) -> None:
    portal.run_effects()
    portal.renderer.seen.clear()
    before = everything(portal)
    assert all(before)
    for language, label in (("fr", "Voir le certificat"), ("ar", "معاينة الشهادة")):
        form = unescape(agent.get(f"/{language}/counter/cases/{reference}/actions/approve").text)
        assert address(reference, language=language) in form
        assert label in form
    answer = agent.get(address(reference))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["cache-control"]
    (drawn,) = portal.renderer.seen
    assert everything(portal) == before
    assert (drawn.number, drawn.code, drawn.seal_link, drawn.data) == ("—", "0" * 16, "", b"")
    assert (drawn.signatory, drawn.stamp, drawn.specimen) == (None, None, True)
    assert drawn.status == drawn.notice == specimens.NOTHING
    assert "Spécimen" in drawn.title["fr"]
    assert "نموذج" in drawn.title["ar"]
    # And it says what the certificate then does.
    decide(agent, reference, "approve")
    portal.run_effects()
    issued = portal.renderer.seen[-1]
    assert issued.kind == drawn.kind == "certificate"
    assert issued.paragraphs == drawn.paragraphs
    assert not issued.specimen


def test_only_who_may_do_the_action_now_sees_a_specimen(
    portal: TestPortal, reference: str, agent: Browser, another_browser: Another
) -> None:
    assert agent.get(address(reference, "refuse")).status_code == 404, "a refusal is no certificate"
    assert agent.get(address(reference, "nothing")).status_code == 404
    clerk = at_work(portal, another_browser, "clerk", UNIT, "clerk")
    assert clerk.get(address(reference)).status_code == 404
    elsewhere = at_work(portal, another_browser, "elsewhere", "province-berkane", "agent")
    assert elsewhere.get(address(reference)).status_code == 404
    refusal = agent.get(f"/fr/counter/cases/{reference}/actions/refuse").text
    assert "specimen.pdf" not in refusal
    decide(agent, reference, "approve")
    assert agent.get(address(reference)).status_code == 404, "it is decided"


class Down(Renderer):
    """Draws nothing, and finds out whether the database is held by whoever asks."""

    def __init__(self, portal: TestPortal) -> None:
        self.portal, self.free = portal, False

    def render(self, document: PrintedDocument) -> bytes:
        with self.portal.deps.unit_of_work():
            self.free = True
        raise Unreachable("the process that drew a document ended")


def test_a_specimen_is_drawn_outside_any_transaction_and_told_where_it_cannot_be(
    portal: TestPortal, reference: str, agent: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = Down(portal)
    monkeypatch.setattr(portal.renderer, "render", down.render)
    answer = agent.get(address(reference))
    assert answer.status_code == 503
    assert "<h1" in answer.text
    assert down.free


@pytest.fixture(scope="module")
def apart() -> Apart:
    folders = {"templates": ROOT / "templates" / "documents", "fonts": ROOT / "static" / "fonts" / "documents"}
    return Apart(Named("portal.adapters.pdf.renderer:WeasyRenderer", folders), patience=60)


@one_database
def test_on_paper_it_says_in_both_languages_that_it_is_worth_nothing(
    portal: TestPortal, reference: str, agent: Browser, apart: Apart, tmp_path: Path
) -> None:
    agent.get(address(reference))
    pdf = specimens.draw(replace(portal.deps, apart=apart), portal.renderer.seen[-1])
    file = tmp_path / "specimen.pdf"
    file.write_bytes(pdf)
    words = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert words.count("SPÉCIMEN") >= 2
    assert "نموذج" in words
    assert "0000" not in words
    assert "signé électroniquement" not in words.lower()
    assert zxingcpp.read_barcodes(picture(pdf, 200)) == []
    with pikepdf.open(file) as opened:
        assert "/AcroForm" not in opened.Root
        assert len(opened.attachments) == 0


def test_a_process_that_cannot_draw_is_told_as_unavailable(portal: TestPortal, reference: str, agent: Browser) -> None:
    agent.get(address(reference))
    broken = Apart(Named("tests.support.press_parts:OddRenderer", {"broken": True}), patience=20)
    with pytest.raises(Unavailable):
        specimens.draw(replace(portal.deps, apart=broken), portal.renderer.seen[-1])
