"""What an installation sets: environment variables with the prefix PORTAL_, or a .env file."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

DEMO_ENV = Path(os.environ.get("PORTAL_DATA_DIR") or "var") / "demo.env"
"""What `portal demo` set up, so that every other command finds that demonstration; the environment and .env go before."""


class Settings(BaseSettings):
    """Every setting, with what `make run` uses where nothing is set."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", env_file=(DEMO_ENV, ".env"), extra="ignore")

    database_url: str = "sqlite:///var/portal.db"
    data_dir: Path = Path("var")
    services_dir: Path = ROOT / "services"
    base_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr = Field(default=SecretStr(""))
    previous_secret_keys: tuple[str, ...] = ()
    demo: bool = False

    languages: str = ""
    """Codes with commas between them, as in the language switch, the default one first; every finished one if empty."""

    web_processes: int = 2
    web_threads: int = 8
    trusted_proxy: bool = False
    """Whether a proxy in front sets X-Forwarded-For; only then is it believed."""

    oidc_issuer: str = ""
    oidc_client_id: str = "shubbak"
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid profile email phone address"
    oidc_claims: dict[str, str] = Field(default_factory=dict)
    oidc_levels: dict[str, str] = Field(default_factory=dict)

    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = False
    mail_from: str = "shubbak@localhost"

    sms_url: str = ""
    sms_key: SecretStr = SecretStr("")

    signing_source: str = "folder"
    """Where the signing key is: ``folder`` (PEM), ``pkcs12`` (a file) or ``pkcs11`` (a device)."""

    signing_passphrase: SecretStr = SecretStr("")
    """Of the key, or the PIN of the device."""

    signing_module: str = ""
    """The device's library, as a path; ``signing_token`` and ``signing_key`` are the labels of the token and of the key."""

    signing_token: str = ""
    signing_key: str = ""

    tsa_url: str = ""
    """The time-stamping authority (RFC 3161); without one, documents are signed without a time stamp."""

    tsa_user: str = ""
    tsa_password: SecretStr = SecretStr("")

    platforms: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Per platform: ``url``, ``key`` (ours at theirs) and ``callback_secret`` (theirs at ours)."""

    retry_delays: tuple[float, ...] = (1, 5, 30, 120, 600, 3600, 14400, 43200)
    worker_name: str = "worker"
    """What this worker calls itself: a second one at work on the same database needs a name of its own."""

    archive_renewal_days: int = Field(default=365, ge=1)
    """So long after its latest time stamp a document is given another."""

    job_polling: float = 0.5
    job_concurrency: int = 4
    press_processes: int = Field(default=1, ge=1)
    """Processes of this worker that draw and sign documents, each one at a time."""
