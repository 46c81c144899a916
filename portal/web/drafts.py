"""What every page of a draft begins with: whose it is, whether its service is still as it was, and where the page stands."""

from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem
from starlette.responses import Response

from portal.actions import apply, bringing, carrying
from portal.actions.apply import CHECK, DOCUMENTS, TASKS, Journey
from portal.actions.carrying import Standing
from portal.domain.errors import CameTooLate, NotFound
from portal.domain.service import Source
from portal.http import limiting, urls
from portal.http.pages import Page
from portal.http.readers import Filer
from portal.i18n import N_
from portal.presenting.changes_of_form import changes_in_words
from portal.presenting.check import sections_of
from portal.store.drafts import Draft
from portal.store.sessions import Session
from portal.web.routing import pages

router = pages()

CHANGED = "what-changed"
NO_LONGER = "no-longer"
"""Addresses that no page of a form can have: the id of a page holds no dash."""


@dataclass(frozen=True)
class Step:
    """Where in the journey a page stands."""

    number: int
    total: int
    title: str


@dataclass(frozen=True)
class Task:
    """A line of the list of what is left: pages are gone through in order, so that later ones have no link yet."""

    title: str
    url: str | None
    tag: str
    tag_kind: str
    hint: str | None = None


def step_of(page: Page, journey: Journey, step: str) -> Step:
    """Where a step stands; the documents are counted from the start where the answers to come may ask for some."""
    steps = journey.steps()
    to_come = DOCUMENTS not in steps and any(one.source is Source.CITIZEN for one in journey.definition.documents)
    unfinished = to_come and step != CHECK and journey.resume_at() != CHECK
    return Step(steps.index(step) + 1, len(steps) + unfinished, journey.definition.title[page.language])


def around_of(page: Page, journey: Journey, step: str) -> dict[str, Any]:
    """What every step's page shows of the way: where it stands, back to the step before, and to the list of all."""
    previous, draft_id = journey.before(step), journey.draft.id
    return {
        "step": step_of(page, journey, step),
        "back_url": urls.step(page.language, draft_id, previous) if previous else None,
        "tasks_url": urls.step(page.language, draft_id, TASKS) if journey.has_tasks else None,
    }


def count_visitor(page: Page, session: Session | None, item: RateLimitItem, what: str) -> None:
    """Counts what browsers without an account do, by their address: a new cookie costs nothing."""
    if session is None or session.kind == "visitor":
        page.deps.limits.count(item, what, limiting.address_of(page.request))


def count_files(page: Page, session: Session | None) -> None:
    """Counts, of browsers without an account, the forms that bring files."""
    if page.form.files:
        count_visitor(page, session, limiting.UPLOAD_ADDRESS, "upload")


def own_draft(page: Page, filer: Filer, draft_id: str) -> Draft:
    """Raises CameTooLate where files are sent to what she has handed in meanwhile, as in another tab."""
    with page.reading() as work:
        try:
            return apply.find_own(work, draft_id, filer.owners)
        except NotFound:
            if page.form.files and bringing.was_handed_in(work, draft_id, {one.id for one in filer.owners}):
                raise CameTooLate() from None
            raise


def looked_at(page: Page, filer: Filer, draft_id: str) -> tuple[Draft, Response | None]:
    """The draft under the version in force, and where she is led first where that is not what she began."""
    draft = own_draft(page, filer, draft_id)
    standing = carrying.standing_of(page.deps, draft)
    if standing in (Standing.WITHDRAWN, Standing.ELSEWHERE):
        return draft, page.see_other(urls.step(page.language, draft_id, NO_LONGER))
    if standing is Standing.OUTDATED:
        with page.unit_of_work() as work:
            draft = apply.find_own(work, draft_id, filer.owners, lock=True)
            if carrying.standing_of(page.deps, draft) is Standing.OUTDATED:
                draft = carrying.carry(work, page.deps, draft)
    if draft.content.carried_from:
        return draft, page.see_other(urls.step(page.language, draft_id, CHANGED))
    return draft, None


def first_step(journey: Journey) -> str:
    """Where a new draft begins."""
    return TASKS if journey.has_tasks else journey.steps()[0]


