"""What documents share: the letterhead, the rows that say whose case it is, and the ways days and names are written."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from unicodedata import bidirectional

from portal.domain.case import Person
from portal.domain.events import CaseSubmitted
from portal.domain.service import Document, FeeDue, Source, Text, text
from portal.domain.territory import Territory, Unit
from portal.i18n import date_and_time, long_date, translate_count
from portal.ports_of_documents import PrintedRow
from portal.presenting.fees import due_words
from portal.presenting.law import BOTH, days_of
from portal.presenting.printed.case import CaseInPrint, Printing

DEMONSTRATION = text("وثيقة تجريبية لا قيمة قانونية لها", "Document de démonstration, sans valeur juridique")
COMPLETE = text("ملف مودع", "Dossier déposé")
INCOMPLETE = text("ملف في طور الإيداع", "Dossier en cours de dépôt")
ADMINISTRATION = text("الإدارة المختصة", "Administration")
APPLICANT = text("صاحب(ة) الطلب", "Demandeur")
OBJECT = text("موضوع الطلب", "Objet de la demande")
FILED = text("تاريخ وساعة الإيداع", "Déposé le")
UNKNOWN = "—"
OTHERWISE = {"ar": " (بالفرنسية)", "fr": " (en arabe)"}
"""What stands beside words that were written in the other language of a paper only: nothing is missing from this one."""
_AFTER_LATIN = "\u0250"
"""The first letter after those with which French is written."""


def letterhead(in_print: CaseInPrint, printing: Printing, title: Text) -> dict[str, Any]:
    """What every document of a case carries, whatever it says."""
    territory, unit = printing.territory, in_print.unit
    return {
        "number": printing.number,
        "reference": in_print.reference,
        "title": title,
        **issuer(unit, territory),
        "issued_at": printing.issued_at,
        "code": printing.code,
        "verify_url": f"{printing.base_url}/v/{printing.code}",
        "notice": DEMONSTRATION if printing.demo else None,
    }


def issuer(unit: Unit, territory: Territory) -> dict[str, Any]:
    """In whose name a document is: the names at its head, the emblem, who signs and what the stamp says."""
    return {
        "province": territory.province,
        "authority": unit.name,
        "independent": unit.independent,
        "emblem": territory.emblem_of(unit) or None,
        "signatory": territory.signatory_of(unit),
        "stamp": territory.stamp_of(unit),
    }


def filed_row(in_print: CaseInPrint) -> PrintedRow:
    """When the file was handed in, by the clock of the office."""
    filed_at = next((at for at, event in in_print.events if isinstance(event, CaseSubmitted)), None)
    moment = both(lambda language: date_and_time(filed_at, language)) if filed_at else day(in_print.clock.filed_on)
    return PrintedRow(FILED, moment)


def people_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """Whose case it is. Of the card only the end of its number is shown: papers lie around."""
    people = in_print.people
    rows = [PrintedRow(APPLICANT, name(people.applicant))]
    if people.applicant.cnie:
        shown = masked(people.applicant.cnie)
        rows.append(PrintedRow(text("رقم البطاقة الوطنية", "N° de la CNIE"), text(shown, shown), latin=True))
    if has_beneficiary(in_print):
        rows.append(PrintedRow(text("لفائدة", "En faveur de"), name(people.beneficiary)))
    return rows


def has_beneficiary(in_print: CaseInPrint) -> bool:
    """Whether the case is for somebody else than whoever applies."""
    return in_print.people.beneficiary != in_print.people.applicant and bool(in_print.people.beneficiary.name("ar"))


def due_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """The last day to answer, where the period has begun, and within how many opening hours an answer usually comes."""
    clock, rows = in_print.clock, []
    if clock.due_on is not None:
        # The law that it is counted under, and the day on which the file became complete, stand beside the bar below.
        due, days = day(clock.due_on), days_of(clock.days + clock.extension, clock.law)
        due = text(f"{due['ar']} ({days['ar']})", f"{due['fr']} ({days['fr']})")
        rows.append(PrintedRow(text("آخر أجل للجواب", "Réponse au plus tard"), due))
    return rows


def hours_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """Within how many of its opening hours the office answers in practice, where it says so."""
    hours = in_print.definition.deadline.hours
    told = both(lambda language: translate_count(language, "%(count)s opening hour", "%(count)s opening hours", hours))
    return [PrintedRow(text("الجواب عادة في ظرف", "En pratique, réponse sous"), told)] if hours else []


def fee_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """What the case costs, where its service costs something."""
    definition = in_print.definition
    if not definition.fee.amount:
        return []
    due = fee_due(in_print)
    return [PrintedRow(text("التكلفة", "Coût"), both(lambda language: due_words(definition, due, language)))]


def fee_due(in_print: CaseInPrint) -> FeeDue:
    """What the case was said to cost when it was handed in; one filed before this was kept costs the fixed amount."""
    fee = in_print.definition.fee
    kept = next((event.fee for _, event in in_print.events if isinstance(event, CaseSubmitted)), {})
    return FeeDue.from_data(kept) if kept else FeeDue(fee.amount, 1, False, fee.currency)


def received(in_print: CaseInPrint, missing: Collection[str] = ()) -> tuple[Text, ...]:
    """The documents that came, or that a sworn statement stands for; ``missing`` are those that did not."""
    brought, sworn = set(in_print.brought) - set(missing), set(in_print.statements) - set(missing)
    return tuple(
        document.title if document.id in brought else _sworn(document)
        for document in in_print.definition.documents
        if document.id in brought | sworn and _is_hers(document, in_print.statements)
    )


def _is_hers(document: Document, statements: Collection[str]) -> bool:
    """Whether it was for her to bring: always, unless she let the administration obtain it."""
    return document.source is Source.CITIZEN or f"consent:{document.id}" not in statements


def _sworn(document: Document) -> Text:
    return text(
        f"{document.title['ar']} (عوضت بتصريح بالشرف)",
        f"{document.title['fr']} (remplacé par une déclaration sur l’honneur)",
    )


def masked(cnie: str) -> str:
    """A card's number as a receipt shows it: receipts lie around."""
    return f"•••{cnie[-3:]}" if len(cnie) > 5 else "•••"


def written(value: object) -> str:
    """A value that somebody gave, as one text."""
    return "" if value is None else str(value).strip()


def announcing(heading: Text, said: str) -> Text:
    """What announces words that somebody wrote in one language; where they are not the reader's, it says whose they are.

    Nothing is said of words that mix both: more than a fifth of the one beside the other is no longer one language.
    """
    arabic = sum(bidirectional(letter) == "AL" for letter in said)
    latin = sum(letter.isalpha() and letter < _AFTER_LATIN for letter in said)
    if min(arabic, latin) * 5 > max(arabic, latin) or not arabic + latin:
        return heading
    other = "fr" if arabic > latin else "ar"
    words = heading[other].rstrip()
    before = words.rstrip(":. \u00a0")
    return Text({**{one: heading[one] for one in BOTH}, other: f"{before}{OTHERWISE[other]}{words[len(before) :]}"})


def both(say: Callable[[str], str]) -> Text:
    """A text of what is said in each language."""
    return Text({language: say(language) for language in BOTH})


def day(value: date | None) -> Text:
    """A day with its name."""
    return both(lambda language: long_date(value, language) if value else UNKNOWN)


def name(person: Person) -> Text:
    """How somebody is called."""
    return both(lambda language: person.name(language) or UNKNOWN)
