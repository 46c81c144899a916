"""What happened to a case, as its applicant and as the counter reads it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.domain import events as happenings
from portal.domain.events import (
    ApplicantReminded,
    CaseDecided,
    CaseMoved,
    CasePushed,
    CaseReleased,
    CaseReopened,
    CaseSubmitted,
    CaseTaken,
    CaseTransferred,
    DeadlineNear,
    DocumentIssued,
    DocumentObtained,
    DocumentRevoked,
    DocumentsAdded,
    DocumentsReplaced,
    DueDateMoved,
    EffectGivenUp,
    Event,
    FileCompleted,
    FollowUpReported,
    InformationProvided,
    InformationRequested,
    KeyErased,
    MessageSent,
    NumberAbandoned,
    OpinionGiven,
    OpinionsJoined,
    OpinionsRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    RemedyDecided,
    RemedyFiled,
    ReplacementRequested,
    SilenceRecorded,
    TimerFired,
    VoteCast,
)
from portal.domain.service import text
from portal.presenting.timeline import Audience, TimelineEntry, entries
from portal.presenting.told_of_time import warning_words

from .presenting_samples import LANGUAGES, service

START = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
STORY: list[tuple[str, str, Event]] = [
    ("applicant", "Amina", CaseSubmitted("certificat", "annexe-1", missing=["lease"])),
    ("applicant", "Amina", DocumentsAdded(["photo"], ["lease"])),
    ("clerk", "Hanane", FileCompleted("complete_file", ["lease"])),
    ("system", "", DocumentIssued("receipt", "R-2026-000001")),
    ("system", "", MessageSent("sms")),
    ("agent", "Fatima", CaseTaken()),
    ("agent", "Fatima", InformationRequested("ask", "lodged", "more_info", {"question": "Quelle taille ?"})),
    ("applicant", "Amina", InformationProvided("answer", "more_info", "lodged", {"reply": "La grande"})),
    (
        "agent",
        "Fatima",
        ReplacementRequested(
            "replace", "lodged", "more_info", ["lease"], {"reasons": "Page illisible", "note": "flou"}
        ),
    ),
    ("applicant", "Amina", DocumentsReplaced("renew", "more_info", "lodged", ["lease"])),
    ("agent", "Fatima", OriginalsRequested("doubt", "lodged", "more_info", ["photo"], {"reasons": "Cachet effacé"})),
    ("clerk", "Hanane", OriginalsSeen("seen", "more_info", "lodged", {"note": "vu avec la clerc"})),
    ("chief", "Rachid", PeriodExtended("extend", "lodged", "lodged", 15, {"reasons": "Une expertise est en cours"})),
    ("agent", "Fatima", PeriodChanged("hurry", "lodged", "lodged", "31-13-urgent", 3)),
    ("system", "", ApplicantReminded("replacement", "2026-03-20", "2026-03-30")),
    ("system", "", DeadlineNear("quarter", "2026-03-20", "2026-03-30", ["agent"])),
    ("system", "", DueDateMoved("2026-03-30", "2026-04-01", "feast:fitr:2026")),
    ("system", "", DueDateMoved("2026-03-30", "2026-04-01", "feast:fitr:2026", "file")),
    ("system", "", DueDateMoved("2026-03-30", "2026-04-01", "feast:fitr:2026", "remedy")),
    ("system", "", SilenceRecorded("2026-04-02", "2026-04-01", "appeal")),
    ("applicant", "Amina", RemedyFiled("recours", "BRK-26-0000-0000-0")),
    ("system", "", RemedyDecided("recours", "BRK-26-0000-0000-0", "granted")),
    ("agent", "Fatima", CaseReleased()),
    ("agent", "Fatima", CaseMoved("move", "lodged", "lodged", {"note": "à voir"})),
    (
        "chief",
        "Rachid",
        CaseDecided("refuse", "lodged", "refused", "refused", {"reasons": "Hors zone", "note": "vu avec le chef"}),
    ),
    ("system", "", DocumentIssued("refusal", "D-2026-000001")),
    ("system", "", CasePushed("jisr", "JSR-99")),
    ("partner", "jisr", FollowUpReported("jisr", "received", {"ar": "وصل", "fr": "Bien reçu"}, "Bonne suite")),
    ("system", "", EffectGivenUp("dispatch.jisr")),
    ("system", "", NumberAbandoned("refusal", "D-2026-000002", "imprimante hors service")),
    ("chief", "Rachid", DocumentRevoked("refusal", "D-2026-000001", "error", "La date était fausse", again=True)),
    ("chief", "Rachid", CaseReopened("reopen", "refused", "lodged", {"reasons": "Un plan nouveau", "note": "à part"})),
    ("agent", "Fatima", OpinionsRequested("lodged", [{"id": "roads", "unit": "commune-1", "due_on": None}], 1)),
    ("agent", "Driss", OpinionGiven("roads", 1, "commune-1", {"remarks": "rue étroite"})),
    ("system", "", OpinionsJoined(1, late=True)),
    ("committee", "Amal", VoteCast("amal", "against", "projet trop grand")),
    ("system", "", TimerFired("nudge", "", ["chief"])),
    ("agent", "Fatima", DocumentObtained("lease")),
    ("chief", "Rachid", CaseTransferred("transfer", "lodged", "lodged", "annexe-1", "annexe-2", {"note": "hors zone"})),
    ("system", "", KeyErased()),
]
DOCUMENTS = {"R-2026-000001": "/fr/cases/x/receipt.pdf"}
OTHERS = {
    "annexe-1": text("الملحقة الأولى", "Première annexe"),
    "annexe-2": text("الملحقة الثانية", "Deuxième annexe"),
    "commune-1": text("الجماعة", "Commune"),
}
JISR = {"jisr": text("منظومة جسر", "Plateforme Jisr")}
RECOURS = {"recours": text("طعن إداري", "Recours administratif")}


def told(
    audience: Audience, language: str = "fr", story: Sequence[tuple[str, str, Event]] = STORY
) -> list[TimelineEntry]:
    lines = [(START + timedelta(hours=n), role, name, event) for n, (role, name, event) in enumerate(story)]
    moved = any(isinstance(event, CaseTransferred) for _, _, event in story)
    unit = OTHERS["annexe-2" if moved else "annexe-1"][language]
    obtained = {"lease": "/fr/cases/x/files/1"}
    known: dict[str, Any] = {"platforms": JISR, "others": OTHERS, "obtained": obtained, "services": RECOURS}
    return entries(lines, service(), language, audience, DOCUMENTS, unit=unit, **known)


def whole(shown: list[TimelineEntry]) -> str:
    return "\n".join(f"{entry.title} {entry.text}" for entry in shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_citizens_read_no_name_of_staff_and_nothing_internal(language: str) -> None:
    shown = whole(told(Audience.CITIZEN, language))
    for inside in ("Fatima", "Rachid", "Hanane", "vu avec le chef", "à voir", "dispatch"):
        assert inside not in shown
    for inside in ("Amal", "Driss", "projet trop grand", "rue étroite", "hors zone", "à part", "imprimante"):
        assert inside not in shown
    assert "La date était fausse" in shown
    assert len(told(Audience.CITIZEN, language)) == len(STORY) - 9


def test_the_counter_reads_who_did_what() -> None:
    shown = whole(told(Audience.COUNTER))
    for inside in ("Fatima", "Rachid", "vu avec le chef", "à voir", "dispatch.jisr"):
        assert inside in shown
    for inside in ("Amal", "Driss", "projet trop grand", "rue étroite", "hors zone", "à part"):
        assert inside in shown
    assert len(told(Audience.COUNTER)) == len(STORY)


def test_the_newest_comes_first_and_is_where_the_case_stands() -> None:
    shown = told(Audience.CITIZEN)
    assert [entry.datetime for entry in shown] == sorted((entry.datetime for entry in shown), reverse=True)
    assert [entry.current for entry in shown] == [True] + [False] * (len(shown) - 1)
    assert shown[-1].when == "2 mars 2026 à 9\u00a0h\u00a015"


def test_a_citizen_reads_the_question_the_reasons_and_her_office() -> None:
    shown = told(Audience.CITIZEN)
    asked = next(entry for entry in shown if "Quelle taille ?" in entry.text)
    assert asked.text.startswith("Première annexe. \u2068Quelle taille ?\u2069")
    decided = next(entry for entry in shown if entry.title == "Demande refusée")
    assert decided.text == "Première annexe. \u2068Hors zone\u2069"


def test_each_act_is_told_of_the_office_that_did_it() -> None:
    """A file that was passed on was another office's before, and so was the passing on."""
    shown = told(Audience.CITIZEN)
    assert "Deuxième annexe" in shown[0].title
    assert shown[0].text == "Première annexe."
    reopened = next(entry for entry in shown if "Un plan nouveau" in entry.text)
    assert reopened.text == "Première annexe. \u2068Un plan nouveau\u2069"


