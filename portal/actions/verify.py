"""Tells whether a document is one we issued, unchanged and still standing.

The register decides: a file is ours if its digest is known. Only one that is not known is looked at, by a process of its
own, to say how it differs from ours or what the QR on it says.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from portal.actions import transparency
from portal.actions.deps import Deps
from portal.actions.issue import CODE_LENGTH, said_of
from portal.actions.transparency import Place
from portal.actions.verdict import Checked, Known, Signature, Verdict, Verified, Why
from portal.domain.errors import Unavailable
from portal.domain.issued import DocumentKind
from portal.domain.service import Text
from portal.i18n import office_date
from portal.ports import Unreachable
from portal.ports_of_documents import Integrity, Level, Looked, NotASeal, Sealed, Unfit
from portal.presenting.indicators import REPORT_TITLE
from portal.presenting.printed import document_title
from portal.store import cases, documents, issued_files, reports
from portal.store.documents import Issued
from portal.store.issued_files import IssuedFile, Owner
from portal.store.numbers import code_of, read_code
from portal.store.reports import Report
from portal.store.unit_of_work import Work

MAX_BYTES = 10 * 1024 * 1024

MAX_TEXT = 2000
"""How long a link or a seal may be that somebody pastes: ours have some five hundred characters."""

_END = b"%%EOF"
_MOST_ENDS = 64
"""In how many places a file may have ended before it grew: signing, raising and yearly stamps make one each."""

_SHORT = 40
"""Up to how many characters what was typed is a code; seals are ten times as long."""

_LINK = re.compile(r"^[^?#]*/v/", re.IGNORECASE)
"""The beginning of a link of ours; what stands behind a ``?`` or ``#`` is no part of it (docs/seal.md)."""


def verify_file(deps: Deps, content: bytes) -> Verified:
    """The verdict on a file: a PDF, or a picture of a paper. Raises Unavailable where it cannot be looked at now."""
    found = verify_by_register(deps, content)
    return found if found is not None else verify_by_looking(deps, content)


def verify_by_register(deps: Deps, content: bytes) -> Verified | None:
    """The verdict on a file that need not be looked at, which costs no more than reading it; None on any other."""
    if len(content) > MAX_BYTES:
        return Verified(Verdict.REFUSED, Checked.FILE, refused=Unfit.TOO_LARGE)
    if not content:
        return Verified(Verdict.NOT_A_PDF, Checked.FILE, Why.EMPTY)
    with deps.reading() as work:
        file = issued_files.owner_of(work.connection, work.vault, hashlib.sha256(content).hexdigest())
        found = _of_file(work, deps, file) if file is not None else None
        if found is not None:
            return Verified(found.standing, Checked.FILE, known=found)
    return None


def verify_by_looking(deps: Deps, content: bytes) -> Verified:
    """The verdict on a file that the register does not know: it may take seconds. Raises Unavailable."""
    with deps.reading() as work:
        size, before = _grown_from(work, content)
        was = _of_file(work, deps, before) if before is not None else None
    looked = _look(deps, content, size if was is not None else 0)
    if was is not None:
        # Whatever it was: readers of PDF do not agree on what added bytes mean, and some show other words for them.
        return Verified(Verdict.CHANGED, Checked.FILE, known=was, before=looked.pages, page_count=looked.page_count)
    return _unregistered(deps, looked)


def verify_text(deps: Deps, typed: str) -> Verified:
    """The verdict on what a QR holds, or on the code printed under it, in whatever case it was typed or scanned."""
    plain = in_link(typed[: MAX_TEXT + 1])
    if len(typed) > MAX_TEXT:
        return Verified(Verdict.UNKNOWN, Checked.SEAL, Why.FORGED)
    return verify_code(deps, plain) if len(plain) <= _SHORT else verify_seal(deps, plain)


def in_link(typed: str) -> str:
    """The code or seal in a link of ours; what is no link comes back as it is, without spaces."""
    return _LINK.sub("", "".join(typed.split())).partition("?")[0].partition("#")[0]


def verify_code(deps: Deps, typed: str) -> Verified:
    """The verdict on the code beside a document's QR: whether such a document was issued and still stands."""
    with deps.reading() as work:
        code = read_code(typed[:MAX_TEXT])
        if len(code) != CODE_LENGTH:
            return Verified(Verdict.UNKNOWN, Checked.CODE, Why.NOT_A_CODE)
        found = _by_code(work, deps, code)
        if found is None:
            return Verified(Verdict.UNKNOWN, Checked.CODE, Why.NO_SUCH_CODE)
        # Whoever types a code holds a paper, and must be able to compare what counts on it: for whom, what, until when.
        issued = documents.by_code(work.connection, work.vault, code)
        said = said_of(work, deps, issued) if issued is not None else None
        return Verified(found.standing, Checked.CODE, known=found, seal=said)


