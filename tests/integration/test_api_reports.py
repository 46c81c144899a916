"""What partners and platforms report is entered once, and the interface is as it describes itself."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import CHECKS

from tests.support.interface import Interface, check_problem, reach
from tests.support.portal import TestPortal

HEALTH = list(HealthCheck)
CONFORMANCE = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


@pytest.fixture
def interface(portal: TestPortal) -> Iterator[Interface]:
    with reach(portal) as reached:
        yield reached


# Reports


def test_a_report_is_entered_once_however_often_it_is_sent(interface: Interface) -> None:
    reference, headers = interface.file("aides-techniques", "for_oneself"), interface.bearer()
    report = {
        "id": "e-1",
        "status": "in_progress",
        "label": {"ar": "قيد المعالجة", "fr": "En cours"},
        "note": "Rendez-vous le 3",
    }
    path = f"/api/v1/cases/{reference}/events"
    answers = [interface.client.post(path, json=report, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert [answer.json()["repeated"] for answer in answers] == [False, True]
    told = interface.client.get(f"/api/v1/cases/{reference}", headers=headers).json()["events"][-1]
    assert (told["kind"], told["status"], told["label"]) == ("follow_up", "in_progress", report["label"])
    event = interface.events(reference)[-1]
    assert (event.source, event.note) == ("Ministry msis", "Rendez-vous le 3")


def test_the_id_of_a_report_may_come_as_a_header_and_counts_per_case(interface: Interface) -> None:
    headers = {**interface.bearer(), "idempotency-key": "e-1"}
    for _ in range(2):
        path = f"/api/v1/cases/{interface.file('aides-techniques', 'for_oneself')}/events"
        assert interface.client.post(path, json={"status": "received"}, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("report", "status"),
    [
        ({"status": "received"}, 422),
        ({"id": "1"}, 422),
        ({"id": "1", "status": "no spaces"}, 422),
        ({"id": "é", "status": "received"}, 422),
        ({"id": "1", "status": "received", "label": {"ar": "وصل"}}, 422),
        ({"id": "1", "status": "received", "note": "x" * 501}, 422),
        ({"id": "1", "status": "received", "more": 1}, 422),
        ([], 422),
    ],
)
def test_a_report_that_cannot_be_taken_says_where(interface: Interface, report: object, status: int) -> None:
    path = f"/api/v1/cases/{interface.file('aides-techniques', 'for_oneself')}/events"
    check_problem(interface.client.post(path, json=report, headers=interface.bearer()), status, "invalid")


def test_broken_or_oversized_json_is_told_apart(interface: Interface) -> None:
    path = f"/api/v1/cases/{interface.file('aides-techniques', 'for_oneself')}/events"
    headers = {**interface.bearer(), "content-type": "application/json"}
    check_problem(interface.client.post(path, content="{", headers=headers), 400, "bad-request")
    check_problem(interface.client.post(path, content="x" * 300_000, headers=headers), 413, "too-large")


# Callbacks


def follow_up(reference: str, status: str = "appointment", **more: Any) -> dict[str, Any]:
    data = {"reference": reference, "remote_reference": "JSR-1", "status": status, **more}
    return {"type": "case.follow_up", "timestamp": "2026-11-21T08:00:00Z", "data": data}


def test_what_jisr_reports_is_entered_once_with_its_name_in_both_languages(interface: Interface) -> None:
    reference = interface.hand_over(interface.file("aides-techniques", "for_oneself"))
    body = follow_up(reference, date="2026-12-01", note={"ar": "على الساعة التاسعة", "fr": "À neuf heures"})
    assert [interface.callback(body).status_code for _ in range(2)] == [204, 204]
    assert interface.callback(follow_up(reference, "delivered"), message="msg_2").status_code == 204
    first, second = interface.events(reference)[1:]
    names = interface.deps.registry.platform("jisr").follow_ups
    assert (first.source, first.status, first.label) == ("jisr", "appointment", names["appointment"].values)
    assert first.note == "01/12/2026\nعلى الساعة التاسعة\nÀ neuf heures"
    assert second.status == "delivered"


def test_a_callback_nobody_signed_changes_nothing(interface: Interface) -> None:
    reference = interface.hand_over(interface.file("aides-techniques", "for_oneself"))
    forged = "whsec_" + base64.b64encode(b"another secret of thirty-two byt").decode()
    check_problem(interface.callback(follow_up(reference), secret=forged), 401, "bad-signature")
    check_problem(interface.client.post("/api/v1/callbacks/jisr", json=follow_up(reference)), 401, "bad-signature")
    check_problem(interface.client.post("/api/v1/callbacks/rnp", json=follow_up(reference)), 404, "not-found")
    assert len(interface.events(reference)) == 1


def test_a_signed_callback_that_cannot_be_taken_says_why(interface: Interface) -> None:
    reference, foreign = (
        interface.hand_over(interface.file("aides-techniques", "for_oneself")),
        interface.file("reclamation", "lighting"),
    )
    check_problem(interface.callback(follow_up(reference, "lost")), 422, "invalid")
    check_problem(interface.callback({"type": "case.follow_up"}), 422, "invalid")
    check_problem(interface.callback(follow_up(reference, note={"ar": "\ud800", "fr": "x"})), 422, "invalid")
    check_problem(interface.callback(follow_up(foreign)), 404, "not-found")
    check_problem(interface.callback(follow_up(reference, more="x" * 66_000)), 413, "too-large")
    unpushed = interface.file("aides-techniques", "for_oneself")
    check_problem(interface.callback(follow_up(unpushed)), 404, "not-found")
    # None of these used the message's id up.
    assert interface.callback(follow_up(reference)).status_code == 204
    assert len(interface.events(reference)) == 2


# The interface as a whole


def test_an_address_that_is_none_gets_a_problem_too(interface: Interface) -> None:
    check_problem(interface.client.get("/api/v1/nothing"), 404, "not-found")
    check_problem(interface.client.get("/oauth/nothing"), 404, "not-found")
    wrong = interface.client.delete("/api/v1/cases")
    check_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET"
    assert interface.client.get("/oauth/token").headers["allow"] == "POST"


def test_a_fault_of_ours_tells_an_id_and_nothing_else(interface: Interface, capsys: pytest.CaptureFixture[str]) -> None:
    headers = interface.bearer()
    with interface.deps.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE cases RENAME TO gone")
    problem = check_problem(interface.client.get("/api/v1/cases?cursor", headers=headers), 400, "bad-request")
    problem = check_problem(interface.client.get("/api/v1/cases", headers=headers), 500, "unexpected")
    logged = capsys.readouterr().out
    assert problem["instance"] in logged
    assert "portal.store.lists:" in logged
    assert "aides-techniques" not in logged + str(problem)


def test_the_type_of_every_problem_can_be_read_up(interface: Interface) -> None:
    problem = check_problem(interface.client.get("/api/v1/cases"), 401, "token-needed")
    assert interface.client.get(problem["type"]).json()["title"] == problem["title"]


def test_the_description_is_openapi_3_1_of_this_interface_alone(interface: Interface) -> None:
    document = interface.client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/oauth/token", "/api/v1/cases/{reference}/events", "/api/v1/callbacks/{platform}"} <= document[
        "paths"
    ].keys()
    assert all(path.startswith(("/api/v1/", "/oauth/")) for path in document["paths"])
    flow = document["components"]["securitySchemes"]["partnerToken"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/oauth/token"


def test_whatever_is_sent_the_answer_is_as_described(interface: Interface) -> None:
    reference, headers = interface.file("reclamation", "lighting"), interface.bearer("interior")
    interface.issue(reference)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", interface.client.app)
    checks = CHECKS.get_by_names(CONFORMANCE)
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=8, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(), real=booleans())
        def check(case: Any, real: bool) -> None:
            if real and "reference" in case.path_parameters:
                case.path_parameters["reference"] = reference
            case.call_and_validate(headers=headers, checks=checks)

        check()
