"""Measures one sweep of what time brings about: ``python -m bench.sweep [--cases N] [--due N] [--workers N] [--engine E]``.

A province with very many open cases, of which some are due today: for most of these the silence of the administration
is recorded and the applicant told, for the others those who decide are warned. Each worker is a process of its own, as
in a real installation; the time is that of the slowest, from the moment at which all of them have started.

The many are copies of a few made as the portal makes them; what is due has its own journal, people and keys.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from bench.report import PER_ENGINE
from bench.stage import POSTGRES, ROOT, database, settings_of
from portal.actions import clockwork
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.actions.timers import sweep
from portal.adapters.sealing.keys import ensure_key
from portal.adapters.signing.authority import make_authority
from portal.cli.demo_settings import free_port, settle
from portal.domain.alarms import Kind
from portal.domain.case import SYSTEM, Actor, Case, People, Person
from portal.domain.events import CaseSubmitted, DeadlineNear, Event, FileCompleted
from portal.domain.service import Role, ServiceDefinition, StateKind
from portal.domain.territory import Unit
from portal.i18n import office_date
from portal.store import cases, journal, numbers
from portal.store.cases import NewCase
from portal.store.journal import Line
from portal.store.tables import CASES, EFFECTS, JOURNAL
from portal.wiring import wire

SERVICE = "aides-techniques"
PROMISED = 30.0
TEMPLATES = 500
BATCH = 500
Made = tuple[dict[str, Any], list[dict[str, Any]]]
"""A case as its row and those of its journal."""

SILENT_SHARE = 0.6
"""The part of what is due whose last day was yesterday; the rest is to be warned of today."""


def main() -> int:
    parser = argparse.ArgumentParser("python -m bench.sweep", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", choices=PER_ENGINE)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        return _work()
    kept = True
    for engine in [given.engine] if given.engine else PER_ENGINE:
        if engine == "postgres" and not os.environ.get(POSTGRES):
            print(f"NOT MEASURED: PostgreSQL, since none was found ({POSTGRES} is not set)", file=sys.stderr)
            continue
        kept &= _measure(engine, given.cases, given.due, given.workers)
    return 0 if kept else 1


def _measure(engine: str, many: int, due: int, workers: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="sweep-") as name, database(engine, Path(name)) as url:
        folder = Path(name)
        environment = _environment(folder, url)
        make_authority(folder / "keys", "Shubbak", datetime.now(UTC))
        ensure_key(folder / "keys", datetime.now(UTC))
        for command in ("migrate", "publish"):
            subprocess.run(
                [sys.executable, "-m", "portal.cli", command], env=environment, check=True, stdout=sys.stderr
            )
        deps = wire(settings_of(environment))
        print(f"{engine}: preparing", file=sys.stderr)
        _fill(deps, many, due)
        before = _lines(deps)
        spent = _sweep(environment, workers)
        noted, told = _lines(deps) - before, _told(deps)
        with deps.reading() as work:
            left = len(cases.timed(work.connection, office_date(work.now), (date.min, ""), 1))
        whole = noted == due and told == round(due * SILENT_SHARE) and not left
        print(
            f"{engine}: {due} of {many} cases swept by {workers} workers in {max(spent):.1f} s "
            f"({', '.join(f'{one:.1f}' for one in spent)}); {noted} events, {told} messages asked for"
            f"{'' if whole else ': NOT WHAT WAS DUE'}; promised {PROMISED:.0f} s: "
            f"{'kept' if max(spent) <= PROMISED else 'NOT KEPT'}"
        )
        again = _sweep(environment, 1)[0]
        print(f"{engine}: a sweep that finds nothing takes {again * 1000:.0f} ms")
        return whole and max(spent) <= PROMISED


def _environment(folder: Path, url: str) -> dict[str, str]:
    demo = settle(folder / "settings.env", free_port([8790]))
    return {
        **os.environ,
        **demo.values,
        "PORTAL_DATABASE_URL": url,
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SERVICES_DIR": str(ROOT / "services"),
        "PORTAL_DEMO": "false",
        "PYTHONPATH": str(ROOT),
    }


def _work() -> int:
    """One worker: says that it is ready, waits to be told, sweeps, and says how long it took."""
    deps = wire(settings_of(dict(os.environ)))
    deps.registry.services()
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.monotonic()
    sweep(deps)
    print(time.monotonic() - started, flush=True)
    return 0


def _sweep(environment: dict[str, str], workers: int) -> list[float]:
    command = [sys.executable, "-m", "bench.sweep", "--work"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    started = [subprocess.Popen(command, env=environment, text=True, **pipes) for _ in range(workers)]  # type: ignore[call-overload]
    for one in started:
        if one.stdout.readline() != "ready\n":
            raise SystemExit("a worker did not start")
    for one in started:
        one.stdin.write("\n")
        one.stdin.flush()
    return [float(one.communicate()[0].splitlines()[-1]) for one in started]


def _lines(deps: Deps) -> int:
    with deps.reading() as work:
        return int(work.connection.execute(select(func.count()).select_from(JOURNAL)).scalar_one())


def _told(deps: Deps) -> int:
    with deps.reading() as work:
        return int(work.connection.execute(select(func.count()).select_from(EFFECTS)).scalar_one())


def _fill(deps: Deps, many: int, due: int) -> None:
    maker = _Maker(deps)
    silent = round(due * SILENT_SHARE)
    made = (maker.silent() if number < silent else maker.near() for number in range(due))
    left = iter(made)
    while part := list(islice(left, BATCH)):
        _insert(deps, part)
    _insert(deps, [maker.later(5 + number % 50) for number in range(TEMPLATES)], copied=many - due - TEMPLATES)


def _insert(deps: Deps, made: list[Made], *, copied: int = 0) -> None:
    """Enters cases with their journals; those to be ``copied`` so many times in all are copied by the database itself."""
    with deps.unit_of_work() as work:
        work.connection.execute(insert(CASES), [row for row, _ in made])
        work.connection.execute(insert(JOURNAL), [line for _, lines in made for line in lines])
    if not copied:
        return
    columns = [column.name for column in CASES.columns if column.name not in ("id", "reference")]
    names = ", ".join(columns)
    with deps.unit_of_work() as work:
        sqlite = work.connection.dialect.name == "sqlite"
        series = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rounds)"
            if sqlite
            else "WITH n AS (SELECT generate_series(1, :rounds) AS i)"
        )
        ids = ", ".join(f"'{row['id']}'" for row, _ in made)
        copy = (
            f"{series} INSERT INTO cases (id, reference, {names}) "  # noqa: S608  Our own names and hexadecimal ids.
            f"SELECT substr(c.id, 1, 24) || '-' || n.i, c.reference || '-' || n.i, {names} "
            f"FROM n CROSS JOIN cases c WHERE c.id IN ({ids})"
        )
        work.connection.execute(text(copy), {"rounds": copied // len(made)})
    with deps.reading() as work:
        work.connection.exec_driver_sql("ANALYZE")


class _Maker:
    """Makes open cases whose last day is so many days away."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._service: ServiceDefinition = deps.registry.service(SERVICE)
        self._running = self._service.initial
        kinds = self._service.authority.kinds
        self._unit: Unit = next(one for one in deps.registry.territory.units if one.kind in kinds)
        self._today = office_date(deps.clock.now())
        self._calendar = deps.registry.calendar_of(self._unit.id)

    def silent(self) -> Made:
        """A case whose last day was the working day before today."""
        due_on = self._today - timedelta(days=1)
        while self._calendar.is_off(due_on):
            due_on -= timedelta(days=1)
        return self._made(due_on, self._warnings(due_on))

    def near(self) -> Made:
        """A case of whose last day somebody is to be warned today."""
        due_on = self._calendar.next_working(self._today + timedelta(days=1))
        return self._made(due_on, self._warnings(due_on)[:-1])

    def later(self, days: int) -> Made:
        """A case whose last day is so far away, of which everything due until today was done."""
        due_on = self._calendar.next_working(self._today + timedelta(days=days))
        return self._made(due_on, self._warnings(due_on))

    def _made(self, due_on: date, done: list[Event]) -> Made:
        filed_on = self._filed_for(due_on)
        filed_at = datetime.combine(filed_on, time_of_day(10), UTC)
        events: list[Event] = [CaseSubmitted(self._service.slug, self._unit.id), FileCompleted()]
        kept = clockwork.columns(
            self._deps.registry,
            self._service,
            self._unit.id,
            filed_on,
            self._running,
            _lines_of([*events, *done], filed_at),
        )
        case = Case(
            id=uuid.uuid4().hex,
            reference=numbers.new_reference("BRK", filed_on),
            service=self._service.slug,
            digest=self._service.digest,
            state=self._running,
            kind=StateKind.RUNNING,
            unit=self._unit.id,
            filed_at=filed_at,
            filed_on=filed_on,
            citizen_id=uuid.uuid4().hex,
            complete_on=kept["complete_on"],
            due_on=kept["due_on"],
            half_ends_on=kept["half_ends_on"],
        )
        person = Person("أمينة العلوي", "Amina El Alaoui", cnie="FB123456", phone="+212612345678")
        wrapped, seal = self._deps.store.vault.new_key(case.id)
        new = NewCase(
            case,
            People(person, person, person),
            {"name_ar": person.name_ar, "name_fr": person.name_fr},
            numbers.random_characters(10),
            "fr",
            wrapped,
            seal,
            queue_on=kept["queue_on"],
            timer_on=kept["timer_on"],
            citizen_due_on=kept["citizen_due_on"],
        )
        filer = Actor(case.citizen_id or "", frozenset({Role.APPLICANT}))
        row, rows = cases.rows_of(self._deps.store.vault, new, events, filer)
        more, head = journal.lines_for(case.id, seal, len(rows), row["journal_head"], done, SYSTEM, filed_at)
        length = len(rows) + len(more)
        proof = journal.proof_of(seal, case.id, length, head, case.state, None, case.unit)
        return row | {"journal_length": length, "journal_head": head, "journal_proof": proof}, [*rows, *more]

    def _filed_for(self, due_on: date) -> date:
        """The day on which a file was complete whose last day is the given working day."""
        return due_on - timedelta(days=self._service.deadline.days + 1)

    def _warnings(self, due_on: date) -> list[Event]:
        """The warnings of that last day which have fallen due until today."""
        filed_on = self._filed_for(due_on)
        filed_at = datetime.combine(filed_on, time_of_day(10), UTC)
        lines = _lines_of([CaseSubmitted(self._service.slug, self._unit.id), FileCompleted()], filed_at)
        clock = clock_of(self._service, filed_on, lines, self._calendar)
        coming = clockwork.coming(self._deps.registry, self._service, self._unit.id, clock, self._running, lines)
        return [
            DeadlineNear(one.name, one.on.isoformat(), one.due_on.isoformat(), [role.value for role in one.roles])
            for one in coming
            if one.kind is Kind.WARN and one.on <= self._today
        ]


def _lines_of(events: Sequence[Event], at: datetime) -> list[Line]:
    return [Line(number, at, "", "", "", event) for number, event in enumerate(events, 1)]


if __name__ == "__main__":
    sys.exit(main())
