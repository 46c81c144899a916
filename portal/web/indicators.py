"""The yearly indicators of law 55-19 (art. 28), to anybody: as a page, a table for a spreadsheet, and a signed document."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from starlette.responses import Response

from portal.actions import issued_content
from portal.actions.registry import InForce
from portal.actions.reports import ask
from portal.domain.errors import NotFound, Unavailable
from portal.domain.service import UnitKind
from portal.domain.withholding import ALL, FOLLOWING, Published, Withheld
from portal.http import limiting
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_, office_date, plain_date
from portal.presenting.indicators import (
    ALL_SERVICES,
    WHOLE_PROVINCE,
    as_table,
    break_down,
    indicators,
    scope_names,
    why_withheld,
)
from portal.store import effects, figures, reports
from portal.store.figures import Counted
from portal.store.reports import Report
from portal.store.unit_of_work import Work
from portal.web.routing import pages

router = pages()

CSV = "text/csv; charset=utf-8"
MARK = "\ufeff"
"""By which spreadsheets know that a table is UTF-8: without it they break Arabic."""

FOLLOW = N_("Appeals, complaints and claims")
WHY_APART = N_(
    "Files that follow another one: appeals and complaints against a decision or a silence, and claims to what a silence "
    "has granted. They are in no other figure."
)

SOON = "5"
"""Seconds after which a report that is being signed is worth asking for again."""


@dataclass(frozen=True)
class Asked:
    """Whose figures of which year the address asks for; no year is the latest that was counted."""

    year: int | None
    unit: str
    service: str
    follows: bool

    @classmethod
    def read(cls, sent: Mapping[str, str], in_force: InForce) -> Self:
        """Raises NotFound for what there is not: figures of something else would be taken for those asked for."""
        year, unit, service = sent.get("year", ""), sent.get("unit", ALL), sent.get("service", ALL)
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise NotFound()
        if unit != ALL and unit not in {one.id for one in in_force.territory.offices}:
            raise NotFound()
        if service != ALL and not _is_counted(service, in_force):
            raise NotFound()
        return cls(int(year) if year else None, unit, service, follows=_follows(service, in_force))

    @property
    def counted_as(self) -> str:
        """In the place of a unit, what the figures are kept under; those of what follows a file are of the whole province."""
        return FOLLOWING if self.follows else self.unit

    @property
    def address(self) -> str:
        said = {"year": str(self.year or ""), "unit": self.unit, "service": self.service}
        return urlencode({name: value for name, value in said.items() if value})


def _is_counted(service: str, in_force: InForce) -> bool:
    """Whether there are figures of a service: what is before the Ombudsman alone is no part of the province's."""
    known = in_force.services.get(service)
    return known is not None and set(known.authority.kinds) != {UnitKind.OMBUDSMAN}


def _follows(service: str, in_force: InForce) -> bool:
    return service in in_force.services and in_force.services[service].follows is not None


@dataclass(frozen=True)
class Found:
    """What was counted of a scope, and the years there are."""

    asked: Asked
    years: tuple[int, ...]
    whole: Counted
    counted: Counted | None


def _find(work: Work, asked: Asked) -> Found | None:
    """None where nothing was counted at all yet; raises NotFound for a year that was not."""
    wholes = {one.year: one for one in figures.wholes(work.connection)}
    if not wholes:
        return None
    year = asked.year if asked.year is not None else max(wholes)
    if year not in wholes:
        raise NotFound()
    asked = replace(asked, year=year)
    # What follows a file is not counted at each unit: few would be left of any.
    known = not (asked.follows and asked.unit != ALL)
    counted = figures.read(work.connection, year, asked.counted_as, asked.service) if known else None
    return Found(asked, tuple(wholes), wholes[year], counted)


@router.get("/indicators")
def show(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("Yearly indicators"))
    in_force = page.deps.registry.in_force
    asked = Asked.read(page.request.query_params, in_force)
    with page.reading() as work:
        found = _find(work, asked)
        parts = _break_downs(page, work, found) if found is not None else []
        report = reports.of_count(work.connection, work.vault, found.counted) if found and found.counted else None
    if found is None:
        return page.render("public/indicators.html", empty=True, year="", scope=("", ""), lists=[], parts=[])
    unit, service = scope_names(in_force.territory, in_force.services, found.asked.unit, found.asked.service)
    shown = found.counted.published if found.counted is not None else None
    rows = indicators(shown, page.language) if shown is not None else []
    hidden = shown is not None and shown.withheld is Withheld.EVERYTHING
    return page.render(
        "public/indicators.html",
        empty=False,
        year=str(found.asked.year),
        scope=(unit[page.language], service[page.language]),
        counted_on=plain_date(office_date(found.whole.counted_at), page.language),
        rows=[] if hidden else rows,
        hidden=hidden,
        withheld=why_withheld(page.language) if hidden or any(one.withheld for one in rows) else "",
        lists=_choices(page, found, in_force),
        parts=parts,
        query=found.asked.address,
        asked_for=report is not None,
        everywhere=replace(found.asked, unit=ALL).address if found.asked.follows and found.asked.unit != ALL else "",
    )


def _choices(page: Page, found: Found, in_force: InForce) -> list[dict[str, Any]]:
    """The year, unit and service to choose from."""
    language = page.language
    units = [(one.id, one.name[language]) for one in in_force.territory.offices]
    services = sorted(
        (one.title[language], slug)
        for slug, one in in_force.services.items()
        if one.processed and _is_counted(slug, in_force)
    )
    every = [("", page.say(ALL_SERVICES)), *((slug, title) for title, slug in services)]
    return [
        {
            "name": "year",
            "label": page.say(N_("Year")),
            "value": str(found.asked.year),
            "options": [(str(year), str(year)) for year in found.years],
        },
        {
            "name": "unit",
            "label": page.say(N_("Office")),
            "value": found.asked.unit,
            "options": [("", page.say(WHOLE_PROVINCE)), *units],
        },
        {"name": "service", "label": page.say(N_("Service")), "value": found.asked.service, "options": every},
    ]


