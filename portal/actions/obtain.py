"""Documents that the administration itself fetches, where no platform gives them: an agent records what was obtained."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.actions import uploads
from portal.actions.deps import Deps
from portal.actions.facts import CONSENT
from portal.actions.perform import OpenCase, open_case, still_alerted
from portal.actions.uploads import Upload
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import ConsentMissing, NotFound
from portal.domain.events import DocumentObtained
from portal.domain.service import Document
from portal.ports import Area
from portal.store import cases
from portal.store.files import StoredFile


@dataclass(frozen=True)
class ToObtain:
    """A document to be fetched; without ``consent`` it may not be (law 55-19, art. 24), and she may bring it herself."""

    document: Document
    consent: bool
    obtained: bool
    brought: bool


def to_obtain(opened: OpenCase, attached: Sequence[StoredFile]) -> list[ToObtain]:
    """The documents of a case that the administration fetches by hand, given the answers."""
    there = {file.document for file in attached}
    fetched = {event.document for event in opened.events if isinstance(event, DocumentObtained)}
    agreed = set(opened.dossier.statements)
    return [
        ToObtain(one, f"{CONSENT}{one.id}" in agreed, one.id in fetched, one.id in there - fetched)
        for one in opened.definition.documents
        if one.by_hand and one.needed(opened.facts)
    ]


def obtain(deps: Deps, actor: Actor, reference: str, document_id: str, upload: Upload) -> None:
    """Takes in a document as it was obtained, and enters in the journal that it was.

    Raises BadFile, ConsentMissing, and NotFound for a document that this case does not wait for. Not to be called
    inside a transaction: files are large.
    """
    with deps.reading() as work:
        opened = open_case(work, deps, reference, actor)
        document = _checked(opened, actor, document_id)
    dossier = opened.dossier
    file = uploads.store_content(deps, dossier.seal, dossier.case.id, document, upload, deps.clock.now())
    entered = False
    try:
        with deps.unit_of_work() as work:
            opened = open_case(work, deps, reference, actor, lock=True)
            _checked(opened, actor, document_id)
            entered = uploads.attach(work, opened.dossier.seal, file)
            if entered:
                changes = {"alert": still_alerted(opened.dossier, actor)}
                events = [DocumentObtained(document_id)]
                cases.record(work.connection, opened.dossier, events, actor, work.now, changes)
    finally:
        if not entered:
            deps.files.delete(Area.UPLOADS, file.key)


def _checked(opened: OpenCase, actor: Actor, document_id: str) -> Document:
    policies.check_can_take(actor, opened.dossier.case)
    found = next((one for one in to_obtain(opened, ()) if one.document.id == document_id), None)
    if found is None:
        raise NotFound()
    if not found.consent:
        raise ConsentMissing("55-19/24")
    return found.document
