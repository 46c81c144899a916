"""Measures the public log: ``python -m bench.log [--cases N] [--engine E]``.

A province's cases enter the log in a first round, as after an update; then one more case does. Timed are the rounds and
the longest of their transactions, for which nobody else can write on SQLite; a document's proof and a proof of consistency,
as the verification page makes them; and the audit: of the cases as it was, and of the log.
"""

import argparse
import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.report import PER_ENGINE
from bench.stage import POSTGRES, ROOT, database, settings_of
from bench.world import World
from portal.actions import transparency
from portal.actions.audit import audit
from portal.actions.audit_log import audit_log
from portal.actions.deps import Deps
from portal.adapters.sealing.keys import ensure_key
from portal.ports_of_documents import Level
from portal.store import issued_files, journal
from portal.store.issued_files import Owner
from portal.store.unit_of_work import Work
from portal.wiring import wire

SERVICE = "aides-techniques"
DOCUMENTS = 200
TIMES = 50


def main() -> int:
    parser = argparse.ArgumentParser("python -m bench.log", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--engine", choices=PER_ENGINE)
    given = parser.parse_args()
    for engine in [given.engine] if given.engine else PER_ENGINE:
        if engine == "postgres" and not os.environ.get(POSTGRES):
            print(f"NOT MEASURED: PostgreSQL, since none was found ({POSTGRES} is not set)", file=sys.stderr)
            continue
        _measure(engine, given.cases)
    return 0


@dataclass
class _Timed:
    """Notes how long each transaction lasts."""

    spent: list[float] = field(default_factory=list)

    @contextmanager
    def over(self, open_work: Callable[[], Any]) -> Iterator[Work]:
        began = time.perf_counter()
        with open_work() as work:
            yield work
        self.spent.append(time.perf_counter() - began)


def _measure(engine: str, many: int) -> None:
    with tempfile.TemporaryDirectory(prefix="log-") as name, database(engine, Path(name)) as url:
        folder = Path(name)
        environment = {
            **os.environ,
            "PORTAL_DATABASE_URL": url,
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_SERVICES_DIR": str(ROOT / "services"),
            "PORTAL_BASE_URL": "http://127.0.0.1:8000",
            "PORTAL_SECRET_KEY": uuid.uuid4().hex * 2,
            "PYTHONPATH": str(ROOT),
        }
        ensure_key(folder / "keys", datetime.now(UTC))
        for command in ("migrate", "publish"):
            subprocess.run(
                [sys.executable, "-m", "portal.cli", command], env=environment, check=True, stdout=sys.stderr
            )
        deps = wire(settings_of(environment))
        print(f"{engine}: preparing", file=sys.stderr)
        World(deps).grow(many, SERVICE)
        files = _documents(deps)
        _rounds(engine, deps)
        _proofs(engine, deps, files)
        _audits(engine, deps)
        deps.store.engine.dispose()


def _documents(deps: Deps) -> list[str]:
    """Files that wait to enter; what they are of is no matter here."""
    files = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(DOCUMENTS)]
    with deps.unit_of_work() as work:
        for sha256 in files:
            issued_files.add(work.connection, work.vault, Owner.DOCUMENT, uuid.uuid4().hex, sha256, Level.T, work.now)
    return files


def _rounds(engine: str, deps: Deps) -> None:
    timed = _Timed()
    open_work = deps.store.unit_of_work
    deps.store.unit_of_work = lambda: timed.over(open_work)  # type: ignore[method-assign]
    began = time.process_time()
    done = transparency.publish(deps)
    spent = time.process_time() - began
    deps.store.unit_of_work = open_work  # type: ignore[method-assign]
    busy = sum(timed.spent)
    each, longest = (round(one * 1000) for one in (statistics.median(timed.spent), max(timed.spent)))
    print(
        f"{engine}: {done.appended} entries appended with {spent:.1f} s of processor, in {len(timed.spent)} transactions "
        f"that lasted {busy:.1f} s together, {each} ms each, the longest {longest}"
    )
    World(deps).grow(_count(deps) + 1, SERVICE)
    began = time.process_time()
    transparency.publish(deps)
    print(f"{engine}: a round of one entry, with its head: {(time.process_time() - began) * 1000:.0f} ms of processor")


def _count(deps: Deps) -> int:
    with deps.reading() as work:
        return sum(len(page) for page in journal.known(work.connection))


def _proofs(engine: str, deps: Deps, files: list[str]) -> None:
    def prove(sha256: str) -> None:
        with deps.reading() as work:
            place = transparency.place_of(work, sha256)
        assert place is not None
        assert place.holds

    with deps.reading() as work:
        place = transparency.place_of(work, files[0])
    assert place is not None
    size = place.head.size

    def compare(_sha256: str) -> None:
        with deps.reading() as work:
            transparency.consistency(work, size // 3, size)

    for what, one in (("a document's proof, checked", prove), ("a proof of consistency", compare)):
        spent = []
        for sha256 in files[:TIMES]:
            began = time.process_time()
            one(sha256)
            spent.append(time.process_time() - began)
        print(f"{engine}: {what}, among {size} entries: {statistics.median(spent) * 1000:.1f} ms of processor")


def _audits(engine: str, deps: Deps) -> None:
    cases = _count(deps)
    began = time.process_time()
    # The documents that were made up here are in no register: that is found, and is no matter.
    found = sum("document" not in one.problem for one in audit_log(deps))
    alone = time.process_time() - began
    began = time.process_time()
    found += sum("document" not in one.problem for one in audit(deps))
    whole = time.process_time() - began
    assert not found
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{engine}: audit of {cases} cases and the log: {whole / cases * 10_000:.1f} s of processor for each 10,000, "
        f"of which {alone / cases * 10_000:.1f} s are the log's; never more than {most:.0f} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
