"""Revokes a document as a chief does, in the register and in the journal of its case, and asks for nothing more."""

from portal.domain.case import SYSTEM
from portal.domain.events import DocumentRevoked
from portal.domain.issued import RevokedFor
from portal.store import cases, documents
from portal.store.documents import Issued
from portal.store.unit_of_work import Work


def revoke_alone(work: Work, issued: Issued, why: RevokedFor) -> None:
    """Nobody is told of it, and nothing is issued in its place."""
    assert documents.revoke(work.connection, issued, "somebody", work.now, why)
    dossier = cases.get(work.connection, work.vault, issued.case_id, lock=True)
    assert dossier is not None
    event = DocumentRevoked(issued.document, issued.number, why.value, "")
    cases.record(work.connection, dossier, [event], SYSTEM, work.now)
