"""What is handed over for a file: the deposit receipt, the receipt of a file become complete, and the tracking slip."""

from datetime import date

from portal.domain.clock import DEPOSIT_DAYS
from portal.domain.events import CaseSubmitted, DocumentsAdded
from portal.domain.issued import COMPLETION, RECEIPT, SLIP
from portal.domain.service import Text, text
from portal.ports_of_documents import PrintedDocument, PrintedList, PrintedRow
from portal.presenting.clock_in_print import period_in_print, steps_in_print
from portal.presenting.law import BOTH, days_of
from portal.presenting.printed.case import CaseInPrint, EarlierInPrint, Printing
from portal.presenting.printed.common import (
    ADMINISTRATION,
    APPLICANT,
    COMPLETE,
    INCOMPLETE,
    OBJECT,
    both,
    day,
    due_rows,
    fee_rows,
    filed_row,
    hours_rows,
    letterhead,
    name,
    people_rows,
    received,
)
from portal.presenting.printed.decisions import happened
from portal.presenting.printed.titles import document_title, is_appeal
from portal.presenting.remedies import remedies

FOLLOWS = text("تبعا للملف", "Fait suite au dossier")
FIRST_OBJECT = text("موضوع ذلك الملف", "Objet de ce dossier")
CONTESTED = text("القرار أو السكوت المطعون فيه", "Décision ou silence contesté")
CONCERNED = text("القرار أو السكوت المعني", "Décision ou silence en cause")
RECEIVED_ON = text("القرار متوصل به، حسب التصريح، بتاريخ", "Décision reçue, selon la déclaration, le")
COMPLETED_ON = text("تاريخ اكتمال الملف", "Dossier complet le")
TRACKING = text("صفحة التتبع", "Page de suivi")
RECEIVED = text("الوثائق المتوصل بها", "Pièces reçues")
NOTHING_RECEIVED = text(
    "لم تتوصل الإدارة بأي وثيقة مع هذا الطلب إلى حين تسليم هذا الوصل.",
    "L’administration n’avait reçu aucune pièce avec cette demande au moment où ce récépissé a été remis.",
)
MISSING = text("الوثائق الناقصة (لائحة حصرية)", "Pièces manquantes (liste exhaustive)")
STEPS = (
    text(
        "1. افتح الصفحة {url} من أي هاتف أو حاسوب.",
        "1. Ouvrez la page {url} sur n’importe quel téléphone ou ordinateur.",
    ),
    text(
        "2. اكتب مرجع الملف والرمز السري المطبوعين على هذه الورقة.",
        "2. Tapez la référence du dossier et le code secret imprimés sur cette feuille.",
    ),
    text(
        "3. ترى أين وصل ملفك وما بقي عليك أن تفعله، وتجيب الإدارة، وتأخذ وثائقك الموقعة، دون حساب.",
        "3. Vous voyez où en est votre dossier et ce qu’il vous reste à faire ; vous répondez à l’administration et "
        "prenez vos documents signés, sans compte.",
    ),
)
KEEP = text(
    "لا تعط الرمز السري لأحد. وإذا ضاعت منك هذه الورقة، فاسأل في الشباك ومعك بطاقتك الوطنية.",
    "Ne donnez le code secret à personne. Si vous perdez cette feuille, adressez-vous au guichet avec votre carte "
    "nationale.",
)


def receipt(in_print: CaseInPrint, printing: Printing) -> PrintedDocument:
    """The deposit receipt (law 55-19, art. 10 to 13): evidence of what was handed in, and of what is due when."""
    complete = in_print.clock.complete_on is not None
    return PrintedDocument(
        kind=RECEIPT,
        **letterhead(in_print, printing, document_title(in_print.definition, RECEIPT)),
        status=COMPLETE if complete else INCOMPLETE,
        rows=_receipt_rows(in_print),
        period=period_in_print(in_print.clock),
        counted=steps_in_print(in_print.clock),
        lists=_receipt_lists(in_print),
        paragraphs=(
            *(() if complete or received(in_print, _missing(in_print)) else (NOTHING_RECEIVED,)),
            *remedies(in_print.definition, in_print.unit.kind, complete=complete),
        ),
        secret=in_print.secret or None,
    )


def completion(in_print: CaseInPrint, printing: Printing) -> PrintedDocument:
    """The receipt of a file that has become complete (law 55-19, art. 10): from that day on the period runs.

    It bears no secret: that of the deposit receipt stays the only one.
    """
    rows = (
        filed_row(in_print),
        PrintedRow(COMPLETED_ON, day(in_print.clock.complete_on)),
        *people_rows(in_print),
        PrintedRow(OBJECT, in_print.definition.title),
        PrintedRow(ADMINISTRATION, in_print.unit.name),
        *due_rows(in_print),
        *hours_rows(in_print),
        *fee_rows(in_print),
    )
    came = received(in_print)
    return PrintedDocument(
        kind=COMPLETION,
        **letterhead(in_print, printing, document_title(in_print.definition, COMPLETION)),
        status=COMPLETE,
        rows=rows,
        period=period_in_print(in_print.clock),
        counted=steps_in_print(in_print.clock),
        lists=(PrintedList(RECEIVED, came),) if came else (),
        paragraphs=remedies(in_print.definition, in_print.unit.kind, complete=True, secret=False),
    )


