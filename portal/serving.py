"""Runs the web processes: ``python -m portal.serving HOST PORT PROCESSES``. Imports nothing it does not run itself."""

import sys

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from portal.adapters.own_memory import keep_memory_private


def serve_forever(host: str, port: int, processes: int, application: str = "portal.app:application") -> None:
    """Serves until told to stop; a process that dies is started again. ``application`` names what makes one."""
    keep_memory_private()
    Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        loop=Loops.asyncio,
        factory=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve_forever(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
