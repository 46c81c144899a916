"""Filing for somebody who came to the counter: the same pages, with that person's data."""

from starlette.responses import Response

from portal.actions import apply
from portal.actions.apply import Journey, Owner, offered
from portal.actions.perform import OpenCase, opened_case
from portal.domain.case import Person
from portal.domain.errors import NotFound
from portal.domain.issued import RECEIPT, SLIP
from portal.domain.policies import check_can_file_for_others, check_can_hand_over
from portal.domain.service import Field, ServiceDefinition, Text
from portal.fields.base import Wrong
from portal.fields.forms import read_page
from portal.http import urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Staff
from portal.i18n import N_, languages, office_date, translate
from portal.presenting.controls import control_for
from portal.presenting.sheet import sheet_of
from portal.presenting.wrongs import in_summary
from portal.store import cases
from portal.store.unit_of_work import Work
from portal.web import casework
from portal.web.counter import unit_name
from portal.web.drafts import first_step
from portal.web.routing import pages
from portal.web.services import rows

router = pages("/{lang}/counter")


def _both(message: str) -> Text:
    return Text({language: translate(language, message) for language in languages()})


def person_fields() -> tuple[Field, ...]:
    """What a clerk asks of whoever came: telephone and e-mail may be missing, a name may not."""
    return (
        Field("name_ar", "name_ar", _both(N_("Full name in Arabic"))),
        Field("name_fr", "name_fr", _both(N_("Full name in Latin letters")), required=False),
        Field("cnie", "cnie", _both(N_("Number of the national identity card")), required=False),
        Field("birth_date", "date", _both(N_("Date of birth")), required=False),
        Field("place", "place", _both(N_("Commune or district where the person lives"))),
        Field("address", "short_text", _both(N_("Address")), required=False),
        Field("phone", "phone", _both(N_("Telephone, if there is one")), required=False),
        Field("email", "email", _both(N_("E-mail, if there is one")), required=False),
    )


@router.get("/services")
def choose(page: Page, staff: Staff) -> Response:
    """The services a clerk may file for somebody."""
    check_can_file_for_others(staff.actor)
    page.title, page.current_nav = page.say(N_("File for a person")), "file"
    offered = rows(page, page.deps.registry.services())
    lines = [
        {
            "title": row.title,
            "detail": row.detail,
            "tag": row.tag,
            "url": row.url.replace("/services/", "/counter/file/"),
        }
        for row in offered
    ]
    return page.render("counter/services.html", unit_name=unit_name(page, staff.member.unit), services=lines)


@router.get("/file/{slug}")
def person(page: Page, staff: Staff, slug: str) -> Response:
    """Who came to the counter; or where the service is done, if not here: what the clerk shows the person."""
    check_can_file_for_others(staff.actor)
    definition = offered(page.deps.registry, slug)
    if not definition.processed:
        return _show_elsewhere(page, staff, definition)
    return _show_person(page, staff, slug, page.take_typed(), {})


def _show_elsewhere(page: Page, staff: Staff, definition: ServiceDefinition) -> Response:
    page.title, page.current_nav = definition.title[page.language], "file"
    return page.render(
        "counter/elsewhere.html",
        unit_name=unit_name(page, staff.member.unit),
        back_url=f"/{page.language}/counter/services",
        leaflet_url=f"{urls.service(page.language, definition.slug)}/leaflet",
        sheet=sheet_of(definition, page.deps.registry.territory, page.language),
    )


def _show_person(page: Page, staff: Staff, slug: str, typed: dict[str, str], errors: dict[str, Wrong]) -> Response:
    definition = page.deps.registry.service(slug)
    page.title, page.current_nav = page.say(N_("Who is the request for?")), "file"
    page.errors = [
        ControlError(field.id, in_summary(field, errors[field.id], page.language))
        for field in person_fields()
        if field.id in errors
    ]
    territory = page.deps.registry.territory
    return page.render(
        "counter/person.html",
        status=422 if errors else 200,
        unit_name=unit_name(page, staff.member.unit),
        service=definition.title[page.language],
        back_url=f"/{page.language}/counter/services",
        form_action=f"/{page.language}/counter/file/{slug}",
        controls=[
            control_for(field, typed, errors.get(field.id), territory, page.language) for field in person_fields()
        ],
    )


