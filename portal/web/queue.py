"""The unit's queue: everything about the list stands in its address, and HTMX is given the list alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from portal.domain import policies
from portal.domain.service import Role, ServiceDefinition, StateKind
from portal.fields import cleaning
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Staff, needs_role
from portal.i18n import N_, month_and_day, office_date, plain_date, translate, translate_count
from portal.presenting.deadlines import SOON, badge
from portal.store import opinions, queue, sessions
from portal.store.numbers import read_reference
from portal.store.queue import CAP, PAGE, Holder, Order, QueueRow, Standing, Wanted
from portal.store.unit_of_work import Work
from portal.web.casework import alert_words
from portal.web.routing import pages

router = pages("/{lang}/counter")

SEEN = "x-seen"
"""The header by which a list that refreshes itself says how many files it shows."""

STANDINGS = {
    Standing.LATE: N_("Late"),
    Standing.SOON: N_("Due within a week"),
    Standing.RUNNING: N_("Being examined"),
    Standing.WAITING: N_("Waiting for the applicant's answer"),
    Standing.INCOMPLETE: N_("Waiting for documents"),
    Standing.SITTING: N_("Before the committee"),
}
HOLDERS = {None: N_("All"), Holder.MINE: N_("Those I handle"), Holder.NOBODY: N_("Those nobody handles")}
E = TypeVar("E", bound=StrEnum)
_CASE_ID = re.compile(r"[0-9A-Za-z-]{1,40}")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; whatever it misspells is as if it were not there."""

    q: str = ""
    service: str = ""
    state: Standing | None = None
    held: Holder | None = None
    sort: Order = Order.DEADLINE
    after: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str], services: Mapping[str, ServiceDefinition]) -> Self:
        service = sent.get("service", "")
        return cls(
            q=cleaning.line(sent.get("q", "")[:100]),
            service=service if service in services else "",
            state=_member(Standing, sent.get("state")),
            held=_member(Holder, sent.get("held")),
            sort=_member(Order, sent.get("sort")) or Order.DEADLINE,
            after=sent.get("after", "")[:100],
        )

    def url(self, language: str, **changes: Any) -> str:
        """The address of this list with something else about it changed: from its first page, unless that is what changes."""
        other = replace(self, **{"after": "", **changes})
        said = {one.name: str(value) for one in fields(other) if (value := getattr(other, one.name)) not in ("", None)}
        if other.sort is Order.DEADLINE:
            del said["sort"]
        return f"/{language}/counter{'?' + urlencode(said) if said else ''}"

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.service or self.state)

    @property
    def place(self) -> tuple[date | datetime, str] | None:
        """Where the page begins; the beginning of the list for anything that is no place in it."""
        key, _, case_id = self.after.rpartition(".")
        if not _CASE_ID.fullmatch(case_id):
            return None
        try:
            if self.sort is Order.DEADLINE:
                return date.fromisoformat(key), case_id
            moment = datetime.fromisoformat(key)
            return (moment.astimezone(UTC), case_id) if moment.tzinfo else None
        except (ValueError, OverflowError):
            return None


def _member(kind: type[E], value: str | None) -> E | None:
    try:
        return kind(value) if value else None
    except ValueError:
        return None


@router.get("")
def show(page: Page, staff: Staff) -> Response:
    """The open cases of one's own unit, oldest deadline first unless another order is asked for."""
    if policies.can_see_studio_only(staff.actor):
        return page.leave_for(f"/{page.language}/studio")
    if policies.can_keep_calendar_only(staff.actor):
        return page.leave_for(f"/{page.language}/counter/calendar")
    if policies.sees_escalated_only(staff.actor):
        return page.leave_for(f"/{page.language}/counter/escalated")
    needs_role(staff, *policies.COUNTER, Role.COMMITTEE)
    services = _services(page, staff)
    asked = Asked.read(page.request.query_params, services)
    if not staff.actor.has(*policies.COUNTER):
        # Whoever is here for the committee alone sees what it sits on, and nothing else.
        asked = replace(asked, state=Standing.SITTING)
    reference = read_reference(asked.q) if asked.q else None
    if reference is not None:
        return page.leave_for(urls.counter_case(page.language, reference))
    part = page.request.headers.get("hx-request-type") == "partial"
    seen = page.request.headers.get(SEEN)
    with page.reading() as work:
        view = _view(page, staff, work, asked)
    view["say"] = part and seen != str(view["total"])
    page.title, page.current_nav = page.say(N_("Files of the unit")), "queue"
    if part:
        response = page.render("counter/_queue.html", **view)
        if seen is None:
            response.headers["hx-push-url"] = asked.url(page.language, after=asked.after)
    else:
        filters = _filters(page, asked, services)
        passed = _passed(page)
        response = page.render(
            "counter/queue.html", unit_name=_unit_name(page, staff), filters=filters, passed=passed, **view
        )
    # One address, two answers: no cache may take the list for the page.
    response.headers.add_vary_header("HX-Request-Type")
    return response


def _services(page: Page, staff: Staff) -> dict[str, ServiceDefinition]:
    """The services that the reader's unit decides on, those no longer offered included."""
    kind = page.deps.registry.territory.unit(staff.member.unit).kind
    return {slug: one for slug, one in page.deps.registry.in_force.services.items() if kind in one.authority.kinds}


def _unit_name(page: Page, staff: Staff) -> str:
    return page.deps.registry.territory.unit(staff.member.unit).name[page.language]


def _passed(page: Page) -> str:
    """The office that a file has just been passed on to, or nothing."""
    try:
        return page.deps.registry.territory.unit(page.request.query_params.get("passed", "")).name[page.language]
    except LookupError:
        return ""


