"""What those who lead an office watch: what falls due in the next 30 days, what is suspended, what expired, what came in time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from portal.actions import remedies
from portal.domain import policies
from portal.domain.case import Actor
from portal.domain.errors import NotFound
from portal.domain.service import Result, Role, Silence
from portal.domain.territory import Territory
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Staff
from portal.i18n import N_, number, office_date, plain_date, relative_day, translate_count
from portal.presenting.indicators import Bar, percent
from portal.presenting.workload import DAYS, chart, why_held
from portal.store import deadlines, following
from portal.store.deadlines import CAP, PAGE, Due, Judged, Place, Waiting
from portal.store.unit_of_work import Work
from portal.web import casework
from portal.web.acts import ACT_OWED, REMEDY_GRANTED
from portal.web.routing import pages

router = pages("/{lang}/counter")

LOOKED_BACK = timedelta(days=365)
"""Over how long the share of what came in time is told."""

_PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})\.([0-9A-Za-z-]{1,40})")


@router.get("/deadlines")
def show(page: Page, staff: Staff) -> Response:
    """A chief sees her own office; the secretary-general chooses one, or sees the whole province."""
    page.title, page.current_nav = page.say(N_("What falls due")), "deadlines"
    unit = _chosen(page, staff)
    registry, language = page.deps.registry, page.language
    independent = unit is not None and registry.territory.unit(unit).independent
    policies.check_can_see_workload(staff.actor, unit, independent=independent)
    today = office_date(page.deps.clock.now())
    units = [unit] if unit is not None else [one.id for one in registry.territory.offices]
    with page.reading() as work:
        due = deadlines.due_each_day(work.connection, units, today, today + timedelta(days=DAYS - 1))
        judged = deadlines.judged(work.connection, units, today - LOOKED_BACK, today)
        lists = _lists(page, work, staff.actor, unit, today) if unit is not None else None
        offices = _offices(page, work, units, judged, today) if unit is None else []
    calendar = registry.calendar_of(unit) if unit is not None else registry.calendar
    return page.render(
        "counter/deadlines.html",
        unit_name=_name(registry.territory, staff.member.unit, language),
        scope=_name(registry.territory, unit, language) if unit is not None else page.say(N_("The whole province")),
        choices=_choices(page, unit) if staff.actor.has(Role.SECRETARY_GENERAL) else [],
        chart=chart(due, today, calendar, language),
        found=_found(page, sum(due.values(), Due())),
        lists=lists,
        offices=offices,
        services=_by_service(page, judged),
    )


@router.post("/cases/{reference}/seen")
def put_away(page: Page, staff: Staff, reference: str) -> Response:
    """A chief has seen to what a closed case called for: its notice goes, from here and from the case."""
    reference = casework.canonical(reference)
    with page.unit_of_work() as work:
        remedies.put_away(work, page.deps, staff.actor, reference, page.form.get("seen", ""))
    return page.see_other(urls.counter_case(page.language, reference))


def _chosen(page: Page, staff: Staff) -> str | None:
    """Whose workload is asked for: one's own office, unless one may choose; None is the whole province."""
    asked = page.request.query_params.get("unit", "")
    if not asked:
        return None if staff.actor.has(Role.SECRETARY_GENERAL) else staff.member.unit
    if asked not in {one.id for one in page.deps.registry.territory.units}:
        raise NotFound()
    return asked


def _name(territory: Territory, unit: str, language: str) -> str:
    return territory.unit(unit).name[language]


def _choices(page: Page, unit: str | None) -> list[tuple[str, str, bool]]:
    units = page.deps.registry.territory.offices
    every = ("", page.say(N_("The whole province")), unit is None)
    return [every, *((one.id, one.name[page.language], one.id == unit) for one in units)]


def _found(page: Page, due: Due) -> list[str]:
    return [
        translate_count(page.language, "%(count)s answer due", "%(count)s answers due", due.answers),
        translate_count(
            page.language, "%(count)s file to be completed", "%(count)s files to be completed", due.documents
        ),
    ]


def _lists(page: Page, work: Work, actor: Actor, unit: str, today: date) -> dict[str, Any]:
    """What has expired and what is suspended at one office, a page of each."""
    late_after, held_after = _place(page, "late"), _place(page, "held")
    late = deadlines.expired(work.connection, unit, today, late_after)
    held = deadlines.suspended(work.connection, unit, held_after)
    calling = deadlines.calling(work.connection, unit, today - LOOKED_BACK)
    reasons = deadlines.count_suspended(work.connection, unit)
    count = deadlines.count_expired(work.connection, unit, today)
    return {
        "calling": [_calling(page, work, actor, row) for row in calling],
        "late": [_late(page, actor, row, today) for row in late],
        "late_count": _capped(page, count),
        "late_next": _next(page, unit, "late", late, held_after),
        "late_first": _address(page, unit, held=held_after) if late_after else None,
        "held": [_held(page, actor, row, today) for row in held],
        "held_count": number(sum(reasons.values()), page.language),
        "reasons": [(why_held(act, page.language), number(many, page.language)) for act, many in reasons.items()],
        "held_next": _next(page, unit, "held", held, late_after),
        "held_first": _address(page, unit, late=late_after) if held_after else None,
    }


def _capped(page: Page, count: int) -> str:
    said = number(min(count, CAP), page.language)
    return page.say(N_("more than %(count)s"), count=said) if count > CAP else said


