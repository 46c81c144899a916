"""The documents that a service words itself: its decisions, certificates and attestations."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date

from portal.domain.appeals import appeal_until
from portal.domain.events import CaseSubmitted, DocumentsAdded, PeriodExtended, ReplacementRequested
from portal.domain.service import BRACES, FIRST, Output, Result, Text, text
from portal.domain.territory import Territory
from portal.fields.base import Surroundings
from portal.i18n import comma, long_date, office_date, plain_date
from portal.ports_of_documents import PrintedDocument, PrintedList
from portal.presenting.answers_in_print import Issuing, Stated, issuing, stated
from portal.presenting.fees import due_words
from portal.presenting.isolation import quoted
from portal.presenting.law import BOTH, days_of
from portal.presenting.printed.appointments import appointment_rows
from portal.presenting.printed.case import CaseInPrint, EarlierInPrint, Printing
from portal.presenting.printed.common import UNKNOWN, announcing, fee_due, letterhead, written

REFUSED_ON = text("رُفض الطلب بتاريخ {day}", "la demande a été refusée le {day}")
PARTLY_ON = text("استجيب لجزء من الطلب بتاريخ {day}", "la demande a été acceptée en partie le {day}")
NUMBERED = text(" (القرار رقم {number})", " (décision n° {number})")
SILENT_SINCE = text(
    "لم يجب عن الطلب داخل الأجل القانوني، وتحقق السكوت بتاريخ {day}",
    "aucune réponse n’a été donnée dans le délai légal, et le silence est acquis depuis le {day}",
)
NOT_COME = text("الوثائق التي لم تصل", "Pièces non parvenues")
MISSING = "missing"
STATEMENTS = ("reasons", "reply")
"""What a decision quotes in the words of whoever wrote it."""


def decision(in_print: CaseInPrint, printing: Printing, document_id: str) -> PrintedDocument:
    """A document that the service words itself, its placeholders filled in language by language."""
    output = in_print.definition.outputs[document_id]
    issued = issuing(in_print.definition, document_id, in_print.events, printing.issued_at)
    answers = stated(placeholders_of(output), in_print.definition, in_print.answers, issued)
    at_length = {name: written(issued.inputs.get(name)) for name in STATEMENTS}
    at_length |= {name: answer.long for name, answer in answers.items()}
    quoting = _quoting(output.paragraphs, at_length)
    listing = _listing(output.paragraphs, _awaited(in_print))
    expires_on = _expires_on(output, issued)
    filled = {
        language: _placeholders(in_print, printing, expires_on, issued, language)
        | _answered(answers, printing, language)
        for language in BOTH
    }
    return PrintedDocument(
        kind=output.kind.value,
        **letterhead(in_print, printing, output.title),
        rows=appointment_rows(issued, in_print.unit, printing),
        lists=listing,
        paragraphs=tuple(
            _in_both(
                paragraph,
                filled,
                MISSING if any(one.below == number for one in listing) else quoting.get(number),
                at_length.get(quoting.get(number, ""), ""),
            )
            for number, paragraph in enumerate(output.paragraphs)
        ),
        statements={number: at_length[name] for number, name in quoting.items()},
        expires_on=expires_on,
    )


def placeholders_of(output: Output) -> set[str]:
    """The names of all that the paragraphs of a document are filled in with."""
    return {name for words in output.paragraphs for language in BOTH for name in BRACES.findall(words[language])}


def outcome_of(in_print: CaseInPrint, document_id: str) -> str:
    """What was decided by the decision that a document tells of; nothing for one that tells of no decision."""
    definition = in_print.definition
    if definition.is_standard(document_id) or not in_print.events:
        return ""
    return issuing(definition, document_id, in_print.events, in_print.events[-1][0]).outcome


def _expires_on(output: Output, issued: Issuing) -> date | None:
    """The last day on which a document is good for anything, where its service limits it."""
    return _months_later(office_date(issued.at), output.validity_months) if output.validity_months else None


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


def _listing(paragraphs: Sequence[Text], awaited: Sequence[Text]) -> tuple[PrintedList, ...]:
    """What did not come, as a list below each paragraph that ends by announcing it: in a sentence none can be counted."""
    return tuple(
        PrintedList(NOT_COME, tuple(awaited), below=number)
        for number, paragraph in enumerate(paragraphs)
        if awaited and all(_unstopped(paragraph[language]).endswith(f"{{{MISSING}}}") for language in BOTH)
    )


def _in_both(paragraph: Text, filled: Mapping[str, Mapping[str, str]], announced: str | None, said: str) -> Text:
    worded = Text({language: _worded(paragraph[language], filled[language], announced) for language in BOTH})
    return announcing(worded, said) if said else worded


def _unstopped(paragraph: str) -> str:
    return paragraph.removesuffix(".")


def _worded(paragraph: str, filled: Mapping[str, str], announced: str | None) -> str:
    """A paragraph with its placeholders filled in, but for the one it announces.

    All are put in at once and never read for placeholders in their turn: a brace typed by a citizen stays a brace.
    """
    if announced:
        paragraph = _unstopped(paragraph).removesuffix(f"{{{announced}}}").rstrip()
    return BRACES.sub(lambda found: filled.get(found[1], UNKNOWN), paragraph)


def _answered(answers: Mapping[str, Stated], printing: Printing, language: str) -> dict[str, str]:
    around = Surroundings(printing.territory, office_date(printing.issued_at))
    return {name: quoted(answer.words(language, around)) or UNKNOWN for name, answer in answers.items()}


def _placeholders(
    in_print: CaseInPrint, printing: Printing, expires_on: date | None, issued: Issuing, language: str
) -> dict[str, str]:
    decided_on, definition = office_date(issued.at), in_print.definition
    applicant = in_print.people.applicant
    until = appeal_until(definition.deadline.law, decided_on, in_print.clock.calendar)
    values = {
        "applicant_name": applicant.name(language),
        "applicant_cnie": applicant.cnie,
        "beneficiary_name": in_print.people.beneficiary.name(language),
        "reference": in_print.reference,
        "decided_on": plain_date(decided_on, language),
        "authority": in_print.unit.name[language],
        "reasons": written(issued.inputs.get("reasons")),
        "reply": written(issued.inputs.get("reply")),
        "place": _place(in_print, printing.territory, language),
        "address": applicant.address or _address(in_print.answers.get("address")),
        "valid_until": plain_date(expires_on, language) if expires_on else "",
        "fee": due_words(definition, fee_due(in_print), language) if definition.fee.amount else "",
        "appeal_until": plain_date(until, language) if until is not None else "",
        "due_on": long_date(in_print.clock.due_on, language) if in_print.clock.due_on else "",
        "extended_days": _extended(in_print, language),
        MISSING: comma(language).join(one[language] for one in _awaited(in_print)),
    }
    values |= _of_earlier(in_print.earlier, language)
    return {name: quoted(value) or UNKNOWN for name, value in values.items()}


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
    return {
        "reference": one.reference,
        "service": one.service[language],
        "authority": one.authority[language],
        "filed_on": plain_date(one.filed_on, language),
        "decided_on": plain_date(one.decided_on, language) if one.decided_on else "",
        "silent_on": plain_date(one.silent_on, language) if one.silent_on else "",
        "happened": happened(one)[language],
    }


def happened(one: EarlierInPrint) -> Text:
    """What became of a case that another follows, in a few words; empty where nothing has."""
    if one.outcome is Result.REFUSED and one.decided_on:
        told, on = REFUSED_ON, one.decided_on
    elif one.outcome is Result.GRANTED and one.partly and one.decided_on:
        told, on = PARTLY_ON, one.decided_on
    elif one.silent_on:
        told, on = SILENT_SINCE, one.silent_on
    else:
        return text("", "")
    number = NUMBERED if one.number and told is not SILENT_SINCE else text("", "")
    return Text(
        {
            language: told[language].format(day=plain_date(on, language)) + number[language].format(number=one.number)
            for language in BOTH
        }
    )


def _place(in_print: CaseInPrint, territory: Territory, language: str) -> str:
    """The place that led to the unit: the one an answer names, else where the applicant lives."""
    by = in_print.definition.authority.by
    asked = by.startswith("answers.") or by == FIRST
    answered = written(in_print.answers.get(by.removeprefix("answers."))) if asked else ""
    place = answered or in_print.people.applicant.place
    return territory.place_name(place)[language] if territory.is_place(place) else ""


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _address(value: object) -> str:
    """The words of an address, which has its place beside them where the question asks for both."""
    return written(value.get("text") if isinstance(value, Mapping) else value)
