"""The settings of a demonstration: made once, kept beside its data, found there by every other command."""

import base64
import os
import secrets
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
from dotenv import dotenv_values

HOST = "127.0.0.1"
CLIENT_ID = "shubbak"

SANDBOX_PORT, SMTP_PORT = "PORTAL_DEMO_SANDBOX_PORT", "PORTAL_SMTP_PORT"
PARTNER_SECRET = "PORTAL_DEMO_PARTNER_SECRET"  # noqa: S105  The name of a variable.
JISR_KEY = "PORTAL_DEMO_JISR_KEY"
CALLBACK_SECRET = "PORTAL_DEMO_CALLBACK_SECRET"  # noqa: S105  The name of a variable.


@dataclass(frozen=True)
class DemoSettings:
    """What the demonstration runs with: ``made`` belongs to it, ``values`` is that with the environment's own over it."""

    made: Mapping[str, str]
    values: Mapping[str, str]

    @property
    def sandbox_port(self) -> int:
        return int(self.made[SANDBOX_PORT])

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def issuer(self) -> str:
        return f"{self.sandbox_url}/idp"

    def sandbox_arguments(self, data_dir: Path) -> list[str]:
        """How the sandbox is started so that it knows the portal, and the portal it."""
        made = self.made
        flags = {
            "port": made[SANDBOX_PORT],
            "smtp-port": made[SMTP_PORT],
            "portal-url": self.values["PORTAL_BASE_URL"],
            "data-dir": str(data_dir / "sandbox"),
            "keys-dir": str(data_dir / "keys"),
            "client-id": made["PORTAL_OIDC_CLIENT_ID"],
            "client-secret": made["PORTAL_OIDC_CLIENT_SECRET"],
            "jisr-key": made[JISR_KEY],
            "sms-key": made["PORTAL_SMS_KEY"],
            "webhook-secret": made[CALLBACK_SECRET],
        }
        # Joined by a sign, since a random secret may begin with a hyphen.
        return [f"--{name}={value}" for name, value in flags.items()]


def settle(file: Path, port: int) -> DemoSettings:
    """The demonstration's settings, written to ``file`` for us alone to read; what is secret is made once and kept."""
    kept = {name: value for name, value in dotenv_values(file, interpolate=False).items() if value}
    made = _made(file.parent, port, kept)
    values = {name: os.environ.get(name) or value for name, value in made.items()}
    _write(file, values)
    return DemoSettings(made, values)


def _made(data_dir: Path, port: int, kept: Mapping[str, str]) -> dict[str, str]:
    def once(name: str) -> str:
        return kept.get(name) or secrets.token_urlsafe(32)

    sandbox_port = free_port(_ports(kept.get(SANDBOX_PORT), port + 100), apart_from={port})
    smtp_port = free_port(_ports(kept.get(SMTP_PORT), port + 25), apart_from={port, sandbox_port})
    sandbox = f"http://{HOST}:{sandbox_port}"
    jisr_key = once(JISR_KEY)
    callback_secret = kept.get(CALLBACK_SECRET) or "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    jisr = {"url": f"{sandbox}/jisr", "key": jisr_key, "callback_secret": callback_secret}
    return {
        "PORTAL_DEMO": "true",
        "PORTAL_SECRET_KEY": once("PORTAL_SECRET_KEY"),
        "PORTAL_DATABASE_URL": f"sqlite:///{data_dir / 'portal.db'}",
        "PORTAL_BASE_URL": f"http://{HOST}:{port}",
        "PORTAL_OIDC_ISSUER": f"{sandbox}/idp",
        "PORTAL_OIDC_CLIENT_ID": CLIENT_ID,
        "PORTAL_OIDC_CLIENT_SECRET": once("PORTAL_OIDC_CLIENT_SECRET"),
        "PORTAL_OIDC_SCOPES": "openid profile email phone address",
        "PORTAL_SMTP_HOST": HOST,
        SMTP_PORT: str(smtp_port),
        "PORTAL_SMS_URL": f"{sandbox}/sms",
        "PORTAL_SMS_KEY": once("PORTAL_SMS_KEY"),
        "PORTAL_PLATFORMS": orjson.dumps({"jisr": jisr}).decode(),
        "PORTAL_TSA_URL": f"{sandbox}/tsa",
        SANDBOX_PORT: str(sandbox_port),
        JISR_KEY: jisr_key,
        CALLBACK_SECRET: callback_secret,
        PARTNER_SECRET: once(PARTNER_SECRET),
    }


def _ports(kept: str | None, preferred: int) -> list[int]:
    # The port of last time comes first: the accounts at the sandbox's identity provider carry its address.
    return [*([int(kept)] if kept and kept.isdigit() else []), preferred]


def free_port(wanted: Iterable[int], apart_from: Iterable[int] = ()) -> int:
    """The first of the wanted ports that nobody listens on, else any."""
    taken = set(apart_from)
    for port in wanted:
        if port not in taken and is_free(port):
            return port
    with socket.create_server((HOST, 0)) as server:
        found: int = server.getsockname()[1]
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    try:
        socket.create_server((HOST, port)).close()
    except (OSError, OverflowError):
        return False
    return True


def _write(file: Path, values: Mapping[str, str]) -> None:
    lines = ["# Written by `portal demo` at each start; the environment and .env go before it."]
    for name, value in values.items():
        quoted = value.replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"{name}='{quoted}'")
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    partial.replace(file)
