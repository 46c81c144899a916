"""What a citizen does to a case of hers: the answer to a request, with its files, and any other action that is hers."""

from collections.abc import Mapping

from starlette.responses import Response

from portal.actions import bringing, uploads
from portal.actions.perform import OpenCase, perform
from portal.domain.errors import CameTooLate
from portal.domain.service import ActionRule, Document, StateKind
from portal.fields.base import Wrong
from portal.http import urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Applicant
from portal.i18n import N_
from portal.ports import Area
from portal.presenting.uploads import documents_of
from portal.store import files
from portal.web import casework, completing
from portal.web.citizen import open_own, question_of, show_late
from portal.web.drafts import count_files
from portal.web.routing import pages
from portal.web.uploading import take_files

router = pages()

REQUEST_LINE = "request-line"
"""The control by which the form of an answer says what it answers; no question can have such a name."""

ASKED_ANOTHER = N_(
    "You have been asked something else since this page was opened, and your answer has not been sent. Read the new "
    "question: what you typed is still here, change it if need be, then send it."
)
ASKED_ANOTHER_FILE = N_("This file was not added. If it answers the new question, choose it again.")


@router.get("/cases/{reference}/actions/{action}")
def action(page: Page, applicant: Applicant, reference: str, action: str) -> Response:
    """The form of an action, such as the answer to a question."""
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
    if opened.definition.rule(action, opened.dossier.case.state) is None:
        return page.see_other(urls.case(page.language, opened.dossier.case.reference))
    rule = opened.rule_for(applicant.actor, action)
    if completing.completes(opened, rule):
        return page.see_other(f"{urls.case(page.language, opened.dossier.case.reference)}/complete")
    too_large = {uploads.ANSWER.id: page.too_large_message} if page.too_large_message else {}
    typed = page.take_typed()
    another = _answers_another(opened, rule, typed)
    return _show_action(page, opened, rule, typed, {}, too_large, another=another)


def _show_action(
    page: Page,
    opened: OpenCase,
    rule: ActionRule,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
    file_errors: Mapping[str, str] | None = None,
    *,
    another: bool = False,
) -> Response:
    """The form with what was typed; over it, where ``another`` question was asked meanwhile, that nothing was sent."""
    dossier = opened.dossier
    url = urls.case(page.language, dossier.case.reference)
    page.title, page.current_nav = rule.label[page.language], "cases"
    file_errors = file_errors or {}
    answers = {one: message for one, message in file_errors.items() if one == uploads.ANSWER.id}
    own = {one: message for one, message in file_errors.items() if one not in answers}
    controls = casework.input_controls(page, rule, opened, typed, errors, own)
    page.errors = [*page.errors, *(ControlError(one, message) for one, message in answers.items())]
    if another:
        page.errors = [ControlError(controls[0].id if controls else "", page.say(ASKED_ANOTHER)), *page.errors]
    asked = [uploads.ANSWER] if _answers_a_request(opened, rule) else []
    with page.reading() as work:
        held = files.of_case(work.connection, dossier.seal, dossier.case.id) if asked else []
    attached = [one for one in held if bringing.of_this_answer(opened, one)]
    return page.render(
        "citizen/action.html",
        status=409 if another else 422 if page.errors else 200,
        back_url=url,
        form_action=f"{url}/actions/{rule.action}",
        multipart=bool(asked) or any(field.type == "file" for field in rule.asks),
        documents=documents_of(asked, attached, (), answers, page.language, lambda file: f"{url}/files/{file.id}"),
        controls=controls,
        question=question_of(page, opened),
        reference=dossier.case.reference,
        final=opened.definition.states[rule.target].kind is StateKind.DECIDED,
        request_line=bringing.request_line(opened) if asked else None,
    )


def _answers_a_request(opened: OpenCase, rule: ActionRule) -> bool:
    """Whether this action is the answer that the administration's clock waits for."""
    return (
        opened.dossier.case.kind is StateKind.SUSPENDED
        and opened.definition.states[rule.target].kind is StateKind.RUNNING
    )


def _answers_another(opened: OpenCase, rule: ActionRule, form: Mapping[str, str]) -> bool:
    """Whether a form was shown with an earlier question than the one that the case waits for now."""
    seen = form.get(REQUEST_LINE)
    return bool(seen) and _answers_a_request(opened, rule) and seen != str(bringing.request_line(opened))


