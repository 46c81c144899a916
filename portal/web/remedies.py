"""Turning to somebody after a refusal or a silence: one page from the case, and it is filed. For applicants and clerks."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from portal.actions import remedies, uploads
from portal.actions.facts import facts_of
from portal.actions.perform import OpenCase, open_case
from portal.actions.submit import Submitted
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import PortalError, RemedyTooLate
from portal.domain.policies import check_can_file_after, check_can_file_for_others
from portal.domain.remedies import Remedy
from portal.domain.service import Document, Field
from portal.fields.base import Wrong
from portal.fields.forms import PageReading, read_page
from portal.http import limiting, urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Applicant, Staff
from portal.i18n import office_date
from portal.presenting.errors import explain_error
from portal.presenting.following import RECEIVED, happened_words, late_words, received_question, remedy_card
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
FORM_KEY = "form-key"
"""What tells one showing of the form from another: the same form sent twice files once."""


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
    _check_not_over(page, remedy)
    return _show(page, opened, remedy, page.take_typed(), {}, {}, at_counter=at_counter, unit=unit)


def _check_not_over(page: Page, remedy: Remedy) -> None:
    """Raises RemedyTooLate where the time is over, whenever she may have received anything."""
    if not (remedy.open(_today(page)) or remedy.counts_from_receipt):
        raise remedies.too_late(remedy)


def _today(page: Page) -> date:
    return office_date(page.deps.clock.now())


def _led_to(page: Page, actor: Actor, opened: OpenCase, reference: str, *, at_counter: bool) -> str:
    """Where what was filed before is seen: itself, or the first case for whoever may not open it.

    Whoever files it at a counter for another office to decide is led to its receipt, which is all that is hers of it.
    """
    with page.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    seen = found is not None and policies.can_see(actor, found.case)
    if found is not None and not seen and policies.can_hand_over(actor, found.case, office_date(work.now)):
        return f"{urls.counter_case(page.language, reference)}/filed"
    return _case_url(page.language, reference if seen else opened.dossier.case.reference, at_counter=at_counter)


def _questions(page: Page, remedy: Remedy, *, at_counter: bool) -> tuple[Field, ...]:
    """What is asked; first, once its time is over, when the decision was received."""
    own = tuple(field for one in remedy.service.pages for field in one.fields)
    late = remedy.counts_from_receipt and not remedy.open(_today(page))
    return (received_question(remedy, to_citizen=not at_counter), *own) if late else own


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
    refusal: PortalError | None = None,
) -> Response:
    language, definition, today = page.language, remedy.service, _today(page)
    asked = remedies.asked_documents(definition)
    if page.too_large_message and asked:
        file_errors = {asked[0].id: page.too_large_message, **file_errors}
    page.title = definition.title[language]
    controls = casework.controls_for(page, _questions(page, remedy, at_counter=at_counter), typed, errors)
    page.errors = [*page.errors, *(ControlError(one, message) for one, message in file_errors.items())]
    case = opened.dossier.case
    base = _case_url(language, case.reference, at_counter=at_counter)
    before = remedies.unit_of_remedy(page.deps, definition, opened).name[language]
    return page.render(
        "citizen/remedy.html",
        status=refusal.status if refusal is not None else 422 if errors or file_errors else 200,
        back_url=base,
        form_action=f"{base}/remedies/{definition.slug}",
        multipart=bool(asked),
        unit_name=unit,
        at_counter=at_counter,
        reference=case.reference,
        service=opened.definition.title[language],
        happened=happened_words(remedy, language),
        late=() if remedy.open(today) else late_words(remedy, language, to_citizen=not at_counter),
        refused=explain_error(refusal, language) if refusal is not None else None,
        form_key=typed.get(FORM_KEY) or secrets.token_hex(16),
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
    before = remedies.filed_already(opened, remedy)
    if before is not None:
        return page.see_other(_led_to(page, actor, opened, before, at_counter=at_counter))
    _check_not_over(page, remedy)
    reading = _read(page, remedy, at_counter=at_counter)
    key = page.form.get(FORM_KEY, "")
    bundled, wrong = remedies.bundle(page.deps, _sent(page, remedy), remedies.id_for(opened, slug, key))
    typed = {**reading.typed, FORM_KEY: key}
    if reading.errors or wrong:
        remedies.drop(page.deps, bundled)
        told = {one: explain_error(bad, page.language).text for one, bad in wrong.items()}
        return _show(page, opened, remedy, typed, reading.errors, told, at_counter=at_counter, unit=unit)
    answers, case = dict(reading.answers), opened.dossier.case
    received = answers.pop(RECEIVED, None)
    received_on = date.fromisoformat(received) if received else None
    done: Submitted | None = None
    try:
        with page.unit_of_work() as work:
            done = remedies.file(
                work, page.deps, actor, case.reference, slug, answers, bundled, page.language, received_on
            )
    except RemedyTooLate as late:
        return _show(page, opened, remedy, typed, {}, {}, at_counter=at_counter, unit=unit, refusal=late)
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


def _read(page: Page, remedy: Remedy, *, at_counter: bool) -> PageReading:
    """What she wrote; all of it may be left out, for the file says what there is to say."""
    today = _today(page)

    def visible(field: Field, answers: Mapping[str, Any]) -> bool:
        return not field.conditional or field.when(facts_of(answers, {}, today))

    return read_page(_questions(page, remedy, at_counter=at_counter), page.form, casework.around(page), visible)


def _sent(page: Page, remedy: Remedy) -> list[tuple[Document, uploads.Upload]]:
    """The documents that came with the form."""
    asked = {one.id: one for one in remedies.asked_documents(remedy.service)}
    return [
        (asked[sent.control], uploads.Upload(sent.name, sent.content))
        for sent in page.form.files
        if sent.control in asked and (sent.content or sent.name)
    ]
