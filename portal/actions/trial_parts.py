"""What a try-out has in place of the world: its clock, its one service, and parts that reach nobody."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from portal.actions.registry import InForce, Registry
from portal.domain.errors import NotFound
from portal.domain.service import ServiceDefinition
from portal.ports import (
    Claims,
    Clock,
    IdentityProvider,
    Integrity,
    Jobs,
    Message,
    Messenger,
    PrintedDocument,
    Renderer,
    Signer,
    SignInRequest,
    Unreachable,
)


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
        slug = definition.slug
        self._found = replace(real.in_force, services={slug: definition}, listed=(slug,), life_events=(), platforms={})

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


class Nobody(IdentityProvider, Renderer, Signer):
    """Stands where a try-out must reach nobody."""

    def begin(self, redirect_uri: str, language: str, level: str) -> SignInRequest:
        self._refuse()

    def finish(self, request: SignInRequest, redirect_uri: str, callback_url: str) -> Claims:
        self._refuse()

    def render(self, document: PrintedDocument) -> bytes:
        self._refuse()

    def sign(self, pdf: bytes) -> bytes:
        self._refuse()

    def check(self, pdf: bytes) -> Integrity:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise Unreachable("a try-out reaches nobody")


class KeptMessages(Messenger):
    """Writes down what would have been sent."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def send(self, message: Message) -> None:
        said = {"channel": message.channel.value, "to": message.to, "subject": message.subject, "body": message.body}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
