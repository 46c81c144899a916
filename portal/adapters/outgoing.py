"""What every call to another system shares: an answer read within bounds, and failures told apart."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from portal.ports import Rejected, Unreachable

# These say «not now», although HTTP counts them among the caller's faults.
PASSING_REFUSALS = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """What the other side said: its status, and its JSON object (empty when it sent none)."""

    status: int
    body: Mapping[str, Any]

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


class JsonClient:
    """Posts JSON to one system, reading no more than ``largest`` bytes and no longer than ``patience`` seconds."""

    def __init__(
        self,
        address: str,
        key: str,
        *,
        connect: float = 5,
        read: float = 15,
        patience: float = 30,
        largest: int = 65_536,
    ) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        self._timeout = httpx2.Timeout(read, connect=connect)
        self._patience = patience
        self._largest = largest
        self._client: httpx2.Client | None = None

    def post(self, path: str, content: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        """The answer, whatever its status; raises Unreachable when there is none to speak of."""
        sent = {**self._headers, **headers, "Content-Type": "application/json"}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            with self._connection().stream("POST", self._address + path, content=body, headers=sent) as response:
                return Answer(response.status_code, _json_object(read_within(response, self._largest, self._patience)))
        except httpx2.TimeoutException:
            fault = "no answer in time"
        except httpx2.HTTPError as error:
            # The name of the failure is enough: its text may quote what was sent.
            fault = type(error).__name__
        raise Unreachable(fault)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _connection(self) -> httpx2.Client:
        # Opening a client loads the certificate authorities, so that only processes that do send pay for it.
        if self._client is None:
            self._client = httpx2.Client(timeout=self._timeout)
        return self._client


def read_within(response: httpx2.Response, largest: int, patience: float) -> bytes:
    """The body of an answer; raises Unreachable past ``largest`` bytes, or ``patience`` seconds from now on."""
    started = time.monotonic()
    received = bytearray()
    for chunk in response.iter_bytes():
        received += chunk
        if len(received) > largest:
            raise Unreachable("the answer is too large")
        if time.monotonic() - started > patience:
            raise Unreachable("the answer came too slowly")
    return bytes(received)


def check_accepted(answer: Answer) -> None:
    """Raises Rejected for a refusal that will stand, and Unreachable for one that may pass."""
    if answer.accepted:
        return
    if 400 <= answer.status < 500 and answer.status not in PASSING_REFUSALS:
        raise Rejected(f"refused with status {answer.status}")
    raise Unreachable(f"answered with status {answer.status}")


def _json_object(content: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
