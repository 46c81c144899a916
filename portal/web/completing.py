"""Bringing what a file still lacks, or what is to be replaced in it: online, or taken in by a clerk at the counter."""

from collections.abc import Mapping
from contextlib import suppress

from starlette.responses import Response

from portal.actions import bringing, uploads
from portal.actions.perform import OpenCase, complete, completing_rule, open_case
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import CameTooLate, CaseMoved, NotFound
from portal.domain.events import ReplacementRequested
from portal.domain.service import ActionRule, Document, StateKind
from portal.http.pages import ControlError, Page
from portal.i18n import N_
from portal.presenting.uploads import documents_of
from portal.store import files
from portal.web import acts, casework
from portal.web.uploading import take_files

NOTHING_CHOSEN = N_("Choose the file of this document, then send it")


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
    """Takes in what was brought; once nothing is missing the period starts, or runs again.

    Raises CameTooLate where something was brought that is not awaited any more, once the rest was taken in.
    """
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, actor)
        case = opened.dossier.case
        if not (policies.is_applicant(actor, case) or policies.in_unit(actor, case)):
            # Whoever only reads brings nothing, and does not learn what was brought either.
            raise NotFound()
        missing = case.missing
        if missing:
            completing_rule(opened, actor)
        known = [one for one in page.form.files if opened.definition.document(one.control) is not None]
        late = not bringing.all_there(work, opened, [one.content for one in known if one.control not in missing])
    if not missing:
        if late:
            raise CameTooLate()
        # The second of two clicks: the first completed the file.
        return page.see_other(base)
    errors: dict[str, str] = {}
    try:
        errors = _take_files(page, actor, opened)
    except CameTooLate:
        late = True
    sworn = _sworn(page.form, _asked(opened))
    outcome = None
    with suppress(CaseMoved), page.unit_of_work() as work:
        # Where somebody else completed it meanwhile, the case itself says what became of it.
        outcome = complete(work, page.deps, actor, reference, sworn)
    if late:
        raise CameTooLate()
    if switch := page.switched:
        base = f"/{switch}{base[len(page.language) + 1 :]}"
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, actor)
        attached = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
    if not opened.dossier.case.missing or (outcome is not None and not errors):
        return page.see_other(base)
    errors = errors or _still_to_choose(page, opened, attached, sworn)
    if errors:
        return _show(page, opened, attached, errors, base)
    return page.see_other(f"{base}/complete")


def _still_to_choose(page: Page, opened: OpenCase, attached: list[files.StoredFile], sworn: set[str]) -> dict[str, str]:
    """What is told of each document that is still missing where the page was sent without any."""
    if page.form.files or sworn or page.switched:
        return {}
    there = {file.document for file in acts.standing(attached)}
    return {one.id: page.say(NOTHING_CHOSEN) for one in _asked(opened) if one.id not in there}


def _take_files(page: Page, actor: Actor, opened: OpenCase) -> dict[str, str]:
    """Stores the chosen files of documents that are missing; what is wrong, by document. Raises CameTooLate."""
    dossier = opened.dossier

    def take(wanted: Document, upload: uploads.Upload) -> None:
        awaited = bringing.lacking(page.deps, actor, dossier.case.reference, wanted.id)
        uploads.take_in(page.deps, dossier.seal, dossier.case.id, wanted, upload, awaited=awaited)

    return take_files(page, {one.id: one for one in _asked(opened)}, take)
