"""Text messages, through a gateway that takes them over HTTP."""

from portal.adapters.outgoing import JsonClient, check_accepted
from portal.ports import Message, Messenger


class SmsGateway(Messenger):
    """Sends through the gateway at ``address``, which recognises a repeated message by its key."""

    def __init__(self, address: str, key: str, *, connect_timeout: float = 5, read_timeout: float = 15) -> None:
        self._client = JsonClient(address, key, connect=connect_timeout, read=read_timeout)

    def send(self, message: Message) -> None:
        content = {"to": message.to, "text": message.body, "key": message.key}
        check_accepted(self._client.post("/v1/messages", content, {"Idempotency-Key": message.key}))

    def close(self) -> None:
        self._client.close()
