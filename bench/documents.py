"""Measures what documents cost: issued by two workers, raised for the archive, looked at, and waited for.

Issued means: read from the database, laid out as PDF/A-3a and PDF/UA-1 with the case attached, sealed, signed with a time stamp
of the sandbox's authority, stored, entered. What is counted is the processor time of both workers and of their presses.
"""

import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from bench.http import Browser
from bench.operations import SERVICE, Plan, Submission
from bench.processes import cpu_seconds, family, pss_mb
from bench.stage import ROOT, Stage, settings_of
from portal.actions.previews import sample_documents
from portal.catalogue.loader import load_examples, packages
from portal.cli.children import Child, Children
from portal.ports_of_documents import Level, PrintedDocument
from portal.store import effects
from portal.store.tables import CASES
from portal.wiring import wire_press

WORKERS = 2
ROUNDS = 3
DRAIN = 900
SUBMITTED_AT = 2
"""The line of a bench case's journal that says its file is complete: what its receipt speaks of."""
A_SECOND = 5
READY_WITHIN = 2.0
LOOK_AGAIN = 0.1


@dataclass(frozen=True)
class Amounts:
    """How much is measured: documents before and in each round, also without reuse, and how long submissions come in."""

    warm_up: int
    each: int
    each_in_full: int
    raised: int
    looked_at: int
    seconds: float

    @property
    def cases(self) -> int:
        return 2 * self.warm_up + ROUNDS * (self.each + self.each_in_full)


USUAL = Amounts(warm_up=200, each=600, each_in_full=100, raised=40, looked_at=30, seconds=30)
QUICK = Amounts(warm_up=60, each=100, each_in_full=30, raised=10, looked_at=10, seconds=10)


