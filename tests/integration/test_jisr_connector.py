"""Cases are handed to Jisr over real HTTP, and what it reports comes back signed."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from portal.adapters.connectors.callbacks import verify_callback
from portal.adapters.connectors.http import HttpConnector
from portal.adapters.connectors.mapping import build_payload, read_mapping
from portal.api.shapes import Callback
from portal.domain.case import Person
from portal.ports import Rejected, Unreachable
from portal.sandbox.callbacks import STATUSES
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox

ROOT = Path(__file__).parents[2]


class Portal(ThreadingHTTPServer):
    """Something that answers in the portal's or a platform's place, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self, status: int, answer: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Recorder)
        self.status = status
        self.answer = answer
        self.received: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wait_for(self, number: int) -> list[tuple[dict[str, str], bytes]]:
        until = time.monotonic() + 10
        while len(self.received) < number and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.received) >= number
        return self.received


class Recorder(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Portal)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append((dict(self.headers.items()), body))
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the library
        return


@contextmanager
def answering(status: int, answer: object = None) -> Iterator[Portal]:
    server = Portal(status, json.dumps(answer).encode())
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def connected(address: str, key: str = "key", read_timeout: float = 15) -> Iterator[HttpConnector]:
    connector = HttpConnector(address, key, read_timeout=read_timeout)
    try:
        yield connector
    finally:
        connector.close()


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with answering(204) as server:
        yield server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, portal: Portal) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), "--no-follow-up", portal_url=portal.url) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox, portal: Portal) -> RunningSandbox:
    running.reset()
    portal.received.clear()
    portal.status = 204
    return running


@pytest.fixture
def jisr(sandbox: RunningSandbox) -> Iterator[HttpConnector]:
    with connected(f"{sandbox.url}/jisr", sandbox.jisr_key) as connector:
        yield connector


def payload(reference: str = "BRK-26-7K2M-9QXD-4") -> dict[str, Any]:
    return {
        "reference": reference,
        "service": {"code": "aides-techniques"},
        "beneficiary": {"name": {"ar": "ياسين اليعقوبي"}},
    }


def test_a_case_reaches_jisr_whole_and_comes_back_with_its_reference(
    jisr: HttpConnector, sandbox: RunningSandbox
) -> None:
    pushed = jisr.push(payload(), "effect-1")

    [case] = sandbox.inbox()["cases"]
    assert case["body"] == payload()
    assert (case["key"], case["reference"]) == ("effect-1", "BRK-26-7K2M-9QXD-4")
    assert pushed.remote_reference == case["remote_reference"]
    assert not pushed.repeated


def test_what_the_mapping_makes_of_a_case_is_what_jisr_demands(jisr: HttpConnector) -> None:
    mapping = read_mapping(ROOT / "services" / "platforms" / "jisr.yaml")
    child = Person(name_ar="ياسين اليعقوبي", birth_date="2017-09-03")
    facts = {
        "case": {
            "reference": "BRK-26-7K2M-9QXD-4",
            "language": "ar",
            "filed_on": "2026-11-02",
            "decided_on": "2026-11-20",
            "unit": "social-centre",
            "unit_name_ar": "المركز الاجتماعي",
            "unit_name_fr": "Centre social",
        },
        "service": {"slug": "rendez-vous", "title_ar": "موعد", "title_fr": "Rendez-vous"},
        "applicant": None,
        "beneficiary": child,
    }

    assert jisr.push(build_payload(mapping, facts), "effect-1").remote_reference


def test_the_examples_of_the_manual_hold(jisr: HttpConnector) -> None:
    manual = (ROOT / "docs" / "connectors" / "jisr.md").read_text("utf-8")
    pushed, reported = (json.loads(body) for body in re.findall(r"```http\n.*?\n\n(\{.*?\n\})\n```", manual, re.DOTALL))

    assert not jisr.push(pushed, "effect-1").repeated
    assert Callback.model_validate(reported).data.reference == pushed["reference"]
    statuses = manual.partition("| status | meaning |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z_]+)`", statuses, re.MULTILINE)) == set(STATUSES)


def test_a_repeated_push_is_recognised_by_its_key(jisr: HttpConnector, sandbox: RunningSandbox) -> None:
    first = jisr.push(payload(), "effect-1")
    again = jisr.push(payload(), "effect-1")

    assert again.remote_reference == first.remote_reference
    assert again.repeated
    assert [case["repeats"] for case in sandbox.inbox()["cases"]] == [1]


def test_an_answer_lost_in_a_stall_is_found_again_by_the_next_push(sandbox: RunningSandbox) -> None:
    sandbox.control("jisr", stall=1)
    with connected(f"{sandbox.url}/jisr", sandbox.jisr_key, read_timeout=0.2) as hasty:
        with pytest.raises(Unreachable):
            hasty.push(payload(), "effect-1")
        sandbox.control("jisr", stall=0)

        assert hasty.push(payload(), "effect-1").repeated

    assert len(sandbox.inbox()["cases"]) == 1


def test_a_platform_that_fails_is_worth_another_try(jisr: HttpConnector, sandbox: RunningSandbox) -> None:
    sandbox.control("jisr", fail=1)

    with pytest.raises(Unreachable):
        jisr.push(payload(), "effect-1")

    assert not jisr.push(payload(), "effect-1").repeated


def test_a_refused_case_is_given_up(jisr: HttpConnector, sandbox: RunningSandbox) -> None:
    sandbox.control("jisr", reject=1)

    with pytest.raises(Rejected):
        jisr.push(payload(), "effect-1")

    assert sandbox.inbox()["cases"] == []


def test_a_wrong_key_is_refused(sandbox: RunningSandbox) -> None:
    with connected(f"{sandbox.url}/jisr", "another key") as stranger, pytest.raises(Rejected):
        stranger.push(payload(), "effect-1")


