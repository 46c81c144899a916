"""What the documents we issue say: the receipt that the law prescribes, and the decisions that a service words."""

import calendar
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.appeals import appeal_until
from portal.domain.case import People, Person
from portal.domain.clock import DEPOSIT_DAYS, LegalClock
from portal.domain.events import CaseSubmitted, DocumentsAdded, Event, PeriodExtended, ReplacementRequested
from portal.domain.flow import Period
from portal.domain.service import BRACES, FIRST, Document, FeeDue, Result, ServiceDefinition, Source, Text, text
from portal.domain.territory import Territory, Unit
from portal.fields.base import Surroundings
from portal.i18n import comma, date_and_time, long_date, office_date, plain_date, translate_count
from portal.ports import PrintedDocument, PrintedList, PrintedRow
from portal.presenting.answers_in_print import Issuing, Stated, issuing, stated
from portal.presenting.clock_in_print import period_in_print, steps_in_print
from portal.presenting.fees import due_words
from portal.presenting.isolation import quoted
from portal.presenting.law import BOTH, days_of
from portal.presenting.remedies import remedies

RECEIPT = "receipt"
RECEIPT_TITLE = text("وصل الإيداع", "Récépissé de dépôt")
COMPLETE = text("ملف مودع", "Dossier déposé")
INCOMPLETE = text("ملف في طور الإيداع", "Dossier en cours de dépôt")
DEMONSTRATION = text("وثيقة تجريبية لا قيمة قانونية لها", "Document de démonstration, sans valeur juridique")
FOLLOWS = text("تبعا للملف", "Fait suite au dossier")
RECEIVED_ON = text("القرار متوصل به، حسب التصريح، بتاريخ", "Décision reçue, selon la déclaration, le")
UNKNOWN = "—"
REFUSED_ON = text("رُفض الطلب بتاريخ {day}", "la demande a été refusée le {day}")
PARTLY_ON = text("استجيب لجزء من الطلب بتاريخ {day}", "la demande a été acceptée en partie le {day}")
SILENT_SINCE = text(
    "لم يجب عن الطلب داخل الأجل القانوني، وابتدأ السكوت بتاريخ {day}",
    "aucune réponse n’a été donnée dans le délai légal, et le silence court depuis le {day}",
)
STATEMENTS = ("reasons", "reply")
"""What a decision quotes in the words of whoever wrote it."""


@dataclass(frozen=True)
class EarlierInPrint:
    """A case that another follows, as it stood when the document was asked for."""

    reference: str
    service: Text
    authority: Text
    filed_on: date
    decided_on: date | None = None
    silent_on: date | None = None
    outcome: Result | None = None
    partly: bool = False


@dataclass(frozen=True)
class CaseInPrint:
    """A case as it stood at the event that asked for the document; ``brought`` has a document's id once per file.

    ``period`` is the one that its answers give, which holds from the day it is complete; ``earlier`` are the cases that
    it follows, the nearest first.
    """

    reference: str
    definition: ServiceDefinition
    unit: Unit
    people: People
    answers: Mapping[str, Any]
    statements: tuple[str, ...]
    brought: tuple[str, ...]
    secret: str
    events: tuple[tuple[datetime, Event], ...]
    clock: LegalClock
    period: Period
    earlier: tuple[EarlierInPrint, ...] = ()


@dataclass(frozen=True)
class Printing:
    """What one printed document has of its own."""

    number: str
    code: str
    issued_at: datetime
    base_url: str
    territory: Territory
    demo: bool


def document_title(definition: ServiceDefinition, document_id: str) -> Text:
    """What a document is called."""
    return RECEIPT_TITLE if document_id == RECEIPT else definition.outputs[document_id].title


def receipt(in_print: CaseInPrint, printing: Printing) -> PrintedDocument:
    """The deposit receipt (law 55-19, art. 10 to 13): evidence of what was handed in, and of what is due when."""
    complete = in_print.clock.complete_on is not None
    return PrintedDocument(
        kind=RECEIPT,
        **_common(in_print, printing, RECEIPT_TITLE),
        status=COMPLETE if complete else INCOMPLETE,
        rows=_receipt_rows(in_print),
        period=period_in_print(in_print.clock),
        counted=steps_in_print(in_print.clock),
        lists=_receipt_lists(in_print),
        paragraphs=remedies(in_print.definition, in_print.unit.kind, complete=complete),
        secret=in_print.secret or None,
    )


