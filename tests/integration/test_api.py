"""Partner ministries get a token with their secret, and read their own cases with it, and nobody else's."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.interface import SECRET, Interface, check_problem, reach
from tests.support.portal import BASE_URL as BASE
from tests.support.portal import TestPortal


@pytest.fixture
def interface(portal: TestPortal) -> Iterator[Interface]:
    with reach(portal) as reached:
        yield reached


# Tokens


def test_a_partner_gets_a_token_for_an_hour(interface: Interface) -> None:
    response = interface.ask_token()
    token = response.json()
    assert response.status_code == 200
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 3600, "aides-techniques")
    assert (response.headers["cache-control"], response.headers["pragma"]) == ("no-store", "no-cache")
    headers = {"authorization": f"Bearer {token['access_token']}"}
    assert interface.client.get("/api/v1/cases", headers=headers).status_code == 200
    interface.clock.forward(hours=1)
    late = interface.client.get("/api/v1/cases", headers=headers)
    check_problem(late, 401, "token-needed")
    assert 'error="invalid_token"' in late.headers["www-authenticate"]


def test_a_client_may_also_prove_itself_by_http_basic(interface: Interface) -> None:
    form = {"grant_type": "client_credentials"}
    # The secret is form-encoded before it is joined (RFC 6749, section 2.3.1).
    joined = "msis:the+ministry%27s+secret%3A+50%25+%2B+more"
    headers = {"authorization": "Basic " + base64.b64encode(joined.encode()).decode()}
    assert interface.client.post("/oauth/token", data=form, headers=headers).status_code == 200
    twice = interface.client.post("/oauth/token", data={**form, "client_secret": SECRET}, headers=headers)
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "nul\0"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"scope": "reclamation"}, 400, "invalid_scope"),
    ],
)
def test_a_refused_token_says_why_as_oauth_does(
    interface: Interface, form: dict[str, str], status: int, error: str
) -> None:
    sent = {"grant_type": "client_credentials", "client_id": "msis", "client_secret": SECRET, **form}
    response = interface.client.post("/oauth/token", data=sent)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert ("www-authenticate" in response.headers) == (status == 401)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"{}", b"\xff=1", b"a=1&a=2", b"x" * 10_000])
def test_a_body_that_is_no_form_gets_no_token(interface: Interface, body: bytes) -> None:
    headers = {"content-type": "application/json" if body == b"{}" else "application/x-www-form-urlencoded"}
    response = interface.client.post("/oauth/token", content=body, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_guessing_a_secret_is_slowed_down(interface: Interface) -> None:
    answers = [interface.ask_token(secret=f"guess {n}") for n in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {401}
    assert answers[30].status_code == 429
    assert answers[30].headers["retry-after"] == "60"


# Who may read what


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic bXNpczp4"}, {"authorization": "Bearer "}])
def test_without_a_token_nothing_is_told(interface: Interface, headers: dict[str, str]) -> None:
    reference = interface.file("reclamation", "lighting")
    for path in ("/api/v1/services", "/api/v1/cases", f"/api/v1/cases/{reference}"):
        response = interface.client.get(path, headers=headers)
        check_problem(response, 401, "token-needed")
        assert response.headers["www-authenticate"] == 'Bearer realm="shubbak"'
    report = {"id": "1", "status": "received"}
    check_problem(interface.client.post(f"/api/v1/cases/{reference}/events", json=report), 401, "token-needed")


def test_a_made_up_token_opens_nothing_and_writes_nothing(interface: Interface) -> None:
    reference = interface.file("aides-techniques", "for_oneself")
    headers = {"authorization": "Bearer made-up"}
    check_problem(interface.client.get("/api/v1/services", headers=headers), 401, "token-needed")
    report = {"id": "1", "status": "received"}
    response = interface.client.post(f"/api/v1/cases/{reference}/events", json=report, headers=headers)
    check_problem(response, 401, "token-needed")
    assert [event.kind for event in interface.events(reference)] == ["CaseSubmitted"]


def test_a_partner_sees_the_services_granted_to_it_and_their_cases_only(interface: Interface) -> None:
    own, foreign = interface.file("reclamation", "lighting"), interface.file("aides-techniques", "for_oneself")
    headers = interface.bearer("interior")
    services = interface.client.get("/api/v1/services", headers=headers).json()["items"]
    assert [service["slug"] for service in services] == ["certificat-residence", "reclamation"]
    assert (services[0]["fee"]["amount"], services[0]["fee"]["currency"]) == ("20", "MAD")
    assert services[0]["url"]["fr"] == f"{BASE}/fr/services/certificat-residence"
    listed = interface.client.get("/api/v1/cases", headers=headers).json()["items"]
    assert [case["reference"] for case in listed] == [own]
    report = {"id": "1", "status": "received"}
    for reference in (foreign, "BRK-26-0000-0000-0", "nothing", "٣"):
        check_problem(interface.client.get(f"/api/v1/cases/{reference}", headers=headers), 404, "not-found")
        posted = interface.client.post(f"/api/v1/cases/{reference}/events", json=report, headers=headers)
        check_problem(posted, 404, "not-found")


def test_a_case_tells_what_a_partner_may_know_and_no_more(interface: Interface) -> None:
    reference = interface.file("aides-techniques", "parent_for_child")
    issued = interface.issue(reference)
    typed = reference.lower().replace("-", "").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    response = interface.client.get(f"/api/v1/cases/{typed}", headers=interface.bearer())
    case = response.json()
    assert case["reference"] == reference
    assert case["beneficiary"]["name"] == {"ar": "سليم العلوي", "fr": "Salim El Alaoui"}
    assert case["beneficiary"]["birth_date"] == "2017-10-03"
    assert case["answers"]["relation"] == "child"
    assert not {"cnie", "disability", "aid_type", "details"} & case["answers"].keys()
    assert "FB123456" not in response.text
    assert case["state_label"]["fr"] == "Dossier en cours de dépôt"
    assert [event["kind"] for event in case["events"]] == ["submitted", "document_issued"]
    assert case["documents"][0]["number"] == issued.number
    assert case["documents"][0]["sha256"] == hashlib.sha256(b"signed").hexdigest()
    assert case["filed_at"].endswith("Z")
    assert case["links"]["self"] == f"{BASE}/api/v1/cases/{reference}"


# The list


def walk(interface: Interface, headers: dict[str, str], **params: Any) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        response = interface.client.get("/api/v1/cases", params={**params, **cursor}, headers=headers)
        assert response.status_code == 200, response.text
        page = response.json()
        yield page
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def test_no_change_is_lost_or_told_twice_while_cases_change_between_pages(interface: Interface) -> None:
    filed = [interface.file("reclamation", "lighting") for _ in range(5)]
    headers, seen = interface.bearer("interior"), []
    pages = walk(interface, headers, limit=2)
    seen += [case["reference"] for case in next(pages)["items"]]
    interface.withdraw(filed[0])  # Read already: comes again, changed.
    interface.withdraw(filed[3])  # Not read yet: comes once, at its new place.
    late = interface.file("reclamation", "road")
    for page in pages:
        seen += [case["reference"] for case in page["items"]]
    assert seen == [filed[0], filed[1], filed[2], filed[4], filed[0], filed[3], late]


def test_asking_again_from_where_the_last_walk_says_misses_nothing(interface: Interface) -> None:
    headers = interface.bearer("interior")
    old = interface.file("reclamation", "lighting")
    interface.clock.forward(minutes=10)
    recent = interface.file("reclamation", "lighting")
    since = {page["next_updated_since"] for page in walk(interface, headers, limit=1)}
    assert len(since) == 1
    # A change made before the walk, and committed after it, would still be found: the walk claims the last minute not.
    again = [
        case["reference"] for page in walk(interface, headers, updated_since=since.pop()) for case in page["items"]
    ]
    assert again == [recent]
    assert old not in again


def test_updated_since_is_a_moment_of_any_zone(interface: Interface) -> None:
    reference = interface.file("reclamation", "lighting")
    headers = interface.bearer("interior")
    filed_at = interface.client.get(f"/api/v1/cases/{reference}", headers=headers).json()["filed_at"]
    moment = datetime.fromisoformat(filed_at)
    for hours, found in ((0, 1), (1, 0)):
        written = (moment + timedelta(hours=hours, microseconds=hours)).astimezone().isoformat()
        shown = interface.client.get("/api/v1/cases", params={"updated_since": written}, headers=headers).json()
        assert len(shown["items"]) == found
    unescaped = "/api/v1/cases?updated_since=2026-01-01T00:00:00+01:00"
    assert len(interface.client.get(unescaped, headers=headers).json()["items"]) == 1


@pytest.mark.parametrize(
    "params",
    [
        {"updated_since": "yesterday"},
        {"updated_since": "2026-11-03"},
        {"updated_since": "2026-11-03T09:00:00"},
        {"updated_since": "2026-02-30T09:00:00Z"},
        {"updated_since": "0001-01-01T00:00:00+23:00"},
        {"updated_since": ""},
        {"cursor": "x"},
        {"cursor": ""},
        {"cursor": "W10"},
        {"cursor": base64.urlsafe_b64encode(b'["2026-11-03T09:00:00Z","a\\u0000","2026-11-03T09:00:00Z"]').decode()},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "many"},
    ],
)
def test_a_list_asked_for_wrongly_says_what_is_wrong(interface: Interface, params: dict[str, str]) -> None:
    response = interface.client.get("/api/v1/cases", params=params, headers=interface.bearer())
    assert next(iter(params)) in check_problem(response, 400, "bad-request")["detail"]
