"""How far our signatures prove themselves: what they get when made, and what is added later."""

import random
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore

from portal.adapters.signing.authority import Algorithm
from portal.adapters.signing.raising import level_of
from portal.adapters.signing.time_authority import Authority
from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import Integrity, Level
from portal.sandbox.revocation import answer_to
from portal.sandbox.stamping import reply_to
from tests.support.signing_keys import Office, office, unsigned
from tests.support.vouching import Answer

CHANCE = random.Random(319_142)  # noqa: S311 - which bytes are damaged is no secret
REPLY = "application/timestamp-reply"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office") / "keys") as made:
        yield made


@pytest.fixture
def here(shared: Office) -> Iterator[Office]:
    shared.server.asked.clear()
    yield shared
    shared.server.instead = lambda _path, _body: None
    shared.server.ahead = timedelta(0)
    shared.close()


def level(pdf: bytes) -> Level:
    return level_of(PdfFileReader(BytesIO(pdf)))


def down(path: str, _body: bytes) -> Answer | None:
    return (503, "text/plain", b"away") if path == "/tsa" else None


def raised(here: Office, to: Level) -> bytes:
    signer = here.signer()
    return signer.raised(signer.sign(unsigned()).pdf, to).pdf


def test_a_document_gets_a_time_stamp_when_it_is_signed(here: Office) -> None:
    signed = here.signer().sign(unsigned())
    assert signed.level is level(signed.pdf) is Level.T
    assert signed.pdf.startswith(unsigned())
    assert here.signer().check(signed.pdf) is Integrity.VALID


def test_many_documents_are_stamped_over_one_connection(here: Office) -> None:
    before = here.server.connections
    signer = here.signer()
    assert {signer.sign(unsigned()).level for _ in range(5)} == {Level.T}
    assert here.server.connections == before + 1
    assert here.server.asked["tsa"] == 5


def test_the_authority_is_told_the_name_and_password_that_it_asks_for(here: Office) -> None:
    here.signer(Authority(here.authority.url, "province", "secret")).sign(unsigned())
    assert here.server.authorization == "Basic cHJvdmluY2U6c2VjcmV0"


def over_another_digest(_path: str, body: bytes, here: Office) -> Answer:
    asked = tsp.TimeStampReq.load(body)
    asked["message_imprint"]["hashed_message"] = b"\x00" * 32
    return 200, REPLY, reply_to(asked.dump(force=True), here.server.authority.keys(), here.server.now())


def with_another_nonce(_path: str, body: bytes, here: Office) -> Answer:
    asked = tsp.TimeStampReq.load(body)
    asked["nonce"] = 7
    return 200, REPLY, reply_to(asked.dump(force=True), here.server.authority.keys(), here.server.now())


def hours_behind(_path: str, body: bytes, here: Office) -> Answer:
    return 200, REPLY, reply_to(body, here.server.authority.keys(), here.server.now() - timedelta(hours=2))


def damaged(_path: str, body: bytes, here: Office) -> Answer:
    reply = bytearray(reply_to(body, here.server.authority.keys(), here.server.now()))
    reply[-5] ^= 1
    return 200, REPLY, bytes(reply)


@pytest.mark.parametrize("answer", [over_another_digest, with_another_nonce, hours_behind, damaged])
def test_a_stamp_that_proves_nothing_is_not_taken(answer: object, here: Office) -> None:
    assert callable(answer)
    here.server.instead = lambda path, body: answer(path, body, here) if path == "/tsa" else None
    signed = here.signer().sign(unsigned())
    assert signed.level is level(signed.pdf) is Level.B
    assert here.signer().check(signed.pdf) is Integrity.VALID


