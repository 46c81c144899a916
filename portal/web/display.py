"""How the portal looks to one reader: the size of its letters."""

from starlette.responses import Response

from portal.http import urls
from portal.http.pages import LARGE, NORMAL, Page
from portal.http.readers import Visitor
from portal.web.routing import pages

router = pages()


@router.get("/display")
def display(page: Page, visitor: Visitor) -> Response:
    """Bigger letters, or the usual ones, on every page from now on; back to where the reader was."""
    size = page.request.query_params.get("text")
    if size in (LARGE, NORMAL):
        page.set_text(size)
    return page.see_other(urls.local_target(page.request.query_params.get("back", ""), urls.home(page.language)))
