"""Tells whether a document is one we issued, unchanged and still standing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.actions.deps import Deps
from portal.domain.errors import Unavailable
from portal.domain.service import Text
from portal.ports import Integrity, Unreachable
from portal.presenting.indicators import REPORT_TITLE
from portal.presenting.printed import document_title
from portal.store import cases, documents, reports
from portal.store.documents import Issued
from portal.store.numbers import read_code
from portal.store.reports import Report
from portal.store.unit_of_work import Work

MAX_BYTES = 10 * 1024 * 1024


class Verdict(StrEnum):
    """What we say of a document."""

    VALID = "valid"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    NOT_A_PDF = "not_a_pdf"


@dataclass(frozen=True)
class Verified:
    """A verdict and, for a document of ours, what anybody holding it may know: nothing that it does not say itself."""

    verdict: Verdict
    number: str = ""
    title: Text | None = None
    issued_at: datetime | None = None
    revoked_at: datetime | None = None
    reference: str = ""


def verify_file(deps: Deps, pdf: bytes) -> Verified:
    """The verdict on a file: our register knows its digest, our certificate its signature."""
    digest = hashlib.sha256(pdf).hexdigest()
    with deps.reading() as work:
        issued = documents.by_digest(work.connection, work.vault, digest)
        report = reports.by_digest(work.connection, work.vault, digest) if issued is None else None
    try:
        integrity = deps.signer.check(pdf)
    except Unreachable as error:
        raise Unavailable() from error
    if integrity is Integrity.NOT_A_PDF:
        return Verified(Verdict.NOT_A_PDF)
    if issued is None and report is None:
        # Signed by our key yet unknown to our register: not issued by this portal.
        return Verified(Verdict.CHANGED if integrity is Integrity.CHANGED else Verdict.UNKNOWN)
    if integrity is not Integrity.VALID:
        # To the last bit what our register holds, but under a certificate we no longer have: for an operator to mend.
        raise Unavailable()
    if issued is None:
        return _known_report(report)
    with deps.reading() as work:
        return _known(work, deps, issued)


def verify_code(deps: Deps, typed: str) -> Verified:
    """The verdict on the code beside a document's QR: whether such a document was issued and still stands."""
    code = read_code(typed)
    with deps.reading() as work:
        issued = documents.by_code(work.connection, work.vault, code)
        if issued is None:
            return _known_report(reports.by_code(work.connection, work.vault, code))
        if issued.sha256 is None:
            return Verified(Verdict.UNKNOWN)
        return _known(work, deps, issued)


def _known(work: Work, deps: Deps, issued: Issued) -> Verified:
    dossier = cases.get(work.connection, work.vault, issued.case_id)
    assert dossier is not None  # noqa: S101  A document belongs to a case, and cases are never removed.
    definition = deps.registry.version(dossier.case.service, dossier.case.digest)
    return Verified(
        verdict=Verdict.REVOKED if issued.revoked_at else Verdict.VALID,
        number=issued.number,
        title=document_title(definition, issued.document),
        issued_at=issued.issued_at,
        revoked_at=issued.revoked_at,
        reference=dossier.case.reference,
    )


def _known_report(report: Report | None) -> Verified:
    """A report on a year's figures belongs to no case, and a later one does not take its place."""
    if report is None or report.sha256 is None:
        return Verified(Verdict.UNKNOWN)
    return Verified(Verdict.VALID, number=report.number, title=REPORT_TITLE, issued_at=report.requested_at)