def _place(page: Page, name: str) -> Place | None:
    """The place in a list from which it goes on; whatever is misspelt is its beginning."""
    match = _PLACE.fullmatch(page.request.query_params.get(name, ""))
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]), match[2]
    except ValueError:
        return None


def _next(page: Page, unit: str, name: str, rows: Sequence[Waiting], other: Place | None) -> str | None:
    if len(rows) < PAGE:
        return None
    here = (rows[-1].since, rows[-1].id)
    return _address(page, unit, **({"late": here, "held": other} if name == "late" else {"late": other, "held": here}))


def _address(page: Page, unit: str, late: Place | None = None, held: Place | None = None) -> str:
    said = {"unit": unit} if page.request.query_params.get("unit") else {}
    for name, place in (("late", late), ("held", held)):
        if place is not None:
            said[name] = f"{place[0].isoformat()}.{place[1]}"
    return f"/{page.language}/counter/deadlines{'?' + urlencode(said) if said else ''}"


def _line(page: Page, actor: Actor, row: Waiting) -> dict[str, str]:
    """A case as every list shows it; its name and its page are for those who may open it."""
    definition = page.deps.registry.version(row.service, row.digest)
    opens = (actor.has(*policies.COUNTER) and actor.unit == row.unit) or (
        actor.has(Role.SECRETARY_GENERAL) and row.escalated
    )
    person = row.applicant_ar if page.language == "ar" else row.applicant_fr
    return {
        "reference": row.reference,
        "url": urls.counter_case(page.language, row.reference) if opens else "",
        "person": person if opens else "",
        "service": definition.title[page.language],
        "state": definition.states[row.state].label[page.language],
    }


def _late(page: Page, actor: Actor, row: Waiting, today: date) -> dict[str, str]:
    silent = (
        page.say(N_("Recorded on %(date)s"), date=plain_date(row.silent_on, page.language)) if row.silent_on else ""
    )
    return {
        **_line(page, actor, row),
        "due": plain_date(row.since, page.language),
        "how_long": relative_day(row.since, today, page.language),
        "silence": silent,
    }


def _calling(page: Page, work: Work, actor: Actor, row: Waiting) -> dict[str, str]:
    """A closed case that alerts somebody: silence granted it, and the act is owed, or something was granted against it."""
    why = ACT_OWED if _act_owed(page, work, row) else REMEDY_GRANTED
    return {**_line(page, actor, row), "since": plain_date(row.since, page.language), "why": page.say(why)}


def _act_owed(page: Page, work: Work, row: Waiting) -> bool:
    """Whether it was silence that granted a case, and nothing that was filed after it has been granted since."""
    definition = page.deps.registry.version(row.service, row.digest)
    granted = definition.deadline.silence is Silence.APPROVAL and definition.states[row.state].outcome is Result.GRANTED
    if row.silent_on is None or not granted:
        return False
    return all(one.outcome != Result.GRANTED.value for one in following.of_case(work.connection, row.id))


def _held(page: Page, actor: Actor, row: Waiting, today: date) -> dict[str, str]:
    return {
        **_line(page, actor, row),
        "why": why_held(row.suspended_for, page.language),
        "since": plain_date(row.since, page.language),
        "how_long": relative_day(row.since, today, page.language),
    }


def _by_service(page: Page, judged: Mapping[tuple[str, str], Judged]) -> list[dict[str, Any]]:
    """The share that came in time, service by service: the worst first."""
    services = page.deps.registry.in_force.services
    found: dict[str, Judged] = {}
    for (_, service), one in judged.items():
        found[service] = found.get(service, Judged()) + one
    named = (
        (services[slug].title[page.language] if slug in services else slug, one, "") for slug, one in found.items()
    )
    return _shares(page, named)


def _shares(page: Page, named: Iterable[tuple[str, Judged, str]]) -> list[dict[str, Any]]:
    rows = sorted(named, key=lambda row: (row[1].in_time / row[1].all, row[0]))
    return [{"name": name, "url": url, **_share(page, name, one)} for name, one, url in rows]


def _share(page: Page, name: str, one: Judged) -> dict[str, Any]:
    language = page.language
    share = percent(one.in_time / one.all, language)
    return {
        "in_time": number(one.in_time, language),
        "judged_late": number(one.late, language),
        "share": share,
        "bar": Bar(one.in_time, one.all, page.say(N_("%(name)s: %(share)s in time"), name=name, share=share)),
    }


def _offices(
    page: Page, work: Work, units: Sequence[str], judged: Mapping[tuple[str, str], Judged], today: date
) -> list[dict[str, Any]]:
    """Every office that has anything to show: what expired, what is suspended, what came in time."""
    shown = []
    for unit in units:
        late = deadlines.count_expired(work.connection, unit, today)
        held = sum(deadlines.count_suspended(work.connection, unit).values())
        whole = sum((one for (at, _), one in judged.items() if at == unit), Judged())
        if late or held or whole.all:
            name = _name(page.deps.registry.territory, unit, page.language)
            shown.append(
                {
                    "name": name,
                    "url": f"/{page.language}/counter/deadlines?{urlencode({'unit': unit})}",
                    "late": _capped(page, late),
                    "held": number(held, page.language),
                    **(_share(page, name, whole) if whole.all else {"in_time": "", "judged_late": "", "share": ""}),
                    "bar": None,
                }
            )
    return shown
