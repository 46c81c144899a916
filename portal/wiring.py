"""From settings to the parts they name."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from portal import i18n
from portal.actions.deps import Deps, Platform
from portal.actions.registry import Registry
from portal.adapters.checking.asked import read_certificates
from portal.adapters.checking.checker import ZygoteChecker
from portal.adapters.connectors.http import HttpConnector
from portal.adapters.files.store import FolderStore
from portal.adapters.identity.claims import STANDARD_CLAIMS, STANDARD_LEVELS
from portal.adapters.job_queue import DurableJobs
from portal.adapters.messages.sms import SmsGateway
from portal.adapters.messages.smtp import Security, SmtpMessenger
from portal.adapters.press import HandPress
from portal.adapters.press_letters import Named, Parts
from portal.adapters.press_pool import Apart, PressPool
from portal.adapters.sealing.sealer import FolderSealer
from portal.adapters.signing.set_up import Signing, Source
from portal.adapters.signing.time_authority import Authority
from portal.catalogue.kept_definitions import FOLDER, KeptDefinitions
from portal.ports import Channel, Claims, Clock, IdentityProvider, Messenger, SignInRequest
from portal.ports_of_documents import Integrity, Level, PrintedDocument, Renderer, Signed, Signer, TimeStamps
from portal.settings import ROOT, Settings
from portal.store.engine import make_engine
from portal.store.unit_of_work import Store
from portal.store.vault import Vault

if TYPE_CHECKING:
    from portal.adapters.signing.signer import PadesSigner


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


class LateSigner(Signer, TimeStamps):
    """Loads pyHanko at the first signature or time stamp, made or checked."""

    def __init__(self, signing: Signing) -> None:
        self._signing = signing

    @cached_property
    def _signer(self) -> "PadesSigner":
        return self._signing.signer()

    def sign(self, pdf: bytes) -> Signed:
        return self._signer.sign(pdf)

    def raised(self, pdf: bytes, to: Level) -> Signed:
        return self._signer.raised(pdf, to)

    def check(self, pdf: bytes) -> Integrity:
        return self._signer.check(pdf)

    def stamp(self, digest: bytes) -> bytes:
        """As ``TimeStamps.stamp``, by the authority that stamps signatures."""
        return self._signer.stamps.stamp(digest)


class LateIdentity(IdentityProvider):
    """Loads what speaks with the identity provider at the first sign-in: the worker signs nobody in."""

    def __init__(self, make: Callable[[], IdentityProvider]) -> None:
        self._make = make

    @cached_property
    def _provider(self) -> IdentityProvider:
        return self._make()

    def begin(self, redirect_uri: str, language: str, level: str) -> SignInRequest:
        return self._provider.begin(redirect_uri, language, level)

    def finish(self, request: SignInRequest, redirect_uri: str, callback_url: str) -> Claims:
        return self._provider.finish(request, redirect_uri, callback_url)


def secret_of(settings: Settings) -> str:
    """The installation's secret key; raises NotConfigured where it is missing or too short to protect anything."""
    secret = settings.secret_key.get_secret_value()
    if len(secret) < 32:
        raise NotConfigured("PORTAL_SECRET_KEY must be set to at least 32 random characters")
    return secret


def wire_engine(settings: Settings) -> Engine:
    """The database."""
    return make_engine(settings.database_url)


def vault_of(settings: Settings) -> Vault:
    """The portal's own keys, those of earlier secrets among them; raises as ``secret_of``."""
    return Vault(secret_of(settings), settings.previous_secret_keys)


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
    store = Store(found, vault_of(settings), DurableJobs(found), now)
    kept = KeptDefinitions(settings.data_dir / FOLDER, hashlib.sha256(b"definitions" + secret.encode()).digest())
    renderer, signer = LateRenderer(), LateSigner(_signing(settings))
    return Deps(
        store=store,
        registry=Registry(found, kept),
        clock=now,
        files=FolderStore(settings.data_dir),
        renderer=renderer,
        signer=signer,
        press=HandPress(renderer, signer),
        sealer=FolderSealer(settings.data_dir / "keys", now),
        checker=ZygoteChecker(partial(read_certificates, settings.data_dir / "keys")),
        identity=LateIdentity(partial(_identity, settings)),
        messengers=_messengers(settings),
        platforms=_platforms(settings),
        base_url=settings.base_url.rstrip("/"),
        demo=settings.demo,
        scratch_dir=settings.data_dir / "tried",
        stamps=signer if settings.tsa_url else None,
        apart=Apart(_drawing("renderer:WeasyRenderer")),
    )


def with_limits(deps: Deps, settings: Settings) -> Deps:
    """The parts of a web process, which counts how often anybody tries something."""
    from limits.strategies import FixedWindowRateLimiter

    from portal.http.limiting import Limiter
    from portal.store.rates import DatabaseStorage

    key = hashlib.sha256(b"limits" + secret_of(settings).encode()).digest()
    return replace(deps, limits=Limiter(FixedWindowRateLimiter(DatabaseStorage(deps.store.engine)), key))


def _identity(settings: Settings) -> IdentityProvider:
    from portal.adapters.identity.oidc import OpenIdProvider

    return OpenIdProvider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        scopes=settings.oidc_scopes.split(),
        claims={**STANDARD_CLAIMS, **settings.oidc_claims},
        levels={**STANDARD_LEVELS, **settings.oidc_levels},
    )


def wire_press(settings: Settings, *, reuse: bool = True) -> PressPool:
    """The worker's press, not started yet: processes that draw and sign, so that it need not load what that takes.

    Without ``reuse`` it lays each document out in full, which looks the same and takes longer.
    """
    renderer = _drawing("reuse:ReusingRenderer" if reuse else "renderer:WeasyRenderer")
    return PressPool(Parts(renderer, _signing(settings).signer), settings.press_processes)


def _drawing(maker: str) -> Named:
    folders = {"templates": ROOT / "templates" / "documents", "fonts": ROOT / "static" / "fonts" / "documents"}
    return Named(f"portal.adapters.pdf.{maker}", folders)


def with_press(deps: Deps, press: PressPool) -> Deps:
    """The parts of a worker, which leaves everything that draws or signs to its press."""
    return replace(deps, renderer=press, press=press, stamps=press if deps.stamps is not None else None)


def _signing(settings: Settings) -> Signing:
    try:
        source = Source(settings.signing_source)
    except ValueError as fault:
        raise NotConfigured(f"PORTAL_SIGNING_SOURCE must be one of {', '.join(Source)}") from fault
    if source is Source.PKCS11 and not (settings.signing_module and settings.signing_token):
        raise NotConfigured("PORTAL_SIGNING_SOURCE=pkcs11 needs PORTAL_SIGNING_MODULE and PORTAL_SIGNING_TOKEN")
    authority = Authority(settings.tsa_url, settings.tsa_user, settings.tsa_password.get_secret_value())
    return Signing(
        settings.data_dir / "keys",
        source,
        settings.signing_passphrase.get_secret_value(),
        settings.signing_module,
        settings.signing_token,
        settings.signing_key,
        authority if settings.tsa_url else None,
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
