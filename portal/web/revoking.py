"""A chief revokes a document that was wrongly issued, and has it issued anew where one must stand in its place."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from portal.actions.notify import channel_for
from portal.actions.perform import OpenCase, open_case
from portal.actions.revoking import MAX_REASONS, REASONS, may_be_issued_again, must_be_issued_again, revoke
from portal.domain import policies
from portal.domain.errors import NotFound
from portal.domain.issued import BEARING_SECRET, STANDARD, RevokedFor
from portal.domain.service import Field, Limits, Option
from portal.fields.base import Told, Wrong
from portal.fields.forms import read_page
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Staff
from portal.i18n import N_
from portal.presenting.days_off import said_in_each
from portal.presenting.printed import document_title
from portal.presenting.revoked import NOT_AFTER_FRAUD, WHY
from portal.store.documents import Issued
from portal.web import casework
from portal.web.counter import unit_name
from portal.web.routing import pages

router = pages("/{lang}/counter")

YES, NO = "yes", "no"


def _asked(issued: Issued) -> list[Field]:
    """What a chief is asked; whether it is issued anew only where that is hers to say."""
    why = tuple(Option(one.value, said_in_each(WHY[one])) for one in REASONS)
    shown = said_in_each(
        N_("The applicant reads these words. The public page only says that the document was revoked.")
    )
    fields = [
        Field("why", "choice", said_in_each(N_("Why does it no longer stand?")), options=why),
        Field(
            "reasons", "long_text", said_in_each(N_("Explain it")), hint=shown, limits=Limits(max_length=MAX_REASONS)
        ),
    ]
    if issued.document not in STANDARD:
        anew = said_in_each(
            N_("It is made again from the same answers and the same decision, with a number of its own: see above.")
        )
        options = (Option(YES, said_in_each(N_("Yes"))), Option(NO, said_in_each(N_("No"))))
        label = said_in_each(N_("Issue another in its place?"))
        fields.append(Field("again", "choice", label, hint=anew, options=options))
    return fields


@router.get("/cases/{reference}/documents/{number}/revoke")
def ask(page: Page, staff: Staff, reference: str, number: str) -> Response:
    """The form; for the chief of the office that the case is at."""
    opened, issued = _standing(page, staff, casework.canonical(reference), number)
    return _show(page, staff, opened, issued, page.take_typed())


@router.post("/cases/{reference}/documents/{number}/revoke")
def revoked(page: Page, staff: Staff, reference: str, number: str) -> Response:
    """Revokes it, once and for all."""
    reference = casework.canonical(reference)
    if switch := page.switched:
        page.keep_typed()
        return page.see_other(urls.revoke_document(switch, reference, number))
    opened, issued = _standing(page, staff, reference, number)
    reading = read_page(_asked(issued), page.form, casework.around(page), lambda _field, _answers: True)
    if reading.errors:
        return _show(page, staff, opened, issued, page.form, reading.errors)
    said = reading.answers
    why, again = RevokedFor(said["why"]), said.get("again") == YES
    if again and not may_be_issued_again(issued.document, why):
        return _show(page, staff, opened, issued, page.form, {"again": Told(said_in_each(NOT_AFTER_FRAUD))})
    with page.unit_of_work() as work:
        revoke(work, page.deps, staff.actor, reference, number, why, said["reasons"], again=again)
    return page.see_other(urls.counter_case(page.language, reference))


def _standing(page: Page, staff: Staff, reference: str, number: str) -> tuple[OpenCase, Issued]:
    with page.reading() as work:
        opened = open_case(work, page.deps, reference, staff.actor)
        policies.check_can_revoke(staff.actor, opened.dossier.case)
        for issued in casework.documents_for(work, opened, staff.actor):
            if issued.number == number:
                return opened, issued
    raise NotFound()


def _reopening(staff: Staff, opened: OpenCase, language: str) -> dict[str, str] | None:
    """The action by which she can take the decision up again now, which comes before revoking what told of it."""
    rules = () if opened.clock.flaw or opened.dossier.case.open else opened.actions_for(staff.actor)
    rule = next((one for one in rules if one.within is not None), None)
    if rule is None:
        return None
    url = f"{urls.counter_case(language, opened.dossier.case.reference)}/actions/{rule.action}"
    return {"label": rule.label[language], "url": url}


def _show(
    page: Page,
    staff: Staff,
    opened: OpenCase,
    issued: Issued,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong] | None = None,
) -> Response:
    page.title, page.current_nav = page.say(N_("Revoke a document")), "queue"
    language, reference = page.language, opened.dossier.case.reference
    shown: dict[str, Any] = {
        "unit_name": unit_name(page, staff.member.unit),
        "back_url": urls.counter_case(language, reference),
        "form_action": urls.revoke_document(language, reference, issued.number),
        "document": document_title(opened.definition, issued.document)[language],
        "number": issued.number,
        "person": opened.dossier.people.applicant.name(language),
        "reopening": _reopening(staff, opened, language),
        "closed": not opened.dossier.case.open,
        "worded_by_service": issued.document not in STANDARD,
        "must": must_be_issued_again(issued.document, RevokedFor.ERROR),
        "reached": channel_for(opened.dossier.people.applicant) is not None,
        "bears_secret": issued.kind in BEARING_SECRET,
        "controls": casework.controls_for(page, _asked(issued), typed, errors or {}),
    }
    return page.render("counter/revoke.html", status=422 if errors else 200, **shown)
