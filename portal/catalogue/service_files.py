"""The files of one version of one service: read within limits, and named by their digest."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from portal.catalogue.faults import Fault, Sentence, Unsound
from portal.catalogue.yaml_source import MAX_BYTES

Files = Mapping[str, str]
"""The texts of a folder, by their path inside it."""

DIGEST_LENGTH = 32
TEXTS = frozenset({".yaml", ".csv"})
MAX_FILES = 200
MAX_FOLDER_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Package:
    """The files of one version of one service, and the folder they were read from."""

    slug: str
    version: int
    folder: str
    files: Files

    @cached_property
    def digest(self) -> str:
        """The name of exactly these files."""
        return digest_of(self.files)


def read_folder(path: Path | str, *, exactly: bool = False, suffixes: Collection[str] = TEXTS) -> Files:
    """The texts below a folder, by their path inside it; raises Unsound for one that is too large or no UTF-8.

    Read ``exactly``, a text keeps its byte order mark and its line ends, so that the file can be given back as it was.
    """
    root = Path(path)
    files: dict[str, str] = {}
    whole = 0
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root).as_posix()
        if file.suffix not in suffixes or not file.is_file():
            continue
        # The size is asked first: a huge file must not be read to be refused.
        size = file.stat().st_size
        whole += size
        if message := _too_much(size, whole, len(files) + 1):
            raise Unsound([Fault(name, 1, message)])
        try:
            files[name] = file.read_bytes().decode() if exactly else file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise Unsound([Fault(name, 1, Sentence("the file is not UTF-8 text"))]) from None
    return files


def check_size(files: Files) -> None:
    """Raises Unsound where files that come from elsewhere than a folder are more than a service can be."""
    whole = 0
    for number, name in enumerate(sorted(files), start=1):
        # A text has at least as many bytes as letters: what is far too long need not be encoded to be refused.
        size = len(files[name]) if len(files[name]) > MAX_BYTES else len(files[name].encode())
        whole += size
        if message := _too_much(size, whole, number):
            raise Unsound([Fault(name, 1, message)])


def _too_much(size: int, whole: int, number: int) -> Sentence | None:
    if size > MAX_BYTES:
        return Sentence("the file is larger than %(most)s KB", most=MAX_BYTES // 1024)
    if whole > MAX_FOLDER_BYTES:
        return Sentence("with this file the folder is larger than %(most)s KB", most=MAX_FOLDER_BYTES // 1024)
    if number > MAX_FILES:
        return Sentence("the folder has more than %(most)s files", most=MAX_FILES)
    return None


def digest_of(files: Files) -> str:
    """The name of exactly these files: 32 hexadecimal digits of a SHA-256 over their sorted paths and texts."""
    whole = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode()
            # The length in front keeps a path from running into a text.
            whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()[:DIGEST_LENGTH]
