"""Bringing what a file still lacks, or what is to be replaced in it: online, or taken in by a clerk at the counter."""

from collections.abc import Mapping

from starlette.responses import Response

from portal.actions import uploads
from portal.actions.perform import OpenCase, complete, completing_rule, open_case
from portal.domain.case import Actor
from portal.domain.events import ReplacementRequested
from portal.domain.service import ActionRule, Document, StateKind
from portal.http.pages import ControlError, Page
from portal.i18n import N_
from portal.presenting.uploads import documents_of
from portal.store import files
from portal.web import acts, casework
from portal.web.uploading import take_files


def completes(opened: OpenCase, rule: ActionRule) -> bool:
    """Whether an action is the one by which documents come: it asks for these, not for answers."""
    return bool(opened.dossier.case.missing) and opened.definition.states[rule.target].kind is StateKind.RUNNING


def show(page: Page, actor: Actor, reference: str, base: str) -> Response:
    """The documents that are missing; ``base`` is the case's address for this audience."""
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, actor)
        completing_rule(opened, actor)
        attached = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
    return _show(page, opened, attached, {}, base)


def _show(
    page: Page, opened: OpenCase, attached: list[files.StoredFile], errors: Mapping[str, str], base: str
) -> Response:
    request = acts.waits_for(opened)
    replaces = isinstance(request, ReplacementRequested)
    page.title = page.say(N_("Documents to replace") if replaces else N_("Documents your file still needs"))
    if page.too_large_message:
        errors = {**{one.id: page.too_large_message for one in _asked(opened)[:1]}, **errors}
    page.errors = [ControlError(document_id, message) for document_id, message in errors.items()]
    typed, asked = page.kept() if not errors else {}, opened.dossier.case.missing
    return page.render(
        "citizen/complete.html",
        status=422 if errors else 200,
        back_url=base,
        form_action=f"{base}/complete",
        multipart=True,
        reference=opened.dossier.case.reference,
        replaces=replaces,
        until=acts.awaited_until(opened, page.language),
        reasons=acts.reasons_of(opened, request, page.language, casework.around(page)) if request is not None else "",
        set_aside=[
            one for one in casework.brought(page, opened, attached, base) if one.set_aside and one.document in asked
        ],
        documents=documents_of(
            _asked(opened),
            acts.standing(attached),
            _sworn(typed, _asked(opened)),
            errors,
            page.language,
            lambda file: f"{base}/files/{file.id}",
        ),
    )


def _asked(opened: OpenCase) -> list[Document]:
    wanted = (opened.definition.document(one) for one in opened.dossier.case.missing)
    return [document for document in wanted if document is not None]


def _sworn(typed: Mapping[str, str], asked: list[Document]) -> set[str]:
    return {one.id for one in asked if typed.get(f"{one.id}-statement") == "yes"}


def bring(page: Page, actor: Actor, reference: str, base: str) -> Response:
    """Takes in what was brought; once nothing is missing the period starts, or runs again."""
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, actor)
    if not opened.dossier.case.missing:
        # The second of two clicks: the first completed the file.
        return page.see_other(base)
    completing_rule(opened, actor)
    errors = _take_files(page, opened)
    sworn = _sworn(page.form, _asked(opened))
    with page.unit_of_work() as work:
        outcome = complete(work, page.deps, actor, reference, sworn)
    if switch := page.switched:
        base = f"/{switch}{base[len(page.language) + 1 :]}"
    if outcome is not None and not errors:
        return page.see_other(base)
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, actor)
        attached = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
    if errors:
        return _show(page, opened, attached, errors, base)
    return page.see_other(f"{base}/complete")


def _take_files(page: Page, opened: OpenCase) -> dict[str, str]:
    """Stores the chosen files of documents that are missing; what is wrong, by document."""
    dossier = opened.dossier

    def take(wanted: Document, upload: uploads.Upload) -> None:
        uploads.take_in(page.deps, dossier.seal, dossier.case.id, wanted, upload)

    return take_files(page, {one.id: one for one in _asked(opened)}, take)
