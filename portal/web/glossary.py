"""The page of words: each term of the law that the portal uses, and what it means."""

from starlette.responses import Response

from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_
from portal.presenting.glossary import glossary_groups
from portal.web.routing import pages

router = pages()


@router.get("/words")
def words(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("The words of the law"))
    return page.render("public/words.html", groups=glossary_groups(page.language))
