"""A small service and a case in it, for the tests of what is said about cases."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from portal.domain.case import People, Person
from portal.domain.clock import Calendar, ClockEvent, ClockEventKind, LegalClock
from portal.domain.events import CaseDecided, CaseSubmitted, Event, FileCompleted
from portal.domain.service import (
    ActionRule,
    Authority,
    Deadline,
    Document,
    Fee,
    Field,
    IdentityLevel,
    Output,
    Period,
    Privacy,
    Result,
    Role,
    ServiceDefinition,
    Silence,
    State,
    StateKind,
    UnitKind,
    text,
)
from portal.domain.territory import Commune, Territory, Unit
from portal.presenting.printed import CaseInPrint, Printing

LANGUAGES = ("ar", "fr")
REFERENCE = "BRK-26-7K3F-9Q2X-C"
OFFICE = Calendar(frozenset())
MONDAY = date(2026, 3, 2)
FILED_AT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
DECIDED_AT = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)

ANNEXE = Unit("annexe-1", UnitKind.ANNEXE, text("الملحقة الأولى", "Première annexe"), ("01",))
COMMUNE = Unit("commune-1", UnitKind.COMMUNE, text("جماعة أحفير", "Commune d’Ahfir"), ("01",))
TERRITORY = Territory(
    province=text("إقليم بركان", "Province de Berkane"),
    communes=(Commune("01", text("أحفير", "Ahfir"), True, 20_000),),
    units=(ANNEXE, COMMUNE),
)

AMINA = Person(
    name_ar="أمينة البركاني", name_fr="Amina Berkani", cnie="FB123456", place="01", address="زنقة {النخيل} 4"
)
YASSIN = Person(name_ar="ياسين", name_fr="Yassine")

QUESTION = Field("question", "long_text", text("السؤال", "Question"))
REASONS = Field("reasons", "long_text", text("الأسباب", "Motifs"))
NOTE = Field("note", "long_text", text("ملاحظة داخلية", "Note interne"))


def service(law: str = "55-19", days: int = 60, silence: Silence = Silence.APPEAL, fee: int = 20) -> ServiceDefinition:
    return ServiceDefinition(
        slug="certificat",
        version=1,
        digest="0" * 32,
        title=text("شهادة السكنى", "Certificat de résidence"),
        summary=text("شهادة", "Un certificat"),
        legal_basis=(),
        authority=Authority((UnitKind.ANNEXE,), "residence"),
        identity=IdentityLevel.LOW,
        deadline=Deadline(law, days, silence),
        fee=Fee(Decimal(fee), paid_by=("stamp",)),
        privacy=Privacy(text("غرض", "But"), 5, ()),
        documents=(
            Document("lease", text("عقد الكراء", "Contrat de bail"), alternative=text("أصرح", "Je déclare")),
            Document("photo", text("صورة", "Photo")),
        ),
        pages=(),
        states={
            "lodged": State("lodged", StateKind.RUNNING, text("ملف مودع", "Dossier déposé")),
            "more_info": State("more_info", StateKind.SUSPENDED, text("معلومات مطلوبة", "Informations demandées")),
            "refused": State("refused", StateKind.DECIDED, text("رُفض الطلب", "Demande refusée"), Result.REFUSED),
            "granted": State("granted", StateKind.DECIDED, text("قُبل الطلب", "Demande acceptée"), Result.GRANTED),
        },
        initial="lodged",
        actions=(
            ActionRule("ask", ("lodged",), "more_info", (Role.AGENT,), text("طلب", "Demander"), asks=(QUESTION,)),
            ActionRule("refuse", ("lodged",), "refused", (Role.CHIEF,), text("رفض", "Refuser"), asks=(REASONS, NOTE)),
        ),
        outputs={
            "refusal": Output(
                "refusal",
                text("قرار رفض", "Décision de refus"),
                (
                    text("{applicant_name} {applicant_cnie} {address} {place}", "{applicant_name} {place} {reply}"),
                    text(
                        "{reasons} إلى {valid_until} في {decided_on}",
                        "{reasons} jusqu’au {valid_until}, le {decided_on}",
                    ),
                ),
                validity_months=11,
            )
        },
    )


def clock(*events: ClockEvent, days: int = 60, law: str = "55-19") -> LegalClock:
    return LegalClock.from_journal(events, law=law, days=days, calendar=OFFICE, filed_on=MONDAY)


def on(kind: ClockEventKind, day: date) -> ClockEvent:
    return ClockEvent(kind, day)


COMPLETED = on(ClockEventKind.COMPLETED, MONDAY)


def submitted(*missing: str) -> CaseSubmitted:
    return CaseSubmitted("certificat", "annexe-1", missing=list(missing))


def in_print(
    definition: ServiceDefinition | None = None,
    *,
    unit: Unit = ANNEXE,
    missing: tuple[str, ...] = (),
    brought: tuple[str, ...] = ("photo", "photo"),
    statements: tuple[str, ...] = ("lease",),
    more: tuple[tuple[datetime, Event], ...] = (),
) -> CaseInPrint:
    """A case just handed in, complete unless something is missing."""
    definition = definition or service()
    events: list[tuple[datetime, Event]] = [(FILED_AT, submitted(*missing))]
    if not missing:
        events.append((FILED_AT, FileCompleted()))
    deadline = definition.deadline
    return CaseInPrint(
        reference=REFERENCE,
        definition=definition,
        unit=unit,
        people=People(AMINA, AMINA, AMINA),
        answers={},
        statements=statements,
        brought=brought,
        secret="ABCDEFGHJK",
        events=(*events, *more),
        clock=clock(*(() if missing else (COMPLETED,)), days=deadline.days, law=deadline.law),
        period=Period(deadline.law, deadline.days),
    )


def for_a_child(case: CaseInPrint) -> CaseInPrint:
    return replace(case, people=People(AMINA, AMINA, YASSIN))


def refusal(reasons: str) -> tuple[datetime, Event]:
    inputs = {"reasons": reasons, "note": "vu avec le chef"}
    return DECIDED_AT, CaseDecided("refuse", "lodged", "refused", "refused", inputs)


def printing(*, demo: bool = False) -> Printing:
    return Printing("R-2026-000001", "0123456789ABCDEF", FILED_AT, "https://portal.example", TERRITORY, demo)