def _break_downs(page: Page, work: Work, found: Found) -> list[dict[str, Any]]:
    """The tables of the parts: by service where none is chosen, by unit where none is; and what follows other files."""
    asked, tables = found.asked, []
    if found.counted is None or asked.year is None or asked.follows:
        return []
    if asked.service == ALL:
        rows = figures.by_service(work.connection, asked.year, asked.unit)
        tables.append((N_("By service"), N_("Service"), "", _named(page, asked, rows)))
    if asked.unit == ALL:
        rows = figures.by_unit(work.connection, asked.year, asked.service)
        tables.append((N_("By office"), N_("Office"), "", _named(page, asked, rows)))
    if found.counted.withheld is Withheld.EVERYTHING:
        # How much the parts have in common would tell what is withheld of the whole.
        tables = []
    if asked.service == asked.unit == ALL:
        rows = figures.by_service(work.connection, asked.year, FOLLOWING)
        tables.append((FOLLOW, N_("Service"), page.say(WHY_APART), _named(page, asked, rows)))
    others = page.say(N_("Others, withheld one by one"))
    return [
        {
            "title": page.say(title),
            "heading": page.say(heading),
            "told": told,
            "rows": break_down(named, "" if told else others, page.language),
        }
        for title, heading, told, named in tables
        if named
    ]


def _named(page: Page, asked: Asked, rows: list[Counted]) -> list[tuple[str, str, Published]]:
    """Each part by its name and the address of its own figures."""
    in_force, named = page.deps.registry.in_force, []
    units = {one.id for one in in_force.territory.offices}
    for row in rows:
        by_service = row.service != asked.service
        unit, service = scope_names(in_force.territory, in_force.services, row.unit, row.service)
        part = replace(asked, service=row.service) if by_service else replace(asked, unit=row.unit)
        # What is there no more, or has come to follow other files, has figures still, but no page of its own.
        known = _is_counted(row.service, in_force) if by_service else row.unit in units
        same = not by_service or _follows(row.service, in_force) == (row.unit == FOLLOWING)
        url = f"/{page.language}/indicators?{part.address}" if known and same else ""
        named.append(((service if by_service else unit)[page.language], url, row.published))
    return named


@router.get("/indicators.csv")
def table(page: Page, visitor: Visitor) -> Response:
    """The same figures for a spreadsheet, and for programs by the ids of their rows."""
    in_force = page.deps.registry.in_force
    with page.reading() as work:
        found = _find(work, Asked.read(page.request.query_params, in_force))
    if found is None or found.counted is None:
        raise NotFound()
    asked, counted = found.asked, found.counted
    unit, service = scope_names(in_force.territory, in_force.services, asked.unit, asked.service)
    rows = as_table(
        counted.year,
        unit[page.language],
        service[page.language],
        counted.counted_at,
        counted.published,
        page.language,
    )
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return page.download(f"{MARK}{text.getvalue()}".encode(), CSV, f"{_file_name(counted)}.csv")


def _file_name(counted: Counted) -> str:
    unit = "" if counted.unit == FOLLOWING else counted.unit
    return "-".join(part for part in ("indicators", str(counted.year), unit, counted.service) if part)


@router.get("/indicators.pdf")
def document(page: Page, visitor: Visitor) -> Response:
    """The signed report on the latest count; while there is none, a page from which to ask for it or to come back to it."""
    counted = _counted(page)
    with page.reading() as work:
        report = reports.of_count(work.connection, work.vault, counted)
    if report is None:
        page.title = page.say(N_("The document has not been prepared yet"))
        return page.render("public/report_pending.html", status=404, url=_here(page), asked_for=False)
    if report.sha256 is None:
        return _pending(page, report)
    content = issued_content.read(page.deps, report.key)
    return page.download(content, "application/pdf", f"{report.number}.pdf", inline=True)


@router.post("/indicators.pdf")
def ask_for(page: Page, visitor: Visitor) -> Response:
    """Has the worker make a report that nobody asked for yet: so many an hour at most, by one visitor and by all."""
    counted = _counted(page)
    with page.reading() as work:
        report = reports.of_count(work.connection, work.vault, counted)
    if report is None:
        page.deps.limits.count(limiting.REPORT_ADDRESS, "report", limiting.address_of(page.request))
        page.deps.limits.count(limiting.REPORT_ALL, "report-all", "")
        with page.unit_of_work() as work:
            ask(work, counted.year, counted.unit, counted.service)
    return page.see_other(_here(page))


def _counted(page: Page) -> Counted:
    """What was last counted of what is asked for; raises NotFound where nothing was, or nothing of it may be shown."""
    asked = Asked.read(page.request.query_params, page.deps.registry.in_force)
    with page.reading() as work:
        found = _find(work, asked)
    if found is None or found.counted is None or found.counted.withheld is Withheld.EVERYTHING:
        raise NotFound()
    return found.counted


def _here(page: Page) -> str:
    return f"{page.request.url.path}?{page.request.url.query}"


def _pending(page: Page, report: Report) -> Response:
    with page.reading() as work:
        given_up = any(one.failed_at is not None for one in effects.of_case(work.connection, f"report-{report.id}"))
    if given_up:
        raise Unavailable()
    page.title = page.say(N_("The document is being prepared"))
    answer = page.render("public/report_pending.html", status=503, url=_here(page), asked_for=True)
    answer.headers["retry-after"] = SOON
    return answer
