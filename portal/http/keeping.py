"""A form sent after its session ended: nothing is done, but what was typed is kept for the person whose session it was."""

from starlette.responses import Response

from portal.domain.errors import TooLarge, VisitEnded
from portal.http import cookies, urls
from portal.http.pages import Page, keep_in_session
from portal.store import kept, sessions
from portal.store.sessions import Session

KEEPING = (
    "/drafts/{draft_id}/{step}",
    "/drafts/{draft_id}/{step}/files",
    "/drafts/{draft_id}/documents",
    "/complete",
    "/actions/{action}",
    "/documents/{number}/revoke",
    "/remedies/{slug}",
    "/file/{slug}",
    "/opinions/{reference}/{opinion}",
    "/calendar/feasts/{feast}/{year}",
    "/calendar/closures",
)
"""What the routes end with whose forms are worth keeping: people write there, and each is shown at its own address."""

NEVER = frozenset({"csrf", "switch_to", "password", "upload", "remove", "add", "use", "leave", "fetch"})
MOST_CONTROLS, LONGEST, LONGEST_PATH, MOST_LETTERS = 1_000, 5000, 300, 65_536


def keep_form(page: Page) -> Response | None:
    """Keeps what was typed and leads on to where it is found again; None unless an ended session's own form was sent.

    The proof of an ended session is good for this only. Raises VisitEnded for a visitor, whom nothing can know again.
    """
    path = page.bare_path
    if len(path) > LONGEST_PATH or not cookies.is_same_origin(page.request, page.deps.base_url):
        return None
    ended = _ended_session(page)
    if ended is None:
        return None
    if ended.kind == "visitor":
        raise VisitEnded()
    typed = {
        name: value[:LONGEST] for name, value in page.form.items() if name not in NEVER and len(name) < LONGEST_PATH
    }
    typed = dict(list(typed.items())[:MOST_CONTROLS])
    if sum(map(len, typed.values())) > MOST_LETTERS:
        raise TooLarge()
    with page.unit_of_work() as work:
        kept.keep(work.connection, work.vault, ended.owner, path, typed, work.now)
        if page.session is not None:
            keep_in_session(page, work, kept=kept.paths_of(work.connection, ended.owner, work.now))
    here = f"/{page.language}{path}"
    if page.session is not None:
        return page.leave_for(here)
    sign_in = urls.counter_sign_in if ended.kind == "staff" else urls.sign_in
    return page.leave_for(f"{sign_in(page.language, here)}&kept=1")


def _ended_session(page: Page) -> Session | None:
    """The session this form was shown in: this browser's last, or an earlier one of whoever has signed in again."""
    session = page.session
    if session is None:
        known = [page.ended] if page.ended is not None else []
    elif session.kind == "visitor":
        known = []
    else:
        with page.reading() as work:
            known = sessions.ended_of(work.connection, session.kind, session.subject, work.now)
    return next((one for one in known if page.proves(one.id.hex())), None)


def forget_kept(page: Page) -> None:
    """Forgets what was kept for a page once its form is sent again."""
    session, path = page.session, page.bare_path
    held = session.data.get("kept", ()) if session is not None else ()
    if session is None or path not in held:
        return
    with page.unit_of_work() as work:
        kept.forget(work.connection, session.owner, path)
        keep_in_session(page, work, kept=[one for one in held if one != path])
