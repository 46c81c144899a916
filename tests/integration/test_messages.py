"""Messages leave through a real mail server and a real gateway, and what goes wrong says nothing about anybody."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.adapters.messages.sms import SmsGateway
from portal.adapters.messages.smtp import SmtpMessenger
from portal.ports import Channel, Message, Messenger, Rejected, Unreachable
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox

MAIL = Message(
    "effect-1",
    Channel.EMAIL,
    "fatima@example.org",
    "السلام عليكم،\n\nتم إيداع ملفكم تحت المرجع BRK-26-7K2M-9QXD-4.\n",
    "ar",
    "توصلنا بملفكم",
)
SMS = Message("effect-2", Channel.SMS, "+212600000013", "تم قبول طلبكم. المرجع: BRK-26-7K2M-9QXD-4", "ar")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox) -> RunningSandbox:
    running.reset()
    return running


@pytest.fixture
def post_office(sandbox: RunningSandbox) -> SmtpMessenger:
    return SmtpMessenger("127.0.0.1", sandbox.smtp_port, "no-reply@berkane.example", sender_name="شباك")


@pytest.fixture
def gateway(sandbox: RunningSandbox) -> Iterator[SmsGateway]:
    gateway = SmsGateway(f"{sandbox.url}/sms", sandbox.sms_key)
    yield gateway
    gateway.close()


def failure_of(messenger: Messenger, message: Message, kind: type[Exception]) -> Exception:
    with pytest.raises(kind) as caught:
        messenger.send(message)
    return caught.value


def test_an_arabic_mail_arrives_as_it_was_written(post_office: SmtpMessenger, sandbox: RunningSandbox) -> None:
    post_office.send(MAIL)

    [mail] = sandbox.inbox()["mails"]
    assert (mail["recipient"], mail["subject"], mail["language"]) == (MAIL.to, MAIL.subject, "ar")
    assert mail["body"] == MAIL.body
    assert mail["sender"] == "شباك <no-reply@berkane.example>"


def test_a_mail_is_correct_mime_that_any_server_can_carry(post_office: SmtpMessenger) -> None:
    raw = post_office.compose(MAIL).as_bytes()
    mail = message_from_bytes(raw, policy=default)

    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998
    assert mail.get_content_type() == "text/plain"
    assert mail["content-type"].params["charset"] == "utf-8"
    assert mail["date"].datetime is not None
    assert mail.defects == []


def test_a_mail_carries_its_text_first_and_the_same_as_html_after_it(
    post_office: SmtpMessenger, sandbox: RunningSandbox
) -> None:
    both = replace(MAIL, html='<!doctype html><p lang="ar" dir="rtl">توصلنا بملفكم</p>\n')
    post_office.send(both)

    raw = post_office.compose(both).as_bytes()
    mail = message_from_bytes(raw, policy=default)
    assert raw.isascii()
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["content-language"] == "ar"
    assert mail.defects == []
    parts = [(part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in mail.iter_parts()]
    assert parts == [("text/plain", MAIL.body), ("text/html", both.html)]
    # Whoever reads mails as text, as the sandbox's inbox does, reads the text.
    [kept] = sandbox.inbox()["mails"]
    assert (kept["body"], kept["language"]) == (MAIL.body, "ar")


def test_a_mail_sent_twice_is_recognised_by_its_message_id(post_office: SmtpMessenger, sandbox: RunningSandbox) -> None:
    other = Message("effect-9", Channel.EMAIL, MAIL.to, "Bonjour", "fr", "Bonjour")
    for message in (MAIL, MAIL, other):
        post_office.send(message)

    last, second, first = (mail["message_id"] for mail in sandbox.inbox()["mails"])
    assert first == second != last
    assert first.endswith("@berkane.example>")


def test_a_subject_cannot_smuggle_headers(post_office: SmtpMessenger) -> None:
    sneaky = Message("k", Channel.EMAIL, MAIL.to, "x", "fr", "Bonjour\r\nBcc: autre@example.org")

    assert post_office.compose(sneaky)["bcc"] is None


def test_a_recipient_refused_for_good_is_given_up(post_office: SmtpMessenger, sandbox: RunningSandbox) -> None:
    sandbox.control("mail", reject=1)

    fault = failure_of(post_office, MAIL, Rejected)

    assert str(fault) == "the mail server refused with 550"
    assert fault.__context__ is None  # The library's own error names the recipient.


def test_a_recipient_refused_for_now_is_tried_again(post_office: SmtpMessenger, sandbox: RunningSandbox) -> None:
    sandbox.control("mail", fail=1)

    failure_of(post_office, MAIL, Unreachable)
    post_office.send(MAIL)

    assert len(sandbox.inbox()["mails"]) == 1


def test_a_dead_mail_server_is_tried_again() -> None:
    failure_of(SmtpMessenger("127.0.0.1", free_port(), "no-reply@berkane.example"), MAIL, Unreachable)


@pytest.mark.parametrize("address", ["", "fatima", "a@b@c", "a b@example.org", "a@example.org\nBcc: b@example.org"])
def test_a_malformed_address_is_given_up(post_office: SmtpMessenger, address: str) -> None:
    fault = failure_of(post_office, Message("k", Channel.EMAIL, address, "x", "fr", "x"), Rejected)

    assert fault.__context__ is None


class Guarded:
    """A mail server that asks for a name and a password."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._controller = Controller(
            Sink(),
            hostname="127.0.0.1",
            port=free_port(),
            authenticator=self._authenticate,
            auth_required=True,
            auth_require_tls=context is not None,
            tls_context=context,
            require_starttls=context is not None,
        )

    def __enter__(self) -> int:
        self._controller.start()
        return int(self._controller.port)

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @staticmethod
    def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _method: str, data: object) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"shubbak", b"right")
        return AuthResult(success=known, handled=False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this machine that this process trusts, as a province's own authority would be."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_mail_goes_out_over_starttls_with_a_password(certificate: ssl.SSLContext) -> None:
    with Guarded(certificate) as port:
        SmtpMessenger("127.0.0.1", port, "a@b.example", security="starttls", username="shubbak", password="right").send(
            MAIL
        )


def test_a_certificate_nobody_vouches_for_is_refused(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with Guarded(certificate) as port:
        failure_of(SmtpMessenger("127.0.0.1", port, "a@b.example", security="starttls"), MAIL, Unreachable)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_for_somebody_to_correct_and_the_mail_waits() -> None:
    with Guarded(None) as port:
        wrong = SmtpMessenger("127.0.0.1", port, "a@b.example", username="shubbak", password="wrong")

        assert "wrong" not in str(failure_of(wrong, MAIL, Unreachable))


def test_a_server_without_starttls_never_gets_a_mail_in_the_clear(sandbox: RunningSandbox) -> None:
    careful = SmtpMessenger("127.0.0.1", sandbox.smtp_port, "a@b.example", security="starttls")

    failure_of(careful, MAIL, Unreachable)

    assert sandbox.inbox()["mails"] == []


def test_a_text_message_arrives_once_however_often_it_is_sent(gateway: SmsGateway, sandbox: RunningSandbox) -> None:
    gateway.send(SMS)
    gateway.send(SMS)

    [text] = sandbox.inbox()["sms"]
    assert (text["recipient"], text["body"], text["key"], text["repeats"]) == (SMS.to, SMS.body, SMS.key, 1)


def test_a_gateway_that_fails_is_tried_again(gateway: SmsGateway, sandbox: RunningSandbox) -> None:
    sandbox.control("sms", fail=1)

    failure_of(gateway, SMS, Unreachable)
    gateway.send(SMS)

    assert len(sandbox.inbox()["sms"]) == 1


def test_a_text_message_refused_for_good_is_given_up_without_naming_anybody(
    gateway: SmsGateway, sandbox: RunningSandbox
) -> None:
    sandbox.control("sms", reject=1)

    assert str(failure_of(gateway, SMS, Rejected)) == "refused with status 422"


def test_a_dead_gateway_is_tried_again() -> None:
    gateway = SmsGateway(f"http://127.0.0.1:{free_port()}", "key")

    failure_of(gateway, SMS, Unreachable)
    gateway.close()