@pytest.mark.parametrize(
    "answer",
    [
        (503, "text/plain", b"away"),
        (200, "text/html", b"<html>Sign in"),
        (200, REPLY, b""),
        (200, REPLY, b"nonsense"),
        (200, REPLY, b"\x30\x03\x02\x01\x00"),
        (200, REPLY, b"\x30\x05\x30\x03\x02\x01\x02"),
        (200, REPLY, b"\x30\x80" * 50_000),
    ],
    ids=["away", "a page", "nothing", "nonsense", "no status", "refused", "bomb"],
)
def test_while_the_authority_answers_nonsense_documents_are_signed_without_a_stamp(
    answer: Answer, here: Office
) -> None:
    here.server.instead = lambda path, _body: answer if path == "/tsa" else None
    signed = here.signer().sign(unsigned())
    assert signed.level is level(signed.pdf) is Level.B
    assert here.signer().check(signed.pdf) is Integrity.VALID


def test_an_authority_that_no_root_vouches_for_is_not_believed(here: Office, tmp_path: Path) -> None:
    with office(tmp_path / "keys") as stranger:
        assert here.signer(stranger.authority).sign(unsigned()).level is Level.B


def test_only_the_first_document_waits_for_an_authority_that_is_down(here: Office) -> None:
    here.server.instead = down
    signer = here.signer()
    assert {signer.sign(unsigned()).level for _ in range(4)} == {Level.B}
    assert here.server.asked["tsa"] == 1


def test_nobody_waits_long_for_a_silent_authority(here: Office) -> None:
    began = time.monotonic()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        signed = here.signer(Authority(f"http://127.0.0.1:{silent.getsockname()[1]}/tsa")).sign(unsigned())
    assert signed.level is Level.B
    assert time.monotonic() - began < 8


def test_a_document_is_raised_step_by_step_and_what_was_signed_stays(here: Office) -> None:
    signer = here.signer()
    stamped = signer.sign(unsigned()).pdf
    proved, archived = (signer.raised(stamped, to) for to in (Level.LT, Level.LTA))
    at_once = signer.raised(proved.pdf, Level.LTA)
    for each, expected in ((proved, Level.LT), (archived, Level.LTA), (at_once, Level.LTA)):
        assert each.level is level(each.pdf) is expected
        assert each.pdf.startswith(stamped)
        assert signer.check(each.pdf) is Integrity.VALID
    assert signer.raised(archived.pdf, Level.T) == signer.raised(archived.pdf, Level.LT) == archived


def test_revocation_data_are_embedded_for_every_certificate_but_the_root(here: Office) -> None:
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(raised(here, Level.LT))))
    names = {each.subject.native["common_name"].partition(" (")[0] for each in store.load_certs()}
    assert names == {"Root authority", "Issuing authority", "Document seal", "Time-stamping authority"}
    # One answer each about the seal and the stamp; the issuing authority is on the root's list.
    assert (len(store.ocsps), len(store.crls)) == (2, 1)


def test_revocation_data_are_asked_for_once_for_a_whole_batch(here: Office) -> None:
    signer = here.signer()
    documents = [signer.sign(unsigned()).pdf for _ in range(4)]
    here.server.asked.clear()
    here.server.ahead = timedelta(seconds=2)
    assert {signer.raised(each, Level.LTA).level for each in documents} == {Level.LTA}
    assert here.server.asked == {"tsa": 4, "ocsp": 2, "crl": 1}
    # The next night they are asked for anew.
    here.server.ahead = timedelta(minutes=9, seconds=59)
    signer.raised(documents[0], Level.LT)
    assert here.server.asked["ocsp"] == 2
    here.server.ahead = timedelta(minutes=11)
    signer.raised(documents[0], Level.LT)
    assert here.server.asked["ocsp"] == 4


def test_revocation_data_are_never_older_than_the_signature(here: Office) -> None:
    signer = here.signer()
    signer.raised(signer.sign(unsigned()).pdf, Level.LT)
    here.server.ahead = timedelta(seconds=30)
    later = signer.sign(unsigned()).pdf
    here.server.asked.clear()
    here.server.ahead = timedelta(seconds=40)
    signer.raised(later, Level.LT)
    assert here.server.asked["ocsp"] == 2


def test_where_no_answer_can_be_had_the_lists_do(here: Office) -> None:
    here.server.instead = lambda path, _body: (503, "text/plain", b"") if path == "/ocsp" else None
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(raised(here, Level.LT))))
    assert (len(store.ocsps), len(store.crls)) == (0, 2)


