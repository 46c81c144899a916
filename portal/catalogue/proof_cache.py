"""Remembers what was proved, by content: files that did not change, under a prover that did not, are not proved again."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path

FILE = "proofs.json"
MOST_KEYS = 5_000
KEY_LENGTH = 32
PROVER = ("catalogue", "fields", "domain")
"""The packages whose code decides whether a service is sound."""

LIBRARIES = ("common-expression-language", "pyyaml")


class Proofs:
    """The keys of what was proved, kept in a file; without a file they last as long as the object."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._held = _read(file) if file else set[str]()
        self._seen: set[str] = set()
        self._changed = False

    @classmethod
    def kept_in(cls, folder: Path) -> "Proofs":
        """Those remembered in a folder of the portal's own data."""
        return cls(folder / FILE)

    def __contains__(self, key: str) -> bool:
        if key in self._held:
            self._seen.add(key)
            return True
        return False

    def add(self, key: str) -> None:
        self._changed = self._changed or key not in self._held
        self._held.add(key)
        self._seen.add(key)

    def keep(self) -> None:
        """Writes the keys to the file, those asked for last; a folder that cannot be written to is no fault."""
        if self._file is None or not self._changed:
            return
        older = sorted(self._held - self._seen)[: max(0, MOST_KEYS - len(self._seen))]
        text = json.dumps(sorted({*self._seen, *older}))
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(f".{os.getpid()}")
            beside.write_text(text, encoding="utf-8")
            # Whoever reads at the same time sees the old file or the new one, never half of it.
            beside.replace(self._file)
            self._changed = False


def key_of(*parts: str) -> str:
    """The key of something proved: a digest of everything its proof depends on."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode()
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()[:KEY_LENGTH]


@lru_cache(maxsize=1)
def prover() -> str:
    """The digest of the code that proves, and of the libraries it rests on: after a change everything is proved anew."""
    root = Path(__file__).parents[1]
    files = sorted(file for package in PROVER for file in (root / package).glob("*.py"))
    return key_of(sys.version, *_versions(), *(part for file in files for part in (file.name, file.read_text("utf-8"))))


def _versions() -> Iterable[str]:
    for name in LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            yield f"{name} {metadata.version(name)}"


def _read(file: Path) -> set[str]:
    try:
        keys = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()
    return {key for key in keys if isinstance(key, str)} if isinstance(keys, list) else set()
