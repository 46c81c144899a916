"""Measures what the portal costs: ``python -m bench [--quick] [--engine sqlite|postgres] [--only NAME …]``.

Prints a table, and writes var/bench.json.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

import orjson

from bench import clock, documents
from bench.http import Browser
from bench.measuring import QUICK, USUAL, Meter, Pace
from bench.operations import OPERATIONS, SERVICE, Plan, SubmissionReceipt
from bench.report import PER_ENGINE, Figure, Memory, as_json, table
from bench.stage import POSTGRES, ROOT, Stage, staged
from bench.world import World
from portal.cli.children import Died
from portal.cli.demo_settings import free_port

CLIENTS = (1, 16)
SMALL, LARGE = 10_000, 100_000
PAGES = ("service_page", "search", "form_page", "form_save", "case_page", "queue_10k", "api_read")
DOCUMENTS = "documents"
OWN_CASES = 4
"""How many cases with a receipt the case page is read from."""


def main() -> int:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure briefly: some five minutes instead of fifteen")
    parser.add_argument("--engine", choices=PER_ENGINE, help="one database only")
    names = [*(name for name in OPERATIONS if name != "bare"), DOCUMENTS]
    parser.add_argument("--only", nargs="+", choices=names, default=None)
    parser.add_argument("--port", type=int, default=8700, help="the first port to try")
    given = parser.parse_args()
    wanted = set(given.only or (*OPERATIONS, DOCUMENTS))
    figures: list[Figure] = []
    memories: list[Memory] = []
    try:
        for engine in _engines(given.engine, wanted):
            if engine == "postgres" and not os.environ.get(POSTGRES):
                print(f"NOT MEASURED: PostgreSQL, since none was found ({POSTGRES} is not set)", file=sys.stderr)
                continue
            meter = _measured(engine, wanted, QUICK if given.quick else USUAL, given.port)
            figures += meter.figures
            memories += meter.memories
        # Documents cost the same on either database, but for a few milliseconds: they are measured once.
        paper = _documents(given.quick, given.port) if DOCUMENTS in wanted else []
    except Died as death:
        print(death, file=sys.stderr)
        return 1
    if not figures and not paper:
        return 1
    print(table(figures, memories))
    if paper:
        print(f"\n{documents.table(paper)}")
    # The law's clock is no request: it is measured alone, whichever database there is.
    clocks = clock.measure() if given.only is None else {}
    if clocks:
        print(f"\nthe law's clock\n{clock.table(clocks)}")
    result = ROOT / "var" / "bench.json"
    result.parent.mkdir(exist_ok=True)
    found = [*as_json(figures, memories), *documents.as_json(paper), *clock.as_json(clocks)]
    result.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    return 0


def _engines(given: str | None, wanted: Collection[str]) -> Collection[str]:
    if not set(wanted) - {DOCUMENTS}:
        return ()
    return [given] if given else PER_ENGINE


def _documents(quick: bool, port: int) -> list[documents.Measured]:
    print("documents: preparing", file=sys.stderr)
    amounts = documents.QUICK if quick else documents.USUAL
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        staged("sqlite", Path(folder), free_port([port])) as stage,
    ):
        stage.world.settle(SERVICE)
        stage.world.grow(amounts.cases, SERVICE)
        return documents.measure(stage, amounts)


def _measured(engine: str, wanted: Collection[str], pace: Pace, port: int) -> Meter:
    print(f"{engine}: preparing", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        staged(engine, Path(folder), free_port([port])) as stage,
    ):
        meter = Meter(stage, pace)
        world = stage.world
        world.settle(SERVICE)
        world.grow(SMALL, SERVICE)
        with stage.worker("portal.cli", "worker"):
            plan = _plan(stage, world, with_cases="case_page" in wanted)
            _measure(meter, [name for name in (*PAGES, "submission_receipt") if name in wanted], plan)
            meter.note_memory()
        if "submission" in wanted:
            with stage.worker("bench.plain_worker"):
                _measure(meter, ["submission"], plan)
        if "queue_100k" in wanted:
            print(f"{engine}: adding cases", file=sys.stderr)
            world.grow(LARGE, SERVICE)
            _measure(meter, ["queue_100k"], plan)
        meter.finish()
        meter.figures.sort(key=lambda one: (list(OPERATIONS).index(one.name), one.clients))
        return meter


def _plan(stage: Stage, world: World, *, with_cases: bool) -> Plan:
    sessions = world.citizens
    plan = Plan(stage.port, sessions, (), world.staff, world.partner, world.references)
    if not with_cases:
        return plan
    filing = SubmissionReceipt(Plan(stage.port, sessions[:OWN_CASES]))
    for _ in range(OWN_CASES):
        filing.run()
    return Plan(
        stage.port, sessions, _own_cases(stage.port, sessions[:OWN_CASES]), plan.staff, plan.partner, plan.partner_cases
    )


def _own_cases(port: int, sessions: list[str]) -> list[tuple[str, str]]:
    found = []
    for session in sessions:
        listed = Browser(port, session=session).get("/fr/cases").body.decode()
        found.append((session, listed.partition("/fr/cases/")[2].partition('"')[0]))
    return found


def _measure(meter: Meter, names: list[str], plan: Plan) -> None:
    for name in names:
        for clients in CLIENTS:
            meter.measure(name, clients, plan)


if __name__ == "__main__":
    sys.exit(main())
