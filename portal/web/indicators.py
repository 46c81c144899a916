"""The yearly indicators of law 55-19 (art. 28), to anybody: as a page, a table for a spreadsheet, and a signed document."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from starlette.responses import Response

from portal.actions.registry import InForce
from portal.actions.reports import ask
from portal.domain.errors import NotFound, Unavailable
from portal.domain.withholding import ALL, Withheld
from portal.http import limiting
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.i18n import N_, office_date, plain_date
from portal.ports import Area
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

SOON = "5"
"""Seconds after which a report that is being signed is worth asking for again."""


@dataclass(frozen=True)
class Asked:
    """Whose figures of which year the address asks for; no year is the latest that was counted."""

    year: int | None
    unit: str
    service: str

    @classmethod
    def read(cls, sent: Mapping[str, str], in_force: InForce) -> Self:
        """Raises NotFound for what there is not: figures of something else would be taken for those asked for."""
        year, unit, service = sent.get("year", ""), sent.get("unit", ALL), sent.get("service", ALL)
        if year and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise NotFound()
        if unit != ALL and unit not in {one.id for one in in_force.territory.units}:
            raise NotFound()
        if service != ALL and service not in in_force.services:
            raise NotFound()
        return cls(int(year) if year else None, unit, service)

    def query(self, **changes: str) -> str:
        said = {"year": str(self.year or ""), "unit": self.unit, "service": self.service, **changes}
        return urlencode({name: value for name, value in said.items() if value})


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
    asked = Asked(year, asked.unit, asked.service)
    counted = figures.read(work.connection, year, asked.unit, asked.service)
    return Found(asked, tuple(wholes), wholes[year], counted)


@router.get("/indicators")
def show(page: Page, visitor: Visitor) -> Response:
    page.title = page.say(N_("Yearly indicators"))
    in_force = page.deps.registry.in_force
    asked = Asked.read(page.request.query_params, in_force)
    with page.reading() as work:
        found = _find(work, asked)
        parts = _break_downs(page, work, found) if found is not None else []
    if found is None:
        return page.render("public/indicators.html", counted_on="", scope="", rows=[], lists=[], parts=[], empty=True)
    unit, service = scope_names(in_force.territory, in_force.services, found.asked.unit, found.asked.service)
    shown = found.counted.published if found.counted is not None else None
    rows = indicators(shown, page.language) if shown is not None and found.counted is not None else []
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
        query=found.asked.query(),
    )


def _choices(page: Page, found: Found, in_force: InForce) -> list[dict[str, Any]]:
    """The year, unit and service to choose from."""
    language = page.language
    units = [(one.id, one.name[language]) for one in in_force.territory.units]
    services = sorted((one.title[language], slug) for slug, one in in_force.services.items() if one.processed)
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
    """The tables of the parts: by service where none is chosen, by unit where none is."""
    asked, tables = found.asked, []
    if found.counted is None or found.counted.withheld is Withheld.EVERYTHING or asked.year is None:
        return []
    if asked.service == ALL:
        rows = figures.by_service(work.connection, asked.year, asked.unit)
        tables.append((N_("By service"), N_("Service"), rows))
    if asked.unit == ALL:
        rows = figures.by_unit(work.connection, asked.year, asked.service)
        tables.append((N_("By office"), N_("Office"), rows))
    return [
        {
            "title": page.say(title),
            "heading": page.say(heading),
            "rows": break_down(_named(page, asked, rows), page.say(N_("Others, withheld one by one")), page.language),
        }
        for title, heading, rows in tables
    ]


def _named(page: Page, asked: Asked, rows: list[Counted]) -> list[tuple[str, str, Any]]:
    """Each part by its name and the address of its own figures."""
    in_force, named = page.deps.registry.in_force, []
    units = {one.id for one in in_force.territory.units}
    for row in rows:
        by_service = row.service != asked.service
        unit, service = scope_names(in_force.territory, in_force.services, row.unit, row.service)
        # What is there no more has figures still, but no page of its own.
        known = row.service in in_force.services if by_service else row.unit in units
        change = {"service": row.service} if by_service else {"unit": row.unit}
        url = f"/{page.language}/indicators?{asked.query(**change)}" if known else ""
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
    return "-".join(part for part in ("indicators", str(counted.year), counted.unit, counted.service) if part)


@router.get("/indicators.pdf")
def document(page: Page, visitor: Visitor) -> Response:
    """The signed report on the latest count; a page that says to come back in a moment while it is being signed."""
    asked = Asked.read(page.request.query_params, page.deps.registry.in_force)
    with page.reading() as work:
        found = _find(work, asked)
        if found is None or found.counted is None or found.counted.withheld is Withheld.EVERYTHING:
            raise NotFound()
        report = reports.of_count(work.connection, work.vault, found.counted)
    if report is None:
        report = _ask(page, found.counted)
    if report.sha256 is None:
        return _pending(page, report)
    content = page.deps.files.get(Area.ISSUED, report.key)
    return page.download(content, "application/pdf", f"{report.number}.pdf", inline=True)


def _ask(page: Page, counted: Counted) -> Report:
    """Has the worker make a report that nobody asked for yet: so many an hour at most, by one visitor and by all."""
    page.deps.limits.count(limiting.REPORT_ADDRESS, "report", limiting.address_of(page.request))
    page.deps.limits.count(limiting.REPORT_ALL, "report-all", "")
    with page.unit_of_work() as work:
        return ask(work, counted.year, counted.unit, counted.service)


def _pending(page: Page, report: Report) -> Response:
    with page.reading() as work:
        given_up = any(one.failed_at is not None for one in effects.of_case(work.connection, f"report-{report.id}"))
    if given_up:
        raise Unavailable()
    page.title = page.say(N_("The document is being prepared"))
    answer = page.render(
        "public/report_pending.html", status=503, url=f"{page.request.url.path}?{page.request.url.query}"
    )
    answer.headers["retry-after"] = SOON
    return answer