def _show_another(page: Page, opened: OpenCase, rule: ActionRule) -> Response:
    """The question as it now stands, with what was typed as the answer to an earlier one; no file was taken in."""
    takes = {uploads.ANSWER.id} | {field.id for field in rule.asks if field.type == "file"}
    refused = {sent.control: page.say(ASKED_ANOTHER_FILE) for sent in page.form.files if sent.control in takes}
    typed = casework.read_inputs(page, rule, opened).typed
    return _show_action(page, opened, rule, typed, {}, refused, another=True)


@router.post("/cases/{reference}/actions/{action}")
def act(page: Page, applicant: Applicant, reference: str, action: str) -> Response:
    reference = casework.canonical(reference)
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(f"{urls.case(switch, reference)}/actions/{action}")
    count_files(page, applicant.session)
    try:
        return _act(page, applicant, reference, action)
    except CameTooLate as late:
        return show_late(page, applicant, reference, late)


def _act(page: Page, applicant: Applicant, reference: str, action: str) -> Response:
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
        possible = any(one.action == action for one in opened.actions_for(applicant.actor))
        if not possible and not bringing.all_there(work, opened, [one.content for one in page.form.files]):
            raise CameTooLate()
    if not possible:
        # The second of two clicks, or somebody was faster: the case itself says what became of it.
        return page.see_other(urls.case(page.language, reference))
    rule = opened.rule_for(applicant.actor, action)
    if completing.completes(opened, rule):
        # Documents are brought on a page of their own.
        return page.see_other(f"{urls.case(page.language, reference)}/complete")
    if _answers_another(opened, rule, page.form):
        return _show_another(page, opened, rule)
    if page.form.get("remove") and _answers_a_request(opened, rule):
        _remove_answer(page, applicant, opened, rule, page.form["remove"])
        return _show_action(page, opened, rule, casework.read_inputs(page, rule, opened).typed, {})
    file_errors = casework.take_asked_files(page, applicant.actor, rule, opened)
    if _answers_a_request(opened, rule):
        file_errors |= _take_answer(page, applicant, opened, rule)
    reading = casework.read_inputs(page, rule, opened)
    if reading.errors or file_errors or page.form.get("upload"):
        # A file that was only sent, not yet with its answer, is shown as received.
        errors = {} if page.form.get("upload") else reading.errors
        return _show_action(page, opened, rule, reading.typed, errors, file_errors)
    with page.unit_of_work() as work:
        # Asked with the case locked: in the meantime another tab may have answered, and the office asked once more.
        awaited = bringing.possible(page.deps, applicant.actor, opened, action)
        waits = not _answers_a_request(opened, rule) or awaited(work)
        if waits:
            perform(work, page.deps, applicant.actor, reference, action, reading.answers)
    return page.see_other(urls.case(page.language, reference)) if waits else _too_late(page, applicant, opened, rule)


def _too_late(page: Page, applicant: Applicant, seen: OpenCase, rule: ActionRule) -> Response:
    """The question asked in the meantime, with what was typed; the case, where it waits for nothing any more."""
    with page.reading() as work:
        opened = open_own(page, work, applicant, seen.dossier.case.reference)
    if any(one.action == rule.action for one in opened.actions_for(applicant.actor)):
        return _show_another(page, opened, opened.rule_for(applicant.actor, rule.action))
    return page.see_other(urls.case(page.language, opened.dossier.case.reference))


def _take_answer(page: Page, applicant: Applicant, opened: OpenCase, rule: ActionRule) -> dict[str, str]:
    """Takes in the files sent with an answer; what is wrong with them. Raises CameTooLate."""
    dossier = opened.dossier
    awaited = bringing.possible(page.deps, applicant.actor, opened, rule.action)
    since = bringing.asked_since(opened)

    def take(wanted: Document, upload: uploads.Upload) -> None:
        uploads.take_in(page.deps, dossier.seal, dossier.case.id, wanted, upload, awaited=awaited, since=since)

    return take_files(page, {uploads.ANSWER.id: uploads.ANSWER}, take)


def _remove_answer(page: Page, applicant: Applicant, opened: OpenCase, rule: ActionRule, file_id: str) -> None:
    """Takes back a file sent with an answer that is not given yet; what was filed before stays."""
    with page.unit_of_work() as work:
        file = bringing.take_back(work, page.deps, applicant.actor, opened, rule.action, file_id)
    if file is not None:
        page.deps.files.delete(Area.UPLOADS, file.key)
