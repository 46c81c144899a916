"""Measures one operation after another, each in rounds between rounds of the bare page."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from bench.load import Orders
from bench.operations import Plan
from bench.processes import cpu_seconds, family, pss_mb
from bench.report import Figure, Memory
from bench.stage import Stage
from portal.store import effects

DRAIN = 120
"""Seconds in which the worker must have done what the clients left it to do."""

ROUNDS = 3


@dataclass(frozen=True)
class Pace:
    """How long everything is measured, in seconds a round; ``receipts`` is for what takes seconds by itself."""

    bare: float
    page: float
    submission: float
    receipts: float
    warm_up: float

    def seconds(self, name: str) -> float:
        return {"submission": self.submission, "submission_receipt": self.receipts}.get(name, self.page)


USUAL = Pace(bare=0.4, page=0.8, submission=1.5, receipts=2.0, warm_up=0.4)
QUICK = Pace(bare=0.15, page=0.25, submission=0.5, receipts=0.5, warm_up=0.2)


@dataclass(frozen=True)
class Sample:
    """One stretch of one operation: how long each took, how long all of them, what they cost, all in seconds."""

    taken: list[float]
    elapsed: float
    cpu: Mapping[str, float]

    @property
    def each(self) -> float:
        return sum(self.cpu.values()) / len(self.taken)

    @property
    def parts(self) -> str:
        """Which processes it cost, in milliseconds each time."""
        return ", ".join(f"{what} {seconds / len(self.taken) * 1000:.2f}" for what, seconds in self.cpu.items())


def together(samples: Sequence[Sample]) -> Sample:
    """Several stretches as one."""
    return Sample(
        [one for sample in samples for one in sample.taken],
        sum(sample.elapsed for sample in samples),
        {what: sum(sample.cpu[what] for sample in samples) for what in samples[0].cpu},
    )


class Player:
    """A process of clients, ready to play rounds. ``settle`` ends before each of the two looks at the clocks."""

    def __init__(self, orders: Orders, roots: Mapping[str, int], settle: Callable[[], None]) -> None:
        self._roots, self._settle = dict(roots), settle
        command = [sys.executable, "-m", "bench.load"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._ask(orders.line()) != "ready\n":
            raise SystemExit(f"the clients could not begin: {orders.operation}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def play(self) -> Sample:
        """One round."""
        self._settle()
        before = {what: cpu_seconds(root) for what, root in self._roots.items()}
        answered = self._ask("go\n")
        if not answered:
            raise SystemExit("the clients stopped")
        self._settle()
        spent = {what: cpu_seconds(root) - before[what] for what, root in self._roots.items()}
        found = json.loads(answered)
        return Sample(found["taken"], found["elapsed"], spent)

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()
        return self._process.stdout.readline()


@dataclass
class Meter:
    """Measures on one stage; what was found is in ``figures`` and ``memories``."""

    stage: Stage
    pace: Pace
    figures: list[Figure] = field(default_factory=list)
    memories: list[Memory] = field(default_factory=list)
    _bare: dict[int, list[Sample]] = field(default_factory=dict)

    def measure(self, name: str, clients: int, plan: Plan) -> None:
        """One operation, in rounds between rounds of the bare page, so that a busy moment weighs on both alike."""
        pace, stage = self.pace, self.stage
        waits_for_worker = name.startswith("submission")
        # A submission warms nothing up that the pages before it have not.
        warm_up = 0.0 if waits_for_worker else pace.warm_up
        orders = Orders(name, clients, pace.seconds(name), warm_up, plan)
        plain = Orders("bare", clients, pace.bare, 0.1, Plan(stage.bare_port))
        with (
            Player(plain, {"bare": stage.bare}, lambda: None) as bare,
            Player(orders, stage.roots, self._drain if waits_for_worker else lambda: None) as player,
        ):
            bares, samples = [bare.play()], []
            for _ in range(ROUNDS):
                samples.append(player.play())
                bares.append(bare.play())
        self._bare.setdefault(clients, []).extend(bares)
        self._note(name, clients, together(samples), together(bares).each)

    def finish(self) -> None:
        """Adds the bare page itself."""
        for clients, samples in self._bare.items():
            whole = together(samples)
            self._note("bare", clients, whole, whole.each)

    def note_memory(self) -> None:
        """What each process holds now."""
        for what, root in self.stage.roots.items():
            members = family(root)
            held = [pss_mb(one.pid) for one in members]
            if what == "web":
                # The first one only watches over those that answer.
                names = ["web watcher", *(f"web {number}" for number in range(1, len(members)))]
                self._note_memory(zip(names, held, strict=True))
            else:
                self._note_memory([(what, sum(one for one in held if one) if any(held) else None)])

    def _note_memory(self, held: Iterable[tuple[str, float | None]]) -> None:
        self.memories += [Memory(name, self.stage.engine, pss) for name, pss in held if pss is not None]

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
        said = f"{figure.cpu_ms:.3f} ms ({sample.parts}), {figure.ratio:.1f} bare pages"
        print(f"  {name}, {clients} at once: {said}", file=sys.stderr)
