"""Uploading an edited folder: it is checked at once, and nothing of it is in force before a second person says so."""

from starlette.responses import Response

from portal.actions.candidates import receive
from portal.adapters.archives import BadArchive
from portal.domain.policies import check_can_design
from portal.http import limiting
from portal.http.pages import ControlError, Page
from portal.http.readers import Designer
from portal.i18n import N_
from portal.web.routing import pages
from portal.web.studio import common

router = pages("/{lang}/studio")

ARCHIVE, SLUG = "archive", "slug"


@router.get("/upload")
def form(page: Page, designer: Designer) -> Response:
    check_can_design(designer.actor)
    return _show(page, page.request.query_params.get(SLUG, "")[:60])


def _show(page: Page, slug: str, error: str = "") -> Response:
    page.title, page.current_nav = page.say(N_("Upload a version")), "upload"
    page.errors = [ControlError(ARCHIVE, error)] if error else []
    return page.render(
        "studio/upload.html",
        status=422 if error else 200,
        slug=slug,
        error=error,
        slugs=sorted(page.deps.registry.in_force.services),
        form_action=f"{common.home(page.language)}/upload",
        back_url=common.home(page.language),
    )


@router.post("/upload")
def upload(page: Page, designer: Designer) -> Response:
    """Takes a ZIP in and shows what the proofs say of it; one that could harm is refused with the reason."""
    check_can_design(designer.actor)
    slug = page.form.get(SLUG, "").strip()[:60]
    page.deps.limits.count(limiting.STUDIO_UPLOAD, "studio", designer.member.id)
    sent = [one for one in page.form.files if one.control == ARCHIVE and one.content]
    if not sent:
        return _show(page, slug, page.say(N_("Choose the ZIP of the folder.")))
    try:
        candidate = receive(page.deps, designer.actor, sent[0].content, slug)
    except BadArchive as bad:
        return _show(page, slug, page.say(bad.message, **bad.params))
    return page.see_other(common.version_url(page.language, candidate.id))
