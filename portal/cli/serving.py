"""Runs the web processes."""

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from portal.settings import Settings


def serve_forever(settings: Settings, host: str, port: int, application: str = "portal.app:application") -> None:
    """Serves until told to stop; a process that dies is started again. ``application`` names what makes one."""
    Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=settings.web_processes,
        loop=Loops.asyncio,
        factory=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        websockets=False,
    ).serve()
