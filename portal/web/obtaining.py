"""Documents that the office itself fetches from whoever holds them, recorded at the counter once they came."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from portal.actions import uploads
from portal.actions.obtain import ToObtain, obtain, to_obtain
from portal.actions.perform import OpenCase, open_case
from portal.domain import policies
from portal.domain.errors import NotFound
from portal.http import urls
from portal.http.pages import ControlError, Page
from portal.http.readers import Staff
from portal.i18n import N_
from portal.presenting.errors import explain_error
from portal.presenting.uploads import documents_of
from portal.store.files import StoredFile
from portal.web import casework
from portal.web.routing import pages

router = pages("/{lang}/counter")

NOTHING: list[StoredFile] = []


def listed(page: Page, staff: Staff, opened: OpenCase, attached: Sequence[StoredFile]) -> dict[str, Any] | None:
    """The documents of a case that the office fetches: who holds each, and whether it came; None where there are none."""
    wanted = to_obtain(opened, attached)
    if not wanted:
        return None
    awaited = any(one.consent and not one.obtained and not one.brought for one in wanted)
    base = urls.counter_case(page.language, opened.dossier.case.reference)
    return {
        "documents": [_line(page, one) for one in wanted],
        "url": f"{base}/obtained" if awaited and policies.can_take(staff.actor, opened.dossier.case) else "",
    }


def _line(page: Page, one: ToObtain) -> dict[str, str | None]:
    holder = one.document.holder[page.language] if one.document.holder is not None else ""
    if one.obtained:
        tag, kind = page.say(N_("Obtained")), "good"
    elif one.brought:
        tag, kind = page.say(N_("Brought by the applicant")), "good"
    elif one.consent:
        tag, kind = page.say(N_("To obtain")), "wait"
    else:
        tag, kind = page.say(N_("No consent")), "warn"
    held = page.say(N_("Held by: %(holder)s"), holder=holder) if holder else None
    return {"title": one.document.title[page.language], "detail": held, "url": None, "tag": tag, "tag_kind": kind}


@router.get("/cases/{reference}/obtained")
def show(page: Page, staff: Staff, reference: str) -> Response:
    """Where an agent records what was obtained."""
    return _show(page, staff, casework.canonical(reference), {})


def _show(page: Page, staff: Staff, reference: str, errors: dict[str, str]) -> Response:
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, staff.actor)
    policies.check_can_take(staff.actor, opened.dossier.case)
    agreed = [one for one in to_obtain(opened, ()) if one.consent]
    if not agreed:
        raise NotFound()
    wanted = [one.document for one in agreed if not one.obtained]
    if not wanted:
        return page.see_other(urls.counter_case(page.language, reference))
    if page.too_large_message:
        errors = {wanted[0].id: page.too_large_message, **errors}
    page.title, page.current_nav = page.say(N_("Record documents that were obtained")), "queue"
    page.errors = [ControlError(document_id, message) for document_id, message in errors.items()]
    base = urls.counter_case(page.language, reference)
    return page.render(
        "counter/obtained.html",
        status=422 if errors else 200,
        unit_name=page.deps.registry.territory.unit(staff.member.unit).name[page.language],
        back_url=base,
        form_action=f"{base}/obtained",
        reference=reference,
        service=opened.definition.title[page.language],
        # What came before is shown on the case: an agent's record is not taken back.
        documents=documents_of(wanted, NOTHING, (), errors, page.language, lambda _file: ""),
    )


@router.post("/cases/{reference}/obtained")
def record(page: Page, staff: Staff, reference: str) -> Response:
    """Takes in what was obtained, document by document."""
    reference = casework.canonical(reference)
    base = urls.counter_case(page.language, reference)
    if switch := page.switched:
        return page.see_other(f"{urls.counter_case(switch, reference)}/obtained")
    errors: dict[str, str] = {}
    for sent in page.form.files:
        try:
            obtain(page.deps, staff.actor, reference, sent.control, uploads.Upload(sent.name, sent.content))
        except uploads.BadFile as bad:
            errors[sent.control] = explain_error(bad, page.language).text
    if errors or not page.form.files:
        return _show(page, staff, reference, errors)
    return page.see_other(base)
