"""The figures: as a table for people, as JSON for machines, beside what is aimed at."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PER_ENGINE = ("sqlite", "postgres")

AIMS: Mapping[str, tuple[float, float]] = {
    "service_page": (15, 23),
    "form_page": (15, 23),
    "form_save": (26, 40),
    "submission": (400, 600),
    "submission_receipt": (4500, 4500),
    "case_page": (25, 38),
    "queue_10k": (50, 80),
    "api_read": (13, 24),
}
"""The most an operation may cost at sixteen clients, in bare pages: on SQLite, on PostgreSQL."""

GROWTH = 1.2
"""How much dearer the queue may be among ten times as many cases."""

MEMORY: Mapping[str, float] = {"web": 130, "worker": 260}
"""The most a process may hold, in MB."""


@dataclass(frozen=True)
class Figure:
    """What one operation costs: ``ratio`` is its processor time in bare pages measured just before and after."""

    name: str
    engine: str
    clients: int
    cpu_ms: float
    per_s: float
    p50_ms: float
    p99_ms: float
    ratio: float


@dataclass(frozen=True)
class Memory:
    """What one process holds of the machine's memory."""

    process: str
    engine: str
    pss_mb: float


def as_json(figures: Sequence[Figure], memories: Sequence[Memory]) -> list[dict[str, Any]]:
    """What ``var/bench.json`` holds."""
    rounded = [
        {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(one).items()}
        for one in figures
    ]
    held = [{"name": "memory", **asdict(one), "pss_mb": round(one.pss_mb, 1)} for one in memories]
    return [*rounded, *held]


def table(figures: Sequence[Figure], memories: Sequence[Memory]) -> str:
    """The same for people."""
    head = f"{'operation':<19}{'clients':>8}{'CPU ms':>10}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'ratio':>8}  aim"
    lines = []
    for engine in PER_ENGINE:
        own = [one for one in figures if one.engine == engine]
        held = [one for one in memories if one.engine == engine]
        if not own:
            continue
        lines += ["", engine, head]
        lines += [_line(one, _aim(one, own)) for one in own]
        lines += [_memory_line(one) for one in held]
    return "\n".join(lines).lstrip()


def _line(one: Figure, aim: float | None) -> str:
    said = ""
    if aim is not None:
        said = f"≤ {aim:.0f} {'ok' if one.ratio <= aim else 'short'}"
    return (
        f"{one.name:<19}{one.clients:>8}{one.cpu_ms:>10.3f}{one.per_s:>9.1f}{one.p50_ms:>9.2f}{one.p99_ms:>9.2f}"
        f"{one.ratio:>8.1f}  {said}"
    ).rstrip()


def _aim(one: Figure, own: Sequence[Figure]) -> float | None:
    if one.clients != 16:
        return None
    if one.name == "queue_100k":
        smaller = [other.ratio for other in own if other.name == "queue_10k" and other.clients == one.clients]
        return smaller[0] * GROWTH if smaller else None
    aims = AIMS.get(one.name)
    return aims[PER_ENGINE.index(one.engine)] if aims else None


def _memory_line(one: Memory) -> str:
    most = MEMORY.get(one.process.split()[0])
    said = "" if most is None else f"≤ {most:.0f} {'ok' if one.pss_mb <= most else 'short'}"
    return f"memory of {one.process:<20}{one.pss_mb:>8.0f} MB  {said}".rstrip()
