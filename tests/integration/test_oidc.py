"""People sign in through OpenID Connect: at the sandbox, and at Canaille, a provider that others wrote."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from pytest_iam import Server

from portal.adapters.identity.oidc import OpenIdProvider
from portal.ports import Claims, Rejected, SignInRequest, Unreachable
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox

CALLBACK = "http://127.0.0.1:8000/sign-in/callback"
SECRET = "a secret of thirty-two characters"


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def provider_at(sandbox: RunningSandbox) -> OpenIdProvider:
    return OpenIdProvider(sandbox.issuer, sandbox.client_id, sandbox.client_secret)


@pytest.fixture(scope="module")
def provider(sandbox: RunningSandbox) -> OpenIdProvider:
    return provider_at(sandbox)


def chosen(request: SignInRequest, person: str) -> str:
    """Where the browser is sent after a person is chosen on the sandbox's page."""
    answer = httpx2.get(f"{request.url}&login_hint={person}")
    assert answer.status_code == 303
    return answer.headers["location"]


def signed_in(provider: OpenIdProvider, person: str) -> Claims:
    request = provider.begin(CALLBACK, "ar", "substantial")
    return provider.finish(request, CALLBACK, chosen(request, person))


def test_a_citizen_is_known_with_her_names_in_both_scripts(provider: OpenIdProvider, sandbox: RunningSandbox) -> None:
    assert signed_in(provider, "fatima") == Claims(
        issuer=sandbox.issuer,
        subject="fatima",
        name_ar="فاطمة الزهراء بنعلي",
        name_fr="Fatima Zahra Benali",
        cnie="FA112233",
        birth_date="1986-04-12",
        phone="+212600000011",
        email="fatima.benali@example.org",
        commune="02.113.01.09",
        address="12، زنقة الليمون، حي السلام، بركان",
        level="substantial",
        extra={"district": "hay-salam"},
    )


def test_a_person_who_chooses_herself_on_the_page_is_sent_back(provider: OpenIdProvider) -> None:
    request = provider.begin(CALLBACK, "fr", "low")
    page = httpx2.get(request.url).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))

    answer = httpx2.post(f"{urlsplit(request.url)._replace(query='').geturl()}", data={**hidden, "person": "khadija"})

    claims = provider.finish(request, CALLBACK, answer.headers["location"])
    assert (claims.subject, claims.email) == ("khadija", "")


@pytest.mark.parametrize(("person", "level"), [("salma", "low"), ("amine", "substantial"), ("ahmed", "high")])
def test_the_level_of_assurance_is_told(provider: OpenIdProvider, person: str, level: str) -> None:
    assert signed_in(provider, person).level == level


def test_the_provider_is_asked_for_the_level_the_language_and_pkce(provider: OpenIdProvider) -> None:
    asked = query_of(provider.begin(CALLBACK, "fr", "substantial").url)

    assert asked["ui_locales"] == "fr"
    assert asked["acr_values"].split()[:1] == ["substantial"]
    assert "low" not in asked["acr_values"].split()
    assert asked["code_challenge_method"] == "S256"
    assert "acr_values" not in query_of(provider.begin(CALLBACK, "fr", "none").url)


def test_every_request_has_secrets_of_its_own(provider: OpenIdProvider) -> None:
    requests = [provider.begin(CALLBACK, "ar", "low") for _ in range(3)]

    secrets = [secret for request in requests for secret in (request.state, request.nonce, request.verifier)]
    assert len(set(secrets)) == 9
    assert min(map(len, secrets)) >= 43
    assert all(request.verifier not in request.url for request in requests)


def test_an_answer_to_another_request_is_rejected(provider: OpenIdProvider) -> None:
    request, other = (provider.begin(CALLBACK, "ar", "low") for _ in range(2))

    with pytest.raises(Rejected, match="state"):
        provider.finish(request, CALLBACK, chosen(other, "fatima"))


