"""The stand-in for a mail server: it takes every mail and delivers none."""

import email
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, Request

from portal.sandbox.context import Sandbox, changed, sandbox_of

router = APIRouter(prefix="/mail")

LARGEST_MAIL = 10 * 1024 * 1024


class Sink:
    """Keeps what arrives, or refuses it when told to."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def handle_RCPT(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self._sandbox.controls.mail.refusal()
        if refusal == "fail":
            return "451 told to fail"
        if refusal == "reject":
            return "550 told to reject"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        mail = email.message_from_bytes(content, policy=default)
        for recipient in envelope.rcpt_tos:
            self._sandbox.storage.keep_mail(
                str(mail.get("message-id", "")),
                str(mail.get("from", envelope.mail_from or "")),
                recipient,
                str(mail.get("subject", "")),
                _body(mail),
                str(mail.get("content-language", "")),
            )
        return "250 kept"


def protocol(sandbox: Sandbox) -> SMTP:
    """What answers one connection."""
    return SMTP(Sink(sandbox), hostname="sandbox", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True)


@router.post("/control")
async def set_control(request: Request) -> dict[str, object]:
    return await changed(request, sandbox_of(request).controls.mail)


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    # Lines end as the wire demands, which is of no interest to whoever reads the mail.
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
