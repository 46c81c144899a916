"""Explains the law's clock of a case at the terminal, and keeps the days off that it counts by."""

import re
from datetime import date, datetime
from typing import Annotated, Any

import typer
from cryptography.exceptions import InvalidTag
from typer.core import TyperGroup

from portal.actions import timers
from portal.actions.clocks import LAST, ClockOnDay, clock_on
from portal.actions.deps import Deps
from portal.cli import days_off
from portal.cli.context import Json, fail, open_portal, show_json, told
from portal.cli.designing import InLanguage, Language
from portal.domain.errors import NotFound
from portal.fields import cleaning
from portal.i18n import N_, OFFICE_ZONE, long_date, moment_in_words, office_date, translate
from portal.presenting.clock_told import data, sections
from portal.presenting.isolation import isolated
from portal.presenting.law import BOTH
from portal.store import cases, journal, numbers, sweeps
from portal.store.cases import Dossier
from portal.store.vault import Erased

EXPLAIN = "explain"
EXAMPLE = "BRK-26-7K3F-9Q2X-W"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class ByReference(TyperGroup):
    """A group that takes whatever is none of its commands for the reference of a case to explain."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [EXPLAIN, *args]
        return super().parse_args(ctx, args)


clock_app = typer.Typer(
    cls=ByReference,
    no_args_is_help=True,
    subcommand_metavar="REFERENCE | COMMAND [ARGS]...",
    help="The law's clock: that of one case, explained, and the days off that all of them count by.",
)
# Without a name its commands become those of this group.
clock_app.add_typer(days_off.app)


@clock_app.command(EXPLAIN)
def explain(
    reference: Annotated[str, typer.Argument(help=f"The case's reference, such as {EXAMPLE}; in any case.")],
    at: Annotated[
        str,
        typer.Option(
            "--at",
            help="Read it on this day (2026-12-01) or at this moment (2026-12-01T14:30, the office's own time, or with an "
            "offset): as it was, or as it will be if nothing happens. Now, if there is none.",
        ),
    ] = "",
    lang: InLanguage = Language.FR,
    as_json: Json = False,
) -> None:
    """Explain the clock of a case: `portal clock REFERENCE` is the same. No personal data is shown."""
    known, asked = _reference(reference), _moment(at)
    _, deps = open_portal()
    with told(), deps.reading() as work:
        dossier, lines = _opened(work, known)
        asked = asked or work.now
        try:
            read = clock_on(deps, dossier, lines, asked)
        except NotFound:
            fail(f"the version of {dossier.case.service} that {known} was filed under is not in the database")
    if read is None:
        fail(f"{known} was filed on {dossier.case.filed_on}: it has no clock before")
    if as_json:
        found = {"reference": known, "service": dossier.case.service, "unit": read.unit, "at": read.day}
        show_json({**found, **data(read.clock, read.day, BOTH), "remedies": _remedies(read)})
    else:
        _print(deps, known, read, asked, lang.value)


@clock_app.command("sweep")
def sweep_now(
    trust: Annotated[
        bool,
        typer.Option(
            "--trust-clock",
            help="This machine's time is right, although one further on was worked at, or none for three months.",
        ),
    ] = False,
) -> None:
    """Do at once what time has brought about, as the worker does every quarter of an hour."""
    _, deps = open_portal()
    with told():
        if trust:
            timers.trust_clock(deps)
        done = timers.sweep(deps)
        with deps.reading() as work:
            behind = sweeps.behind(work.connection, office_date(work.now))
            latest = sweeps.last(work.connection, timers.NAME)
            waiting = timers.waits(work.now, latest)
    print(f"{done} steps done")
    if waiting is not None and latest is not None:
        fail(
            f"time waits: the clock says {work.now:%Y-%m-%d %H:%M} UTC, and it was worked at {latest:%Y-%m-%d %H:%M}: "
            "mend the clock, or go on by it with --trust-clock"
        )
    if behind:
        fail(f"{behind} cases are still behind: the log says why")


def _reference(typed: str) -> str:
    """The canonical form of what was typed; otherwise a usage error, for a command may be what was meant."""
    known = numbers.read_reference(typed)
    if known is None:
        raise typer.BadParameter(f"{typed!r} is neither a reference such as {EXAMPLE} nor a command of `portal clock`")
    return known


def _moment(typed: str) -> date | datetime | None:
    """A day, or a moment: without an offset it is the office's time."""
    if not typed:
        return None
    plain = cleaning.code(typed)
    try:
        if _DAY.fullmatch(plain):
            found: date | datetime = date.fromisoformat(plain)
        else:
            moment = datetime.fromisoformat(plain)
            found = moment if moment.tzinfo is not None else moment.replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        raise typer.BadParameter(
            f"{typed!r} is neither a day such as 2026-12-01 nor a moment such as 2026-12-01T14:30", param_hint="--at"
        ) from None
    if found.year > LAST.year:
        raise typer.BadParameter(f"the clock is read up to {LAST}", param_hint="--at")
    return found


def _opened(work: Any, reference: str) -> tuple[Dossier, list[journal.Line]]:
    try:
        dossier = cases.find(work.connection, work.vault, reference)
        if dossier is None:
            fail(f"there is no case {reference}")
        return dossier, journal.read(work.connection, dossier.case.id, dossier.seal)
    except Erased:
        fail(f"the key of {reference} was destroyed: its journal can no longer be read")
    except InvalidTag:
        fail(f"the record of {reference} was altered, or sealed under another key: see `portal audit`")


def _remedies(read: ClockOnDay) -> list[dict[str, Any]]:
    return [
        {
            "service": one.service.slug,
            "occasion": one.occasion.value,
            "since": one.since,
            "until": one.until,
            "open": one.open(read.day),
            "article": one.article or None,
        }
        for one in read.remedies
    ]


def _print(deps: Deps, reference: str, read: ClockOnDay, asked: date | datetime, language: str) -> None:
    """Each line begins with a letter of its language: by it, terminals know which way the line runs."""
    try:
        unit = deps.registry.territory.unit(read.unit).name[language]
    except LookupError:
        unit = read.unit
    params = {"reference": isolated(reference, language), "service": read.definition.title[language], "unit": unit}
    typer.secho(translate(language, N_("File %(reference)s: %(service)s, %(unit)s"), params), bold=True)
    when = moment_in_words(asked, language) if isinstance(asked, datetime) else long_date(asked, language)
    typer.echo(translate(language, N_("As it reads on %(date)s"), {"date": when}))
    for section in sections(read.clock, read.day, language, read.remedies):
        typer.echo()
        typer.secho(section.title, bold=True)
        for line in section.lines:
            typer.echo(f"  {line}")
