"""The documents that the administration issues, by kind, and the series they are numbered in."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.domain.events import (
    Event,
    FileCompleted,
    InformationRequested,
    OriginalsRequested,
    ReplacementRequested,
)


class DocumentKind(StrEnum):
    """What a document is, whatever the service calls it."""

    RECEIPT = "receipt"  # of the deposit, complete or not (law 55-19, art. 10)
    COMPLETION = "completion"  # the file has become complete: the period begins
    REQUEST = "request"  # for documents or information
    DECISION = "decision"
    CERTIFICATE = "certificate"
    ATTESTATION = "attestation"  # of a silence
    APPOINTMENT = "appointment"
    SLIP = "slip"  # what a citizen without an account follows the file with
    REPORT = "report"  # of a year's figures


RECEIPT, COMPLETION, REQUEST, SLIP = (
    DocumentKind.RECEIPT.value,
    DocumentKind.COMPLETION.value,
    DocumentKind.REQUEST.value,
    DocumentKind.SLIP.value,
)
"""The documents that every service issues, by their ids: no service may give another its name."""

STANDARD = frozenset({RECEIPT, COMPLETION, REQUEST, SLIP})

OWN = (DocumentKind.DECISION, DocumentKind.CERTIFICATE, DocumentKind.ATTESTATION, DocumentKind.APPOINTMENT)
"""What a document that a service words itself can be; a decision, unless it says otherwise."""

BEARING_SECRET = frozenset({RECEIPT, SLIP})
"""The documents that bear the secret which stands for an account: only whoever may hand over the one sees either."""

QUOTING_NOTHING = BEARING_SECRET | {COMPLETION}
"""The documents in which nothing stands that was answered, asked or decided."""

LETTERS = {
    DocumentKind.RECEIPT: "R",
    DocumentKind.COMPLETION: "C",
    DocumentKind.REQUEST: "I",
    DocumentKind.DECISION: "D",
    DocumentKind.CERTIFICATE: "A",
    DocumentKind.ATTESTATION: "A",
    DocumentKind.APPOINTMENT: "V",
    DocumentKind.SLIP: "T",
    DocumentKind.REPORT: "S",
}
"""What a number begins with: récépissé, complément, instruction, décision, attestation, rendez-vous, suivi, statistique."""


class RevokedFor(StrEnum):
    """Why a document no longer stands."""

    REOPENED = "reopened"  # the decision was taken up again
    ERROR = "error"  # it says something that is not so
    WRONG_PERSON = "wrong_person"
    FRAUD = "fraud"
    REPLACED = "replaced"  # a corrected one stands in its place


def series_of(kind: DocumentKind, unit_code: str, year: int) -> str:
    """The series of a unit, a kind and a year, such as ``R-AB1-2026``."""
    return f"{LETTERS[kind]}-{unit_code}-{year}"


_ISSUED_ON: Mapping[type[Event], str] = {
    FileCompleted: COMPLETION,
    InformationRequested: REQUEST,
    ReplacementRequested: REQUEST,
    OriginalsRequested: REQUEST,
}


def issued_on(events: Iterable[Event]) -> tuple[str, ...]:
    """The documents that are due, whatever the service, because of what happened on the way of a case."""
    return tuple(dict.fromkeys(_ISSUED_ON[type(event)] for event in events if type(event) in _ISSUED_ON))
