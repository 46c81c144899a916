"""Filling a form in, page by page, and handing it in: for citizens, visitors and clerks alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from limits import RateLimitItem
from starlette.responses import Response

from portal.actions import apply, uploads
from portal.actions.apply import CHECK, DOCUMENTS, Journey
from portal.actions.submit import NotReady, submit
from portal.domain.case import NOBODY, Person
from portal.domain.errors import NotFound
from portal.domain.service import Document, IdentityLevel, ServiceDefinition, Source
from portal.fields.base import Wrong
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page, replace_session
from portal.http.readers import Filer, Visitor
from portal.i18n import N_
from portal.ports import Area
from portal.presenting.check import sections_of
from portal.presenting.controls import control_for, controls_of
from portal.presenting.errors import explain_error
from portal.presenting.sheet import sheet_of
from portal.presenting.uploads import documents_of
from portal.presenting.wrongs import in_summary
from portal.store import files, people, sessions
from portal.store.sessions import Session
from portal.web.public import remember_case
from portal.web.routing import pages

router = pages()


@dataclass(frozen=True)
class Step:
    """Where in the journey a page stands."""

    number: int
    total: int
    title: str


def step_of(page: Page, journey: Journey, step: str) -> Step:
    """Where a step stands; the documents are counted from the start where the answers to come may ask for some."""
    steps = journey.steps()
    to_come = DOCUMENTS not in steps and any(one.source is Source.CITIZEN for one in journey.definition.documents)
    unfinished = to_come and step != CHECK and journey.resume_at() != CHECK
    return Step(steps.index(step) + 1, len(steps) + unfinished, journey.definition.title[page.language])


@router.get("/services/{slug}/apply")
def before_start(page: Page, visitor: Visitor, slug: str) -> Response:
    """What to know and have at hand, and the notice of law 09-08; here one signs in or starts."""
    definition = page.deps.registry.service(slug)
    page.title, page.current_nav = definition.title[page.language], "services"
    return page.render(
        "apply/start.html",
        sheet=sheet_of(definition, page.deps.registry.territory, page.language),
        ready=_level_of(visitor).rank >= definition.identity.rank,
        signed_in=visitor.session is not None and visitor.session.kind == "citizen",
        level=definition.identity.value,
        apply_url=urls.apply(page.language, slug),
        may_deposit=_may_deposit(definition, definition.documents),
    )


def _may_deposit(definition: ServiceDefinition, documents: Iterable[Document]) -> bool:
    """Whether a file may be handed in without some of these documents, and completed later."""
    needed = any(one.source is Source.CITIZEN and not one.optional for one in documents)
    return definition.depositing is not None and needed


def _level_of(visitor: Visitor) -> IdentityLevel:
    session = visitor.session
    if session is None or session.kind != "citizen":
        return IdentityLevel.NONE
    return IdentityLevel(session.level)


@router.post("/services/{slug}/apply")
def start(page: Page, visitor: Visitor, slug: str) -> Response:
    definition = page.deps.registry.service(slug)
    if visitor.session is not None and visitor.session.kind == "staff":
        # Whoever works at a counter files for others; her own session there goes on.
        return page.see_other(f"/{page.language}/counter/file/{slug}")
    if _level_of(visitor).rank < definition.identity.rank:
        return page.see_other(urls.apply(page.language, slug))
    session = visitor.session
    _count_visitor(page, session, limiting.START_ADDRESS, "start")
    if session is None or session.kind == "staff":
        session = replace_session(page, "visitor", sessions.new_visitor(), data={})
    filer = Filer(session)
    identity: Mapping[str, str] = {}
    known = NOBODY
    if session.kind == "citizen":
        with page.reading() as work:
            identity = people.find_claims(work.connection, work.vault, session.subject)
        known = person_of(identity, page)
    with page.unit_of_work() as work:
        draft = apply.start(
            work, definition, filer.owners[0], page.language, identity=identity, filer=known, applicant=known
        )
    return page.see_other(urls.step(page.language, draft.id, Journey(page.deps, draft).steps()[0]))


def _count_visitor(page: Page, session: Session | None, item: RateLimitItem, what: str) -> None:
    """Counts what browsers without an account do, by their address: a new cookie costs nothing."""
    if session is None or session.kind == "visitor":
        page.deps.limits.count(item, what, limiting.address_of(page.request))


def person_of(identity: Mapping[str, str], page: Page) -> Person:
    """The person an identity speaks of; her place is what commune and district say together, if the province has it."""
    commune, district = identity.get("commune", ""), identity.get("district", "")
    place = f"{commune}/{district}" if district else commune
    known = page.deps.registry.territory.is_place(place)
    return Person.from_data({**identity, "place": place if known else ""})


@router.get("/drafts/{draft_id}")
def resume(page: Page, filer: Filer, draft_id: str) -> Response:
    with page.reading() as work:
        draft = apply.find_own(work, draft_id, filer.owners)
    return page.see_other(urls.step(page.language, draft_id, Journey(page.deps, draft).resume_at()))


@router.get("/drafts/{draft_id}/documents")
def documents(page: Page, filer: Filer, draft_id: str) -> Response:
    with page.reading() as work:
        draft = apply.find_own(work, draft_id, filer.owners)
        attached = files.of_case(work.connection, draft.seal, draft.id)
    journey = Journey(page.deps, draft)
    if DOCUMENTS not in journey.steps():
        # An answer was changed since this address was shown: nothing is asked for any more.
        return page.see_other(urls.step(page.language, draft_id, journey.resume_at()))
    return _show_documents(page, journey, attached)


def _show_documents(
    page: Page, journey: Journey, attached: list[files.StoredFile], errors: Mapping[str, str] | None = None
) -> Response:
    errors = errors or {}
    page.title = page.say(N_("Your documents"))
    asked = journey.asked_documents()
    if page.too_large_message and asked:
        errors = {asked[0].id: page.too_large_message, **errors}
    page.errors = [ControlError(document_id, message) for document_id, message in errors.items()]
    previous = journey.before(DOCUMENTS)
    sworn = _sworn(page.kept(), asked) if not errors else set()
    return page.render(
        "apply/documents.html",
        status=422 if errors else 200,
        step=step_of(page, journey, DOCUMENTS),
        back_url=urls.step(page.language, journey.draft.id, previous) if previous else None,
        form_action=urls.step(page.language, journey.draft.id, DOCUMENTS),
        multipart=True,
        may_deposit=_may_deposit(journey.definition, journey.asked_documents()),
        documents=documents_of(
            asked, attached, sworn | set(journey.draft.content.statements), errors, page.language,
            lambda file: f"/{page.language}/drafts/{journey.draft.id}/files/{file.id}",
        ),
    )  # fmt: skip


@router.post("/drafts/{draft_id}/documents")
def save_documents(page: Page, filer: Filer, draft_id: str) -> Response:
    """Takes in chosen files, removes one, records sworn statements, and goes on; nothing taken in is lost on an error."""
    with page.reading() as work:
        draft = apply.find_own(work, draft_id, filer.owners)
    journey = Journey(page.deps, draft)
    if page.form.files:
        _count_visitor(page, filer.session, limiting.UPLOAD_ADDRESS, "upload")
    errors = _take_files(page, journey)
    remove = page.form.get("remove")
    removed = None
    with page.unit_of_work() as work:
        draft = apply.find_own(work, draft_id, filer.owners, lock=True)
        journey = Journey(page.deps, draft)
        if remove:
            removed = uploads.detach(work, draft.seal, draft.id, remove)
        draft = apply.swear(work, journey, _sworn(page.form, journey.asked_documents()))
        attached = files.of_case(work.connection, draft.seal, draft.id)
    if removed is not None:
        page.deps.files.delete(Area.UPLOADS, removed.key)
    if errors:
        return _show_documents(page, Journey(page.deps, draft), attached, errors)
    switch = page.switched
    language = switch or page.language
    stay = remove or page.form.get("upload") or switch
    step = DOCUMENTS if stay else journey.next_after(DOCUMENTS)
    return page.see_other(urls.step(language, draft_id, step))


def _take_files(page: Page, journey: Journey) -> dict[str, str]:
    """Stores the chosen files; what is wrong, by document."""
    errors: dict[str, str] = {}
    asked = {document.id: document for document in journey.asked_documents()}
    draft = journey.draft
    for sent in page.form.files:
        document = asked.get(sent.control)
        if document is None:
            continue
        try:
            upload = uploads.Upload(sent.name, sent.content)
            uploads.take_in(page.deps, draft.seal, draft.id, document, upload)
        except uploads.BadFile as bad:
            errors[document.id] = explain_error(bad, page.language).text
    return errors


def _sworn(typed: Mapping[str, str], asked: Iterable[Document]) -> set[str]:
    return {one.id for one in asked if typed.get(f"{one.id}-statement") == "yes"}


@router.get("/drafts/{draft_id}/files/{file_id}")
def own_file(page: Page, filer: Filer, draft_id: str, file_id: str) -> Response:
    """A file as it was brought, for the one who brought it: saved, never opened in the page."""
    with page.reading() as work:
        draft = apply.find_own(work, draft_id, filer.owners)
        file = files.find(work.connection, draft.seal, draft.id, file_id)
    if file is None:
        raise NotFound()
    content = uploads.content_of(page.deps, draft.seal, file)
    return page.download(content, file.media_type, f"document.{file.media_type.rpartition('/')[2]}")


@router.get("/drafts/{draft_id}/check")
def check(page: Page, filer: Filer, draft_id: str) -> Response:
    """All answers on one page, each with its way back."""
    with page.reading() as work:
        draft = apply.find_own(work, draft_id, filer.owners)
        attached = files.of_case(work.connection, draft.seal, draft.id)
    return _show_check(page, Journey(page.deps, draft), attached, filer)


def _show_check(page: Page, journey: Journey, attached: list[files.StoredFile], filer: Filer) -> Response:
    unfinished = journey.unanswered()
    if unfinished is not None:
        return page.see_other(urls.step(page.language, journey.draft.id, unfinished))
    page.title = page.say(N_("Check your answers"))
    previous = journey.before(CHECK)
    missing = journey.missing(attached)
    draft_id = journey.draft.id
    return page.render(
        "apply/check.html",
        step=step_of(page, journey, CHECK),
        back_url=urls.step(page.language, draft_id, previous) if previous else None,
        form_action=urls.step(page.language, draft_id, "submit"),
        sections=sections_of(
            journey.pages(),
            journey.facts(),
            journey.draft.content.answers,
            journey.around,
            page.language,
            change=lambda page_id: urls.step(page.language, draft_id, page_id),
        ),
        attached=[(journey.definition.document(file.document), file) for file in attached],
        statements=[
            document for document in journey.asked_documents() if document.id in journey.draft.content.statements
        ],
        missing=[document.title[page.language] for document in missing],
        documents_url=urls.step(page.language, draft_id, DOCUMENTS) if journey.asked_documents() else None,
        at_counter=filer.at_counter,
        sheet=sheet_of(journey.definition, page.deps.registry.territory, page.language),
    )


@router.post("/drafts/{draft_id}/submit")
def hand_in(page: Page, filer: Filer, draft_id: str) -> Response:
    """Hands the case in; a second click, or the same request again, leads to the same case."""
    if not filer.at_counter:
        page.deps.limits.count(limiting.SUBMIT_OWNER, "submit", filer.owners[0].id)
        _count_visitor(page, filer.session, limiting.SUBMIT_ADDRESS, "submit")
    try:
        with page.unit_of_work() as work:
            done = submit(work, page.deps, draft_id, filer.owners, filer.actor(page.language), page.language)
    except NotReady as unready:
        return page.see_other(urls.step(page.language, draft_id, unready.step))
    if filer.at_counter:
        return page.see_other(f"{urls.counter_case(page.language, done.reference)}/filed")
    if filer.session.kind == "visitor":
        remember_case(page, done.case_id)
    return page.see_other(urls.submitted(page.language, done.reference))


@router.get("/drafts/{draft_id}/{step}")
def question(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    with page.reading() as work:
        draft = apply.find_own(work, draft_id, filer.owners)
    journey = Journey(page.deps, draft)
    form_page = journey.page(step)
    if kept := page.kept():
        return _show_question(page, journey, step, kept, {})
    typed = draft.content.typed.get(step)
    if typed is None:
        return _show_question(page, journey, step, _saved_controls(journey, step), {})
    # What was typed and not accepted is shown again with what is wrong with it, unless it was only carried over.
    errors = {} if apply.CARRIED in typed else journey.read(form_page, typed).errors
    return _show_question(page, journey, step, typed, errors, status=200)


def _saved_controls(journey: Journey, step: str) -> dict[str, str]:
    shown: dict[str, str] = {}
    for field in journey.page(step).fields:
        shown.update(controls_of(field, journey.draft.content.answers.get(field.id)))
    return shown


def _show_question(
    page: Page,
    journey: Journey,
    step: str,
    controls: Mapping[str, str],
    errors: Mapping[str, Wrong],
    *,
    status: int = 422,
) -> Response:
    form_page = journey.page(step)
    page.title = form_page.title[page.language]
    page.errors = [
        ControlError(field.id, in_summary(field, errors[field.id], page.language))
        for field in form_page.fields
        if field.id in errors
    ]
    previous = journey.before(step)
    territory = page.deps.registry.territory
    shown = [
        control_for(field, controls, errors.get(field.id), territory, page.language)
        for field in form_page.fields
        if journey.visible(field, {})
    ]
    return page.render(
        "apply/question.html",
        status=status if errors else 200,
        step=step_of(page, journey, step),
        back_url=urls.step(page.language, journey.draft.id, previous) if previous else None,
        form_action=urls.step(page.language, journey.draft.id, step),
        hint=form_page.hint[page.language] if form_page.hint else None,
        controls=shown,
    )


@router.post("/drafts/{draft_id}/{step}")
def save(page: Page, filer: Filer, draft_id: str, step: str) -> Response:
    """Saves a page and goes on; a language switch keeps what is typed and comes back in the other language."""
    switch = page.switched
    with page.unit_of_work() as work:
        draft = apply.find_own(work, draft_id, filer.owners, lock=True)
        journey = Journey(page.deps, draft)
        form_page = journey.page(step)
        if switch:
            apply.keep_typed(work, journey, form_page, page.form, switch)
            return page.see_other(urls.step(switch, draft_id, step))
        draft, reading = apply.save_page(work, journey, form_page, page.form)
    earlier, journey = journey, Journey(page.deps, draft, journey.today)
    if reading.errors:
        return _show_question(page, journey, step, reading.typed, reading.errors)
    return page.see_other(urls.step(page.language, draft_id, journey.onward(step, earlier)))
