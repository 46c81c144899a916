"""What the administration asks of the applicant on the way, on paper: what, why, until when, and what becomes of the period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.acts import RULES, Act
from portal.domain.events import InformationRequested, OriginalsRequested, ReplacementRequested
from portal.domain.issued import REQUEST
from portal.domain.lawful import REASONS
from portal.domain.service import Document, Field, Text, text
from portal.fields.base import Surroundings
from portal.i18n import long_date, office_date
from portal.ports_of_documents import PrintedDocument, PrintedList, PrintedRow
from portal.presenting.answers_in_print import Stated
from portal.presenting.isolation import quoted
from portal.presenting.law import BOTH, article, days_of
from portal.presenting.printed.appointments import place
from portal.presenting.printed.case import CaseInPrint, Printing
from portal.presenting.printed.common import (
    ADMINISTRATION,
    OBJECT,
    UNKNOWN,
    announcing,
    both,
    day,
    letterhead,
    people_rows,
    written,
)
from portal.presenting.printed.titles import document_title

Asked = InformationRequested | ReplacementRequested | OriginalsRequested
ACTS: dict[type[Asked], Act] = {
    InformationRequested: Act.INFORMATION,
    ReplacementRequested: Act.REPLACEMENT,
    OriginalsRequested: Act.ORIGINALS,
}
"""What each of these events is to the law."""

STATUS = {
    Act.INFORMATION: text("معلومات تكميلية مطلوبة", "Informations complémentaires demandées"),
    Act.REPLACEMENT: text("وثائق مطلوب استبدالها", "Pièces à remplacer"),
    Act.ORIGINALS: text("أصول مطلوب إحضارها", "Originaux à présenter"),
}
LISTED = {
    Act.REPLACEMENT: text("الوثائق المطلوب استبدالها (لائحة حصرية)", "Pièces à remplacer (liste exhaustive)"),
    Act.ORIGINALS: text("الأصول المطلوب إحضارها (لائحة حصرية)", "Originaux à présenter (liste exhaustive)"),
}
ASKED_ON = text("تاريخ هذا الطلب", "Demandé le")
ANSWER_BY = text("آخر أجل للجواب عنه", "À fournir au plus tard")
BASIS = text("الأساس القانوني", "Fondement légal")
INTRODUCED = {
    Act.INFORMATION: text(
        "لدراسة ملفك، تحتاج الإدارة إلى المعلومات التالية:",
        "Pour étudier votre dossier, l’administration a besoin des informations suivantes :",
    ),
    Act.REPLACEMENT: text(
        "تطلب منك الإدارة استبدال الوثائق المبينة أعلاه، للأسباب التالية:",
        "L’administration vous demande de remplacer les pièces ci-dessus, pour les motifs suivants :",
    ),
    Act.ORIGINALS: text(
        "تطلب منك الإدارة إحضار أصول الوثائق المبينة أعلاه، للأسباب التالية:",
        "L’administration vous demande de présenter les originaux des pièces ci-dessus, pour les motifs suivants :",
    ),
}
ASKED_ABOVE = text(
    "تطلب منك الإدارة ما هو مبين أعلاه.",
    "L’administration vous demande ce qui est indiqué ci-dessus.",
)
HOW = {
    Act.INFORMATION: text(
        "أجب من صفحة ملفك في البوابة أو في الشباك. ومن لا حساب له يفتح ملفه بالمرجع والرمز السري المطبوع على وصل الإيداع.",
        "Répondez depuis la page de votre dossier sur le portail, ou au guichet. Sans compte, le dossier s’ouvre avec sa "
        "référence et le code secret imprimé sur le récépissé de dépôt.",
    ),
    Act.REPLACEMENT: text(
        "أدل بالوثائق الجديدة من صفحة ملفك في البوابة أو في الشباك. ومن لا حساب له يفتح ملفه بالمرجع والرمز السري المطبوع "
        "على وصل الإيداع.",
        "Fournissez les nouvelles pièces depuis la page de votre dossier sur le portail, ou au guichet. Sans compte, le "
        "dossier s’ouvre avec sa référence et le code secret imprimé sur le récépissé de dépôt.",
    ),
    Act.ORIGINALS: text(
        "أحضر الأصول إلى الإدارة المذكورة أعلاه: تطلع عليها في الحين وتعيدها إليك.",
        "Présentez les originaux à l’administration indiquée ci-dessus : elle les consulte sur place et vous les rend "
        "aussitôt.",
    ),
}
SUSPENDED = text(
    "توقف أجل الجواب يوم {on} إلى حين توصل الإدارة بما طلبته، ثم يستأنف بما تبقى منه، أي {left}.",
    "Le délai de réponse est suspendu depuis le {on}, jusqu’à ce que l’administration reçoive ce qu’elle demande ; il reprend "
    "ensuite pour ce qu’il en reste, soit {left}.",
)
RETURNED = text(
    "إذا انقضى يوم {until} دون أن تتوصل بها الإدارة، أرجع إليك الملف.",
    "Si l’administration ne les a pas reçues le {until} au plus tard, le dossier vous est retourné.",
)
ONCE = text(
    "لا يمكن للإدارة أن تطلب ذلك إلا مرة واحدة.",
    "L’administration ne peut faire cette demande qu’une seule fois.",
)


@dataclass(frozen=True)
class _Request:
    """What was asked last, and when."""

    at: datetime
    event: Asked
    in_print: CaseInPrint

    @property
    def act(self) -> Act:
        return ACTS[type(self.event)]

    @property
    def asked_on(self) -> date:
        return office_date(self.at)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that it is about, in the order of the sheet."""
        wanted = () if isinstance(self.event, InformationRequested) else self.event.documents
        return tuple(one for one in self.in_print.definition.documents if one.id in wanted)

    @property
    def article(self) -> str:
        """The rule that it rests on; nothing where the law of the case has none."""
        return self.in_print.clock.allowance(self.act, self.asked_on).article

    def said(self) -> list[tuple[Field | None, Any]]:
        """What whoever asked wrote to the applicant: of what finds fault with documents the reasons alone, as on her page."""
        rule = self.in_print.definition.rule(self.event.action, self.event.source)
        asked = {field.id: field for field in rule.asks} if rule is not None else {}
        only = None if isinstance(self.event, InformationRequested) else (REASONS,)
        names = [*asked, *(name for name in self.event.inputs if name not in asked)]
        return [
            (asked.get(name), self.event.inputs[name])
            for name in names
            if self.event.inputs.get(name) not in (None, "", [], {}) and (only is None or name in only)
        ]


