"""Keeps whole files in folders of one disk."""

from pathlib import Path

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore

from portal.ports import Area, FileStore


class FolderStore(FileStore):
    """A folder per area below ``root``; a file is complete or absent, never half written."""

    def __init__(self, root: Path) -> None:
        self._stores = {}
        for area in Area:
            folder = root / area.value
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._stores[area] = LocalStore(prefix=folder.resolve())

    def put(self, area: Area, key: str, content: bytes) -> None:
        obstore.put(self._stores[area], key, content)

    def get(self, area: Area, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._stores[area], key).bytes())
        except NotFoundError as error:
            raise FileNotFoundError(key) from error

    def delete(self, area: Area, key: str) -> None:
        try:
            obstore.delete(self._stores[area], key)
        except NotFoundError:
            return
