"""The documents of the services we ship, with the people and answers of their examples, as they come out on paper."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from portal.actions.deps import Deps
from portal.actions.previews import sample_documents
from portal.adapters.pdf.renderer import WeasyRenderer
from portal.catalogue.loader import Package, load_examples, load_service, packages, read_territory
from portal.domain.issued import BEARING_SECRET, COMPLETION, RECEIPT, REQUEST, SLIP, STANDARD
from portal.domain.periods import Calendar
from portal.ports_of_documents import PrintedDocument
from portal.presenting.law import BOTH
from portal.presenting.printed.common import UNKNOWN
from tests.support.looking import outside, pages_of, share_found, texts_of
from tests.support.pdf_checks import archive_faults, ua_faults
from tests.support.printed_samples import SEAL_LINK

ROOT = Path(__file__).resolve().parents[2]
PROCESSED = [one for one in packages("services") if "mode: handoff" not in one.files["service.yaml"]]


@pytest.fixture(scope="module")
def renderer() -> WeasyRenderer:
    return WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")


@cache
def around() -> Deps:
    registry = SimpleNamespace(territory=read_territory("services"), calendar=Calendar(frozenset()))
    return cast(Deps, SimpleNamespace(base_url="https://guichet.berkane.example", registry=registry))


@cache
def documents_of(slug: str, version: int) -> tuple[PrintedDocument, ...]:
    """Every document of a service."""
    package = next(one for one in PROCESSED if (one.slug, one.version) == (slug, version))
    definition = load_service(slug, package.files, version=version, proved=True)
    found = sample_documents(around(), definition, load_examples(package.files)).values()
    return tuple(
        replace(one, seal_link=SEAL_LINK, secret="4H7TM9QZ2C" if one.kind in BEARING_SECRET else None) for one in found
    )


def longest(documents: Iterable[PrintedDocument]) -> list[PrintedDocument]:
    """The one of several alike that says most: where there is room for it, there is for the others; none of none."""
    return sorted(documents, key=lambda one: sum(len(each["ar"]) + len(each["fr"]) for each in texts_of(one)))[-1:]


def together(documents: Sequence[PrintedDocument]) -> PrintedDocument:
    """All that several documents of a kind say, on one: what a service says in its own words is drawn, each word of it."""
    paragraphs: list[Any] = []
    statements: dict[int, str] = {}
    for one in documents:
        paragraphs.append(one.title)
        statements |= {number + len(paragraphs): words for number, words in one.statements.items()}
        paragraphs += one.paragraphs
    rows = tuple(row for one in documents for row in one.rows)
    lists = tuple(each for one in documents for each in one.lists)
    return replace(documents[0], rows=rows, lists=lists, paragraphs=tuple(paragraphs), statements=statements)


def check_whole(document: PrintedDocument, renderer: WeasyRenderer) -> None:
    pdf = renderer.render(document)
    assert archive_faults(pdf) == ua_faults(pdf) == outside(pdf) == []
    assert share_found(document, pdf, "ar") >= 0.97
    assert share_found(document, pdf, "fr") >= 0.99
    if document.kind in STANDARD:
        assert pages_of(pdf) == 1


@pytest.mark.parametrize("package", PROCESSED, ids=lambda one: f"{one.slug}-{one.version}")
def test_every_document_of_a_service_is_whole_and_those_of_the_law_are_one_page(
    package: Package, renderer: WeasyRenderer
) -> None:
    documents = documents_of(package.slug, package.version)
    receipts = longest(one for one in documents if one.kind in (RECEIPT, COMPLETION))
    requests = longest(one for one in documents if one.kind == REQUEST)
    kinds = dict.fromkeys(one.kind for one in documents if one.kind not in STANDARD)
    own = [together([one for one in documents if one.kind == kind]) for kind in kinds]
    assert receipts
    assert own
    for document in (*receipts, *requests, *own):
        check_whole(document, renderer)


@pytest.mark.parametrize("package", PROCESSED, ids=lambda one: f"{one.slug}-{one.version}")
def test_what_a_service_says_in_its_own_words_ends_on_the_sheet_it_begins_on(
    package: Package, renderer: WeasyRenderer
) -> None:
    own = [one for one in documents_of(package.slug, package.version) if one.kind not in STANDARD]
    for document in longest(own):
        assert pages_of(renderer.render(document)) == 1


def test_every_slip_is_one_page(renderer: WeasyRenderer) -> None:
    slips = [one for each in PROCESSED for one in documents_of(each.slug, each.version) if one.kind == SLIP]
    assert len(slips) == len(PROCESSED)
    for slip in longest(slips):
        check_whole(slip, renderer)


@pytest.mark.parametrize("package", PROCESSED, ids=lambda one: f"{one.slug}-v{one.version}")
def test_a_sample_has_something_to_say_wherever_a_document_has(package: Package) -> None:
    definition = load_service(package.slug, package.files, version=package.version, proved=True)
    for name, one in sample_documents(around(), definition, load_examples(package.files)).items():
        said = [*(row.value for row in one.rows), *one.paragraphs]
        assert [text for text in said for language in BOTH if UNKNOWN in text[language]] == [], name
