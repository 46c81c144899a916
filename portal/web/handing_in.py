"""The end of a draft: all answers on one page, each with its way back, and handing the file in."""

from starlette.responses import Response

from portal.actions.apply import CHECK, CONSENT, DOCUMENTS, Journey
from portal.actions.submit import NotReady, Outdated, submit
from portal.http import limiting, urls
from portal.http.pages import Page
from portal.http.readers import Filer
from portal.i18n import N_
from portal.ports import Area
from portal.presenting.check import sections_of
from portal.presenting.fees import due_words
from portal.presenting.sheet import sheet_of
from portal.store import files
from portal.web.drafts import around_of, count_visitor, looked_at
from portal.web.public import remember_case
from portal.web.routing import pages

router = pages()


@router.get("/drafts/{draft_id}/check")
def check(page: Page, filer: Filer, draft_id: str) -> Response:
    """All answers on one page, each with its way back, and what the request costs with them."""
    draft, first = looked_at(page, filer, draft_id)
    if first is not None:
        return first
    with page.reading() as work:
        attached = files.of_case(work.connection, draft.seal, draft.id)
    return _show_check(page, Journey(page.deps, draft), attached, filer)


def _show_check(page: Page, journey: Journey, attached: list[files.StoredFile], filer: Filer) -> Response:
    unfinished = journey.unanswered()
    if unfinished is not None:
        return page.see_other(urls.step(page.language, journey.draft.id, unfinished))
    page.title = page.say(N_("Check your answers"))
    draft_id, definition = journey.draft.id, journey.definition
    obtained, brought = journey.obtained_documents(), {file.document for file in attached}
    said = set(journey.draft.content.statements)
    return page.render(
        "apply/check.html",
        **around_of(page, journey, CHECK),
        form_action=urls.step(page.language, draft_id, "submit"),
        sections=sections_of(
            journey.pages(),
            journey.facts(),
            journey.answers,
            journey.around,
            page.language,
            change=lambda page_id: urls.step(page.language, draft_id, page_id),
        ),
        attached=[(found, file) for file in attached if (found := definition.document(file.document)) is not None],
        statements=[document for document in journey.asked_documents() if document.id in said],
        agreed=[one for one in obtained if f"{CONSENT}{one.id}" in said and one.id not in brought],
        missing=[document.title[page.language] for document in journey.missing(attached)],
        documents_url=urls.step(page.language, draft_id, DOCUMENTS) if DOCUMENTS in journey.steps() else None,
        may_deposit=definition.depositing is not None,
        at_counter=filer.at_counter,
        sheet=sheet_of(definition, page.deps.registry.territory, page.language),
        due=due_words(definition, journey.fee_due(), page.language),
    )


@router.post("/drafts/{draft_id}/submit")
def hand_in(page: Page, filer: Filer, draft_id: str) -> Response:
    """Hands the case in; a second click, or the same request again, leads to the same case."""
    if not filer.at_counter:
        page.deps.limits.count(limiting.SUBMIT_OWNER, "submit", filer.owners[0].id)
        count_visitor(page, filer.session, limiting.SUBMIT_ADDRESS, "submit")
    try:
        with page.unit_of_work() as work:
            done = submit(work, page.deps, draft_id, filer.owners, filer.actor(page.language), page.language)
    except NotReady as unready:
        return page.see_other(urls.step(page.language, draft_id, unready.step))
    except Outdated:
        # She is told what changed, or that the service is gone, before anything is handed in.
        return page.see_other(urls.draft(page.language, draft_id))
    for file in done.dropped:
        page.deps.files.delete(Area.UPLOADS, file.key)
    if filer.at_counter:
        return page.see_other(f"{urls.counter_case(page.language, done.reference)}/filed")
    if filer.session.kind == "visitor":
        remember_case(page, done.case_id)
    return page.see_other(urls.submitted(page.language, done.reference))