def _view(page: Page, staff: Staff, work: Work, asked: Asked) -> dict[str, Any]:
    """Everything that changes with the list."""
    today, unit, language = office_date(page.deps.clock.now()), staff.member.unit, page.language
    soon = today + timedelta(days=SOON)
    wanted = Wanted(today, soon, staff.member.id, asked.service, asked.state, asked.held, asked.q)
    rows = queue.read(work.connection, unit, wanted, asked.sort, asked.place)
    whole = asked.place is None and len(rows) < PAGE
    total = len(rows) if whole else queue.count(work.connection, unit, wanted)
    counts = queue.counts(work.connection, unit, today, soon)
    names = sessions.staff_names(work.connection, {row.taken_by for row in rows if row.taken_by}, language)
    last = rows[-1] if len(rows) == PAGE else None
    sitting = Wanted(today, soon, standing=Standing.SITTING)
    sittings = queue.count(work.connection, unit, sitting) if staff.actor.has(Role.COMMITTEE) else 0
    advises = staff.actor.has(*policies.ADVISERS)
    return {
        "rows": _lines(page, rows, today, names),
        "total": total,
        "found": _found(language, total),
        "late": _mark(asked, Standing.LATE, counts.late, language),
        "soon": _mark(asked, Standing.SOON, counts.soon, language),
        "waiting": _mark(asked, Standing.WAITING, counts.waiting, language),
        "sittings": _mark(asked, Standing.SITTING, sittings, language),
        "opinions": opinions.count_of_unit(work.connection, unit) if advises else 0,
        "tabs": [
            (page.say(label), asked.url(language, held=holder), asked.held is holder)
            for holder, label in HOLDERS.items()
        ],
        "sorts": {
            "due": (asked.url(language, sort=Order.DEADLINE), "ascending" if asked.sort is Order.DEADLINE else ""),
            "filed": _filing_order(asked, language),
        },
        "asked": asked,
        "here": asked.url(language, after=asked.after),
        "clear_url": Asked(held=asked.held, sort=asked.sort).url(language),
        "next_url": asked.url(language, after=f"{last.place.isoformat()}.{last.id}") if last else None,
        "first_url": asked.url(language) if asked.place else None,
    }


def _found(language: str, total: int) -> str:
    if total > CAP:
        return translate_count(language, "More than %(count)s file", "More than %(count)s files", CAP)
    return translate_count(language, "%(count)s file", "%(count)s files", total)


def _mark(asked: Asked, standing: Standing, count: int, language: str) -> tuple[int, str, bool]:
    """How many press in one way, the address of the list of these, and whether it is the one that is shown."""
    return count, Asked(state=standing).url(language), asked.state is standing


def _filing_order(asked: Asked, language: str) -> tuple[str, str]:
    """Newest first, and the other way round once it is."""
    if asked.sort is Order.NEWEST:
        return asked.url(language, sort=Order.OLDEST), "descending"
    return asked.url(language, sort=Order.NEWEST), "ascending" if asked.sort is Order.OLDEST else ""


def _filters(page: Page, asked: Asked, services: Mapping[str, ServiceDefinition]) -> list[dict[str, Any]]:
    """The lists of the filter bar."""
    return [
        {
            "name": "service",
            "label": page.say(N_("Service")),
            "value": asked.service,
            "options": [("", page.say(N_("All services")))]
            + [(slug, one.title[page.language]) for slug, one in services.items()],
        },
        {
            "name": "state",
            "label": page.say(N_("State")),
            "value": asked.state.value if asked.state else "",
            "options": [("", page.say(N_("All states")))]
            + [(state.value, page.say(label)) for state, label in STANDINGS.items()],
        },
    ]


Line = tuple[str, ...]


def flags_of(language: str, silent_on: date | None, flaw: str, *, escalated: bool) -> str:
    """What is out of the ordinary with a case, in few words; nothing for most."""
    if silent_on is None and not flaw and not escalated:
        return ""
    said = (
        (silent_on is not None, N_("Silence recorded")),
        (escalated, N_("Escalated")),
        (bool(flaw), N_("Record to be checked")),
    )
    return " · ".join(translate(language, words) for holds, words in said if holds)


def _lines(page: Page, rows: list[QueueRow], today: date, names: Mapping[str, str]) -> list[Line]:
    """The lines as ``components/queue.html`` draws them: bare tuples, since there are a hundred of them on every page."""
    language, registry = page.language, page.deps.registry
    arabic = language == "ar"
    known: dict[tuple[str, str], tuple[str, str, int]] = {}
    lines: list[Line] = []
    for row in rows:
        said = known.get((row.digest, row.state))
        if said is None:
            definition = registry.version(row.service, row.digest)
            state = definition.states[row.state].label[language]
            said = known[row.digest, row.state] = definition.title[language], state, definition.deadline.days
        service, state, days = said
        kind = StateKind(row.kind)
        day = row.queue_on if kind is StateKind.DEPOSITING else row.due_on
        due = badge(day, kind, today, language, days, row.suspended_for)
        person, other = (row.applicant_ar, row.applicant_fr) if arabic else (row.applicant_fr, row.applicant_ar)
        filed = (month_and_day if row.filed_on.year == today.year else plain_date)(row.filed_on, language)
        holder = names.get(row.taken_by, row.taken_name) if row.taken_by else ""
        other = other if other != person else ""
        deadline = (due.kind, due.title, due.label)
        alert = alert_words(page, row.alert) if row.alert else ""
        flags = flags_of(language, row.silent_on, row.flaw, escalated=row.escalated)
        case = (row.reference, row.reference, person, other, service, state, alert, flags, holder)
        lines.append((row.reference, *deadline, filed, *case))
    return lines