def decision(in_print: CaseInPrint, printing: Printing, document_id: str) -> PrintedDocument:
    """A document that the service words itself, its placeholders filled in language by language."""
    output = in_print.definition.outputs[document_id]
    issued = issuing(in_print.definition, document_id, in_print.events, printing.issued_at)
    names = {name for text in output.paragraphs for language in BOTH for name in BRACES.findall(text[language])}
    answers = stated(names, in_print.definition, in_print.answers, issued)
    at_length = {name: _written(issued.inputs.get(name)) for name in STATEMENTS}
    at_length |= {name: answer.long for name, answer in answers.items()}
    quoting = _quoting(output.paragraphs, at_length)
    filled = {
        language: _placeholders(in_print, printing, output.validity_months, issued, language)
        | _answered(answers, printing, language)
        for language in BOTH
    }
    return PrintedDocument(
        kind=document_id,
        **_common(in_print, printing, output.title),
        paragraphs=tuple(
            Text({language: _worded(paragraph[language], filled[language], quoting.get(number)) for language in BOTH})
            for number, paragraph in enumerate(output.paragraphs)
        ),
        statements={number: at_length[name] for number, name in quoting.items()},
    )


def _quoting(paragraphs: Sequence[Text], at_length: Mapping[str, str]) -> Mapping[int, str]:
    """The paragraphs that do no more than announce what somebody wrote, by number, and the name of what they announce.

    Written in one language and as long as its author liked, it would be out of place in both columns.
    """
    return {
        number: name
        for number, paragraph in enumerate(paragraphs)
        for name, words in at_length.items()
        if words and all(paragraph[language].endswith(f"{{{name}}}") for language in BOTH)
    }


def _worded(paragraph: str, filled: Mapping[str, str], announced: str | None) -> str:
    """A paragraph with its placeholders filled in, but for the one it announces.

    All are put in at once and never read for placeholders in their turn: a brace typed by a citizen stays a brace.
    """
    if announced:
        paragraph = paragraph.removesuffix(f"{{{announced}}}").rstrip()
    return BRACES.sub(lambda found: filled.get(found[1], UNKNOWN), paragraph)


def _answered(answers: Mapping[str, Stated], printing: Printing, language: str) -> dict[str, str]:
    around = Surroundings(printing.territory, office_date(printing.issued_at))
    return {name: quoted(answer.words(language, around)) or UNKNOWN for name, answer in answers.items()}


def _common(in_print: CaseInPrint, printing: Printing, title: Text) -> dict[str, Any]:
    return {
        "number": printing.number,
        "reference": in_print.reference,
        "title": title,
        "province": printing.territory.province,
        "authority": in_print.unit.name,
        "issued_at": printing.issued_at,
        "code": printing.code,
        "verify_url": f"{printing.base_url}/v/{printing.code}",
        "notice": DEMONSTRATION if printing.demo else None,
    }


def _receipt_rows(in_print: CaseInPrint) -> tuple[PrintedRow, ...]:
    # The reference is not among them: the letterhead of every document carries it.
    definition, people = in_print.definition, in_print.people
    filed_at = next((at for at, event in in_print.events if isinstance(event, CaseSubmitted)), None)
    filed = _both(lambda language: date_and_time(filed_at, language)) if filed_at else _day(in_print.clock.filed_on)
    rows = [
        PrintedRow(text("تاريخ وساعة الإيداع", "Déposé le"), filed),
        PrintedRow(text("صاحب(ة) الطلب", "Demandeur"), _name(people.applicant)),
    ]
    if people.applicant.cnie:
        masked = _masked(people.applicant.cnie)
        rows.append(PrintedRow(text("رقم البطاقة الوطنية", "N° de la CNIE"), text(masked, masked), latin=True))
    if people.beneficiary != people.applicant and people.beneficiary.name("ar"):
        rows.append(PrintedRow(text("لفائدة", "En faveur de"), _name(people.beneficiary)))
    rows += [
        PrintedRow(text("موضوع الطلب", "Objet de la demande"), definition.title),
        *[PrintedRow(FOLLOWS, text(one.reference, one.reference), latin=True) for one in in_print.earlier[:1]],
        *_received_rows(in_print),
        PrintedRow(text("الإدارة المختصة", "Administration"), in_print.unit.name),
        *_deadline_rows(in_print.clock, in_print.period),
        *_hours_rows(definition.deadline.hours),
    ]
    if definition.fee.amount > 0:
        due = _due(in_print)
        rows.append(PrintedRow(text("المصاريف", "Frais"), _both(lambda language: due_words(definition, due, language))))
    return tuple(rows)


