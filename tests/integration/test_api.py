"""Partner ministries and platforms reach their cases, and nobody else's, over HTTP."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
import yaml
from argon2 import PasswordHasher
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from limits.strategies import FixedWindowRateLimiter
from schemathesis.checks import CHECKS
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from portal import api
from portal.actions import apply, perform, submit
from portal.actions.apply import Journey, Owner
from portal.actions.deps import Deps, Platform
from portal.actions.publish import publish_all, read_publications
from portal.actions.registry import Registry
from portal.domain.case import SYSTEM, Actor, Person
from portal.domain.events import DocumentIssued
from portal.domain.service import Role
from portal.fields import FIELD_TYPES
from portal.http.edge import Edge
from portal.http.limiting import Limiter
from portal.store import cases, documents, journal, partners
from portal.store.documents import Issued
from portal.store.engine import make_engine
from portal.store.publications import Publication
from portal.store.rates import DatabaseStorage
from portal.store.tables import Base
from portal.store.unit_of_work import Store
from portal.store.vault import Vault

ROOT = Path(__file__).parents[2]
BASE = "https://portal.example"
SECRET = "the ministry's secret: 50% + more"
CALLBACK_SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, ok").decode()
HEALTH = list(HealthCheck)
CONFORMANCE = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
CITIZEN = Actor("citizen-1", frozenset({Role.APPLICANT}))
START = datetime(2026, 11, 3, 9, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that goes on by a second whenever it is looked at, and by more when told."""

    moment: datetime = START

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass
class ListedJobs:
    """Jobs that are only written down."""

    asked: list[str] = field(default_factory=list)

    def enqueue(self, transaction: Any, effect_id: str, name: str) -> None:
        self.asked.append(effect_id)

    def retry(self, transaction: Any, effect_id: str, name: str) -> None:
        self.asked.append(effect_id)


@dataclass(frozen=True)
class Portal:
    """The interface over a small portal of its own, and ways to make things happen in it."""

    deps: Deps
    clock: HandClock
    client: TestClient

    def file(self, service: str, example: str) -> str:
        """Files an example's answers as a citizen would; the case's reference."""
        text = (ROOT / "services/catalogue" / service / "v1/examples" / f"{example}.yaml").read_text("utf-8")
        answers = {
            key: str(value) if hasattr(value, "isoformat") else value
            for key, value in yaml.safe_load(text)["answers"].items()
        }
        owner = Owner("citizen", CITIZEN.id)
        with self.deps.unit_of_work() as work:
            definition = self.deps.registry.service(service)
            draft = apply.start(work, definition, owner, "ar", identity={}, filer=Person(), applicant=Person())
            for page in definition.pages:
                journey = Journey(self.deps, draft)
                if not page.when(journey.facts()):
                    continue
                raw: dict[str, str] = {}
                for question in page.fields:
                    raw.update(FIELD_TYPES[question.type].write(question, answers.get(question.id)))
                draft, reading = apply.save_page(work, journey, page, raw)
                assert not reading.errors
            return submit.submit(work, self.deps, draft.id, (owner,), CITIZEN, "ar").reference

    def withdraw(self, reference: str) -> None:
        with self.deps.unit_of_work() as work:
            perform.perform(work, self.deps, CITIZEN, reference, "withdraw", {})

    def issue(self, reference: str) -> Issued:
        """Enters a document in the register, as issuing does once the file is signed."""
        with self.deps.unit_of_work() as work:
            dossier = cases.find(work.connection, work.vault, reference, lock=True)
            assert dossier is not None
            case_id = dossier.case.id
            issued = Issued("d1", "BRK-R-2026-1", case_id, "receipt", f"{case_id}:1", "C" * 16, None, None, work.now)
            documents.reserve(work.connection, work.vault, issued)
            documents.finish(work.connection, issued, hashlib.sha256(b"signed").hexdigest())
            cases.record(work.connection, dossier, [DocumentIssued("receipt", issued.number)], SYSTEM, work.now)
        return issued

    def events(self, reference: str) -> list[Any]:
        with self.deps.reading() as work:
            dossier = cases.find(work.connection, work.vault, reference)
            assert dossier is not None
            return [line.event for line in journal.read(work.connection, dossier.case.id, dossier.seal)]

    def ask_token(self, client_id: str = "msis", secret: str = SECRET, **more: str) -> Any:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **more}
        return self.client.post("/oauth/token", data=form)

    def bearer(self, client_id: str = "msis") -> dict[str, str]:
        return {"authorization": f"Bearer {self.ask_token(client_id).json()['access_token']}"}

    def callback(self, body: Mapping[str, Any], *, message: str = "msg_1", secret: str = CALLBACK_SECRET) -> Any:
        text = json.dumps(body)
        now = datetime.now(UTC)
        headers = {
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message, now, text),
        }
        return self.client.post("/api/v1/callbacks/jisr", content=text, headers=headers)


