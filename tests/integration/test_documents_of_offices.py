"""What the documents say of whoever issues them, of appointments and of days, as a citizen reads them on paper."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from portal.actions.deps import Deps
from portal.actions.previews import sample_documents
from portal.adapters.pdf.period import FIRST_HALF, SECOND_HALF
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.adapters.pdf.reuse import ReusingRenderer
from portal.catalogue.loader import load_examples, load_service, packages, read_territory
from portal.domain.issued import DocumentKind
from portal.domain.periods import Calendar
from portal.domain.service import Text, UnitKind, text
from portal.domain.territory import Territory, Unit
from portal.ports_of_documents import PrintedDocument
from portal.presenting.printed.appointments import place
from portal.presenting.printed.common import issuer
from portal.presenting.printed.receipts import NOTHING_RECEIVED
from tests.support.browser import Browser
from tests.support.journeys import file_residence
from tests.support.looking import text_of
from tests.support.portal import SERVICES, TestPortal
from tests.support.printed_samples import DECISION

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents"
LINE = text("يمكن الطعن في هذا القرار رقم {n}.", "Cette décision peut faire l’objet du recours {n}.")


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(*FOLDERS)


@pytest.fixture(scope="module")
def territory() -> Territory:
    return read_territory("services")


def said(document: PrintedDocument, count: int) -> PrintedDocument:
    """A document that says so many short paragraphs and nothing written at length."""
    paragraphs = tuple(Text({one: LINE[one].format(n=n) for one in ("ar", "fr")}) for n in range(count))
    return replace(document, paragraphs=paragraphs, statements={})


def words_of_pages(pdf: bytes) -> list[str]:
    """What stands on each page, read back from it."""
    return text_of(pdf).split("\f")[:-1]


@pytest.mark.parametrize("engine", [WeasyRenderer, ReusingRenderer])
def test_later_sheets_say_which_document_they_belong_to(engine: type[WeasyRenderer]) -> None:
    renderer = engine(*FOLDERS)
    document = said(DECISION, 45)
    for _ in range(3):
        first, *later = words_of_pages(renderer.render(document))
        assert first.count(document.title["fr"]) == 1
        assert len(later) >= 1
        for page in later:
            head = page[:400]
            assert document.title["fr"] in head
            assert document.number in head
            assert document.authority["fr"] in " ".join(head.split())


def test_the_province_is_named_once_at_the_head(renderer: WeasyRenderer, territory: Territory) -> None:
    root = territory.root
    assert root is not None
    pdf = renderer.render(
        replace(said(DECISION, 2), **(issuer(root, territory) | {"stamp": None, "signatory": None, "emblem": None}))
    )
    # Once at the head, and once where it is said whose seal it is.
    assert text_of(pdf).count("Province de Berkane") == 2


def test_an_independent_institution_bears_its_own_name_alone(renderer: WeasyRenderer, territory: Territory) -> None:
    (unit,) = [one for one in territory.units if one.independent]
    seen = text_of(renderer.render(replace(said(DECISION, 2), **(issuer(unit, territory) | {"emblem": None}))))
    assert unit.name["fr"] in seen
    assert "Province" not in seen
    assert "إقليم" not in seen


def test_the_province_answers_for_its_yearly_figures(territory: Territory) -> None:
    root = territory.root
    assert root is not None
    assert root.kind is UnitKind.PROVINCE
    assert issuer(root, territory)["signatory"] == root.letterhead.signatory


def lightness(colour: str) -> float:
    """How light a colour is in grey, out of 255."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_the_halves_of_a_period_differ_in_grey() -> None:
    assert lightness(SECOND_HALF) - lightness(FIRST_HALF) >= 100


OFFICE = Unit(
    "annexe",
    UnitKind.ANNEXE,
    text("الملحقة الإدارية", "Annexe administrative"),
    (),
    address=text(
        "شارع محمد الخامس، رقم 12، الطابق الأول", "12, boulevard Mohammed V, premier étage, bureau des naissances"
    ),
)


def test_an_office_is_printed_with_its_whole_address() -> None:
    assert (
        place(OFFICE)["fr"] == "Annexe administrative, 12, boulevard Mohammed V, premier étage, bureau des naissances"
    )
    assert "…" not in place(OFFICE)["ar"]


def test_an_appointment_says_its_day_hour_and_place_in_large_rows(territory: Territory) -> None:
    package = next(one for one in packages(SERVICES) if one.slug == "rendez-vous")
    definition = load_service(package.slug, package.files, version=package.version, proved=True)
    registry = SimpleNamespace(territory=territory, calendar=Calendar(frozenset()))
    around = cast(Deps, SimpleNamespace(base_url="https://guichet.berkane.example", registry=registry))
    made = sample_documents(around, definition, load_examples(package.files)).values()
    (slip,) = [one for one in made if one.kind == DocumentKind.APPOINTMENT]
    rows = {row.label["fr"]: row for row in slip.rows}
    assert list(rows) == ["Jour", "Heure", "Lieu", "À apporter"]
    assert all(row.large for row in slip.rows)
    assert re.match(r"(lundi|mardi|mercredi|jeudi|vendredi) \d", rows["Jour"].value["fr"])
    assert re.match("(الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة) ", rows["Jour"].value["ar"])
    assert slip.authority["fr"] in rows["Lieu"].value["fr"]


def test_a_receipt_of_a_file_without_any_document_says_so_in_a_sentence(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_residence(browser, with_document=False)
    portal.run_effects()
    receipt = next(one for one in portal.renderer.seen if one.kind == DocumentKind.RECEIPT)
    assert receipt.paragraphs[0] == NOTHING_RECEIVED
    assert [one.title["fr"] for one in receipt.lists] == ["Pièces manquantes (liste exhaustive)"]


NAMED = re.compile(r"\b(?:de|à|du|au|par|pour|chez|devant)\s+\{(?:authority|first\.authority|origin\.authority)\}")


def test_no_french_sentence_needs_an_article_before_the_name_of_an_office() -> None:
    sheets = sorted((ROOT / "services" / "catalogue").glob("*/v*/service.yaml"))
    assert sheets
    for sheet in sheets:
        assert NAMED.findall(sheet.read_text(encoding="utf-8")) == [], sheet
