"""What the core needs from outside for its documents: laid out, signed, sealed, and looked at when somebody sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from portal.domain.service import Text


@dataclass(frozen=True)
class PrintedRow:
    """A label and its value, each in both languages (the value often the same in both); ``note`` explains the label."""

    label: Text
    value: Text
    latin: bool = False  # a code, number or date: always set left to right
    note: Text | None = None
    large: bool = False  # what must not be overlooked, nor misread without glasses


@dataclass(frozen=True)
class PrintedList:
    """A titled list, such as the documents received or those still missing; ``below`` is the number of the paragraph (from
    0) that announces it, in the place of its title.
    """

    title: Text
    items: tuple[Text, ...]
    below: int | None = None


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
    ``emblem`` is the SVG source of the unit's own emblem, ``signatory`` who signs for it and ``stamp`` what its stamp says.
    ``seal_link`` is what the QR holds: an upper-case link with the seal in it; ``verify_url`` where there is none.
    ``data`` is the case as JSON, attached to the PDF, and ``schema`` the address of its JSON Schema.
    It stands until ``expires_on``, where it says so. A ``specimen`` bears no proof of anything: no code, QR or signature.
    An ``independent`` authority stands at its head instead of the province.
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
    emblem: str | None = None
    signatory: Text | None = None
    stamp: Text | None = None
    seal_link: str = ""
    data: bytes = b""
    schema: str = ""
    expires_on: date | None = None
    specimen: bool = False
    independent: bool = False


class Renderer(Protocol):
    """Lays a document out as a PDF."""

    def render(self, document: PrintedDocument) -> bytes: ...


class Level(StrEnum):
    """How far a signature proves itself (ETSI EN 319 142-1, PAdES baseline): each level holds the one before."""

    B = "b-b"  # signed
    T = "b-t"  # and when, by a time stamp (RFC 3161)
    LT = "b-lt"  # and what proves that no certificate was revoked
    LTA = "b-lta"  # and a time stamp over all of it, renewed before it ages


@dataclass(frozen=True)
class Signed:
    """A signed PDF, and the level that its signature has reached."""

    pdf: bytes
    level: Level


class Integrity(StrEnum):
    """What the signature of a PDF says about it, apart from what our register knows."""

    VALID = "valid"  # one of our signatures, and nothing added since but what proves it for longer
    CHANGED = "changed"  # our signature is there, but the file differs from what it covers
    FOREIGN = "foreign"  # no signature, or none of ours
    NOT_A_PDF = "not_a_pdf"


class Unfit(StrEnum):
    """Why a file is not looked at, or not to its end."""

    TOO_LARGE = "too_large"
    PROTECTED = "protected"  # by a password
    BROKEN = "broken"
    TOO_LONG = "too_long"  # too many pages
    ACTIVE = "active"  # scripts, or what starts programs
    TOO_COSTLY = "too_costly"  # it took more time or memory than a document does


@dataclass(frozen=True)
class Looked:
    """What a file shows that anybody may have made, as far as it was looked at; none of it is taken on trust.

    ``integrity`` is None where not even that could be told. ``texts`` is what the QR codes in it say. Of a file that one of
    ours grew into, ``pages`` are the first of the ``page_count`` pages that ours has (PNG): fewer where it is long, or where
    drawing them was stopped. Of one that bears our own whole signature: who ``signer`` is, when it was stamped, and its level.
    """

    integrity: Integrity | None
    refused: Unfit | None = None
    picture: bool = False
    texts: tuple[str, ...] = ()
    pages: tuple[bytes, ...] = ()
    page_count: int = 0
    signer: str = ""
    stamped_at: datetime | None = None
    level: Level | None = None


class Checker(Protocol):
    """Looks at files whose sender nobody knows, at once and at bounded cost."""

    def look(self, content: bytes, known: int = 0) -> Looked:
        """What a file shows; its first ``known`` bytes are a file that we issued, none if it is 0.

        Raises Unreachable where it cannot be looked at now.
        """
        ...


class Signer(Protocol):
    """Signs PDFs, and recognises its own signatures."""

    def sign(self, pdf: bytes) -> Signed:
        """The PDF with an invisible PAdES signature: B-T, or B-B while the time-stamping authority is away.

        Raises Unreachable when the key cannot be used now.
        """
        ...

    def raised(self, pdf: bytes, to: Level) -> Signed:
        """One of our signed PDFs raised to a level: what was signed stays as it was.

        Raises Unreachable while revocation data or a time stamp cannot be had, Rejected for a file that is not ours.
        """
        ...

    def check(self, pdf: bytes) -> Integrity: ...


class Press(Protocol):
    """Draws and signs documents: one call from what a document says to the bytes that are handed out."""

    def issue(self, document: PrintedDocument) -> Signed:
        """The document as a signed PDF; raises Unreachable when the key cannot be used now."""
        ...

    def raised(self, pdf: bytes, to: Level) -> Signed:
        """As ``Signer.raised``."""
        ...


class TimeStamps(Protocol):
    """A time-stamping authority (RFC 3161)."""

    def stamp(self, digest: bytes) -> bytes:
        """Its token (DER) over a SHA-256 digest; raises Unreachable."""
        ...


class Statement(StrEnum):
    """What is said in a statement of ours, named in its protected header (RFC 9596), so that none passes for another."""

    REVOCATIONS = "application/shubbak-revocations+cbor"
    TREE_HEAD = "application/shubbak-tree-head+cbor"


@dataclass(frozen=True)
class Sealed:
    """What the seal of a document says: enough to judge a sheet of paper without a network.

    ``id`` are the ten bytes of the document's code; ``kind`` a DocumentKind, ``outcome`` a Result or empty;
    ``name`` and ``identifier`` are masked; ``digest`` is the SHA-256 of the case's JSON that the PDF carries.
    """

    id: bytes
    kind: str
    number: str
    title: Text
    name: Text
    identifier: str
    outcome: str
    issued_at: datetime
    expires_on: date | None
    digest: bytes


@dataclass(frozen=True)
class SealKey:
    """A public key that seals and statements are read with (P-256): ``kid`` names it, ``spki`` is DER (RFC 5280)."""

    kid: bytes
    spki: bytes
    since: datetime


class NotASeal(Exception):
    """What was given is no seal of ours, or not as it was made."""


class Sealer(Protocol):
    """Makes and reads COSE_Sign1 (RFC 9052) with a key of its own: seals in QR codes, and statements of the portal."""

    def seal(self, sealed: Sealed) -> str:
        """The seal as unpadded upper-case base 32 (RFC 4648); raises Unreachable when the key cannot be used now."""
        ...

    def read(self, seal: str) -> Sealed:
        """What a seal says, in whatever case it was typed or scanned; raises NotASeal."""
        ...

    def state(self, kind: Statement, payload: bytes) -> bytes:
        """A signed statement; raises Unreachable when the key cannot be used now."""
        ...

    def stated(self, kind: Statement, statement: bytes) -> bytes:
        """The payload of a statement of ours; raises NotASeal."""
        ...

    def keys(self) -> Sequence[SealKey]:
        """Every key that ours are read with, the one in use first."""
        ...
