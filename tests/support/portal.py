"""The whole portal on a real database, with fakes of what lies outside: every test drives real actions through it."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from limits.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp

from portal.actions.deps import Deps, Platform
from portal.actions.effects import run_effect
from portal.actions.publish import publish_all, read_publications
from portal.actions.registry import Registry
from portal.adapters.files.store import FolderStore
from portal.adapters.job_queue import DurableJobs
from portal.adapters.press import HandPress
from portal.adapters.sealing.keys import ensure_key
from portal.adapters.sealing.sealer import FolderSealer
from portal.app import make_app
from portal.catalogue.kept_definitions import KeptDefinitions
from portal.catalogue.loader import Proofs
from portal.domain.service import ServiceDefinition
from portal.http.limiting import Limiter
from portal.http.static import StaticFiles
from portal.ports import (
    Channel,
    Claims,
    Connector,
    IdentityProvider,
    Message,
    Messenger,
    Pushed,
    Rejected,
    SignInRequest,
)
from portal.ports_of_documents import Checker, Integrity, Level, Looked, PrintedDocument, Renderer, Signed, Signer
from portal.store import effects
from portal.store.engine import make_engine
from portal.store.rates import DatabaseStorage
from portal.store.unit_of_work import Store
from portal.store.vault import Vault

SERVICES = Path(__file__).resolve().parents[2] / "services"
_STATIC = StaticFiles()
SECRET = "a secret for tests, long enough to be one"
BASE_URL = "https://testserver"

AMINA = Claims(
    issuer="https://id.example",
    subject="amina",
    name_ar="أمينة العلوي",
    name_fr="Amina El Alaoui",
    cnie="FB123456",
    birth_date="1988-03-12",
    phone="+212612345678",
    email="amina@example.ma",
    commune="02.113.01.01",
    address="شارع محمد الخامس، رقم 12",
    level="substantial",
)
YOUSSEF = replace(AMINA, subject="youssef", name_ar="يوسف الزكزلي", name_fr="Youssef Zegzeli", cnie="FB654321")


class MovableClock:
    """A clock that tests move."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def forward(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