def request(in_print: CaseInPrint, printing: Printing) -> PrintedDocument:
    """A request for information, for other documents or for originals, as the last one was made."""
    asked = _last_request(in_print)
    title = document_title(in_print.definition, REQUEST)
    at_length, rows = _quoted(asked, printing)
    introduced = INTRODUCED[asked.act] if at_length else ASKED_ABOVE
    # One text stands right under what announces it, several each under its own question.
    headings = [introduced] if len(at_length) < 2 else [introduced, *(label for label, _ in at_length)]
    first = len(headings) - len(at_length)
    headings[first:] = [
        announcing(heading, said) for heading, (_, said) in zip(headings[first:], at_length, strict=True)
    ]
    return PrintedDocument(
        kind=REQUEST,
        **letterhead(in_print, printing, title),
        status=STATUS[asked.act],
        rows=(*_rows(asked), *rows),
        lists=_lists(asked),
        paragraphs=(*headings, *_told(asked)),
        statements={number: words for number, (_, words) in enumerate(at_length, start=first)},
    )


def _last_request(in_print: CaseInPrint) -> _Request:
    for at, event in reversed(in_print.events):
        if isinstance(event, InformationRequested | ReplacementRequested | OriginalsRequested):
            return _Request(at, event, in_print)
    raise LookupError("nothing was asked of the applicant")


def _rows(asked: _Request) -> list[PrintedRow]:
    rows = [
        PrintedRow(ASKED_ON, day(asked.asked_on)),
        *people_rows(asked.in_print),
        PrintedRow(OBJECT, asked.in_print.definition.title),
        PrintedRow(ADMINISTRATION, _where(asked)),
    ]
    until = asked.in_print.clock.citizen_due_on
    if until is not None:
        rows.append(PrintedRow(ANSWER_BY, day(until)))
    if asked.article:
        rows.append(PrintedRow(BASIS, article(asked.article)))
    return rows


def _where(asked: _Request) -> Text:
    """The office, and for originals where it is."""
    unit = asked.in_print.unit
    return place(unit) if asked.act is Act.ORIGINALS else unit.name


def _quoted(asked: _Request, printing: Printing) -> tuple[list[tuple[Text, str]], list[PrintedRow]]:
    """What was written at length, each under its question, and the short answers as rows."""
    around = Surroundings(printing.territory, office_date(printing.issued_at))
    at_length: list[tuple[Text, str]] = []
    rows: list[PrintedRow] = []
    for field, value in asked.said():
        if field is None or field.type == "long_text":
            label = field.label if field is not None else INTRODUCED[asked.act]
            at_length.append((label, written(value)))
        else:
            rows.append(PrintedRow(field.label, _in_words(Stated(field, value), around)))
    return at_length, rows


def _in_words(answer: Stated, around: Surroundings) -> Text:
    return both(lambda language: quoted(answer.words(language, around)) or UNKNOWN)


def _lists(asked: _Request) -> tuple[PrintedList, ...]:
    """The documents asked for, each with the text of law that provides for it."""
    if not asked.documents:
        return ()
    return (PrintedList(LISTED[asked.act], tuple(_with_basis(asked, one) for one in asked.documents)),)


def _with_basis(asked: _Request, document: Document) -> Text:
    bases = [one.title for one in asked.in_print.definition.legal_basis if one.id in document.basis]
    if not bases:
        return document.title
    return Text(
        {language: f"{document.title[language]} ({_joined([one[language] for one in bases])})" for language in BOTH}
    )


def _joined(words: Sequence[str]) -> str:
    return " ; ".join(words) if len(words) > 1 else words[0]


def _told(asked: _Request) -> list[Text]:
    """How to answer, what becomes of the period meanwhile, and what happens when nothing comes."""
    clock, told = asked.in_print.clock, [HOW[asked.act]]
    left = days_of(clock.remaining(asked.asked_on), clock.law)
    told.append(Text({one: SUSPENDED[one].format(on=long_date(asked.asked_on, one), left=left[one]) for one in BOTH}))
    until = clock.citizen_due_on
    if until is not None:
        told.append(Text({one: RETURNED[one].format(until=long_date(until, one)) for one in BOTH}))
    if RULES[asked.act].once and clock.asks_once:
        told.append(ONCE)
    return told