def verify_seal(deps: Deps, seal: str) -> Verified:
    """The verdict on the seal in a document's QR; raises Unavailable where no seal can be read now."""
    try:
        sealed = deps.sealer.read(seal)
    except NotASeal:
        return Verified(Verdict.UNKNOWN, Checked.SEAL, Why.FORGED)
    except Unreachable as error:
        raise Unavailable() from error
    with deps.reading() as work:
        code = code_of(sealed.id)
        found = _by_code(work, deps, code)
        if found is None:
            return Verified(Verdict.UNKNOWN, Checked.SEAL, Why.UNREGISTERED, seal=sealed)
        if not _agree(work, code, found, sealed):
            # Sealed with our key, but not by this portal: whoever could do that has the key.
            return Verified(Verdict.UNKNOWN, Checked.SEAL, Why.FORGED)
        return Verified(found.standing, Checked.SEAL, known=found, seal=sealed)


def _agree(work: Work, code: str, found: Known, sealed: Sealed) -> bool:
    """Whether a seal says of a document what the register says."""
    issued = documents.by_code(work.connection, work.vault, code)
    digest = issued.case_digest if issued is not None else None
    same_case = digest is None or secrets.compare_digest(digest, sealed.digest.hex())
    return found.number == sealed.number and same_case


def _standing(work: Work, issued: Issued, successor: Issued | None) -> Verdict:
    if successor is not None:
        return Verdict.REPLACED
    if issued.revoked_at is not None:
        return Verdict.REVOKED
    over = issued.expires_on is not None and issued.expires_on < office_date(work.now)
    return Verdict.EXPIRED if over else Verdict.VALID


def _in_its_place(work: Work, issued: Issued) -> Issued | None:
    """What stands now in the place of a document: the last of those that took it, unless that one was revoked too."""
    found, met = issued, {issued.id}
    while found.replaced_by is not None and found.replaced_by not in met:
        met.add(found.replaced_by)
        later = documents.get(work.connection, work.vault, found.replaced_by)
        if later is None:
            break
        found = later
    return found if found.id != issued.id and found.revoked_at is None else None


def _grown_from(work: Work, content: bytes) -> tuple[int, IssuedFile | None]:
    """The longest file of ours that the content begins with, and its size."""
    sizes = _former_sizes(content)
    if not sizes:
        return 0, None
    by_digest = dict(zip(_digests_of(content, sizes), sizes, strict=True))
    found = issued_files.among(work.connection, work.vault, list(by_digest))
    longest = max(found, key=lambda one: by_digest[one.sha256], default=None)
    return (by_digest[longest.sha256], longest) if longest is not None else (0, None)


def _former_sizes(content: bytes) -> list[int]:
    """Where the content may have ended before: after each mark of a PDF's end, with the line's end or without."""
    sizes: list[int] = []
    at = content.find(_END)
    for _ in range(_MOST_ENDS):
        if at < 0:
            break
        end = at + len(_END)
        # What follows it are at most two bytes of a line's end.
        ends = len(content[end : end + 2]) - len(content[end : end + 2].lstrip(b"\r\n"))
        sizes += range(end, end + ends + 1)
        at = content.find(_END, end)
    return [size for size in sizes if size < len(content)]


def _digests_of(content: bytes, sizes: Sequence[int]) -> list[str]:
    """The digest of the content up to each size, read once."""
    digest, done, found = hashlib.sha256(), 0, []
    view = memoryview(content)
    for size in sizes:
        digest.update(view[done:size])
        done = size
        found.append(digest.hexdigest())
    return found


def _look(deps: Deps, content: bytes, known: int) -> Looked:
    try:
        return deps.checker.look(content, known)
    except Unreachable as error:
        raise Unavailable() from error


