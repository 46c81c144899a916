"""What the core needs from outside, as protocols: adapters make them real, tests fake them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from portal.domain.service import Text


class Unreachable(Exception):
    """The other side did not answer, or answered that it cannot now: worth another try later."""


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

    def put(self, area: Area, key: str, content: bytes) -> None: ...

    def get(self, area: Area, key: str) -> bytes:
        """The content; raises FileNotFoundError."""
        ...

    def delete(self, area: Area, key: str) -> None:
        """Removes the file; one that is already gone is no error."""
        ...


@dataclass(frozen=True)
class PrintedRow:
    """A label and its value, each in both languages (the value often the same in both); ``note`` explains the label."""

    label: Text
    value: Text
    latin: bool = False  # a code, number or date: always set left to right
    note: Text | None = None


@dataclass(frozen=True)
class PrintedList:
    """A titled list, such as the documents received or those still missing."""

    title: Text
    items: tuple[Text, ...]


@dataclass(frozen=True)
class PrintedMark:
    """A date under the drawing of a period, and what it is."""

    label: Text
    day: Text


@dataclass(frozen=True)
class PrintedPeriod:
    """A period to be drawn as a bar of so many ``days``; ``half`` is how many the first half has, ``meaning`` says it all."""

    days: int
    half: int | None
    start: PrintedMark
    middle: PrintedMark | None
    end: PrintedMark
    meaning: Text


@dataclass(frozen=True)
class PrintedDocument:
    """Everything a signed document says, ready to be laid out: no rule is left to decide, no text to look up.

    ``code`` is the 80 random bits behind the QR (16 characters of Crockford base 32), ``verify_url`` what the QR opens.
    ``statements`` are words somebody wrote in a language of their own, each under the paragraph of its number (from 0).
    In every text, what stands between U+2068 and U+2069 runs the way its own first letter does.
    ``period`` is drawn under the rows, and ``counted`` says how its last day came about.
    ``secret`` is printed on receipts only. ``notice`` is small print (the demonstration says here that it is one).
    """

    kind: str
    number: str
    reference: str
    title: Text
    province: Text
    authority: Text
    issued_at: datetime
    code: str
    verify_url: str
    status: Text | None = None
    rows: tuple[PrintedRow, ...] = ()
    period: PrintedPeriod | None = None
    counted: Text | None = None
    lists: tuple[PrintedList, ...] = ()
    paragraphs: tuple[Text, ...] = ()
    statements: Mapping[int, str] = field(default_factory=dict)
    secret: str | None = None
    notice: Text | None = None


class Renderer(Protocol):
    """Lays a document out as a PDF."""

    def render(self, document: PrintedDocument) -> bytes: ...


class Integrity(StrEnum):
    """What the signature of a PDF says about it, apart from what our register knows."""

    VALID = "valid"  # one of our signatures, covering the whole file, unbroken
    CHANGED = "changed"  # our signature is there, but the file differs from what it covers
    FOREIGN = "foreign"  # no signature, or none of ours
    NOT_A_PDF = "not_a_pdf"


class Signer(Protocol):
    """Signs PDFs, and recognises its own signatures."""

    def sign(self, pdf: bytes) -> bytes:
        """The PDF with a PAdES B-B signature (ETSI EN 319 142-1); raises Unreachable when the key cannot be used now."""
        ...

    def check(self, pdf: bytes) -> Integrity: ...


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
