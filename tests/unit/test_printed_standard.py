"""The documents that every service issues, beside the deposit receipt: what they say, and what they leave out."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.domain.acts import Act
from portal.domain.clock import ClockEvent, ClockEventKind
from portal.domain.deadline import Follows, Occasion
from portal.domain.events import (
    Event,
    FileCompleted,
    InformationRequested,
    OriginalsRequested,
    ReplacementRequested,
)
from portal.domain.service import ActionRule, Field, LegalBasis, Output, Result, Role, ServiceDefinition, text
from portal.domain.territory import Letterhead
from portal.ports_of_documents import PrintedDocument
from portal.presenting.law import BOTH
from portal.presenting.printed import CaseInPrint, EarlierInPrint, document_title, printed

from .presenting_samples import (
    ANNEXE,
    COMPLETED,
    DECIDED_AT,
    MONDAY,
    QUESTION,
    REASONS,
    REFERENCE,
    TERRITORY,
    clock,
    for_a_child,
    in_print,
    on,
    printing,
    refusal,
    service,
)

ASKED_AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
WHY = "الصفحة الثانية غير مقروءة."
SECRET = "ABCDEFGHJK"


def asking(event: Event, act: Act, *asks: Field) -> CaseInPrint:
    """A case of which something was asked on Tuesday 10 March, eight days after it was complete."""
    definition = service()
    rule = ActionRule("ask", ("lodged",), "more_info", (Role.AGENT,), text("طلب", "Demander"), asks=asks, act=act)
    definition = replace(
        definition,
        actions=(rule,),
        legal_basis=(LegalBasis(text("قانون الكراء", "Loi sur le bail"), id="rent"),),
        documents=(replace(definition.documents[0], basis=("rent",)), definition.documents[1]),
    )
    pause = ClockEvent(ClockEventKind.SUSPENDED, date(2026, 3, 10), act=act)
    return replace(in_print(definition, more=((ASKED_AT, event),)), clock=clock(COMPLETED, pause))


def request_for(act: Act, *asks: Field, **said: str) -> PrintedDocument:
    events = {
        Act.INFORMATION: InformationRequested("ask", "lodged", "more_info", dict(said)),
        Act.REPLACEMENT: ReplacementRequested("ask", "lodged", "more_info", ["lease"], dict(said)),
        Act.ORIGINALS: OriginalsRequested("ask", "lodged", "more_info", ["lease"], dict(said)),
    }
    return printed(asking(events[act], act, *asks), printing(), "request")


def rows(document: PrintedDocument, language: str = "fr") -> dict[str, str]:
    return {row.label[language]: row.value[language] for row in document.rows}


def said(document: PrintedDocument, language: str) -> str:
    return "\n".join(one[language] for one in document.paragraphs)


def test_a_file_become_complete_gets_a_receipt_of_its_own_with_the_period_drawn() -> None:
    completed_on = date(2026, 3, 5)
    case = replace(
        in_print(missing=("lease",), more=((datetime(2026, 3, 5, 8, 0, tzinfo=UTC), FileCompleted("complete")),)),
        clock=clock(on(ClockEventKind.COMPLETED, completed_on)),
        brought=("lease", "photo"),
        statements=(),
    )
    document = printed(case, printing(), "completion")
    assert document.title == text("وصل اكتمال الملف", "Récépissé de dossier complet")
    assert document.kind == "completion"
    assert rows(document)["Dossier complet le"] == "jeudi 5 mars 2026"
    assert rows(document)["Réponse au plus tard"] == "mardi 5 mai 2026 (60 jours)"
    assert document.period is not None
    assert document.period.days == (date(2026, 5, 5) - completed_on).days
    (came,) = document.lists
    assert [one["fr"] for one in came.items] == ["Contrat de bail", "Photo"]
    # The secret is that of the deposit receipt, and stays on it.
    assert document.secret is None
    assert SECRET.encode() not in document.data


def test_a_receipt_without_the_secret_sends_to_the_one_that_has_it() -> None:
    for law in ("2-17-265", "31-13"):
        document = printed(in_print(service(law)), printing(), "completion")
        assert "code secret imprimé sur le récépissé de dépôt" in said(document, "fr")
        assert "الرمز السري المطبوع على وصل الإيداع" in said(document, "ar")
        assert "ci-dessous" not in said(document, "fr")


def test_a_question_is_quoted_and_the_period_stands_still() -> None:
    document = request_for(Act.INFORMATION, QUESTION, question="Quelle est la surface ?")
    assert document.status == text("معلومات تكميلية مطلوبة", "Informations complémentaires demandées")
    assert document.statements == {0: "Quelle est la surface ?"}
    assert document.paragraphs[0]["fr"].endswith("a besoin des informations suivantes :")
    assert rows(document)["Fondement légal"] == "article 14 de la loi n° 55-19"
    # Seven days had counted before the 10th: it is not one of them.
    assert "suspendu depuis le mardi 10 mars 2026" in said(document, "fr")
    assert re.search(r"soit 5\d jours\.", said(document, "fr")), said(document, "fr")
    assert "مرة واحدة" in said(document, "ar")
    assert "À fournir au plus tard" not in rows(document)
    assert document.secret is None


def test_of_several_questions_each_stands_over_its_own_words() -> None:
    second = Field("second", "long_text", text("سؤال آخر", "Autre question"))
    short = Field("floor", "integer", text("الطابق", "Étage"))
    document = request_for(Act.INFORMATION, QUESTION, second, short, question="Une ?", second="Deux ?", floor="3")
    assert [document.paragraphs[number]["fr"] for number in sorted(document.statements)] == [
        "Question",
        "Autre question",
    ]
    assert list(document.statements.values()) == ["Une ?", "Deux ?"]
    assert rows(document)["Étage"] == "\u20683\u2069"


def test_what_was_asked_in_a_word_needs_no_quotation() -> None:
    short = Field("floor", "integer", text("الطابق", "Étage"))
    document = request_for(Act.INFORMATION, short, floor="3")
    assert not document.statements
    assert document.paragraphs[0]["fr"] == "L’administration vous demande ce qui est indiqué ci-dessus."


def test_documents_to_replace_are_listed_with_their_law_and_the_last_day() -> None:
    note = Field("note", "long_text", text("ملاحظة داخلية", "Note interne"))
    document = request_for(Act.REPLACEMENT, REASONS, note, reasons=WHY, note="vu avec le chef")
    (listed,) = document.lists
    assert listed.title["fr"] == "Pièces à remplacer (liste exhaustive)"
    assert [one["fr"] for one in listed.items] == ["Contrat de bail (Loi sur le bail)"]
    assert document.statements == {0: WHY}
    assert rows(document)["À fournir au plus tard"] == "vendredi 10 avril 2026"
    assert "le dossier vous est retourné" in said(document, "fr")
    assert rows(document)["Fondement légal"] == "article 10 de la loi n° 55-19"
    # What an agent notes for the office is not hers to read, as on her page.
    assert b"vu avec le chef" not in document.data
    assert "vu avec le chef" not in repr(document)


def test_originals_are_shown_where_the_office_is() -> None:
    case = asking(OriginalsRequested("ask", "lodged", "more_info", ["lease"], {"reasons": WHY}), Act.ORIGINALS, REASONS)
    case = replace(case, unit=replace(ANNEXE, address=text("زنقة فاس 3", "3, rue de Fès")))
    document = printed(case, printing(), "request")
    assert rows(document)["Administration"] == "Première annexe, 3, rue de Fès"
    assert rows(document)["Fondement légal"] == "article 7 de la loi n° 55-19"
    assert "vous les rend" in said(document, "fr")


def test_a_slip_has_the_secret_and_three_steps_and_little_else() -> None:
    document = printed(for_a_child(in_print()), printing(), "slip")
    assert (document.title["fr"], document.reference, document.secret) == (
        "Fiche de suivi du dossier",
        REFERENCE,
        SECRET,
    )
    steps = [one["fr"] for one in document.paragraphs if one["fr"][0].isdigit()]
    assert [one[0] for one in steps] == ["1", "2", "3"]
    assert "portal.example/fr/track" in steps[0]
    assert "portal.example/ar/track" in document.paragraphs[0]["ar"]
    for hidden in ("•••", "Yassine", "FB123456"):
        assert hidden not in repr(document), hidden
    assert SECRET.encode() not in document.data


@pytest.mark.parametrize(
    ("law", "title", "label"),
    [
        ("55-19-appeal", "Récépissé de recours administratif", "Décision ou silence contesté"),
        ("14-16", "Récépissé de demande faisant suite à un dossier", "Décision ou silence en cause"),
    ],
)
def test_the_receipt_of_what_follows_a_case_names_what_it_is_about(law: str, title: str, label: str) -> None:
    definition = replace(service(law), follows=Follows((Occasion.REFUSED, Occasion.SILENCE)))
    first = EarlierInPrint("BRK-1", text("شهادة", "Certificat"), text("الملحقة", "Annexe"), MONDAY)
    refused = replace(first, decided_on=date(2026, 3, 31), outcome=Result.REFUSED)
    silent = replace(first, silent_on=date(2026, 5, 5))
    for earlier, words in (
        (refused, "La demande a été refusée le 31 mars 2026"),
        (silent, "le silence est acquis depuis"),
    ):
        document = printed(replace(in_print(definition), earlier=(earlier,)), printing(), "receipt")
        assert document.title["fr"] == title
        assert rows(document)["Fait suite au dossier"] == "BRK-1"
        assert rows(document)["Objet de ce dossier"] == "Certificat (Annexe)"
        assert words in rows(document)[label]
    assert document_title(service(), "receipt")["fr"] == "Récépissé de dépôt"


def test_every_standard_document_is_said_in_both_languages() -> None:
    case = asking(InformationRequested("ask", "lodged", "more_info", {"question": "?"}), Act.INFORMATION, QUESTION)
    for name in ("receipt", "completion", "request", "slip"):
        document = printed(case, printing(), name)
        words = [document.title, *document.paragraphs, *(row.label for row in document.rows)]
        words += [part for one in document.lists for part in (one.title, *one.items)]
        assert all(set(one) >= set(BOTH) and one["ar"] and one["fr"] for one in words)
        assert all(
            re.search("[\u0600-\u06ff]", one["ar"]) and not re.search("[\u0600-\u06ff]", one["fr"]) for one in words
        )


def test_a_version_that_took_a_name_before_it_was_reserved_keeps_its_own_document() -> None:
    own = Output("slip", text("ورقة موعد", "Bulletin"), (text("موعد", "Rendez-vous"),))
    definition = replace(service(), outputs={"slip": own})
    document = printed(in_print(definition), printing(), "slip")
    assert (document.title["fr"], document.kind, document.secret) == ("Bulletin", "decision", None)


def test_the_letterhead_is_that_of_the_unit_else_that_of_the_province() -> None:
    province = Letterhead(
        "<svg/>", text("المسؤول عن {unit}", "Le responsable : {unit}"), text("ختم {unit}", "Sceau {unit}")
    )
    territory = replace(TERRITORY, letterhead=province)
    document = printed(in_print(), replace(printing(), territory=territory), "receipt")
    assert document.emblem == "<svg/>"
    assert document.signatory == text("المسؤول عن الملحقة الأولى", "Le responsable : Première annexe")
    assert document.stamp == text("ختم الملحقة الأولى", "Sceau Première annexe")
    own = replace(ANNEXE, letterhead=Letterhead("<svg id='own'/>", text("القائد", "Le caïd"), text("ختم", "Sceau")))
    document = printed(in_print(unit=own), replace(printing(), territory=territory), "receipt")
    assert (document.emblem, document.signatory, document.stamp) == (
        "<svg id='own'/>",
        text("القائد", "Le caïd"),
        text("ختم", "Sceau"),
    )
    plain = printed(in_print(), printing(), "receipt")
    assert (plain.emblem, plain.signatory, plain.stamp) == (None, None, None)


def decided(definition: ServiceDefinition | None = None) -> PrintedDocument:
    case = in_print(definition, more=(refusal("العنوان غير صحيح"),))
    return printed(case, replace(printing(), issued_at=DECIDED_AT), "refusal")


def test_a_document_of_limited_validity_says_its_last_day() -> None:
    # Eleven months after 31 March 2026: February has no thirty-first.
    assert decided().expires_on == date(2027, 2, 28)
    definition = service()
    unlimited = replace(definition.outputs["refusal"], validity_months=None)
    assert decided(replace(definition, outputs={"refusal": unlimited})).expires_on is None
