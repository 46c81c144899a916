"""Everything the actions need, wired once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.actions.registry import Registry
from portal.ports import Channel, Clock, Connector, FileStore, IdentityProvider, Messenger
from portal.ports_of_documents import Checker, Press, Renderer, Sealer, Signer, TimeStamps
from portal.store.unit_of_work import Store


@dataclass(frozen=True)
class Platform:
    """A national platform as this installation reaches it; ``mapping`` says which facts travel, and what statuses mean."""

    connector: Connector
    callback_secret: str


@dataclass(frozen=True)
class Deps:
    """The portal's parts. ``base_url`` has no slash at its end; ``demo`` marks pages and documents as a demonstration.

    ``scratch_dir`` is where the studio's try-outs lie while they last. ``stamps`` stamps the heads of the public log; there
    is none where no time-stamping authority is set up. ``apart`` draws in a process of its own, for web processes, which
    never load what draws; without it the ``renderer`` does.
    """

    store: Store
    registry: Registry
    clock: Clock
    files: FileStore
    renderer: Renderer
    signer: Signer
    press: Press
    sealer: Sealer
    checker: Checker
    identity: IdentityProvider
    messengers: Mapping[Channel, Messenger]
    platforms: Mapping[str, Platform]
    base_url: str
    demo: bool = False
    limits: Any = None
    scratch_dir: Path | None = None
    stamps: TimeStamps | None = None
    apart: Renderer | None = None

    @property
    def unit_of_work(self) -> Any:
        return self.store.unit_of_work

    @property
    def reading(self) -> Any:
        return self.store.reading
