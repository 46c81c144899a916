"""A permit states what was asked for and what whoever issues it says, in both languages, whatever people type."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from portal.actions.issue import issue
from portal.actions.previews import sample_documents
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.catalogue.loader import check_folder, load_examples
from portal.ports_of_documents import PrintedDocument
from portal.store import cases, effects
from portal.store.unit_of_work import Work
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, answer_pages, hand_in, start
from tests.support.looking import text_of
from tests.support.portal import SERVICES, TestPortal, make_portal
from tests.unit.printed_permit import FILES, SLUG

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """A province's folder, with a permit to hold an event on public ground."""
    folder = tmp_path / "services"
    shutil.copytree(SERVICES, folder)
    for name, content in FILES.items():
        file = folder / "catalogue" / SLUG / "v1" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return folder


@pytest.fixture
def portal(database_url: str, tmp_path: Path, services: Path) -> Iterator[TestPortal]:
    made = make_portal(database_url, tmp_path, services)
    yield made
    made.close()


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")


def decided(portal: TestPortal, citizen: Browser, agent: Browser, spot: str, programme: str) -> PrintedDocument:
    """The permit of a case that was filed and granted."""
    citizen.sign_in()
    start(citizen, SLUG)
    first = {"name_ar": "أمينة العلوي", "name_fr": "Amina El Alaoui", "place": "02.113.01.01"}
    event = {
        "day-day": "20",
        "day-month": "3",
        "day-year": "2026",
        "purpose": "fair",
        "surface": "12,5",
        "budget": "1500",
    }
    more: dict[str, Any] = {
        "spot": spot,
        "kit": ["power", "water"],
        "copies": "3",
        "programme": programme,
        "phone": "0612345678",
        "health": "1",
    }
    reference = hand_in(citizen, answer_pages(citizen, {"who": first, "event": event, "more": more, "sum": {}}))
    add_staff(portal, "agent", "commune-ahfir", "agent")
    agent.staff_sign_in("agent", PASSWORD)
    url = f"/fr/counter/cases/{reference}/actions/grant"
    agent.get(url)
    agent.post(url, {"until-day": "22", "until-month": "3", "until-year": "2026", "hours": "de 8 h à 20 h"})
    portal.run_effects()
    return portal.renderer.seen[-1]


@pytest.fixture
def agent(another_browser: Callable[[], Browser]) -> Browser:
    return another_browser()


def as_one_line(words: str) -> str:
    return " ".join(words.split())


def test_the_service_is_sound(services: Path) -> None:
    assert [str(fault) for fault in check_folder(services)] == []


def test_a_permit_states_what_was_asked_for_and_said(
    portal: TestPortal, browser: Browser, agent: Browser, renderer: WeasyRenderer
) -> None:
    permit = decided(portal, browser, agent, "Place du marché", "Ouverture à 9 h\nClôture à 18 h")
    said = as_one_line(text_of(renderer.render(permit)))
    for french in ("Jour : 20 mars 2026", "Pour : Une foire", "12,5 m²", "Budget : 1 500 dirhams", "Place du marché"):
        assert french in said.replace("\u202f", " ").replace("\u00a0", " "), french
    assert "Avec : L’électricité, L’eau" in said
    assert "Copies : 3" in said
    assert "06 12 34 56 78" in said
    assert "de 8 h à 20 h" in said
    assert "jusqu’au \u206822 mars 2026\u2069, \u2068de 8 h à 20 h\u2069" in permit.paragraphs[3]["fr"]
    assert "Frais : 60 dirhams (3 fois 20 dirhams" in said
    assert said.count("Ouverture à 9 h") == 1
    for arabic in ("مارس", "معرض", "الكهرباء", "1.500", "درهم"):
        assert arabic in said, arabic
    assert "{" not in said


@one_database
def test_what_people_type_stays_what_they_typed(
    portal: TestPortal, browser: Browser, agent: Browser, renderer: WeasyRenderer
) -> None:
    typed = "{reference} <b>x</b> {answers.day}\u202e\u2069"
    permit = decided(portal, browser, agent, typed, "{said.hours}\n</div><h1>y</h1>")
    said = as_one_line(text_of(renderer.render(permit)))
    for language in ("ar", "fr"):
        assert "\u2068{reference} <b>x</b> {answers.day}\u2069" in permit.paragraphs[1][language]
    assert "{reference} <b>x" in said
    assert said.count("{said.hours}") == 1
    assert "</div><h1>y</h1>" in said


@one_database
def test_a_text_as_long_as_it_may_be_breaks_no_page(
    portal: TestPortal, browser: Browser, agent: Browser, renderer: WeasyRenderer
) -> None:
    permit = decided(portal, browser, agent, "ñ" * 120, "\n".join(["Une ligne du programme."] * 80))
    pdf = renderer.render(permit)
    said = text_of(pdf)
    assert said.count("Une ligne du programme.") == 80
    assert said.count("ñ") == 240
    assert len(pypdfium2.PdfDocument(BytesIO(pdf))) <= 4
    for page in range(1, 5):
        bounded = subprocess.run(
            ["pdftotext", "-f", str(page), "-l", str(page), "-bbox", "-", "-"], input=pdf, capture_output=True
        )
        for line in bounded.stdout.decode().splitlines():
            if "<word" in line:
                assert float(line.split('xMax="')[1].split('"')[0]) < 595
                assert float(line.split('yMax="')[1].split('"')[0]) < 842


def test_the_studio_shows_the_documents_filled_in_by_an_example(portal: TestPortal) -> None:
    definition = portal.deps.registry.service(SLUG)
    shown = sample_documents(portal.deps, definition, load_examples(FILES))["permit"]
    everything = " ".join(paragraph["fr"] for paragraph in shown.paragraphs)
    assert "\u206820 mars 2026\u2069" in everything
    assert "\u2068de 9 h à 12 h\u2069" in everything
    assert "40 dirhams" in everything
    assert "{" not in everything
    assert "—" not in everything


def test_a_document_made_again_says_the_same(portal: TestPortal, browser: Browser, agent: Browser) -> None:
    permit = decided(portal, browser, agent, "Place", "Rien")
    with portal.deps.reading() as work:
        issued = next(one for one in effects.of_case(work.connection, case_of(work, permit)) if "permit" in one.name)
    portal.clock.forward(days=400)
    issue(portal.deps, issued)
    assert portal.renderer.seen[-1] is not permit
    assert portal.renderer.seen[-1] == permit


def case_of(work: Work, document: PrintedDocument) -> str:
    found = cases.find(work.connection, work.vault, document.reference)
    assert found is not None
    return found.case.id
