"""The demonstration's own authority, and the stand-ins that stamp for it and answer for its certificates."""

import asyncio
import hashlib
import shutil
import socket
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from portal.adapters.signing.authority import Algorithm, make_authority
from portal.adapters.signing.certificates import identifier_of
from portal.cli.demo_settings import settle
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox
from portal.sandbox.stamping import POLICY, Reply
from tests.support.signing_keys import new_keys

NOW = datetime.now(UTC)
WHO = "Province de Berkane"
QUERY = {"content-type": "application/timestamp-query"}
ASKED = {"content-type": "application/ocsp-request"}


@pytest.fixture(scope="module", params=[Algorithm.P256, Algorithm.RSA3072])
def stamping(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stamping"]:
    """The stand-ins at work, with keys of each kind, that were made after they had started."""
    folder, keys, port = tmp_path_factory.mktemp("sandbox"), tmp_path_factory.mktemp("keys"), free_port()
    with running_sandbox(folder, "--keys-dir", str(keys), port=port) as running:
        assert running.client.post("/tsa", content=b"", headers=QUERY).status_code == 503
        make_authority(keys, WHO, NOW, addresses=running.url, new_key=new_keys(request.param))
        yield Stamping(running, keys)


class Stamping:
    """A running sandbox and the keys of its authority."""

    def __init__(self, sandbox: RunningSandbox, keys: Path) -> None:
        self.sandbox, self.keys = sandbox, keys

    def certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.keys / f"{name}.pem").read_bytes())

    def stamp(self, query: bytes) -> bytes:
        answer = self.sandbox.client.post("/tsa", content=query, headers=QUERY).raise_for_status()
        assert answer.headers["content-type"] == "application/timestamp-reply"
        return answer.content

    def status(self, name: str, issuer: str, **changes: object) -> ocsp.OCSPResponse:
        question = asked_of(self.certificate(name), self.certificate(issuer))
        answer = self.sandbox.client.post("/ocsp", content=question, headers=ASKED).raise_for_status()
        return ocsp.load_der_ocsp_response(answer.content)


@pytest.fixture(autouse=True)
def at_work(request: pytest.FixtureRequest) -> None:
    if "stamping" in request.fixturenames:
        request.getfixturevalue("stamping").sandbox.control("tsa", off=False, mute=False, stall=0)


def asked_of(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes = b"") -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["openssl", *(str(one) for one in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def request_for(digest: bytes, algorithm: str = "sha256", **more: object) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
    return bytes(tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True, **more}).dump())


def stamper_of(stamping: Stamping) -> TimeStamper:
    return RequestsHTTPTimeStamper(f"{stamping.sandbox.url}/tsa")  # type: ignore[no-untyped-call]


def refused_for(reply: bytes) -> set[str]:
    status = Reply.load(reply)["status"]
    assert status["status"].native == "rejection"
    assert status["status_string"].native
    return set(status["fail_info"].native)


@pytest.mark.parametrize("digest", ["-sha256", "-sha384", "-sha512"])
def test_openssl_asks_for_a_stamp_and_verifies_it_against_the_root_alone(
    stamping: Stamping, digest: str, tmp_path: Path
) -> None:
    data, query, reply = tmp_path / "data", tmp_path / "query", tmp_path / "reply"
    data.write_bytes(b"what is stamped")
    assert openssl("ts", "-query", "-data", data, digest, "-cert", "-out", query).returncode == 0
    reply.write_bytes(stamping.stamp(query.read_bytes()))

    verify = ("ts", "-verify", "-in", reply, "-CAfile", stamping.keys / "root.pem")
    assert "Verification: OK" in openssl(*verify, "-queryfile", query).stdout
    assert "Verification: OK" in openssl(*verify, "-data", data).stdout
    data.write_bytes(b"something else")
    assert openssl(*verify, "-data", data).returncode != 0

    said = openssl("ts", "-reply", "-in", reply, "-text").stdout
    assert "Status: Granted" in said
    assert POLICY in said
    assert "Accuracy: 0x01 seconds" in said


def test_without_asking_for_certificates_none_are_sent(stamping: Stamping, tmp_path: Path) -> None:
    asked = request_for(bytes(32), cert_req=False)
    token = tsp.TimeStampResp.load(stamping.stamp(asked))["time_stamp_token"]["content"]
    assert token["certificates"].native is None

    query, reply, chain = tmp_path / "query", tmp_path / "reply", tmp_path / "chain"
    query.write_bytes(asked)
    reply.write_bytes(stamping.stamp(asked))
    chain.write_bytes((stamping.keys / "tsa.pem").read_bytes() + (stamping.keys / "issuing.pem").read_bytes())
    verify = ("ts", "-verify", "-queryfile", query, "-in", reply, "-CAfile", stamping.keys / "root.pem")
    assert "Verification: OK" in openssl(*verify, "-untrusted", chain).stdout
    assert openssl(*verify).returncode != 0


