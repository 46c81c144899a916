"""What a try-out has in place of the world: its clock, its one service, and parts that reach nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG
from typing import Any, NoReturn

from portal.actions import uploads
from portal.actions.registry import InForce, Registry
from portal.adapters.files.store import FolderStore
from portal.domain.errors import NotFound
from portal.domain.service import ServiceDefinition
from portal.ports import Area, Claims, Clock, IdentityProvider, Jobs, Message, Messenger, SignInRequest, Unreachable
from portal.ports_of_documents import (
    Checker,
    Integrity,
    Level,
    Looked,
    Press,
    PrintedDocument,
    Renderer,
    Sealed,
    Sealer,
    SealKey,
    Signed,
    Signer,
    Statement,
)
from portal.store.vault import Vault

MOST_MEGABYTES = 50
"""How much a try-out may hold in all: its files, its database and its messages."""

MOST_FILES = 200
"""How many files may lie in a try-out."""


class ShiftedClock:
    """The clock of a try-out."""

    def __init__(self, real: Clock, ahead: int) -> None:
        self._real, self._ahead = real, timedelta(seconds=ahead)

    def now(self) -> datetime:
        return self._real.now() + self._ahead


class OneService(Registry):
    """The catalogue of a try-out: one version of one service, in the province as it is."""

    def __init__(self, real: Registry, definition: ServiceDefinition) -> None:
        self._tried = definition
        slug, follows = definition.slug, definition.follows is not None
        self._found = replace(
            real.in_force,
            services={slug: definition},
            # What follows a case is begun from one, and of those this province has none.
            listed=() if follows else (slug,),
            following=(definition,) if follows else (),
            life_events=(),
            platforms={},
        )

    @property
    def in_force(self) -> InForce:
        return self._found

    def forget(self) -> None:
        return

    def version(self, slug: str, digest: str) -> ServiceDefinition:
        if digest != self._tried.digest:
            raise NotFound()
        return self._tried


class NoJobs(Jobs):
    """Nothing is queued: what would be done is shown."""

    def enqueue(self, transaction: Any, effect_id: str, name: str) -> None:
        return

    def retry(self, transaction: Any, effect_id: str, name: str) -> None:
        return


class NoLimits:
    """Nobody is attacked in a try-out; how many there are is limited."""

    def count(self, item: object, what: str, whom: str) -> None:
        return

    check = forgive = count


class Nobody(IdentityProvider, Renderer, Signer, Press, Sealer, Checker):
    """Stands where a try-out must reach nobody."""

    def begin(self, redirect_uri: str, language: str, level: str) -> SignInRequest:
        self._refuse()

    def finish(self, request: SignInRequest, redirect_uri: str, callback_url: str) -> Claims:
        self._refuse()

    def render(self, document: PrintedDocument) -> bytes:
        self._refuse()

    def sign(self, pdf: bytes) -> Signed:
        self._refuse()

    def issue(self, document: PrintedDocument) -> Signed:
        self._refuse()

    def raised(self, pdf: bytes, to: Level) -> Signed:
        self._refuse()

    def check(self, pdf: bytes) -> Integrity:
        self._refuse()

    def look(self, content: bytes, known: int = 0) -> Looked:
        self._refuse()

    def seal(self, sealed: Sealed) -> str:
        self._refuse()

    def read(self, seal: str) -> Sealed:
        self._refuse()

    def state(self, kind: Statement, payload: bytes) -> bytes:
        self._refuse()

    def stated(self, kind: Statement, statement: bytes) -> bytes:
        self._refuse()

    def keys(self) -> Sequence[SealKey]:
        return ()

    def _refuse(self) -> NoReturn:
        raise Unreachable("a try-out reaches nobody")


class LimitedFiles(FolderStore):
    """The files of a try-out: of one folder, which may only grow so large. Each file is limited as a real one is."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._root = root

    def put(self, area: Area, key: str, content: bytes) -> None:
        """Keeps a file; raises BadFile where the try-out is full."""
        held = _sizes(self._root)
        if len(held) >= MOST_FILES or sum(held) + len(content) > MOST_MEGABYTES * uploads.MEGABYTE:
            raise uploads.BadFile("file.try_out_full", megabytes=str(MOST_MEGABYTES), count=str(MOST_FILES))
        super().put(area, key, content)


def _sizes(root: Path) -> list[int]:
    """The sizes of the files below a folder; one that goes while they are counted is not there."""
    found = []
    for path in root.rglob("*"):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        if S_ISREG(status.st_mode):
            found.append(status.st_size)
    return found


class KeptMessages(Messenger):
    """Writes down what would have been sent, sealed: a message repeats what was typed."""

    CONTEXT = "try-out message"

    def __init__(self, file: Path, vault: Vault) -> None:
        self._file, self._vault = file, vault

    def send(self, message: Message) -> None:
        said = {"channel": message.channel.value, "to": message.to, "subject": message.subject, "body": message.body}
        with self._file.open("a", encoding="ascii") as file:
            file.write(self._vault.seal_json(said, self.CONTEXT).hex() + "\n")

    def sent(self) -> list[dict[str, str]]:
        """Everything that would have been sent so far."""
        if not self._file.exists():
            return []
        lines = self._file.read_text("ascii").splitlines()
        return [dict(self._vault.open_json(bytes.fromhex(line), self.CONTEXT)) for line in lines]
