"""Measures what one computation of the law's clock costs: ``python -m bench.clock``.

The clock alone, no database: a journal of thirty lines as the store reads it becomes the clock of the case, which then says
where it stands on a day. Two journals are timed, each under a law of calendar days and under one of working days:

- the usual one: completed, taken, moved, two requests answered, an extension, reminders, messages, documents;
- the dearest one, of which every line moves the clock: fourteen requests, each answered.

Of each: the clock with its state, days and dates (what a queue, a sweep and an action need), and the whole reading, which
also holds what is still allowed and every step of the explanation (what a page about one case shows).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from portal.actions.facts import clock_of
from portal.catalogue.calendar import load_calendar
from portal.catalogue.loader import load_service, packages, platforms_of, read_territory
from portal.domain.clock import Calendar
from portal.domain.events import (
    ApplicantReminded,
    CaseMoved,
    CaseSubmitted,
    CaseTaken,
    DeadlineNear,
    DocumentIssued,
    DocumentObtained,
    DocumentsReplaced,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
    MessageSent,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
)
from portal.domain.service import ServiceDefinition
from portal.store.journal import Line

SERVICES = "services"
FILED = datetime(2026, 2, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 4, 20)
LINES = 30
PROMISED = 100.0
"""Microseconds that one computation may take for a journal of thirty events (issue 5)."""
PROMISE = "usual journal, clock"
ROUNDS, EACH = 150, 40

NAMES = ("do", "examined", "awaiting")
BACK = ("do", "awaiting", "examined")


def usual() -> list[tuple[int, Event]]:
    """Thirty lines as a case of the portal gathers them, each with how many days after the filing it came."""
    return [
        (0, CaseSubmitted("service", "unit", missing=["lease"])),
        (0, MessageSent("email")),
        (0, DocumentIssued("receipt", "1")),
        (20, ApplicantReminded("deposit", "2026-02-22", "2026-03-05")),
        (21, MessageSent("email")),
        (22, FileCompleted()),
        (22, DocumentIssued("receipt", "2")),
        (22, MessageSent("email")),
        (23, CaseTaken()),
        (23, DocumentObtained("identity")),
        (24, CaseMoved("examine", "lodged", "examined")),
        (25, InformationRequested(*NAMES)),
        (25, MessageSent("email")),
        (29, InformationProvided(*BACK)),
        (29, MessageSent("email")),
        (30, ReplacementRequested(*NAMES, ["lease"])),
        (30, MessageSent("email")),
        (34, DocumentsReplaced(*BACK, ["lease"])),
        (34, MessageSent("email")),
        (36, PeriodExtended("extend", "examined", "examined", 10)),
        (36, MessageSent("email")),
        (36, DocumentIssued("notice", "3")),
        (40, CaseMoved("inquire", "examined", "inquiry")),
        (44, DeadlineNear("half", "2026-03-18", "2026-05-01", ["agent"])),
        (45, CaseMoved("inquired", "inquiry", "examined")),
        (46, MessageSent("email")),
        (47, CaseMoved("propose", "examined", "proposed")),
        (48, CaseMoved("return", "proposed", "examined")),
        (49, DeadlineNear("quarter", "2026-03-23", "2026-05-01", ["agent"])),
        (50, CaseMoved("propose", "examined", "proposed")),
    ]


def dearest(definition: ServiceDefinition) -> list[tuple[int, Event]]:
    """Thirty lines that all move the clock."""
    period = definition.deadline
    asked = [((1 + 2 * n, InformationRequested(*NAMES)), (2 + 2 * n, InformationProvided(*BACK))) for n in range(14)]
    last = PeriodChanged("count", "examined", "examined", period.law, period.days)
    return [(0, FileCompleted()), *chain.from_iterable(asked), (30, last)]


def journal(events: Sequence[tuple[int, Event]]) -> list[Line]:
    """The events as lines of a case's journal."""
    assert len(events) == LINES
    return [
        Line(position, FILED + timedelta(days=days, minutes=position), "agent", "agent", "Nadia", event)
        for position, (days, event) in enumerate(events, 1)
    ]


def microseconds(work: Callable[[], object]) -> float:
    """The processor time some work takes: the best of many short rounds, for other work only slows them down."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        for _ in range(EACH):
            work()
        best = min(best, (time.process_time_ns() - start) / EACH)
    return best / 1000


def stand(definition: ServiceDefinition, lines: list[Line], calendar: Calendar) -> None:
    """Computes a clock and asks it for what queues, sweeps and actions need of it."""
    clock = clock_of(definition, FILED.date(), lines, calendar)
    _ = clock.state(TODAY), clock.used(TODAY), clock.due_on, clock.half_ends_on, clock.citizen_due_on, clock.suspension


def read(definition: ServiceDefinition, lines: list[Line], calendar: Calendar) -> None:
    """Computes a clock and all that a page about the case shows of it."""
    clock_of(definition, FILED.date(), lines, calendar).reading(TODAY)


def _services() -> Iterator[ServiceDefinition]:
    """A service counted in calendar days, and one counted in working days."""
    territory, platforms = read_territory(SERVICES), platforms_of(SERVICES)
    found = {one.slug: one for one in packages(SERVICES)}
    for slug in ("certificat-residence", "acces-information"):
        one = found[slug]
        yield load_service(slug, one.files, version=one.version, territory=territory, platforms=platforms)


def measure() -> dict[str, list[float]]:
    """Microseconds of each computation, in calendar days and in working days."""
    calendar = load_calendar(Path(SERVICES, "calendar.yaml").read_text("utf-8"))
    found: dict[str, list[float]] = {}
    for definition in _services():
        for name, events in (("usual", usual()), ("dearest", dearest(definition))):
            lines = journal(events)
            flaw = clock_of(definition, FILED.date(), lines, calendar).flaw
            if flaw:
                raise SystemExit(f"no case has such a journal: {flaw}")
            for what, work in (("clock", stand), ("reading", read)):
                taken = microseconds(partial(work, definition, lines, calendar))
                found.setdefault(f"{name} journal, {what}", []).append(taken)
    return found


def kept(found: Mapping[str, Sequence[float]]) -> bool:
    """Whether a case's clock costs no more than was promised."""
    return max(found[PROMISE]) <= PROMISED


def table(found: Mapping[str, Sequence[float]]) -> str:
    """The figures for people."""
    lines = [f"{'microseconds':<26}{'calendar days':>14}{'working days':>14}"]
    lines += [f"{name:<26}" + "".join(f"{one:>14.1f}" for one in both) for name, both in found.items()]
    said = "kept" if kept(found) else "NOT KEPT"
    return "\n".join([*lines, f"promised: the clock of a journal of {LINES} events in {PROMISED:.0f}: {said}"])


def as_json(found: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """What var/bench.json holds of it."""
    return [
        {"name": "clock", "what": name, "days": days, "microseconds": round(one, 1)}
        for name, both in found.items()
        for days, one in zip(("calendar", "working"), both, strict=True)
    ]


def main() -> int:
    argparse.ArgumentParser("python -m bench.clock", description=__doc__).parse_args()
    found = measure()
    print(table(found))
    return 0 if kept(found) else 1


if __name__ == "__main__":
    sys.exit(main())
