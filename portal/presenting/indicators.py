"""The yearly indicators in words (law 55-19, art. 28): each figure beside what it counts, for a page, a table and print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel.numbers import format_percent

from portal.domain.figures import Figures, total
from portal.domain.issued import DocumentKind
from portal.domain.service import ServiceDefinition, Text, text
from portal.domain.territory import Territory
from portal.domain.withholding import ALL, FOLLOWING, LEAST, Published, Withheld
from portal.i18n import N_, locale, number, office_date, plain_date, translate, translate_count
from portal.ports_of_documents import PrintedDocument, PrintedRow
from portal.presenting.law import BOTH, article
from portal.presenting.printed import DEMONSTRATION, Printing, with_data
from portal.presenting.printed.common import issuer

KIND = DocumentKind.REPORT.value
"""What kind of printed document a report is."""

REPORT_TITLE = text("المؤشرات السنوية لمعالجة الملفات", "Indicateurs annuels de traitement des dossiers")
SOURCE = "55-19/28"

WHOLE_PROVINCE = N_("The whole province")
ALL_SERVICES = N_("All services")

DEFINITIONS: Mapping[str, tuple[str, str]] = {
    "received": (
        N_("Files received"),
        N_(
            "Handed in during the year, online or at a counter. All figures are about these files, even "
            "where they ended later. A file that follows another, as an appeal does, is no new request: it is "
            "counted apart, under its own service. Files before the Ombudsman are not counted."
        ),
    ),
    "complete": (
        N_("Complete files"),
        N_("With every document asked for: the administration’s time to answer starts on that day."),
    ),
    "decided": (
        N_("Decided files"),
        N_("Granted, refused, or passed on to another administration."),
    ),
    "in_time": (
        N_("Decided in time"),
        N_("Decided on the last day that the law gives, or before it."),
    ),
    "late": (
        N_("Late files"),
        N_(
            "Decided after their last day, still open after it on the day of the count, or left until the "
            "administration’s silence was recorded."
        ),
    ),
    "share_in_time": (
        N_("Share in time"),
        N_(
            "Of the files decided in time and the late ones together, how many were decided in time; rounded "
            "down. A file that is never answered counts as late."
        ),
    ),
    "untimed": (
        N_("Decided while no time was counted"),
        N_(
            "Without a legal period, not complete yet, or while the applicant’s answer was awaited: neither "
            "in time nor late."
        ),
    ),
    "silent": (
        N_("The administration’s silence"),
        N_(
            "Not answered by the last day: the portal records it the day after. They are among the late files, "
            "even where they have been decided since."
        ),
    ),
    "refused": (
        N_("Refused with reasons"),
        N_("The portal lets no refusal through without its reasons."),
    ),
    "appealed": (
        N_("Files appealed"),
        N_("An appeal was filed on this portal against the decision or the silence."),
    ),
    "returned": (
        N_("Files returned"),
        N_("Given back because documents that were missing did not come in time."),
    ),
    "withdrawn": (
        N_("Files withdrawn"),
        N_("Taken back by the applicant."),
    ),
    "open": (
        N_("Files still open"),
        N_("Neither decided, returned nor withdrawn on the day of the count."),
    ),
    "median": (
        N_("Time for half of the files (median)"),
        N_(
            "At least half of the decided files took so many days or fewer. Days on which the period stood "
            "still are not counted."
        ),
    ),
    "p90": (
        N_("Time for nine files in ten (90th percentile)"),
        N_(
            "At least nine decided files in ten took so many days or fewer: the smallest such number of days. It "
            "is not told of fewer than 10 files, where it would be that of the slowest one."
        ),
    ),
}
"""Each figure by its id, in the order in which they are shown: its name, and what it counts."""

TIMES = frozenset({"in_time", "late", "share_in_time", "untimed", "silent", "appealed"})
"""What says which files came in time: withheld where that is known of few."""

DECISIONS = frozenset({"untimed", "refused", "appealed", "median", "p90"})
"""What says how decisions came out: withheld where few were taken."""

HIDDEN: Mapping[Withheld, frozenset[str]] = {
    Withheld.NOTHING: frozenset(),
    Withheld.TIMES: TIMES,
    Withheld.DECISIONS: DECISIONS,
    Withheld.OUTCOMES: TIMES | DECISIONS,
    Withheld.EVERYTHING: frozenset(DEFINITIONS),
}
"""The figures of a scope that are not shown."""

LEAST_OF_DAYS = {"median": LEAST, "p90": 2 * LEAST}
"""Of how many files a number of days is told at least: nine in ten of fewer than ten are all of them."""

OF_RECEIVED = frozenset(DEFINITIONS) - {"received", "share_in_time", "median", "p90"}
"""What is a part of the files received, and drawn as one."""


@dataclass(frozen=True)
class Bar:
    """A part of a whole as ``components/period.html`` draws it; ``label`` says it in words."""

    used: int
    total: int
    label: str
    held: int = 0


@dataclass(frozen=True)
class Indicator:
    """One figure: in words, as a plain number for programs (empty where there is none), and whether it is withheld."""

    id: str
    label: str
    value: str
    plain: str
    definition: str
    withheld: bool = False
    bar: Bar | None = None


@dataclass(frozen=True)
class Reported:
    """What a report is about."""

    year: int
    unit: Text
    service: Text
    published: Published
    counted_at: datetime


def scope_names(
    territory: Territory, services: Mapping[str, ServiceDefinition], unit: str, service: str
) -> tuple[Text, Text]:
    """What a unit and a service are called; one that is there no more goes by its id."""
    try:
        unit_name = both(WHOLE_PROVINCE) if unit in (ALL, FOLLOWING) else territory.unit(unit).name
    except LookupError:
        unit_name = text(unit, unit)
    if service == ALL:
        return unit_name, both(ALL_SERVICES)
    return unit_name, services[service].title if service in services else text(service, service)


def both(message: str, **params: str) -> Text:
    """An interface text in both languages of a printed document."""
    return Text({language: translate(language, message, params) for language in BOTH})


def percent(share: float, language: str) -> str:
    """A share as whole per cent, rounded down: nothing short of all of them is called 100 %."""
    return format_percent(int(share * 100) / 100, locale=locale(language))


def indicators(published: Published, language: str) -> list[Indicator]:
    """Every figure that may be shown, with its definition, in order."""
    return [_indicator(one, published, language) for one in DEFINITIONS]


def _indicator(name: str, published: Published, language: str) -> Indicator:
    label, definition = (_words(said, language) for said in DEFINITIONS[name])
    if is_withheld(name, published):
        return Indicator(name, label, translate(language, N_("Withheld")), "", definition, withheld=True)
    figures = published.figures
    value, plain = _value(name, figures, language)
    bar = _bar(figures, getattr(figures, name), label, language) if name in OF_RECEIVED else None
    return Indicator(name, label, value, plain, definition, bar=bar)


def is_withheld(name: str, published: Published) -> bool:
    """Whether a figure is not shown, so that it points at nobody."""
    if name in HIDDEN[published.withheld]:
        return True
    # Days were not counted of what was decided before the portal kept them: few may be left.
    return 0 < sum(published.figures.days.values()) < LEAST_OF_DAYS.get(name, 0)


def _value(name: str, figures: Figures, language: str) -> tuple[str, str]:
    if name == "share_in_time":
        share = figures.share_in_time
        return ("—", "") if share is None else (percent(share, language), str(int(share * 100)))
    found: int | None = getattr(figures, name)
    if found is None:
        return "—", ""
    if name in ("median", "p90"):
        return days(found, language), str(found)
    return number(found, language), str(found)


def days(count: int, language: str) -> str:
    return translate_count(language, "%(count)s day", "%(count)s days", count)


def _bar(figures: Figures, part: int, label: str, language: str) -> Bar | None:
    if not figures.received:
        return None
    params = {"label": label, "share": percent(part / figures.received, language)}
    return Bar(part, figures.received, translate(language, N_("%(label)s: %(share)s of the files received"), params))


@lru_cache(maxsize=256)
def _words(message: str, language: str) -> str:
    return translate(language, message)


def why_withheld(language: str) -> str:
    """Why some figures are not shown."""
    return translate(
        language,
        N_(
            "Withheld: fewer than %(least)s files stand behind this figure, or it would give such a "
            "figure away. No figure may point at a person."
        ),
        {"least": number(LEAST, language)},
    )


AS_THEY_STOOD = N_("The figures are as they stood on this day. They are counted anew on the first of each month.")

HEADINGS = ("id", N_("Indicator"), N_("Value"), N_("What it counts"))


def as_table(
    year: int, unit: str, service: str, counted_at: datetime, published: Published, language: str
) -> list[tuple[str, ...]]:
    """The same figures as rows for a spreadsheet, what they are about first; the first row are the headings."""

    def say(message: str) -> str:
        return translate(language, message)

    about = [
        ("year", say(N_("Year")), str(year), say(N_("The year in which the files were received."))),
        ("unit", say(N_("Office")), unit, say(N_("The office at which the files now are."))),
        ("service", say(N_("Service")), service, ""),
        ("counted_on", say(N_("Counted on")), office_date(counted_at).isoformat(), say(AS_THEY_STOOD)),
    ]
    rows = [
        (one.id, one.label, one.plain, f"{one.definition} {why_withheld(language)}" if one.withheld else one.definition)
        for one in indicators(published, language)
    ]
    headings = (HEADINGS[0], *(say(heading) for heading in HEADINGS[1:]))
    return [headings, *about, *rows]


@dataclass(frozen=True)
class Row:
    """One line of a break-down: a unit or a service, and some of its figures; ``url`` is empty where there is no more."""

    name: str
    url: str
    received: str
    decided: str
    share: str
    late: str
    silent: str
    median: str


DASH = "—"
"""Stands where a figure is withheld, or where there is none; the note under the table says so."""


def break_down(parts: Iterable[tuple[str, str, Published]], others: str, language: str) -> list[Row]:
    """The lines of a table by unit or by service, from names, addresses and figures; the largest first.

    What is withheld altogether stands in one line, called ``others``, so that the table adds up; where that has no name,
    nothing adds up to a sum that is shown, and each keeps its own line.
    """
    shown: list[tuple[str, str, Published]] = []
    hidden: list[Published] = []
    for name, url, one in parts:
        if others and one.withheld is Withheld.EVERYTHING:
            hidden.append(one)
        else:
            shown.append((name, url, one))
    # Those that are withheld come last, by name: their place must not tell what they are.
    shown.sort(key=lambda part: (0 if is_withheld("received", part[2]) else -part[2].figures.received, part[0]))
    rows = [_row(name, url, one, language) for name, url, one in shown]
    if hidden:
        together = Published(total(one.figures for one in hidden), Withheld.OUTCOMES)
        rows.append(_row(others, "", together, language))
    return rows


def _row(name: str, url: str, one: Published, language: str) -> Row:
    said = {
        figure: DASH if is_withheld(figure, one) else _value(figure, one.figures, language)[0]
        for figure in ("received", "decided", "share_in_time", "late", "silent", "median")
    }
    share = said.pop("share_in_time")
    return Row(name, url, share=share, **said)


def report_in_print(reported: Reported, printing: Printing) -> PrintedDocument:
    """A year's figures as a signed document: of the province, a unit, a service, or a service at a unit."""
    year = str(reported.year)
    unit, service = reported.unit, reported.service
    words = {language: {one.id: one for one in indicators(reported.published, language)} for language in BOTH}
    rows = tuple(
        PrintedRow(
            label=Text({language: words[language][name].label for language in BOTH}),
            value=Text({language: words[language][name].value for language in BOTH}),
            note=Text({language: words[language][name].definition for language in BOTH}),
        )
        for name in DEFINITIONS
    )
    document = PrintedDocument(
        kind=KIND,
        number=printing.number,
        reference="",
        title=text(f"{REPORT_TITLE['ar']} – {year}", f"{REPORT_TITLE['fr']} – {year}"),
        **_issuer(printing.territory),
        issued_at=printing.issued_at,
        code=printing.code,
        verify_url=f"{printing.base_url}/v/{printing.code}",
        status=Text({language: f"{unit[language]} – {service[language]}" for language in BOTH}),
        rows=rows,
        paragraphs=tuple(_paragraphs(reported, [one for one in words["fr"].values() if one.withheld])),
        notice=DEMONSTRATION if printing.demo else None,
    )
    return with_data(document, printing.base_url)


def _issuer(territory: Territory) -> dict[str, Any]:
    """The province answers for the figures of all its units, and names the one they are of below the title."""
    if territory.root is not None:
        return issuer(territory.root, territory)
    return {
        "province": territory.province,
        "authority": territory.province,
        "emblem": territory.letterhead.emblem or None,
    }


def _paragraphs(reported: Reported, withheld: Sequence[Indicator]) -> list[Text]:
    source = article(SOURCE)
    told = N_(
        "Published as required by %(article)s. The figures are as they stood on %(date)s; they are counted anew on the "
        "first of each month."
    )
    counted_on = office_date(reported.counted_at)
    found = [
        Text(
            {
                language: translate(
                    language,
                    told,
                    {"article": source[language], "date": plain_date(counted_on, language)},
                )
                for language in BOTH
            }
        )
    ]
    if withheld:
        found.append(Text({language: why_withheld(language) for language in BOTH}))
    return found
