"""What citizens bring: recognised by its content, never by its name, and kept sealed."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.actions.deps import Deps
from portal.adapters.files import media
from portal.domain.errors import CameTooLate, Invalid, NotFound, Unavailable
from portal.domain.service import Document, text
from portal.ports import Area, Unreachable
from portal.store import files
from portal.store.files import StoredFile
from portal.store.unit_of_work import Work
from portal.store.vault import Seal

MEGABYTE = 1024 * 1024
MAX_FILES_PER_DOCUMENT = 5
MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
KINDS = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}


ANSWER = Document(
    "answer",
    text("وثيقة مرفقة بالجواب", "Document joint à la réponse"),
    hint=text(
        "أرفق الوثيقة إذا طُلبت منك. تكفي صورة واضحة.",
        "Joignez le document demandé. Une photo nette suffit.",
    ),
    optional=True,
)
"""What may come with the answer to a request for information: no procedure sheet can name it beforehand."""


class BadFile(Invalid):
    """The file cannot be accepted; the key says why."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(**params)
        self.key = key


@dataclass(frozen=True)
class Upload:
    """A file as it arrived, not yet trusted."""

    name: str
    content: bytes


def recognise(upload: Upload, document: Document) -> str:
    """The kind of file it really is: pdf, jpeg or png; raises BadFile.

    Its bytes are looked at and parsed: neither the name nor the type that the browser states is believed.
    """
    if not upload.content:
        raise BadFile("file.empty")
    if len(upload.content) > document.max_mb * MEGABYTE:
        raise BadFile("file.too_large", megabytes=str(document.max_mb))
    kind = media.kind_of(upload.content)
    if kind is None or kind not in document.accept:
        raise BadFile("file.wrong_kind", kinds=", ".join(one.upper() for one in document.accept))
    if not media.is_sound(upload.content, kind):
        raise BadFile("file.broken")
    return kind


def plain_name(name: str) -> str:
    """A file's name without path, control or direction characters, at most 120 long."""
    base = re.split(r"[\\/]", name)[-1]
    shown = "".join(
        c for c in base if c.isprintable() and c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return shown.strip()[-120:] or "document"


Awaited = Callable[[Work], bool]
"""Whether something is still to be brought; it keeps whatever decides on that locked until the transaction ends."""


def take_in(
    deps: Deps,
    seal: Seal,
    case_id: str,
    document: Document,
    upload: Upload,
    *,
    awaited: Awaited,
    most: int = MAX_FILES_PER_DOCUMENT,
    since: datetime | None = None,
) -> StoredFile:
    """Checks a file, keeps its sealed content, and enters it; raises BadFile, and then nothing of it is kept.

    ``awaited`` is asked in the very transaction that enters the file: what somebody else did while it was on its way
    counts, and then it raises CameTooLate. The same content twice for one document counts once: the file that was there
    is given back, however late the second click. What came before ``since``, as with the answer to an earlier question,
    counts for neither. Not to be called inside a transaction: files are large.
    """
    with deps.reading() as work:
        # Asked before anything is written, and again when it is entered.
        held = _held(work, seal, case_id, since)
    there = _same(held, document.id, hashlib.sha256(upload.content).hexdigest())
    if there is not None and there.stands:
        return there
    _check_room(held, document.id, most)
    file = store_content(deps, seal, case_id, document, upload, deps.clock.now())
    entered = False
    try:
        with deps.unit_of_work() as work:
            late = not awaited(work)
            there = _same(_held(work, seal, case_id, since), file.document, file.sha256)
            if late and (there is None or not there.stands):
                raise CameTooLate()
            entered = not late and attach(work, seal, file, most=most, since=since)
    finally:
        if not entered:
            deps.files.delete(Area.UPLOADS, file.key)
    return file if entered or there is None else there


def store_content(
    deps: Deps, seal: Seal, case_id: str, document: Document, upload: Upload, now: datetime
) -> StoredFile:
    """Checks a file and keeps its sealed content, not yet entered anywhere; raises BadFile."""
    kind = recognise(upload, document)
    file = StoredFile(
        id=uuid.uuid4().hex,
        case_id=case_id,
        document=document.id,
        name=plain_name(upload.name),
        media_type=MEDIA_TYPES[kind],
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        uploaded_at=now,
    )
    try:
        deps.files.put(Area.UPLOADS, file.key, seal.close(upload.content, file.context))
    except Unreachable as error:
        raise Unavailable() from error
    return file


def attach(
    work: Work,
    seal: Seal,
    file: StoredFile,
    *,
    most: int = MAX_FILES_PER_DOCUMENT,
    since: datetime | None = None,
) -> bool:
    """Enters a kept file; False where the same content is there already, from before ``since`` apart.

    Raises BadFile when there are too many, or when this very content was set aside.
    """
    held = _held(work, seal, file.case_id, since)
    same = _same(held, file.document, file.sha256)
    if same is not None and not same.stands:
        raise BadFile("file.was_set_aside")
    if same is not None:
        return False
    _check_room(held, file.document, most)
    files.add(work.connection, seal, file)
    return True


def _held(work: Work, seal: Seal, case_id: str, since: datetime | None) -> list[StoredFile]:
    """What is there already, of what came since a moment where only that counts."""
    held = files.of_case(work.connection, seal, case_id)
    return [one for one in held if since is None or one.uploaded_at >= since]


def _same(held: list[StoredFile], document: str, sha256: str) -> StoredFile | None:
    """The same content brought for the same document before, or None; what still stands comes first."""
    found = [one for one in held if one.sha256 == sha256 and one.document == document]
    return next((one for one in found if one.stands), found[0] if found else None)


def _check_room(held: list[StoredFile], document: str, most: int) -> None:
    if sum(one.document == document and one.stands for one in held) >= most:
        raise BadFile("file.too_many", count=str(most))


def detach(work: Work, seal: Seal, case_id: str, file_id: str) -> StoredFile | None:
    """Takes a file out of a draft; its content is deleted once the transaction has committed."""
    file = files.find(work.connection, seal, case_id, file_id)
    if file is not None:
        files.remove(work.connection, [file])
    return file


def content_of(deps: Deps, seal: Seal, file: StoredFile) -> bytes:
    """The file as it was brought; raises NotFound when the store no longer has it."""
    try:
        return seal.open(deps.files.get(Area.UPLOADS, file.key), file.context)
    except FileNotFoundError:
        raise NotFound() from None


def page_count(content: bytes, file: StoredFile) -> int:
    """How many pages a preview has."""
    return media.page_count(content, KINDS[file.media_type])


def preview(content: bytes, file: StoredFile, page: int) -> bytes:
    """A page as a JPEG drawn anew by us; raises NotFound where it cannot be drawn."""
    try:
        return media.draw_page(content, KINDS[file.media_type], page)
    except media.Undrawable:
        raise NotFound() from None
