"""Whether something is still to be brought, asked with its case or draft locked, in the transaction that takes it in."""

import hashlib
from collections.abc import Iterable, Set
from datetime import datetime

from portal.actions.deps import Deps
from portal.actions.perform import OpenCase, completing_rule, open_case
from portal.actions.uploads import ANSWER, Awaited
from portal.domain.case import Actor
from portal.domain.errors import NotFound
from portal.domain.events import CaseReopened, InformationRequested, OriginalsRequested, ReplacementRequested
from portal.domain.service import StateKind
from portal.store import cases, drafts, files
from portal.store.files import StoredFile
from portal.store.journal import Line
from portal.store.unit_of_work import Work

_REQUESTS = (InformationRequested, OriginalsRequested, ReplacementRequested, CaseReopened)
"""What an answer can be to; a case that is taken up again begins anew, whatever was asked and said before."""


def lacking(deps: Deps, actor: Actor, reference: str, document: str) -> Awaited:
    """Whether a file still lacks a document, and this actor may bring it."""

    def awaited(work: Work) -> bool:
        opened = open_case(work, deps, reference, actor, lock=True)
        if document not in opened.dossier.case.missing:
            return False
        try:
            completing_rule(opened, actor)
        except NotFound:
            return False
        return True

    return awaited


def possible(deps: Deps, actor: Actor, seen: OpenCase, action: str) -> Awaited:
    """Whether an action that asks for files can still be done to a case, in the very state in which it was seen."""

    def awaited(work: Work) -> bool:
        opened = open_case(work, deps, seen.dossier.case.reference, actor, lock=True)
        return _asked_at(opened) == _asked_at(seen) and any(one.action == action for one in opened.actions_for(actor))

    return awaited


def _asked_at(opened: OpenCase) -> tuple[str, int]:
    """The state of a case, and since which line of its journal it waits for an answer: a second question is another."""
    return opened.dossier.case.state, request_line(opened)


def request_line(opened: OpenCase) -> int:
    """The line of a case's journal that asks what it now waits for, or asked last; 0 where nothing was ever asked."""
    line = _last_request(opened)
    return line.position if line is not None else 0


def asked_since(opened: OpenCase) -> datetime | None:
    """When that was asked: what came before answers something else."""
    line = _last_request(opened)
    return line.at if line is not None else None


def _last_request(opened: OpenCase) -> Line | None:
    return next((line for line in reversed(opened.lines) if isinstance(line.event, _REQUESTS)), None)


def of_draft(draft_id: str) -> Awaited:
    """Whether a draft is still one: what was handed in has become a case, and takes nothing in this way."""

    def awaited(work: Work) -> bool:
        return drafts.find(work.connection, work.vault, draft_id, lock=True) is not None

    return awaited


def was_handed_in(work: Work, draft_id: str, owners: Set[str]) -> bool:
    """Whether a draft of one of these has become a case, which has the draft's id."""
    dossier = cases.get(work.connection, work.vault, draft_id)
    return dossier is not None and bool(owners & {dossier.case.citizen_id, dossier.case.filed_by})


def of_this_answer(opened: OpenCase, file: StoredFile) -> bool:
    """Whether a file came as the answer that the case now waits for, and not with an earlier one."""
    if file.document != ANSWER.id or opened.dossier.case.kind is not StateKind.SUSPENDED:
        return False
    asked = asked_since(opened)
    return asked is not None and file.uploaded_at >= asked


def take_back(work: Work, deps: Deps, actor: Actor, seen: OpenCase, action: str, file_id: str) -> StoredFile | None:
    """Takes out a file sent with an answer that is not given yet; its content is deleted after the commit.

    None for what was filed before, and once the answer is given: then it is the office's.
    """
    if not possible(deps, actor, seen, action)(work):
        return None
    dossier = seen.dossier
    file = files.find(work.connection, dossier.seal, dossier.case.id, file_id)
    if file is None or not of_this_answer(seen, file):
        return None
    files.remove(work.connection, [file])
    return file


def all_there(work: Work, opened: OpenCase, contents: Iterable[bytes]) -> bool:
    """Whether all that was sent is in the case already, as it is at the second of two clicks.

    What came with the answer to an earlier question is no sign of that.
    """
    dossier, asked = opened.dossier, asked_since(opened)
    held = {
        file.sha256
        for file in files.of_case(work.connection, dossier.seal, dossier.case.id)
        if file.stands and (file.document != ANSWER.id or asked is None or file.uploaded_at >= asked)
    }
    return all(hashlib.sha256(content).hexdigest() in held for content in contents if content)
