"""From settings to the parts they name."""

import hashlib
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine

from portal import i18n
from portal.actions.deps import Deps, Platform
from portal.actions.registry import Registry
from portal.adapters.connectors.http import HttpConnector
from portal.adapters.files.store import FolderStore
from portal.adapters.identity.claims import STANDARD_CLAIMS, STANDARD_LEVELS
from portal.adapters.identity.oidc import OpenIdProvider
from portal.adapters.job_queue import DurableJobs
from portal.adapters.messages.sms import SmsGateway
from portal.adapters.messages.smtp import Security, SmtpMessenger
from portal.catalogue.kept_definitions import FOLDER, KeptDefinitions
from portal.http.limiting import Limiter
from portal.ports import Channel, Clock, Integrity, Messenger, PrintedDocument, Renderer, Signer
from portal.settings import ROOT, Settings
from portal.store.engine import make_engine
from portal.store.rates import DatabaseStorage
from portal.store.unit_of_work import Store
from portal.store.vault import Vault


class NotConfigured(Exception):
    """A setting is missing; the message is one clear line."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class LateRenderer(Renderer):
    """Loads WeasyPrint at the first document: web processes draw none, and should not carry it."""

    @cached_property
    def _renderer(self) -> Renderer:
        from portal.adapters.pdf.renderer import WeasyRenderer

        return WeasyRenderer(ROOT / "templates" / "documents", ROOT / "static" / "fonts" / "documents")

    def render(self, document: PrintedDocument) -> bytes:
        return self._renderer.render(document)


class LateSigner(Signer):
    """Loads pyHanko at the first signature made or checked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _signer(self) -> Signer:
        from portal.adapters.signing.signer import FileSigner

        return FileSigner(self._folder)

    def sign(self, pdf: bytes) -> bytes:
        return self._signer.sign(pdf)

    def check(self, pdf: bytes) -> Integrity:
        return self._signer.check(pdf)


def secret_of(settings: Settings) -> str:
    """The installation's secret key; raises NotConfigured where it is missing or too short to protect anything."""
    secret = settings.secret_key.get_secret_value()
    if len(secret) < 32:
        raise NotConfigured("PORTAL_SECRET_KEY must be set to at least 32 random characters")
    return secret


def wire_engine(settings: Settings) -> Engine:
    """The database."""
    return make_engine(settings.database_url)


def wire(settings: Settings, *, clock: Clock | None = None, engine: Engine | None = None) -> Deps:
    """Every part of the portal, as this installation is set up. Nothing is connected to yet."""
    secret = secret_of(settings)
    if settings.demo and settings.base_url.startswith("https://"):
        raise NotConfigured("PORTAL_DEMO is set on an https address: remove demo.env from the data directory")
    try:
        i18n.offer([code.strip() for code in settings.languages.split(",") if code.strip()])
    except ValueError as fault:
        raise NotConfigured(f"PORTAL_LANGUAGES: {fault}") from fault
    found = engine or wire_engine(settings)
    now = clock or SystemClock()
    store = Store(found, Vault(secret, settings.previous_secret_keys), DurableJobs(found), now)
    key = hashlib.sha256(b"limits" + secret.encode()).digest()
    kept = KeptDefinitions(settings.data_dir / FOLDER, hashlib.sha256(b"definitions" + secret.encode()).digest())
    return Deps(
        store=store,
        registry=Registry(found, kept),
        clock=now,
        files=FolderStore(settings.data_dir),
        renderer=LateRenderer(),
        signer=LateSigner(settings.data_dir / "keys"),
        identity=_identity(settings),
        messengers=_messengers(settings),
        platforms=_platforms(settings),
        base_url=settings.base_url.rstrip("/"),
        demo=settings.demo,
        limits=Limiter(FixedWindowRateLimiter(DatabaseStorage(found)), key),
        scratch_dir=settings.data_dir / "tried",
    )


def _identity(settings: Settings) -> OpenIdProvider:
    return OpenIdProvider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        scopes=settings.oidc_scopes.split(),
        claims={**STANDARD_CLAIMS, **settings.oidc_claims},
        levels={**STANDARD_LEVELS, **settings.oidc_levels},
    )


def _messengers(settings: Settings) -> dict[Channel, Messenger]:
    found: dict[Channel, Messenger] = {}
    if settings.smtp_host:
        found[Channel.EMAIL] = SmtpMessenger(
            settings.smtp_host,
            settings.smtp_port,
            settings.mail_from,
            sender_name=i18n.translate("fr", i18n.N_("Shubbak Berkane")),
            security=Security.STARTTLS if settings.smtp_starttls else Security.NONE,
            username=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
        )
    if settings.sms_url:
        found[Channel.SMS] = SmsGateway(settings.sms_url, settings.sms_key.get_secret_value())
    return found


def _platforms(settings: Settings) -> dict[str, Platform]:
    return {
        name: Platform(HttpConnector(given["url"], given.get("key", "")), given.get("callback_secret", ""))
        for name, given in settings.platforms.items()
    }