def test_a_token_says_the_moment_its_own_number_and_the_nonce(stamping: Stamping) -> None:
    tokens = [
        tsp.TimeStampResp.load(stamping.stamp(request_for(bytes(32), nonce=nonce)))["time_stamp_token"]
        for nonce in (7, 2**63)
    ]
    said = [token["content"]["encap_content_info"]["content"].parsed for token in tokens]
    assert [one["nonce"].native for one in said] == [7, 2**63]
    assert len({one["serial_number"].native for one in said}) == 2
    assert all(abs(one["gen_time"].native - datetime.now(UTC)) < timedelta(seconds=30) for one in said)


@pytest.mark.parametrize(
    ("query", "failure"),
    [
        (b"", "bad_data_format"),
        (b"not a request", "bad_data_format"),
        (b"\x30\x84\xff\xff\xff\xff", "bad_data_format"),
        (b"\x30" * 40_000, "bad_data_format"),
        (request_for(bytes(32)) + b"\x00", "bad_data_format"),
        (request_for(bytes(31)), "bad_data_format"),
        (request_for(bytes(20), "sha1"), "bad_alg"),
        (request_for(bytes(16), "md5"), "bad_alg"),
        (request_for(bytes(32), version="v2"), "bad_request"),
        (request_for(bytes(32), req_policy="1.2.3.4"), "unaccepted_policy"),
        (request_for(bytes(32), extensions=[{"extn_id": "1.2.3.4", "extn_value": b""}]), "unaccepted_extensions"),
    ],
)
def test_what_cannot_be_stamped_is_refused_with_its_reason(stamping: Stamping, query: bytes, failure: str) -> None:
    assert refused_for(stamping.stamp(query)) == {failure}


def test_its_own_policy_may_be_asked_for(stamping: Stamping) -> None:
    reply = tsp.TimeStampResp.load(stamping.stamp(request_for(bytes(32), req_policy=POLICY)))
    assert reply["status"]["status"].native == "granted"


def test_the_time_stamper_of_pyhanko_takes_its_tokens(stamping: Stamping) -> None:
    stamper = stamper_of(stamping)
    token = asyncio.run(stamper.async_timestamp(hashlib.sha256(b"x").digest(), "sha256"))
    assert len(token["content"]["certificates"]) == 2


def test_while_it_is_switched_off_nobody_gets_a_stamp(stamping: Stamping) -> None:
    stamping.sandbox.control("tsa", off=True)
    assert stamping.sandbox.client.post("/tsa", content=request_for(bytes(32)), headers=QUERY).status_code == 503
    with pytest.raises(TimestampRequestError):
        asyncio.run(stamper_of(stamping).async_timestamp(bytes(32), "sha256"))
    # Its certificates are answered for all the same, unless that is switched off too.
    assert stamping.status("tsa", "issuing").certificate_status is ocsp.OCSPCertStatus.GOOD
    stamping.sandbox.control("tsa", mute=True)
    list_name = f"/crl/{identifier_of(stamping.certificate('root'))}.crl"
    assert stamping.sandbox.client.get(list_name).status_code == 503
    assert stamping.sandbox.client.post("/ocsp", content=b"", headers=ASKED).status_code == 503


def test_the_switches_are_on_the_page(stamping: Stamping) -> None:
    page = stamping.sandbox.client.get("/", params={"lang": "fr"}).text
    assert 'action="/actions/switches/tsa' in page
    stamping.sandbox.client.post("/actions/switches/tsa", data={"off": "on", "stall": "0"})
    assert stamping.sandbox.inbox()["controls"]["tsa"] == {"off": True, "mute": False, "stall": 0}


def test_only_its_own_kind_of_request_is_read(stamping: Stamping) -> None:
    for path in ("/tsa", "/ocsp"):
        assert (
            stamping.sandbox.client.post(path, content=b"", headers={"content-type": "text/plain"}).status_code == 415
        )


@pytest.mark.parametrize(("name", "issuer"), [("signer", "issuing"), ("tsa", "issuing"), ("issuing", "root")])
def test_openssl_is_told_that_each_certificate_is_good(stamping: Stamping, name: str, issuer: str) -> None:
    keys = stamping.keys
    said = openssl(
        *("ocsp", "-issuer", keys / f"{issuer}.pem", "-cert", keys / f"{name}.pem", "-CAfile", keys / "root.pem"),
        *("-verify_other", keys / "issuing.pem", "-url", f"{stamping.sandbox.url}/ocsp"),
    )
    assert "Response verify OK" in said.stderr
    assert ": good" in said.stdout


