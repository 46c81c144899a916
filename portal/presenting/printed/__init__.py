"""What the documents we issue say: those that the law prescribes of every file, and those that a service words itself."""

from collections.abc import Callable, Mapping

from portal.domain.issued import COMPLETION, RECEIPT, REQUEST, SLIP
from portal.ports_of_documents import PrintedDocument
from portal.presenting.printed.case import CaseInPrint, EarlierInPrint, Printing
from portal.presenting.printed.common import COMPLETE, DEMONSTRATION, INCOMPLETE
from portal.presenting.printed.decisions import decision
from portal.presenting.printed.machine import SCHEMA_PATH, about_case, document_schema, with_data
from portal.presenting.printed.receipts import completion, receipt, slip
from portal.presenting.printed.requests import request
from portal.presenting.printed.titles import RECEIPT_TITLE, document_title

__all__ = [
    "COMPLETE",
    "DEMONSTRATION",
    "INCOMPLETE",
    "RECEIPT",
    "RECEIPT_TITLE",
    "SCHEMA_PATH",
    "CaseInPrint",
    "EarlierInPrint",
    "Printing",
    "completion",
    "decision",
    "document_schema",
    "document_title",
    "printed",
    "receipt",
    "request",
    "slip",
    "with_data",
]

_STANDARD: Mapping[str, Callable[[CaseInPrint, Printing], PrintedDocument]] = {
    RECEIPT: receipt,
    COMPLETION: completion,
    REQUEST: request,
    SLIP: slip,
}


def printed(in_print: CaseInPrint, printing: Printing, document_id: str) -> PrintedDocument:
    """A document of a case, with what a machine reads of it."""
    if in_print.definition.is_standard(document_id):
        document = _STANDARD[document_id](in_print, printing)
    else:
        document = decision(in_print, printing, document_id)
    return with_data(document, printing.base_url, about_case(in_print, printing, document_id))
