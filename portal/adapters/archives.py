"""ZIP archives: reading those that people send, which may be made to harm, and writing our own."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from portal.i18n import N_

KILOBYTE = 1024
MAX_ARCHIVE = 4 * KILOBYTE * KILOBYTE
MAX_FILES = 200
MAX_FILE = 1 * KILOBYTE * KILOBYTE
MAX_WHOLE = 8 * KILOBYTE * KILOBYTE
MAX_RATIO = 200
MAX_DEPTH = 6

_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1
_DOS, _UNIX = 0, 3
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# What desktop systems put into every archive by themselves; it is never read.
_LITTER = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BadArchive(Exception):
    """The archive is refused; ``message`` with its ``params`` is the sentence that says which rule it breaks."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message % params)
        self.message, self.params = message, params


def read_archive(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP by their paths, none of which leads out of it; raises BadArchive for any that could harm.

    Nothing is ever written to a disk, and no size that the archive itself states is believed.
    """
    if len(content) > MAX_ARCHIVE:
        raise BadArchive(N_("The archive is larger than %(size)s MB."), size=str(MAX_ARCHIVE // KILOBYTE // KILOBYTE))
    if not content.startswith(_SIGNATURE):
        raise BadArchive(N_("The file is not a ZIP archive."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_all(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        # Whatever the library stumbles over, the file is damaged or was made to make it stumble.
        raise BadArchive(N_("The archive is damaged, or locked by a password.")) from None


def _read_all(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise BadArchive(N_("Too many files in the archive. Largest number: %(count)s."), count=str(MAX_FILES))
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    room = MAX_WHOLE
    for entry in entries:
        path = _path(entry)
        if path.casefold() in seen:
            raise BadArchive(N_("The archive has two files called %(name)s."), name=path)
        seen.add(path.casefold())
        if entry.is_dir() or _LITTER.search(path):
            continue
        found[path] = _content(archive, entry, path, min(MAX_FILE, room))
        room -= len(found[path])
    if not found:
        raise BadArchive(N_("The archive is empty."))
    return found


def _path(entry: zipfile.ZipInfo) -> str:
    """The entry's path, its parts plain names; the name as it was stored counts, before the library trimmed it."""
    name = entry.orig_filename
    shown = ascii(name[:80])
    if name.startswith("/") or "\\" in name or ":" in name:
        raise BadArchive(N_("The path %(name)s is absolute, or not written as in a ZIP."), name=shown)
    parts = name.removesuffix("/").split("/")
    if ".." in parts or "." in parts or "" in parts:
        raise BadArchive(N_("The path %(name)s leads out of the archive, or is not plain."), name=shown)
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system != _DOS else 0
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadArchive(N_("%(name)s is a link or a device, not a file."), name=shown)
    if len(parts) > MAX_DEPTH:
        raise BadArchive(N_("%(name)s lies too many folders deep."), name=shown)
    if not _LITTER.search(name) and not all(_NAME.fullmatch(part) for part in parts):
        raise BadArchive(
            N_("The name %(name)s may have only letters a-z, digits, dots, dashes and underscores."), name=shown
        )
    return str(PurePosixPath(*parts))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, room: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise BadArchive(N_("The archive is damaged, or locked by a password."))
    if entry.compress_type not in _METHODS:
        raise BadArchive(N_("%(name)s is compressed in an unusual way."), name=path)
    with archive.open(entry) as stream:
        content = stream.read(room + 1)
    if len(content) > room:
        raise BadArchive(N_("%(name)s is too large, or the files of the archive are together."), name=path)
    if len(content) > KILOBYTE and len(content) > MAX_RATIO * max(1, entry.compress_size):
        raise BadArchive(N_("%(name)s is compressed more than any text can be."), name=path)
    return content


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, the same for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return made.getvalue()
