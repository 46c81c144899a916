"""What is told of a verdict: one plain sentence, what to do about it, then the details."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from portal.actions.transparency import Place
from portal.actions.verdict import Checked, Known, Verdict, Verified, Why
from portal.http.pages import Page
from portal.i18n import N_, office_date, plain_date
from portal.ports_of_documents import Level, Sealed, Unfit
from portal.presenting.told_of_time import OUTCOMES

Words = tuple[str, str]

_COMPARE = N_(
    "Compare the paper you hold with what stands below. To be sure of every word of it, check the PDF file itself."
)
_VALID: dict[Checked, Words] = {
    Checked.FILE: (
        N_("This document is authentic"),
        N_("It was issued by this portal, and nothing in it has changed since."),
    ),
    Checked.SEAL: (N_("The seal of this paper is authentic"), _COMPARE),
    Checked.CODE: (N_("This code is that of an authentic document"), _COMPARE),
}
_CHANGED = N_("This document was changed after it was signed")
_ASK_AGAIN = N_("Do not rely on it. Ask whoever gave it to you for the file as the portal issued it.")
_ADDED = N_("Something was added to it. Do not rely on it: what it showed when the portal issued it stands below.")
_ADDED_TO_MORE = N_(
    "Something was added to it. Do not rely on it: the first pages of what it showed when the portal issued it stand below."
)
_PAGES_SHOWN = N_("Pages 1 to %(shown)s of %(all)s are shown here, and no others.")
_PAGE_SHOWN = N_("Page 1 of %(all)s is shown here, and no other.")
_ASK_FOR_ALL = N_("To read them all, ask whoever gave it to you for the file as the portal issued it.")
_NO_LONGER: dict[Verdict, Words] = {
    Verdict.REVOKED: (
        N_("This document is no longer valid"),
        N_("It was issued by this portal, then revoked on %(date)s."),
    ),
    Verdict.REPLACED: (
        N_("This document was replaced"),
        N_(
            "It was issued by this portal, then revoked on %(date)s. The document whose number stands below takes its place."
        ),
    ),
    Verdict.EXPIRED: (
        N_("This document has expired"),
        N_("It was issued by this portal, but it stood only until %(date)s."),
    ),
}
_UNKNOWN: dict[tuple[Checked, Why], Words] = {
    (Checked.FILE, Why.FOREIGN): (
        N_("This document was not issued by this portal"),
        N_("We know nothing of it, so we cannot vouch for it."),
    ),
    (Checked.FILE, Why.UNREGISTERED): (
        N_("Our register does not know this document"),
        N_(
            "It bears our signature, yet it is not in the register, which may have been restored from an older copy. Ask the "
            "office that issued it before you rely on it."
        ),
    ),
    (Checked.SEAL, Why.FORGED): (
        N_("This seal is not one of ours"),
        N_(
            "It was not made by this portal, or was not read to its end. Scan it again; if nothing changes, do not rely on it."
        ),
    ),
    (Checked.SEAL, Why.UNREGISTERED): (
        N_("Our register does not know this document"),
        N_(
            "Its seal is ours, yet it is not in the register, which may have been restored from an older copy. Ask the "
            "office that issued it before you rely on it."
        ),
    ),
    (Checked.CODE, Why.NOT_A_CODE): (
        N_("This is not a verification code"),
        N_(
            "The code has 16 letters and digits, and is printed under the QR of the document. The reference of the file and "
            "the number of the document are something else."
        ),
    ),
    (Checked.CODE, Why.NO_SUCH_CODE): (
        N_("No document has this code"),
        N_("Check that you typed it as it is printed. If it is right, do not rely on the document."),
    ),
}
_A_COPY = (
    N_("This file is not the one that the portal issued"),
    N_(
        "It may be a copy or a scan, and nobody vouches for its words. The QR code in it is that of the document below: "
        "compare each word, or ask for the file itself."
    ),
)
_NOR_IS_THE_FILE = N_(
    "Nor is this file the one that the portal issued: it may be a copy or a scan, and nobody vouches for its words."
)
_A_FORGED_COPY = N_("The QR code in it is not one of ours either. Do not rely on it.")
_NO_PDF: dict[Why, Words] = {
    Why.FOREIGN: (
        N_("This file is not a PDF"),
        N_("Choose the PDF file itself, or a picture of the paper on which its QR code can be seen."),
    ),
    Why.EMPTY: (
        N_("The file is empty"),
        N_("It may not have been saved, or sent, to its end. Choose it again, or fetch it anew where you had it from."),
    ),
    Why.NO_QR: (
        N_("No QR code can be read in this picture"),
        N_("Take it again, nearer and in good light; or type the code printed under the QR."),
    ),
}
_REFUSED = N_("This file cannot be checked")
_UNFIT = {
    Unfit.TOO_LARGE: N_("It is larger than what we look at. The documents of this portal are much smaller."),
    Unfit.PROTECTED: N_(
        "It is protected by a password. The documents of this portal never are: choose the file as the portal gave it."
    ),
    Unfit.BROKEN: N_("It is damaged, or not made as such files are."),
    Unfit.TOO_LONG: N_("It has too many pages. The documents of this portal have a few."),
    Unfit.ACTIVE: N_(
        "It holds a script, or would start a program. The documents of this portal never do: do not open it."
    ),
    Unfit.TOO_COSTLY: N_("Reading it takes far more than reading a document does."),
}
_LEVELS = {
    Level.B: N_("Signed electronically, without a time stamp so far"),
    Level.T: N_("Signed electronically, with a time stamp"),
    Level.LT: N_("Signed electronically, with a time stamp and the proof that its certificates were valid"),
    Level.LTA: N_("Signed electronically, with a time stamp and all that proves it in an archive for many years"),
}
_ENTRY = N_("Entry %(number)s, since %(date)s")


class _InLog(NamedTuple):
    """What is said of an entry of the log: what it is called, that it is to enter, and that it is late."""

    label: str
    soon: str
    late: str


_OF_FILE = _InLog(
    N_("Place in the public log"),
    N_("Not yet: what is issued enters it within the hour"),
    N_("Not yet: it takes longer than usual"),
)
_OF_END = _InLog(
    N_("Revocation in the public log"),
    N_("Not yet: it enters the log within the hour"),
    N_("Not yet: entering the revocation takes longer than usual"),
)
_USUAL = timedelta(hours=2)
"""After how long a file is late in the log: heads are published each hour, and take a while."""
_TONES = {Verdict.VALID: "good", Verdict.CHANGED: "bad", Verdict.REVOKED: "bad", Verdict.REPLACED: "bad"}
"""What is none of these is neither good nor bad: nothing is known of it, or its time is over."""


@dataclass(frozen=True)
class Row:
    """A detail: ``latin`` is set left to right, ``url`` leads to more of it."""

    label: str
    value: str
    latin: bool = False
    url: str = ""


@dataclass(frozen=True)
class Told:
    """A verdict as the page shows it. ``before`` are the addresses of pictures, which hold them themselves.

    ``before_limits`` says which pages these are, where they are not all.
    """

    kind: str
    tone: str
    headline: str
    text: str
    rows: Sequence[Row] = ()
    before: Sequence[str] = field(default_factory=tuple)
    before_limits: str = ""


def told(page: Page, found: Verified) -> Told:
    """A verdict in the reader's language."""
    headline, *sentences = _words(found)
    # What is shown of a copy is the document whose QR it bears.
    details = found.shown if found.shown is not None else found
    date = _date_of(page, details)
    tone = _TONES.get(found.verdict, "warn")
    return Told(
        kind=found.verdict.value,
        tone=_TONES.get(details.verdict, "warn") if found.why is Why.NO_LONGER_STANDS else tone,
        headline=page.say(headline),
        text=" ".join(page.say(one, date=date) if date else page.say(one) for one in sentences),
        rows=tuple(_rows(page, details)),
        before=tuple("data:image/png;base64," + base64.b64encode(one).decode("ascii") for one in found.before),
        before_limits=_limits_of_before(page, found),
    )