def _received_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """On which day the applicant declares to have received the decision, where the time was counted from it."""
    declared = (event.received_on for _, event in in_print.events if isinstance(event, CaseSubmitted))
    day = next(declared, "")
    return [PrintedRow(RECEIVED_ON, _day(date.fromisoformat(day)))] if day else []


def _deadline_rows(clock: LegalClock, period: Period) -> list[PrintedRow]:
    own = days_of(DEPOSIT_DAYS, "55-19")
    days = days_of(period.days, period.law)
    rows = []
    if clock.deposit_due_on is not None:
        until = _day(clock.deposit_due_on)
        until = text(f"{until['ar']} ({own['ar']})", f"{until['fr']} ({own['fr']})")
        rows.append(PrintedRow(text("آخر أجل لإتمام الملف", "À compléter au plus tard"), until))
        counted = text(f"{days['ar']} ابتداء من اكتمال الملف", f"{days['fr']} dès que le dossier est complet")
        rows.append(PrintedRow(text("أجل الجواب", "Délai de réponse"), counted))
    if clock.due_on is not None:
        # The law that it is counted under, and the day on which the file became complete, stand beside the bar below.
        due, days = _day(clock.due_on), days_of(clock.days + clock.extension, clock.law)
        due = text(f"{due['ar']} ({days['ar']})", f"{due['fr']} ({days['fr']})")
        rows.append(PrintedRow(text("آخر أجل للجواب", "Réponse au plus tard"), due))
    return rows


def _hours_rows(hours: int) -> list[PrintedRow]:
    """Within how many of its opening hours the office answers in practice, where it says so."""
    told = _both(lambda language: translate_count(language, "%(count)s opening hour", "%(count)s opening hours", hours))
    return [PrintedRow(text("الجواب عادة في ظرف", "En pratique, réponse sous"), told)] if hours else []


def _receipt_lists(in_print: CaseInPrint) -> tuple[PrintedList, ...]:
    definition = in_print.definition
    missing = frozenset() if in_print.clock.complete_on is not None else _missing(in_print)
    brought, sworn = set(in_print.brought) - missing, set(in_print.statements) - missing
    received = [
        document.title if document.id in brought else _sworn(document)
        for document in definition.documents
        if document.id in brought | sworn and _is_hers(document, in_print.statements)
    ]
    lacking = [document.title for document in definition.documents if document.id in missing]
    lists = (
        PrintedList(text("الوثائق المتوصل بها", "Pièces reçues"), tuple(received)),
        PrintedList(text("الوثائق الناقصة (لائحة حصرية)", "Pièces manquantes (liste exhaustive)"), tuple(lacking)),
    )
    return tuple(one for one in lists if one.items)


def _is_hers(document: Document, statements: Collection[str]) -> bool:
    """Whether it was for her to bring: always, unless she let the administration obtain it."""
    return document.source is Source.CITIZEN or f"consent:{document.id}" not in statements


def _missing(in_print: CaseInPrint) -> frozenset[str]:
    """The documents an incomplete file lacks, as its journal last said."""
    told = [event.missing for _, event in in_print.events if isinstance(event, CaseSubmitted | DocumentsAdded)]
    return frozenset(told[-1]) if told else frozenset()


def _awaited(in_print: CaseInPrint) -> list[Text]:
    """The documents that did not come: those missing from the beginning, or those asked for anew since."""
    awaited: list[str] = []
    for _, event in in_print.events:
        match event:
            case CaseSubmitted() | DocumentsAdded():
                awaited = event.missing
            case ReplacementRequested():
                awaited = event.documents
    return [document.title for document in in_print.definition.documents if document.id in awaited]


def _sworn(document: Document) -> Text:
    return text(
        f"{document.title['ar']} (عوضت بتصريح بالشرف)",
        f"{document.title['fr']} (remplacé par une déclaration sur l’honneur)",
    )


