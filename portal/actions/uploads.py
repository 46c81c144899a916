"""What citizens bring: recognised by its content, never by its name, and kept sealed."""

import hashlib
import io
import re
import threading
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.actions.deps import Deps
from portal.domain.errors import Invalid, NotFound
from portal.domain.service import Document
from portal.ports import Area
from portal.store import files
from portal.store.files import StoredFile
from portal.store.unit_of_work import Work
from portal.store.vault import Seal

MEGABYTE = 1024 * 1024
MAX_FILES_PER_DOCUMENT = 5
MAX_PIXELS = 60_000_000
MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
PREVIEW_WIDTH = 1100
PREVIEW_HEIGHT = 3 * PREVIEW_WIDTH

_pdfium = threading.Lock()
"""The library that reads PDFs may be used by one thread at a time only."""


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
    kind = _sniff(upload.content)
    if kind is None or kind not in document.accept:
        raise BadFile("file.wrong_kind", kinds=", ".join(one.upper() for one in document.accept))
    if not (_is_sound_pdf(upload.content) if kind == "pdf" else _is_sound_image(upload.content, kind)):
        raise BadFile("file.broken")
    return kind


def _sniff(content: bytes) -> str | None:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return None


def _is_sound_pdf(content: bytes) -> bool:
    try:
        with _opened(content) as document:
            return 0 < len(document) <= 200
    except pypdfium2.PdfiumError:
        return False


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    with _pdfium, closing(pypdfium2.PdfDocument(content)) as document:
        yield document


def _is_sound_image(content: bytes, kind: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind.upper()]) as image:
                if image.width * image.height > MAX_PIXELS:
                    return False
                # Read through to its end, if coarsely: what cannot be drawn now could not be shown to a clerk later.
                image.draft("RGB", (200, 200))
                image.load()
        return True
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return False


def plain_name(name: str) -> str:
    """A file's name without path, control or direction characters, at most 120 long."""
    base = re.split(r"[\\/]", name)[-1]
    shown = "".join(
        c for c in base if c.isprintable() and c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return shown.strip()[-120:] or "document"


def store_content(
    deps: Deps, seal: Seal, case_id: str, document: Document, upload: Upload, now: datetime
) -> StoredFile:
    """Checks a file and puts its sealed content into the file store; the row is added in the caller's transaction."""
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
    deps.files.put(Area.UPLOADS, file.key, seal.close(upload.content, file.context))
    return file


def attach(work: Work, seal: Seal, file: StoredFile) -> None:
    """Enters a stored file; the same content twice for one document counts once; raises BadFile beyond five."""
    held = [one for one in files.of_case(work.connection, seal, file.case_id) if one.document == file.document]
    if any(one.sha256 == file.sha256 for one in held):
        return
    if len(held) >= MAX_FILES_PER_DOCUMENT:
        raise BadFile("file.too_many", count=str(MAX_FILES_PER_DOCUMENT))
    files.add(work.connection, seal, file)


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


def page_count(content: bytes, media_type: str) -> int:
    """How many pages a preview has."""
    if media_type != MEDIA_TYPES["pdf"]:
        return 1
    with _opened(content) as document:
        return len(document)


def preview(content: bytes, media_type: str, page: int) -> bytes:
    """A page as a JPEG drawn anew by us, so that nothing active in the original reaches a clerk's browser."""
    if media_type == MEDIA_TYPES["pdf"]:
        with _opened(content) as document:
            if not 0 < page <= len(document):
                raise NotFound()
            sheet = document[page - 1]
            # A page may be a thousand times as long as it is wide.
            scale = min(PREVIEW_WIDTH / max(sheet.get_width(), 1), PREVIEW_HEIGHT / max(sheet.get_height(), 1))
            picture = sheet.render(scale=scale).to_pil()
    else:
        if page != 1:
            raise NotFound()
        picture = Image.open(io.BytesIO(content))
        picture.draft("RGB", (PREVIEW_WIDTH, PREVIEW_HEIGHT))
        # Telephones keep a picture lying on its side, with a note on how it was held.
        picture = ImageOps.exif_transpose(picture)
    picture = picture.convert("RGB")
    picture.thumbnail((PREVIEW_WIDTH, PREVIEW_HEIGHT))
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=82)
    return drawn.getvalue()
