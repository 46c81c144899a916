"""What the core needs from outside, as protocols: adapters make them real, tests fake them.

What concerns signed documents is in ``ports_of_documents``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Unreachable(Exception):
    """The other side did not answer, or answered that it cannot now: worth another try later."""


class Overloaded(Unreachable):
    """There was too much else to do: the next try may well succeed, and nothing is wrong."""


class NoRoom(Unreachable):
    """There is no room left on the disk: what waits for it is never given up, and goes on once somebody made some."""


class Rejected(Exception):
    """The other side answered that it will never accept this: another try would change nothing."""


class Clock(Protocol):
    """The time, always aware and in UTC."""

    def now(self) -> datetime: ...


class Area(StrEnum):
    """The two places files are kept: what we issue, and what citizens bring."""

    ISSUED = "issued"
    UPLOADS = "uploads"


class FileStore(Protocol):
    """Keeps whole files under a key of lower-case letters, digits, dashes and slashes."""

    def put(self, area: Area, key: str, content: bytes) -> None:
        """Keeps a file, whole or not at all; raises NoRoom on a full disk, and Unreachable where it cannot be written."""
        ...

    def get(self, area: Area, key: str) -> bytes:
        """The content; raises FileNotFoundError."""
        ...

    def delete(self, area: Area, key: str) -> None:
        """Removes the file; one that is already gone is no error."""
        ...


class Channel(StrEnum):
    """The ways a person can be reached."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True)
class Message:
    """One message to one person. ``key`` is its idempotency key; an SMS has neither a subject nor ``html``."""

    key: str
    channel: Channel
    to: str
    body: str
    language: str
    subject: str = ""
    html: str = ""


class Messenger(Protocol):
    """Delivers messages of one channel; raises Unreachable (try again) or Rejected (give up)."""

    def send(self, message: Message) -> None: ...


@dataclass(frozen=True)
class Pushed:
    """What a platform answered to a push: its own reference for the case, and whether it had it already."""

    remote_reference: str
    repeated: bool = False


class Connector(Protocol):
    """Speaks to one national platform; raises Unreachable (try again) or Rejected (give up)."""

    def push(self, payload: Mapping[str, Any], key: str) -> Pushed:
        """Hands a case over. The platform recognises a repeated push by ``key``."""
        ...

    def look_up(self, person: Mapping[str, str], attributes: Sequence[str]) -> Mapping[str, str]:
        """What the platform says of a person (``cnie`` and, if known, ``birth_date``), of these attributes alone.

        Asked only when she has just agreed. Raises Rejected also for somebody the platform does not know.
        """
        ...


@dataclass(frozen=True)
class Claims:
    """Who signed in, as their identity provider says; absent values are empty.

    ``level`` is the assurance (``acr``) mapped to none, low, substantial or high; ``birth_date`` is ISO.
    """

    issuer: str
    subject: str
    name_ar: str = ""
    name_fr: str = ""
    cnie: str = ""
    birth_date: str = ""
    phone: str = ""
    email: str = ""
    commune: str = ""
    address: str = ""
    level: str = "low"
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SignInRequest:
    """Where to send the browser, and what must be kept (server side) until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider(Protocol):
    """OpenID Connect, code flow with PKCE (RFC 7636); raises Unreachable when the provider does not answer."""

    def begin(self, redirect_uri: str, language: str, level: str) -> SignInRequest: ...

    def finish(self, request: SignInRequest, redirect_uri: str, callback_url: str) -> Claims:
        """The person behind the callback; raises Rejected for a wrong state, nonce, signature, issuer or audience."""
        ...


class Jobs(Protocol):
    """Asks for an effect to be carried out once the surrounding transaction commits."""

    def enqueue(self, transaction: Any, effect_id: str, name: str) -> None:
        """Queues the effect inside ``transaction`` (an SQLAlchemy connection or session), under its id as idempotency key."""
        ...

    def retry(self, transaction: Any, effect_id: str, name: str) -> None:
        """Queues an effect again that was given up."""
        ...