@router.post("/file/{slug}")
def begin(page: Page, staff: Staff, slug: str) -> Response:
    """Starts a draft of the clerk's, prefilled with the person's data."""
    check_can_file_for_others(staff.actor)
    definition = offered(page.deps.registry, slug)
    if not definition.processed:
        return page.see_other(f"/{page.language}/counter/file/{slug}")
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(f"/{switch}/counter/file/{slug}")
    reading = read_page(person_fields(), page.form, casework.around(page), lambda _field, _answers: True)
    if reading.errors:
        return _show_person(page, staff, slug, reading.typed, reading.errors)
    applicant = Person.from_data({key: str(value) for key, value in reading.answers.items() if value})
    member = staff.member
    filer = Person(name_ar=member.name_ar, name_fr=member.name_fr)
    owner = Owner("staff", member.id, member.unit)
    with page.unit_of_work() as work:
        draft = apply.start(
            work, definition, owner, page.language, identity={"level": "substantial"}, filer=filer, applicant=applicant
        )
    return page.see_other(urls.step(page.language, draft.id, first_step(Journey(page.deps, draft))))


def _handed_over(page: Page, work: Work, staff: Staff, reference: str) -> OpenCase:
    """A case whose receipt somebody at this counter may hand over: it bears the secret, which is the applicant's alone."""
    dossier = cases.find(work.connection, work.vault, casework.canonical(reference))
    if dossier is None:
        raise NotFound()
    check_can_hand_over(staff.actor, dossier.case, office_date(work.now))
    return opened_case(work, page.deps, dossier)


@router.get("/cases/{reference}/filed")
def filed(page: Page, staff: Staff, reference: str) -> Response:
    """What to hand over: the receipt and, without an account, the slip, to be printed on the spot."""
    check_can_file_for_others(staff.actor)
    with page.reading() as work:
        opened = _handed_over(page, work, staff, reference)
        papers = casework.papers_of(work, opened)
    found = opened.dossier.case
    page.title, page.current_nav = page.say(N_("The file has been received")), "file"
    return page.render(
        "counter/filed.html",
        unit_name=unit_name(page, staff.member.unit),
        reference=found.reference,
        person=opened.dossier.people.applicant.name(page.language),
        deciding=unit_name(page, found.unit),
        same_unit=found.unit == staff.member.unit,
        case_url=urls.counter_case(page.language, found.reference),
        **papers.context(urls.counter_case(page.language, found.reference)),
    )


@router.get("/cases/{reference}/receipt-ready")
def receipt_ready(page: Page, staff: Staff, reference: str) -> Response:
    check_can_file_for_others(staff.actor)
    with page.reading() as work:
        opened = _handed_over(page, work, staff, reference)
        papers = casework.papers_of(work, opened)
    return page.render("citizen/_receipt.html", **papers.context(urls.counter_case(page.language, reference)))


@router.get("/cases/{reference}/receipt.pdf")
def receipt(page: Page, staff: Staff, reference: str) -> Response:
    return _paper(page, staff, reference, RECEIPT, N_("The receipt is being prepared"))


@router.get("/cases/{reference}/slip.pdf")
def slip(page: Page, staff: Staff, reference: str) -> Response:
    """The slip that somebody without an account follows the file with: whoever hands over the receipt hands it over too."""
    return _paper(page, staff, reference, SLIP, N_("The tracking slip is being prepared"))


def _paper(page: Page, staff: Staff, reference: str, document: str, pending: str) -> Response:
    check_can_file_for_others(staff.actor)
    with page.reading() as work:
        opened = _handed_over(page, work, staff, reference)
        papers = casework.papers_of(work, opened)
        found = papers.latest(document)
        if found is not None:
            return casework.send_document(page, work, opened, found.number)
    if document not in papers.pending:
        raise NotFound()
    page.title = page.say(pending)
    return page.render("citizen/receipt_pending.html", status=503, url=str(page.request.url.path))
