"""Judges what was added to a signed PDF: data that proves its signature for longer, or something else."""

import hashlib
import logging
from collections.abc import Sequence
from io import BytesIO

from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from portal.adapters.signing.raw import der_in, revisions
from portal.adapters.signing.tokens import read_token

# Its reasons may quote what is in the file, which is nobody's business but the file's.
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.ERROR)

_ARCHIVING = ModificationLevel.LTA_UPDATES
# pyHanko's own policy also lets the title and other metadata change, which readers show above the page, lets the catalogue
# name another version, and passes over objects that nothing leads to, with which an attack may be prepared.
_POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(  # type: ignore[no-untyped-call]
            ignored_keys=frozenset({"/AcroForm", "/DSS", "/Extensions"})
        ),
        XrefStreamRule().as_qualified(_ARCHIVING),
        ObjectStreamRule().as_qualified(_ARCHIVING),
        DSSCompareRule().as_qualified(_ARCHIVING),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]
            SigFieldModificationRule(),
        ]
    ),
    ignore_orphaned_objects=False,
)
# Nothing that runs (/A, /AA), draws (/AP, /MK) or is drawn by the reader can hide in a field with these keys alone.
_FIELD_KEYS = frozenset(
    {"/Type", "/Subtype", "/FT", "/T", "/TU", "/V", "/F", "/Ff", "/Rect", "/P", "/Parent", "/StructParent"}
)
_STAMP_KEYS = frozenset({"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange", "/V", "/M", "/Prop_Build"})


def only_archived(pdf: bytes, length: int, roots: Sequence[x509.Certificate]) -> bool:
    """Whether what follows the first ``length`` bytes, a signed file, only proves its signature for longer.

    That is: revocation data, and time stamps over the whole file, each by an authority that ``roots`` vouch for. The
    signature itself, which must lie in those bytes, is not looked at. No verdict of ``valid`` may hang on this: readers of
    PDF do not agree on what a file shows that was made to deceive them, so that only a file we know to its last byte is one.
    """
    try:
        return _only_archived(pdf, length, roots)
    except Exception:
        # The reader was written for honest files and fails on others in every way there is.
        return False


def _only_archived(pdf: bytes, length: int, roots: Sequence[x509.Certificate]) -> bool:
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    (signature,) = reader.embedded_regular_signatures
    if _end_of(signature) > length or len(pdf) not in revisions(pdf):
        return False
    # What was added must be a revision of this file: bytes that only lead back to ours could be anything.
    if reader.last_startxref is None or reader.last_startxref < length:
        return False
    signature.compute_integrity_info(diff_policy=_POLICY)
    found = signature.diff_result
    if not isinstance(found, DiffResult) or found.modification_level > _ARCHIVING:
        return False
    stamps = reader.embedded_timestamp_signatures
    return len(stamps) + 1 == len(reader.embedded_signatures) and all(_is_sound(pdf, each, roots) for each in stamps)


def _is_sound(pdf: bytes, stamp: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]) -> bool:
    """Whether a time stamp covers the whole file as it then was, with nothing in its field that a reader would act on."""
    _, length, resume, rest = (int(number) for number in stamp.byte_range)
    token = der_in(pdf[length:resume])
    if token is None or stamp.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    seen = memoryview(pdf)
    digest = hashlib.sha256(seen[:length])
    digest.update(seen[resume : resume + rest])
    read_token(token, digest.digest(), roots)
    return _is_plain(stamp.sig_field, _FIELD_KEYS) and _is_plain(stamp.sig_object, _STAMP_KEYS)


def _is_plain(dictionary: generic.DictionaryObject, keys: frozenset[str]) -> bool:
    return set(dictionary.keys()) <= keys


def _end_of(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])
