"""What receipts and decisions say, in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.domain.acts import Act
from portal.domain.events import PeriodExtended
from portal.domain.service import ActionRule, Output, Role, ServiceDefinition, Silence, ToConfirm, text
from portal.ports_of_documents import PrintedDocument
from portal.presenting.law import BOTH, article, days_of, law_name
from portal.presenting.printed import COMPLETE, INCOMPLETE, RECEIPT_TITLE, decision, document_title, receipt
from portal.presenting.sheet import sheet_of

from .presenting_samples import (
    COMMUNE,
    REASONS,
    REFERENCE,
    TERRITORY,
    for_a_child,
    in_print,
    printing,
    refusal,
    service,
)


def everything(document: PrintedDocument, language: str) -> str:
    said = [*document.paragraphs]
    said += [part for row in document.rows for part in (row.label, row.value)]
    said += [part for one in document.lists for part in (one.title, *one.items)]
    return "\n".join(one[language] for one in said)


def values(document: PrintedDocument, language: str) -> str:
    return "\n".join(row.value[language] for row in document.rows)


def test_a_complete_file_is_lodged_and_told_its_last_day_in_words() -> None:
    document = receipt(in_print(), printing())
    assert document.status is COMPLETE
    # Sixty days after Monday 2 March end on 1 May; the next one is a Saturday and rolls to Monday 4 May.
    assert "lundi 4 mai 2026" in values(document, "fr")
    assert "الاثنين 4 ماي 2026" in values(document, "ar")
    assert "60 jours" in values(document, "fr")
    assert "60 يوما" in values(document, "ar")


def test_a_receipt_carries_its_reference_secret_code_and_link() -> None:
    document = receipt(in_print(), printing())
    assert (document.kind, document.reference, document.secret) == ("receipt", REFERENCE, "ABCDEFGHJK")
    assert document.verify_url == "https://portal.example/v/0123456789ABCDEF"


def test_the_time_of_filing_is_that_of_the_office() -> None:
    assert "2 mars 2026, 9\u00a0h\u00a015" in values(receipt(in_print(), printing()), "fr")


def test_an_incomplete_file_lists_all_it_lacks_and_until_when() -> None:
    document = receipt(in_print(missing=("lease",), statements=()), printing())
    assert document.status is INCOMPLETE
    received, lacking = document.lists
    assert [item["fr"] for item in received.items] == ["Photo"]
    assert [item["fr"] for item in lacking.items] == ["Contrat de bail"]
    assert "jeudi 2 avril 2026 (30 jours)" in values(document, "fr")
    assert "الخميس 2 أبريل 2026 (30 يوما)" in values(document, "ar")
    assert "أرجع الملف" in everything(document, "ar")
    assert "retourné" in everything(document, "fr")


def test_a_sworn_statement_is_told_from_the_document_it_replaces() -> None:
    (received,) = receipt(in_print(), printing()).lists
    assert [item["fr"] for item in received.items] == [
        "Contrat de bail (remplacé par une déclaration sur l’honneur)",
        "Photo",
    ]
    assert "تصريح بالشرف" in received.items[0]["ar"]


def test_a_receipt_shows_the_end_of_the_card_number_only() -> None:
    document = receipt(in_print(), printing())
    assert "FB123456" not in values(document, "fr")
    assert "•••456" in values(document, "fr")


def test_a_distinct_beneficiary_is_named_in_both_scripts() -> None:
    plain, child = receipt(in_print(), printing()), receipt(for_a_child(in_print()), printing())
    assert "Yassine" not in values(plain, "fr")
    assert "Yassine" in values(child, "fr")
    assert "ياسين" in values(child, "ar")


def test_a_free_service_prints_no_fee() -> None:
    assert "20 dirhams (timbre fiscal)" in values(receipt(in_print(), printing()), "fr")
    assert "dirham" not in values(receipt(in_print(service(fee=0)), printing()), "fr")


def test_a_fee_that_nobody_could_confirm_is_no_more_certain_on_paper() -> None:
    unsure = replace(service(), to_confirm=(ToConfirm("fee", text("اسأل", "Demander")),))
    assert "Environ 20 dirhams" in values(receipt(in_print(unsure), printing()), "fr")


def test_a_tax_that_the_office_works_out_is_not_called_free() -> None:
    free = service(fee=0)
    taxed = replace(free, fee=replace(free.fee, note=text("رسم تحسبه الجماعة", "Une taxe que la commune calcule")))
    sheet = sheet_of(taxed, TERRITORY, "fr")
    assert (sheet.fee, sheet.fee_notes) == ("Une taxe que la commune calcule", [])
    assert sheet_of(free, TERRITORY, "fr").fee == "Gratuit"


def test_appeals_go_to_the_governor_except_against_a_commune() -> None:
    state, commune = receipt(in_print(), printing()), receipt(in_print(unit=COMMUNE), printing())
    assert "auprès du gouverneur de la province" in everything(state, "fr")
    assert "إلى عامل الإقليم داخل أجل 30 يوما" in everything(state, "ar")
    assert "auprès du président du conseil de la commune" in everything(commune, "fr")
    assert "إلى رئيس مجلس الجماعة داخل أجل 30 يوما" in everything(commune, "ar")
    assert "10 jours" in everything(commune, "fr")


def test_silence_is_called_approval_only_where_it_is() -> None:
    listed = receipt(in_print(service(silence=Silence.APPROVAL)), printing())
    assert "vaut accord" in everything(listed, "fr")
    assert "بمثابة موافقة" in everything(listed, "ar")
    assert "vaut accord" not in everything(receipt(in_print(), printing()), "fr")


def test_a_complaint_leaves_the_ombudsman_open_and_has_no_appeal_of_another_law() -> None:
    document = receipt(in_print(service("2-17-265"), unit=COMMUNE), printing())
    assert "Médiateur" in everything(document, "fr")
    assert "وسيط المملكة" in everything(document, "ar")
    assert "55-19" not in everything(document, "fr")


def test_a_demonstration_says_that_it_is_one() -> None:
    assert receipt(in_print(), printing()).notice is None
    notice = receipt(in_print(), printing(demo=True)).notice
    assert notice is not None
    assert "sans valeur juridique" in notice["fr"]


def test_every_text_of_a_receipt_is_written_in_both_languages() -> None:
    document = receipt(for_a_child(in_print(missing=("lease",))), printing(demo=True))
    texts = [document.title, document.status, document.notice, *document.paragraphs]
    texts += [part for row in document.rows for part in (row.label, row.value)]
    assert all(one is not None and one.values.get(language) for one in texts for language in BOTH)


def test_a_decision_is_filled_in_language_by_language() -> None:
    document = decision(in_print(more=(refusal("العنوان غير صحيح"),)), printing(), "refusal")
    first, second = document.paragraphs
    assert first["ar"].startswith("\u2068أمينة البركاني\u2069 \u2068FB123456\u2069")
    assert first["fr"].startswith("\u2068Amina Berkani\u2069 \u2068Ahfir\u2069")
    assert "العنوان غير صحيح" in second["fr"]
    assert "le \u206831 mars 2026\u2069" in second["fr"]
    assert (document.secret, document.status, document.kind) == (None, None, "decision")


def test_validity_ends_on_the_last_day_of_a_shorter_month() -> None:
    document = decision(in_print(more=(refusal("x"),)), printing(), "refusal")
    assert "28 février 2027" in document.paragraphs[1]["fr"]


def test_a_brace_typed_by_a_citizen_or_an_agent_stays_a_brace() -> None:
    document = decision(in_print(more=(refusal("{reply} {0} {secret}"),)), printing(), "refusal")
    assert "{النخيل}" in document.paragraphs[0]["ar"]
    assert "{reply} {0} {secret}" in document.paragraphs[1]["fr"]


def test_a_value_nobody_knows_is_a_dash() -> None:
    assert decision(in_print(more=(refusal("x"),)), printing(), "refusal").paragraphs[0]["fr"].endswith(" —")


def test_documents_are_called_by_their_titles() -> None:
    assert document_title(service(), "receipt") is RECEIPT_TITLE
    assert document_title(service(), "refusal")["fr"] == "Décision de refus"


@pytest.mark.parametrize(
    ("source", "arabic", "french"),
    [
        ("55-19/14", "المادة 14 من القانون رقم 55.19", "article 14 de la loi n° 55-19"),
        ("2-17-265", "المرسوم رقم 2.17.265", "décret n° 2-17-265"),
        ("09-08/4", "المادة 4 من القانون رقم 09.08", "article 4 de la loi n° 09-08"),
    ],
)
def test_articles_are_written_as_a_jurist_does(source: str, arabic: str, french: str) -> None:
    assert (article(source)["ar"], article(source)["fr"]) == (arabic, french)


def test_a_deadline_names_the_law_it_is_counted_under() -> None:
    assert law_name("petition")["fr"] == "loi organique n° 113-14"
    assert law_name("55-19-investment")["fr"] == "loi n° 55-19"
    assert days_of(20, "31-13")["fr"] == "20 jours ouvrables"
    assert [days_of(count, "55-19")["ar"] for count in (1, 2, 3, 11, 100)] == [
        "يوم واحد",
        "يومان",
        "3 أيام",
        "11 يوما",
        "100 يوم",
    ]


def announcing(ar: str, fr: str) -> ServiceDefinition:
    definition = service()
    refused = Output("refusal", definition.outputs["refusal"].title, (text("مقدمة", "Introduction"), text(ar, fr)))
    return replace(definition, outputs={"refusal": refused})


def test_reasons_that_a_paragraph_announces_are_printed_once_below_it() -> None:
    definition = announcing("أسباب الرفض: {reasons}", "Motifs du refus : {reasons}")
    document = decision(in_print(definition, more=(refusal("Hors zone.\nVoir la carte."),)), printing(), "refusal")
    assert document.paragraphs[1].values == {"ar": "أسباب الرفض (بالفرنسية):", "fr": "Motifs du refus :"}
    assert document.statements == {1: "Hors zone.\nVoir la carte."}


def test_a_paragraph_that_goes_on_after_the_reasons_keeps_them() -> None:
    definition = announcing("أسباب الرفض: {reasons}", "Pour {reasons} la demande est refusée.")
    document = decision(in_print(definition, more=(refusal("Hors zone"),)), printing(), "refusal")
    assert document.statements == {}
    assert "Hors zone" in document.paragraphs[1]["fr"]


def test_marks_of_direction_typed_in_an_address_do_not_reach_the_document() -> None:
    case = in_print(more=(refusal("x"),))
    hostile = replace(case.people.applicant, address="\u2069زنقة\u202e 4\u2068")
    people = replace(case.people, applicant=hostile)
    document = decision(replace(case, people=people), printing(), "refusal")
    assert "\u2068زنقة 4\u2069" in document.paragraphs[0]["ar"]


def test_a_receipt_speaks_to_one_citizen() -> None:
    plural = re.compile(r"(?:لكم|كنكم|حقكم|تطلبوا)\b")
    for law in ("55-19", "2-17-265", "31-13"):
        for silence in Silence:
            definition = service(law, 20, silence)
            assert not plural.search(everything(receipt(in_print(definition), printing()), "ar"))


def test_a_sheet_promises_no_appeal_that_its_law_does_not_give() -> None:
    complaint = sheet_of(service("2-17-265"), TERRITORY, "fr")
    assert "60 jours" in complaint.silence
    assert "décret n° 2-17-265" in complaint.silence
    assert "Médiateur" in complaint.appeals
    for law in ("2-17-265", "31-13", "petition"):
        sheet = sheet_of(service(law, 20), TERRITORY, "fr")
        assert "30 jours" not in sheet.silence + sheet.appeals
        assert "gouverneur" not in sheet.silence + sheet.appeals
    assert "gouverneur" in sheet_of(service(), TERRITORY, "fr").appeals


def test_a_complete_file_is_told_how_soon_the_answer_comes() -> None:
    assert sheet_of(service(days=2), TERRITORY, "ar").promise == "ملفك كامل. ستتوصل بالجواب داخل أجل يومين."
    assert sheet_of(service(days=2), TERRITORY, "fr").promise == "Votre dossier est complet. Réponse sous 2 jours."


EXTENDED_ON = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)


def test_a_receipt_draws_its_period_with_its_dates_and_says_how_it_was_counted() -> None:
    document = receipt(in_print(), printing())
    drawn = document.period
    assert drawn is not None
    assert drawn.middle is not None
    assert (drawn.days, drawn.half) == (63, 30)
    assert [one.day["fr"] for one in (drawn.start, drawn.middle, drawn.end)] == [
        "2 mars 2026",
        "1er avril 2026",
        "4 mai 2026",
    ]
    assert "lundi 4 mai 2026" in drawn.meaning["fr"]
    assert "الاثنين 4 ماي 2026" in drawn.meaning["ar"]
    assert document.counted is not None
    assert "du 3 mars au 1er mai (60 jours)" in document.counted["fr"]
    assert "report au 4 mai" in document.counted["fr"]
    assert "60 يوما" in document.counted["ar"]
    assert "article 31 de la loi n° 55-19" in document.counted["fr"]


def test_a_period_without_a_half_or_without_a_beginning_is_not_drawn_as_if_it_had_one() -> None:
    complaint = receipt(in_print(service("2-17-265")), printing()).period
    assert complaint is not None
    assert (complaint.half, complaint.middle) == (None, None)
    incomplete = receipt(in_print(missing=("lease",), statements=()), printing())
    assert (incomplete.period, incomplete.counted) == (None, None)


def test_the_notice_of_an_extension_states_its_days_its_reason_and_the_new_day() -> None:
    listed = service()
    rule = ActionRule(
        "extend",
        ("lodged",),
        "lodged",
        (Role.CHIEF,),
        text("تمديد", "Prolonger"),
        asks=(REASONS,),
        act=Act.EXTENSION,
        effects=("issue.refusal",),
    )
    words = text("{extended_days} {due_on} {reasons}", "De {extended_days}, au {due_on}, car {reasons}")
    noticed = replace(
        listed,
        actions=(*listed.actions, rule),
        outputs={"refusal": Output("refusal", text("تمديد", "Prolongation"), (words,))},
    )
    extended = PeriodExtended("extend", "lodged", "lodged", 20, {"reasons": "expertise"})
    case = in_print(noticed, more=((EXTENDED_ON, extended),))
    longer = replace(case.clock, extension=20)
    (paragraph,) = decision(replace(case, clock=longer), printing(), "refusal").paragraphs
    said = re.sub("[\u2068\u2069]", "", paragraph["fr"])
    assert said.startswith("De 20 jours, au vendredi 22 mai 2026, car")
    assert "20 يوما" in paragraph["ar"]
