"""What Jisr reports back to the portal: signed as in Standard Webhooks, and sent again until it arrives."""

import asyncio
import json
import secrets
import time
from datetime import UTC, datetime
from typing import Any

import httpx2
from standardwebhooks import Webhook

from portal.sandbox.controls import JisrSwitches
from portal.sandbox.storage import Row, Storage

STATUSES = ("received", "appointment", "in_progress", "delivered", "closed")
RETRIES = (1, 2, 5, 10, 30, 60, 60, 60, 60, 60, 60, 60)
"""Seconds between one attempt and the next; after the last the callback is given up."""


class Callbacks:
    """The follow-ups waiting to be sent to ``address``, and the task that sends them."""

    def __init__(self, storage: Storage, switches: JisrSwitches, address: str, secret: str) -> None:
        self._storage = storage
        self._switches = switches
        self._address = address
        self._webhook = Webhook(secret)
        self._changed = asyncio.Event()

    def queue(self, case: Row, status: str, *, delay: float = 0, extra: dict[str, Any] | None = None) -> str:
        """Plans a follow-up of a case, and returns its ``webhook-id``."""
        callback = f"msg_{secrets.token_hex(12)}"
        body = {
            "type": "case.follow_up",
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "data": {
                "reference": case["reference"],
                "remote_reference": case["remote_reference"],
                "status": status,
                **(extra or {}),
            },
        }
        self._storage.queue_callback(
            callback,
            case["remote_reference"],
            status,
            json.dumps(body, ensure_ascii=False),
            due=time.time() + delay,
            copies=2 if self._switches.twice else 1,
        )
        self._changed.set()
        return callback

    async def run(self) -> None:
        """Sends what falls due, for ever."""
        async with httpx2.AsyncClient(timeout=10) as client:
            while True:
                callback = self._storage.next_callback()
                wait = callback["due"] - time.time() if callback else None
                if callback and wait is not None and wait <= 0:
                    await self._send(client, callback)
                else:
                    await self._wait(wait)

    async def _wait(self, seconds: float | None) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    async def _send(self, client: httpx2.AsyncClient, callback: Row) -> None:
        sent = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": callback["id"],
            "webhook-timestamp": str(int(sent.timestamp())),
            "webhook-signature": self._webhook.sign(callback["id"], sent, callback["body"]),
        }
        try:
            response = await client.post(self._address, content=callback["body"].encode(), headers=headers)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            answer = None
        else:
            answer = response.status_code
        if answer is not None and 200 <= answer < 300:
            self._storage.note_delivered(callback["id"], answer)
        else:
            attempts = callback["attempts"]
            # «Gone» is how Standard Webhooks lets a receiver say that it wants no more.
            over = answer == 410 or attempts >= len(RETRIES)
            self._storage.note_failed(callback["id"], answer, None if over else RETRIES[attempts])
