"""What processes cost: processor time and memory, a process with all it started, from Linux's own accounts."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Status:
    """The parts of ``/proc/PID/stat`` that matter here; ``reaped`` is what children that have ended cost, in seconds."""

    pid: int
    parent: int
    name: str
    reaped: float


def status(pid: int) -> Status | None:
    """What the system knows of a process, or None when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may hold anything, brackets included.
    name, _, rest = text.partition("(")[2].rpartition(")")
    parts = rest.split()
    return Status(pid, int(parts[1]), name, (int(parts[13]) + int(parts[14])) / TICK)


def family(root: int) -> list[Status]:
    """A process with everything it started, however deep."""
    children: dict[int, list[Status]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (found := status(int(entry.name))) is not None:
            children.setdefault(found.parent, []).append(found)
    first = status(root)
    return list(_descend([first], children)) if first else []


def _descend(found: list[Status], children: dict[int, list[Status]]) -> Iterator[Status]:
    for one in found:
        yield one
        yield from _descend(children.get(one.pid, []), children)


def cpu_seconds(root: int) -> float:
    """The processor time of a process and of all it started, to the microsecond."""
    return sum(_clock(one.pid) + one.reaped for one in family(root))


def _clock(pid: int) -> float:
    try:
        # A process's own clock, as clock_getcpuclockid(3) finds it: finer than the ticks of /proc.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def pss_mb(pid: int) -> float | None:
    """The memory of one process, what it shares counted in parts; None where it may not be looked at."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024