@pytest.fixture(scope="module")
def catalogue() -> list[Publication]:
    return read_publications(ROOT / "services")


@pytest.fixture
def portal(tmp_path: Path, catalogue: list[Publication]) -> Iterator[Portal]:
    engine = make_engine(f"sqlite:///{tmp_path}/portal.db")
    Base.metadata.create_all(engine)
    clock = HandClock()
    absent = cast(Any, None)
    deps = Deps(
        store=Store(engine, Vault("0123456789abcdef0123456789abcdef"), ListedJobs(), clock),
        registry=Registry(engine),
        clock=clock,
        files=absent,
        renderer=absent,
        signer=absent,
        identity=absent,
        messengers={},
        platforms={"jisr": Platform(absent, CALLBACK_SECRET)},
        base_url=BASE,
        limits=Limiter(FixedWindowRateLimiter(DatabaseStorage(engine)), b"key"),
    )
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(SECRET)
    with deps.unit_of_work() as work:
        publish_all(work.connection, catalogue, work.now)
        known = {"msis": ("aides-techniques",), "interior": ("reclamation", "certificat-residence")}
        for partner_id, services in known.items():
            partners.add(
                work.connection, partners.Partner(partner_id, f"Ministry {partner_id}", services), quick, START
            )
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.deps = deps
    api.install(app)
    with TestClient(Edge(app, [], lambda _scope: 256 * 1024), base_url=BASE) as client:
        yield Portal(deps, clock, client)
    engine.dispose()