@router.get("/drafts/{draft_id}")
def resume(page: Page, filer: Filer, draft_id: str) -> Response:
    draft, first = looked_at(page, filer, draft_id)
    if first is not None:
        return first
    journey = Journey(page.deps, draft)
    step = TASKS if journey.has_tasks else journey.resume_at()
    return page.see_other(urls.step(page.language, draft_id, step))


@router.get("/drafts/{draft_id}/tasks")
def tasks(page: Page, filer: Filer, draft_id: str) -> Response:
    """A long form at a glance: what is done, what comes next."""
    draft, first = looked_at(page, filer, draft_id)
    if first is not None:
        return first
    journey = Journey(page.deps, draft)
    page.title = page.say(N_("What you have to do"))
    return page.render(
        "apply/tasks.html",
        service=journey.definition.title[page.language],
        tasks=_tasks(page, journey),
        next_url=urls.step(page.language, draft_id, journey.resume_at()),
        begun=bool(draft.content.saved),
    )


def _tasks(page: Page, journey: Journey) -> list[Task]:
    saved, next_step = set(journey.draft.content.saved), journey.resume_at()
    sound = {one.id for one in journey.pages() if one.id in saved and journey.is_sound(one)}
    shown = []
    for step in journey.steps():
        url = urls.step(page.language, journey.draft.id, step)
        form_page = journey.definition.page(step)
        if step == next_step:
            tag, kind = page.say(N_("To do now")), "now"
        elif step in saved and (form_page is None or step in sound):
            tag, kind = page.say(N_("Done")), "good"
        elif step in saved:
            tag, kind = page.say(N_("To correct")), "warn"
        else:
            url, tag, kind = "", page.say(N_("Later")), "wait"
        shown.append(Task(_title(page, journey, step), url or None, tag, kind))
    return shown


def _title(page: Page, journey: Journey, step: str) -> str:
    form_page = journey.definition.page(step)
    if form_page is not None:
        return form_page.title[page.language]
    return page.say(N_("Your documents") if step == DOCUMENTS else N_("Check your answers"))


@router.get("/drafts/{draft_id}/what-changed")
def what_changed(page: Page, filer: Filer, draft_id: str) -> Response:
    """What is different since the draft was begun; shown until she has said that she read it."""
    draft, _ = looked_at(page, filer, draft_id)
    journey = Journey(page.deps, draft)
    if not draft.content.carried_from or carrying.standing_of(page.deps, draft) is not Standing.CURRENT:
        return page.see_other(urls.draft(page.language, draft_id))
    changed = carrying.changes(page.deps, journey)
    page.title = page.say(N_("This service has changed since you began"))
    return page.render(
        "apply/what_changed.html",
        service=journey.definition.title[page.language],
        changes=changes_in_words(
            changed.before,
            changed.after,
            page.language,
            asked=changed.asked,
            dropped=changed.dropped,
            again=changed.again,
            documents_added=changed.documents_added,
            documents_dropped=changed.documents_dropped,
        ),
        form_action=urls.step(page.language, draft_id, CHANGED),
        at_counter=filer.at_counter,
    )


@router.post("/drafts/{draft_id}/what-changed")
def go_on(page: Page, filer: Filer, draft_id: str) -> Response:
    """She has read it: on to where something is to be done."""
    with page.unit_of_work() as work:
        carrying.told(work, apply.find_own(work, draft_id, filer.owners, lock=True))
    return page.see_other(urls.draft(page.language, draft_id))


@router.get("/drafts/{draft_id}/no-longer")
def no_longer(page: Page, filer: Filer, draft_id: str) -> Response:
    """A draft whose service is no longer offered here: why it cannot go on, and what she had answered, to copy."""
    draft = own_draft(page, filer, draft_id)
    standing = carrying.standing_of(page.deps, draft)
    if standing not in (Standing.WITHDRAWN, Standing.ELSEWHERE):
        return page.see_other(urls.draft(page.language, draft_id))
    journey = Journey(page.deps, draft)
    page.title = page.say(N_("This service is no longer offered here"))
    elsewhere = standing is Standing.ELSEWHERE
    return page.render(
        "apply/no_longer.html",
        status=410,
        service=journey.definition.title[page.language],
        service_url=urls.service(page.language, draft.service) if elsewhere else None,
        sections=sections_of(journey.pages(), journey.facts(), journey.answers, journey.around, page.language),
    )