def test_a_question_in_an_address_is_answered_and_its_nonce_returned(stamping: Stamping) -> None:
    for nonce in (bytes(16), b"\xff" * 32):
        question = asked_of(stamping.certificate("signer"), stamping.certificate("issuing"), nonce)
        answer = stamping.sandbox.client.get(f"/ocsp/{quote(b64encode(question), safe='')}").raise_for_status()
        told = ocsp.load_der_ocsp_response(answer.content)
        assert told.certificate_status is ocsp.OCSPCertStatus.GOOD
        assert told.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == nonce


def test_of_others_certificates_nothing_is_said(stamping: Stamping, tmp_path: Path) -> None:
    make_authority(tmp_path, WHO, NOW)
    stranger, theirs = (
        x509.load_pem_x509_certificate((tmp_path / name).read_bytes()) for name in ("signer.pem", "issuing.pem")
    )
    post = stamping.sandbox.client.post
    other = post("/ocsp", content=asked_of(stranger, theirs), headers=ASKED).content
    assert ocsp.load_der_ocsp_response(other).response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    never = post("/ocsp", content=asked_of(stranger, stamping.certificate("issuing")), headers=ASKED).content
    assert ocsp.load_der_ocsp_response(never).certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    for broken in (b"", b"\x30\x00", bytes(20_000)):
        told = ocsp.load_der_ocsp_response(post("/ocsp", content=broken, headers=ASKED).content)
        assert told.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


@pytest.mark.parametrize(("name", "issuer"), [("signer", "issuing"), ("tsa", "issuing"), ("issuing", "root")])
def test_openssl_verifies_the_list_that_each_certificate_names(
    stamping: Stamping, name: str, issuer: str, tmp_path: Path
) -> None:
    points = stamping.certificate(name).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    address = points[0].full_name[0].value
    found = httpx2.get(address).raise_for_status()
    assert found.headers["content-type"] == "application/pkix-crl"
    crl = tmp_path / "list.crl"
    crl.write_bytes(found.content)
    said = openssl("crl", "-inform", "DER", "-in", crl, "-CAfile", stamping.keys / f"{issuer}.pem", "-noout", "-text")
    assert "verify OK" in said.stderr
    assert "No Revoked Certificates" in said.stdout
    assert stamping.sandbox.client.get("/crl/0123456789abcdef.crl").status_code == 404


def test_the_stamp_is_for_time_stamps_and_nothing_else(stamping: Stamping) -> None:
    usage = stamping.certificate("tsa").extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    keys = stamping.certificate("tsa").extensions.get_extension_for_class(x509.KeyUsage).value
    assert not keys.content_commitment


def test_openssl_follows_every_chain_and_finds_none_revoked(stamping: Stamping, tmp_path: Path) -> None:
    lists = tmp_path / "lists.pem"
    with lists.open("wb") as out:
        for name in ("root", "issuing"):
            crl = stamping.sandbox.client.get(f"/crl/{identifier_of(stamping.certificate(name))}.crl").content
            (tmp_path / "one").write_bytes(crl)
            out.write(openssl("crl", "-inform", "DER", "-in", tmp_path / "one").stdout.encode())
    for name in ("signer", "tsa"):
        said = openssl(
            *("verify", "-x509_strict", "-crl_check_all", "-CRLfile", lists, "-CAfile", stamping.keys / "root.pem"),
            *("-untrusted", stamping.keys / "issuing.pem", stamping.keys / f"{name}.pem"),
        )
        assert said.stdout.strip().endswith(": OK"), said


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_made_again_nothing_changes(tmp_path: Path) -> None:
    make_authority(tmp_path, WHO, NOW, addresses="http://127.0.0.1:8100")
    before = contents(tmp_path)
    make_authority(tmp_path, "Somebody else", NOW + timedelta(days=365), addresses="http://127.0.0.1:8100")
    make_authority(tmp_path, "Somebody else", NOW)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("why", ["no stamp", "other addresses", "near its end", "cut short"])
