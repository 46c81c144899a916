"""A sealer over a folder of its own, and the keys of the test vectors as a folder of keys."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from portal.adapters.sealing import keys
from portal.adapters.sealing.sealer import FolderSealer
from portal.ports_of_documents import SealKey
from tests.support.portal import MovableClock
from tools.seal_vectors import OURS, Key

START = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


def publish(folder: Path, made: Sequence[Key], since: datetime = START) -> None:
    """Puts keys of the vectors into a folder, the private one of the first with them."""
    kept = [keys.Kept(SealKey(one.kid, one.spki, since), one.private.public_key()) for one in made]
    folder.mkdir(exist_ok=True)
    (folder / keys.PUBLIC).write_text("".join(one.written() for one in kept), "ascii")
    pem = made[0].private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / keys.private_name(made[0].kid)).write_bytes(pem)


def sealer_in(folder: Path, made: Sequence[Key] = (OURS,)) -> FolderSealer:
    """A sealer that has keys of the vectors."""
    publish(folder, made)
    return FolderSealer(folder, MovableClock(START))
