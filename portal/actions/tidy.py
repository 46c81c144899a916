"""Removes what has had its time: ended sessions and counts, drafts nobody came back to, and files nobody entered."""

from datetime import timedelta

from portal.actions.deps import Deps
from portal.ports import Area
from portal.store import drafts, files, sessions

FORGOTTEN_AFTER = timedelta(days=60)


def tidy(deps: Deps) -> None:
    """One round; safe to run at any time and by several workers."""
    with deps.unit_of_work() as work:
        sessions.sweep(work.connection, work.now)
        old = drafts.forgotten(work.connection, work.now, FORGOTTEN_AFTER)
    for draft_id in old:
        _remove_draft(deps, draft_id)


def _remove_draft(deps: Deps, draft_id: str) -> None:
    with deps.unit_of_work() as work:
        draft = drafts.find(work.connection, work.vault, draft_id, lock=True)
        if draft is None or draft.updated_at > work.now - FORGOTTEN_AFTER:
            return
        held = files.of_case(work.connection, draft.seal, draft_id)
        files.remove(work.connection, held)
        drafts.remove(work.connection, draft_id)
    for file in held:
        deps.files.delete(Area.UPLOADS, file.key)
