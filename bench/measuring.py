"""Measures one operation after another, each between two looks at the bare page."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bench.load import Orders
from bench.operations import Plan
from bench.processes import cpu_seconds, family, pss_mb
from bench.report import Figure, Memory
from bench.stage import Stage
from portal.store import effects

DRAIN = 120
"""Seconds in which the worker must have done what the clients left it to do."""


@dataclass(frozen=True)
class Pace:
    """How long everything is measured, in seconds; ``receipts`` is for what takes seconds by itself."""

    bare: float
    page: float
    submission: float
    receipts: float
    warm_up: float

    def seconds(self, name: str) -> float:
        return {"submission": self.submission, "submission_receipt": self.receipts}.get(name, self.page)


USUAL = Pace(bare=1.0, page=3.0, submission=5.0, receipts=10.0, warm_up=0.5)
QUICK = Pace(bare=0.4, page=0.7, submission=1.5, receipts=1.5, warm_up=0.2)


@dataclass(frozen=True)
class Sample:
    """One stretch of one operation: how often it was done, how long each took, what it cost, all in seconds."""

    taken: list[float]
    elapsed: float
    cpu: float

    @property
    def each(self) -> float:
        return self.cpu / len(self.taken)


@dataclass
class Meter:
    """Measures on one stage; what was found is in ``figures`` and ``memories``."""

    stage: Stage
    pace: Pace
    figures: list[Figure] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    _bare: dict[int, list[Sample]] = field(default_factory=dict)

    def measure(self, name: str, clients: int, plan: Plan) -> None:
        """One operation, the bare page looked at before and after, so that a busy minute weighs on both alike."""
        before = self._bare_page(clients)
        waits_for_worker = name.startswith("submission")
        # A submission warms nothing up that the pages before it have not.
        warm_up = 0.0 if waits_for_worker else self.pace.warm_up
        orders = Orders(name, clients, self.pace.seconds(name), warm_up, plan)
        sample = _play(orders, self.stage.roots.values(), self._drain if waits_for_worker else lambda: None)
        after = self._bare_page(clients)
        self._note(name, clients, sample, statistics.fmean((before.each, after.each)))

    def finish(self) -> None:
        """Adds the bare page itself."""
        for clients, samples in self._bare.items():
            whole = Sample(
                [one for sample in samples for one in sample.taken],
                sum(sample.elapsed for sample in samples),
                sum(sample.cpu for sample in samples),
            )
            self._note("bare", clients, whole, whole.each)

    def note_memory(self) -> None:
        """What each process holds now."""
        for what, root in self.stage.roots.items():
            members = family([root])
            held = [pss_mb(one.pid) for one in members]
            if what == "web":
                # The first one only watches over those that answer.
                names = ["web watcher", *(f"web {number}" for number in range(1, len(members)))]
                self._note_memory(zip(names, held, strict=True))
            else:
                self._note_memory([(what, sum(one for one in held if one) if any(held) else None)])

    def _note_memory(self, held: Iterable[tuple[str, float | None]]) -> None:
        self.memories += [Memory(name, self.stage.engine, pss) for name, pss in held if pss is not None]

    def _bare_page(self, clients: int) -> Sample:
        plan = Plan(self.stage.bare_port)
        sample = _play(Orders("bare", clients, self.pace.bare, 0.1, plan), [self.stage.bare], lambda: None)
        self._bare.setdefault(clients, []).append(sample)
        return sample

    def _drain(self) -> None:
        """Waits until the worker has done everything that was asked for."""
        until = time.monotonic() + DRAIN
        while time.monotonic() < until:
            with self.stage.world.deps.reading() as work:
                if not effects.unfinished(work.connection, limit=1):
                    return
            time.sleep(0.05)
        raise SystemExit(f"the worker was not done after {DRAIN} s")

    def _note(self, name: str, clients: int, sample: Sample, bare: float) -> None:
        taken = sorted(sample.taken)
        figure = Figure(
            name=name,
            engine=self.stage.engine,
            clients=clients,
            cpu_ms=sample.each * 1000,
            per_s=len(taken) / sample.elapsed,
            p50_ms=statistics.median(taken) * 1000,
            p99_ms=taken[min(len(taken) - 1, int(len(taken) * 0.99))] * 1000,
            ratio=sample.each / bare,
        )
        self.figures.append(figure)
        print(f"  {name}, {clients} at once: {figure.cpu_ms:.3f} ms, {figure.ratio:.1f} bare pages", file=sys.stderr)


def _play(orders: Orders, roots: Iterable[int], settle: Callable[[], None]) -> Sample:
    """Has the clients play, and reads the processes' clocks before and after; ``settle`` ends before the second look."""
    pids = list(roots)
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as player:
        assert player.stdin is not None
        assert player.stdout is not None
        player.stdin.write(orders.line())
        player.stdin.flush()
        if player.stdout.readline() != "ready\n":
            raise SystemExit(f"the clients could not begin: {orders.operation}")
        settle()
        before = cpu_seconds(pids)
        player.stdin.write("go\n")
        player.stdin.flush()
        answered = player.stdout.readline()
        if not answered:
            raise SystemExit(f"the clients stopped: {orders.operation}")
        settle()
        spent = cpu_seconds(pids) - before
    found = json.loads(answered)
    return Sample(found["taken"], found["elapsed"], spent)