def test_renewed_the_root_stays_and_what_was_before_is_kept(tmp_path: Path, why: str) -> None:
    make_authority(tmp_path, WHO, NOW, addresses="http://127.0.0.1:8100")
    before = contents(tmp_path)
    addresses, then = "http://127.0.0.1:8100", NOW
    match why:
        case "no stamp":
            (tmp_path / "tsa.pem").unlink()
            (tmp_path / "tsa.key.pem").unlink()
        case "other addresses":
            addresses = "http://127.0.0.1:9999"
        case "near its end":
            then = NOW + timedelta(days=6 * 365 - 30)
        case "cut short":
            # Stopped between the last two files: the certificate is the new one, its key not yet.
            (tmp_path / "signer.key.pem").write_bytes((tmp_path / "root.key.pem").read_bytes())
    make_authority(tmp_path, WHO, then, addresses=addresses)
    after = contents(tmp_path)
    assert (after["root.pem"], after["root.key.pem"]) == (before["root.pem"], before["root.key.pem"])
    assert after["signer.pem"] != before["signer.pem"]
    assert after["issuing.pem"].endswith(before["issuing.pem"])
    assert before["signer.pem"] in after["retired.pem"]
    authorities = x509.load_pem_x509_certificates(after["issuing.pem"])
    assert len({each.subject for each in authorities}) == 2
    for end in ("signer.pem", "tsa.pem"):
        x509.load_pem_x509_certificate(after[end]).verify_directly_issued_by(authorities[0])
    old_keys = [after[name] for name in after if name.startswith("issuing-")]
    assert old_keys == [before["issuing.key.pem"]]
    make_authority(tmp_path, WHO, then, addresses=addresses)
    assert contents(tmp_path) == after


def test_keys_that_are_not_ours_to_renew_are_left_alone(tmp_path: Path) -> None:
    make_authority(tmp_path, WHO, NOW)
    for name in ("root.key.pem", "tsa.pem", "tsa.key.pem"):
        (tmp_path / name).unlink()
    before = contents(tmp_path)
    make_authority(tmp_path, WHO, NOW, addresses="http://127.0.0.1:8100")
    assert contents(tmp_path) == before


def test_no_certificate_outlives_the_one_above_it(tmp_path: Path) -> None:
    make_authority(tmp_path, WHO, NOW)
    (tmp_path / "tsa.pem").unlink()
    make_authority(tmp_path, WHO, NOW + timedelta(days=19 * 365))
    loaded = {
        name: x509.load_pem_x509_certificate((tmp_path / f"{name}.pem").read_bytes())
        for name in ("root", "issuing", "tsa", "signer")
    }
    ends = {name: each.not_valid_after_utc for name, each in loaded.items()}
    assert ends["signer"] == ends["tsa"] == ends["issuing"] == ends["root"]
    before = contents(tmp_path)
    make_authority(tmp_path, WHO, NOW + timedelta(days=20 * 365 - 5))
    assert contents(tmp_path) == before


def test_the_authority_answers_for_what_was_in_use_before(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    port = free_port()
    make_authority(keys, WHO, NOW, addresses=f"http://127.0.0.1:{port}")
    old = tmp_path / "old"
    shutil.copytree(keys, old)
    with running_sandbox(tmp_path / "sandbox", "--keys-dir", str(keys), port=port) as sandbox:
        first = Stamping(sandbox, old)
        assert first.status("signer", "issuing").certificate_status is ocsp.OCSPCertStatus.GOOD
        (keys / "signer.key.pem").unlink()
        make_authority(keys, WHO, NOW, addresses=sandbox.url)
        for stands in (first, Stamping(sandbox, keys)):
            for name, issuer in (("signer", "issuing"), ("tsa", "issuing"), ("issuing", "root")):
                assert stands.status(name, issuer).certificate_status is ocsp.OCSPCertStatus.GOOD
            assert sandbox.client.get(f"/crl/{identifier_of(stands.certificate('issuing'))}.crl").status_code == 200
        new_stamp = tsp.TimeStampResp.load(first.stamp(request_for(bytes(32))))["time_stamp_token"]["content"]
        sent = {each.chosen.serial_number for each in new_stamp["certificates"]}
        assert Stamping(sandbox, keys).certificate("tsa").serial_number in sent


def test_without_keys_the_sandbox_says_so_and_does_the_rest(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as sandbox:
        assert sandbox.client.post("/tsa", content=b"", headers=QUERY).status_code == 503
        assert sandbox.client.get("/livez").status_code == 200
        with socket.create_connection(("127.0.0.1", sandbox.smtp_port)):
            pass


def test_the_demonstration_is_stamped_by_its_own_sandbox(tmp_path: Path) -> None:
    demo = settle(tmp_path / "demo.env", free_port())
    assert demo.values["PORTAL_TSA_URL"] == f"{demo.sandbox_url}/tsa"
    assert f"--keys-dir={tmp_path / 'keys'}" in demo.sandbox_arguments(tmp_path)