def test_a_document_is_linked_once_it_can_be_read() -> None:
    links = [link.url for entry in told(Audience.CITIZEN) for link in entry.links]
    assert links == ["/fr/cases/x/files/1", "/fr/cases/x/receipt.pdf"]


@pytest.mark.parametrize(("language", "label"), [("ar", "وصل"), ("fr", "Bien reçu")])
def test_a_follow_up_is_told_with_its_source_in_the_readers_language(language: str, label: str) -> None:
    reported = next(entry for entry in told(Audience.CITIZEN, language) if entry.title == label)
    assert JISR["jisr"][language] in reported.text
    assert "Bonne suite" in reported.text


def test_a_file_complete_when_sent_is_one_entry() -> None:
    story: list[tuple[str, str, Event]] = [
        ("applicant", "", CaseSubmitted("certificat", "annexe-1")),
        ("applicant", "", FileCompleted()),
    ]
    assert [entry.title for entry in told(Audience.CITIZEN, "fr", story)] == ["Dossier complet envoyé en ligne"]


def test_the_documents_missing_are_named() -> None:
    assert "Contrat de bail" in told(Audience.CITIZEN)[-1].text


def test_every_kind_of_event_has_words() -> None:
    known = {type(event) for _, _, event in STORY}
    assert known == set(happenings.Event.registry.values())


