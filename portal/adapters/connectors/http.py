"""A platform that takes cases, or answers look-ups, over HTTP, as documented in docs/connectors."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from portal.adapters.outgoing import JsonClient, check_accepted
from portal.ports import Connector, Pushed, Unreachable

LONGEST = 500
"""Characters of an answer of a register that can be an answer of ours."""


class HttpConnector(Connector):
    """Hands cases to the platform at ``address``, under the bearer key it gave us."""

    def __init__(self, address: str, key: str, *, connect_timeout: float = 5, read_timeout: float = 15) -> None:
        self._client = JsonClient(address, key, connect=connect_timeout, read=read_timeout)

    def push(self, payload: Mapping[str, Any], key: str) -> Pushed:
        """What the platform answered; one that knew the key already answers as it did the first time."""
        answer = self._client.post("/v1/cases", payload, {"Idempotency-Key": key})
        remote = answer.body.get("remote_reference")
        if answer.status == 409 and isinstance(remote, str):
            return Pushed(remote, repeated=True)
        check_accepted(answer)
        if not isinstance(remote, str) or not 0 < len(remote) <= 100:
            # The case may well have been taken: asking again under the same key is safe, and tells.
            raise Unreachable("the answer carries no reference")
        return Pushed(remote, repeated=answer.body.get("repeated") is True)

    def look_up(self, person: Mapping[str, str], attributes: Sequence[str]) -> Mapping[str, str]:
        """What the platform said of the attributes asked for; whatever else it sent is dropped unread."""
        asked = {"person": dict(person), "attributes": list(attributes), "consent": True}
        answer = self._client.post("/v1/look-ups", asked, {"Idempotency-Key": uuid.uuid4().hex})
        check_accepted(answer)
        said = answer.body.get("attributes")
        if not isinstance(said, Mapping):
            raise Unreachable("the answer has no attributes")
        return {
            name: value for name in attributes if isinstance(value := said.get(name), str) and 0 < len(value) <= LONGEST
        }

    def close(self) -> None:
        self._client.close()
