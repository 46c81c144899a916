"""What is decided about a version: proposed, taken back, published by a second person, refused, put in force again."""

from starlette.responses import Response

from portal.actions import candidates
from portal.http.pages import Page
from portal.http.readers import Designer
from portal.store.unit_of_work import Work
from portal.web.routing import pages
from portal.web.studio import common

router = pages("/{lang}/studio/versions/{key}")


def _note(page: Page) -> str:
    return page.form.get("note", "")[: candidates.MAX_NOTE]


@router.post("/propose")
def propose(page: Page, designer: Designer, key: str) -> Response:
    with page.unit_of_work() as work:
        candidates.propose(work, designer.actor, key, _note(page))
    return page.see_other(common.version_url(page.language, key))


@router.post("/withdraw")
def withdraw(page: Page, designer: Designer, key: str) -> Response:
    with page.unit_of_work() as work:
        candidate = candidates.withdraw(work, designer.actor, key)
    return page.see_other(common.service_url(page.language, candidate.slug))


@router.post("/approve")
def approve(page: Page, designer: Designer, key: str) -> Response:
    candidate = candidates.approve(page.deps, designer.actor, key, _note(page))
    return page.see_other(common.service_url(page.language, candidate.slug))


@router.post("/refuse")
def refuse(page: Page, designer: Designer, key: str) -> Response:
    with page.unit_of_work() as work:
        candidate = candidates.refuse(work, designer.actor, key, _note(page))
    return page.see_other(common.service_url(page.language, candidate.slug))


@router.post("/put-back")
def put_back(page: Page, designer: Designer, key: str) -> Response:
    """Proposes that an earlier publication come into force again; the key is that of the publication."""
    with page.unit_of_work() as work:
        candidate = candidates.propose_put_back(work, designer.actor, _digest(work, page, key), _note(page))
    return page.see_other(common.version_url(page.language, candidate.id))


def _digest(work: Work, page: Page, key: str) -> str:
    return common.open_version(page, work, key).digest
