"""What a paper says so that nobody stumbles: lists as lists, which language is quoted, which decision is meant."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal.adapters.pdf.page import PageWriter
from portal.catalogue.loader import load_service, packages
from portal.domain.events import CaseDecided
from portal.domain.service import Appeal, Follows, Occasion, Output, Result, ServiceDefinition, UnitKind, text
from portal.i18n import date_and_time, moment_in_words
from portal.presenting.appeals import own_appeals
from portal.presenting.printed import EarlierInPrint, decision, receipt
from portal.presenting.printed.common import announcing
from portal.presenting.printed.decisions import happened
from tests.support.portal import SERVICES

from .presenting_samples import DECIDED_AT, MONDAY, in_print, printing, refusal, service

TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"


def worded(ar: str, fr: str) -> ServiceDefinition:
    definition = service()
    after = text("يمكنك إيداع ملف جديد.", "Vous pouvez déposer un nouveau dossier.")
    output = Output("refusal", definition.outputs["refusal"].title, (text(ar, fr), after))
    return replace(definition, outputs={"refusal": output})


def test_what_did_not_come_is_a_list_below_the_paragraph_that_announces_it() -> None:
    definition = worded("لم تصل الوثائق التالية: {missing}.", "N'ont pas été reçus : {missing}.")
    returned = (DECIDED_AT, CaseDecided("refuse", "lodged", "refused", "refused", {}))
    document = decision(in_print(definition, missing=("lease", "photo"), more=(returned,)), printing(), "refusal")
    (listed,) = document.lists
    assert [item["fr"] for item in listed.items] == ["Contrat de bail", "Photo"]
    assert listed.below == 0
    assert document.paragraphs[0].values == {"ar": "لم تصل الوثائق التالية:", "fr": "N'ont pas été reçus :"}
    drawn = PageWriter(TEMPLATES, lambda words: words)(document)
    places = [drawn.index(words) for words in ("N’ont pas été reçus", "Contrat de bail", "Photo", "Vous pouvez")]
    assert places == sorted(places)
    assert drawn.count("Contrat de bail") == 1
    assert drawn.count('role="LI"') == 2


def test_a_paragraph_that_goes_on_after_what_is_missing_keeps_it() -> None:
    definition = worded("{missing} لم تصل.", "{missing} manquent.")
    document = decision(in_print(definition, missing=("lease", "photo"), more=(refusal("x"),)), printing(), "refusal")
    assert document.lists == ()
    assert "Contrat de bail, Photo" in document.paragraphs[0]["fr"]


@pytest.mark.parametrize(
    ("said", "ar", "fr"),
    [
        ("العقد غير مصادق عليه", "السبب:", "Motif (en arabe)\u00a0:"),
        ("يجب الإدلاء بنسخة من عقد CNSS", "السبب:", "Motif (en arabe)\u00a0:"),
        ("Le contrat (عقد) n’est pas légalisé par la commune", "السبب (بالفرنسية):", "Motif\u00a0:"),
        ("عقد الكراء غير مصادق عليه. Le bail n’est pas légalisé.", "السبب:", "Motif\u00a0:"),
        ("مرفوض: le contrat de location n’est pas légalisé par la commune", "السبب (بالفرنسية):", "Motif\u00a0:"),
        ("ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ", "السبب:", "Motif\u00a0:"),
        ("12 bis : hors zone", "السبب (بالفرنسية):", "Motif\u00a0:"),
        ("2026", "السبب:", "Motif\u00a0:"),
    ],
)
def test_the_column_of_the_other_language_says_in_which_one_somebody_wrote(said: str, ar: str, fr: str) -> None:
    assert announcing(text("السبب:", "Motif\u00a0:"), said).values == {"ar": ar, "fr": fr}


def test_what_follows_a_case_names_the_number_of_its_decision() -> None:
    first = EarlierInPrint("BRK-1", text("شهادة", "Certificat"), text("الملحقة", "Annexe"), MONDAY)
    refused = replace(first, decided_on=date(2026, 3, 31), outcome=Result.REFUSED, number="D-AB1-2026-000001")
    definition = replace(service("55-19-appeal"), follows=Follows((Occasion.REFUSED,)))
    document = receipt(replace(in_print(definition), earlier=(refused,)), printing())
    said = next(row.value for row in document.rows if "contesté" in row.label["fr"])
    assert said["fr"] == "La demande a été refusée le 31 mars 2026 (décision n° D-AB1-2026-000001)"
    assert said["ar"].endswith("(القرار رقم D-AB1-2026-000001)")
    silent = replace(refused, outcome=None, decided_on=None, silent_on=date(2026, 5, 5))
    assert "D-AB1" not in happened(silent)["fr"]
    assert "(" not in happened(replace(refused, number=""))["fr"]


def test_whoever_appealed_to_the_governor_is_not_sent_to_the_governor() -> None:
    package = next(one for one in packages(SERVICES) if one.slug == "recours-administratif")
    definition = load_service(package.slug, package.files, version=package.version, proved=True)
    assert any(isinstance(one, Appeal) and one.at == (UnitKind.COMMUNE,) for one in definition.appeals)

    def told(kind: UnitKind) -> str:
        unit = replace(in_print().unit, kind=kind)
        return " ".join(one["fr"] for one in receipt(in_print(definition, unit=unit), printing()).paragraphs)

    assert "gouverneur" in told(UnitKind.COMMUNE)
    assert "gouverneur" not in told(UnitKind.PROVINCE)
    assert "Médiateur" in told(UnitKind.PROVINCE)
    assert len(own_appeals(definition, "fr")) == len(own_appeals(definition, "fr", UnitKind.PROVINCE)) + 1


def test_no_decision_counts_from_a_day_called_today() -> None:
    for package in packages(SERVICES):
        definition = load_service(package.slug, package.files, version=package.version, proved=True)
        said = [words for one in definition.outputs.values() for words in one.paragraphs]
        counted = [words for words in said if "{appeal_until}" in words["fr"]]
        for words in counted:
            assert "aujourd" not in words["fr"]
            assert "اليوم" not in words["ar"]
            assert all("{decided_on}" in words[language] for language in ("ar", "fr")), package.slug


@pytest.mark.parametrize(("language", "hour"), [("fr", "22\u00a0h\u00a013"), ("ar", "22:13")])
def test_a_page_and_a_paper_write_an_hour_alike(language: str, hour: str) -> None:
    moment = datetime(2026, 5, 1, 21, 13, tzinfo=UTC)
    assert date_and_time(moment, language).endswith(hour)
    assert moment_in_words(moment, language).endswith(hour)