def test_where_there_is_no_list_of_authorities_an_answer_does(here: Office) -> None:
    here.server.instead = lambda path, _body: (503, "text/plain", b"") if path.startswith("/crl") else None
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(raised(here, Level.LT))))
    assert (len(store.ocsps), len(store.crls)) == (3, 0)


def test_without_revocation_data_a_document_is_raised_another_night(here: Office) -> None:
    signer = here.signer()
    documents = [signer.sign(unsigned()).pdf for _ in range(3)]
    here.server.instead = lambda path, _body: None if path == "/tsa" else (503, "text/plain", b"")
    here.server.asked.clear()
    for each in documents:
        with pytest.raises(Unreachable):
            signer.raised(each, Level.LTA)
    # Nobody is asked again for each document in turn.
    assert here.server.asked["ocsp"] == 1
    here.server.instead = lambda _path, _body: None
    assert here.signer().raised(documents[0], Level.LTA).level is Level.LTA


def test_without_a_time_stamp_nothing_is_raised_to_the_last_level(here: Office) -> None:
    signer = here.signer()
    document = signer.sign(unsigned()).pdf
    here.server.instead = down
    assert signer.raised(document, Level.LT).level is Level.LT
    with pytest.raises(Unreachable):
        signer.raised(document, Level.LTA)


def test_a_revoked_certificate_can_never_be_proved(here: Office) -> None:
    document = here.signer().sign(unsigned()).pdf
    here.server.instead = lambda path, body: revoked(body, here) if path == "/ocsp" else None
    with pytest.raises(Rejected, match="RevokedError"):
        here.signer().raised(document, Level.LT)


def revoked(body: bytes, here: Office) -> Answer:
    """The answer that the certificate asked about was revoked an hour ago."""
    asked, now = ocsp.load_der_ocsp_request(body), here.server.now()
    keys = here.server.authority.keys()
    good = ocsp.load_der_ocsp_response(answer_to(body, keys, now))
    issuer = next(
        each
        for each in keys.issuers.values()
        if keys.issued_by(each) and _hash(each.certificate) == good.issuer_key_hash
    )
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        asked.issuer_name_hash,
        asked.issuer_key_hash,
        asked.serial_number,
        asked.hash_algorithm,
        ocsp.OCSPCertStatus.REVOKED,
        this_update=now,
        next_update=now + timedelta(hours=1),
        revocation_time=now - timedelta(hours=1),
        revocation_reason=x509.ReasonFlags.key_compromise,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
    key = load_pem_private_key((here.folder / "issuing.key.pem").read_bytes(), None)
    return 200, "application/ocsp-response", builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]


def _hash(certificate: x509.Certificate) -> bytes:
    return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def test_an_ageing_stamp_is_renewed_over_everything_before_it(here: Office) -> None:
    signer = here.signer()
    archived = signer.raised(signer.sign(unsigned()).pdf, Level.LTA).pdf
    here.server.ahead = timedelta(days=300)
    renewed = signer.raised(archived, Level.LTA)
    again = signer.raised(renewed.pdf, Level.LTA)
    assert renewed.level is again.level is Level.LTA
    assert again.pdf.startswith(renewed.pdf)
    assert renewed.pdf.startswith(archived)
    assert len(PdfFileReader(BytesIO(again.pdf)).embedded_timestamp_signatures) == 3
    assert signer.check(again.pdf) is Integrity.VALID


def test_a_document_signed_while_the_authority_was_down_is_raised_as_if_it_had_not_been(here: Office) -> None:
    here.server.instead = down
    late = here.signer().sign(unsigned())
    assert late.level is Level.B
    here.server.instead = lambda _path, _body: None
    signer = here.signer()
    # The stamp goes into the room that was kept for it, so that the first revision is like any other.
    stamped = signer.raised(late.pdf, Level.T)
    assert stamped.level is level(stamped.pdf) is Level.T
    assert len(stamped.pdf) == len(late.pdf)
    assert PdfFileReader(BytesIO(stamped.pdf)).embedded_timestamp_signatures == []
    archived = signer.raised(late.pdf, Level.LTA)
    assert archived.level is level(archived.pdf) is Level.LTA
    assert {signer.check(each.pdf) for each in (stamped, archived)} == {Integrity.VALID}