class Remembered(KeptDefinitions):
    """What one test has read of the services need not be read again by the next."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int, str], ServiceDefinition] = {}

    def get(self, slug: str, version: int, digest: str) -> ServiceDefinition | None:
        return self._held.get((slug, version, digest))

    def keep(self, definition: ServiceDefinition) -> None:
        self._held[definition.slug, definition.version, definition.digest] = definition


_REMEMBERED = Remembered()


class PlainRenderer(Renderer):
    """A document as the text it says, for tests that look at other things than the page."""

    def __init__(self) -> None:
        self.seen: list[PrintedDocument] = []

    def render(self, document: PrintedDocument) -> bytes:
        self.seen.append(document)
        return b"%PDF-1.7\n" + repr(document).encode()


class PlainSigner(Signer):
    """Recognises what it signed."""

    def sign(self, pdf: bytes) -> Signed:
        return Signed(pdf + b"\nsigned:" + hashlib.sha256(pdf).hexdigest().encode(), Level.T)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return Signed(self.sign(pdf + b"\nraised to " + to.value.encode()).pdf, to)

    def check(self, pdf: bytes) -> Integrity:
        if not pdf.startswith(b"%PDF-"):
            return Integrity.NOT_A_PDF
        body, mark, signature = pdf.rpartition(b"\nsigned:")
        if not mark:
            return Integrity.FOREIGN
        return Integrity.VALID if signature == hashlib.sha256(body).hexdigest().encode() else Integrity.CHANGED


class PlainChecker(Checker):
    """Looks at files of the two above in this very process, and reads no QR; the real one has tests of its own."""

    def look(self, content: bytes, known: int = 0) -> Looked:
        if known:
            return Looked(Integrity.CHANGED, pages=(b"what was there",), page_count=1)
        return Looked(PlainSigner().check(content))


@dataclass
class Outbox(Messenger):
    """Keeps messages; ``failing`` is raised instead while it is set."""

    sent: list[Message] = field(default_factory=list)
    failing: Exception | None = None

    def send(self, message: Message) -> None:
        if self.failing is not None:
            raise self.failing
        self.sent.append(message)


@dataclass
class KeptPushes(Connector):
    """A platform that keeps what it is sent, and knows a repetition by its key; ``known`` is what it says of a CNIE."""

    received: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    failing: Exception | None = None
    known: dict[str, Mapping[str, str]] = field(default_factory=dict)
    asked: list[tuple[Mapping[str, str], tuple[str, ...]]] = field(default_factory=list)

    def push(self, payload: Mapping[str, Any], key: str) -> Pushed:
        if self.failing is not None:
            raise self.failing
        repeated = key in self.received
        self.received.setdefault(key, payload)
        return Pushed(f"JISR-{len(self.received)}", repeated)

    def look_up(self, person: Mapping[str, str], attributes: Sequence[str]) -> Mapping[str, str]:
        if self.failing is not None:
            raise self.failing
        self.asked.append((person, tuple(attributes)))
        if person["cnie"] not in self.known:
            raise Rejected("nobody is known by this number")
        return {name: value for name, value in self.known[person["cnie"]].items() if name in attributes}


@dataclass
class FakeIdentity(IdentityProvider):
    """Lets in whomever the test says; the real protocol has tests of its own."""

    who: Claims = AMINA
    failing: Exception | None = None

    def begin(self, redirect_uri: str, language: str, level: str) -> SignInRequest:
        if self.failing is not None:
            raise self.failing
        state = secrets.token_hex(16)
        return SignInRequest(f"{redirect_uri}?state={state}&code=x", state, "nonce", "verifier")

    def finish(self, request: SignInRequest, redirect_uri: str, callback_url: str) -> Claims:
        if self.failing is not None:
            raise self.failing
        return self.who


@dataclass
class TestPortal:
    """A portal to drive."""

    __test__ = False

    deps: Deps
    clock: MovableClock
    outbox: dict[Channel, Outbox]
    jisr: KeptPushes
    identity: FakeIdentity
    renderer: PlainRenderer
    app: ASGIApp

    def run_effects(self) -> int:
        """Carries out everything that was asked for, as the worker would; how many there were."""
        with self.deps.reading() as work:
            waiting = [effect for effect, _ in effects.unfinished(work.connection, given_up=False)]
        for effect in waiting:
            run_effect(self.deps, effect.id, effect.name)
        return len(waiting)

    def close(self) -> None:
        self.deps.store.engine.dispose()


def made_by(make: Callable[..., TestPortal], **changes: str) -> pytest.MarkDecorator:
    """Has the portal of a module's tests made by ``make``, from a database's address, a folder and these ``changes``."""
    # Called by its name, a mark given a lone function would take it for the test to mark.
    return pytest.mark.made_by.with_args(make, **changes)


def make_portal(url: str, folder: Path, services: Path = SERVICES) -> TestPortal:
    """A portal over a migrated database, with the services of a folder published."""
    engine = make_engine(url)
    clock = MovableClock(datetime(2026, 3, 2, 9, 15, tzinfo=UTC))
    outbox = {channel: Outbox() for channel in Channel}
    jisr, identity, renderer, signer = KeptPushes(), FakeIdentity(), PlainRenderer(), PlainSigner()
    limiter = Limiter(FixedWindowRateLimiter(DatabaseStorage(engine)), b"limits for tests")
    ensure_key(folder / "keys", clock.now())
    deps = Deps(
        store=Store(engine, Vault(SECRET), DurableJobs(engine), clock),
        registry=Registry(engine, _REMEMBERED),
        clock=clock,
        files=FolderStore(folder),
        renderer=renderer,
        signer=signer,
        press=HandPress(renderer, signer),
        sealer=FolderSealer(folder / "keys", clock),
        checker=PlainChecker(),
        identity=identity,
        messengers=dict(outbox),
        platforms={"jisr": Platform(jisr, "whsec_c2h1YmJhayB0ZXN0cyBzZWNyZXQ=")},
        base_url=BASE_URL,
        limits=limiter,
        scratch_dir=folder / "tried",
    )
    with engine.begin() as connection:
        publish_all(connection, _publications(services), clock.now())
    # Read, compressed and compiled once per process: it would take longer than most tests.
    app = make_app(deps, secret=SECRET, static=_STATIC)
    return TestPortal(deps, clock, outbox, jisr, identity, renderer, app)


_read: dict[Path, Any] = {}
_PROVED = Proofs()
"""Copies of the province's folder hold the same services: each is proved once per process."""


def _publications(services: Path) -> Any:
    if services != SERVICES:
        return read_publications(services, _PROVED)
    if services not in _read:
        _read[services] = read_publications(services, _PROVED)
    return _read[services]
