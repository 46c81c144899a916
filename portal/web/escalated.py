"""What the offices let pass, brought before the secretary-general: the open cases of the whole province, to be looked at."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from portal.domain.service import StateKind
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Overseer
from portal.i18n import N_, office_date, plain_date
from portal.presenting.deadlines import badge
from portal.store import escalated, sessions
from portal.store.escalated import PAGE, EscalatedRow
from portal.web.queue import flags_of
from portal.web.routing import pages

router = pages("/{lang}/counter")

_PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})\.([0-9A-Za-z-]{1,40})")


@router.get("/escalated")
def show(page: Page, overseer: Overseer) -> Response:
    """Every office's, the longest overdue first."""
    today, place = office_date(page.deps.clock.now()), _place(page.request.query_params.get("after", ""))
    page.title, page.current_nav = page.say(N_("Escalated files")), "escalated"
    independent = [one.id for one in page.deps.registry.territory.units if one.independent]
    with page.reading() as work:
        rows = escalated.read(work.connection, place, independent=independent)
        holders = {row.taken_by for row in rows if row.taken_by}
        names = sessions.staff_names(work.connection, holders, page.language)
    here = f"/{page.language}/counter/escalated"
    last = rows[-1] if len(rows) == PAGE else None
    territory = page.deps.registry.territory
    return page.render(
        "counter/escalated.html",
        unit_name=territory.unit(overseer.member.unit).name[page.language],
        rows=[_line(page, row, today, names) for row in rows],
        next_url=f"{here}?after={last.queue_on.isoformat()}.{last.id}" if last else None,
        first_url=here if place else None,
    )


def _place(written: str) -> tuple[date, str] | None:
    """Where the page begins; the beginning of the list for anything that is no place in it."""
    found = _PLACE.fullmatch(written)
    try:
        return (date.fromisoformat(found[1]), found[2]) if found else None
    except ValueError:
        return None


def _line(page: Page, row: EscalatedRow, today: date, names: Mapping[str, str]) -> dict[str, Any]:
    language, registry = page.language, page.deps.registry
    definition = registry.version(row.service, row.digest)
    kind = StateKind(row.kind)
    day = row.queue_on if kind is StateKind.DEPOSITING else row.due_on
    due = badge(day, kind, today, language, definition.deadline.days, row.suspended_for)
    return {
        "due": due.label,
        "due_kind": due.kind,
        "url": urls.counter_case(language, row.reference),
        "reference": row.reference,
        "service": definition.title[language],
        "state": definition.states[row.state].label[language],
        "flags": flags_of(language, row.silent_on, row.flaw, escalated=False),
        "office": registry.territory.unit(row.unit).name[language],
        "filed": plain_date(row.filed_on, language),
        "holder": names.get(row.taken_by, row.taken_name) if row.taken_by else "",
    }
