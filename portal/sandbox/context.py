"""What every route of the sandbox works with."""

import asyncio
import hmac
import json
from contextlib import suppress
from dataclasses import dataclass, field

from fastapi import HTTPException, Request
from pydantic import ValidationError

from portal.sandbox.authority import Authority
from portal.sandbox.callbacks import Callbacks
from portal.sandbox.config import Config
from portal.sandbox.controls import Controls, Switches, change
from portal.sandbox.storage import Storage

LARGEST_BODY = 256 * 1024


@dataclass
class Sandbox:
    """One running sandbox."""

    config: Config
    storage: Storage
    controls: Controls
    callbacks: Callbacks = field(init=False)
    authority: Authority = field(init=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.authority = Authority(self.config.keys_dir)
        address = f"{self.config.portal_url}/api/v1/callbacks/jisr"
        self.callbacks = Callbacks(self.storage, self.controls.jisr, address, self.config.webhook_secret)

    async def stall(self, seconds: float) -> None:
        """Waits, unless the sandbox is told to stop meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def sandbox_of(request: Request) -> Sandbox:
    """The sandbox that serves this request."""
    running: Sandbox = request.app.state.sandbox
    return running


def check_bearer(request: Request, key: str) -> None:
    """Answers 401 unless the request carries the key."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), key.encode()):
        raise HTTPException(401, "the key is missing or wrong", {"WWW-Authenticate": "Bearer"})


async def json_object(request: Request) -> dict[str, object]:
    """The request's JSON object; answers 413 or 422 to anything else."""
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_BODY:
            raise HTTPException(413, "the body is too large")
    try:
        body = json.loads(received)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise HTTPException(422, "a JSON object is expected")
    return body


async def changed(request: Request, switches: Switches) -> dict[str, object]:
    """The switches after the change that the request's JSON asks for; answers 422 to one that makes no sense."""
    wanted = await json_object(request)
    try:
        return change(switches, wanted)
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_url=False, include_context=False)) from error
