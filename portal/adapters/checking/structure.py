"""What a hostile PDF is made of, and what a signature of ours says. For confined processes only."""

import importlib
import logging
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from portal.adapters.checking import pages
from portal.adapters.checking.asked import Unusable
from portal.adapters.files.media import MOST_PAGES
from portal.ports_of_documents import Level, Unfit

MOST_OBJECTS = 30_000
"""How many objects are walked through in search of what acts by itself."""

_ACTS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"}
_SCRIPTS = {"/JS", "/JavaScript", "/XFA"}


_NEEDED_LATER = (
    "cryptography.hazmat.backends.openssl.backend",
    "cryptography.hazmat.primitives.asymmetric.padding",
    "encodings.ascii",
    "encodings.cp1252",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.utf_16",
    "encodings.utf_16_be",
    "encodings.utf_16_le",
    "pyhanko.pdf_utils.crypt",
    "pyhanko.pdf_utils.filters",
    "unicodedata",
)
"""What the libraries load when they come to it: in a confined process that would be too late."""


def prepare() -> None:
    """Loads what reading a PDF takes, and keeps what is read from writing lines of its own making into our log."""
    for name in _NEEDED_LATER:
        importlib.import_module(name)
    logging.disable(logging.CRITICAL)


def is_protected(pdf: bytes) -> bool:
    """Whether a password is needed to read or to change a PDF; one that cannot be read is not said to be protected."""
    try:
        return bool(PdfFileReader(BytesIO(pdf), strict=False).encrypted)
    except Exception:
        return False


def check_sound(pdf: bytes) -> None:
    """Raises Unusable for a PDF that is protected, broken, too long, too costly to read, or that acts by itself."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            raise Unusable(Unfit.PROTECTED)
        count = pages.count(pdf)
        if count > MOST_PAGES:
            raise Unusable(Unfit.TOO_LONG)
        if count < 1:
            raise Unusable(Unfit.BROKEN)
        _check_passive(reader)
    except (PdfDecodeLimitError, RecursionError, MemoryError) as error:
        raise Unusable(Unfit.TOO_COSTLY) from error
    except Unusable:
        raise
    except Exception as error:
        # The reader was written for honest input and fails on other input in every way there is.
        raise Unusable(Unfit.BROKEN) from error


def _check_passive(reader: PdfFileReader) -> None:
    """Raises Unusable where anything that can be reached from the catalogue acts, or for too much to walk through."""
    waiting: list[Any] = [reader.trailer.raw_get("/Root")]
    seen: set[tuple[int, int]] = set()
    walked = 0
    while waiting:
        one = waiting.pop()
        walked += 1
        if walked > MOST_OBJECTS:
            raise Unusable(Unfit.TOO_COSTLY)
        if isinstance(one, generic.IndirectObject):
            mark = (one.idnum, one.generation)
            if mark not in seen:
                seen.add(mark)
                waiting.append(one.get_object())  # type: ignore[no-untyped-call]
        elif isinstance(one, generic.DictionaryObject):
            if _acts(one):
                raise Unusable(Unfit.ACTIVE)
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, generic.ArrayObject):
            waiting.extend(one.raw_get(index) for index in range(len(one)))


def _acts(dictionary: generic.DictionaryObject) -> bool:
    if not _SCRIPTS.isdisjoint(dictionary):
        return True
    kind = dictionary.get("/S") if "/S" in dictionary else None
    return str(kind) in _ACTS or str(dictionary.get("/Subtype", "")) == "/RichMedia"


def _first(reader: PdfFileReader) -> EmbeddedPdfSignature:
    signatures: list[EmbeddedPdfSignature] = reader.embedded_regular_signatures
    return signatures[0]


def signed_by(pdf: bytes) -> dict[str, str]:
    """Who signed one of our files, when it was stamped, and how far its signature proves itself; empty if unreadable."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        signature = _first(reader)
        stamp = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
        told = {"signer": str(signature.signer_cert.subject.native.get("organization_name", ""))}
        level = Level.B
        if stamp is not None:
            told["stamped_at"] = stamp["encap_content_info"]["content"].parsed["gen_time"].native.isoformat()
            level = Level.T
            if "/DSS" in reader.root:
                level = Level.LTA if reader.embedded_timestamp_signatures else Level.LT
    except Exception:
        return {}
    return {**told, "level": level.value}
