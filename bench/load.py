"""A process that plays so many clients at once: ``python -m bench.load``. Its own processor time counts nowhere.

It reads its orders as one JSON line and says ``ready`` once everything is prepared and warm. Each further line is a
round, which it answers with one JSON line: the seconds each operation took, and the seconds in all.
"""

import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from bench.operations import OPERATIONS, Operation, Plan

# Sixteen threads share one interpreter: each gets its turn quickly, so that an answer is not timed while it lies waiting.
TURN = 0.0005
Item = TypeVar("Item")


@dataclass(frozen=True)
class Orders:
    """What to play, by how many clients, for how long each round."""

    operation: str
    clients: int
    seconds: float
    warm_up: float
    plan: Plan

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> "Orders":
        given: dict[str, Any] = json.loads(line)
        return cls(**{**given, "plan": Plan(**given["plan"])})


def share(plan: Plan, client: int, clients: int) -> Plan:
    """What one of the clients works with: citizens of its own, so that none waits for another's draft."""
    return replace(
        plan,
        sessions=plan.sessions[client::clients],
        cases=rotated(plan.cases, client),
        partner_cases=rotated(plan.partner_cases, client),
    )


def rotated(items: Sequence[Item], by: int) -> Sequence[Item]:
    return [*items[by % len(items) :], *items[: by % len(items)]] if items else items


class Players:
    """The clients, a thread each."""

    def __init__(self, operations: list[Operation]) -> None:
        self._operations = operations
        self._fault: Exception | None = None

    def play(self, seconds: float) -> tuple[list[float], float]:
        """Every operation's seconds, and the seconds until the last had ended; what began in time is let end."""
        taken: list[list[float]] = [[] for _ in self._operations]
        started = time.perf_counter()
        threads = [
            threading.Thread(target=self._repeat, args=(operation, started + seconds, into))
            for operation, into in zip(self._operations, taken, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._fault is not None:
            raise self._fault
        return [one for several in taken for one in several], time.perf_counter() - started

    def _repeat(self, operation: Operation, until: float, into: list[float]) -> None:
        try:
            begun = time.perf_counter()
            while begun < until:
                operation.run()
                ended = time.perf_counter()
                into.append(ended - begun)
                begun = ended
        except Exception as fault:
            self._fault = fault


def main() -> None:
    sys.setswitchinterval(TURN)
    orders = Orders.read(sys.stdin.readline())
    made = OPERATIONS[orders.operation]
    players = Players([made(share(orders.plan, client, orders.clients)) for client in range(orders.clients)])
    if orders.warm_up:
        players.play(orders.warm_up)
    print("ready", flush=True)
    for _ in sys.stdin:
        taken, elapsed = players.play(orders.seconds)
        print(json.dumps({"taken": taken, "elapsed": elapsed}), flush=True)


if __name__ == "__main__":
    main()