def test_a_token_for_another_nonce_is_rejected(provider: OpenIdProvider) -> None:
    request = provider.begin(CALLBACK, "ar", "low")
    altered = SignInRequest(request.url, request.state, "another", request.verifier)

    with pytest.raises(Rejected, match="ID token"):
        provider.finish(altered, CALLBACK, chosen(request, "fatima"))


def test_a_code_is_useless_without_the_verifier(provider: OpenIdProvider) -> None:
    request = provider.begin(CALLBACK, "ar", "low")
    altered = SignInRequest(request.url, request.state, request.nonce, "x" * 64)

    with pytest.raises(Rejected, match="invalid_grant"):
        provider.finish(altered, CALLBACK, chosen(request, "fatima"))


def test_a_callback_serves_once(provider: OpenIdProvider) -> None:
    request = provider.begin(CALLBACK, "ar", "low")
    callback = chosen(request, "fatima")
    provider.finish(request, CALLBACK, callback)

    with pytest.raises(Rejected, match="invalid_grant"):
        provider.finish(request, CALLBACK, callback)


def test_a_person_who_changes_her_mind_is_not_signed_in(provider: OpenIdProvider) -> None:
    request = provider.begin(CALLBACK, "ar", "low")
    address = urlsplit(request.url)._replace(query="").geturl()
    answer = httpx2.post(address, data={**query_of(request.url), "person": ""})

    with pytest.raises(Rejected, match="access_denied"):
        provider.finish(request, CALLBACK, answer.headers["location"])


@pytest.mark.parametrize("issuer", ["&iss=https%3A%2F%2Fother.example", ""])
def test_a_callback_that_does_not_name_this_issuer_is_rejected(provider: OpenIdProvider, issuer: str) -> None:
    request = provider.begin(CALLBACK, "ar", "low")

    with pytest.raises(Rejected, match="another issuer"):
        provider.finish(request, CALLBACK, f"{CALLBACK}?code=x&state={request.state}{issuer}")


def test_a_dead_provider_is_unreachable() -> None:
    dead = OpenIdProvider(f"http://127.0.0.1:{free_port()}/idp", "shubbak", "secret")

    with pytest.raises(Unreachable):
        dead.begin(CALLBACK, "ar", "low")


def test_a_provider_that_dies_after_the_citizen_left_is_unreachable_and_its_new_keys_are_found(tmp_path: Path) -> None:
    port = free_port()
    with running_sandbox(tmp_path, port=port) as sandbox:
        provider = provider_at(sandbox)
        assert signed_in(provider, "hassan").subject == "hassan"
        request = provider.begin(CALLBACK, "ar", "low")
        callback = chosen(request, "hassan")
    with pytest.raises(Unreachable):
        provider.finish(request, CALLBACK, callback)

    (tmp_path / "idp-key.json").unlink()
    with running_sandbox(tmp_path, port=port):
        assert signed_in(provider, "hassan").subject == "hassan"


def test_a_citizen_signs_in_through_canaille(iam_server: Server) -> None:
    user = iam_server.random_user(
        user_name="fatima", formatted_name="Fatima Zahra Benali", phone_numbers=["+212600000011"]
    )
    client = iam_server.models.Client(
        client_id=str(uuid.uuid4()),
        client_secret=SECRET,
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
    provider = OpenIdProvider(iam_server.url.rstrip("/"), client.client_id, SECRET, scopes=client.scope)

    request = provider.begin(CALLBACK, "fr", "low")
    with httpx2.Client(timeout=20) as browser:
        page = browser.get(request.url)
        assert "Shubbak" in page.text
        consent = browser.post(request.url, data={"answer": "accept"})
    claims = provider.finish(request, CALLBACK, consent.headers["location"])

    assert claims.name_fr == "Fatima Zahra Benali"
    assert claims.phone == "+212600000011"
    assert claims.issuer == iam_server.url.rstrip("/")
    assert claims.level == "low"