def slip(in_print: CaseInPrint, printing: Printing) -> PrintedDocument:
    """What somebody without an account follows the file with; of its matter it says the least that can be said."""
    rows = [filed_row(in_print)]
    if in_print.people.applicant.name("ar"):
        rows.append(PrintedRow(APPLICANT, name(in_print.people.applicant)))
    rows += [
        PrintedRow(OBJECT, in_print.definition.title),
        PrintedRow(ADMINISTRATION, in_print.unit.name),
        *_deposit_row(in_print),
        *due_rows(in_print),
        PrintedRow(TRACKING, both(lambda language: _typed(printing, language)), latin=True, large=True),
    ]
    steps = tuple(
        Text({language: step[language].replace("{url}", _typed(printing, language)) for language in BOTH})
        for step in STEPS
    )
    return PrintedDocument(
        kind=SLIP,
        **letterhead(in_print, printing, document_title(in_print.definition, SLIP)),
        rows=tuple(rows),
        paragraphs=(*steps, KEEP),
        secret=in_print.secret or None,
    )


def _typed(printing: Printing, language: str) -> str:
    """The address of the page to follow a case on, as it is typed: nobody types what stands before the host."""
    return f"{printing.base_url}/{language}/track".partition("://")[2]


def _receipt_rows(in_print: CaseInPrint) -> tuple[PrintedRow, ...]:
    # The reference is not among them: the letterhead of every document carries it.
    return (
        filed_row(in_print),
        *people_rows(in_print),
        PrintedRow(OBJECT, in_print.definition.title),
        *_earlier_rows(in_print),
        PrintedRow(ADMINISTRATION, in_print.unit.name),
        *_deposit_row(in_print),
        *_promised_row(in_print),
        *due_rows(in_print),
        *hours_rows(in_print),
        *fee_rows(in_print),
    )


def _earlier_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """The case that this one follows, what became of it, and when its decision is declared to have been received."""
    rows: list[PrintedRow] = []
    for first in in_print.earlier[:1]:
        rows.append(PrintedRow(FOLLOWS, text(first.reference, first.reference), latin=True))
        rows.append(PrintedRow(FIRST_OBJECT, _matter(first)))
        told = happened(first)
        if told["ar"]:
            label = CONTESTED if is_appeal(in_print.definition) else CONCERNED
            rows.append(PrintedRow(label, text(told["ar"], told["fr"][:1].upper() + told["fr"][1:])))
    return rows + _received_rows(in_print)


def _matter(first: EarlierInPrint) -> Text:
    """What the earlier case asked for, and of whom."""
    return Text({language: f"{first.service[language]} ({first.authority[language]})" for language in BOTH})


def _received_rows(in_print: CaseInPrint) -> list[PrintedRow]:
    """On which day the applicant declares to have received the decision, where the time was counted from it."""
    declared = (event.received_on for _, event in in_print.events if isinstance(event, CaseSubmitted))
    received_on = next(declared, "")
    return [PrintedRow(RECEIVED_ON, day(date.fromisoformat(received_on)))] if received_on else []


def _deposit_row(in_print: CaseInPrint) -> list[PrintedRow]:
    """Until when an incomplete file is to be completed."""
    if in_print.clock.deposit_due_on is None:
        return []
    own, until = days_of(DEPOSIT_DAYS, "55-19"), day(in_print.clock.deposit_due_on)
    until = text(f"{until['ar']} ({own['ar']})", f"{until['fr']} ({own['fr']})")
    return [PrintedRow(text("آخر أجل لإتمام الملف", "À compléter au plus tard"), until)]


def _promised_row(in_print: CaseInPrint) -> list[PrintedRow]:
    """Within how many days an answer is due once the file is complete."""
    if in_print.clock.deposit_due_on is None:
        return []
    days = days_of(in_print.period.days, in_print.period.law)
    counted = text(f"{days['ar']} ابتداء من اكتمال الملف", f"{days['fr']} dès que le dossier est complet")
    return [PrintedRow(text("أجل الجواب", "Délai de réponse"), counted)]


def _receipt_lists(in_print: CaseInPrint) -> tuple[PrintedList, ...]:
    missing = frozenset() if in_print.clock.complete_on is not None else _missing(in_print)
    lacking = tuple(one.title for one in in_print.definition.documents if one.id in missing)
    lists = (PrintedList(RECEIVED, received(in_print, missing)), PrintedList(MISSING, lacking))
    return tuple(one for one in lists if one.items)


def _missing(in_print: CaseInPrint) -> frozenset[str]:
    """The documents an incomplete file lacks, as its journal last said."""
    told = [event.missing for _, event in in_print.events if isinstance(event, CaseSubmitted | DocumentsAdded)]
    return frozenset(told[-1]) if told else frozenset()
