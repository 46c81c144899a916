"""Signed reports on the yearly figures: asked for by anybody, drawn and signed by the worker, once for each count."""

import hashlib

from portal.actions.deps import Deps
from portal.actions.issue import CODE_LENGTH, with_seal
from portal.domain.errors import NotFound
from portal.domain.issued import DocumentKind
from portal.domain.withholding import Withheld
from portal.i18n import office_date
from portal.ports import Area, Rejected
from portal.ports_of_documents import PrintedDocument
from portal.presenting.indicators import Reported, report_in_print, scope_names
from portal.presenting.printed import Printing
from portal.store import effects, figures, issued_files, numbers, reports
from portal.store.effects import Effect
from portal.store.figures import Counted
from portal.store.reports import Report
from portal.store.unit_of_work import Work

NAME = "report"


def ask(work: Work, year: int, unit: str, service: str) -> Report:
    """The report on what was last counted of a scope; the worker makes it where nobody asked for it before.

    Raises NotFound where nothing was counted, or nothing of it may be shown.
    """
    # Of two who ask at once, the second finds what the first has entered.
    counted = figures.read(work.connection, year, unit, service, lock=True)
    if counted is None or counted.withheld is Withheld.EVERYTHING:
        raise NotFound()
    held = reports.of_count(work.connection, work.vault, counted)
    return held if held is not None else _enter(work, counted)


def _enter(work: Work, counted: Counted) -> Report:
    series = f"{reports.SERIES}-{office_date(work.now).year}"
    report = Report(
        id=reports.new_id(),
        number=numbers.numbered(series, numbers.next_number(work.connection, series)),
        year=counted.year,
        unit=counted.unit,
        service=counted.service,
        code=numbers.random_characters(CODE_LENGTH),
        published=counted.published,
        counted_at=counted.counted_at,
        sha256=None,
        requested_at=work.now,
    )
    reports.reserve(work.connection, work.vault, report)
    effects.request(work.connection, work.jobs, f"{NAME}-{report.id}", 1, (NAME,), work.now)
    return report


def abandon(work: Work, effect: Effect, why: str) -> None:
    """Records that the number of a report will have no file: who asks for the report next gets another number."""
    reports.abandon(work.connection, _id_in(effect), why, work.now)


def _id_in(effect: Effect) -> str:
    return effect.case_id.removeprefix(f"{NAME}-")


def draw(deps: Deps, effect: Effect) -> None:
    """Makes and signs a report; a second run makes the same one again."""
    with deps.reading() as work:
        report = reports.get(work.connection, work.vault, _id_in(effect))
    if report is None:
        raise Rejected("there is no such report")
    signed = deps.press.issue(with_seal(deps, _printed(deps, report), DocumentKind.REPORT))
    sha256 = hashlib.sha256(signed.pdf).hexdigest()
    key = reports.key_of(report.id, sha256)
    deps.files.put(Area.ISSUED, key, signed.pdf)
    with deps.unit_of_work() as work:
        current = effects.get(work.connection, effect.id, lock=True)
        if current is not None and current.done_at is None:
            reports.finish(work.connection, work.vault, report, sha256, signed.level, work.now)
            effects.done(work.connection, effect.id, work.now, {"number": report.number})
        entered = issued_files.owner_of(work.connection, work.vault, sha256) is not None
    if not entered:
        # Another worker made the same report meanwhile, and nobody was ever given this one.
        deps.files.delete(Area.ISSUED, key)


def _printed(deps: Deps, report: Report) -> PrintedDocument:
    registry = deps.registry
    unit, service = scope_names(registry.territory, registry.in_force.services, report.unit, report.service)
    reported = Reported(report.year, unit, service, report.published, report.counted_at)
    printing = Printing(
        number=report.number,
        code=report.code,
        issued_at=report.requested_at,
        base_url=deps.base_url,
        territory=registry.territory,
        demo=deps.demo,
    )
    return report_in_print(reported, printing)
