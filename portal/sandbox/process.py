"""Runs a sandbox of one's own beside a test or a measurement, on ports that are free."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from portal.sandbox import config as defaults


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox process, and how to talk to it."""

    port: int
    smtp_port: int
    process: subprocess.Popen[bytes]
    client: httpx2.Client
    client_id: str = defaults.DEFAULT_CLIENT_ID
    client_secret: str = defaults.DEFAULT_CLIENT_SECRET
    jisr_key: str = defaults.DEFAULT_JISR_KEY
    sms_key: str = defaults.DEFAULT_SMS_KEY
    webhook_secret: str = defaults.DEFAULT_WEBHOOK_SECRET

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/idp"

    def inbox(self) -> Any:
        """Everything received, as GET /inbox.json tells it."""
        return self.client.get("/inbox.json").raise_for_status().json()

    def control(self, stand_in: str, **switches: object) -> None:
        """Sets switches of ``jisr``, ``sms``, ``mail`` or ``tsa``."""
        self.client.post(f"/{stand_in}/control", json=switches).raise_for_status()

    def reset(self) -> None:
        """Forgets everything received, and puts every switch back."""
        self.client.post("/reset").raise_for_status()

    def follow_up(self, remote_reference: str, status: str, **more: object) -> str:
        """Makes Jisr report on a case; the ``webhook-id`` it will carry."""
        address = f"/jisr/v1/cases/{remote_reference}/follow-up"
        return str(self.client.post(address, json={"status": status, **more}).raise_for_status().json()["webhook_id"])


@contextmanager
def running_sandbox(
    data_dir: Path, *options: str, portal_url: str = "http://127.0.0.1:9", port: int = 0, smtp_port: int = 0
) -> Iterator[RunningSandbox]:
    """A sandbox that answers when this is entered and is gone when it is left; a port of 0 is any free one."""
    port, smtp_port = port or free_port(), smtp_port or free_port()
    command = [sys.executable, "-m", "portal.sandbox", "--port", str(port), "--smtp-port", str(smtp_port)]
    where = ["--portal-url", portal_url, "--data-dir", str(data_dir)]
    root = Path(__file__).parents[2]
    with (
        subprocess.Popen([*command, *where, *options], cwd=root, stdout=subprocess.DEVNULL) as process,  # noqa: S603
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        try:
            sandbox = RunningSandbox(port, smtp_port, process, client)
            _wait_for(sandbox)
            yield sandbox
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(sandbox: RunningSandbox) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if sandbox.process.poll() is not None:
            raise RuntimeError(f"the sandbox stopped with code {sandbox.process.returncode}")
        try:
            sandbox.client.get("/livez").raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the sandbox does not answer")