def _limits_of_before(page: Page, found: Verified) -> str:
    """Which pages of how many show what was there before; nothing where all do, or none."""
    if not _shows_part(found):
        return ""
    shown, every = str(len(found.before)), str(found.page_count)
    said = page.say(_PAGE_SHOWN, all=every) if shown == "1" else page.say(_PAGES_SHOWN, shown=shown, all=every)
    return f"{said} {page.say(_ASK_FOR_ALL)}"


def _shows_part(found: Verified) -> bool:
    return 0 < len(found.before) < found.page_count


def _of_change(found: Verified) -> str:
    """What is said of a file that was changed, by how much can be shown of what it was."""
    if not found.before:
        return _ASK_AGAIN
    return _ADDED_TO_MORE if _shows_part(found) else _ADDED


def _words(found: Verified) -> tuple[str, ...]:
    """The headline, and the sentences under it."""
    standing = found.known.standing if found.known is not None else Verdict.VALID
    match found.verdict:
        case Verdict.CHANGED if standing in _NO_LONGER:
            return _CHANGED, _of_change(found), _NO_LONGER[standing][1]
        case Verdict.UNKNOWN if found.why is Why.NO_LONGER_STANDS and found.shown is not None:
            return *_NO_LONGER[found.shown.verdict], _NOR_IS_THE_FILE
        case Verdict.VALID:
            return _VALID[found.checked]
        case Verdict.CHANGED:
            return _CHANGED, _of_change(found)
        case Verdict.REVOKED | Verdict.REPLACED | Verdict.EXPIRED:
            return _NO_LONGER[found.verdict]
        case Verdict.REFUSED:
            return _REFUSED, _UNFIT[found.refused or Unfit.BROKEN]
        case Verdict.NOT_A_PDF:
            return _NO_PDF[found.why or Why.FOREIGN]
        case Verdict.UNKNOWN:
            if found.shown is not None:
                return _of_copy(found.shown)
            return _UNKNOWN[found.checked, found.why or Why.FOREIGN]


