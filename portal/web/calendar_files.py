"""Last days to keep in a calendar: a citizen's own, those of one case, and an agent's."""

from datetime import date, timedelta
from urllib.parse import urlsplit

from starlette.responses import Response

from portal.actions.perform import OpenCase, open_case, opened_case
from portal.domain.policies import COUNTER
from portal.domain.service import StateKind
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Applicant, Citizen, Staff, needs_role
from portal.i18n import office_date
from portal.presenting.calendar_file import MEDIA_TYPE, Due, Entry, calendar_file, entries_of
from portal.store import cases, lists
from portal.web import casework
from portal.web.panels import answer_by, open_to_her
from portal.web.routing import pages

router = pages()

LOOKED_BACK = timedelta(days=120)
"""For how long after a decision a case can still have a last day: longer than any remedy is open."""

AHEAD = timedelta(days=30)
"""How far an agent without files of her own sees those of her unit."""


@router.get("/cases/calendar.ics")
def own(page: Page, citizen: Citizen) -> Response:
    """The last days of all her files: those under way, and those whose remedies are open."""
    today = office_date(page.deps.clock.now())
    entries: list[Entry] = []
    with page.reading() as work:
        for reference in lists.dated(work.connection, citizen.id, today - LOOKED_BACK):
            dossier = cases.find(work.connection, work.vault, reference)
            if dossier is not None:
                entries += entries_of_case(page, opened_case(work, page.deps, dossier), today)
    return _file(page, entries, "shubbak")


@router.get("/cases/{reference}/calendar.ics")
def of_case(page: Page, applicant: Applicant, reference: str) -> Response:
    """The last days of one case, also for whoever holds its receipt."""
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), applicant.actor)
    entries = entries_of_case(page, opened, office_date(page.deps.clock.now()))
    return _file(page, entries, opened.dossier.case.reference)


@router.get("/counter/calendar.ics")
def of_agent(page: Page, staff: Staff) -> Response:
    """The last days of the files she has taken or, where she has taken none, of her unit's in the next 30 days."""
    needs_role(staff, *COUNTER)
    today, unit = office_date(page.deps.clock.now()), staff.member.unit
    with page.reading() as work:
        rows = lists.taken(work.connection, unit, staff.member.id) or lists.coming(
            work.connection, unit, today, today + AHEAD
        )
    entries = [
        Entry(
            reference=row.reference,
            due=Due.DOCUMENTS if row.kind == StateKind.DEPOSITING.value else Due.ANSWER,
            on=row.queue_on,
            url=f"{page.deps.base_url}/{page.language}/counter/cases/{row.reference}",
            changes=row.changes,
            changed_at=row.updated_at,
        )
        for row in rows
    ]
    return _file(page, entries, "shubbak", staff=True)


def entries_of_case(page: Page, opened: OpenCase, today: date) -> list[Entry]:
    """The last days of one case, for its applicant."""
    dossier = opened.dossier
    return entries_of(
        opened.clock,
        open_to_her(page, opened),
        today,
        reference=dossier.case.reference,
        url=page.deps.base_url + urls.case(page.language, dossier.case.reference),
        changes=dossier.journal_length,
        changed_at=dossier.updated_at,
        answer_by=answer_by(opened),
    )


def _file(page: Page, entries: list[Entry], name: str, *, staff: bool = False) -> Response:
    host = urlsplit(page.deps.base_url).hostname or "shubbak"
    content = calendar_file(entries, page.language, host=host, now=page.deps.clock.now(), staff=staff)
    return page.download(content, MEDIA_TYPE, f"{name}.ics")