@dataclass(frozen=True)
class Measured:
    """One figure: ``aim`` is the least it may be, or where ``at_most`` the most."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    at_most: bool = False

    @property
    def kept(self) -> bool:
        if self.aim is None:
            return True
        return self.value <= self.aim if self.at_most else self.value >= self.aim


def measure(stage: Stage, amounts: Amounts) -> list[Measured]:
    """Every figure, on a stage that has cases."""
    cases = _cases(stage, amounts.cases)
    found: list[Measured] = []
    with _workers(stage, "bench.full_worker") as workers:
        _issue(stage, [next(cases) for _ in range(amounts.warm_up // 4)])
        found.append(_issued(stage, workers, cases, amounts.each_in_full, "issued, each laid out in full", 5))
    with _workers(stage, "portal.cli", "worker") as workers:
        _issue(stage, [next(cases) for _ in range(amounts.warm_up)])
        before = _held(workers)
        found.append(_issued(stage, workers, cases, amounts.each, "issued", 10))
        after = _held(workers)
        parts = [f"{one.pid}:{pss_mb(one.pid) or 0:.0f}" for worker in workers for one in family(worker)]
        print(f"  memory: {' '.join(parts)} MB", file=sys.stderr)
        found.append(Measured("memory of a worker with its press", max(after), "MB", 260, at_most=True))
        grown = max(new - old for new, old in zip(after, before, strict=True))
        found.append(Measured(f"grown over {ROUNDS * amounts.each} documents", grown, "MB"))
        found += _waited_for(stage, amounts.seconds)
    found += _by_hand(stage, amounts)
    return found


def table(found: Sequence[Measured]) -> str:
    """The figures for people."""
    lines = ["documents"]
    for one in found:
        sign = "≤" if one.at_most else "≥"
        said = "" if one.aim is None else f"{sign} {one.aim:g} {'ok' if one.kept else 'short'}"
        lines.append(f"{one.name:<46}{one.value:>9.2f} {one.unit:<18}{said}".rstrip())
    return "\n".join(lines)


def as_json(found: Sequence[Measured]) -> list[dict[str, Any]]:
    """What ``var/bench.json`` holds."""
    return [{"group": "documents", **asdict(one)} for one in found]


def _cases(stage: Stage, many: int) -> Iterator[str]:
    with stage.world.deps.reading() as work:
        return iter(list(work.connection.execute(select(CASES.c.id).limit(many)).scalars()))


@contextmanager
def _workers(stage: Stage, *module: str) -> Iterator[list[int]]:
    """Keeps so many workers running; the ids of their first processes."""
    environment = dict(stage.environment)
    groups = []
    try:
        for number in range(WORKERS):
            environment["PORTAL_WORKER_NAME"] = f"bench-{number}"
            children = Children(stage.folder / "logs" / f"worker-{number}", environment, threading.Event())
            groups.append((children, children.start("worker", module)))
        for children, child in groups:
            children.wait_for("worker", partial(_is_at_work, child))
        yield [child.process.pid for _, child in groups]
    finally:
        for children, _ in groups:
            children.stop()


def _is_at_work(child: Child) -> bool:
    return b"worker started" in child.log.read_bytes()


def _issue(stage: Stage, cases: Sequence[str]) -> None:
    """Asks for the receipts of some cases, and waits until they are there."""
    deps = stage.world.deps
    with deps.unit_of_work() as work:
        for case in cases:
            effects.request(work.connection, work.jobs, case, SUBMITTED_AT, ("issue.receipt",), work.now)
    until = time.monotonic() + DRAIN
    while time.monotonic() < until:
        with deps.reading() as work:
            waiting = effects.unfinished(work.connection, limit=1)
        if not waiting:
            return
        if waiting[0][0].failed_at is not None:
            raise SystemExit(f"a document could not be issued: {waiting[0][0].error}")
        time.sleep(0.1)
    raise SystemExit(f"the documents were not there after {DRAIN} s")


def _issued(stage: Stage, workers: list[int], cases: Iterator[str], each: int, what: str, aim: float) -> Measured:
    rates = []
    for _ in range(ROUNDS):
        wanted = [next(cases) for _ in range(each)]
        before, alone = sum(map(cpu_seconds, workers)), sum(map(_own_seconds, workers))
        _issue(stage, wanted)
        spent, own = sum(map(cpu_seconds, workers)) - before, sum(map(_own_seconds, workers)) - alone
        rates.append(each / spent)
        print(
            f"  {what}: {1000 * spent / each:.0f} ms each, {1000 * own / each:.0f} of it outside the press",
            file=sys.stderr,
        )
    return Measured(what, statistics.median(rates), "a second a core", aim)


def _own_seconds(worker: int) -> float:
    """The processor time of a worker without the processes it started."""
    return cpu_seconds(worker) - sum(cpu_seconds(one.pid) for one in family(worker) if one.parent == worker)


def _held(workers: list[int]) -> list[float]:
    """The memory of each worker with its press."""
    return [sum(pss_mb(one.pid) or 0 for one in family(worker)) for worker in workers]


class _Timed(Submission):
    """A submission and the wait for its receipt; ``waits`` are the seconds between sending the one and seeing the other."""

    waits: list[float]

    def _hand_in(self, browser: Browser, draft: str, proof: str) -> str:
        sent = time.perf_counter()
        case = super()._hand_in(browser, draft, proof)
        while b"receipt.pdf" not in browser.get(f"{case}/receipt-ready").body:
            if time.perf_counter() - sent > DRAIN:
                raise SystemExit("a receipt did not come")
            time.sleep(LOOK_AGAIN)
        self.waits.append(time.perf_counter() - sent)
        return case


def _waited_for(stage: Stage, seconds: float) -> list[Measured]:
    """How long people wait when so many hand in each second, however long the others wait."""
    waits: list[float] = []
    people = 4 * A_SECOND
    began = time.perf_counter() + 5
    threads = []
    for number in range(people):
        person = _Timed(Plan(stage.port, stage.world.citizens[number::people]))
        person.waits = waits
        moments = [turn / A_SECOND for turn in range(number, int(seconds * A_SECOND), people)]
        threads.append(threading.Thread(target=_play, args=(person, began, moments)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits.sort()
    expected = int(seconds * A_SECOND)
    if len(waits) != expected:
        raise SystemExit(f"{len(waits)} of {expected} submissions came through")
    return [
        Measured(f"receipt ready, {A_SECOND} submissions a second: median", statistics.median(waits), "s"),
        Measured("… 95 of 100", waits[int(len(waits) * 0.95)], "s", READY_WITHIN, at_most=True),
    ]


def _play(person: _Timed, began: float, moments: Sequence[float]) -> None:
    for moment in moments:
        time.sleep(max(0.0, began + moment - time.perf_counter()))
        person.run()


def _by_hand(stage: Stage, amounts: Amounts) -> list[Measured]:
    """What is done to files that are there: one press of our own, and the checker of a web process."""
    others = {one.pid for one in family(os.getpid())}
    press = wire_press(settings_of(stage.environment))
    try:
        drawn = [press.issue(_receipt(stage)).pdf for _ in range(amounts.raised)]
        own = [one.pid for one in family(os.getpid()) if one.pid not in others]
        press.raised(drawn[0], Level.LTA)
        before = sum(map(cpu_seconds, own))
        raised = [press.raised(pdf, Level.LTA) for pdf in drawn]
        spent = sum(map(cpu_seconds, own)) - before
    finally:
        press.close()
    if any(one.level is not Level.LTA for one in raised):
        raise SystemExit("a document could not be raised")
    checker = stage.world.deps.checker
    checker.look(raised[0].pdf)
    looked = []
    for number in range(amounts.looked_at):
        began = time.perf_counter()
        checker.look(raised[number % len(raised)].pdf)
        looked.append((time.perf_counter() - began) * 1000)
    return [
        Measured("raised to B-LTA", len(raised) / spent, "a second a core", 10),
        Measured("an upload looked at: median", statistics.median(looked), "ms", 200, at_most=True),
    ]


def _receipt(stage: Stage) -> PrintedDocument:
    deps = stage.world.deps
    files = next(package.files for package in packages(ROOT / "services") if package.slug == SERVICE)
    definition = next(one for one in deps.registry.services() if one.slug == SERVICE)
    return sample_documents(deps, definition, load_examples(files))["receipt"]