def test_a_case_without_what_the_contract_demands_is_refused(jisr: HttpConnector) -> None:
    with pytest.raises(Rejected):
        jisr.push({"reference": "BRK-26-7K2M-9QXD-4"}, "effect-1")


def test_a_dead_platform_is_worth_another_try() -> None:
    with connected(f"http://127.0.0.1:{free_port()}") as connector, pytest.raises(Unreachable):
        connector.push(payload(), "effect-1")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 302])
def test_a_passing_refusal_is_worth_another_try(status: int) -> None:
    with answering(status) as server, connected(server.url) as connector, pytest.raises(Unreachable):
        connector.push(payload(), "effect-1")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
def test_any_other_refusal_is_final(status: int) -> None:
    with answering(status) as server, connected(server.url) as connector, pytest.raises(Rejected):
        connector.push(payload(), "effect-1")


def test_a_conflict_that_names_the_case_is_a_repeated_push() -> None:
    with answering(409, {"remote_reference": "X-1"}) as server, connected(server.url) as connector:
        pushed = connector.push(payload(), "effect-1")

    assert (pushed.remote_reference, pushed.repeated) == ("X-1", True)


@pytest.mark.parametrize("answer", [None, [], {}, {"remote_reference": 7}, {"remote_reference": "x" * 100_000}])
def test_an_acceptance_that_cannot_be_read_is_asked_for_again(answer: object) -> None:
    with answering(201, answer) as server, connected(server.url) as connector, pytest.raises(Unreachable):
        connector.push(payload(), "effect-1")


def test_what_goes_wrong_is_told_without_personal_data() -> None:
    answer = {"error": "ياسين اليعقوبي"}
    with answering(422, answer) as server, connected(server.url) as connector, pytest.raises(Rejected) as caught:
        connector.push(payload(), "effect-1")

    assert str(caught.value) == "refused with status 422"


def test_a_follow_up_comes_back_signed(jisr: HttpConnector, sandbox: RunningSandbox, portal: Portal) -> None:
    remote = jisr.push(payload(), "effect-1").remote_reference

    sandbox.follow_up(remote, "appointment", date="2026-12-01", note={"ar": "موعدكم", "fr": "Votre rendez-vous"})
    [(headers, body)] = portal.wait_for(1)

    assert verify_callback(sandbox.webhook_secret, headers, body)["data"] == {
        "reference": "BRK-26-7K2M-9QXD-4",
        "remote_reference": remote,
        "status": "appointment",
        "date": "2026-12-01",
        "note": {"ar": "موعدكم", "fr": "Votre rendez-vous"},
    }


def test_receipt_is_reported_by_itself_when_switched_on(
    jisr: HttpConnector, sandbox: RunningSandbox, portal: Portal
) -> None:
    sandbox.control("jisr", automatic=True, delay=0)

    jisr.push(payload(), "effect-1")
    [(headers, body)] = portal.wait_for(1)

    assert verify_callback(sandbox.webhook_secret, headers, body)["data"]["status"] == "received"


def test_a_callback_sent_twice_carries_the_same_id(
    jisr: HttpConnector, sandbox: RunningSandbox, portal: Portal
) -> None:
    sandbox.control("jisr", twice=True)

    callback = sandbox.follow_up(jisr.push(payload(), "effect-1").remote_reference, "closed")
    received = portal.wait_for(2)

    assert [headers["webhook-id"] for headers, _ in received] == [callback, callback]


def test_a_callback_the_portal_refuses_is_sent_again(
    jisr: HttpConnector, sandbox: RunningSandbox, portal: Portal
) -> None:
    portal.status = 503
    callback = sandbox.follow_up(jisr.push(payload(), "effect-1").remote_reference, "in_progress")
    portal.wait_for(1)
    portal.status = 204

    received = portal.wait_for(2)

    assert [headers["webhook-id"] for headers, _ in received] == [callback, callback]


def signed(secret: str, body: str, sent: datetime) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", sent, body)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(sent.timestamp())),
        "Webhook-Signature": signature,
    }


SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
BODY = '{"type": "case.follow_up"}'


def test_a_changed_callback_is_rejected() -> None:
    headers = signed(SECRET, BODY, datetime.now(UTC))

    with pytest.raises(Rejected):
        verify_callback(SECRET, headers, BODY.replace("follow", "fallow").encode())


def test_a_callback_signed_with_another_secret_is_rejected() -> None:
    with pytest.raises(Rejected):
        verify_callback(SECRET, signed("whsec_b3RoZXI=", BODY, datetime.now(UTC)), BODY.encode())


def test_an_old_callback_is_rejected() -> None:
    with pytest.raises(Rejected):
        verify_callback(SECRET, signed(SECRET, BODY, datetime.now(UTC) - timedelta(minutes=6)), BODY.encode())


@pytest.mark.parametrize("signature", ["", "v1", "v1,%%%", "v2,AAAA", ","])
def test_a_callback_with_a_broken_signature_is_rejected(signature: str) -> None:
    headers = {**signed(SECRET, BODY, datetime.now(UTC)), "Webhook-Signature": signature}

    with pytest.raises(Rejected):
        verify_callback(SECRET, headers, BODY.encode())


@pytest.mark.parametrize("body", ["[]", "{", "7"])
def test_a_signed_callback_that_is_no_object_is_rejected(body: str) -> None:
    with pytest.raises(Rejected):
        verify_callback(SECRET, signed(SECRET, body, datetime.now(UTC)), body.encode())


def test_unreadable_bytes_are_rejected() -> None:
    with pytest.raises(Rejected):
        verify_callback(SECRET, signed(SECRET, BODY, datetime.now(UTC)), b"\xff\xfe")
