"""Keeps what was read of published versions, by content, so that a process that starts need not read them all anew."""

import hashlib
import hmac
import os
import pickle
from contextlib import suppress
from pathlib import Path

from portal.catalogue.proof_cache import prover
from portal.domain.service import ServiceDefinition

FOLDER = "definitions"
SEAL = hashlib.sha256
"""What seals a file: a pickle can run code, so that one is read only where the installation's own key sealed it."""


class KeptDefinitions:
    """Definitions in a folder of the portal's own data, one file each; a file that is missing or foreign is nothing.

    The seal covers the code that reads as well: what an earlier release kept is read anew, and replaced.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def get(self, slug: str, version: int, digest: str) -> ServiceDefinition | None:
        """The definition of one published version, where it was kept."""
        file = self._file(slug, version, digest)
        try:
            held = file.read_bytes()
        except OSError:
            return None
        seal, body = held[: SEAL().digest_size], held[SEAL().digest_size :]
        if not hmac.compare_digest(seal, self._seal(file.name, body)):
            return None
        found: ServiceDefinition = pickle.loads(body)  # noqa: S301  Sealed by us: see above.
        return found

    def keep(self, definition: ServiceDefinition) -> None:
        """Keeps a definition; a folder that cannot be written to is no fault."""
        file = self._file(definition.slug, definition.version, definition.digest)
        body = pickle.dumps(definition, pickle.HIGHEST_PROTOCOL)
        beside = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(self._seal(file.name, body) + body)
            # Whoever reads at the same time sees the old file or the new one, never half of it.
            beside.replace(file)

    def _file(self, slug: str, version: int, digest: str) -> Path:
        return self._folder / f"{slug}-v{version}-{digest}.definition"

    def _seal(self, name: str, body: bytes) -> bytes:
        return hmac.digest(self._key, f"{prover()} {name} ".encode() + body, SEAL)
