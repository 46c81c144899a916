"""Removes what has had its time: ended sessions, forms and drafts that nobody came back to, reports that were replaced.

Of a report on yearly figures that a newer count replaced, only the file goes, which nobody can reach any more. What it
said, its number, its code and its digest stay in the register: whoever kept the document can have it verified for ever.
"""

from datetime import timedelta

from portal.actions import issued_content, trial
from portal.actions.deps import Deps
from portal.i18n import office_date
from portal.ports import Area
from portal.store import drafts, files, kept, reports, searches, sessions

FORGOTTEN_AFTER = timedelta(days=60)
SEARCHES_FORGOTTEN_AFTER = timedelta(days=365)
RARE_SEARCHES_FORGOTTEN_AFTER = timedelta(days=30)
REPORTS_LOOKED_AT = timedelta(days=2)
"""For how long after a count the reports that it replaced are removed: one that was being made meanwhile is among them."""


def tidy(deps: Deps) -> None:
    """One round; safe to run at any time and by several workers."""
    with deps.unit_of_work() as work:
        sessions.sweep(work.connection, work.now)
        kept.sweep(work.connection, work.now)
        today = office_date(work.now)
        searches.forget(work.connection, today - SEARCHES_FORGOTTEN_AFTER)
        searches.forget(work.connection, today - RARE_SEARCHES_FORGOTTEN_AFTER, fewer_than=searches.OFTEN)
        old = drafts.forgotten(work.connection, work.now, FORGOTTEN_AFTER)
        replaced = reports.superseded(work.connection, work.now - REPORTS_LOOKED_AT)
    for draft_id in old:
        _remove_draft(deps, draft_id)
    for key in replaced:
        issued_content.remove(deps, key)
    if deps.scratch_dir is not None:
        trial.sweep(deps.scratch_dir, deps.clock.now())


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
