"""How long somebody is still signed in, and staying so without leaving the page."""

from starlette.responses import Response

from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.store import sessions
from portal.web.routing import pages

router = pages()


@router.get("/session")
def time_left(page: Page, visitor: Visitor) -> Response:
    """The piece of page that says when the session ends. Asking does not prolong it."""
    return _dialog(page, visitor)


@router.post("/session/prolong")
def prolong(page: Page, visitor: Visitor) -> Response:
    """The same once the session has been prolonged, as every form that is sent prolongs it: up to its longest."""
    return _dialog(page, visitor)


def _dialog(page: Page, visitor: Visitor) -> Response:
    session, now = visitor.session, page.deps.clock.now()
    signed_in = session is not None and session.kind != "visitor"
    return page.render(
        "session/dialog.html",
        left=page.session_left,
        may_stay=session is not None and signed_in and sessions.can_last_longer(session, now),
        sign_out=f"/{page.language}{'/counter' if session is not None and session.kind == 'staff' else ''}/sign-out",
    )
