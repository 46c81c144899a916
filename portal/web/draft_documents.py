"""The documents' step: what she brings, what she swears instead, and what she lets the administration obtain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from portal.actions import apply, bringing, uploads
from portal.actions.apply import DOCUMENTS, Journey
from portal.domain.errors import NotFound
from portal.domain.service import Document, ServiceDefinition, Source
from portal.http import urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Filer
from portal.i18n import N_
from portal.ports import Area
from portal.presenting.uploads import Asked, documents_of
from portal.store import files
from portal.store.drafts import Draft
from portal.web.drafts import around_of, count_files, looked_at, own_draft
from portal.web.routing import pages
from portal.web.uploading import take_files

router = pages()


@dataclass(frozen=True)
class Obtained:
    """A document that another administration holds: agreed to, or brought all the same."""

    title: str
    holder: str
    name: str
    agreed: bool
    upload: Asked


def may_deposit(definition: ServiceDefinition, documents: Iterable[Document]) -> bool:
    """Whether a file may be handed in without some of these documents, and completed later."""
    needed = any(one.source is Source.CITIZEN and not one.optional for one in documents)
    return definition.depositing is not None and needed


@router.get("/drafts/{draft_id}/documents")
def documents(page: Page, filer: Filer, draft_id: str) -> Response:
    draft, first = looked_at(page, filer, draft_id)
    if first is not None:
        return first
    journey = Journey(page.deps, draft)
    if DOCUMENTS not in journey.steps():
        # An answer was changed since this address was shown: nothing is asked for any more.
        return page.see_other(urls.step(page.language, draft_id, journey.resume_at()))
    with page.reading() as work:
        attached = files.of_case(work.connection, draft.seal, draft.id)
    return _show_documents(page, journey, attached, filer)


def _show_documents(
    page: Page,
    journey: Journey,
    attached: list[files.StoredFile],
    filer: Filer,
    errors: Mapping[str, str] | None = None,
) -> Response:
    errors = errors or {}
    page.title = page.say(N_("Your documents"))
    asked, obtained = journey.asked_documents(), journey.obtained_documents()
    if page.too_large_message and (asked or obtained):
        errors = {[*asked, *obtained][0].id: page.too_large_message, **errors}
    page.errors = [ControlError(document_id, message) for document_id, message in errors.items()]
    kept = page.kept() if not errors else {}
    said = set(journey.draft.content.statements) | _sworn(kept, asked)
    shown = documents_of(
        [*asked, *obtained], attached, said, errors, page.language,
        lambda file: f"/{page.language}/drafts/{journey.draft.id}/files/{file.id}",
    )  # fmt: skip
    agreed = journey.consents | _agreed(kept, obtained)
    return page.render(
        "apply/documents.html",
        status=422 if errors else 200,
        **around_of(page, journey, DOCUMENTS),
        form_action=urls.step(page.language, journey.draft.id, DOCUMENTS),
        multipart=True,
        may_deposit=may_deposit(journey.definition, asked),
        documents=shown[: len(asked)],
        obtained=[
            Obtained(
                title=one.title[page.language],
                holder=one.holder[page.language] if one.holder else "",
                name=f"{one.id}-consent",
                agreed=one.id in agreed,
                upload=upload,
            )
            for one, upload in zip(obtained, shown[len(asked) :], strict=True)
        ],
        at_counter=filer.at_counter,
    )


@router.post("/drafts/{draft_id}/documents")
def save_documents(page: Page, filer: Filer, draft_id: str) -> Response:
    """Takes in chosen files, removes one, records what is sworn and agreed to; nothing taken in is lost on an error."""
    draft = own_draft(page, filer, draft_id)
    journey = Journey(page.deps, draft)
    count_files(page, filer.session)
    wanted = {one.id: one for one in (*journey.asked_documents(), *journey.obtained_documents())}
    errors = take_files(page, wanted, lambda document, sent: _take_in(page, draft, document, sent))
    remove = page.form.get("remove")
    removed = None
    with page.unit_of_work() as work:
        draft = apply.find_own(work, draft_id, filer.owners, lock=True)
        journey = Journey(page.deps, draft)
        if remove:
            removed = uploads.detach(work, draft.seal, draft.id, remove)
        sworn = _sworn(page.form, journey.asked_documents())
        draft = apply.swear(work, journey, sworn, _agreed(page.form, journey.obtained_documents()))
        attached = files.of_case(work.connection, draft.seal, draft.id)
    if removed is not None:
        page.deps.files.delete(Area.UPLOADS, removed.key)
    if errors:
        return _show_documents(page, Journey(page.deps, draft), attached, filer, errors)
    switch = page.switched
    language = switch or page.language
    stay = remove or page.form.get("upload") or switch
    step = DOCUMENTS if stay else journey.next_after(DOCUMENTS)
    return page.see_other(urls.step(language, draft_id, step))


def _take_in(page: Page, draft: Draft, document: Document, sent: uploads.Upload) -> None:
    uploads.take_in(page.deps, draft.seal, draft.id, document, sent, awaited=bringing.of_draft(draft.id))


def _sworn(typed: Mapping[str, str], asked: Iterable[Document]) -> set[str]:
    return {one.id for one in asked if typed.get(f"{one.id}-statement") == "yes"}


def _agreed(typed: Mapping[str, str], obtained: Iterable[Document]) -> set[str]:
    return {one.id for one in obtained if typed.get(f"{one.id}-consent") == "yes"}


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
