"""``python -m portal.sandbox``: identity provider, Jisr, text-message gateway, mail server and time stamps in one process."""

import argparse
import asyncio
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from granian.constants import Interfaces
from granian.server.embed import Server

from portal.sandbox import config as defaults
from portal.sandbox.app import create_app
from portal.sandbox.config import Config
from portal.sandbox.context import Sandbox
from portal.sandbox.controls import Controls, JisrSwitches
from portal.sandbox.mail import protocol
from portal.sandbox.storage import Storage


def main(arguments: list[str] | None = None) -> int:
    """Runs the sandbox; 1 says that it could not start."""
    config = read_arguments(arguments)
    try:
        asyncio.run(serve(config))
    except OSError as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def read_arguments(arguments: list[str] | None) -> Config:
    """What the command line asks for (the process's own where None); exits with a usage line when it makes no sense."""
    parser = argparse.ArgumentParser("python -m portal.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the only address listened on")
    parser.add_argument("--port", type=int, default=8100, help="for the pages and the HTTP stand-ins")
    parser.add_argument("--smtp-port", type=int, default=8025, help="for mail")
    parser.add_argument("--portal-url", default="http://127.0.0.1:8000", help="where Jisr's callbacks go")
    parser.add_argument("--public-url", default="", help="how others reach the sandbox (default: its host and port)")
    parser.add_argument("--data-dir", type=Path, default=Path("var/sandbox"), help="what is received is kept here")
    parser.add_argument(
        "--keys-dir", type=Path, help="the keys of the authority that stamps and answers for certificates"
    )
    parser.add_argument("--client-id", default=defaults.DEFAULT_CLIENT_ID)
    parser.add_argument("--client-secret", default=defaults.DEFAULT_CLIENT_SECRET)
    parser.add_argument("--jisr-key", default=defaults.DEFAULT_JISR_KEY)
    parser.add_argument("--sms-key", default=defaults.DEFAULT_SMS_KEY)
    parser.add_argument("--webhook-secret", default=defaults.DEFAULT_WEBHOOK_SECRET, help="signs Jisr's callbacks")
    parser.add_argument("--no-follow-up", action="store_true", help="do not report «received» for each case by itself")
    parser.add_argument("--follow-up-delay", type=float, default=1.0, help="seconds before it is reported")
    given = parser.parse_args(arguments)
    public = given.public_url or f"http://{given.host}:{given.port}"
    for name, url in (("--portal-url", given.portal_url), ("--public-url", public)):
        if urlsplit(url).scheme not in ("http", "https"):
            parser.error(f"{name}: an address starting with http:// or https:// is expected")
    return Config(
        given.host,
        given.port,
        given.smtp_port,
        given.portal_url.rstrip("/"),
        public.rstrip("/"),
        given.data_dir,
        given.client_id,
        given.client_secret,
        given.jisr_key,
        given.sms_key,
        given.webhook_secret,
        not given.no_follow_up,
        given.follow_up_delay,
        keys_dir=given.keys_dir,
    )


async def serve(config: Config) -> None:
    """Runs until the process is told to stop; raises OSError when a port is taken."""
    storage = Storage(config.data_dir / "sandbox.sqlite3")
    controls = Controls(jisr=JisrSwitches(automatic=config.automatic, delay=config.delay))
    sandbox = Sandbox(config, storage, controls)
    # The web server would end in a trace of its own where its port is taken; this ends in one line.
    socket.create_server((config.host, config.port)).close()
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: protocol(sandbox), config.host, config.smtp_port)
    callbacks = loop.create_task(sandbox.callbacks.run())
    server: Any = Server(
        create_app(sandbox),
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )

    def stop() -> None:
        sandbox.stopping.set()
        server.stop()

    for told in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(told, stop)
    print(f"Sandbox: {config.public_url}/  mail on {config.host}:{config.smtp_port}", flush=True)
    try:
        await server.serve()
    finally:
        callbacks.cancel()
        with suppress(asyncio.CancelledError):
            await callbacks
        mail.close()
        storage.close()


if __name__ == "__main__":
    sys.exit(main())
