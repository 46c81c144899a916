"""What the portal says of a document that somebody checks: the verdict, what it is on, and what is known of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.actions.transparency import Place
from portal.domain.issued import DocumentKind, RevokedFor
from portal.domain.service import Text
from portal.ports_of_documents import Level, Sealed, Unfit


class Verdict(StrEnum):
    """What we say of a document."""

    VALID = "valid"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    REFUSED = "refused"
    NOT_A_PDF = "not_a_pdf"


class Checked(StrEnum):
    """What the verdict is on: only of a file is every word vouched for, a seal or code can stand on any paper."""

    FILE = "file"
    SEAL = "seal"
    CODE = "code"


class Why(StrEnum):
    """What a verdict of ``unknown`` or ``not_a_pdf`` comes from."""

    FOREIGN = "foreign"  # nothing of it is ours
    FORGED = "forged"  # what looks like a seal of ours is none, or says something else than our register
    UNREGISTERED = "unregistered"  # signed or sealed by us, yet not in the register: it was restored from a copy
    NO_SUCH_CODE = "no_such_code"
    NOT_A_CODE = "not_a_code"  # too short or too long: often the reference of the file, or the document's number
    EMPTY = "empty"  # a file without a single byte
    NO_QR = "no_qr"  # a picture without any QR that can be read
    NO_LONGER_STANDS = "no_longer_stands"  # not our file, and the document whose QR it bears is void


@dataclass(frozen=True)
class Known:
    """What the register says of a document to anybody who holds it: nothing that its paper does not say.

    ``standing`` is what it is today, whatever is wrong with the copy at hand; ``replaced_by`` the number of what stands in
    its place now, ``replaces`` the numbers of the revoked ones that it was issued in the place of. ``place`` is
    that of its file in the public log; where no head tells of any yet, ``waits_since`` says since when one is to enter;
    ``end`` is the place of its revocation, None as long as no head tells of that.
    """

    number: str
    kind: DocumentKind
    title: Text
    unit: Text | None
    issued_at: datetime
    level: Level
    reference: str = ""
    expires_on: date | None = None
    revoked_at: datetime | None = None
    revoked_for: RevokedFor | None = None
    replaced_by: str = ""
    replaces: tuple[str, ...] = ()
    place: Place | None = None
    waits_since: datetime | None = None
    end: Place | None = None
    standing: Verdict = Verdict.VALID


@dataclass(frozen=True)
class Signature:
    """What a signature of ours says where the register knows nothing of its file."""

    signer: str
    stamped_at: datetime | None
    level: Level


@dataclass(frozen=True)
class Verified:
    """A verdict, and what it is on. ``known`` is the document, of a changed file the one that it was made from.

    ``before`` is what a file showed before something was added to it, page by page (PNG): the first of its ``page_count``
    pages, not always all. ``seal`` is what the seal of a paper says; ``shown`` the verdict on the QR in a file that is not
    ours itself.
    """

    verdict: Verdict
    checked: Checked
    why: Why | None = None
    known: Known | None = None
    refused: Unfit | None = None
    before: tuple[bytes, ...] = ()
    page_count: int = 0
    seal: Sealed | None = None
    signature: Signature | None = None
    shown: "Verified | None" = None

    @property
    def number(self) -> str:
        return self.known.number if self.known else ""

    @property
    def reference(self) -> str:
        return self.known.reference if self.known else ""
