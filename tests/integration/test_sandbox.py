"""The sandbox behaves as its manual says, so that what is tested against it means something."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from portal.sandbox.__main__ import main
from portal.sandbox.persons import PERSONS
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox
from portal.sandbox.texts import TEXTS

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # The pair printed in RFC 7636.
CALLBACK = "http://127.0.0.1:8000/sign-in/callback"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def browser(sandbox: RunningSandbox) -> httpx2.Client:
    sandbox.reset()
    return sandbox.client


def request_to_sign_in(**changes: str) -> dict[str, str]:
    wanted = {
        "client_id": "shubbak",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile",
        "state": "the-state",
        "nonce": "the-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {**wanted, **changes}


def push(browser: httpx2.Client, key: str = "k-1", reference: str = "BRK-26-AAAA-AAAA-A") -> httpx2.Response:
    body = {"reference": reference, "service": {"code": "x"}, "beneficiary": {"name": {"ar": "<b>سلمى</b>"}}}
    headers = {"authorization": "Bearer sandbox-jisr-key", "idempotency-key": key}
    return browser.post("/jisr/v1/cases", json=body, headers=headers)


def send_sms(browser: httpx2.Client, text: str) -> httpx2.Response:
    body = {"to": "+212600000011", "text": text, "key": text}
    return browser.post("/sms/v1/messages", json=body, headers={"authorization": "Bearer sandbox-sms-key"})


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_its_page_shows_what_arrived_and_runs_none_of_it(browser: httpx2.Client, language: str) -> None:
    push(browser)
    send_sms(browser, "<script>alert(1)</script>")

    page = browser.get("/", params={"lang": language})

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "&lt;b&gt;سلمى" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert TEXTS["cases"][language] in page.text


def test_every_text_exists_in_both_languages() -> None:
    assert all(set(text) == {"ar", "fr"} and all(text.values()) for text in TEXTS.values())


def test_a_follow_up_and_the_switches_work_from_the_page(browser: httpx2.Client) -> None:
    remote = push(browser).json()["remote_reference"]

    sent = browser.post("/actions/follow-up", data={"remote": remote, "status": "delivered"})
    set_up = browser.post(
        "/actions/switches/jisr", data={"fail": "2", "reject": "0", "stall": "0", "delay": "3", "twice": "on"}
    )

    assert (sent.status_code, set_up.status_code) == (303, 303)
    inbox = browser.get("/inbox.json").json()
    assert "delivered" in [callback["status"] for callback in inbox["callbacks"]]
    expected = {"fail": 2, "reject": 0, "stall": 0, "delay": 3, "twice": True, "automatic": False}
    assert inbox["controls"]["jisr"] == expected


def test_a_switch_set_to_nonsense_changes_nothing(browser: httpx2.Client) -> None:
    before = browser.get("/inbox.json").json()["controls"]

    refused = browser.post("/jisr/control", json={"fail": 3, "stall": -1})
    from_page = browser.post("/actions/switches/sms", data={"fail": "many", "reject": "0"})

    assert refused.status_code == 422
    assert from_page.headers["location"].endswith("outcome=not_possible")
    assert browser.get("/inbox.json").json()["controls"] == before


def test_another_site_cannot_make_a_browser_post_here(browser: httpx2.Client) -> None:
    refused = browser.post("/reset", headers={"sec-fetch-site": "cross-site"})

    assert refused.status_code == 403


def test_without_the_key_nothing_is_taken_or_shown(browser: httpx2.Client) -> None:
    assert browser.get("/jisr/v1/cases").status_code == 401
    assert browser.post("/jisr/v1/cases", json={}).status_code == 401
    assert browser.post("/sms/v1/messages", json={}).status_code == 401


def test_a_follow_up_of_an_unknown_case_or_status_is_refused(browser: httpx2.Client) -> None:
    remote = push(browser).json()["remote_reference"]

    assert browser.post("/jisr/v1/cases/JISR-26-999999/follow-up", json={"status": "closed"}).status_code == 404
    assert browser.post(f"/jisr/v1/cases/{remote}/follow-up", json={"status": "eaten"}).status_code == 422


def test_the_cases_of_one_reference_are_listed(browser: httpx2.Client) -> None:
    push(browser, "k-1", "BRK-1")
    push(browser, "k-2", "BRK-2")

    headers = {"authorization": "Bearer sandbox-jisr-key"}
    found = browser.get("/jisr/v1/cases", params={"reference": "BRK-2"}, headers=headers).json()

    assert [case["key"] for case in found] == ["k-2"]


def test_the_sign_in_page_offers_every_person_in_both_scripts(browser: httpx2.Client) -> None:
    page = browser.get("/idp/authorize", params=request_to_sign_in(ui_locales="fr"))

    assert '<html lang="fr" dir="ltr">' in page.text
    for person in PERSONS:
        assert person.name_ar in page.text
        assert person.name_fr in page.text


def test_it_sends_nobody_to_a_site_it_does_not_know(browser: httpx2.Client) -> None:
    for address in ("https://evil.example/cb", "javascript:alert(1)", "http://127.0.0.1@evil.example/", "//x"):
        wanted = request_to_sign_in(redirect_uri=address, login_hint="fatima")
        refused = browser.get("/idp/authorize", params=wanted)
        assert refused.status_code == 400
        assert "location" not in refused.headers
    unknown = browser.get("/idp/authorize", params=request_to_sign_in(client_id="other", login_hint="fatima"))
    assert unknown.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_request_it_cannot_serve_goes_back_with_its_error(
    browser: httpx2.Client, changes: dict[str, str], error: str
) -> None:
    answer = browser.get("/idp/authorize", params=request_to_sign_in(login_hint="fatima", **changes))

    assert httpx2.URL(answer.headers["location"]).params["error"] == error
    assert httpx2.URL(answer.headers["location"]).params["state"] == "the-state"


def exchange(browser: httpx2.Client, code: str, **changes: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return browser.post("/idp/token", data={**form, **changes}, auth=("shubbak", "sandbox-client-secret"))


def code_for(browser: httpx2.Client, person: str) -> str:
    answer = browser.get("/idp/authorize", params=request_to_sign_in(login_hint=person))
    return str(httpx2.URL(answer.headers["location"]).params["code"])


def test_a_code_serves_once(browser: httpx2.Client) -> None:
    code = code_for(browser, "fatima")

    assert exchange(browser, code).status_code == 200
    assert exchange(browser, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("changes", [{"code_verifier": "x" * 43}, {"redirect_uri": CALLBACK + "2"}])
def test_a_code_serves_only_whoever_asked_for_it(browser: httpx2.Client, changes: dict[str, str]) -> None:
    assert exchange(browser, code_for(browser, "fatima"), **changes).json() == {"error": "invalid_grant"}


def test_a_client_without_its_secret_gets_nothing(browser: httpx2.Client) -> None:
    form = {"grant_type": "authorization_code", "code": code_for(browser, "fatima"), "client_id": "shubbak"}

    assert browser.post("/idp/token", data=form).status_code == 401


def test_only_what_was_asked_for_is_told(browser: httpx2.Client) -> None:
    token = exchange(browser, code_for(browser, "fatima")).json()["access_token"]

    told = browser.get("/idp/userinfo", headers={"authorization": f"Bearer {token}"}).json()

    assert told["name#ar"] == "فاطمة الزهراء بنعلي"
    assert "phone_number" not in told
    assert browser.get("/idp/userinfo", headers={"authorization": "Bearer x"}).status_code == 401


def test_it_stops_when_told_and_keeps_what_it_received_and_its_key(tmp_path: Path) -> None:
    keys, cases, stops = [], [], []
    for _ in range(2):
        with running_sandbox(tmp_path, "--no-follow-up") as sandbox:
            push(sandbox.client)
            keys.append(sandbox.client.get("/idp/jwks").json())
            cases.append([case["repeats"] for case in sandbox.inbox()["cases"]])
            sandbox.process.terminate()
            stops.append(sandbox.process.wait(10))

    assert keys[0] == keys[1]
    assert "d" not in keys[0]["keys"][0]
    assert cases == [[0], [1]]
    assert stops == [0, 0]
    assert (tmp_path / "idp-key.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("taken", ["--port", "--smtp-port"])
def test_a_port_that_is_taken_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: str
) -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        ports = {"--port": free_port(), "--smtp-port": free_port(), taken: occupant.getsockname()[1]}
        options = [word for name, port in ports.items() for word in (name, str(port))]

        assert main(["--data-dir", str(tmp_path), *options]) == 1

    told = capsys.readouterr().err
    assert told.startswith("The sandbox cannot start")
    assert len(told.splitlines()) == 1
