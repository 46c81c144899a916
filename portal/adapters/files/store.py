"""Keeps whole files in folders of one disk."""

import errno
from pathlib import Path

import obstore
from obstore.exceptions import GenericError, NotFoundError
from obstore.store import LocalStore

from portal.ports import Area, FileStore, NoRoom, Unreachable

_FULL = tuple(f"os error {number}" for number in (errno.ENOSPC, errno.EDQUOT))
"""How the library quotes a system that has no room left, for anybody or for us."""


class FolderStore(FileStore):
    """A folder per area below ``root``; a file is complete or absent, never half written."""

    def __init__(self, root: Path) -> None:
        self._stores = {}
        for area in Area:
            folder = root / area.value
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stores[area] = LocalStore(prefix=folder.resolve())

    def put(self, area: Area, key: str, content: bytes) -> None:
        try:
            obstore.put(self._stores[area], key, content)
        except GenericError as error:
            full = any(one in str(error) for one in _FULL)
            raise NoRoom("There is no room left for files") if full else Unreachable("A file cannot be kept") from error

    def get(self, area: Area, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._stores[area], key).bytes())
        except NotFoundError as error:
            raise FileNotFoundError(key) from error

    def delete(self, area: Area, key: str) -> None:
        try:
            obstore.delete(self._stores[area], key)
        except (NotFoundError, FileNotFoundError):
            return