def check_problem(response: Any, status: int, name: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"] == f"{BASE}/api/v1/problems/{name}"
    assert {"title", "detail", "instance"} <= problem.keys()
    return problem


# Tokens


def test_a_partner_gets_a_token_for_an_hour(portal: Portal) -> None:
    response = portal.ask_token()
    token = response.json()
    assert response.status_code == 200
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("Bearer", 3600, "aides-techniques")
    assert (response.headers["cache-control"], response.headers["pragma"]) == ("no-store", "no-cache")
    headers = {"authorization": f"Bearer {token['access_token']}"}
    assert portal.client.get("/api/v1/cases", headers=headers).status_code == 200
    portal.clock.moment += timedelta(hours=1)
    late = portal.client.get("/api/v1/cases", headers=headers)
    check_problem(late, 401, "token-needed")
    assert 'error="invalid_token"' in late.headers["www-authenticate"]


def test_a_client_may_also_prove_itself_by_http_basic(portal: Portal) -> None:
    form = {"grant_type": "client_credentials"}
    # The secret is form-encoded before it is joined (RFC 6749, section 2.3.1).
    joined = "msis:the+ministry%27s+secret%3A+50%25+%2B+more"
    headers = {"authorization": "Basic " + base64.b64encode(joined.encode()).decode()}
    assert portal.client.post("/oauth/token", data=form, headers=headers).status_code == 200
    twice = portal.client.post("/oauth/token", data={**form, "client_secret": SECRET}, headers=headers)
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
def test_a_refused_token_says_why_as_oauth_does(portal: Portal, form: dict[str, str], status: int, error: str) -> None:
    sent = {"grant_type": "client_credentials", "client_id": "msis", "client_secret": SECRET, **form}
    response = portal.client.post("/oauth/token", data=sent)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert ("www-authenticate" in response.headers) == (status == 401)
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"{}", b"\xff=1", b"a=1&a=2", b"x" * 10_000])
def test_a_body_that_is_no_form_gets_no_token(portal: Portal, body: bytes) -> None:
    headers = {"content-type": "application/json" if body == b"{}" else "application/x-www-form-urlencoded"}
    response = portal.client.post("/oauth/token", content=body, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_guessing_a_secret_is_slowed_down(portal: Portal) -> None:
    answers = [portal.ask_token(secret=f"guess {n}") for n in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {401}
    assert answers[30].status_code == 429
    assert answers[30].headers["retry-after"] == "60"


# Who may read what


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic bXNpczp4"}, {"authorization": "Bearer "}])
def test_without_a_token_nothing_is_told(portal: Portal, headers: dict[str, str]) -> None:
    reference = portal.file("reclamation", "lighting")
    for path in ("/api/v1/services", "/api/v1/cases", f"/api/v1/cases/{reference}"):
        response = portal.client.get(path, headers=headers)
        check_problem(response, 401, "token-needed")
        assert response.headers["www-authenticate"] == 'Bearer realm="shubbak"'
    report = {"id": "1", "status": "received"}
    check_problem(portal.client.post(f"/api/v1/cases/{reference}/events", json=report), 401, "token-needed")


def test_a_made_up_token_opens_nothing_and_writes_nothing(portal: Portal) -> None:
    reference = portal.file("aides-techniques", "for_oneself")
    headers = {"authorization": "Bearer made-up"}
    check_problem(portal.client.get("/api/v1/services", headers=headers), 401, "token-needed")
    report = {"id": "1", "status": "received"}
    response = portal.client.post(f"/api/v1/cases/{reference}/events", json=report, headers=headers)
    check_problem(response, 401, "token-needed")
    assert [event.kind for event in portal.events(reference)] == ["CaseSubmitted"]


def test_a_partner_sees_the_services_granted_to_it_and_their_cases_only(portal: Portal) -> None:
    own, foreign = portal.file("reclamation", "lighting"), portal.file("aides-techniques", "for_oneself")
    headers = portal.bearer("interior")
    services = portal.client.get("/api/v1/services", headers=headers).json()["items"]
    assert [service["slug"] for service in services] == ["certificat-residence", "reclamation"]
    assert (services[0]["fee"]["amount"], services[0]["fee"]["currency"]) == ("20", "MAD")
    assert services[0]["url"]["fr"] == f"{BASE}/fr/services/certificat-residence"
    listed = portal.client.get("/api/v1/cases", headers=headers).json()["items"]
    assert [case["reference"] for case in listed] == [own]
    report = {"id": "1", "status": "received"}
    for reference in (foreign, "BRK-26-0000-0000-0", "nothing", "٣"):
        check_problem(portal.client.get(f"/api/v1/cases/{reference}", headers=headers), 404, "not-found")
        posted = portal.client.post(f"/api/v1/cases/{reference}/events", json=report, headers=headers)
        check_problem(posted, 404, "not-found")


def test_a_case_tells_what_a_partner_may_know_and_no_more(portal: Portal) -> None:
    reference = portal.file("aides-techniques", "parent_for_child")
    issued = portal.issue(reference)
    typed = reference.lower().replace("-", "").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    response = portal.client.get(f"/api/v1/cases/{typed}", headers=portal.bearer())
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


def walk(portal: Portal, headers: dict[str, str], **params: Any) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        response = portal.client.get("/api/v1/cases", params={**params, **cursor}, headers=headers)
        assert response.status_code == 200, response.text
        page = response.json()
        yield page
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def test_no_change_is_lost_or_told_twice_while_cases_change_between_pages(portal: Portal) -> None:
    filed = [portal.file("reclamation", "lighting") for _ in range(5)]
    headers, seen = portal.bearer("interior"), []
    pages = walk(portal, headers, limit=2)
    seen += [case["reference"] for case in next(pages)["items"]]
    portal.withdraw(filed[0])  # Read already: comes again, changed.
    portal.withdraw(filed[3])  # Not read yet: comes once, at its new place.
    late = portal.file("reclamation", "road")
    for page in pages:
        seen += [case["reference"] for case in page["items"]]
    assert seen == [filed[0], filed[1], filed[2], filed[4], filed[0], filed[3], late]


def test_asking_again_from_where_the_last_walk_says_misses_nothing(portal: Portal) -> None:
    headers = portal.bearer("interior")
    old = portal.file("reclamation", "lighting")
    portal.clock.moment += timedelta(minutes=10)
    recent = portal.file("reclamation", "lighting")
    since = {page["next_updated_since"] for page in walk(portal, headers, limit=1)}
    assert len(since) == 1
    # A change made before the walk, and committed after it, would still be found: the walk claims the last minute not.
    again = [case["reference"] for page in walk(portal, headers, updated_since=since.pop()) for case in page["items"]]
    assert again == [recent]
    assert old not in again


def test_updated_since_is_a_moment_of_any_zone(portal: Portal) -> None:
    reference = portal.file("reclamation", "lighting")
    headers = portal.bearer("interior")
    filed_at = portal.client.get(f"/api/v1/cases/{reference}", headers=headers).json()["filed_at"]
    moment = datetime.fromisoformat(filed_at)
    for hours, found in ((0, 1), (1, 0)):
        written = (moment + timedelta(hours=hours, microseconds=hours)).astimezone().isoformat()
        shown = portal.client.get("/api/v1/cases", params={"updated_since": written}, headers=headers).json()
        assert len(shown["items"]) == found
    unescaped = "/api/v1/cases?updated_since=2026-01-01T00:00:00+01:00"
    assert len(portal.client.get(unescaped, headers=headers).json()["items"]) == 1


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
def test_a_list_asked_for_wrongly_says_what_is_wrong(portal: Portal, params: dict[str, str]) -> None:
    response = portal.client.get("/api/v1/cases", params=params, headers=portal.bearer())
    assert next(iter(params)) in check_problem(response, 400, "bad-request")["detail"]


# Reports


def test_a_report_is_entered_once_however_often_it_is_sent(portal: Portal) -> None:
    reference, headers = portal.file("aides-techniques", "for_oneself"), portal.bearer()
    report = {
        "id": "e-1",
        "status": "in_progress",
        "label": {"ar": "قيد المعالجة", "fr": "En cours"},
        "note": "Rendez-vous le 3",
    }
    path = f"/api/v1/cases/{reference}/events"
    answers = [portal.client.post(path, json=report, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert [answer.json()["repeated"] for answer in answers] == [False, True]
    told = portal.client.get(f"/api/v1/cases/{reference}", headers=headers).json()["events"][-1]
    assert (told["kind"], told["status"], told["label"]) == ("follow_up", "in_progress", report["label"])
    event = portal.events(reference)[-1]
    assert (event.source, event.note) == ("Ministry msis", "Rendez-vous le 3")


def test_the_id_of_a_report_may_come_as_a_header_and_counts_per_case(portal: Portal) -> None:
    headers = {**portal.bearer(), "idempotency-key": "e-1"}
    for _ in range(2):
        path = f"/api/v1/cases/{portal.file('aides-techniques', 'for_oneself')}/events"
        assert portal.client.post(path, json={"status": "received"}, headers=headers).status_code == 201


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
def test_a_report_that_cannot_be_taken_says_where(portal: Portal, report: object, status: int) -> None:
    path = f"/api/v1/cases/{portal.file('aides-techniques', 'for_oneself')}/events"
    check_problem(portal.client.post(path, json=report, headers=portal.bearer()), status, "invalid")


def test_broken_or_oversized_json_is_told_apart(portal: Portal) -> None:
    path = f"/api/v1/cases/{portal.file('aides-techniques', 'for_oneself')}/events"
    headers = {**portal.bearer(), "content-type": "application/json"}
    check_problem(portal.client.post(path, content="{", headers=headers), 400, "bad-request")
    check_problem(portal.client.post(path, content="x" * 300_000, headers=headers), 413, "too-large")


# Callbacks


def follow_up(reference: str, status: str = "appointment", **more: Any) -> dict[str, Any]:
    data = {"reference": reference, "remote_reference": "JSR-1", "status": status, **more}
    return {"type": "case.follow_up", "timestamp": "2026-11-21T08:00:00Z", "data": data}


def test_what_jisr_reports_is_entered_once_with_its_name_in_both_languages(portal: Portal) -> None:
    reference = portal.file("aides-techniques", "for_oneself")
    body = follow_up(reference, date="2026-12-01", note={"ar": "على الساعة التاسعة", "fr": "À neuf heures"})
    assert [portal.callback(body).status_code for _ in range(2)] == [204, 204]
    assert portal.callback(follow_up(reference, "delivered"), message="msg_2").status_code == 204
    first, second = portal.events(reference)[1:]
    names = portal.deps.registry.platform("jisr").follow_ups
    assert (first.source, first.status, first.label) == ("jisr", "appointment", names["appointment"].values)
    assert first.note == "01/12/2026\nعلى الساعة التاسعة\nÀ neuf heures"
    assert second.status == "delivered"


def test_a_callback_nobody_signed_changes_nothing(portal: Portal) -> None:
    reference = portal.file("aides-techniques", "for_oneself")
    forged = "whsec_" + base64.b64encode(b"another secret of thirty-two byt").decode()
    check_problem(portal.callback(follow_up(reference), secret=forged), 401, "bad-signature")
    check_problem(portal.client.post("/api/v1/callbacks/jisr", json=follow_up(reference)), 401, "bad-signature")
    check_problem(portal.client.post("/api/v1/callbacks/rnp", json=follow_up(reference)), 404, "not-found")
    assert len(portal.events(reference)) == 1


def test_a_signed_callback_that_cannot_be_taken_says_why(portal: Portal) -> None:
    reference, foreign = portal.file("aides-techniques", "for_oneself"), portal.file("reclamation", "lighting")
    check_problem(portal.callback(follow_up(reference, "lost")), 422, "invalid")
    check_problem(portal.callback({"type": "case.follow_up"}), 422, "invalid")
    check_problem(portal.callback(follow_up(reference, note={"ar": "\ud800", "fr": "x"})), 422, "invalid")
    check_problem(portal.callback(follow_up(foreign)), 404, "not-found")
    check_problem(portal.callback(follow_up(reference, more="x" * 66_000)), 413, "too-large")
    # None of these used the message's id up.
    assert portal.callback(follow_up(reference)).status_code == 204
    assert len(portal.events(reference)) == 2


# The interface as a whole


def test_an_address_that_is_none_gets_a_problem_too(portal: Portal) -> None:
    check_problem(portal.client.get("/api/v1/nothing"), 404, "not-found")
    check_problem(portal.client.get("/oauth/nothing"), 404, "not-found")
    wrong = portal.client.delete("/api/v1/cases")
    check_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET"
    assert portal.client.get("/oauth/token").headers["allow"] == "POST"


def test_a_fault_of_ours_tells_an_id_and_nothing_else(portal: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    headers = portal.bearer()
    with portal.deps.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE cases")
    problem = check_problem(portal.client.get("/api/v1/cases?cursor", headers=headers), 400, "bad-request")
    problem = check_problem(portal.client.get("/api/v1/cases", headers=headers), 500, "unexpected")
    logged = capsys.readouterr().out
    assert problem["instance"] in logged
    assert "portal.store.lists:" in logged
    assert "aides-techniques" not in logged + str(problem)


def test_the_type_of_every_problem_can_be_read_up(portal: Portal) -> None:
    problem = check_problem(portal.client.get("/api/v1/cases"), 401, "token-needed")
    assert portal.client.get(problem["type"]).json()["title"] == problem["title"]


def test_the_description_is_openapi_3_1_of_this_interface_alone(portal: Portal) -> None:
    document = portal.client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/oauth/token", "/api/v1/cases/{reference}/events", "/api/v1/callbacks/{platform}"} <= document[
        "paths"
    ].keys()
    assert all(path.startswith(("/api/v1/", "/oauth/")) for path in document["paths"])
    flow = document["components"]["securitySchemes"]["partnerToken"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/oauth/token"


def test_whatever_is_sent_the_answer_is_as_described(portal: Portal) -> None:
    reference, headers = portal.file("reclamation", "lighting"), portal.bearer("interior")
    portal.issue(reference)
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", portal.client.app)
    checks = CHECKS.get_by_names(CONFORMANCE)
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(), real=booleans())
        def check(case: Any, real: bool) -> None:
            if real and "reference" in case.path_parameters:
                case.path_parameters["reference"] = reference
            case.call_and_validate(headers=headers, checks=checks)

        check()
