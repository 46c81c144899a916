"""Opinions that are asked of one's own office: the list, and a case as far as an opinion on it needs."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from portal.actions.consult import give, open_asked
from portal.actions.perform import OpenCase
from portal.domain import policies
from portal.domain.consulting import Request
from portal.domain.errors import NotFound, OpinionAlreadyGiven, OpinionsClosed
from portal.domain.service import Opinion
from portal.fields.base import Wrong
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Staff, needs_role
from portal.i18n import N_, office_date, plain_date
from portal.store import files, opinions
from portal.store.files import StoredFile
from portal.store.opinions import AskedRow
from portal.store.unit_of_work import Work
from portal.web import casework
from portal.web.routing import pages

router = pages("/{lang}/counter")


@router.get("/opinions")
def show(page: Page, staff: Staff) -> Response:
    """What is asked of one's own office, the earliest deadline first."""
    needs_role(staff, *policies.ADVISERS)
    page.title, page.current_nav = page.say(N_("Opinions asked of this office")), "opinions"
    today = office_date(page.deps.clock.now())
    with page.reading() as work:
        rows = opinions.of_unit(work.connection, staff.member.unit)
    return page.render(
        "counter/opinions.html",
        unit_name=_unit_name(page, staff.member.unit),
        rows=[_line(page, row, today) for row in rows],
        given=page.request.query_params.get("given") == "1",
    )


def _unit_name(page: Page, unit: str) -> str:
    return page.deps.registry.territory.unit(unit).name[page.language]


def _line(page: Page, row: AskedRow, today: date) -> dict[str, str]:
    definition = page.deps.registry.version(row.service, row.digest)
    consultation = definition.states[row.state].consultation
    opinion = consultation.opinion(row.opinion) if consultation is not None else None
    return {
        "url": urls.opinion(page.language, row.reference, row.opinion),
        "reference": row.reference,
        "title": opinion.title[page.language] if opinion is not None else row.opinion,
        "service": definition.title[page.language],
        "asked_on": plain_date(office_date(row.asked_at), page.language),
        **_due(page, row.due_on, today),
    }


def _due(page: Page, due_on: date | None, today: date) -> dict[str, str]:
    """Until when an opinion is awaited, as a tag."""
    if due_on is None:
        return {"due": page.say(N_("No date is set")), "due_kind": "wait"}
    late = today > due_on
    words = N_("Late: was due by %(date)s") if late else N_("By %(date)s")
    return {"due": page.say(words, date=plain_date(due_on, page.language)), "due_kind": "bad" if late else "wait"}


@router.get("/opinions/{reference}/{opinion}")
def one(page: Page, staff: Staff, reference: str, opinion: str) -> Response:
    """The case as far as needed, and the form of the opinion."""
    with page.reading() as work:
        opened, request, asked = open_asked(work, page.deps, casework.canonical(reference), opinion, staff.actor)
    return _show(page, staff, opened, request, asked, page.take_typed(), {})


def _show(
    page: Page,
    staff: Staff,
    opened: OpenCase,
    request: Request,
    asked: Opinion,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
) -> Response:
    found, language = opened.dossier.case, page.language
    base = urls.opinion(language, found.reference, request.opinion)
    page.title, page.current_nav = asked.title[language], "opinions"
    awaited = opened.standing.active and request.opinion not in opened.standing.given
    shown: dict[str, Any] = {"sections": [], "files": [], "controls": [], "people": None}
    if awaited:
        shown = {
            "people": opened.dossier.people,
            "sections": casework.answer_sections(page, opened, for_staff=True, sensitive=False),
            "files": casework.brought(page, opened, _open_files(page, opened), base),
            "controls": casework.controls_for(page, asked.asks, typed, errors),
        }
    return page.render(
        "counter/opinion.html",
        status=422 if errors else 200,
        unit_name=_unit_name(page, staff.member.unit),
        back_url=f"/{language}/counter/opinions",
        form_action=base,
        awaited=awaited,
        given=request.opinion in opened.standing.given,
        reference=found.reference,
        service=opened.definition.title[language],
        deciding=_unit_name(page, found.unit),
        due=_due(page, request.due_on, office_date(page.deps.clock.now())),
        **shown,
    )


def _open_files(page: Page, opened: OpenCase) -> list[StoredFile]:
    """The documents another office may see: not those that the service calls sensitive."""
    with page.reading() as work:
        attached = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
    return [file for file in attached if not casework.is_sensitive(opened, file)]


@router.post("/opinions/{reference}/{opinion}")
def give_one(page: Page, staff: Staff, reference: str, opinion: str) -> Response:
    """Gives the opinion; whoever comes second, or too late, is told so."""
    reference = casework.canonical(reference)
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(urls.opinion(switch, reference, opinion))
    with page.reading() as work:
        opened, request, asked = open_asked(work, page.deps, reference, opinion, staff.actor)
    if not opened.standing.active or opinion in opened.standing.given:
        return _show(page, staff, opened, request, asked, {}, {})
    reading = casework.read_asked(page, asked.asks, opened)
    if reading.errors:
        return _show(page, staff, opened, request, asked, reading.typed, reading.errors)
    try:
        with page.unit_of_work() as work:
            give(work, page.deps, staff.actor, reference, opinion, reading.answers)
    except (OpinionAlreadyGiven, OpinionsClosed):
        return page.see_other(urls.opinion(page.language, reference, opinion))
    return page.see_other(f"/{page.language}/counter/opinions?given=1")


def _file(
    page: Page, work: Work, staff: Staff, reference: str, opinion: str, file_id: str
) -> tuple[OpenCase, StoredFile]:
    """A document of a case on which an opinion is being asked of the reader's office; raises NotFound."""
    opened, _, _ = open_asked(work, page.deps, casework.canonical(reference), opinion, staff.actor)
    file = casework.file_of(work, opened, file_id)
    awaited = opened.standing.active and opinion not in opened.standing.given
    if not awaited or casework.is_sensitive(opened, file):
        raise NotFound()
    return opened, file


@router.get("/opinions/{reference}/{opinion}/files/{file_id}")
def view_file(page: Page, staff: Staff, reference: str, opinion: str, file_id: str) -> Response:
    """A document the citizen brought, drawn anew page by page."""
    with page.reading() as work:
        opened, file = _file(page, work, staff, reference, opinion, file_id)
    back = urls.opinion(page.language, opened.dossier.case.reference, opinion)
    return casework.show_preview(
        page, opened, file, f"{back}/files/{file.id}", unit_name=_unit_name(page, staff.member.unit), back_url=back
    )


@router.get("/opinions/{reference}/{opinion}/files/{file_id}/pages/{number}.jpg")
def view_page(page: Page, staff: Staff, reference: str, opinion: str, file_id: str, number: int) -> Response:
    with page.reading() as work:
        opened, file = _file(page, work, staff, reference, opinion, file_id)
    return casework.send_page(page, opened, file, number)


@router.get("/opinions/{reference}/{opinion}/files/{file_id}/original")
def original(page: Page, staff: Staff, reference: str, opinion: str, file_id: str) -> Response:
    with page.reading() as work:
        opened, file = _file(page, work, staff, reference, opinion, file_id)
    return casework.send_file(page, opened, file)
