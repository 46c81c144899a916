"""A citizen signs in on the portal's own pages, through two identity providers that it reaches over HTTP."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pytest_iam import Server

from portal.adapters.identity.oidc import OpenIdProvider
from portal.i18n import translate
from portal.ports import IdentityProvider
from portal.sandbox.process import RunningSandbox, running_sandbox
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.portal import BASE_URL, TestPortal

pytestmark = one_database
CALLBACK = f"{BASE_URL}/fr/sign-in/callback"
CLIENT_SECRET = "a secret of thirty-two characters"
Another = Callable[[], Browser]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), portal_url=BASE_URL) as running:
        yield running


def with_provider(portal: TestPortal, provider: IdentityProvider) -> None:
    """Puts the real protocol in the place of the fake."""
    portal.deps = replace(portal.deps, identity=provider)
    state = portal.app.app.state  # type: ignore[attr-defined]
    state.deps = portal.deps


@pytest.fixture
def browser(portal: TestPortal, sandbox: RunningSandbox) -> Browser:
    """A browser at a portal whose citizens sign in at the sandbox."""
    with_provider(portal, OpenIdProvider(sandbox.issuer, sandbox.client_id, sandbox.client_secret))
    return Browser(portal)


def leave(browser: Browser, level: str = "substantial") -> str:
    """Presses the button; the provider's address that the browser is sent to."""
    browser.get("/fr/sign-in")
    browser.post("/fr/sign-in", {"next": "/fr/cases", "level": level}, follow_redirects=False)
    assert browser.last.status_code == 303, browser.text
    return str(browser.last.headers["location"])


def choose(address: str, person: str) -> str:
    """Somebody is chosen on the sandbox's page; where that sends the browser."""
    return httpx2.get(f"{address}&login_hint={person}").headers["location"].removeprefix(BASE_URL)


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def is_signed_in(browser: Browser) -> bool:
    return bool(browser.client.get("/fr/cases", follow_redirects=False).status_code == 200)


def test_whoever_chose_herself_at_the_sandbox_comes_back_signed_in(browser: Browser) -> None:
    browser.get(choose(leave(browser), "fatima"))
    assert browser.url == "/fr/cases"
    assert "Fatima Zahra Benali" in browser.text
    assert "فاطمة الزهراء بنعلي" in browser.get("/ar/cases").text


def test_whoever_signs_in_through_canaille_comes_back_signed_in(portal: TestPortal, iam_server: Server) -> None:
    user = iam_server.random_user(user_name="fatima", formatted_name="Fatima Zahra Benali")
    client = iam_server.models.Client(
        client_id=str(uuid.uuid4()),
        client_secret=CLIENT_SECRET,
        client_name="Shubbak",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "profile", "email", "phone"],
        token_endpoint_auth_method="client_secret_basic",
        id_token_signed_response_alg="RS256",
    )
    iam_server.backend.save(client)
    client.audience = [client]
    iam_server.backend.save(client)
    iam_server.login(user)
    issuer = iam_server.url.rstrip("/")
    with_provider(portal, OpenIdProvider(issuer, client.client_id, CLIENT_SECRET, scopes=client.scope))
    browser = Browser(portal)
    address = leave(browser, "low")
    with httpx2.Client(timeout=20) as there:
        there.get(address)
        back = there.post(address, data={"answer": "accept"}).headers["location"]
    browser.get(back.removeprefix(BASE_URL))
    assert browser.url == "/fr/cases"
    assert "Fatima Zahra Benali" in browser.text


def test_her_identity_goes_into_the_form(browser: Browser) -> None:
    browser.get(choose(leave(browser), "fatima"))
    browser.get("/fr/services/certificat-residence/apply")
    browser.post("/fr/services/certificat-residence/apply")
    assert 'value="FA112233"' in browser.last.text
    draft = browser.url.split("/")[3]
    assert re.search(r'value="02\.113\.01\.09/hay-salam" selected', browser.get(f"/fr/drafts/{draft}/home").text)


def test_an_answer_with_another_state_signs_nobody_in(browser: Browser) -> None:
    address = leave(browser)
    back = choose(address, "fatima")
    browser.get(back.replace(state_of(address), "x" * 43))
    assert browser.last.status_code == 400
    assert not is_signed_in(browser)


def test_an_answer_brought_by_another_browser_signs_nobody_in(portal: TestPortal, browser: Browser) -> None:
    back = choose(leave(browser), "fatima")
    victim = Browser(portal)
    for begun in (False, True):
        if begun:
            leave(victim)
        victim.get(back)
        assert victim.last.status_code == 400
        assert not is_signed_in(victim)


def test_an_answer_serves_once(browser: Browser) -> None:
    back = choose(leave(browser), "fatima")
    browser.get(back)
    assert is_signed_in(browser)
    browser.post("/fr/sign-out")
    browser.get(back)
    assert browser.last.status_code == 400
    assert not is_signed_in(browser)


def test_an_answer_that_comes_too_late_signs_nobody_in(portal: TestPortal, browser: Browser) -> None:
    back = choose(leave(browser), "fatima")
    portal.clock.forward(minutes=11)
    assert browser.get(back).status_code == 400
    assert not is_signed_in(browser)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?error=access_denied&state={state}"])
def test_whoever_changes_her_mind_is_told_and_may_try_again(browser: Browser, query: str) -> None:
    address = leave(browser)
    browser.get(f"/fr/sign-in/callback{query.format(state=state_of(address))}")
    assert browser.last.status_code == 400
    assert not is_signed_in(browser)
    browser.get(choose(leave(browser), "fatima"))
    assert is_signed_in(browser)


def test_a_low_level_of_assurance_cannot_start_what_needs_more(browser: Browser) -> None:
    browser.get(choose(leave(browser, "low"), "salma"))
    assert is_signed_in(browser)
    browser.get("/fr/services/certificat-residence/apply")
    assert 'action="/fr/services/certificat-residence/apply"' not in browser.last.text
    browser.post("/fr/services/certificat-residence/apply")
    assert browser.url == "/fr/services/certificat-residence/apply"
    assert "/drafts/" not in browser.get("/fr/cases").text
    browser.get("/fr/services/reclamation/apply")
    browser.post("/fr/services/reclamation/apply")
    assert "/drafts/" in browser.url


def test_a_visitors_draft_stays_hers_after_she_signs_in(browser: Browser) -> None:
    browser.get("/fr/services/reclamation/apply")
    browser.post("/fr/services/reclamation/apply")
    draft = browser.url
    browser.get(choose(leave(browser), "fatima"))
    assert browser.get(draft).status_code == 200


def test_a_provider_that_dies_is_told_as_a_page(portal: TestPortal, tmp_path: Path) -> None:
    with running_sandbox(tmp_path, portal_url=BASE_URL) as dying:
        with_provider(portal, OpenIdProvider(dying.issuer, dying.client_id, dying.client_secret))
        browser = Browser(portal)
        back = choose(leave(browser), "fatima")
    browser.get(back)
    assert browser.last.status_code == 503
    assert translate("fr", "A service we need does not answer") in browser.text