def test_a_citizen_hears_that_her_answer_arrived_and_the_counter_whose_it_was() -> None:
    assert "Votre réponse est arrivée" in {entry.title for entry in told(Audience.CITIZEN)}
    assert "توصلنا بجوابك" in {entry.title for entry in told(Audience.CITIZEN, "ar")}
    assert "ورد جواب المرتفق" in {entry.title for entry in told(Audience.COUNTER, "ar")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_the_applicant_acted_is_said_only_of_closing_a_file(language: str) -> None:
    story: list[tuple[str, str, Event]] = [
        ("applicant", "", CaseSubmitted("certificat", "annexe-1")),
        ("applicant", "", CaseDecided("withdraw", "lodged", "granted", "withdrawn", {})),
    ]
    withdrawn, sent = told(Audience.COUNTER, language, story)
    assert sent.text == ""
    assert withdrawn.text == {"ar": "بطلب من المرتفق.", "fr": "À la demande de l’usager."}[language]


def test_only_law_55_19_says_that_information_is_asked_for_once() -> None:
    asked: Event = InformationRequested("ask", "lodged", "more_info", {"question": "Où ?"})
    for law, once in (("55-19", True), ("2-17-265", False)):
        (entry,) = entries([(START, "agent", "Fatima", asked)], service(law), "fr", Audience.CITIZEN, {})
        assert ("article 14" in entry.text) is once


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_read_why_a_document_is_asked_for_anew_and_only_the_counter_its_own_notes(language: str) -> None:
    lease = service().documents[0].title[language]
    for audience in Audience:
        asked = next(entry for entry in told(audience, language) if "Page illisible" in entry.text)
        assert lease in asked.text
        assert ("flou" in asked.text) is (audience is Audience.COUNTER)
    citizen, counter = whole(told(Audience.CITIZEN, language)), whole(told(Audience.COUNTER, language))
    assert "Une expertise est en cours" in citizen
    assert "vu avec la clerc" in counter
    assert "vu avec la clerc" not in citizen


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_remedy_is_told_by_its_title(language: str) -> None:
    assert sum(RECOURS["recours"][language] in entry.title for entry in told(Audience.CITIZEN, language)) == 2


@pytest.mark.parametrize("warning", ["half", "quarter", "before-3", "after-1", "after-8", "return", "other"])
def test_each_warning_has_words_of_its_own(warning: str) -> None:
    words = {one: warning_words(one, "fr") for one in ("half", "quarter", "before-3", "after-1", "after-8", "return")}
    assert len(set(words.values())) == len(words)
    assert warning_words(warning, "ar")
