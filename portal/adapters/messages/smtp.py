"""E-mail, through a province's own mail server."""

import hashlib
import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from enum import StrEnum

from portal.ports import Message, Messenger, Rejected, Unreachable


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmtpMessenger(Messenger):
    """Sends from ``sender``; without a user name no authentication is tried."""

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        sender_name: str = "",
        security: str = Security.NONE,
        username: str = "",
        password: str = "",
        timeout: float = 15,
    ) -> None:
        self._host = host
        self._port = port
        self._from = Address(sender_name, addr_spec=sender)
        self._security = Security(security)
        self._username = username
        self._password = password
        self._timeout = timeout

    def send(self, message: Message) -> None:
        fault = self._try(message)
        # Raised out here, so that the address in the library's own error does not travel along as its context.
        if fault is not None:
            raise fault

    def compose(self, message: Message) -> EmailMessage:
        """The message as it leaves; raises ValueError for an address that is none.

        Its Message-ID follows from the key, so that a mail sent twice is recognised as one.
        """
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._from
        mail["To"] = Address(addr_spec=message.to)
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@{self._from.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body, charset="utf-8", cte="base64")
        if message.html:
            # The better form comes last (RFC 2046 §5.1.4); whoever cannot show it, or would rather not, has the text.
            mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
        mail["Content-Language"] = message.language  # Setting the content forgets such headers, so this comes last.
        return mail

    def _try(self, message: Message) -> Exception | None:
        try:
            mail = self.compose(message)
        except (ValueError, IndexError, MessageError):
            return Rejected("the address is malformed")
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            # A wrong password too: somebody will correct it, and the mail is not at fault.
            return Unreachable(f"the mail server cannot be used: {type(error).__name__}")
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _refusal(code for code, _ in error.recipients.values())
        except smtplib.SMTPDataError as error:
            return _refusal([error.smtp_code])
        except smtplib.SMTPNotSupportedError:
            return Rejected("the mail server cannot write to this address")
        except (OSError, smtplib.SMTPException) as error:
            # Among them a refused sender, which is our own address and for somebody to correct.
            return Unreachable(f"the mail server did not take the mail: {type(error).__name__}")
        finally:
            _leave(server)
        return None

    def _connect(self) -> smtplib.SMTP:
        # A name of our own spares the library a search for the machine's, which can take seconds.
        name = self._from.domain or "localhost"
        if self._security is Security.TLS:
            trusted = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, name, timeout=self._timeout, context=trusted
            )
        else:
            server = smtplib.SMTP(self._host, self._port, name, timeout=self._timeout)
        try:
            if self._security is Security.STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if self._username:
                server.login(self._username, self._password)
        except BaseException:
            server.close()
            raise
        return server


def _leave(server: smtplib.SMTP) -> None:
    # The mail is accepted or refused by now: a server that does not even say goodbye changes nothing.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _refusal(codes: Iterable[int]) -> Exception:
    worst = max(codes)
    refused = f"the mail server refused with {worst}"
    return Rejected(refused) if worst >= 500 else Unreachable(refused)
