"""What the sandbox is told on its command line."""

from dataclasses import dataclass
from pathlib import Path

# These open nothing but the sandbox itself, which is why they may be written here.
DEFAULT_CLIENT_ID = "shubbak"
DEFAULT_CLIENT_SECRET = "sandbox-client-secret"
DEFAULT_JISR_KEY = "sandbox-jisr-key"
DEFAULT_RNP_KEY = "sandbox-rnp-key"
DEFAULT_SMS_KEY = "sandbox-sms-key"
DEFAULT_WEBHOOK_SECRET = "whsec_c2h1YmJhay1zYW5kYm94LWNhbGxiYWNrLXNlY3JldA=="


@dataclass(frozen=True)
class Config:
    """Where the sandbox listens, where the portal is, and the keys they share."""

    host: str
    port: int
    smtp_port: int
    portal_url: str
    public_url: str
    data_dir: Path
    client_id: str = DEFAULT_CLIENT_ID
    client_secret: str = DEFAULT_CLIENT_SECRET
    jisr_key: str = DEFAULT_JISR_KEY
    sms_key: str = DEFAULT_SMS_KEY
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET
    automatic: bool = True
    delay: float = 1.0
    rnp_key: str = DEFAULT_RNP_KEY
    keys_dir: Path | None = None
