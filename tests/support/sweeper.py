"""A worker in a process of its own that sweeps once, when told to: ``python -m tests.support.sweeper MOMENT``.

Its settings come from the environment, as the command's do. It says ``ready``, waits for a line, and says how many
steps it did.
"""

import sys
from datetime import datetime

from portal import logs
from portal.actions.timers import sweep
from portal.settings import Settings
from portal.wiring import wire
from tests.support.portal import MovableClock


def main() -> None:
    logs.set_up()
    deps = wire(Settings(), clock=MovableClock(datetime.fromisoformat(sys.argv[1])))
    # What every worker has read long before a sweep begins.
    assert deps.registry.in_force
    print("ready", flush=True)
    sys.stdin.readline()
    print(sweep(deps), flush=True)


if __name__ == "__main__":
    main()
