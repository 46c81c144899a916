"""What a machine reads of a document: as its schema says, in one form only, and nothing of a person that the paper hides."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest

from portal.actions.previews import sample_documents, sample_ids
from portal.catalogue.loader import Package, load_examples, load_service, packages, read_territory
from portal.domain.case import People, Person
from portal.domain.issued import STANDARD
from portal.domain.periods import Calendar
from portal.domain.service import text
from portal.ports_of_documents import PrintedDocument
from portal.presenting.isolation import visible
from portal.presenting.printed import SCHEMA_PATH, document_schema, printed

from .presenting_samples import DECIDED_AT, for_a_child, in_print, printing, refusal, service

BASE = "https://portal.example"
SCHEMA = document_schema(BASE + SCHEMA_PATH)
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
PROCESSED = [one for one in packages("services") if "mode: handoff" not in one.files["service.yaml"]]


def data_of(document: PrintedDocument) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.data)
    return found


@pytest.fixture(scope="module")
def deps() -> Any:
    registry = SimpleNamespace(territory=read_territory("services"), calendar=Calendar(frozenset()))
    return SimpleNamespace(base_url=BASE, registry=registry)


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    assert SCHEMA["$id"] == f"{BASE}/schemas/document-1.json"


@pytest.mark.parametrize("package", PROCESSED, ids=lambda one: f"{one.slug}")
def test_every_document_of_every_service_says_what_the_schema_promises(package: Package, deps: Any) -> None:
    definition = load_service(package.slug, package.files, version=package.version, proved=True)
    found = sample_documents(deps, definition, load_examples(package.files))
    assert tuple(found) == sample_ids(definition)
    assert {"receipt", "slip", *definition.outputs} <= found.keys()
    if definition.depositing:
        assert {"receipt-incomplete", "completion"} <= found.keys()
    for name, document in found.items():
        data = data_of(document)
        VALIDATOR.validate(data)
        assert document.schema == data["$schema"] == SCHEMA["$id"]
        assert (data["number"], data["code"], data["kind"]) == (document.number, document.code, document.kind)
        assert data["service"]["digest"] == definition.digest
        assert data["unit"]["name"] == data["authority"]
        assert data["title"] == {one: document.title[one] for one in ("ar", "fr")}
        assert bool(data["outcome"]) <= (name in definition.outputs)
        assert data["demonstration"] is True
        assert '"secret"' not in document.data.decode()


def test_the_two_states_of_a_receipt_are_both_shown(deps: Any) -> None:
    package = next(one for one in PROCESSED if one.slug == "certificat-residence")
    definition = load_service(package.slug, package.files, proved=True)
    found = sample_documents(deps, definition, load_examples(package.files))
    assert found["receipt"].status == text("ملف مودع", "Dossier déposé")
    assert found["receipt-incomplete"].status == text("ملف في طور الإيداع", "Dossier en cours de dépôt")
    assert found["receipt-incomplete"].period is None
    assert found["completion"].period is not None
    kinds = {name: one.kind for name, one in found.items()}
    assert kinds.keys() >= {"request", "request-replacement", "request-originals"}
    assert {kinds[name] for name in STANDARD & kinds.keys()} == STANDARD
    assert (kinds["certificate"], kinds["refusal"]) == ("certificate", "decision")
    assert found["certificate"].number.startswith("A-AB1-2026-")


def test_the_same_document_is_the_same_bytes() -> None:
    case = for_a_child(in_print())
    first, second = printed(case, printing(), "receipt"), printed(case, printing(), "receipt")
    assert first.data == second.data
    assert first.data == json.dumps(data_of(first), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_number_masked_on_paper_is_masked_for_machines() -> None:
    document = printed(for_a_child(in_print()), printing(), "receipt")
    data = data_of(document)
    assert data["holder"]["cnie"] == "•••456"
    assert data["beneficiary"]["name"]["ar"] == "ياسين"
    assert b"FB123456" not in document.data
    assert document.secret == "ABCDEFGHJK"
    assert b"ABCDEFGHJK" not in document.data
    assert data["dates"]["filed_on"] == "2026-03-02"
    assert data["dates"]["due_on"] == "2026-05-04"


def test_a_decision_names_whom_it_names_and_what_was_decided() -> None:
    definition = service()
    case = in_print(definition, more=(refusal("العنوان {address} غير صحيح"),))
    document = printed(case, replace(printing(), issued_at=DECIDED_AT), "refusal")
    data = data_of(document)
    VALIDATOR.validate({**data, "$schema": SCHEMA["$id"]})
    assert (data["outcome"], data["expires_on"]) == ("refused", "2027-02-28")
    assert data["dates"] == {"decided_on": "2026-03-31"}
    # Its Arabic side prints the whole number of the card.
    assert data["holder"]["cnie"] == "FB123456"
    # What isolates a name on paper means nothing to a machine.
    assert "\u2068" not in document.data.decode()
    anonymous = replace(definition.outputs["refusal"], paragraphs=(text("رُفض.", "Refusé."),))
    silent = in_print(replace(definition, outputs={"refusal": anonymous}), more=case.events[-1:])
    assert data_of(printed(silent, printing(), "refusal"))["holder"] is None


def test_marks_that_the_paper_drops_are_dropped_for_machines_too() -> None:
    turned = "a\u202eb\u200bc\x00\x1bd\u2066e\ufeff"

    def anywhere(person: Person) -> Person:
        return replace(person, name_ar=turned, name_fr=turned, cnie=f"FB1234{turned}")

    case = for_a_child(in_print(more=(refusal(turned),)))
    applicant, beneficiary = anywhere(case.people.applicant), anywhere(case.people.beneficiary)
    case = replace(case, people=People(applicant, applicant, beneficiary), reference=f"BRK-{turned}")
    for document_id in ("receipt", "slip", "refusal"):
        document = printed(case, printing(), document_id)
        assert document.reference == f"BRK-{turned}"
        # Control characters would stand there escaped, all others as they are.
        assert visible(document.data.decode()) == document.data.decode()
        assert b"\\u" not in document.data
        data = data_of(document)
        assert data["reference"] == "BRK-abcde"
        assert data["holder"]["name"] == {"ar": "abcde", "fr": "abcde"}
    assert data["holder"]["cnie"] == "FB1234abcde"
    assert "abcde" in str(data["paragraphs"])


@pytest.mark.parametrize(
    ("slug", "output", "kind"),
    [
        ("certificat-residence", "certificate", "certificate"),
        ("attestation-silence", "attestation", "attestation"),
        ("rendez-vous", "appointment", "appointment"),
        ("certificat-residence", "refusal", "decision"),
    ],
)
def test_the_catalogue_says_what_its_documents_are(slug: str, output: str, kind: str, deps: Any) -> None:
    package = next(one for one in PROCESSED if one.slug == slug)
    definition = load_service(package.slug, package.files, proved=True)
    assert definition.outputs[output].kind == kind
    assert data_of(sample_documents(deps, definition, load_examples(package.files))[output])["kind"] == kind


@pytest.mark.parametrize("package", PROCESSED, ids=lambda one: one.slug)
def test_every_service_of_the_catalogue_says_of_each_document_what_it_is(package: Package) -> None:
    sheet = package.files["service.yaml"]
    definition = load_service(package.slug, package.files, proved=True)
    assert sheet.count("\n    kind: ") >= len(definition.outputs)