def _due(in_print: CaseInPrint) -> FeeDue:
    """What the case was said to cost when it was handed in; one filed before this was kept costs the fixed amount."""
    fee = in_print.definition.fee
    kept = next((event.fee for _, event in in_print.events if isinstance(event, CaseSubmitted)), {})
    return FeeDue.from_data(kept) if kept else FeeDue(fee.amount, 1, False, fee.currency)


def _masked(cnie: str) -> str:
    """A card's number as a receipt shows it: receipts lie around."""
    return f"•••{cnie[-3:]}" if len(cnie) > 5 else "•••"


def _placeholders(
    in_print: CaseInPrint, printing: Printing, validity_months: int | None, issued: Issuing, language: str
) -> dict[str, str]:
    decided_on, definition = office_date(issued.at), in_print.definition
    applicant = in_print.people.applicant
    until = appeal_until(definition.deadline.law, decided_on, in_print.clock.calendar)
    valid_until = plain_date(_months_later(decided_on, validity_months), language) if validity_months else ""
    values = {
        "applicant_name": applicant.name(language),
        "applicant_cnie": applicant.cnie,
        "beneficiary_name": in_print.people.beneficiary.name(language),
        "reference": in_print.reference,
        "decided_on": plain_date(decided_on, language),
        "authority": in_print.unit.name[language],
        "reasons": _written(issued.inputs.get("reasons")),
        "reply": _written(issued.inputs.get("reply")),
        "place": _place(in_print, printing.territory, language),
        "address": applicant.address or _address(in_print.answers.get("address")),
        "valid_until": valid_until,
        "fee": due_words(definition, _due(in_print), language) if definition.fee.amount else "",
        "appeal_until": plain_date(until, language) if until is not None else "",
        "due_on": long_date(in_print.clock.due_on, language) if in_print.clock.due_on else "",
        "extended_days": _extended(in_print, language),
        "missing": comma(language).join(one[language] for one in _awaited(in_print)),
    }
    values |= _of_earlier(in_print.earlier, language)
    return {name: quoted(value) or UNKNOWN for name, value in values.items()}


def _extended(in_print: CaseInPrint, language: str) -> str:
    """By how many days the period was extended last."""
    days = [event.days for _, event in in_print.events if isinstance(event, PeriodExtended)]
    return days_of(days[-1], in_print.clock.law)[language] if days else ""


def _of_earlier(earlier: Sequence[EarlierInPrint], language: str) -> dict[str, str]:
    """What is said of the case that is followed, and of the one at the head of several that follow one another."""
    return (
        {
            f"{root}.{name}": value
            for root, one in (("first", earlier[0]), ("origin", earlier[-1]))
            for name, value in _of_one(one, language).items()
        }
        if earlier
        else {}
    )


def _of_one(one: EarlierInPrint, language: str) -> dict[str, str]:
    decided = plain_date(one.decided_on, language) if one.decided_on else ""
    silent = plain_date(one.silent_on, language) if one.silent_on else ""
    if one.outcome is Result.REFUSED and decided:
        happened = REFUSED_ON.format(day=decided)[language]
    elif one.outcome is Result.GRANTED and one.partly and decided:
        happened = PARTLY_ON.format(day=decided)[language]
    else:
        happened = SILENT_SINCE.format(day=silent)[language] if silent else ""
    return {
        "reference": one.reference,
        "service": one.service[language],
        "authority": one.authority[language],
        "filed_on": plain_date(one.filed_on, language),
        "decided_on": decided,
        "silent_on": silent,
        "happened": happened,
    }


def _place(in_print: CaseInPrint, territory: Territory, language: str) -> str:
    """The place that led to the unit: the one an answer names, else where the applicant lives."""
    by = in_print.definition.authority.by
    asked = by.startswith("answers.") or by == FIRST
    answered = _written(in_print.answers.get(by.removeprefix("answers."))) if asked else ""
    place = answered or in_print.people.applicant.place
    return territory.place_name(place)[language] if territory.is_place(place) else ""


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _address(value: object) -> str:
    """The words of an address, which has its place beside them where the question asks for both."""
    return _written(value.get("text") if isinstance(value, Mapping) else value)


def _written(value: object) -> str:
    return "" if value is None else str(value).strip()


def _both(say: Callable[[str], str]) -> Text:
    return Text({language: say(language) for language in BOTH})


def _day(day: date | None) -> Text:
    return _both(lambda language: long_date(day, language) if day else UNKNOWN)


def _name(person: Person) -> Text:
    return _both(lambda language: person.name(language) or UNKNOWN)