def _of_copy(shown: Verified) -> tuple[str, ...]:
    """What is said of a file that is not ours, by the verdict on the QR in it."""
    if shown.why is Why.UNREGISTERED:
        return *_A_COPY, _UNKNOWN[Checked.SEAL, Why.UNREGISTERED][1]
    is_ours = shown.known is not None or shown.seal is not None
    return _A_COPY if is_ours else (_A_COPY[0], _A_FORGED_COPY)


def _date_of(page: Page, found: Verified) -> str:
    if found.known is None:
        return ""
    if found.known.standing is Verdict.EXPIRED and found.known.expires_on is not None:
        return plain_date(found.known.expires_on, page.language)
    return page.moment(found.known.revoked_at) if found.known.revoked_at else ""


def _rows(page: Page, found: Verified) -> list[Row]:
    rows: list[Row] = []
    if found.known is not None:
        rows += _of_document(page, found.known)
    elif found.seal is not None:
        rows += _of_sealed(page, found.seal)
    if found.seal is not None:
        rows += _said_by_seal(page, found.seal)
    if (until := _until(found)) is not None:
        rows.append(Row(page.say(N_("Valid until")), plain_date(until, page.language)))
    if found.known is not None:
        rows += _standing(page, found.known)
    if found.signature is not None:
        rows.append(Row(page.say(N_("Signed by")), found.signature.signer))
        rows.append(Row(page.say(N_("Signature")), page.say(_LEVELS[found.signature.level])))
        if found.signature.stamped_at is not None:
            rows.append(Row(page.say(N_("Time stamp")), page.moment(found.signature.stamped_at)))
    return rows


def _of_document(page: Page, known: Known) -> list[Row]:
    rows = [
        Row(page.say(N_("Document")), known.title[page.language]),
        Row(page.say(N_("Number")), known.number, latin=True),
        Row(page.say(N_("Issued on")), page.moment(known.issued_at)),
    ]
    if known.unit is not None:
        rows.insert(2, Row(page.say(N_("Issued by")), known.unit[page.language]))
    if known.reference:
        rows.append(Row(page.say(N_("Reference of the file")), known.reference, latin=True))
    return rows


def _of_sealed(page: Page, seal: Sealed) -> list[Row]:
    return [
        Row(page.say(N_("Document")), seal.title[page.language]),
        Row(page.say(N_("Number")), seal.number, latin=True),
        Row(page.say(N_("Issued on")), _moment(page, seal.issued_at)),
    ]


def _said_by_seal(page: Page, seal: Sealed) -> list[Row]:
    """What the paper must say of its holder: a name and a number with most of them left out."""
    rows = []
    if name := seal.name[page.language]:
        rows.append(Row(page.say(N_("In the name of")), name))
    if seal.identifier:
        rows.append(Row(page.say(N_("Identity card number")), seal.identifier, latin=True))
    if seal.outcome in OUTCOMES:
        rows.append(Row(page.say(N_("Decision")), page.say(OUTCOMES[seal.outcome])))
    return rows


def _until(found: Verified) -> date | None:
    """The last day of what has one, unless the sentence above the details has just said that it is over."""
    if found.known is not None and found.known.standing is not Verdict.VALID:
        return None
    said = found.seal if found.seal is not None else found.known
    return said.expires_on if said is not None else None


def _standing(page: Page, known: Known) -> list[Row]:
    rows = []
    if known.replaces:
        rows.append(Row(page.say(N_("Issued in place of")), ", ".join(known.replaces), latin=True))
    if known.replaced_by:
        rows.append(Row(page.say(N_("Replaced by")), known.replaced_by, latin=True))
    rows.append(Row(page.say(N_("Signature")), page.say(_LEVELS[known.level])))
    if known.place is not None or known.waits_since is not None:
        rows.append(_in_log(page, _OF_FILE, known.place, known.waits_since))
    if known.revoked_at is not None:
        rows.append(_in_log(page, _OF_END, known.end, known.revoked_at))
    return rows


def _in_log(page: Page, says: _InLog, place: Place | None, waits_since: datetime | None) -> Row:
    """Where an entry stands in the public log, with its proof; that it is to enter where no head tells of it yet."""
    if place is not None:
        number, at = str(place.number), page.moment(place.entered_at)
        return Row(page.say(says.label), page.say(_ENTRY, number=number, date=at), url=place.address)
    late = waits_since is not None and page.deps.clock.now() - waits_since > _USUAL
    return Row(page.say(says.label), page.say(says.late if late else says.soon))


def _moment(page: Page, at: datetime) -> str:
    return plain_date(office_date(at), page.language)
