"""Turning to somebody after a refusal or a silence: one page from the case, and it is filed. For applicants and clerks."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.actions import remedies, uploads
from portal.actions.facts import facts_of
from portal.actions.perform import OpenCase, open_case
from portal.actions.submit import Submitted
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.policies import check_can_file_after, check_can_file_for_others
from portal.domain.remedies import Remedy
from portal.domain.service import Document, Field
from portal.fields.base import Wrong
from portal.fields.forms import PageReading, read_page
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Applicant, Staff
from portal.i18n import office_date, plain_date
from portal.presenting.errors import explain_error
from portal.presenting.following import SINCE_REFUSED, SINCE_SILENT, remedy_card
from portal.presenting.sheet import sheet_of
from portal.presenting.uploads import documents_of
from portal.store import cases
from portal.store.files import StoredFile
from portal.web import casework
from portal.web.counter import unit_name
from portal.web.drafts import count_visitor
from portal.web.public import remember_case
from portal.web.routing import pages

router = pages()
NOTHING_BROUGHT: tuple[StoredFile, ...] = ()


@router.get("/cases/{reference}/remedies/{slug}")
def before_filing(page: Page, applicant: Applicant, reference: str, slug: str) -> Response:
    """Before whom, until when, by which rule, and what goes with it: one button files it."""
    page.current_nav = "cases"
    return _before(page, applicant.actor, reference, slug, at_counter=False)


@router.post("/cases/{reference}/remedies/{slug}")
def file(page: Page, applicant: Applicant, reference: str, slug: str) -> Response:
    """Files it; a second click, or the same request again, leads to the same case."""
    page.current_nav = "cases"
    page.deps.limits.count(limiting.SUBMIT_OWNER, "submit", applicant.actor.id or applicant.session.subject)
    count_visitor(page, applicant.session, limiting.SUBMIT_ADDRESS, "submit")
    return _file(page, applicant.actor, reference, slug, at_counter=False)


@router.get("/counter/cases/{reference}/remedies/{slug}")
def before_filing_for(page: Page, staff: Staff, reference: str, slug: str) -> Response:
    """The same for somebody at the counter."""
    check_can_file_for_others(staff.actor)
    return _before(page, staff.actor, reference, slug, at_counter=True, unit=unit_name(page, staff.member.unit))


@router.post("/counter/cases/{reference}/remedies/{slug}")
def file_for(page: Page, staff: Staff, reference: str, slug: str) -> Response:
    check_can_file_for_others(staff.actor)
    return _file(page, staff.actor, reference, slug, at_counter=True, unit=unit_name(page, staff.member.unit))


def _case_url(language: str, reference: str, *, at_counter: bool) -> str:
    return urls.counter_case(language, reference) if at_counter else urls.case(language, reference)


def _opened(page: Page, actor: Actor, reference: str, slug: str) -> tuple[OpenCase, Remedy]:
    """The first case, for somebody who may file what follows it, and what that is; raises NotFound."""
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), actor)
    check_can_file_after(actor, opened.dossier.case)
    return opened, remedies.remedy_of(page.deps, opened, slug)


def _before(page: Page, actor: Actor, reference: str, slug: str, *, at_counter: bool, unit: str = "") -> Response:
    opened, remedy = _opened(page, actor, reference, slug)
    before = remedies.filed_already(opened, remedy)
    if before is not None:
        return page.see_other(_led_to(page, actor, opened, before, at_counter=at_counter))
    if not remedy.open(office_date(page.deps.clock.now())):
        raise remedies.too_late(remedy)
    return _show(page, opened, remedy, page.take_typed(), {}, {}, at_counter=at_counter, unit=unit)


def _led_to(page: Page, actor: Actor, opened: OpenCase, reference: str, *, at_counter: bool) -> str:
    """Where what was filed before is seen: itself, or the first case for whoever may not open it."""
    with page.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    seen = found is not None and policies.can_see(actor, found.case)
    return _case_url(page.language, reference if seen else opened.dossier.case.reference, at_counter=at_counter)


def _questions(remedy: Remedy) -> tuple[Field, ...]:
    return tuple(field for one in remedy.service.pages for field in one.fields)


def _show(
    page: Page,
    opened: OpenCase,
    remedy: Remedy,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
    file_errors: Mapping[str, str],
    *,
    at_counter: bool,
    unit: str = "",
) -> Response:
    language, definition, today = page.language, remedy.service, office_date(page.deps.clock.now())
    asked = remedies.asked_documents(definition)
    if page.too_large_message and asked:
        file_errors = {asked[0].id: page.too_large_message, **file_errors}
    page.title = definition.title[language]
    controls = casework.controls_for(page, _questions(remedy), typed, errors)
    page.errors = [*page.errors, *(ControlError(one, message) for one, message in file_errors.items())]
    case = opened.dossier.case
    base = _case_url(language, case.reference, at_counter=at_counter)
    before = remedies.unit_of_remedy(page.deps, definition, opened).name[language]
    since = SINCE_REFUSED if remedy.occasion == "refused" else SINCE_SILENT
    return page.render(
        "citizen/remedy.html",
        status=422 if errors or file_errors else 200,
        back_url=base,
        form_action=f"{base}/remedies/{definition.slug}",
        multipart=bool(asked),
        unit_name=unit,
        at_counter=at_counter,
        reference=case.reference,
        service=opened.definition.title[language],
        happened=page.say(since, date=plain_date(remedy.since, language)),
        card=remedy_card(remedy, before, today, language, None),
        controls=controls,
        documents=documents_of(asked, NOTHING_BROUGHT, (), file_errors, language, lambda _file: ""),
        sheet=sheet_of(definition, page.deps.registry.territory, language),
    )


def _file(page: Page, actor: Actor, reference: str, slug: str, *, at_counter: bool, unit: str = "") -> Response:
    opened, remedy = _opened(page, actor, reference, slug)
    if switch := page.switched:
        page.keep_typed()
        base = _case_url(switch, opened.dossier.case.reference, at_counter=at_counter)
        return page.see_other(f"{base}/remedies/{slug}")
    reading = _read(page, remedy)
    bundled, wrong = remedies.bundle(page.deps, _sent(page, remedy))
    if reading.errors or wrong:
        remedies.drop(page.deps, bundled)
        told = {one: explain_error(bad, page.language).text for one, bad in wrong.items()}
        return _show(page, opened, remedy, reading.typed, reading.errors, told, at_counter=at_counter, unit=unit)
    done: Submitted | None = None
    try:
        with page.unit_of_work() as work:
            done = remedies.file(
                work, page.deps, actor, opened.dossier.case.reference, slug, reading.answers, bundled, page.language
            )
    finally:
        if done is None or done.again:
            remedies.drop(page.deps, bundled)
    if done.again:
        return page.see_other(_led_to(page, actor, opened, done.reference, at_counter=at_counter))
    if at_counter:
        return page.see_other(f"{urls.counter_case(page.language, done.reference)}/filed")
    if not opened.dossier.case.has_account:
        remember_case(page, done.case_id)
    return page.see_other(urls.submitted(page.language, done.reference))


def _read(page: Page, remedy: Remedy) -> PageReading:
    """What she wrote; all of it may be left out, for the file says what there is to say."""
    today = office_date(page.deps.clock.now())

    def visible(field: Field, answers: Mapping[str, Any]) -> bool:
        return not field.conditional or field.when(facts_of(answers, {}, today))

    return read_page(_questions(remedy), page.form, casework.around(page), visible)


def _sent(page: Page, remedy: Remedy) -> list[tuple[Document, uploads.Upload]]:
    """The documents that came with the form."""
    asked = {one.id: one for one in remedies.asked_documents(remedy.service)}
    return [
        (asked[sent.control], uploads.Upload(sent.name, sent.content))
        for sent in page.form.files
        if sent.control in asked and (sent.content or sent.name)
    ]
