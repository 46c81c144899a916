"""What a case holds in documents, as the counter opens it: those that were brought, and those that the portal signed."""

from starlette.responses import Response

from portal.actions.perform import OpenCase, open_case
from portal.domain import policies
from portal.domain.errors import NotFound
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Staff
from portal.store.files import StoredFile
from portal.web import casework, outgrown
from portal.web.counter import unit_name
from portal.web.routing import pages

router = pages("/{lang}/counter")


@router.get("/cases/{reference}/documents/{number}.pdf")
def document(page: Page, staff: Staff, reference: str, number: str) -> Response:
    """A document the portal signed; one that stands no longer for the chief alone, under a name that says so."""
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), staff.actor)
        held = [*casework.documents_for(work, opened, staff.actor), *outgrown.openable(work, opened, staff.actor)]
        issued = next((one for one in held if one.number == number), None)
        if issued is None:
            raise NotFound()
        return casework.send_issued(page, opened, issued)


def _file(page: Page, staff: Staff, reference: str, file_id: str) -> tuple[OpenCase, StoredFile]:
    """A document of a case, for somebody who may see it; raises NotFound."""
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), staff.actor)
        file = casework.file_of(work, opened, file_id)
    if casework.is_sensitive(opened, file) and not policies.sees_sensitive(staff.actor, opened.dossier.case):
        raise NotFound()
    return opened, file


@router.get("/cases/{reference}/files/{file_id}")
def view_file(page: Page, staff: Staff, reference: str, file_id: str) -> Response:
    """A document the citizen brought, drawn anew page by page."""
    opened, file = _file(page, staff, reference, file_id)
    back = urls.counter_case(page.language, opened.dossier.case.reference)
    return casework.show_preview(
        page, opened, file, f"{back}/files/{file.id}", unit_name=unit_name(page, staff.member.unit), back_url=back
    )


@router.get("/cases/{reference}/files/{file_id}/pages/{number}.jpg")
def view_page(page: Page, staff: Staff, reference: str, file_id: str, number: int) -> Response:
    opened, file = _file(page, staff, reference, file_id)
    return casework.send_page(page, opened, file, number)


@router.get("/cases/{reference}/files/{file_id}/original")
def original(page: Page, staff: Staff, reference: str, file_id: str) -> Response:
    opened, file = _file(page, staff, reference, file_id)
    return casework.send_file(page, opened, file)