def _unregistered(deps: Deps, looked: Looked) -> Verified:
    """The verdict on a file that the register knows nothing of."""
    if looked.integrity is Integrity.CHANGED and looked.refused is not Unfit.PROTECTED:
        return Verified(Verdict.CHANGED, Checked.FILE)
    if looked.integrity is Integrity.VALID:
        signature = Signature(looked.signer, looked.stamped_at, looked.level or Level.B)
        return Verified(Verdict.UNKNOWN, Checked.FILE, Why.UNREGISTERED, signature=signature)
    if looked.refused is not None:
        return Verified(Verdict.REFUSED, Checked.FILE, refused=looked.refused)
    shown = next((verify_text(deps, one) for one in looked.texts if _LINK.match(one)), None)
    if looked.integrity is Integrity.FOREIGN:
        # Whoever writes a PDF can put our QR on it: what it says never makes the file itself valid.
        void = shown is not None and shown.known is not None and shown.known.standing is not Verdict.VALID
        return Verified(Verdict.UNKNOWN, Checked.FILE, Why.NO_LONGER_STANDS if void else Why.FOREIGN, shown=shown)
    if shown is not None:
        return shown
    return Verified(Verdict.NOT_A_PDF, Checked.FILE, Why.NO_QR if looked.picture else Why.FOREIGN)


def _of_file(work: Work, deps: Deps, file: IssuedFile) -> Known | None:
    """What is known of the document that a file belongs to."""
    if file.owner is Owner.REPORT:
        report = reports.get(work.connection, work.vault, file.owner_id)
        return _report(work, report, [file]) if report is not None else None
    issued = documents.get(work.connection, work.vault, file.owner_id)
    return _document(work, deps, issued, [file]) if issued is not None else None


def _by_code(work: Work, deps: Deps, code: str) -> Known | None:
    issued = documents.by_code(work.connection, work.vault, code)
    if issued is not None:
        return _document(work, deps, issued, _files_of(work, issued.id, issued.sha256)) if issued.sha256 else None
    report = reports.by_code(work.connection, work.vault, code)
    if report is None or report.sha256 is None:
        return None
    return _report(work, report, _files_of(work, report.id, report.sha256))


def _files_of(work: Work, owner_id: str, sha256: str) -> list[IssuedFile]:
    """The files of a document: the one that is given out now, then the others, the latest first."""
    latest_first = issued_files.of_owner(work.connection, work.vault, owner_id)[::-1]
    return sorted(latest_first, key=lambda one: one.sha256 != sha256)


def _document(work: Work, deps: Deps, issued: Issued, files: Sequence[IssuedFile]) -> Known:
    """What is known of a document by the file at hand, or by all of its files, the one given out now first."""
    # What stands in the register in clear is enough: it stays when a case's key is destroyed.
    case = cases.registered(work.connection, issued.case_id)
    definition = deps.registry.version(case.service, case.digest)
    successor = _in_its_place(work, issued)
    place, waits_since = _entered(work, files)
    return Known(
        number=issued.number,
        kind=issued.kind,
        title=document_title(definition, issued.document),
        unit=_unit_name(deps, issued.unit),
        issued_at=issued.issued_at,
        level=files[0].level if files else issued.level,
        reference=case.reference,
        expires_on=issued.expires_on,
        revoked_at=issued.revoked_at,
        revoked_for=issued.revoked_for,
        replaced_by=successor.number if successor is not None else "",
        replaces=tuple(documents.replaced_by(work.connection, issued.id)),
        place=place,
        waits_since=waits_since,
        end=transparency.place_of_end(work, files[0].sha256) if issued.revoked_at is not None and files else None,
        standing=_standing(work, issued, successor),
    )


def _unit_name(deps: Deps, unit: str) -> Text | None:
    try:
        return deps.registry.territory.unit(unit).name
    except LookupError:
        # It was closed since, or the document was issued before units were written down beside it.
        return None


def _report(work: Work, report: Report, files: Sequence[IssuedFile]) -> Known:
    """A report on a year's figures belongs to no case, and a later one does not take its place."""
    place, waits_since = _entered(work, files)
    return Known(
        number=report.number,
        kind=DocumentKind.REPORT,
        title=REPORT_TITLE,
        unit=None,
        issued_at=report.requested_at,
        level=files[0].level if files else Level.B,
        place=place,
        waits_since=waits_since,
    )


def _entered(work: Work, files: Sequence[IssuedFile]) -> tuple[Place | None, datetime | None]:
    """The first place in the public log that one of the files has; where none has, since when the oldest of them waits."""
    for file in files:
        if (place := transparency.place_of(work, file.sha256)) is not None:
            return place, None
    return None, min((file.at for file in files), default=None)