def test_one_signed_without_any_authority_gets_a_document_stamp_in_its_place(here: Office) -> None:
    bare = here.signer_without_authority().sign(unsigned())
    signer = here.signer()
    for to in (Level.T, Level.LT, Level.LTA):
        found = signer.raised(bare.pdf, to)
        assert found.level is level(found.pdf) is to
        assert found.pdf.startswith(bare.pdf)
        assert signer.check(found.pdf) is Integrity.VALID
    with pytest.raises(Unreachable):
        here.signer_without_authority().raised(bare.pdf, Level.T)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing", unsigned(), unsigned() * 2], ids=["", "junk", "plain", "two"]
)
def test_what_is_not_ours_is_not_raised(content: bytes, here: Office) -> None:
    with pytest.raises(Rejected):
        here.signer().raised(content, Level.LTA)


def test_what_was_changed_is_not_raised(here: Office) -> None:
    signer = here.signer()
    with pytest.raises(Rejected):
        signer.raised(signer.sign(unsigned()).pdf + b"\n", Level.LTA)


@pytest.mark.parametrize("to", [Level.T, Level.LTA])
def test_one_byte_changed_anywhere_is_told(to: Level, here: Office) -> None:
    signer = here.signer()
    pdf = signer.raised(signer.sign(unsigned()).pdf, to).pdf
    positions = CHANCE.sample(range(16, len(pdf)), 150 if to is Level.T else 30)
    for position in positions:
        changed = bytearray(pdf)
        changed[position] ^= 0x01
        assert signer.check(bytes(changed)) is Integrity.CHANGED, position


@pytest.mark.parametrize("to", [Level.T, Level.LT, Level.LTA])
@pytest.mark.parametrize("addition", [b"\n", b" ", b"%%EOF\n", b"\x00" * 5000])
def test_appended_bytes_are_told(to: Level, addition: bytes, here: Office) -> None:
    assert here.signer().check(raised(here, to) + addition) is Integrity.CHANGED


def test_the_token_of_another_document_is_no_stamp(here: Office) -> None:
    signer = here.signer()
    one = signer.sign(unsigned()).pdf
    # Signatures on P-256 differ in length by a byte or two.
    others = (token(signer.sign(unsigned()).pdf) for _ in range(100))
    other = next(each for each in others if len(each) == len(token(one)))
    swapped = one.replace(token(one).hex().upper().encode(), other.hex().upper().encode())
    assert swapped != one
    assert signer.check(swapped) is Integrity.CHANGED


def token(pdf: bytes) -> bytes:
    signer_info = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0].signer_info
    (attribute,) = signer_info["unsigned_attrs"]
    return bytes(cms.ContentInfo.load(attribute["values"][0].dump()).dump())


def test_the_public_log_is_stamped_by_the_same_authority(here: Office) -> None:
    stamped = cms.ContentInfo.load(here.signer().stamps.stamp(b"\x01" * 32))
    said = stamped["content"]["encap_content_info"]["content"].parsed
    assert said["message_imprint"]["hashed_message"].native == b"\x01" * 32
    assert abs(said["gen_time"].native - datetime.now(UTC)) < timedelta(minutes=1)
    here.server.instead = down
    with pytest.raises(Unreachable):
        here.signer().stamps.stamp(b"\x01" * 32)


def test_rsa_signs_and_is_recognised_at_every_level(tmp_path: Path) -> None:
    with office(tmp_path / "keys", Algorithm.RSA3072) as made:
        signer = made.signer()
        stamped = signer.sign(unsigned())
        archived = signer.raised(stamped.pdf, Level.LTA)
        assert (stamped.level, archived.level) == (Level.T, Level.LTA)
        assert {signer.check(each.pdf) for each in (stamped, archived)} == {Integrity.VALID}


def test_the_token_may_outgrow_the_room_that_the_last_one_took(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.adapters.signing.stamping._AT_FIRST", 40)
    assert here.signer().sign(unsigned()).level is Level.T
